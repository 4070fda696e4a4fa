"""The lines of edges as Graphviz draws them, cut where labels stand.

Graphviz knows no ground behind the label of an edge. So the gap for a label is in the line itself,
which DOT allows: an edge may have several curves.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepgraph.draw.layout.geometry import Floats, Point

    Stroke = list[Point]
    """A Bézier curve of 1 + 3·n points."""

STEP = 2.0
"""Px between the points of a curve that are looked at."""
LEAST = 1.0
"""Px; a shorter piece between two labels is left out."""


def straight(ends: tuple[Point, ...]) -> tuple[Point, ...]:
    """A straight line as the Bézier curve that Graphviz wants.

    >>> straight(((0.0, 0.0), (3.0, 6.0)))
    ((0.0, 0.0), (1.0, 2.0), (2.0, 4.0), (3.0, 6.0))
    """
    (x0, y0), (x1, y1) = ends
    thirds = [(x0 + (x1 - x0) * n / 3, y0 + (y1 - y0) * n / 3) for n in (1, 2)]
    return ends[0], *thirds, ends[1]


def shortened(curve: tuple[Point, ...], head: float) -> tuple[Point, ...]:
    """A curve without the room of its arrow head, which Graphviz draws beyond its end."""
    (x0, y0), (x1, y1) = curve[-2:]
    share = min(head / (math.hypot(x1 - x0, y1 - y0) or 1.0), 0.9)
    return *curve[:-1], (x1 - (x1 - x0) * share, y1 - (y1 - y0) * share)


def strokes(curve: tuple[Point, ...], grounds: Floats) -> list[Stroke]:
    """The pieces of a Bézier curve outside some rectangles; the last one is always there.

    Args:
        curve: 1 + 3·n points.
        grounds: (rectangles, 4), left, top, right and bottom.
    """
    points = np.array(curve, np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    near = np.concatenate([grounds[:, :2] < high, grounds[:, 2:] > low], axis=1).all(axis=1)
    grounds = grounds[near]
    if not len(grounds):
        return [list(curve)]
    found: list[list[Floats]] = [[]]
    for start in range(0, len(points) - 1, 3):
        part = points[start : start + 4]
        spans = _outside(part, grounds)
        for first, last in spans:
            if first > 0 and found[-1]:
                found.append([])
            found[-1].append(_between(part, first, last))
        if (not spans or spans[-1][1] < 1) and found[-1]:
            found.append([])
    if not found[-1]:
        found.pop()
    kept = [_joined(parts) for n, parts in enumerate(found) if _shown(parts, n, len(found))]
    return kept or [list(curve)]


def _shown(parts: Sequence[Floats], number: int, count: int) -> bool:
    """True for a piece that a reader sees, and for the one that carries the arrow head."""
    return number == count - 1 or sum(map(_length, parts)) >= LEAST


def _length(part: Floats) -> float:
    """Of the lines between the four points of a curve, which is no shorter than the curve."""
    return float(np.hypot(*np.diff(part, axis=0).T).sum())


def _joined(parts: Sequence[Floats]) -> Stroke:
    points = [parts[0][0], *(point for part in parts for point in part[1:])]
    return [(float(x), float(y)) for x, y in points]


def _outside(part: Floats, grounds: Floats) -> list[tuple[float, float]]:
    """Where, from 0 to 1 along a curve of four points, it is outside all rectangles."""
    at = np.linspace(0, 1, max(math.ceil(_length(part) / STEP), 8) + 1)
    covered = _covered(part, at, grounds)
    borders = [_border(part, at[n], at[n + 1], grounds) for n in np.flatnonzero(np.diff(covered))]
    stops = [0.0, *borders, 1.0]
    first = int(covered[0])
    return list(zip(stops[first::2], stops[first + 1 :: 2], strict=False))


def _covered(part: Floats, at: Floats, grounds: Floats) -> Floats:
    """(places,) 1 where a place on a curve lies in a rectangle."""
    points = _points(part, at)[:, None, :]
    above, below = points > grounds[None, :, :2], points < grounds[None, :, 2:]
    inside = np.concatenate([above, below], axis=2).all(axis=2)
    return np.asarray(np.any(inside, axis=1), np.float64)


def _border(part: Floats, low: float, high: float, grounds: Floats) -> float:
    """Where between two places a curve enters or leaves a rectangle."""
    first = _covered(part, np.array([low]), grounds)[0]
    for _ in range(12):
        middle = (low + high) / 2
        if _covered(part, np.array([middle]), grounds)[0] == first:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _points(part: Floats, at: Floats) -> Floats:
    """(places, 2) of a Bézier curve of four points."""
    t = at[:, None]
    a, b, c, d = part
    return np.asarray(
        (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
    )


def _between(part: Floats, first: float, last: float) -> Floats:
    """The four points of a piece of a Bézier curve, by de Casteljau's construction."""

    def blossom(r: float, s: float, t: float) -> Floats:
        points = part
        for u in (r, s, t):
            points = points[:-1] * (1 - u) + points[1:] * u
        return np.asarray(points[0])

    return np.stack(
        [
            blossom(first, first, first),
            blossom(first, first, last),
            blossom(first, last, last),
            blossom(last, last, last),
        ]
    )
