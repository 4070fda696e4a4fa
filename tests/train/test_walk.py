"""The blocks of training against the reference gradient, node by node."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings

import deepgraph
from deepgraph.engines.threads import one_blas_thread
from deepgraph.functions.activations import NodeFunction
from deepgraph.train import functions, packing
from deepgraph.train.objective import goal
from deepgraph.train.packing import Blocks, Matrix, Terms
from deepgraph.train.walk import Walk
from deepgraph.train.weights import Weights
from tests.support.gradient_cases import cases
from tests.support.strategies import GALLERY, SPECS, network


def gradient(net, X, targets, loss, parts=1):
    """Loss and (parameters,) gradient by the blocks, the rows cut into parts that are added up."""
    aim, wanted = goal(net, targets, loss, len(X))
    cut = Blocks(net, aim.nodes)
    total, by_parameter = 0.0, np.zeros(len(net.parameters))
    try:
        weights = Weights(net, cut)
    except deepgraph.InputError:  # nothing to train
        assume(False)
    ends = np.linspace(0, len(X), parts + 1).astype(int)
    for start, end in pairwise(ends):
        walk = Walk(cut, aim, end - start, 1 / len(X), weights.slots, weights.slot_gradient)
        walk.a[: X.shape[1]] = X[start:end].T
        walk.targets[:] = wanted[:, start:end]
        with np.errstate(all="ignore"), one_blas_thread():
            for _ in range(2):  # a second time, to see that nothing is left of the first
                loss_here = walk.forward()
                walk.back()
        weights.collect()
        total += loss_here
        moved = weights.values(weights.theta + weights.gradient) - weights.values(weights.theta)
        by_parameter += moved
    return total / len(X), by_parameter, cut


def check(net, X, targets, loss, parts=1):
    expected = net.gradient(X, targets, loss)
    found, by_parameter, cut = gradient(net, X, targets, loss, parts)
    assert found == pytest.approx(expected.loss, rel=1e-12, abs=1e-12)
    wanted = np.where(net.parameters.trainable, expected.parameters, 0.0)
    scale = max(1.0, np.max(np.abs(wanted), initial=0), np.max(np.abs(net.parameters.values)))
    assert np.max(np.abs(by_parameter - wanted), initial=0) <= 1e-12 * scale
    return cut


LIMITS = {
    "as they are": {},
    "no gaps": {"ROOMY": 1, "SPARE": 0},
    "term by term": {"DENSE": 0, "SMALL_MATRIX": 0},
}


@pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS)
def test_random_networks_agree_with_the_reference(limits):
    @settings(max_examples=80)
    @given(cases())
    def run(case):
        net, X, targets, loss, _ = case
        assume(loss != "output")
        check(net, X, targets, loss, parts=min(2, len(X)))

    with pytest.MonkeyPatch.context() as patch:
        for name, value in limits.items():
            patch.setattr(packing, name, value)
        run()


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_the_gallery_agrees_with_the_reference(path):
    net = deepgraph.load(path)
    rng = np.random.default_rng(1)
    X = rng.uniform(0.05, 0.95, (400, len(net.inputs)))
    targets = {name: rng.uniform(0, 1, len(X)) for name in net.output_names}
    check(net, X, targets, "half_squared_error")


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
    cut = check(net, X, {"y": rng.normal(size=50)}, "half_squared_error")
    assert {type(step) for step in cut.steps} == {Matrix, Terms}


def test_what_the_targets_do_not_depend_on_is_left_out():
    builder = deepgraph.Builder()
    builder.input("x")
    builder.node("h", activation="log")
    builder.output("y")
    builder.output("other")
    builder.edge("x", "h", "w1", -1)
    builder.edge("h", "other", "w2", 1)
    builder.edge("x", "y", "w3", 2)
    net = builder.build()
    _, found, cut = gradient(net, np.array([[1.0]]), {"y": [1.0]}, "half_squared_error")
    assert found.tolist() == [0, 0, 1]
    assert cut.needed.tolist() == [True, False, True, False]


@pytest.mark.parametrize("name", sorted(functions.IN_PLACE.keys() - {"softmax"}))
@pytest.mark.parametrize("rows", [3, functions.FEW])
def test_functions_in_place_are_those_of_the_table(name, rows):
    z = np.random.default_rng(0).normal(size=(2, rows))
    z[0, :3] = 0.0, -0.0, np.nan
    function, a, d = NodeFunction.of(name), z.copy(), np.ones_like(z)
    forward, backward = functions.IN_PLACE[name](a)
    calls = backward(d)
    for call in [*forward, *calls]:
        call()
    assert np.array_equal(a, function(z), equal_nan=True)
    known = ~np.isnan(z)
    assert np.array_equal(d[known], function.row.derivative(z)[known])
