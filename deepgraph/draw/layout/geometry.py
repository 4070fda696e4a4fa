"""Points, curves, turned rectangles and line segments, and which of them meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Point = tuple[float, float]
    Floats = NDArray[np.float64]


def polyline(curve: list[Point], pieces: int = 14) -> Floats:
    """(points, 2) along a Bézier curve of 1 + 3·n points; a straight line has only its ends."""
    points = np.array(curve, np.float64)
    if len(points) == 2:
        return points
    t = np.linspace(0, 1, pieces + 1)[:, None]
    parts = [points[:1]]
    for start in range(0, len(points) - 1, 3):
        a, b, c, d = points[start : start + 4]
        curve_points = (
            (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
        )
        parts.append(curve_points[1:])
    return np.concatenate(parts)


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

    @classmethod
    def joined(cls, parts: list[Rectangles]) -> Rectangles:
        """Join several sets into one."""
        return cls(*map(np.concatenate, zip(*parts, strict=True)))

    def touch(self, other: Rectangles) -> NDArray[np.bool]:
        """(own, others) True if two share a point: no axis of either separates them."""
        x, y, wide, high, cos_a, sin_a = (array[:, None] for array in self)
        dx, dy = other.x - x, other.y - y
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

    def crossings(self, rooms: Rectangles) -> tuple[NDArray[np.bool], Floats]:
        """(rooms, segments) True if a segment passes through a room, and the sine of its angle."""
        cos, sin = rooms.cos[:, None], rooms.sin[:, None]
        ends = []
        for point in (self.start, self.end):
            dx, dy = point[:, 0] - rooms.x[:, None], point[:, 1] - rooms.y[:, None]
            ends.append((dx * cos + dy * sin, dy * cos - dx * sin))
        (x0, y0), (x1, y1) = ends
        first, last = np.zeros_like(x0), np.ones_like(x0)
        # Liang and Barsky 1984: cut the segment by the four sides of an upright rectangle.
        for p, d, half in (
            (x0, x1 - x0, rooms.half_width[:, None]),
            (y0, y1 - y0, rooms.half_height[:, None]),
        ):
            safe = np.where(np.abs(d) < 1e-9, 1e-9, d)
            a, b = (-half - p) / safe, (half - p) / safe
            first = np.maximum(first, np.minimum(a, b))
            last = np.minimum(last, np.maximum(a, b))
        length = np.hypot(x1 - x0, y1 - y0) + 1e-9
        return first < last, np.abs(y1 - y0) / length
