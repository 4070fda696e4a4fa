"""Softmax against mpmath, at infinities, and its bits in any array."""

from __future__ import annotations

import math

import mpmath as mp
import numpy as np
import pytest

from deepgraph.functions.softmax import softmax
from tests.support.dtypes import BOTH_DTYPES
from tests.support.strategies import same

INF, NAN = math.inf, math.nan


@BOTH_DTYPES
def test_softmax_is_mpmaths_and_adds_up(dtype):
    z = (np.random.default_rng(3).standard_normal((7, 50)) * 30).astype(dtype)
    got = softmax(z)
    assert got.dtype == dtype
    eps = float(np.finfo(dtype).eps)
    for column in range(z.shape[1]):
        e = [mp.exp(mp.mpf(float(value))) for value in z[:, column]]
        for i, term in enumerate(e):
            true = term / sum(e)
            # z - largest is rounded, and exp enlarges that by the size of the difference.
            bound = (8 + float(z[:, column].max() - z[i, column])) * eps * true
            assert abs(mp.mpf(float(got[i, column])) - true) <= bound + 1e-40 * (
                dtype != np.float64
            )
    assert np.abs(got.astype(float).sum(axis=0) - 1).max() <= 8 * eps


def test_softmax_does_not_see_a_shift_and_does_not_overflow():
    z = np.random.default_rng(4).integers(-8, 9, (5, 40)) / 4.0
    for shift in (1.0, -64.0, 2.0**40):  # exact in binary, so that only the shift is tested
        assert same(softmax(z + shift), softmax(z))
    huge = np.asarray([[1e308, -1e308, -1e308], [-1e308, -1e308, 1e308]])
    assert softmax(huge).tolist() == [[1, 0.5, 0], [0, 0.5, 1]]


def test_softmax_lets_infinity_and_nan_through():
    z = np.asarray([[-INF, INF, NAN, -INF, 0], [0, 0, 0, -INF, 0]])
    assert np.array_equal(
        softmax(z), [[0, NAN, NAN, NAN, 0.5], [1, NAN, NAN, NAN, 0.5]], equal_nan=True
    )


@BOTH_DTYPES
@pytest.mark.parametrize("members", [1, 2, 3, 8, 9, 10, 33, 200])
def test_softmax_of_one_row_has_the_bits_of_the_batch(members, dtype):
    z = np.random.default_rng(members).standard_normal((members, 67)).astype(dtype) * 3
    batch = softmax(z)
    for row in range(z.shape[1]):
        for part in (z[:, row : row + 1], z[:, row : row + 1].copy(), z[:, row : row + 1][:, ::-1]):
            assert same(softmax(part), batch[:, row : row + 1])
        assert same(softmax(z[:, row]), batch[:, row])
    for rows in range(1, 67):
        assert same(softmax(z[:, :rows]), batch[:, :rows])
    assert same(softmax(z[:, ::-1]), batch[:, ::-1])
    assert same(softmax(np.asfortranarray(z)), batch)
