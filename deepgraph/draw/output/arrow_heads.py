"""The heads of arrows: filled for a positive weight or a wire, hollow for a negative weight.

So the sign of a weight is there in grey, too.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from deepgraph.draw.output.palette import head_length

if TYPE_CHECKING:
    from deepgraph.draw.layout.geometry import Point

SPREAD = 0.42
"""Half the width of a head in its lengths."""
NOTCH = 0.22
"""The share of a filled head's length that is cut out behind."""


class Arrow(NamedTuple):
    """The line of an edge and its head.

    Attributes:
        points: of the line or curve, which ends inside the head or behind it.
        corners: of the head.
        outline: the width of the line around a hollow head; 0 for a filled one.
    """

    points: list[Point]
    corners: tuple[Point, ...]
    outline: float


def arrow(curve: tuple[Point, ...], width: float, *, hollow: bool, dense: bool) -> Arrow:
    """An arrow along a curve whose line has so many px of width.

    >>> arrow(((0.0, 0.0), (100.0, 0.0)), 1.0, hollow=True, dense=False).points
    [(0.0, 0.0), (92.7, 0.0)]
    """
    (x0, y0), (x1, y1) = curve[-2], curve[-1]
    size = head_length(width, dense=dense)
    length = math.hypot(x1 - x0, y1 - y0) or 1.0
    dx, dy = (x1 - x0) / length, (y1 - y0) / length

    def at(back: float, aside: float) -> Point:
        return x1 - dx * back - dy * aside, y1 - dy * back + dx * aside

    half = size * SPREAD
    if hollow:
        outline = min(1.0 if dense else 1.5, max(width, 1.0))
        # The mitre of the outline reaches beyond the corner, just to the end of the edge.
        tip, base = at(outline / 2 * math.hypot(1.0, SPREAD) / SPREAD, 0.0), size
        triangle = (tip, at(base, half), at(base, -half))
        return Arrow([*curve[:-1], at(base, 0.0)], triangle, outline)
    inner = size * (1 - NOTCH)
    corners = (at(0.0, 0.0), at(size, half), at(inner, 0.0), at(size, -half))
    return Arrow([*curve[:-1], at(inner - 0.5, 0.0)], corners, 0.0)
