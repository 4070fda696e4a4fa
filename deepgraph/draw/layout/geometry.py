"""Points, curves, turned rectangles and line segments, and which of them meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Point = tuple[float, float]
    Floats = NDArray[np.float64]


def polyline(curve: list[Point], pieces: int = 8) -> Floats:
    """(points, 2) along a Bézier curve of 1 + 3·n points; a straight part has only its ends."""
    points = np.array(curve, np.float64)
    if len(points) == 2:
        return points
    t = np.linspace(0, 1, pieces + 1)[1:, None]
    parts = [points[:1]]
    for start in range(0, len(points) - 1, 3):
        a, b, c, d = points[start : start + 4]
        if _flat(a, b, d) and _flat(a, c, d):
            parts.append(d[None])
            continue
        curve_points = (
            (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
        )
        parts.append(curve_points)
    return np.concatenate(parts)


def along_line(curve: list[Point], axis: int, at: float) -> float:
    """Px along a curve to where a coordinate, x or y for axis 0 or 1, first reaches a value.

    >>> along_line([(0.0, 0.0), (30.0, 40.0)], 0, 15.0)
    25.0
    """
    if len(curve) == 2:  # most edges are, and arrays take their time
        (start, end), way = [point[axis] for point in curve], np.subtract(curve[1], curve[0])
        length = float(np.hypot(*way))
        if at < start:
            return 0.0
        return length if at >= end else length / (end - start) * (at - start)
    points = polyline(curve)
    steps = np.diff(points, axis=0)
    arc = np.concatenate([[0.0], np.cumsum(np.hypot(steps[:, 0], steps[:, 1]))])
    return float(np.interp(at, np.maximum.accumulate(points[:, axis]), arc))


def _flat(start: Floats, point: Floats, end: Floats) -> bool:
    """Whether a point lies on the line through two others, to 0.01 px."""
    (ax, ay), (bx, by) = end - start, point - start
    return bool(abs(ax * by - ay * bx) <= 0.01 * np.hypot(ax, ay))


class Rectangles(NamedTuple):
    """Turned rectangles as arrays of one length.

    Attributes:
        x, y: centres.
        half_width, half_height: half their sides.
        cos, sin: of the angles by which they are turned.
    """

    x: Floats
    y: Floats
    half_width: Floats
    half_height: Floats
    cos: Floats
    sin: Floats

    def take(self, index: Any) -> Rectangles:
        """The rectangles that an index chooses."""
        return Rectangles(*(array[index] for array in self))

    def grown(self, by: float) -> Rectangles:
        """The same with so many px more on each side."""
        return self._replace(half_width=self.half_width + by, half_height=self.half_height + by)

    def put(self, index: int, other: Rectangles, which: int) -> None:
        """Replace the rectangle at `index` by number `which` of the others."""
        for array, replacement in zip(self, other, strict=True):
            array[index] = replacement[which]

    @classmethod
    def upright(cls, boxes: list[tuple[float, float, float, float]]) -> Rectangles:
        """Make upright rectangles from the centre, width and height of each."""
        x, y, width, height = np.array(boxes, np.float64).reshape(-1, 4).T
        one = np.ones(len(x))
        return cls(x, y, width / 2, height / 2, one, 0 * one)

    def touch(self, other: Rectangles) -> NDArray[np.bool]:
        """(own, others) True if two share a point."""
        return Rectangles(*(array[:, None] for array in self)).touch_each(other)

    def touch_each(self, other: Rectangles) -> NDArray[np.bool]:
        """(pairs,) the same for each with the one of its number: no axis of either separates them.

        Shapes that numpy broadcasts are welcome.
        """
        wide, high, cos_a, sin_a = self[2:]
        dx, dy = other.x - self.x, other.y - self.y
        # cosine and sine of the angle between the two
        cos = np.abs(cos_a * other.cos + sin_a * other.sin)
        sin = np.abs(cos_a * other.sin - sin_a * other.cos)
        other_wide, other_high = other.half_width, other.half_height
        apart = np.abs(dx * cos_a + dy * sin_a) > wide + other_wide * cos + other_high * sin
        apart |= np.abs(dy * cos_a - dx * sin_a) > high + other_wide * sin + other_high * cos
        apart |= np.abs(dx * other.cos + dy * other.sin) > other_wide + wide * cos + high * sin
        apart |= np.abs(dy * other.cos - dx * other.sin) > other_high + wide * sin + high * cos
        together: NDArray[np.bool] = ~apart
        return together

    def hold_each(self, points: Floats) -> NDArray[np.bool]:
        """(pairs,) True if a point of (pairs, 2) lies in the rectangle of its number."""
        dx, dy = points[:, 0] - self.x, points[:, 1] - self.y
        wide = np.abs(dx * self.cos + dy * self.sin) <= self.half_width
        high = np.abs(dy * self.cos - dx * self.sin) <= self.half_height
        return np.asarray(wide & high)

    @property
    def bounds(self) -> Floats:
        """(rectangles, 4) left, top, right, bottom of the upright rectangle around each."""
        cos, sin = np.abs(self.cos), np.abs(self.sin)
        wide = self.half_width * cos + self.half_height * sin
        high = self.half_width * sin + self.half_height * cos
        return np.stack([self.x - wide, self.y - high, self.x + wide, self.y + high], axis=1)


@dataclass(frozen=True)
class Segments:
    """Straight pieces of edges.

    Attributes:
        edge: (segments,) the number of the edge of each.
        start, end: (segments, 2).
    """

    edge: NDArray[np.int64]
    start: Floats
    end: Floats

    @classmethod
    def of(cls, curves: list[Floats]) -> Segments:
        """The pieces of polylines, each (points, 2)."""
        edge = np.concatenate([np.full(len(c) - 1, i) for i, c in enumerate(curves)])
        start = np.concatenate([c[:-1] for c in curves])
        return cls(edge.astype(np.int64), start, np.concatenate([c[1:] for c in curves]))

    @property
    def bounds(self) -> Floats:
        """(segments, 4) left, top, right, bottom of each."""
        low, high = np.minimum(self.start, self.end), np.maximum(self.start, self.end)
        return np.concatenate([low, high], axis=1)

    def cut(self, longest: float) -> Segments:
        """The same lines in pieces that are no longer than so many px."""
        along = self.end - self.start
        count = np.maximum(np.ceil(np.hypot(*along.T) / longest), 1).astype(np.int64)
        which = np.repeat(np.arange(len(count)), count)
        number = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
        first, last = (((number + i) / count[which])[:, None] for i in (0, 1))
        start = self.start[which]
        return Segments(self.edge[which], start + along[which] * first, start + along[which] * last)

    def crossings(self, rooms: Rectangles) -> tuple[NDArray[np.bool], Floats]:
        """(rooms, segments) True if a segment passes through a room, and the sine of its angle."""
        columns = Rectangles(*(array[:, None] for array in rooms))
        return _passes(columns, self.start.T, self.end.T)

    def crossings_of(
        self, rooms: Rectangles, segments: NDArray[np.int64]
    ) -> tuple[NDArray[np.bool], Floats]:
        """(rooms,) the same for pairs: each room and the segment of that number."""
        return _passes(rooms, self.start[segments].T, self.end[segments].T)

    def distances(self, points: Floats, segments: NDArray[np.int64]) -> Floats:
        """(pairs,) px from each of (pairs, 2) points to the segment of that number."""
        start, along = self.start[segments], (self.end - self.start)[segments]
        square = np.maximum((along**2).sum(axis=1), 1e-12)
        share = np.clip(((points - start) * along).sum(axis=1) / square, 0.0, 1.0)
        away = start + share[:, None] * along - points
        return np.asarray(np.hypot(away[:, 0], away[:, 1]))

    def meetings(self, longest: float) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
        """Where two edges cross: (crossings,) the two edges of each, and (crossings, 2) the point.

        `longest` is about the px of a cell of the grid by which they are found.
        """
        pieces = self.cut(longest)
        one, other = nearby(pieces.bounds, pieces.bounds, longest)
        keep = pieces.edge[one] < pieces.edge[other]
        one, other = one[keep], other[keep]
        u, v = (pieces.end[side] - pieces.start[side] for side in (one, other))
        between = pieces.start[other] - pieces.start[one]
        area = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
        flat = np.abs(area) < 1e-9
        safe = np.where(flat, 1.0, area)
        s = (between[:, 0] * v[:, 1] - between[:, 1] * v[:, 0]) / safe
        t = (between[:, 0] * u[:, 1] - between[:, 1] * u[:, 0]) / safe
        hit = ~flat & (s >= 0) & (s < 1) & (t >= 0) & (t < 1)
        points = pieces.start[one[hit]] + s[hit, None] * u[hit]
        return pieces.edge[one[hit]], pieces.edge[other[hit]], points


def _passes(rooms: Rectangles, start: Floats, end: Floats) -> tuple[NDArray[np.bool], Floats]:
    """Whether segments with ends (2, …) pass through rooms, and the sines of their angles."""
    ends = []
    for x, y in (start, end):
        dx, dy = x - rooms.x, y - rooms.y
        ends.append((dx * rooms.cos + dy * rooms.sin, dy * rooms.cos - dx * rooms.sin))
    (x0, y0), (x1, y1) = ends
    first, last = np.zeros_like(x0), np.ones_like(x0)
    # Liang and Barsky 1984: cut the segment by the four sides of an upright rectangle.
    for p, d, half in ((x0, x1 - x0, rooms.half_width), (y0, y1 - y0, rooms.half_height)):
        safe = np.where(np.abs(d) < 1e-9, 1e-9, d)
        a, b = (-half - p) / safe, (half - p) / safe
        first = np.maximum(first, np.minimum(a, b))
        last = np.minimum(last, np.maximum(a, b))
    length = np.hypot(x1 - x0, y1 - y0) + 1e-9
    return first < last, np.abs(y1 - y0) / length


def middle(values: Floats) -> float:
    """The upper median of an array of any shape; numpy's own loads its masked arrays."""
    return float(np.sort(values, axis=None)[values.size // 2])


def nearby(
    ones: Floats, others: Floats, cell: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The pairs of upright boxes (boxes, 4) of two sets that share a point, by a grid of cells.

    The effort grows with the number of pairs that share a cell, not with that of all pairs.
    """
    one, key = _cells(ones, cell)
    other, keys = _cells(others, cell)
    order = np.argsort(keys, kind="stable")
    other, keys = other[order], keys[order]
    first, last = (np.searchsorted(keys, key, side=side) for side in ("left", "right"))
    count = last - first
    a = np.repeat(one, count)
    b = other[np.arange(len(a)) + np.repeat(first - np.cumsum(count) + count, count)]
    # Column by column: numpy is slow at many rows of two.
    left_a, top_a, right_a, bottom_a = np.ascontiguousarray(ones.T)
    left_b, top_b, right_b, bottom_b = np.ascontiguousarray(others.T)
    meet = left_a[a] <= right_b[b]
    meet &= top_a[a] <= bottom_b[b]
    meet &= left_b[b] <= right_a[a]
    meet &= top_b[b] <= bottom_a[a]
    pairs = np.sort(a[meet] * len(others) + b[meet])
    pairs = pairs[np.diff(pairs, prepend=-1) > 0]  # np.unique loads numpy's masked arrays
    return pairs // max(len(others), 1), pairs % max(len(others), 1)


def _cells(boxes: Floats, cell: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The cells that boxes (boxes, 4) meet: the number of the box, and the key of the cell."""
    corners = np.floor(boxes / cell).astype(np.int64)
    wide, high = (corners[:, axis + 2] - corners[:, axis] + 1 for axis in (0, 1))
    count = wide * high
    box = np.repeat(np.arange(len(boxes)), count)
    number = np.arange(len(box)) - np.repeat(np.cumsum(count) - count, count)
    column = corners[box, 0] + number // high[box]
    row = corners[box, 1] + number % high[box]
    return box, (column << 32) + row
