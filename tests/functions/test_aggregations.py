"""The table of aggregations: joining, its exact double, and the derivative by each term."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce

import numpy as np
import pytest

from deepgraph.engines import kernel
from deepgraph.functions.aggregations import AGGREGATIONS, SUM

ROWS = [pytest.param(row, id=row.name) for row in AGGREGATIONS.values()]
ALL_ROWS = pytest.mark.parametrize("row", ROWS)


def joined(row, terms):
    z = row.join.reduce(terms, axis=0)
    return z / len(terms) if row.divides else z


def test_the_names_in_their_order():
    assert tuple(AGGREGATIONS) == ("sum", "product", "mean", "max", "min")
    assert next(iter(AGGREGATIONS)) == SUM


def test_the_numbers_of_the_kernel():
    numbers = {row.name.upper(): row.kernel for row in AGGREGATIONS.values()}
    assert numbers == {name: getattr(kernel, name) for name in numbers}
    assert len(set(numbers.values())) == len(AGGREGATIONS)


@ALL_ROWS
def test_fractions_join_like_floats(row):
    terms = [0.5, -2.25, 8.0, 3.0]
    assert reduce(row.join_exactly, map(Fraction, terms)) == Fraction(reduce(row.join, terms))


@ALL_ROWS
@pytest.mark.parametrize("shape", [(5,), (5, 7), (1, 7), (4, 3, 7)])
def test_the_derivative_is_the_central_difference(row, shape):
    rng = np.random.default_rng(6)
    terms = rng.permutation(np.arange(np.prod(shape)) / 8 - 1).reshape(shape)  # no ties
    dz = rng.standard_normal(shape[1:])
    found = np.broadcast_to(dz, shape)
    if row.derivative is not None:
        found = row.derivative(terms, joined(row, terms), dz)
    assert found.shape == shape
    h = 1e-6
    for number in range(len(terms)):
        step = np.zeros(shape)
        step[number] = h
        difference = (joined(row, terms + step) - joined(row, terms - step)) / (2 * h)
        assert found[number] == pytest.approx(dz * difference, rel=1e-7, abs=1e-7)


@pytest.mark.parametrize("name", ["max", "min"])
def test_the_first_of_equal_terms_has_all(name):
    terms = np.array([[1.0, 4.0], [1.0, 4.0], [1.0, 4.0]])
    dz = np.array([2.0, -3.0])
    by_term = AGGREGATIONS[name].derivative(terms, terms[0], dz)
    assert by_term.tolist() == [[2.0, -3.0], [0.0, 0.0], [0.0, 0.0]]


@pytest.mark.parametrize("name", ["max", "min"])
def test_a_nan_among_the_terms_reaches_all(name):
    terms = np.array([[1.0, 1.0], [np.nan, 2.0]])
    row = AGGREGATIONS[name]
    by_term = row.derivative(terms, joined(row, terms), np.array([np.nan, 1.0]))
    assert np.isnan(by_term[:, 0]).all()
    assert sorted(by_term[:, 1].tolist()) == [0.0, 1.0]


def test_a_product_needs_no_division():
    by_term = AGGREGATIONS["product"].derivative(np.array([0.0, 3.0, 5.0]), np.array(0.0), 2.0)
    assert by_term.tolist() == [30.0, 0.0, 0.0]
