"""Packing: layers as matrices without gaps, sparse edges one by one, places as slices."""

from __future__ import annotations

import numpy as np

import deepgraph
from deepgraph.train.packing import Blocks, Matrix, Terms, tidy
from deepgraph.train.weights import Weights
from tests.support.strategies import SPECS, network
from tests.support.training import check_gradient


def test_a_layer_with_its_bias_is_one_matrix_without_gaps():
    net = deepgraph.load(SPECS / "digits.json")
    cut = Blocks(net, net.outputs)
    first, second, _ = cut.steps
    assert (first.shape, second.shape) == ((32, 65), (10, 33))
    assert isinstance(first.sources, slice)
    assert (cut.codes >= 0).all()
    weights = Weights(net, cut)
    assert weights.slots is weights.theta  # nothing is copied from one to the other


def test_edges_few_among_many_nodes_are_taken_one_by_one():
    rng = np.random.default_rng(0)
    inputs = [{"id": f"x{i}", "kind": "input"} for i in range(300)]
    hidden = [{"id": f"h{i}", "activation": "relu"} for i in range(300)]
    edges = [
        {"source": f"x{j}", "target": f"h{i}", "weight": float(rng.normal())}
        for i in range(300)
        for j in rng.choice(300, rng.integers(1, 4), replace=False)
    ]
    edges += [{"source": f"h{i}", "target": "y", "weight": float(rng.normal())} for i in range(300)]
    output = {"id": "y", "kind": "output"}
    net = network({"deepgraph": 1, "nodes": [*inputs, *hidden, output], "edges": edges})
    X = rng.normal(size=(50, 300))
    cut = check_gradient(net, X, {"y": rng.normal(size=50)}, "half_squared_error")
    assert {type(step) for step in cut.steps} == {Matrix, Terms}


def test_consecutive_numbers_become_a_slice():
    assert tidy(np.array([3, 4, 5])) == slice(3, 6)
    assert tidy(np.array([7])) == slice(7, 8)
    for numbers in ([], [3, 5], [4, 3]):
        assert tidy(np.array(numbers, np.intp)).tolist() == numbers


def test_biases_that_never_change_are_constants_and_a_bias_of_1_is_a_one():
    spec = {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input"},
            {"id": "one", "kind": "bias", "value": 1},
            {"id": "two", "kind": "bias", "value": 2},
            {"id": "y", "kind": "output"},
        ],
        "edges": [
            {"source": "x", "target": "y", "label": "w", "weight": 3},
            {"source": "one", "target": "y", "label": "b", "weight": 4},
            {"source": "two", "target": "y", "label": "c", "weight": 5},
        ],
    }
    net = network(spec)
    cut = Blocks(net, net.outputs)
    [step] = cut.steps
    assert cut.constants[cut.place[net.index["two"]]] == 2
    assert cut.place[net.index["one"]] == -1  # it has no place of its own: a one takes its part
    assert np.isnan(cut.constants[step.nodes]).all()
    values = np.nan_to_num(cut.constants[step.sources])
    weights = np.where(cut.codes >= 0, net.parameters.values[cut.codes], 0.0)
    assert weights @ values == 4 * 1 + 5 * 2  # where x is 0
