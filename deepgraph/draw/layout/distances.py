"""The distances of a layered picture, along the flow (`main`) and along its columns (`cross`).

The columns of a picture are equally tall, so that between two of them with n and m nodes, n ≤ m,
the share 1 / (n + 1) of the way from the n puts the labels of all n·m edges into one column in
equal distances: edge (i, j) passes there at height i + j / m, a place of its own. The first two
edges cross a little behind it, and long labels stand so far before it that they end there.
Distances are those of a small network, and give way for long labels, for many, and for the
proportions of the whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph.draw.layout.records import Measures
from deepgraph.draw.layout.typography import set_width

if TYPE_CHECKING:
    from deepgraph.draw.layout.columns import Columns

BESIDE, BARE = 202.0, 112.0
"""Px between the nodes of two columns with labels between them, and without."""
BELOW, BARE_BELOW = 116.0, 72.0
"""The same if the signal flows down: level labels need less room there."""
SHARE, CROSSED = 0.38, 0.33
"""Of the way from source to target, where labels stand: if no edges cross, and if few do."""
TAIL, HEAD = 12.0, 24.0
"""Px of a line that is seen before and behind its label at least."""
COMPACT = 0.6
"""This share of them is enough where a picture has to be narrow."""
ROOMY = 2
"""Up to so many nodes in a column are as far apart as they are tall."""
BETWEEN = 16.0
"""Px between two nodes of a column with all that belongs to them."""
SPREAD = 2.7
"""A column of few nodes may spread by this factor, so that columns are equally tall."""
APART = 0.05
"""The distance of two labels in one column beyond their height, in font sizes."""
TALL, ALL, FLAT = 0.62, 1.3, 0.5
"""The distance of two columns as a share of their height: at least, if they are few; of all
together; and if the signal flows down."""
CLEAR, EARLIEST = 3.0, 0.75
"""Px between a label and the first crossing, and how much it may move for them: to this share of
the way to the place at which labels are equally far apart."""
OFF = 4.0
"""Px that an edge keeps from a node that it passes."""
WIDEST = 2.4
"""Long labels widen a gap no more than so many times, unless columns are taller."""


def measured(columns: Columns) -> Measures:
    """The distances of a picture, with room for everything that is asked for."""
    return _Distances(columns).measured()


class _Distances:
    def __init__(self, columns: Columns) -> None:
        self.all = columns
        self.view, self.down, self.sizes = columns.view, columns.down, columns.sizes
        self.gaps, self.count, self.half = columns.gaps, columns.count, columns.half
        part = COMPACT if self.view.scale.compact else 1.0
        self.tail, self.head = TAIL * part, HEAD * part

    def measured(self) -> Measures:
        """The distances of the picture, with room for everything that is asked for."""
        columns, pitches = self.all, self._pitches()
        # Taller columns want to be farther apart, and then labels may stand closer to their nodes.
        for _ in range(2):
            distances = self._distances(pitches)
            crowding = [self._crowding(c, pitches, distances[c]) for c in range(1, self.count)]
            factor = max(crowding, default=1.0)
            if factor <= 1.0:
                break
            pitches = [pitch * factor for pitch in pitches]
        distances = self._distances(pitches)
        middles, at = [], 0.0
        for column, distance in enumerate(distances):
            at += distance + columns.inner(column) + (columns.inner(column - 1) if column else 0.0)
            middles.append(at)
        lines = [0.0]
        for column in range(1, self.count):
            shift = self._label_line(column, pitches, distances[column])
            lines.append(middles[column - 1] + columns.inner(column - 1) + shift)
        return Measures(pitches, middles, lines)

    def _pitches(self) -> list[float]:
        """The distance of two nodes of each column: all columns are about equally tall."""
        rows = [self.all.rows(column) for column in range(self.count)]
        least = [self._least_pitch(column) for column in range(self.count)]
        tallest = max(pitch * count for pitch, count in zip(least, rows, strict=True))
        return [
            min(max(pitch, tallest / count), pitch * (SPREAD if self.all.grids[n] is None else 1))
            for n, (pitch, count) in enumerate(zip(least, rows, strict=True))
        ]

    def _least_pitch(self, column: int) -> float:
        columns, nodes = self.all, self.all.cells[column]
        room = max(columns.before(node) + columns.after(node) for node in nodes)
        size = max(columns.cross_size(columns.boxes[node]) for node in nodes)
        airy = 1.0 if any(gap.labels for gap in self.gaps) else 0.6
        roomy = size * (1 + airy * min(1.0, ROOMY / columns.rows(column)))
        room += columns.lanes(column)
        # Closer than usual, nodes still do not touch.
        return max(room + BETWEEN / 2, max(room + BETWEEN, roomy) * columns.cross)

    def _distances(self, pitches: list[float]) -> list[float]:
        """The distance of the nodes of each column from those before it; of the first 0."""
        columns = self.all
        extent = max(
            pitch * (columns.rows(number) - 1)
            + max(columns.before(n) + columns.after(n) for n in columns.cells[number])
            for number, pitch in enumerate(pitches)
        )
        gaps = max(self.count - 1, 1)
        tall = extent * (min(FLAT, 0.8 / gaps) if self.down else min(TALL, ALL / gaps))
        tall = 0.0 if self.view.scale.compact else tall
        found = [0.0]
        for column in range(1, self.count):
            gap, half = self.gaps[column], (self.half(column - 1), self.half(column))
            usual = (BELOW, BARE_BELOW) if self.down else (BESIDE, BARE)
            base = sum(half) + usual[0 if gap.labels else 1]
            base = max(base, tall if len(gap.edges) > 1 else 0.0)
            room = self._room(column, pitches, half)
            texts = columns.reaches(column - 1)[1] + columns.reaches(column)[0] + 20.0
            texts -= columns.inner(column - 1) + columns.inner(column)
            if self.view.gaps and self.view.gaps[column] and not self.down:
                texts += set_width(self.view.gaps[column], self.sizes.caption) + 20.0
            wide = max(base, min(room, max(WIDEST * base, 0.9 * extent)), texts)
            wide = max(wide, self._clear(column, pitches))
            found.append(wide * columns.main[column])
        return found

    def _clear(self, column: int, pitches: list[float]) -> float:
        """The distance at which the steepest edge keeps off the neighbours of its own nodes.

        A line that rises by t for each px of flow passes the corner of the square around a
        neighbour, which is one pitch away, if the pitch is less than (1 + t) times half the square.
        """
        heights = [pitches[n] * (self.all.rows(n) - 1) for n in (column - 1, column)]
        rise = sum(heights) / 2
        found = 0.0
        for number in (column - 1, column):
            cells = self.all.cells[number]
            radius = max(self.all.cross_size(self.all.boxes[node]) for node in cells) / 2 + OFF
            room = pitches[number] / radius - 1
            if len(cells) > 1 and room > 0 and self.gaps[column].edges:
                found = max(found, rise / room)
        return found

    def _long(self, column: int) -> float:
        """The extent of the longest label before a column along the flow."""
        gap = self.gaps[column]
        return self.sizes.label * gap.tallest if self.down else gap.longest

    def _even(self, column: int) -> bool:
        """True if labels stand before the first crossing, and not at the usual share."""
        gap = self.gaps[column]
        return gap.even or (self.down and min(gap.sources, gap.targets) > 1)

    def _share(self, column: int) -> float:
        """Where labels stand that are not evenly spaced before the first crossing."""
        gap = self.gaps[column]
        return CROSSED if gap.plain and min(gap.sources, gap.targets) == 2 else SHARE

    def _shares(self, column: int, pitches: list[float]) -> tuple[float, float]:
        """Where edges are equally far apart, and where the first two cross.

        Both are shares of the way from the column of fewer nodes.
        """
        few, many = pitches[column - 1], pitches[column]
        count = self.gaps[column].targets
        if self._backwards(column):
            few, many, count = many, few, self.gaps[column].sources
        return few / (few + count * many), few / (few + (count - 1) * many)

    def _backwards(self, column: int) -> bool:
        """True if the column before has more nodes."""
        return self.gaps[column].sources > self.gaps[column].targets

    def _room(self, column: int, pitches: list[float], half: tuple[float, float]) -> float:
        """The distance at which labels at their place keep off the nodes on both sides."""
        if not self.gaps[column].labels:
            return 0.0
        long = self._long(column)
        if not self._even(column):
            tail, head = half[0] + self.tail + long / 2, half[1] + self.head + long / 2
            share = self._share(column)
            return max(tail / share, head / (1 - share))
        _, first = self._shares(column, pitches)
        near = half[1] + self.head if self._backwards(column) else half[0] + self.tail
        return (near + long + CLEAR) / first

    def _label_line(self, column: int, pitches: list[float], distance: float) -> float:
        """How far behind the middle of the column before it the labels before a column stand."""
        long = self._long(column) / 2
        least = self.half(column - 1) + self.tail / 2 + long
        most = distance - self.half(column) - self.head - long
        at = self._share(column) * distance
        if self._even(column):
            even, first = self._shares(column, pitches)
            at = max(min(even, first - (long + CLEAR) / distance), EARLIEST * even) * distance
            if self._backwards(column):
                at = distance - at
        return max(min(max(at, least), most), (least + most) / 2 if most < least else least)

    def _crowding(self, column: int, pitches: list[float], distance: float) -> float:
        """How many times too close to one another the labels before a column are."""
        gap = self.gaps[column]
        if not gap.labels or not self._even(column) or (self.down and self.view.scale.compact):
            return 1.0
        at = self._label_line(column, pitches, distance) / distance
        apart = (1 - at) * pitches[column - 1] if self._backwards(column) else at * pitches[column]
        needed = gap.longest + 10.0 if self.down else (gap.tallest + APART) * self.sizes.label
        # Many level labels side by side would make a picture that flows down far too wide.
        return needed / apart if not self.down or needed < 2.2 * apart else 1.0
