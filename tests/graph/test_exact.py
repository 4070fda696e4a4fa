from __future__ import annotations

import json
import math
from fractions import Fraction

import numpy as np
import pytest

import deepgraph
from deepgraph.functions.node_function import NodeFunction
from deepgraph.graph.exact import (
    double,
    exact_constants,
    exact_parameters,
    exact_settings,
    shortest,
)


def net(nodes, edges, **rest):
    nodes = [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}, *nodes]
    edges = [{"source": source, "target": "y", **more} for source, more in edges]
    return deepgraph.loads(json.dumps({"deepgraph": 1, "nodes": nodes, "edges": edges, **rest}))


BIAS = {"id": "b", "kind": "bias", "value": "1/3"}


def test_parameters_are_the_numbers_of_their_texts():
    network = net([BIAS], [("x", {"label": "w", "weight": 1.30}), ("b", {})])
    assert exact_parameters(network) == [Fraction(1, 3), Fraction(13, 10)]


def test_a_text_may_stand_on_a_later_edge_or_under_parameters():
    nodes = [{"id": "h", "kind": "input"}, {"id": "g", "kind": "input"}]
    edges = [("x", {"label": "v"}), ("h", {"label": "w"}), ("g", {"label": "w", "weight": "2/7"})]
    network = net(nodes, edges, parameters={"v": 0.1})
    assert exact_parameters(network) == [Fraction(1, 10), Fraction(2, 7)]


def test_a_changed_value_is_its_shortest_decimal_or_the_double_itself():
    network = net([], [("x", {"weight": "1/3"})]).with_values(np.array([0.1]))
    assert exact_parameters(network) == [Fraction(1, 10)]
    assert exact_parameters(network, doubles=True) == [Fraction(0.1)]


def test_a_drawn_value_is_the_decimal_that_would_be_written():
    network = net([], [("x", {"label": "w"})]).initialised(1)
    value = network.parameters.values[0]
    assert exact_parameters(network, doubles=True) == [Fraction(repr(float(value)))]


def test_entries_of_matrices_and_groups():
    layers = [{"id": "x", "size": 2}, {"id": "y", "size": 1, "weights": "W", "bias": "c"}]
    content = {"deepgraph": 1, "layers": layers, "groups": {"g": ["W[1,2]", "c[1]"]}}
    content["parameters"] = {"W": [[0.7, None]], "g": ["1/3", 2]}
    network = deepgraph.loads(json.dumps(content))
    assert exact_parameters(network) == [Fraction(7, 10), Fraction(1, 3), Fraction(2)]


def test_constants_of_unit_biases():
    weighted = [("x", {}), ("b", {"weight": 2})]
    assert exact_constants(net([BIAS], weighted)) == {2: Fraction(1, 3)}
    assert exact_constants(net([{"id": "b", "kind": "bias"}], weighted)) == {2: Fraction(1)}


def test_settings_of_activations():
    assert exact_settings(NodeFunction.of({"name": "elu", "alpha": 0.3})) == {
        "alpha": Fraction(3, 10)
    }
    assert exact_settings(NodeFunction.of("softmax")) == {}


@pytest.mark.parametrize("value", [0.1, 1e-300, -2.5, 1e22])
def test_doubles_and_decimals(value):
    assert double(shortest(value)) == value
    assert math.copysign(1, double(Fraction(-(10**400)))) == -1
