"""The ways of edges: ends at nodes, detours around columns, edges that run into something.

A layered picture draws straight lines and detours; Graphviz finds the curves of an irregular one.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.draw.layout.geometry import Rectangles, Segments, polyline

if TYPE_CHECKING:
    from deepgraph.draw.layout.geometry import Point
    from deepgraph.draw.layout.records import Box, Text
    from deepgraph.draw.view.records import View

WIDEST, BESIDE_BADGE = math.radians(50), math.radians(26)
"""The largest angle from the flow at which an edge touches its circle; less beside a badge."""
CORNER, BADGE_CORNER = 9.0, 20.0
"""Px that an edge keeps from the corners of a box; more beside a badge."""
FULL_CHECK = 3_000_000
"""With more pairs of an edge and a node than this, `blocked` looks at none."""


def border_point(box: Box, towards: Point) -> Point:
    """The point at which the line from the centre of a box to a point leaves the box."""
    dx, dy = towards[0] - box.x, towards[1] - box.y
    if box.form == "circle":
        share = box.width / 2 / (math.hypot(dx, dy) or 1.0)
    else:
        share = min(
            box.width / 2 / abs(dx) if dx else math.inf,
            box.height / 2 / abs(dy) if dy else math.inf,
        )
    return box.x + dx * share, box.y + dy * share


def straight(source: Box, target: Box, *, down: bool) -> list[Point]:
    """The two ends of a straight line from a box of one column to a box of another."""
    start = port(source, target, down=down, badge=False)
    return [start, port(target, source, down=down, badge=down)]


def port(box: Box, other: Box, *, down: bool, badge: bool) -> Point:
    """The point at which an edge leaves or enters a box: on the side that faces the flow.

    So a steep edge keeps clear of the neighbours of its node, and arrows clear of a badge, which
    may stand on that side with `badge`.
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


def around(stops: list[Point], ends: list[tuple[float, float, bool]]) -> list[Point]:
    """A Bézier curve past the columns that an edge skips, in coordinates along and across the flow.

    Args:
        stops: the middle of its source, both ends of its lane, the middle of its target.
        ends: of source and target the size along and across the flow, and True for a circle.
    """
    (m0, c0), (m1, c1), (m2, c2), (m3, c3) = stops
    (long0, high0, round0), (long1, high1, round1) = ends
    # It leaves and enters at the side of the node that faces its lane.
    side0, side1 = (1 if c1 > c0 else -1), (1 if c2 > c3 else -1)
    x0, y0 = m0 + long0 / 2 * (0.8 if round0 else 1.0), c0 + side0 * high0 * 0.3
    x3, y3 = m3 - long1 / 2 * (0.8 if round1 else 1.0), c3 + side1 * high1 * 0.3
    half0, half1 = (m1 - x0) / 2, (x3 - m2) / 2
    return [
        (x0, y0),
        (x0 + half0, y0 + (c1 - y0) * 0.35),
        (m1 - half0, c1),
        (m1, c1),
        (m1 + (m2 - m1) / 3, c1),
        (m1 + (m2 - m1) * 2 / 3, c1),
        (m2, c2),
        (m2 + half1, c2),
        (x3 - half1, y3 + (c2 - y3) * 0.35),
        (x3, y3),
    ]


def blocked(
    view: View, boxes: list[Box], curves: list[list[Point]], texts: list[Text]
) -> list[int]:
    """The numbers of edges that run into a node that is not theirs, a group or a caption."""
    rooms = [(b.x, b.y, b.width + 4, b.height + 4) for b in boxes]
    rooms += [text.room for text in texts]
    rooms += [room for box in boxes for room in box.rooms[1:]]
    if len(rooms) * len(curves) > FULL_CHECK or not curves:
        return []
    segments = Segments.of([polyline(curve) for curve in curves])
    hit, _ = segments.crossings(Rectangles.upright(rooms))
    pieces = np.arange(len(segments.edge))
    for ends in ([edge.source for edge in view.edges], [edge.target for edge in view.edges]):
        hit[np.array(ends)[segments.edge], pieces] = False
    return sorted(set(segments.edge[hit.any(axis=0)].tolist()))
