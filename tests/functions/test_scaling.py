"""Normalised inputs: the row of each set of constants, against fractions."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain, combinations

import numpy as np
import pytest

from deepgraph.functions.scaling import NEUTRAL, normalise, normalise_row
from tests.support.dtypes import BOTH_DTYPES
from tests.support.strategies import same

CONSTANTS = {"min": -1.5, "max": 2.25, "mean": 0.1, "scale": -3.0}
SETS = list(chain.from_iterable(combinations(NEUTRAL, n) for n in range(5)))
ALL_SETS = pytest.mark.parametrize("keys", SETS, ids="-".join)


def by_hand(z, constants):
    z = max(z, constants.get("min", z))
    z = min(z, constants.get("max", z))
    return (z - constants.get("mean", 0)) / constants.get("scale", 1)


@ALL_SETS
def test_the_row_is_the_clipped_line(keys):
    row, given = normalise_row(keys), {key: CONSTANTS[key] for key in keys}
    z = np.array([-7.0, -1.5, -1.0, 0.0, 0.5, 2.25, 9.0])
    exact = {key: Fraction(value) for key, value in given.items()}
    wanted = [float(by_hand(Fraction(value), exact)) for value in z]
    assert row.f(z, **given) == pytest.approx(wanted, rel=1e-15, abs=1e-16)
    pieces = row.pieces(**exact)
    assert [float(pieces(Fraction(value))) for value in z] == wanted
    h = 1e-6
    inside = z[~np.isin(z, list(given.values()))]
    difference = (row.f(inside + h, **given) - row.f(inside - h, **given)) / (2 * h)
    assert row.derivative(inside, **given) == pytest.approx(difference, abs=1e-9)


def test_the_derivative_at_a_limit_is_0():
    row = normalise_row(tuple(NEUTRAL))
    assert row.derivative(np.array([-1.5, 0.0, 2.25, np.nan]), **CONSTANTS).tolist()[:3] == [
        0.0, -1 / 3, 0.0,
    ]  # fmt: skip
    assert np.isnan(row.derivative(np.array([np.nan]), **CONSTANTS)[0])


@BOTH_DTYPES
def test_values_that_are_not_finite_flow_through(dtype):
    z = np.array([-np.inf, np.inf, np.nan], dtype)
    row = normalise_row(("mean", "scale"))
    found = row.f(z, mean=1.0, scale=-2.0)
    assert found.dtype == dtype
    assert found[:2].tolist() == [np.inf, -np.inf]
    assert np.isnan(found[2])
    clipped = normalise_row(("min", "max")).f(z, min=-1.0, max=4.0)
    assert clipped[:2].tolist() == [-1, 4]
    assert np.isnan(clipped[2])


@BOTH_DTYPES
def test_the_same_bits_alone_and_in_place_and_no_sign_of_zero(dtype):
    rng = np.random.default_rng(1)
    z = (rng.standard_normal((3, 50)) * 4).astype(dtype)
    z[:, :4] = [0.0, -0.0, -1.5, 2.25]
    constants = {
        key: np.array([[value], [value * 2], [value / 4]], dtype)
        for key, value in CONSTANTS.items()
    }
    whole = normalise(z, np.empty_like(z), **constants)
    assert same(normalise(z.copy(), z.copy(), **constants), whole)
    row = normalise_row(tuple(NEUTRAL))
    for node in range(3):
        alone = {key: float(column[node, 0]) for key, column in constants.items()}
        assert same(row.f(z[node], **alone), whole[node])
        for place in range(50):
            assert same(row.f(z[node, place : place + 1], **alone), whole[node, place : place + 1])
    zero = normalise(np.full(9, dtype(-0.0)), np.empty(9, dtype), **(NEUTRAL | {"min": 0.0}))
    assert not np.signbit(zero).any()
