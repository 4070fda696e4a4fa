"""The lines of edges in an irregular picture: straight, or level lanes with round corners.

An edge between neighbouring levels is straight. A long one runs level past the nodes of the levels
that it skips, and changes its height in the gaps between them. All of it is in coordinates along
and across the flow.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepgraph.draw.layout.geometry import Floats, Point

CORNER = 46.0
"""The largest radius of a corner."""
STEEP = 1.1
"""The slope of a last piece above which an edge rather enters from above or below."""
BESIDE = 9.0
"""Px that a steep edge leaves between the nodes of a level and its own way."""
TURN = 14.0
"""The radius of the corner there."""
PIECES = (0.2, 0.4, 0.6, 0.8)
"""Where a round corner is cut into straight pieces."""
LEVEL = 0.72
"""A lane that begins within so much of half its source may be left level from there."""
CLOSE = 1.0
"""Px within which two stops are level."""


class End(NamedTuple):
    """A node at an end of an edge: its middle, half its size along and across, if it is round."""

    along: float
    across: float
    half_long: float
    half_high: float
    round: bool


class Way(NamedTuple):
    """An edge before it has a line.

    Attributes:
        source, target: its ends.
        stops: between them, each the two ends of a level piece along the flow, and its place
            across.
        leaves, enters: where the gap behind its source begins, and the one before its target ends.
    """

    source: End
    target: End
    stops: Sequence[tuple[float, float, float]]
    leaves: float
    enters: float

    def corners(self) -> list[Point]:
        """The corners of its lane."""
        found: list[Point] = []
        for first, last, across in self.stops:
            if found and abs(found[-1][1] - across) < CLOSE:
                found[-1] = last, found[-1][1]
            else:
                found += [(first, across), (last, across)]
        return found

    @property
    def can_leave_level(self) -> bool:
        """Whether its lane begins off the middle of its source, yet within its height."""
        corners = self.corners()
        aside = abs(corners[0][1] - self.source.across) if corners else 0.0
        return CLOSE <= aside <= LEVEL * self.source.half_high

    def direct(self, turn: float = 0.0, *, level: bool = False) -> list[Point]:
        """The line that aims at the middles of its ends.

        `turn` moves its end along the border of a round target, by an angle in radians; `level`
        leaves the source level, into the lane.
        """
        corners = self.corners()
        start = self._start(corners, level)
        end = rim(self.target, (corners or [self.source[:2]])[-1])
        return rounded([start, *corners, turned(self.target, end, turn) if turn else end])

    def dropped(self, aside: float, *, level: bool = False) -> list[Point] | None:
        """The line that enters its target from above or below, if its last piece is steep.

        `aside` is how far from the middle of the target along the flow; `level` is that of
        `direct`.
        """
        corners, target = self.corners(), self.target
        if not corners:
            return None
        along, across = corners[-1]
        fall = target.across - across
        if abs(fall) < max(
            STEEP * (target.along - target.half_long - along), 1.6 * target.half_high
        ):
            return None
        at = target.along + aside
        high = target.half_high
        if target.round:
            high = math.sqrt(max(target.half_long**2 - aside**2, 0.0))
        end = at, target.across - math.copysign(high, fall)
        return rounded([self._start(corners, level), *corners[:-1], (at, across), end])

    def _start(self, corners: Sequence[Point], level: bool) -> Point:
        if level:
            return level_rim(self.source, corners[0][1] - self.source.across, 1)
        return rim(self.source, corners[0] if corners else self.target[:2])

    def wide(self, leaving: float, entering: float) -> list[Point]:
        """The line that passes beside the neighbours of its ends.

        The shares say how far towards its way it leaves and enters, as shares of half a node; a
        share of 0 is level, and a negative one leaves that end as it is in the direct line.
        """
        corners = self.corners()
        first, last = corners[0] if corners else self.target[:2], (corners or [self.source[:2]])[-1]
        points, radii = list(corners), [CORNER] * len(corners)
        if leaving >= 0:
            points.insert(0, (self.leaves + BESIDE, _beside(self.source, first[1], leaving)))
            radii.insert(0, TURN)
        if entering >= 0:
            points.append((self.enters - BESIDE, _beside(self.target, last[1], entering)))
            radii.append(TURN)
        start = rim(self.source, points[0] if points else self.target[:2])
        end = rim(self.target, points[-1] if points else self.source[:2])
        return rounded([start, *points, end], radii)


def _beside(end: End, across: float, share: float) -> float:
    """A place across the flow towards another, but within the height of a node."""
    most = end.half_high * share
    return end.across + min(max(across - end.across, -most), most)


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


def level_rim(end: End, aside: float, way: int) -> Point:
    """The point of a node's border on a level line aside of its middle; `way` is 1 or -1.

    >>> level_rim(End(0.0, 0.0, 5.0, 5.0, True), 3.0, -1)
    (-4.0, 3.0)
    """
    long = math.sqrt(max(end.half_long**2 - aside**2, 0.0)) if end.round else end.half_long
    return end.along + way * long, end.across + aside


def turned(end: End, point: Point, turn: float) -> Point:
    """A point of the border of a round node, moved along it by an angle in radians."""
    along, across = point[0] - end.along, point[1] - end.across
    cos, sin = math.cos(turn), math.sin(turn)
    return end.along + along * cos - across * sin, end.across + along * sin + across * cos


def rounded(points: Sequence[Point], radii: Sequence[float] = ()) -> list[Point]:
    """A line through some points as a Bézier curve whose corners are round, of given radii at most.

    >>> rounded([(0, 0), (9, 0)])
    [(0, 0), (9, 0)]
    >>> len(rounded([(0, 0), (100, 0), (100, 100)]))
    10
    """
    kept, sizes = [points[0]], []
    for number, point in enumerate(points[1:-1]):
        if _turns(kept[-1], point, points[number + 2]):
            kept.append(point)
            sizes.append(radii[number] if radii else CORNER)
    kept.append(points[-1])
    if len(kept) == 2:
        return kept
    curve = [kept[0]]
    for before, point, after, radius in zip(kept[:-2], kept[1:-1], kept[2:], sizes, strict=True):
        room = min(radius, math.dist(before, point) / 2, math.dist(point, after) / 2)
        one, two = _towards(point, before, room), _towards(point, after, room)
        _straight(curve, one)
        curve += [_between(one, point, 2 / 3), _between(two, point, 2 / 3), two]
    _straight(curve, kept[-1])
    return curve


def flattened(line: Sequence[Point]) -> Floats:
    """(points, 2) along a line of `rounded`, whose corners are cut into a few pieces."""
    if len(line) == 2:
        return np.array(line, np.float64)
    points = [line[0]]
    for one, two, end in zip(line[1::3], line[2::3], line[3::3], strict=True):
        start = points[-1]
        if _turns(start, one, end):
            for t in PIECES:
                a, b, c, d = (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t * t, t**3
                x, y = (a * start[i] + b * one[i] + c * two[i] + d * end[i] for i in (0, 1))
                points.append((x, y))
        points.append(end)
    return np.array(points, np.float64)


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
