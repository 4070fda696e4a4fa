"""Trained parameters and the slots of the blocks."""

from __future__ import annotations

import json

import numpy as np
import pytest

import deepgraph
from deepgraph.errors import InputError
from deepgraph.train import fit
from deepgraph.train.packing import Blocks
from deepgraph.train.weights import Weights
from tests.support.strategies import SPECS, network


def test_a_network_without_anything_to_train_is_refused():
    net = deepgraph.load(SPECS / "xor.json")
    spec = json.loads((SPECS / "xor.json").read_text())
    for record in (*spec["nodes"], *spec["edges"]):
        if record.get("kind") == "bias" or ("label" in record and "source" in record):
            record["trainable"] = False
    with pytest.raises(InputError, match="there is nothing to train: the targets depend on no"):
        fit(network(spec), np.zeros((1, len(net.inputs))), {"y": [1.0]})


def test_a_shared_parameter_has_several_slots_and_a_frozen_one_no_theta():
    edges = [
        {"source": "x", "target": "h", "label": "w", "weight": 2},
        {"source": "h", "target": "y", "label": "w", "weight": 2},
        {"source": "x", "target": "y", "label": "v", "weight": 7, "trainable": False},
    ]
    nodes = [{"id": "x", "kind": "input"}, {"id": "h"}, {"id": "y", "kind": "output"}]
    net = network({"deepgraph": 1, "nodes": nodes, "edges": edges})
    weights = Weights(net, Blocks(net, net.outputs))
    assert weights.theta.tolist() == [2]
    assert sorted(weights.slots[weights.slots != 0].tolist()) == [2, 2, 7]
    weights.theta[0] = 3
    weights.spread()
    assert sorted(weights.slots[weights.slots != 0].tolist()) == [3, 3, 7]
    weights.slot_gradient[:] = np.where(weights.slots == 3, 10.0, 5.0)
    weights.collect()
    assert weights.gradient.tolist() == [20]
    values = weights.values(np.array([-1.0]))
    assert [values[net.parameters.find(name)] for name in ("w", "v")] == [-1, 7]
