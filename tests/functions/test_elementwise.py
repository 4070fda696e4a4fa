"""Common to all rows of the table of activations: parameters, and numbers of any kind."""

from __future__ import annotations

import math

import numpy as np
import pytest

from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.functions.elementwise import Parameter

INF = math.inf


@pytest.mark.parametrize(
    ("name", "given", "problems"),
    [
        ("leaky_relu", {"alpha": 0}, []),
        ("leaky_relu", {"slope": 1}, ['leaky_relu has no parameter "slope"; it takes alpha, gain']),
        ("relu", {"alpha": 1}, ['relu has no parameter "alpha"; it takes gain']),
        ("elu", {"alpha": INF}, ["alpha must be finite"]),
        ("celu", {"alpha": 0}, ["alpha must not be 0"]),
        ("celu", {"alpha": -0.0}, ["alpha must not be 0"]),
        ("step", {"at_zero": 0.25}, ["at_zero must be one of 0, 0.5, 1"]),
        ("hard_tanh", {"min": 1}, ["min must be smaller than max"]),
        ("hard_tanh", {"min": 1, "max": 2}, []),
    ],
)
def test_problems_of_parameters(name, given, problems):
    assert ACTIVATIONS[name].problems(given) == problems


def test_rows_are_frozen():
    with pytest.raises(AttributeError):
        Parameter("alpha", 1.0).default = 2.0  # type: ignore[misc]


def test_integers_count_as_floats():
    assert ACTIVATIONS["sigmoid"].f(0) == 0.5
    assert ACTIVATIONS["inverse"].f(np.asarray([2, 4])).tolist() == [0.5, 0.25]
