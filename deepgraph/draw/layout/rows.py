"""Long pictures in several rows, like lines of a text.

After so many levels the next begin a row of their own below. What runs from one row to the next
turns behind its end, runs back in a corridor between both, and turns again before the next begins.
Pieces turn one inside the other, so that none crosses another on its way.
"""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deepgraph.draw.layout.lanes import End, rim, rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepgraph.draw.layout.geometry import Point
    from deepgraph.draw.layout.levels import Levels

    Span = tuple[float, float]

LANE = 26.0
"""Px between two edges in a corridor."""
NEAR, APART, MOST_APART = 12.0, 12.0, 60.0
"""Px from a level to where its edges are level, between two of one node, and from the first to the
last of them."""
BESIDE = 44.0
"""Px from a row to the nearest edge that turns, on all sides."""


@dataclass
class Rows:
    """The rows of a picture, along and across the flow.

    Attributes:
        levels, spans, across: as they were in one row.
        each: the levels of a row.
        start: for each row where its first level begins, in one row.
        shift: for each row what is added across the flow.
        back: for each row but the last, the place of the first edge in the corridor behind it.
        longest: the extent of the longest row.
        turning: for each row but the last the pieces that leave it, from first to last.
        order: of each of these pieces: its place among all that leave the row, among those of its
            source, and among those of its target.
        count: of the pieces of each source, and of each target, by node and side.
    """

    levels: Levels
    spans: list[Span]
    across: list[float]
    each: int
    start: list[float]
    shift: list[float]
    back: list[float]
    longest: float
    turning: list[list[tuple[int, int]]]
    order: dict[tuple[int, int], tuple[int, int, int]] = field(default_factory=dict)
    count: Counter[tuple[int, int]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        for pieces in self.turning:
            for at, (one, other) in enumerate(pieces):
                self.order[one, other] = at, self.count[one, 0], self.count[other, 1]
                self.count.update([(one, 0), (other, 1)])

    @classmethod
    def of(
        cls,
        levels: Levels,
        spans: list[Span],
        across: list[float],
        sizes: Sequence[tuple[float, float]],
        each: int,
    ) -> Rows:
        """Break a picture into rows of so many levels; `sizes` are what nodes need across."""
        start, shift, back, turning, ends, at = [], [], [], [], [], 0.0
        for first in range(0, len(levels.order), each):
            shown = [n for level in levels.order[first : first + each] for n in level]
            low = min(across[n] - (sizes[n][0] if n < levels.nodes else 0.0) for n in shown)
            high = max(across[n] + (sizes[n][1] if n < levels.nodes else 0.0) for n in shown)
            start.append(spans[first][0])
            shift.append(at - low)
            last = min(first + each, len(levels.order)) - 1
            ends.append(spans[last][1] - spans[first][0])
            leaving = [(n, m) for n in levels.order[last] for m in levels.below[n]]
            at += high - low + BESIDE
            if last + 1 < len(levels.order):
                order = {n: place for place, n in enumerate(levels.order[last + 1])}
                leaving.sort(key=lambda piece: (across[piece[0]], order[piece[1]]))
                turning.append(leaving)
                back.append(at)
                at += max(len(leaving) - 1, 0) * LANE + BESIDE
        return cls(levels, spans, across, each, start, shift, back, max(ends), turning)

    def row(self, node: int) -> int:
        """The row of a node or stop."""
        return self.levels.rank[node] // self.each

    def span(self, node: int) -> Span:
        """Where the level of a node or stop begins and ends along the flow, in its row."""
        first, last = self.spans[self.levels.rank[node]]
        start = self.start[self.row(node)]
        return first - start, last - start

    def place(self, node: int) -> float:
        """Where a node or stop stands across the flow."""
        return self.across[node] + self.shift[self.row(node)]

    def line(self, chain: Sequence[int], source: End, target: End) -> list[Point]:
        """The line of an edge that turns."""
        points: list[Point] = []
        for one, other in itertools.pairwise(chain):
            if self.row(one) != self.row(other):
                points += self._turn(one, other)
            if other != chain[-1]:
                first, last = self.span(other)
                points += [(first, self.place(other)), (last, self.place(other))]
        return rounded([rim(source, points[0]), *points, rim(target, points[-1])])

    def _turn(self, one: int, other: int) -> list[Point]:
        """The corners of a piece from a row to the next: the first turns outermost."""
        row = self.row(one)
        at, leaving, entering = self.order[one, other]
        behind = len(self.turning[row]) - 1 - at
        end = self.longest + BESIDE + behind * LANE
        back = self.back[row] + behind * LANE
        begin = -BESIDE - at * LANE
        # Several edges of a node leave and enter it apart.
        out = self.place(one) + _apart(leaving, self.count[one, 0])
        into = self.place(other) + _apart(entering, self.count[other, 1])
        return [
            (self.span(one)[1] + NEAR, out),
            (end, out),
            (end, back),
            (begin, back),
            (begin, into),
            (self.span(other)[0] - NEAR, into),
        ]


def _apart(at: int, count: int) -> float:
    """Px from the middle of a node at which one of several edges leaves it."""
    return (at - (count - 1) / 2) * min(APART, MOST_APART / max(count - 1, 1))
