"""Rectangles that touch, segments that cross them, points of curves: against plain definitions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepgraph.draw.layout.geometry import Rectangles, Segments, polyline
from tests.support.picture import overlap

Turned = tuple[float, float, float, float, float]

places = st.floats(-20, 20)
sizes = st.floats(1, 15)
turned = st.tuples(places, places, sizes, sizes, st.floats(-math.pi, math.pi))


def rectangles(*given: Turned) -> Rectangles:
    x, y, width, height, angle = np.array(given, np.float64).T
    return Rectangles(x, y, width / 2, height / 2, np.cos(angle), np.sin(angle))


def corners(x: float, y: float, width: float, height: float, angle: float) -> np.ndarray:
    """(4, 2) of a turned rectangle."""
    flat = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * [width / 2, height / 2]
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    return flat @ turn + [x, y]


@given(turned, turned)
def test_rectangles_touch_if_no_side_separates_them(one: Turned, other: Turned) -> None:
    a, b = corners(*one), corners(*other)
    found = bool(rectangles(one).touch(rectangles(other))[0, 0])
    middle = b.mean(axis=0)
    if overlap(a, middle + (b - middle) * 0.99):
        assert found
    if not overlap(a, middle + (b - middle) * 1.05 + 0.0):
        assert not found


def test_touching_is_for_all_pairs() -> None:
    one = rectangles((0, 0, 2, 2, 0), (10, 0, 2, 2, 0))
    other = rectangles((0.5, 0, 2, 2, 0), (3, 0, 2, 2, 0), (10, 1.5, 2, 2, 0))
    assert one.touch(other).tolist() == [[True, False, False], [False, False, True]]


def test_rectangles_are_chosen_joined_and_replaced() -> None:
    both = Rectangles.joined([rectangles((0, 0, 2, 4, 0)), rectangles((5, 6, 2, 2, 1))])
    assert both.x.tolist() == [0, 5]
    both.put(0, both.take([1, 1]), 1)
    assert both.y.tolist() == [6, 6]
    assert both.half_height.tolist() == [1, 1]
    assert Rectangles.upright([]).x.tolist() == []


def test_segments_cross_rooms_at_an_angle() -> None:
    lines = [np.array([(-5.0, 0.0), (5.0, 0.0)]), np.array([(-5.0, 9.0), (0.0, 4.0), (0.0, -4.0)])]
    segments = Segments.of(lines)
    assert segments.edge.tolist() == [0, 1, 1]
    hit, sine = segments.crossings(rectangles((0, 0, 2, 2, 0), (0, 0, 2, 2, math.pi / 4)))
    assert hit.tolist() == [[True, False, True], [True, False, True]]
    assert sine[0] == pytest.approx([0, math.sqrt(0.5), 1])
    assert sine[1, 0] == pytest.approx(math.sqrt(0.5))


def test_a_segment_that_ends_before_a_room_misses_it() -> None:
    segments = Segments.of([np.array([(-5.0, 0.0), (-1.1, 0.0)]), np.array([(-5.0, 0), (-0.9, 0)])])
    hit, _ = segments.crossings(rectangles((0, 0, 2, 2, 0)))
    assert hit.tolist() == [[False, True]]


def test_points_of_curves() -> None:
    assert polyline([(0, 0), (1, 2)]).tolist() == [[0, 0], [1, 2]]
    curve = [(0.0, 0.0), (0.0, 4.0), (4.0, 4.0), (4.0, 0.0), (4.0, -4.0), (8.0, -4.0), (8.0, 0.0)]
    points = polyline(curve, pieces=2)
    assert points.tolist() == [[0, 0], [2, 3], [4, 0], [6, -3], [8, 0]]
