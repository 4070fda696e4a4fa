"""The loss over a table: exact sums, whatever the cut, and who was taken for whom."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import deepgraph
from deepgraph.scoring.judgement import (
    LOWEST,
    Judgement,
    exact_sum,
    loss_of,
    of_classes,
    of_numbers,
    of_targets,
)
from tests.support.strategies import network
from tests.support.training import iris


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=40))
def test_sums_are_exact(values):
    units, strange = exact_sum(np.array(values, float))
    assert Fraction(units, 2**LOWEST) == sum(map(Fraction, values), Fraction(0))
    assert strange == 0


def test_what_is_not_finite_stays_so():
    found = Judgement(3, *exact_sum(np.array([1.0, np.inf, 2.0])))
    assert found.mean_loss == math.inf
    assert math.isnan(Judgement(1, *exact_sum(np.array([np.nan]))).mean_loss)
    assert math.isnan(Judgement().mean_loss)


def test_iris_against_plain_counts_and_the_reference():
    net, X, species = iris()
    trace, names = net.trace(X), net.classes.names
    true = np.array([names.index(name) for name in species])
    told = net.classes.predicted(trace.a[net.outputs])
    z, a = trace.z[net.outputs], trace.a[net.outputs]
    found = of_classes(net, z, a, true, told)
    counted = Counter(zip(true.tolist(), told.tolist(), strict=True))
    assert found.pairs.tolist() == [[*(counted[i, j] for j in range(3)), 0] for i in range(3)]
    targets = {name: (true == k).astype(float) for k, name in enumerate(net.output_names)}
    expected = net.loss(X, targets, "cross_entropy")
    assert found.mean_loss == pytest.approx(expected, rel=1e-14)
    parts = Judgement()
    for start in range(0, 150, 7):
        rows = slice(start, start + 7)
        parts.add(of_classes(net, z[:, rows], a[:, rows], true[rows], told[rows]))
    assert parts.units == found.units
    assert (parts.pairs == found.pairs).all()
    strange = of_classes(net, z[:, :2], a[:, :2], np.array([-1, 0]), np.array([1, -1]))
    assert (strange.rows, strange.pairs[0].tolist()) == (1, [0, 0, 0, 1])


def test_numbers_of_one_output():
    builder = deepgraph.Builder()
    builder.input("x")
    builder.output("y")
    builder.edge("x", "y", "w", 2.0)
    net = builder.build()
    assert loss_of(net) == "half_squared_error"
    found = of_numbers(net, np.array([[2.0, 4.0]]), np.array([[1.0, 4.0]]))
    assert found.mean_loss == 0.25


def two_outputs(activation):
    edges = [{"source": "x", "target": name, "weight": w} for name, w in (("a", 2), ("b", -3))]
    return network(
        {
            "deepgraph": 1,
            "nodes": [
                {"id": "x", "kind": "input"},
                *({"id": n, "kind": "output", "activation": activation} for n in ("a", "b")),
            ],
            "edges": edges,
        }
    )


@pytest.mark.parametrize(
    ("activation", "targets", "right"),
    [
        ("identity", [(1, 0), (0, 1), (1, 0)], "largest"),  # one-hot: the largest output counts
        ("sigmoid", [(1, 0), (1, 1), (0, 0)], "side"),  # levels of its own for each output
        ("tanh", [(1, -1), (-1, 1), (-1, -1)], "side"),
        ("identity", [(1.5, 0), (0, 1), (1, 0)], None),  # numbers, of which none is right
        ("tanh", [(1, 0), (-1, 1), (1, 1)], None),
    ],
)
def test_numbers_have_an_accuracy_where_it_means_something(activation, targets, right):
    net = two_outputs(activation)
    X = [[1.0], [-0.5], [0.25]]
    a, t = net(X), np.array(targets, float)
    found = of_targets(net, net.outputs.tolist(), a.T, t.T)
    expected = sum(((p - q) ** 2 for p, q in zip(a.ravel(), t.ravel(), strict=True))) / 2 / 3
    assert found.mean_loss == pytest.approx(expected, rel=1e-14)
    if right is None:
        assert found.right is None
        return
    middle = 0.5 if activation == "sigmoid" else 0.0
    pairs = list(zip(a.tolist(), targets, strict=True))
    if right == "largest":
        by_hand = [max(p) == p[q.index(1)] for p, q in pairs]
    else:
        sides = ((a >= middle) == (t == 1)).tolist()
        by_hand = [all(side) for side in sides]
    assert found.right is not None
    assert found.right[0] == sum(by_hand)
    assert right in found.right[1]


def test_some_of_the_nodes_are_compared():
    net = two_outputs("sigmoid")
    a = net([[1.0], [-1.0]])
    found = of_targets(net, [net.index["b"]], a.T[1:], np.array([[0.0, 1.0]]))
    expected = (a[0, 1] ** 2 + (a[1, 1] - 1) ** 2) / 2 / 2
    assert found.mean_loss == pytest.approx(expected, rel=1e-14)
    assert found.right == (2, "whose outputs are all on the right side")
