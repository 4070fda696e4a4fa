"""The numbers of a plan: dtypes, and the terms of biases."""

from __future__ import annotations

import numpy as np

from deepgraph.engines.numbers import Numbers
from deepgraph.engines.plan import plan
from tests.support.strategies import network


def numbers(dtype):
    net = network(
        {
            "deepgraph": 1,
            "nodes": [
                {"id": "x", "kind": "input"},
                {"id": "b", "kind": "bias", "value": 3},
                {"id": "y", "kind": "output"},
            ],
            "edges": [
                {"source": "x", "target": "y", "weight": 1e300},
                {"source": "b", "target": "y"},
            ],
        }
    )
    return net, Numbers(net, plan(net, net.outputs), np.dtype(dtype))


def test_a_bias_is_read_as_its_term_times_one():
    net, found = numbers("float64")
    assert found.bias.tolist() == [1.0, 3.0, 1.0]
    assert found.terms.tolist() == [1e300, 3.0]
    assert found.slot[net.index["b"]] == found.ones == found.plan.slots
    assert found.slot[net.index["x"]] < found.ones


def test_a_weight_too_large_for_float32_is_infinite_without_a_warning():
    _, found = numbers("float32")
    assert found.weights.dtype == found.terms.dtype == np.float32
    assert found.terms.tolist() == [np.inf, 3.0]
