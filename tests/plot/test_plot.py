"""The public door of plots: over one input, over two, in a grid; formats and errors."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

import deepgraph
from deepgraph.edit.templates import dense
from deepgraph.errors import InputError
from deepgraph.plot import render
from tests.support.plots import DEEP, PLANE, SVG, XOR, squeezed, texts, xor_points
from tests.support.strategies import SPECS, network


def child(svg, tag):
    return next(element.text for element in ET.fromstring(svg) if element.tag == f"{SVG}{tag}")


def test_a_curve_names_its_kinks():
    svg = render(DEEP, {"x": (-1, 1)})
    assert {"−0.4183", "−0.1892", "0.3699", "0.6367", "x", "y"} <= set(texts(svg))
    assert child(svg, "title") == "One input, two layers of two ReLU nodes"
    assert child(svg, "desc") == "over x from −1 to 1: y between 0.1689 and 1.237 with 4 kinks"
    root = ET.fromstring(svg)
    assert [root.get(key) for key in ("role", "width", "height")] == ["img", "620", "400"]
    assert b"Helvetica, Arial, 'Liberation Sans', sans-serif" in svg
    assert b"DejaVu" not in svg


@pytest.mark.parametrize("grid", [False, True])
@pytest.mark.parametrize("over", [{"x1": (0, 1)}, {"x1": (0, 1), "x3": (0, 1)}])
def test_the_inputs_that_do_not_vary_are_told(over, grid):
    net = deepgraph.load(SPECS / "irregular.json")
    at = {name: "1/2" for name in net.input_names if name not in over}
    svg = render(net, over, at=at, grid=grid)
    said = ", ".join(f"{name} = 0.5" for name in at)
    assert any(squeezed(f"at {said}") in text for text in texts(svg))
    assert f", at {said}" in child(svg, "desc")


def test_several_curves_have_a_legend():
    svg = render(DEEP, {"x": (-1, 1)}, nodes=["g1", "y"], pre_activations=True)
    assert {"z(g1)", "z(y)"} <= set(texts(svg))


@pytest.mark.parametrize("over", [{"x1": (-1, 1)}, PLANE])
def test_a_grid_has_a_plot_for_each_node(over):
    at = {"x2": 1} if len(over) == 1 else None
    svg = render(XOR, over, at=at, grid=True)
    assert {"h1·ReLU", "h2·ReLU", "XOR"} <= set(texts(svg))
    assert ("x2" in texts(svg)) == (len(over) == 2)
    chosen = texts(render(XOR, over, at=at, grid=True, nodes=["h1"]))
    assert "XOR" not in chosen


@pytest.mark.parametrize("nodes", [["h"], ["y"], ["h", "y"]])
def test_huge_values(nodes):
    spec = {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input"},
            {"id": "u", "kind": "input"},
            {"id": "h", "activation": "relu"},
            {"id": "y", "kind": "output"},
        ],
        "edges": [
            {"source": "x", "target": "h", "weight": 1e308},
            {"source": "u", "target": "h", "weight": 1},
            {"source": "h", "target": "y", "weight": -1e308},
        ],
    }
    net = network(spec)
    for grid in (False, True):
        assert render(net, {"x": (-1, 1)}, at={"u": 0}, nodes=nodes, grid=grid)
        assert render(net, {"x": (-1, 1), "u": (0, 1)}, nodes=nodes, grid=grid)


def test_texts_of_a_spec_are_no_markup():
    spec = {
        "deepgraph": 1,
        "title": "<b>$x^2$</b> & \\frac",
        "nodes": [{"id": "$x$", "kind": "input"}, {"id": "_y", "kind": "output"}],
        "edges": [{"source": "$x$", "target": "_y", "weight": 1}],
    }
    svg = render(network(spec), {"$x$": (0, 1)}, nodes=["_y"])
    assert {"<b>$x^2$</b>&\\frac", "x", "_y"} <= set(texts(svg))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"over": {"x1": (0, 1)}}, "no value for the input x2"),
        ({"over": {"x1": (0, 1), "x3": (0, 1)}}, 'no input is named "x3"'),
        ({"over": {"x1": (0, 1), "x2": (1, 1)}}, "the range of x2 is from 1 to 1"),
        ({"over": {"x1": (0, 1), "x2": (0, "1e308")}}, "the range of x2 is too wide to be drawn"),
        ({"over": {"x1": (1, "1.00000000000000000001"), "x2": (0, 1)}}, "x1 is too narrow to be"),
        ({"over": {"x1": (-1e308, 1)}, "at": {"x2": 0}}, "the range of x1 is too wide to be drawn"),
        ({"over": PLANE, "at": {"x1": 0}}, "the input x1 has a range, and a value as well"),
        ({"over": PLANE, "nodes": ["q"]}, 'no node is named "q"'),
        ({"over": PLANE, "nodes": ["h1", "y"], "level": 1}, "a level is that of one node"),
        ({"over": {"x1": (0, 1)}, "at": {"x2": 0}, "level": 1}, "it needs ranges of two inputs"),
        ({"over": PLANE, "theme": "auto"}, 'light, dark, paper, not "auto"'),
        ({"over": PLANE, "format": "gif"}, 'svg, png, pdf, not "gif"'),
        ({"over": PLANE, "grid": True, "nodes": ["h1", "x1"]}, 'nodes, and "x1" is an input'),
        ({"over": {"x1": (0, 1)}, "at": {"x2": 0}, "grid": True, "nodes": ["b1"]}, "is a bias"),
        ({"over": PLANE, "grid": True, "level": 1}, "a grid shows neither points nor a level"),
        ({"over": PLANE, "grid": True, "points": xor_points()}, "neither points nor a level"),
        ({}, "give ranges of inputs"),
    ],
)
def test_what_does_not_fit(arguments, message):
    with pytest.raises(InputError, match=message):
        render(XOR, **arguments)


def test_a_grid_of_too_many_nodes():
    wide = deepgraph.Network(dense([2, 80, 1])).initialised(1)
    with pytest.raises(InputError, match="at most 80 nodes, not 81"):
        render(wide, PLANE, grid=True)
