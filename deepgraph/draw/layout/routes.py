"""The ways of edges between columns: where they end at nodes, and which run into something."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.draw.layout.geometry import Rectangles, Segments, polyline

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.draw.layout.geometry import Floats, Point
    from deepgraph.draw.layout.records import Box, Text
    from deepgraph.draw.view.records import View

LEAVES, SHORT = 1.0, 2.0
"""Px between a border and the beginning of an edge, and between the tip of its arrow and one."""
CORNER, APART = 9.0, 12.0
"""Px that an edge keeps from the corners of a box, and from the next edge at its side."""
FULL_CHECK = 3_000_000
"""With more pairs of an edge and a node than this, `blocked` looks at none."""


def border_points(boxes: list[Box], own: list[int], towards: list[int], clear: float) -> Floats:
    """(edges, 2) where the lines from the middles of some boxes to those of others leave them.

    Args:
        boxes: all of them.
        own: the number of the box that each line leaves.
        towards: the number of the one that it leads to.
        clear: px before the border.
    """
    shapes = np.array([(b.x, b.y, b.width / 2, b.height / 2, b.form == "circle") for b in boxes])
    x, y, wide, high, circle = shapes[own].T
    dx, dy = (shapes[towards, :2] - shapes[own, :2]).T
    length = np.hypot(dx, dy)
    length[length == 0] = 1.0
    with np.errstate(divide="ignore"):
        flat = np.minimum(wide / np.abs(dx), high / np.abs(dy))
    share = np.where(circle == 1, wide / length, flat) + clear / length
    return np.stack([x + dx * share, y + dy * share], axis=1)


def straight_lines(view: View, boxes: list[Box], *, down: bool) -> list[list[Point]]:
    """The two ends of each edge as a straight line between columns.

    All aim at the middles of their nodes, and stop short of the border. At a box, whose flat sides
    would gather them in its corners, they keep apart.
    """
    ports = _ports(view, boxes, down=down)
    source, target = [e.source for e in view.edges], [e.target for e in view.edges]
    starts = border_points(boxes, source, target, LEAVES)
    ends = border_points(boxes, target, source, SHORT)
    for (number, last), point in ports.items():
        (ends if last else starts)[number] = point
    pairs = zip(starts.tolist(), ends.tolist(), strict=True)
    return [[(x, y), (to_x, to_y)] for (x, y), (to_x, to_y) in pairs]


def _ports(view: View, boxes: list[Box], *, down: bool) -> dict[tuple[int, bool], Point]:
    """Where edges begin and end at boxes, by edge and True for its end: spread over a side."""
    sides: dict[tuple[int, float], list[tuple[float, int, bool]]] = {}
    for number, edge in enumerate(view.edges):
        for own, other, last in ((edge.source, edge.target, 0), (edge.target, edge.source, 1)):
            box = boxes[own]
            if box.form != "box":
                continue
            main, cross = boxes[other].x - box.x, boxes[other].y - box.y
            if down:
                main, cross = cross, main
            aim = cross / (abs(main) or 1.0)
            side = own, math.copysign(1.0, main)
            sides.setdefault(side, []).append((aim, number, bool(last)))
    ports = {}
    for (node, way), edges in sides.items():
        box = boxes[node]
        long, high = (box.height, box.width) if down else (box.width, box.height)
        most = high / 2 - CORNER
        aims = [min(max(aim * long / 2, -most), most) for aim, _, _ in sorted(edges)]
        for across, (_, number, last) in zip(_apart(aims, most), sorted(edges), strict=True):
            along = way * (long / 2 + (SHORT if last else LEAVES))
            point = (box.x + across, box.y + along) if down else (box.x + along, box.y + across)
            ports[number, last] = point
    return ports


def _apart(places: list[float], most: float) -> list[float]:
    """Ascending places, moved as little as they must to keep apart within ±most.

    >>> _apart([-9.0, 9.0, 9.0], 9.0)
    [-9.0, 0.0, 9.0]
    """
    gap = min(APART, 2 * most / max(len(places) - 1, 1))
    found: list[float] = []
    for number, place in enumerate(places):
        least = max(place, found[-1] + gap) if found else place
        found.append(min(least, most - gap * (len(places) - 1 - number)))
    return found


def blocked(
    view: View, boxes: list[Box], curves: list[list[Point]], texts: list[Text]
) -> list[int]:
    """The numbers of edges that run into a node that is not theirs, a group or a caption."""
    rooms = [(b.x, b.y, b.width + 4, b.height + 4) for b in boxes]
    rooms += [text.room for text in texts]
    rooms += [room for box in boxes for room in box.rooms[1:]]
    if len(rooms) * len(curves) > FULL_CHECK or not curves:
        return []
    places = Rectangles.upright(rooms)
    if all(len(curve) == 2 for curve in curves):
        start, end = np.array(curves, np.float64).transpose(1, 0, 2)
        segments = Segments(np.arange(len(curves)), start, end)
    else:
        segments = Segments.of([polyline(curve) for curve in curves])
    piece, room = _near(segments, places)
    edge, foreign = segments.edge[piece], np.ones(len(piece), np.bool)
    for own in ([e.source for e in view.edges], [e.target for e in view.edges]):
        foreign &= np.array(own)[edge] != room
    piece, room, edge = piece[foreign], room[foreign], edge[foreign]
    hit, _ = segments.crossings_of(places.take(room), piece)
    return sorted(set(edge[hit].tolist()))


def _near(segments: Segments, places: Rectangles) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The pairs of a segment and an upright place that its line passes near, as two arrays.

    One array for each place instead of one for all pairs: edges are many more than nodes.
    """
    left, top, right, bottom = segments.bounds.T
    along = segments.end - segments.start
    length = np.hypot(along[:, 0], along[:, 1]) + 1e-9
    x, y = along[:, 0] / length, along[:, 1] / length
    offset = segments.start[:, 0] * y - segments.start[:, 1] * x
    found = []
    for box, (px, py, *half) in zip(
        places.bounds.tolist(), np.stack(places[:4], axis=1).tolist(), strict=True
    ):
        near = (left <= box[2]) & (right >= box[0]) & (top <= box[3]) & (bottom >= box[1])
        some = np.flatnonzero(near)
        away = np.abs(px * y[some] - py * x[some] - offset[some])
        found.append(some[away <= math.hypot(*half)])
    counts = [len(some) for some in found]
    return np.concatenate(found), np.repeat(np.arange(len(found)), counts)
