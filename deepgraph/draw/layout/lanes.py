"""The lines of edges in an irregular picture: straight, or level lanes with round corners.

An edge between neighbouring levels is straight. A long one runs level past the nodes of the levels
that it skips, and changes its height in the gaps between them. All of it is in coordinates along
and across the flow.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepgraph.draw.layout.geometry import Point

CORNER = 46.0
"""The largest radius of a corner."""
CLOSE = 1.0
"""Px within which two stops are level."""


class End(NamedTuple):
    """A node at an end of an edge: its middle, half its size along and across, if it is round."""

    along: float
    across: float
    half_long: float
    half_high: float
    round: bool


def line(source: End, stops: Sequence[tuple[float, float, float]], target: End) -> list[Point]:
    """The line of an edge from rim to rim: two points, or the 1 + 3·n of a Bézier curve.

    Args:
        source, target: its ends.
        stops: on its way, each the two ends of a level piece along the flow, and its place across.
    """
    corners: list[Point] = []
    for first, last, across in stops:
        if corners and abs(corners[-1][1] - across) < CLOSE:
            corners[-1] = last, corners[-1][1]
        else:
            corners += [(first, across), (last, across)]
    middles = (source.along, source.across), (target.along, target.across)
    start = rim(source, corners[0] if corners else middles[1])
    end = rim(target, corners[-1] if corners else middles[0])
    return rounded([start, *corners, end])


def rim(end: End, towards: Point) -> Point:
    """The point of a node's border on the way from its middle to a point."""
    dx, dy = towards[0] - end.along, towards[1] - end.across
    if end.round:
        share = end.half_long / (math.hypot(dx, dy) or 1.0)
    else:
        share = min(
            end.half_long / abs(dx) if dx else math.inf, end.half_high / abs(dy) if dy else math.inf
        )
    return end.along + dx * share, end.across + dy * share


def rounded(points: Sequence[Point], radius: float = CORNER) -> list[Point]:
    """A line through some points as a Bézier curve whose corners are round.

    >>> rounded([(0, 0), (9, 0)])
    [(0, 0), (9, 0)]
    >>> len(rounded([(0, 0), (100, 0), (100, 100)]))
    10
    """
    kept = [points[0]]
    for before, point, after in zip(points[:-2], points[1:-1], points[2:], strict=True):
        if _turns(before, point, after):
            kept.append(point)
    kept.append(points[-1])
    if len(kept) == 2:
        return kept
    curve = [kept[0]]
    for before, point, after in zip(kept[:-2], kept[1:-1], kept[2:], strict=True):
        room = min(radius, math.dist(before, point) / 2, math.dist(point, after) / 2)
        one, two = _towards(point, before, room), _towards(point, after, room)
        _straight(curve, one)
        curve += [_between(one, point, 2 / 3), _between(two, point, 2 / 3), two]
    _straight(curve, kept[-1])
    return curve


def _turns(before: Point, point: Point, after: Point) -> bool:
    """Whether a line bends at a point."""
    (ax, ay), (bx, by), (cx, cy) = before, point, after
    area = (bx - ax) * (cy - by) - (by - ay) * (cx - bx)
    return abs(area) > 0.01 * math.dist(before, point) * math.dist(point, after)


def _straight(curve: list[Point], end: Point) -> None:
    start = curve[-1]
    if math.dist(start, end) > 0.01:
        curve += [_between(start, end, 1 / 3), _between(start, end, 2 / 3), end]


def _between(one: Point, other: Point, share: float) -> Point:
    return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share


def _towards(start: Point, end: Point, length: float) -> Point:
    return _between(start, end, length / (math.dist(start, end) or 1.0))
