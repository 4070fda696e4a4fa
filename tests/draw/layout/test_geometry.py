"""Rectangles that touch, segments that cross them, points of curves: against plain definitions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepgraph.draw.layout.geometry import Rectangles, Segments, along_line, nearby, polyline
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


def test_rectangles_are_chosen_and_replaced() -> None:
    both = rectangles((0, 0, 2, 4, 0), (5, 6, 2, 2, 1))
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


boxes = st.lists(st.tuples(places, places, sizes, sizes), max_size=12)


@given(boxes, boxes, st.floats(0.5, 50))
def test_nearby_boxes_are_those_that_meet(
    ones: list[tuple[float, ...]], others: list[tuple[float, ...]], cell: float
) -> None:
    a, b = (
        np.array([(x, y, x + w, y + h) for x, y, w, h in given], np.float64).reshape(-1, 4)
        for given in (ones, others)
    )
    expected = {
        (i, j)
        for i, one in enumerate(a)
        for j, other in enumerate(b)
        if (one[:2] <= other[2:]).all() and (other[:2] <= one[2:]).all()
    }
    first, second = nearby(a, b, cell)
    pairs = list(zip(first.tolist(), second.tolist(), strict=True))
    assert pairs == sorted(expected)


@given(
    st.lists(st.tuples(places, places, places, places), min_size=1, max_size=9), st.floats(1, 60)
)
def test_meetings_are_where_lines_cross(lines: list[tuple[float, ...]], cell: float) -> None:
    ends = [np.array(line, np.float64).reshape(2, 2) for line in lines]
    first, second, points = Segments.of(ends).meetings(cell)
    found = {(i, j): point for i, j, point in zip(first, second, points, strict=True)}
    for i, (a, b) in enumerate(ends):
        for j, (c, d) in enumerate(ends):
            matrix = np.array([b - a, c - d]).T
            if i >= j or abs(np.linalg.det(matrix)) < 1:
                continue
            s, t = np.linalg.solve(matrix, c - a)
            if 0.001 < s < 0.999 and 0.001 < t < 0.999:
                assert found[i, j] == pytest.approx(a + s * (b - a), abs=1e-6)
            if min(s, t) < -0.001 or max(s, t) > 1.001:
                assert (i, j) not in found


def test_lines_are_cut_into_pieces_of_one_length() -> None:
    segments = Segments.of([np.array([(0.0, 0.0), (10.0, 0.0), (10.0, 3.0)])])
    pieces = segments.cut(4.0)
    assert pieces.edge.tolist() == [0] * 4
    assert pieces.start[0].tolist() == [0, 0]
    assert pieces.end[2].tolist() == [10, 0]
    assert (pieces.start[1:] == pieces.end[:-1]).all()
    assert np.hypot(*(pieces.end - pieces.start).T).max() <= 4


def test_the_box_around_a_turned_rectangle() -> None:
    bounds = rectangles((0, 0, 4, 2, 0), (1, 1, 2, 2, math.pi / 4)).bounds
    assert bounds[0].tolist() == [-2, -1, 2, 1]
    assert bounds[1] == pytest.approx(1 + math.sqrt(2) * np.array([-1, -1, 1, 1]))


def test_px_along_a_line_to_a_coordinate() -> None:
    bent = [(0.0, 0.0), (10.0, 0.0), (20.0, 0.0), (30.0, 0.0)]
    assert along_line(bent, 0, 12.0) == pytest.approx(12)
    assert along_line([(0.0, 5.0), (0.0, 9.0)], 1, 6.0) == pytest.approx(1)
    assert along_line([(0.0, 5.0), (0.0, 9.0)], 1, 99.0) == pytest.approx(4)


coordinates = st.one_of(places, st.integers(-3, 3).map(float)).map(
    lambda px: px if abs(px) > 1e-9 else 0.0  # no picture has finer ones
)


@given(st.tuples(*[coordinates] * 4), st.sampled_from([0, 1]), coordinates)
@settings(max_examples=1000)
def test_a_straight_line_has_a_short_way_to_the_same_px(
    line: tuple[float, ...], axis: int, at: float
) -> None:
    """The same line as a curve, whose control points are its ends, takes the general way."""
    start, end = line[:2], line[2:]
    short = along_line([start, end], axis, at)
    assert short == along_line([start, start, end, end], axis, at)
    if start[axis] < at < end[axis]:
        share = (at - start[axis]) / (end[axis] - start[axis])
        assert short == pytest.approx(share * math.dist(start, end))
