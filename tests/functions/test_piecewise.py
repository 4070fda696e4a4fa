"""The exact pieces of activations, held to their functions in floating point."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.functions.piecewise import clamp, hinge, levels

F = Fraction
SETTINGS = {
    "leaky_relu": [{"alpha": F(-1, 2)}, {"alpha": F(1)}, {"alpha": F(0)}],
    "hard_sigmoid": [{"alpha": F(-1, 4), "beta": F(1, 2)}, {"alpha": F(0), "beta": F(3)}],
    "hard_tanh": [{"min": F(-1, 2), "max": F(2)}],
    "step": [{"at_zero": F(1, 2)}, {"at_zero": F(0)}],
}
CASES = [
    pytest.param(row, {name: F(value) for name, value in row.defaults.items()} | given, id=name)
    for name, row in ACTIVATIONS.items()
    if row.pieces
    for given in [{}, *SETTINGS.get(name, [])]
]


@pytest.mark.parametrize(("row", "parameters"), CASES)
def test_pieces_are_the_function(row, parameters):
    pieces = row.pieces(**parameters)
    numbers = [*range(-5, 6), *pieces.breaks, *(place + F(1, 64) for place in pieces.breaks)]
    exact = [float(pieces(F(z))) for z in numbers]
    settings = {name: float(value) for name, value in parameters.items()}
    z = np.array([float(z) for z in numbers])
    assert row.f(z, **settings) == pytest.approx(exact, rel=1e-15, abs=1e-15)


@pytest.mark.parametrize(("row", "parameters"), CASES)
def test_breaks_ascend_between_lines(row, parameters):
    pieces = row.pieces(**parameters)
    assert list(pieces.breaks) == sorted(set(pieces.breaks))
    assert len(pieces.at) == len(pieces.breaks) == len(pieces.lines) - 1
    for left, right in zip(pieces.lines, pieces.lines[1:], strict=False):
        assert left != right


def test_a_region_beside_a_break_depends_on_the_direction():
    kinked = clamp(1, 0, -1, 1)
    assert [kinked.region(F(-1), direction) for direction in (-1, 1)] == [0, 1]
    assert [kinked.region(F(1), direction) for direction in (-1, 1)] == [1, 2]
    assert kinked.region(F(0), -1) == kinked.region(F(0), 1) == 1


def test_no_break_where_nothing_bends():
    assert hinge(2, 2).breaks == ()
    assert clamp(0, 7, -1, 1).lines == ((F(0), F(1)),)
    assert levels(-1, 0, 1).at == (F(0),)


def test_a_falling_clamp_begins_high():
    falling = clamp(-2, 0, -1, 1)
    assert [falling(F(z)) for z in (-3, 0, 3)] == [1, 0, -1]
    assert falling.breaks == (F(-1, 2), F(1, 2))
