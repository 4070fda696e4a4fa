"""Curves to draw: exact where the network is piecewise linear, sampled densely elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

import deepgraph
from deepgraph.kinks.curves import node_curves
from deepgraph.kinks.sweep import along_input
from tests.support.strategies import SPECS, network


def neuron(activation, weight=1, bias=0, aggregation="sum"):
    """y = activation(weight·x + bias)."""
    return network(
        {
            "deepgraph": 1,
            "nodes": [
                {"id": "x", "kind": "input"},
                {"id": "b", "kind": "bias", "value": bias},
                {"id": "y", "kind": "output", "activation": activation, "aggregation": aggregation},
            ],
            "edges": [
                {"source": "x", "target": "y", "weight": weight},
                {"source": "b", "target": "y"},
            ],
        }
    )


def over(net, start, end, **keys):
    return node_curves(net, along_input(net, {"x": (start, end)}, {}), **keys)


def test_exact_curves_are_the_pieces():
    net = deepgraph.load(SPECS / "deep_state.json")
    found = over(net, -1, 1)
    assert list(found.nodes) == ["h1", "h2", "g1", "g2", "y"]
    kinks = net.kinks({"x": (-1, 1)})["y"]
    y = found.nodes["y"]
    assert y.exact
    assert y.kinks == tuple((float(kink.position), float(kink.at)) for kink in kinks.kinks)
    assert y.strokes == (((-1.0, float(kinks.first)), *y.kinks, (1.0, float(kinks.last))),)
    assert y.dots == ()


def test_a_jump_cuts_the_line_and_leaves_a_dot():
    y = over(neuron({"name": "step", "at_zero": 0.5}), -1, 1).nodes["y"]
    assert y.strokes == (((-1.0, 0.0), (0.0, 0.0)), ((0.0, 1.0), (1.0, 1.0)))
    assert y.dots == y.kinks == ((0.0, 0.5),)


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "gaussian", "sin", "hard_swish", "mish"])
def test_sampled_curves_are_near_the_function(name):
    net = neuron(name, 9, "1/3")
    y = over(net, -3, 3).nodes["y"]
    assert not y.exact
    [stroke] = y.strokes
    assert (stroke[0][0], stroke[-1][0]) == (-3.0, 3.0)  # from end to end of the range
    assert 100 < len(stroke) < 2500
    t = np.linspace(-3, 3, 20001)
    wanted = net({"x": t})[:, 0]
    drawn = np.interp(t, *np.transpose(stroke))
    assert np.abs(drawn - wanted).max() < 0.004 * np.ptp(wanted)


def test_a_jump_that_is_sampled_cuts_the_line_too():
    spec = {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input"},
            {"id": "h", "activation": "tanh"},
            {"id": "y", "kind": "output", "activation": "step"},
        ],
        "edges": [
            {"source": "x", "target": "h", "weight": 1},
            {"source": "h", "target": "y", "weight": 1},
        ],
    }
    strokes = over(network(spec), -1, 2).nodes["y"].strokes
    assert [{value for _, value in stroke} for stroke in strokes] == [{0.0}, {1.0}]
    assert abs(strokes[0][-1][0]) < 1e-3 > abs(strokes[1][0][0])


def test_poles_are_left_out():
    y = over(neuron("inverse"), -1, 1).nodes["y"]
    assert len(y.strokes) >= 2
    assert all(np.isfinite(value) for value in y.values)


def test_values_too_large_to_be_drawn_are_left_out():
    found = over(neuron("relu", 1e308, 1e308), -1, 1).nodes["y"]
    assert found.strokes == ()
    assert over(neuron("tanh", 1e308), -1, 1, pre_activations=True).nodes["y"].strokes == ()
    jump = over(neuron({"name": "step", "at_zero": 0.5}, 1e308), -1, 1).nodes["y"]
    assert len(jump.strokes) == 2


def test_what_is_not_piecewise_linear_is_sampled():
    spec = {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input"},
            {"id": "r", "activation": "relu"},
            {"id": "p", "aggregation": "product"},
            {"id": "y", "kind": "output"},
        ],
        "edges": [
            {"source": "x", "target": "r", "weight": 1},
            {"source": "x", "target": "p", "weight": 1},
            {"source": "r", "target": "p", "weight": 1},
            {"source": "p", "target": "y", "weight": 1},
        ],
    }
    found = over(network(spec), -1, 1)
    assert {name: curve.exact for name, curve in found.nodes.items()} == {
        "r": True,
        "p": False,
        "y": False,
    }
    few = over(deepgraph.load(SPECS / "deep_state.json"), -1, 1, limit=2).nodes
    assert [name for name, curve in few.items() if curve.exact] == ["h1", "h2"]


def test_pre_activations_and_chosen_nodes():
    net = deepgraph.load(SPECS / "deep_state.json")
    found = over(net, -1, 1, nodes=["h1"], pre_activations=True)
    assert found.title("h1") == "z(h1)"
    assert found.nodes["h1"].kinks == ()
