"""The numpy engine: the terms of a block, one after the other for all its nodes."""

from __future__ import annotations

import numpy as np

from deepgraph.engines.numpy import terms
from deepgraph.engines.plan import plan
from deepgraph.engines.program import PlanValues
from tests.support.strategies import network


def block_terms(nodes, edges):
    net = network({"deepgraph": 1, "nodes": nodes, "edges": edges})
    planned = plan(net, net.outputs)
    assert len(planned.blocks) == 1
    return list(terms(planned.blocks[0], PlanValues(net, planned, np.dtype(np.float64))))


INPUTS = [{"id": "x1", "kind": "input"}, {"id": "x2", "kind": "input"}]
BIAS = {"id": "b", "kind": "bias", "value": 2}


def output(name):
    return {"id": name, "kind": "output"}


def test_nodes_with_more_edges_come_first():
    found = block_terms(
        [*INPUTS, output("y"), output("z")],
        [
            {"source": "x2", "target": "y", "weight": 2},
            {"source": "x1", "target": "z", "weight": 3},
            {"source": "x2", "target": "z", "weight": 4},
        ],
    )
    assert [term.n for term in found] == [2, 1]
    assert found[0].weights.tolist() == [[3], [2]]
    assert found[0].slots.tolist() == [0, 1]
    assert found[1].weights.tolist() == [[4]]
    assert found[1].slots == 1


def test_wires_need_no_product_and_biases_no_slot():
    found = block_terms(
        [*INPUTS, BIAS, output("y")],
        [
            {"source": "b", "target": "y", "weight": 5},
            {"source": "x1", "target": "y"},
            {"source": "x2", "target": "y", "weight": 1},
        ],
    )
    assert found[0].weights.tolist() == [[10]]
    assert found[0].slots is None
    assert [(term.weights, term.slots) for term in found[1:]] == [(None, 0), (None, 1)]
