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
)
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
