"""The function of a node: a row of the table with its parameters and its gain."""

from __future__ import annotations

import pickle
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.functions.node_function import NodeFunction
from deepgraph.graph.exact import exact_pieces
from tests.support.dtypes import BOTH_DTYPES
from tests.support.strategies import same

GAINS = (5, 2.5, -1.25, 0.1, 1)
ROWS = pytest.mark.parametrize("name", ACTIVATIONS)


def test_softmax_is_the_one_function_without_a_row():
    assert NodeFunction.of("softmax").row is None
    assert NodeFunction.of({"name": "softmax", "group": "g"}).title == "softmax"
    for name in ACTIVATIONS:
        assert NodeFunction.of(name).row is ACTIVATIONS[name]


def test_settings_are_the_given_ones_and_the_defaults():
    assert NodeFunction.of({"name": "hard_sigmoid", "alpha": 1}).settings == {
        "alpha": 1.0,
        "beta": 0.5,
    }
    assert NodeFunction.of("softmax").settings == {}


def test_the_identity_by_any_name():
    assert NodeFunction.of("linear").is_identity
    assert not NodeFunction.of({"name": "leaky_relu", "alpha": 1}).is_identity
    assert not NodeFunction.of("softmax").is_identity


@BOTH_DTYPES
@pytest.mark.parametrize("gain", GAINS)
@ROWS
def test_a_gain_multiplies_z(name, gain, dtype):
    """a = f(gain·z), and ∂a/∂z = gain·f'(gain·z), in the dtype of z and to the last bit."""
    function, row = NodeFunction.of({"name": name, "gain": gain}), ACTIVATIONS[name]
    z = np.array([-np.inf, -7.3, -1.0, -0.0, 0.0, 0.3, 2.5, np.inf, np.nan], dtype)
    inside = (dtype(gain) * z).astype(dtype)
    assert same(function(z), row.f(inside))
    with np.errstate(all="ignore"):
        assert same(function.derivative(z), (dtype(gain) * row.derivative(inside)).astype(dtype))
    for position in range(len(z)):  # one row alone has the same bits
        assert same(function(z[position : position + 1]), function(z)[position : position + 1])


@pytest.mark.parametrize("gain", GAINS)
@ROWS
def test_the_exact_pieces_know_the_gain(name, gain):
    function = NodeFunction.of({"name": name, "gain": gain})
    pieces = exact_pieces(function)
    if pieces is None:
        assert ACTIVATIONS[name].pieces is None
        return
    breaks = pieces.breaks_between(-9, 9, 999)
    assert breaks == sorted(set(breaks))
    z = np.array([*np.arange(-8, 8, 0.37), *(place + 0.01 for place in breaks)])
    exact = [float(pieces(Fraction(place))) for place in z]
    assert function(z) == pytest.approx(exact, rel=1e-14, abs=1e-14)
    for place in breaks:
        at = Fraction(place)
        left, right = pieces.region(at - Fraction(1, 99), 1), pieces.region(at + Fraction(1, 99), 1)
        assert right == left + 1
        assert float(pieces.break_above(left)) == place


def test_with_a_gain_nothing_is_a_shortcut():
    for name in ("relu", "leaky_relu", "identity"):
        plain, scaled = NodeFunction.of(name), NodeFunction.of({"name": name, "gain": 2})
        assert plain.leak is not None or plain.is_identity
        assert plain.in_place is not None or name == "leaky_relu"
        assert (scaled.leak, scaled.in_place, scaled.is_identity) == (None, None, False)
        one = NodeFunction.of({"name": name, "gain": 1})
        assert (one.leak, one.in_place, one.is_identity) == (
            plain.leak, plain.in_place, plain.is_identity,
        )  # fmt: skip


def test_captions_and_settings():
    function = NodeFunction.of({"name": "leaky_relu", "alpha": 0.2, "gain": 4.924273})
    assert (function.title, function.caption) == ("leaky ReLU", "leaky ReLU(4.924z)")
    assert function.settings == {"alpha": 0.2}
    assert repr(pickle.loads(pickle.dumps(function))) == repr(function)  # NaN is not itself


@ROWS
def test_the_derivative_of_a_rescaled_function_is_rescaled(name):
    """a = scale·f(gain·z) + mean, and ∂a/∂z = scale·gain·f'(gain·z)."""
    function = NodeFunction.of({"name": name, "gain": -1.25})
    rescaled = replace(function, scale=-0.5, mean=3.0, rescaled=True)
    z = np.array([-7.3, -1.0, 0.3, 2.5])
    with np.errstate(all="ignore"):
        assert same(rescaled(z), function(z) * -0.5 + 3.0)
        assert same(rescaled.derivative(z), function.derivative(z) * -0.5)
