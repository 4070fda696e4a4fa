"""The exact pieces of activations, held to their functions in floating point."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.functions.piecewise import Stairs, above, clamp, hinge, levels

F = Fraction
SETTINGS = {
    "thresholded_relu": [{"alpha": F(-1, 2)}, {"alpha": F(0)}],
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
    breaks = [F(place) for place in pieces.breaks_between(-9, 9, 99)]
    numbers = [*range(-5, 6), *breaks, *(place + F(1, 64) for place in breaks)]
    exact = [float(pieces(F(z))) for z in numbers]
    settings = {name: float(value) for name, value in parameters.items()}
    z = np.array([float(z) for z in numbers])
    assert row.f(z, **settings) == pytest.approx(exact, rel=1e-15, abs=1e-15)


@pytest.mark.parametrize(("row", "parameters"), CASES)
def test_breaks_ascend_between_lines(row, parameters):
    pieces = row.pieces(**parameters)
    if isinstance(pieces, Stairs):
        return
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


@pytest.mark.parametrize(("row", "parameters"), CASES)
def test_regions_are_the_function_between_breaks(row, parameters):
    """Each line holds between the break below and above it, and `breaks_at` knows the breaks."""
    pieces = row.pieces(**parameters)
    if pieces.everywhere is not None:
        assert pieces.breaks_between(-9, 9, 99) == []
        return
    regions = range(pieces.region(F(-9), 1), pieces.region(F(9), -1))
    breaks = [pieces.break_above(region) for region in regions]
    assert breaks == sorted(set(breaks))
    assert [float(place) for place in breaks] == pieces.breaks_between(-9, 9, 99)
    for place in breaks:
        left, right = pieces.region(place, -1), pieces.region(place, 1)
        assert right == left + 1
        assert pieces.break_above(left) == place
        assert pieces.breaks_at(place)
        beside = F(1, 1000)
        assert not pieces.breaks_at(place + beside)
        for region, z in ((left, place - beside), (right, place + beside)):
            slope, intercept = pieces.line(region)
            assert pieces.region(z, 1) == pieces.region(z, -1) == region
            assert pieces(z) == slope * z + intercept


def test_too_many_breaks_are_none():
    stairs = Stairs(round, F(1, 2))
    assert stairs.breaks_between(-1, 2, 5) == [-0.5, 0.5, 1.5]
    assert stairs.breaks_between(0.5, 1.5, 5) == []
    assert stairs.breaks_between(-10, 10, 5) == stairs.breaks_between(0, np.inf, 5) == []
    assert stairs.breaks_between(np.nan, np.nan, 5) == []
    assert clamp(1, 0, -1, 1).breaks_between(-2, 2, 1) == []


def test_a_staircase_takes_halves_to_the_even():
    assert [Stairs(round, F(1, 2))(F(n, 2)) for n in (-3, -1, 1, 3, 5)] == [-2, 0, 0, 2, 2]


def test_a_jump_up_to_the_identity():
    assert [above(F(1, 2))(F(z)) for z in (F(-3), F(1, 2), F(3, 4))] == [0, 0, F(3, 4)]


def test_a_falling_clamp_begins_high():
    falling = clamp(-2, 0, -1, 1)
    assert [falling(F(z)) for z in (-3, 0, 3)] == [1, 0, -1]
    assert falling.breaks == (F(-1, 2), F(1, 2))


def test_breaks_at_the_ends_of_a_range_are_not_between_them():
    for made in (hinge(0, 1), Stairs(math.floor, F(0)), Stairs(math.floor, F(0), F(-1))):
        assert made.breaks_between(-0.5, 0.5, 9) == [0.0]
        assert made.breaks_between(0.0, 0.5, 9) == []
        assert made.breaks_between(-0.5, 0.0, 9) == []
    assert hinge(0, 1).breaks_between(-1, 1, 1) == [0.0]
    assert hinge(0, 1).breaks_between(-1, 1, 0) == []
