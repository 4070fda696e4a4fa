"""Nodes that stand where they have two slopes, against differences on each side."""

from __future__ import annotations

import json

import numpy as np
import pytest

import deepgraph
from deepgraph.evaluate.bends import at_bends, bends
from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.functions.node_function import NodeFunction

STEEP = 1e-7
"""The step of a difference, for functions whose slopes beside a bend differ by more than 0.001."""


@pytest.mark.parametrize("name", sorted(row.name for row in ACTIVATIONS.values()))
def test_a_function_bends_where_its_slopes_differ(name):
    function = NodeFunction.of(name)
    for z in (-6, -3, -1, -0.5, 0, 0.25, 1, 3, 6):
        at = np.array([z - STEEP, z, z + STEEP])
        below, middle, above = function(at)
        left, right = (middle - below) / STEEP, (above - middle) / STEEP
        if not np.isfinite([left, right]).all():
            continue
        apart = abs(left - right) > 1e-3 * max(1, abs(left), abs(right))
        wanted = "jumps" if abs(above - below) > 1e-3 else "bends" if apart else ""
        assert bends(function, float(z)) == wanted, (z, left, right)


@pytest.mark.parametrize(
    ("function", "z", "wanted"),
    [
        ("sin", 1e10, ""),
        ("cos", 5e9, ""),
        ({"name": "sin", "gain": 1e10}, 1.0, ""),
        ("tanh", 300.0, ""),
        ("gaussian", 27.2, ""),
        ({"name": "relu", "gain": 1e-7}, 0.0, "bends"),
        ({"name": "relu", "gain": -3}, 0.0, "bends"),
        ({"name": "elu", "alpha": 2}, 0.0, "bends"),
        ({"name": "elu", "alpha": 1}, 0.0, ""),
        ({"name": "elu", "alpha": 2, "gain": 1e-7}, 0.0, "bends"),
        ({"name": "hard_tanh", "min": -0.3, "max": 0.1}, 0.1, "bends"),
        ({"name": "hard_tanh", "min": -0.3, "max": 0.1}, 0.1000001, ""),
        ({"name": "leaky_relu", "alpha": 1}, 0.0, ""),
        ("floor", 1e10, "jumps"),
        ("floor", 7.5, ""),
        ("round", -2.5, "jumps"),
        ("relu", 5e-324, ""),
        ("relu", float("nan"), ""),
    ],
)
def test_bends_by_hand(function, z, wanted):
    assert bends(NodeFunction.of(function), z) == wanted


def net(**kinds):
    """x1 and x2 lead to m, by whatever m is, and m to y."""
    nodes = [{"id": "x1", "kind": "input"}, {"id": "x2", "kind": "input"}, {"id": "m", **kinds}]
    nodes += [{"id": "n", "activation": "relu"}, {"id": "y", "kind": "output"}]
    pairs = [("x1", "m", 1), ("x2", "m", 2), ("m", "y", 1), ("x2", "n", 1)]
    edges = [{"source": a, "target": b, "weight": w} for a, b, w in pairs]
    return deepgraph.loads(json.dumps({"deepgraph": 1, "nodes": nodes, "edges": edges}))


def told(network, point, nodes=("y",)):
    found = at_bends(network.trace(point), nodes)
    ids = network.ids
    return [(ids[one.node], one.word, [ids[place] for place in one.ties]) for one in found]


def test_what_the_asked_nodes_do_not_depend_on_is_left_out():
    network = net(activation="relu")
    assert told(network, {"x1": 0, "x2": 0}) == [("m", "bends", [])]
    assert told(network, {"x1": 0, "x2": 0}, ["n", "y"]) == [("m", "bends", []), ("n", "bends", [])]
    assert told(network, {"x1": 2, "x2": -1}, ["m"]) == [("m", "bends", [])]
    assert told(network, {"x1": 2, "x2": -1}, ["z(m)"]) == []  # z itself is smooth
    assert told(network, {"x1": 1, "x2": 0}) == []


def test_equal_terms_of_max_and_min_are_ties():
    for aggregation in ("max", "min"):
        network = net(aggregation=aggregation)
        assert told(network, {"x1": 2, "x2": 1}) == [("m", "", ["x1", "x2"])]
        assert told(network, {"x1": 2, "x2": 1.5}) == []
    both = net(aggregation="max", activation="relu")
    assert told(both, {"x1": 0, "x2": 0}) == [("m", "bends", []), ("m", "", ["x1", "x2"])]
