"""Curves to draw: exact where the network is piecewise linear, sampled densely elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

import deepgraph
from deepgraph.errors import InputError
from deepgraph.kinks.curves import node_curves, with_live_values
from deepgraph.kinks.sweep import along_input
from tests.support.neurons import small
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
    assert [curve.node for curve in found.nodes.values()] == list(found.nodes)
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
    assert y.node == "y"


def test_a_line_is_cut_where_there_is_no_value():
    """x · 1/x is 1, and x² · 1/x is x, yet both are NaN at 0."""
    for other, wanted in (("identity", np.ones_like), ("square", np.positive)):
        net = small(
            ("h", "inverse"), ("s", other), ("y", "identity", "product"),
            edges=[("x", "h", 1), ("x", "s", 1), ("s", "y", 1), ("h", "y", 1)],
        )  # fmt: skip
        left, right = over(net, -1, 1, nodes=["y"]).nodes["y"].strokes
        assert left[-1][0] < 0 < right[0][0]
        t, y = np.transpose([*left, *right])
        np.testing.assert_allclose(y, wanted(t), rtol=1e-15)


def test_a_low_curve_is_drawn_as_well_as_a_high_one():
    net = small(
        ("low", "tanh"), ("high", "square"), ("y", "identity"),
        edges=[("x", "low", 60), ("x", "high", 100), ("low", "y", 1), ("high", "y", 1)],
    )  # fmt: skip
    [stroke] = over(net, -3, 3, nodes=["low", "high"]).nodes["low"].strokes
    t = np.linspace(-3, 3, 20001)
    assert np.abs(np.interp(t, *np.transpose(stroke)) - np.tanh(60 * t)).max() < 0.008


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
    assert list(found.nodes) == ["h1"]
    assert found.title("h1") == "z(h1)"
    assert found.nodes["h1"].kinks == ()


def test_z_is_sampled_where_it_is_not_piecewise_linear():
    """z = x·|x|, and a = tanh(z)."""
    net = small(
        ("h", "abs"), ("y", "tanh", "product"),
        edges=[("x", "h", 1), ("x", "y", 1), ("h", "y", 1)],
    )  # fmt: skip
    for pre_activations, end in ((True, 4.0), (False, np.tanh(4.0))):
        y = over(net, -2, 2, nodes=["y"], pre_activations=pre_activations).nodes["y"]
        assert not y.exact
        assert y.values[-1] == -y.values[0] == end


def test_z_of_one_node_and_a_of_another_are_not_drawn_together():
    net = deepgraph.load(SPECS / "deep_state.json")
    said = r"^a plot shows z of all its nodes or a of all, not z\(h1\) beside y: choose one kind"
    with pytest.raises(InputError, match=said):
        over(net, -1, 1, nodes=["z(h1)", "y"])
    found = over(net, -1, 1, nodes=["z(h1)", "y"], pre_activations=True)
    assert (found.value, list(found.nodes)) == ("z", ["h1", "y"])
    assert over(net, -1, 1, nodes=["z(h1)"]).value == "z"


def test_a_flat_curve_beside_one_that_jumps_is_one_stroke():
    """All nodes are sampled at the same positions; a height of 0 is no rise to draw a jump for."""
    net = small(
        ("flat", "tanh"), ("steep", "tanh"), edges=[("b", "flat", 0.5), ("x", "steep", 1e5)]
    )
    found = over(net, -1, 1).nodes
    assert [len(found[node].strokes) for node in ("flat", "steep")] == [1, 2]


def test_a_range_that_no_plot_can_have():
    net = neuron("relu")
    with pytest.raises(
        InputError, match=r"^the range of x is too wide to be drawn: beyond 1e\+300$"
    ):
        over(net, 0, "1.1e300")
    over(net, "-1e300", "1e300")
    narrow = r"^the range of x is too narrow to be drawn: both ends are one double$"
    with pytest.raises(InputError, match=narrow):
        over(net, 1, "1.00000000000000000001")


def test_curves_know_their_sweep_and_their_titles():
    sweep = along_input(neuron("relu"), {"x": (0, 1)}, {})
    found = node_curves(neuron("relu"), sweep)
    assert found.sweep is sweep
    assert found.title("y") == "y"


def test_curves_beside_live_values():
    net = deepgraph.load(SPECS / "xor.json")
    ranges = {"x1": ("-1", "1/3")}

    def held(number):
        return node_curves(net, along_input(net, ranges, {"x2": number}))

    live = {"x1": 0.0, "x2": 0.75}
    # What was typed counts exactly, and without a value for x1 no node has a live one.
    assert with_live_values(net, ranges, {"x2": "1/3"}, live) == (None, held("1/3"))
    both = {"x1": "0", "x2": "1/3"}
    assert with_live_values(net, ranges, both, live) == (live, held("1/3"))
    # The values of a row of a table are the live ones.
    assert with_live_values(net, ranges, {}, live) == (live, held(0.75))
    with pytest.raises(InputError, match=r"^no value for the input x2: each "):
        with_live_values(net, ranges, {}, None)
