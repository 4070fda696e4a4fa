"""Where the edges of a layered picture leave and enter the boxes of their nodes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from deepgraph.draw.layout.shapes import border_point

if TYPE_CHECKING:
    from deepgraph.draw.layout.shapes import Box, Point

WIDEST, BESIDE_BADGE = math.radians(50), math.radians(26)
"""How far from the flow an edge may touch its circle, in radians; where a badge stands, less."""
CORNER, BADGE_CORNER = 9.0, 20.0
"""How far an edge stays from the corners of a box; where a badge stands, farther."""


def straight(source: Box, target: Box, *, down: bool) -> list[Point]:
    """The two ends of a straight line from one column to another.

    Args:
        source: where it leaves.
        target: where it enters.
        down: whether the signal flows downwards.
    """
    start = port(source, target, down=down, badge=False)
    return [start, port(target, source, down=down, badge=down)]


def port(box: Box, other: Box, *, down: bool, badge: bool) -> Point:
    """Where an edge leaves or enters a box: always by the side that faces the flow.

    So a steep edge keeps clear of the neighbours of its node, and arrows clear of a badge.

    Args:
        box: that of its one end.
        other: that of its other end.
        down: whether the signal flows downwards.
        badge: whether a badge may stand on that side.
    """
    if box.form == "pill":
        return border_point(box, (other.x, other.y))
    main, cross = other.x - box.x, other.y - box.y
    if down:
        main, cross = cross, main
    if box.form == "circle":
        angle = math.atan2(cross, abs(main))
        widest = BESIDE_BADGE if badge else WIDEST
        angle = min(max(angle, -widest), widest)
        radius = box.width / 2
        along, across = radius * math.cos(angle), radius * math.sin(angle)
    else:
        long, high = (box.height, box.width) if down else (box.width, box.height)
        along, most = long / 2, high / 2 - (BADGE_CORNER if badge else CORNER)
        across = min(max(cross * along / (abs(main) or 1.0), -most), most)
    along = math.copysign(along, main)
    return (box.x + across, box.y + along) if down else (box.x + along, box.y + across)
