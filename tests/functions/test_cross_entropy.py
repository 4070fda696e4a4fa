"""Cross-entropy of arrays: its three results agree with each other, and keep their digits.

How a network's loss is made of them stands in tests/evaluate/test_loss.py.
"""

from __future__ import annotations

import numpy as np
import pytest

from deepgraph.functions.cross_entropy import binary_cross_entropy, softmax_cross_entropy
from deepgraph.functions.softmax import softmax
from deepgraph.functions.special import sigmoid


def test_softmax_in_small_numbers():
    z = np.random.default_rng(0).standard_normal((4, 9))
    t = np.random.default_rng(1).random((4, 9))
    a = softmax(z)
    terms, by_a, by_z = softmax_cross_entropy(z, a, t)
    assert terms == pytest.approx(-t * np.log(a), rel=1e-14)
    assert by_a == pytest.approx(-t / a, rel=1e-15)
    assert by_z == pytest.approx(a * t.sum(axis=0) - t, rel=1e-12, abs=1e-15)


def test_sigmoid_in_small_numbers():
    z, t = np.linspace(-4, 4, 9), np.linspace(0, 1, 9)
    a = sigmoid(z)
    term, by_a, by_z = binary_cross_entropy(z, a, t)
    assert term == pytest.approx(-t * np.log(a) - (1 - t) * np.log(1 - a), rel=1e-14)
    assert by_a == pytest.approx((1 - t) / (1 - a) - t / a, rel=1e-13, abs=1e-15)
    assert by_z == pytest.approx(a - t, rel=1e-13, abs=1e-16)


def test_a_small_derivative_is_no_difference_of_large_numbers():
    z = np.array([40.0])
    by_z = binary_cross_entropy(z, sigmoid(z), np.array([1.0]))[2]
    assert by_z[0] == pytest.approx(-np.exp(-40.0), rel=1e-15)
    z = np.array([[40.0], [0.0]])
    by_z = softmax_cross_entropy(z, softmax(z), np.array([[1.0], [0.0]]))[2]
    assert by_z[:, 0] == pytest.approx([-np.exp(-40.0), np.exp(-40.0)], rel=1e-15)


def test_zero_times_ln_zero_is_zero():
    with np.errstate(all="ignore"):
        term, by_a, by_z = binary_cross_entropy(np.array([-np.inf]), np.zeros(1), np.zeros(1))
    assert (term[0], by_a[0], by_z[0]) == (0.0, 1.0, 0.0)
