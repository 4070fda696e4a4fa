"""Sensitivity: its numbers against plain statistics of the Jacobian and mpmath, batch by batch."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from hypothesis import given

import deepgraph
from deepgraph.errors import InputError
from deepgraph.evaluate.sensitivity import Sensitivity
from deepgraph.spec import gallery
from tests.support.gradients import cases
from tests.support.strategies import examples

DEEP = deepgraph.load(gallery.path("deep_state"))
MAZUR = deepgraph.load(gallery.path("mazur"))


@examples(40)
@given(cases())
def test_it_is_the_statistics_of_the_jacobian(case):
    net, X, *_ = case
    found, J = net.sensitivity(X), net.jacobian(X)
    assert found.rows == len(X)
    scale = 1e-12 * np.max(np.abs(J), initial=0)
    assert found.mean == pytest.approx(J.mean(axis=0), rel=1e-12, abs=scale)
    assert found.mean_absolute == pytest.approx(np.abs(J).mean(axis=0), rel=1e-12, abs=scale)
    assert np.array_equal(found.largest, np.abs(J).max(axis=0))
    assert np.array_equal(found.largest_row, np.abs(J).argmax(axis=0) + 1)


def test_batches_have_the_bits_of_all_rows_together():
    X = np.random.default_rng(5).uniform(-1, 1, (200, 2))
    whole = MAZUR.sensitivity(X)
    parts = Sensitivity.of(MAZUR)
    assert (parts.nodes, parts.inputs) == (["o1", "o2"], ["i1", "i2"])
    for start, stop in ((0, 1), (1, 70), (70, 70), (70, 200)):
        parts.add(MAZUR.trace(X[start:stop]))
    for name in ("mean", "mean_absolute", "largest", "largest_row", "rows"):
        assert np.array_equal(getattr(parts, name), getattr(whole, name)), name


@pytest.mark.parametrize("sizes", [(1, 1, 58), (7, 0, 20, 33), (30, 30)])
def test_of_rows_that_are_equally_steep_the_first_is_named_in_any_batches(sizes):
    """A network of ReLUs has few slopes, so that many rows share the largest."""
    X = np.random.default_rng(7).choice([-2.0, -1.0, 0.0, 0.5, 1.0, 2.0], (60, 1))
    sizes_of_slopes = np.abs(DEEP.jacobian(X, ["h1", "g1", "y"]))
    largest = sizes_of_slopes.max(axis=0)
    assert ((sizes_of_slopes == largest).sum(axis=0) > 5).all()  # else the test would say nothing
    found = Sensitivity.of(DEEP, ["h1", "g1", "y"])
    for part in np.split(X, np.cumsum(sizes)[:-1]):
        found.add(DEEP.trace(part))
    assert np.array_equal(found.largest, largest)
    assert np.array_equal(found.largest_row, sizes_of_slopes.argmax(axis=0) + 1)


def test_a_published_network_against_fifty_digits():
    """∂o1/∂i1 of Mazur's network, by mpmath's numeric derivative of its formula."""
    with mpmath.workdps(50):

        def sigmoid(z):
            return 1 / (1 + mpmath.exp(-z))

        def o1(i1):
            i2, b1, b2 = mpmath.mpf("0.1"), mpmath.mpf("0.35"), mpmath.mpf("0.6")
            h1 = sigmoid(mpmath.mpf("0.15") * i1 + mpmath.mpf("0.2") * i2 + b1)
            h2 = sigmoid(mpmath.mpf("0.25") * i1 + mpmath.mpf("0.3") * i2 + b1)
            return sigmoid(mpmath.mpf("0.4") * h1 + mpmath.mpf("0.45") * h2 + b2)

        wanted = float(mpmath.diff(o1, mpmath.mpf("0.05")))
    found = MAZUR.sensitivity({"i1": 0.05, "i2": 0.1})
    assert found.mean[0, 0] == pytest.approx(wanted, rel=1e-14)


def test_the_nodes_may_be_any_and_z_as_well():
    found = DEEP.sensitivity({"x": [-1.0, 0.5]}, ["z(h1)", "h1", "y"])
    assert found.nodes == ["z(h1)", "h1", "y"]
    # z(h1) = 1.73·x − 0.64 is −2.37 and 0.225, so h1 moves with x in the second row only.
    assert found.mean[:2, 0].tolist() == [1.73, 1.73 / 2]
    assert found.largest_row[:2, 0].tolist() == [1, 2]
    J = DEEP.jacobian({"x": [-1.0, 0.5]}, ["y"])
    assert J.shape == (2, 1, 1)
    with pytest.raises(InputError, match='no node or stage is named "h9"'):
        DEEP.sensitivity({"x": 1.0}, ["h9"])


def test_nan_reaches_every_number_and_no_rows_have_none():
    found = DEEP.sensitivity({"x": [0.5, np.nan]}, ["z(h2)", "y"])
    assert found.mean[0, 0] == -1.85  # linear: its slope does not depend on x
    nothing = DEEP.sensitivity({"x": []})
    assert nothing.rows == 0
    assert np.isnan(nothing.mean).all()
