"""Sums and products in a fixed order, whatever the shape of the array."""

from __future__ import annotations

import numpy as np
import pytest

from deepgraph.functions.ordered_sums import NARROW, all_but_one, ordered_sum
from tests.support.strategies import same


@pytest.mark.parametrize("terms", [0, 1, 2, 3, 8, 129])
@pytest.mark.parametrize("width", [1, NARROW - 1, NARROW, NARROW + 1])
def test_a_sum_has_the_same_bits_alone_and_in_any_width(terms, width):
    rng = np.random.default_rng(terms)
    table = rng.standard_normal((terms, width)) * 10.0 ** rng.integers(-8, 9, (terms, width))
    whole = ordered_sum(table)
    assert whole.shape == (width,)
    for column in (0, width // 2, width - 1):
        total = 0.0
        for number, term in enumerate(table[:, column].tolist()):
            total = total + term if number else term
        assert whole[column] == total
        assert same(ordered_sum(table[:, column : column + 1]), whole[column : column + 1])


def test_terms_stay_as_they_are():
    terms = np.arange(3.0 * NARROW).reshape(3, NARROW)
    before = terms.copy()
    ordered_sum(terms)
    assert same(terms, before)


@pytest.mark.parametrize("terms", [1, 2, 3, 7])
@pytest.mark.parametrize("combine", [np.add, np.multiply])
def test_all_but_one_leaves_each_term_out_once(combine, terms):
    numbers = np.random.default_rng(0).integers(-3, 4, (terms, 5)).astype(float)
    found = all_but_one(combine, numbers)
    for left_out in range(terms):
        others = np.delete(numbers, left_out, axis=0)
        assert found[left_out].tolist() == combine.reduce(others, axis=0).tolist()


def test_an_infinite_term_does_not_reach_its_own_place():
    assert all_but_one(np.add, np.array([np.inf, 1.0, 2.0])).tolist() == [3.0, np.inf, np.inf]
    assert all_but_one(np.multiply, np.array([0.0, np.inf])).tolist() == [np.inf, 0.0]
