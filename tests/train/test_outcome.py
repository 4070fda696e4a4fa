"""The spec of a trained network: its source, and the examples that still hold."""

from __future__ import annotations

import numpy as np

import deepgraph
from deepgraph.train import fit
from tests.support.strategies import network
from tests.support.training import TARGETS, X


def test_the_spec_states_its_training_and_keeps_what_still_holds(net, tmp_path):
    found = fit(net, X, TARGETS, epochs=4)
    source = found.network.spec.source
    assert source.startswith(
        f"Trained by deepgraph {deepgraph.__version__} with numpy {np.__version__}: sgd, learning "
        "rate 0.1, 4 epochs of full batches, seed 0, on 150 rows. half_squared_error 0.547651 "
        "before, "
    )
    assert source.endswith(f"after epoch 4 of 4. Before that: {net.spec.source}")
    assert found.network.spec.examples == []
    assert len(found.dropped) == 3
    same = fit(net, X, TARGETS, epochs=0)
    assert same.network.spec.examples == net.spec.examples
    found.save(tmp_path / "a.json")
    again = deepgraph.load(tmp_path / "a.json")
    assert np.array_equal(again.parameters.values, found.network.parameters.values)


def test_of_two_examples_with_one_name_the_one_that_holds_stays():
    holds = {"inputs": {"x": 0}, "expect": {"y": 0}}
    fails = {"inputs": {"x": 1}, "expect": {"y": 1}}
    spec = {
        "deepgraph": 1,
        "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
        "edges": [{"source": "x", "target": "y", "label": "w", "weight": 1}],
        "examples": [holds, fails | {"name": "example 1"}, fails, holds | {"name": "example 3"}],
    }
    found = fit(network(spec), [[1], [2]], {"y": [2, 4]}, epochs=1)
    assert [example.name for example in found.network.spec.examples] == [None, "example 3"]
    assert found.dropped == ["example 1", "example 3"]
