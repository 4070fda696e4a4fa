"""The part that all engines share: numbers, products of matrices by BLAS, and the inputs."""

from __future__ import annotations

import weakref

import numpy as np
import pytest

from deepgraph.engines.numpy import NumpyBackend
from deepgraph.engines.plan import plan
from deepgraph.engines.program import BLAS_WEIGHTS, PlanValues, rows_of
from tests.support.engines import DTYPES, wide
from tests.support.strategies import network, same


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
    return net, PlanValues(net, plan(net, net.outputs), np.dtype(dtype))


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


def test_large_dense_blocks_go_to_blas_unless_exact():
    net = wide([40, 64, 32])
    X = np.random.default_rng(2).standard_normal((500, 40))
    for dtype in DTYPES:
        trace = net.trace(X, dtype=dtype)
        assert same(net(X, dtype=dtype, exact=True), trace.outputs)
        assert same(net(X[:1], dtype=dtype, exact=True), trace.outputs[:1])
        found = net(X, dtype=dtype)
        assert not same(found, trace.outputs)
        unit = np.finfo(dtype).eps / 2
        # Every node's own error, from what BLAS gave its sources: γₖ·Σ|w·x|, and the last rounding.
        z, a = net.engine(net.ids, dtype=dtype).run_with_z(X.T)
        weights = net.weights.astype(dtype)
        for node in np.flatnonzero(net.kind >= 2):
            edges = net.incoming.of(int(node))
            terms = weights[edges, None].astype(np.float64) * a[net.source[edges]]
            bound = 1.01 * (len(edges) + 1) * unit * np.abs(terms).sum(axis=0)
            assert (np.abs(z[node] - terms.sum(axis=0)) <= bound).all()


def test_blas_is_chosen_by_shape_and_never_by_rows():
    just, below = wide([32, 32, 2]), wide([31, 33, 2])
    for net, products in ((just, 1), (below, 0)):
        backend = NumpyBackend(
            PlanValues(net, plan(net, net.outputs), np.dtype(np.float64)), exact=False
        )
        assert len(backend.products) == products
    assert 32 * 32 == BLAS_WEIGHTS > 31 * 33
    X = np.random.default_rng(3).standard_normal((64, 31))
    assert same(below(X), below.trace(X).outputs)


def test_a_transposed_table_and_its_copy_agree():
    net = wide([40, 64, 32])
    X = np.random.default_rng(4).standard_normal((100, 40))
    prepared = net.engine(exact=True)
    assert same(prepared.run(X.T), prepared.run(np.ascontiguousarray(X.T)))
    assert same(prepared.run(X.astype("float32").T), prepared.run(X.astype("float32").T + 0.0))


@pytest.mark.parametrize("sizes", [(3, 4, 2), (40, 64, 2)])  # without BLAS, and with it
def test_inputs_are_not_held(sizes):
    """A network lives longer than a table that it has been called with."""
    net = wide(sizes)
    X = np.ones((50, sizes[0]))
    alive = weakref.ref(X)
    net(X)
    del X
    assert alive() is None


@pytest.mark.parametrize(
    ("slots", "found"),
    [
        ([2, 3, 4], [[4, 5], [6, 7], [8, 9]]),
        ([3], [[6, 7]]),
        ([], []),
        ([4, 3], None),
        ([2, 4], None),
        ([-1], None),  # a bias has no slot
        ([-1, 0], None),
    ],
)
def test_adjacent_slots_are_a_view(slots, found):
    values = np.arange(12.0).reshape(6, 2)
    rows = rows_of(values, np.array(slots, np.int64))
    assert (None if rows is None else rows.tolist()) == found
    if found:
        rows[:] = -1
        assert (values[slots] == -1).all()
