"""The gap that a label cuts into its own line: square ends instead of wedges.

A label stands on a piece of page, which is level. It would cut a slanted line to a sharp wedge, so
the line is taken away a little farther, to where both of its borders are free.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from deepgraph.draw.layout.geometry import polyline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepgraph.draw.layout.geometry import Point

LEAST, MOST = 0.8, 14.0
"""Px of a wedge that nobody sees, and of one that stays as it is, since a line all but along the
border of a label would lose too much."""


def square_gap(
    curve: Sequence[Point], ground: tuple[float, float, float, float], width: float
) -> tuple[Point, Point] | None:
    """The two ends of the piece of a line to take away; `None` if the ground alone will do.

    Args:
        curve: the line, as in a layout.
        ground: left, top, width and height of the page behind the label, whose middle is on it.
        width: of the line.

    >>> square_gap([(0.0, 0.0), (80.0, 60.0)], (10.0, 25.0, 60.0, 10.0), 2.0)
    ((32.266666666666666, 24.2), (47.733333333333334, 35.8))
    >>> square_gap([(0.0, 50.0), (100.0, 50.0)], (40.0, 45.0, 20.0, 10.0), 2.0) is None
    True
    """
    line = polyline(list(curve)).tolist()
    left, top, wide, high = ground
    x, y = left + wide / 2, top + high / 2
    (x0, y0), (x1, y1) = min(pairwise(line), key=lambda part: _apart(x, y, *part))
    size = math.hypot(x1 - x0, y1 - y0)
    if not size:
        return None
    dx, dy = (x1 - x0) / size, (y1 - y0) / size
    at = (x - x0) * dx + (y - y0) * dy
    x, y = x0 + at * dx, y0 + at * dy
    back = _reach((x, y), (-dx, -dy), ground, width)
    ahead = _reach((x, y), (dx, dy), ground, width)
    wedge = max(max(reach) - min(reach) for reach in (back, ahead))
    # A curve that bends within its gap keeps its wedges.
    if not LEAST <= wedge <= MOST or max(back) > at or max(ahead) > size - at:
        return None
    return (x - dx * max(back), y - dy * max(back)), (x + dx * max(ahead), y + dy * max(ahead))


def _apart(x: float, y: float, start: Point, end: Point) -> float:
    """How far a point is from a straight line between two others."""
    (x0, y0), (x1, y1) = start, end
    dx, dy = x1 - x0, y1 - y0
    square = dx * dx + dy * dy or 1.0
    share = min(max(((x - x0) * dx + (y - y0) * dy) / square, 0.0), 1.0)
    return math.hypot(x0 + share * dx - x, y0 + share * dy - y)


def _reach(
    start: Point, way: Point, ground: tuple[float, float, float, float], width: float
) -> list[float]:
    """Px from a place in a rectangle to where each border of a line that leads out leaves it."""
    (dx, dy), (left, top, wide, high) = way, ground
    out = []
    for aside in (-width / 2, width / 2):
        x, y = start[0] - aside * dy, start[1] + aside * dx
        to_side = ((left + wide if dx > 0 else left) - x) / dx if dx else math.inf
        to_level = ((top + high if dy > 0 else top) - y) / dy if dy else math.inf
        out.append(min(to_side, to_level))
    return out
