"""Curves in the nodes of a picture."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from deepgraph import draw
from deepgraph.draw.view.node_plots import limits, node_plot, with_zero
from deepgraph.errors import DrawingError
from deepgraph.kinks.curves import Curve, Curves, node_curves
from deepgraph.kinks.sweep import along_input
from tests.support.picture import gallery

SVG = "{http://www.w3.org/2000/svg}"


def deep(start=-1, end=1):
    network, _ = gallery("deep_state")
    return network, node_curves(network, along_input(network, {"x": (start, end)}, {}))


def test_every_neuron_has_its_curve_and_no_badge():
    network, found = deep()
    view = draw.prepare(network, network.trace({"x": 0.5}), curves=found).view
    plots = {node.lines[0].text: node.plot for node in view.nodes if node.plot}
    assert list(plots) == ["h1", "h2", "g1", "g2", "y"]
    assert not any(node.sketch for node in view.nodes)
    assert [len(each.kinks) for each in plots.values()] == [1, 1, 2, 4, 4]
    for each in plots.values():
        points = [point for stroke in each.strokes for point in stroke]
        assert all(0 <= u <= 1 and 0 <= v <= 1 for u, v in points)
        assert each.here is not None
        assert each.here[0] == pytest.approx(0.75)
        assert each.origin == 0.5
    assert plots["h1"].zero == 0
    assert plots["y"].tip == "y for x from −1 to 1: between 0.1689 and 1.237 with 4 kinks"
    assert view.footnotes == ("in each node: its value over x from −1 to 1, a dot at each kink",)


def test_the_curves_are_told_in_words():
    network, found = deep()
    told = draw.prepare(network, network.trace({"x": 0.5}), curves=found).view.description
    assert told.endswith(
        "1 output; y = 0.4872; in each node the curve of its value over x from −1 to 1: "
        "y between 0.1689 and 1.237 with 4 kinks"
    )
    network, _ = gallery("mazur")  # smooth, two outputs, an input that is held, z
    way = along_input(network, {"i1": (0, 1)}, {"i2": "1/2"})
    told = draw.prepare(
        network, curves=node_curves(network, way, pre_activations=True)
    ).view.description
    assert re.search(
        "2 outputs; in each node the curve of its z over i1 from 0 to 1, at i2 = 0.5: "
        r"o1 between 1\.\d+ and 1\.\d+, o2 between 1\.\d+ and 1\.\d+$",
        told,
    )
    hidden = node_curves(network, way, ["h1"])
    told = draw.prepare(network, curves=hidden).view.description
    assert told.endswith("its value over i1 from 0 to 1, at i2 = 0.5")


def test_the_dot_is_where_the_value_is():
    network, found = deep()
    for x, there in ((0.5, True), (-1.0, True), (1.5, False)):
        view = draw.prepare(network, network.trace({"x": x}), curves=found).view
        assert all((node.plot.here is not None) == there for node in view.nodes if node.plot)
    here = node_plot(found, found.nodes["h1"], (1.0, 1.09), 4).here
    assert here == pytest.approx((1.0, 1.0))


def test_a_bend_is_hollow_and_a_jump_full():
    network, _ = gallery("half_adder")
    found = node_curves(network, along_input(network, {"a": (0, 1)}, {"b": 1}))
    plots = [node.plot for node in draw.prepare(network, curves=found).view.nodes if node.plot]
    assert [(each.kinks, each.dots) for each in plots] == [
        ((), ((0.5, 1.0),)),
        ((), ((0.5, 0.0),)),
    ]
    _, deep_found = deep()
    y = node_plot(deep_found, deep_found.nodes["y"], None, 4)
    assert (len(y.kinks), y.dots) == (4, ())


def test_sampled_curves_are_told_apart():
    network, _ = gallery("irregular")
    at = {"x2": 1, "x3": 1}
    found = node_curves(network, along_input(network, {"x1": (-2, 2)}, at))
    assert not all(curve.exact for curve in found.nodes.values())
    [note] = draw.prepare(network, curves=found).view.footnotes
    assert note == "in each node: its value over x1 from −2 to 2, at x2 = 1, x3 = 1"


def test_other_inputs_are_named():
    network, _ = gallery("xor")
    found = node_curves(network, along_input(network, {"x1": (0, 1)}, {"x2": "1/4"}))
    [note] = draw.prepare(network, curves=found).view.footnotes
    assert note == "in each node: its value over x1 from 0 to 1, at x2 = 0.25, a dot at each kink"


def test_zero_is_shown_where_it_is_near():
    assert with_zero(1.3, 3.0) == (0.0, 3.0)
    assert with_zero(5.0, 6.0) == (5.0, 6.0)
    assert with_zero(-3.0, -1.0) == (-3.0, 0.0)
    assert with_zero(2.0, 2.0) == (2.0, 2.0)


def test_a_constant_runs_through_the_middle_and_a_pole_is_cut_off():
    flat = Curve("y", (((-1.0, 2.0), (1.0, 2.0)),), exact=True)
    _, found = deep()
    whole = Curves(found.sweep, "a", {"y": flat})
    assert node_plot(whole, flat, None, 4).strokes == (((0.0, 0.5), (1.0, 0.5)),)
    pole = Curve("y", (tuple((i / 100, 1 / (i + 0.001)) for i in range(100)),))
    assert limits(pole)[1] < 10


@pytest.mark.parametrize("options", [{}, {"inline": True}, {"theme": "auto"}, {"theme": "paper"}])
def test_svg(options):
    network, found = deep()
    trace = network.trace({"x": 0.5})
    svg = draw.render(network, trace, curves=found, **options)
    assert svg == draw.render(network, trace, curves=found, **options)
    groups = [group for group in ET.fromstring(svg).iter(f"{SVG}g") if group.get("class") == "plot"]
    assert len(groups) == 5
    for group in groups:
        assert group[0].tag == f"{SVG}title"
        kinds = [child.tag.removeprefix(SVG) for child in group[1:]]
        assert set(kinds) == {"path", "circle"}
        assert kinds[-1] == "circle"


def test_the_dot_waits_for_its_step():
    network, found = deep()
    pictures = draw.steps(network, network.trace({"x": 0.5}), curves=found)
    dots = [len(re.findall(rb'r="4"', picture)) for picture in pictures]
    assert dots == [0, 1, 2, 3, 4, 5]
    assert all(picture.count(b'class="plot"') == 5 for picture in pictures)


def test_png_and_pdf():
    network, found = deep()
    assert draw.render(network, curves=found, format="png").startswith(b"\x89PNG")
    assert draw.render(network, curves=found, format="pdf").startswith(b"%PDF")


@pytest.mark.parametrize("form", ["dot", "tikz", "mermaid"])
def test_formats_that_hold_no_curves(form):
    network, found = deep()
    with pytest.raises(DrawingError, match=f"drawn in svg, png, pdf and html, not in {form}"):
        draw.render(network, curves=found, format=form)


def test_blocks_have_no_curves():
    network, found = deep()
    with pytest.raises(DrawingError, match="no curves with collapse"):
        draw.render(network, curves=found, collapse=True)
