"""The kernel of the numba engine, called by hand."""

from __future__ import annotations

import numpy as np
import pytest

from deepgraph.engines import kernel

WIDTHS = [1, kernel.COLUMNS, kernel.COLUMNS + 3]


def run(terms, how, activation=kernel.NONE, leak=0.0, z_slot=-1):
    """One node over the rows of `terms`, (terms, rows), with weights 1, 2, and so on.

    Returns:
        (rows,) its value, and (rows,) the last slot, where z may be kept.
    """
    count, width = terms.shape
    values = np.concatenate([terms, np.full((2, width), 7.0)])
    kernel.run(
        values,
        0,
        1,
        np.array([count]),
        np.array([z_slot]),
        np.array([how], np.int8),
        np.array([activation], np.int8),
        np.array([leak]),
        np.array([0, count]),
        np.arange(count, dtype=np.int32),
        np.arange(1.0, count + 1),
    )
    return values[count], values[count + 1]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("count", range(1, 13))
def test_a_sum_adds_one_term_after_the_other(count, width):
    terms = np.random.default_rng(count).standard_normal((count, width)) * 10.0**count
    expected = np.add.accumulate(terms * np.arange(1.0, count + 1)[:, None], axis=0)[-1]
    assert run(terms, kernel.SUM)[0].tolist() == expected.tolist()
    assert run(terms, kernel.MEAN)[0].tolist() == (expected / count).tolist()


@pytest.mark.parametrize(
    ("how", "ufunc"),
    [
        (kernel.PRODUCT, np.multiply),
        (kernel.MAX, np.maximum),
        (kernel.MIN, np.minimum),
    ],
)
def test_other_aggregations_are_numpys(how, ufunc):
    terms = np.random.default_rng(0).standard_normal((4, 9))
    terms[:, 0] = [0.0, -0.0, 0.0, -0.0]
    terms[1, 1] = np.nan
    expected = ufunc.reduce(terms * np.arange(1.0, 5)[:, None], axis=0)
    found = run(terms, how)[0]
    assert np.array_equal(found, expected, equal_nan=True)
    assert (np.signbit(found) == np.signbit(expected))[~np.isnan(expected)].all()


def test_activations_within_the_kernel():
    terms = np.array([[-2.0, -0.0, 0.0, 3.0, np.nan, -np.inf]])
    relu = run(terms, kernel.SUM, kernel.RELU)[0]
    assert relu[:4].tolist() == [0, 0, 0, 3]
    assert np.isnan(relu[4])
    assert relu[5] == 0
    leaky = run(terms, kernel.SUM, kernel.LEAKY_RELU, 0.5)[0]
    assert leaky[[0, 3, 5]].tolist() == [-1, 3, -np.inf]
    assert not np.signbit(relu[:3]).any()


def test_z_is_kept_before_the_activation():
    a, z = run(np.array([[-2.0, 3.0]]), kernel.SUM, kernel.RELU, z_slot=2)
    assert a.tolist() == [0, 3]
    assert z.tolist() == [-2, 3]
    assert run(np.array([[-2.0, 3.0]]), kernel.SUM, kernel.RELU)[1].tolist() == [7, 7]
