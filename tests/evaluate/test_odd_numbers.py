"""Gradients and Jacobians of infinities, NaN and the ends of the doubles: nothing warns."""

from __future__ import annotations

import numpy as np
import pytest

from deepgraph.evaluate.gradient import gradient, jacobian
from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.functions.aggregations import AGGREGATIONS
from deepgraph.functions.losses import LOSSES
from tests.support.strategies import network

ODD = (0.0, -0.0, np.inf, -np.inf, np.nan, 1e308, -1e308, 5e-324, -3.0)


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
@pytest.mark.parametrize("activation", [*ACTIVATIONS, "softmax"])
def test_nothing_warns_of_infinity_and_nan(activation, aggregation):
    """Warnings are errors in the tests; sums over rows with both infinities warned."""
    rows = np.array([[one, other] for one in ODD for other in ODD])
    for behind in ("sigmoid", "identity"):
        net = network(odd_network(activation, aggregation, behind))
        for X in (rows, rows[20:40], *rows[:, np.newaxis]):
            trace = net.trace(X)
            assert jacobian(trace).shape == (len(X), 1, 2)
            for loss in LOSSES:
                if loss == "cross_entropy" and behind == "identity":
                    continue
                targets = None if loss == "output" else {"y": 1}
                found = gradient(trace, targets, loss, "sum")
                assert found.step(0.1).shape == (len(net.parameters),)
                assert found.nodes_z.shape == (len(net.ids), len(X))


def odd_network(activation, aggregation, behind):
    hidden = {"activation": activation, "aggregation": aggregation}
    return {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input"},
            {"id": "u", "kind": "input"},
            {"id": "b", "kind": "bias", "value": 1},
            {"id": "h", **hidden},
            {"id": "k", **hidden},
            {"id": "y", "kind": "output", "activation": behind},
        ],
        "edges": [
            {"source": "x", "target": "h", "label": "w", "weight": 2},
            {"source": "u", "target": "h", "weight": 0},
            {"source": "b", "target": "h"},
            {"source": "x", "target": "k", "label": "w"},
            {"source": "h", "target": "y", "weight": 1e300},
            {"source": "k", "target": "y"},
            {"source": "b", "target": "y"},
        ],
    }


def test_both_infinities_in_two_rows_cancel_to_nan_without_a_warning():
    net = network(odd_network("identity", "sum", "identity"))
    found = net.gradient([[np.inf, 1], [-np.inf, 1]], {"y": 1})
    assert np.isnan(found["b"])
