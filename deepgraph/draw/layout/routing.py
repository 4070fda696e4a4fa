"""Chooses a line for each edge of an irregular picture: through no node, with few crossings.

Each edge has the direct line, unless another is better: a steep one enters its target from above or
below where that is free, one whose lane begins beside the middle of its source leaves it level, and
one that would run through a node passes beside it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.draw.layout.lanes import flattened

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from deepgraph.draw.layout.geometry import Floats, Point
    from deepgraph.draw.layout.lanes import Way

    Pair = tuple[int, int]

ASIDE = (0.0, -16.0, 16.0, -30.0)
"""Px from the middle of a node at which edges from above or below may enter it, the best first."""
WIDE = tuple((out, into) for out in (-1.0, 0.8, 0.5, 0.2) for into in (-1.0, 0.8, 0.5, 0.2))[1:]
"""How a steep edge may pass beside the neighbours of its ends; see `Way.wide`."""
APART = 12.0
"""Px between the heads of two edges at one node, where an edge has the choice."""
HEADS = 15.0
"""Px between the heads of two direct edges at one node, where there is room."""
MOST_TURN = 0.3
"""Radians by which the end of an edge may turn away from the middle that it aims at."""
PASSES = 20
"""Rounds in which neighbours push each other apart."""
CLEAR, ROOMY = 2.0, 9.0
"""Px between an edge and what it does not belong to; and, where the edge has the choice, between it
and what is not round, such as a bias."""
MOST_COUNTED = 250
"""With more edges nobody counts what a line crosses."""
MOST_WAYS = 3_000
"""With more edges all have the direct line."""


def routed(ways: Sequence[Way], ends: Sequence[Pair], rooms: Sequence[Any]) -> list[list[Point]]:
    """The line of each edge.

    Args:
        ways: of the edges.
        ends: for each its two nodes.
        rooms: (node, x, y, width, height, round) of everything that an edge keeps away from, along
            and across the flow; the first of each node is that node itself.
    """
    lines = [way.direct() for way in ways]
    if len(ways) > MOST_WAYS or not ways:
        return lines
    picture = _Picture(lines, ends, rooms)
    few = len(ways) <= MOST_COUNTED
    for number, way in enumerate(ways):
        if picture.touched(number, picture.pieces[number]):
            lines = [*_drops(way), *(way.wide(*shares) for shares in WIDE)]
            picture.mend(number, lines, count=few)
        elif few:
            level = [way.direct(level=True)] if way.can_leave_level else []
            picture.improve(number, [*_drops(way), *level])
    if few:
        _spread(picture, ways)
    return picture.lines


def _spread(picture: _Picture, ways: Sequence[Way]) -> None:
    """Move the heads of direct lines apart that would lie upon each other."""
    into: dict[int, list[int]] = {}
    for number, (_, target) in enumerate(picture.ends):
        if ways[number].target.round:
            into.setdefault(target, []).append(number)
    for edges in into.values():
        end = ways[edges[0]].target
        tips = [picture.lines[number][-1] for number in edges]
        angles = [math.atan2(y - end.across, x - end.along) for x, y in tips]
        level = [_leaves_level(picture.lines[number], ways[number]) for number in edges]
        free = [
            one or picture.lines[number] == ways[number].direct()
            for number, one in zip(edges, level, strict=True)
        ]
        turns = spread(angles, free, 2 * math.asin(min(HEADS / 2 / end.half_long, 1.0)))
        for number, turn, one in zip(edges, turns, level, strict=True):
            if turn:
                picture.turn(number, ways[number].direct(turn, level=one))


def _leaves_level(line: list[Point], way: Way) -> bool:
    """Whether a line is the direct one that leaves its source level."""
    return way.can_leave_level and line == way.direct(level=True)


def spread(angles: Sequence[float], free: Sequence[bool], gap: float) -> list[float]:
    """By how much each angle of a circle is turned, so that all are a gap apart.

    Those that are not free stay. Where there is no room for all, or one would have to turn by more
    than `MOST_TURN`, what is left of the gap is less.

    >>> [round(turn, 2) for turn in spread([0.0, 0.1, 2.0], [True, True, True], 0.2)]
    [-0.05, 0.05, 0.0]
    >>> [round(turn, 2) for turn in spread([0.0, 0.1, 2.0], [True, False, True], 0.2)]
    [-0.1, 0.0, 0.0]
    """
    order = sorted(range(len(angles)), key=angles.__getitem__)
    now = list(angles)
    for _ in range(PASSES):
        moved = False
        for place, one in enumerate(order):
            other = order[(place + 1) % len(order)]
            between = (now[other] - now[one]) % math.tau if len(order) > 1 else math.tau
            lack = gap - between
            movers = [number for number in (one, other) if free[number]]
            if lack <= gap / 1000 or not movers:
                continue
            moved = True
            for number in movers:
                step = lack / len(movers) * (-1 if number == one else 1)
                least, most = angles[number] - MOST_TURN, angles[number] + MOST_TURN
                now[number] = min(max(now[number] + step, least), most)
        if not moved:
            break
    return [end - start for start, end in zip(angles, now, strict=True)]


def _drops(way: Way) -> list[list[Point]]:
    """The lines that enter from above or below, level ones first."""
    found = (
        way.dropped(aside, level=level)
        for level in ((True, False) if way.can_leave_level else (False,))
        for aside in ASIDE
    )
    return [line for line in found if line is not None]


class _Picture:
    """All lines as they are, and what they must not touch."""

    def __init__(
        self, lines: list[list[Point]], ends: Sequence[Pair], rooms: Sequence[Any]
    ) -> None:
        self.lines = lines
        self.pieces: list[Floats] = [flattened(line) for line in lines]
        self.ends = ends
        self.all: tuple[NDArray[np.intp], Floats, Floats] | None = None
        self.node = np.array([room[0] for room in rooms])
        self.first = np.array(
            [n == 0 or rooms[n - 1][0] != room[0] for n, room in enumerate(rooms)]
        )
        self.rooms = np.array([room[1:5] for room in rooms], np.float64)
        self.round = np.array([room[5] for room in rooms])

    def take(self, number: int, line: list[Point]) -> None:
        """Put another line in the place of one."""
        self.lines[number], self.pieces[number] = line, flattened(line)
        self.all = None

    def mend(self, number: int, lines: list[list[Point]], *, count: bool) -> None:
        """Choose the line that touches no foreign node: that which crosses least, or the first."""
        free: Iterable[list[Point]]
        free = (line for line in lines if not self.touched(number, flattened(line)))
        if count:
            free = sorted(free, key=lambda line: self.crossed(number, flattened(line)))
        line = next(iter(free), None)
        if line is not None:
            self.take(number, line)

    def improve(self, number: int, lines: list[list[Point]]) -> None:
        """Take the first of some nicer lines that touches and crosses no more."""
        if not lines:
            return
        least = self.crossed(number, self.pieces[number])
        for line in lines:
            points = flattened(line)
            touched = self.touched(number, points, ROOMY)
            free = not touched and not self.crowded(number, line[-1])
            if free and self.crossed(number, points) <= least:
                self.take(number, line)
                return

    def turn(self, number: int, line: list[Point]) -> None:
        """Take a line with another end, if it touches and crosses no more."""
        points, before = flattened(line), self.pieces[number]
        if not self.touched(number, points) and (
            self.crossed(number, points) <= self.crossed(number, before)
        ):
            self.take(number, line)

    def crowded(self, number: int, tip: Point) -> bool:
        """Whether another edge ends so near that the heads of both would be one."""
        target = self.ends[number][1]
        return any(
            ends[1] == target and n != number and math.dist(tip, self.lines[n][-1]) < APART
            for n, ends in enumerate(self.ends)
        )

    def touched(self, number: int, points: Floats, clear: float = CLEAR) -> bool:
        """Whether a line touches a foreign node, or a bias or name of its own ones.

        `clear` is how far it keeps from what is not round: biases, names and nodes with corners.
        """
        source, target = self.ends[number]
        mine = ((self.node == source) | (self.node == target)) & self.first
        rooms, round_ones = self.rooms[~mine], self.round[~mine]
        start, along = points[:-1, None], np.diff(points, axis=0)[:, None]
        apart = np.where(round_ones, CLEAR, clear)[:, None]
        middle, half = rooms[None, :, :2], (rooms[:, 2:] / 2 + apart)[None]
        square = np.maximum((along**2).sum(-1), 1e-12)
        share = np.clip(((middle - start) * along).sum(-1) / square, 0, 1)
        off = np.linalg.norm(start + share[..., None] * along - middle, axis=-1)
        inside = round_ones & (off < half[..., 0])
        # Liang and Barsky 1984: the part of a piece between the sides of an upright rectangle.
        safe = np.where(np.abs(along) < 1e-9, 1e-9, along)
        one, other = (middle - half - start) / safe, (middle + half - start) / safe
        first = np.minimum(one, other).max(-1).clip(min=0)
        last = np.maximum(one, other).min(-1).clip(max=1)
        return bool((inside | (~round_ones & (first < last))).any())

    def crossed(self, number: int, points: Floats) -> int:
        """How many times a line crosses the others."""
        if self.all is None:
            owner = np.repeat(np.arange(len(self.pieces)), [len(line) - 1 for line in self.pieces])
            start = np.concatenate([line[:-1] for line in self.pieces])
            self.all = owner, start, np.concatenate([line[1:] for line in self.pieces])
        owner, start, end = self.all
        near = (np.minimum(start, end) <= points.max(axis=0)).all(axis=1)
        near &= (np.maximum(start, end) >= points.min(axis=0)).all(axis=1)
        near &= owner != number
        start, along = start[near], end[near] - start[near]
        return int(_meet(points[:-1], points[1:] - points[:-1], start, along).sum())


def _meet(a: Floats, u: Floats, b: Floats, v: Floats) -> NDArray[np.bool]:
    """(first, second) whether pieces from `a` along `u` cross pieces from `b` along `v`."""
    between = b[None] - a[:, None]
    cross = u[:, None, 0] * v[None, :, 1] - u[:, None, 1] * v[None, :, 0]
    flat = np.abs(cross) < 1e-9
    safe = np.where(flat, 1.0, cross)
    s = (between[..., 0] * v[None, :, 1] - between[..., 1] * v[None, :, 0]) / safe
    t = (between[..., 0] * u[:, None, 1] - between[..., 1] * u[:, None, 0]) / safe
    found: NDArray[np.bool] = ~flat & (s >= 0) & (s < 1) & (t >= 0) & (t < 1)
    return found
