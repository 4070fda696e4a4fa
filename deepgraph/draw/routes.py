"""What both layouts share: curves as polylines, edges that run into something, labels on edges."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.draw import labels
from deepgraph.draw.shapes import BADGE_RADIUS, Box, Text, badge_centre, label_room
from deepgraph.draw.theme import LABEL_SIZE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.draw.shapes import Point
    from deepgraph.draw.view import View

    Floats = NDArray[np.float64]
    Room = tuple[float, float, float, float]

LIFT = 10.0
"""From an edge to the middle of a label beside it."""
FULL_CHECK = 3_000_000
"""So many pairs of an edge and a node are looked at, whether one runs through the other."""


def polyline(curve: list[Point], pieces: int = 14) -> Floats:
    """Points along a Bézier curve of 1 + 3·n points; a straight line has only its ends."""
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


def blocked(
    view: View, boxes: list[Box], curves: list[list[Point]], texts: list[Text]
) -> list[int]:
    """The edges that run into a node that is not theirs, or into a group or caption."""
    rooms = [(b.x, b.y, b.width + 4, b.height + 4) for b in boxes]
    rooms += [label_room(text) for text in texts]
    if len(rooms) * len(curves) > FULL_CHECK or not curves:
        return []
    segments = labels.Segments.of([polyline(curve) for curve in curves])
    hit, _ = segments.crossings(labels.Rectangles.upright(rooms))
    pieces = np.arange(len(segments.edge))
    for ends in ([edge.source for edge in view.edges], [edge.target for edge in view.edges]):
        hit[np.array(ends)[segments.edge], pieces] = False
    return [int(edge) for edge in np.unique(segments.edge[hit.any(axis=0)])]


def place_labels(
    view: View,
    boxes: list[Box],
    curves: list[list[Point]],
    texts: list[Text],
    beside: list[bool],
) -> tuple[list[Text | None], list[int]]:
    """A place for the label of each edge, and the edges whose labels found none.

    Args:
        view: what is shown.
        boxes: of its nodes.
        curves: of its edges.
        texts: what else stands in the picture.
        beside: for each edge whether its label may stand beside it.
    """
    found: list[Text | None] = [None] * len(view.edges)
    wanted = [number for number, edge in enumerate(view.edges) if edge.text]
    if not wanted:
        return found, []
    obstacles: list[Room] = [(b.x, b.y, b.width + 6, b.height + 6) for b in boxes]
    obstacles += [label_room(text) for text in texts]
    size = 2 * BADGE_RADIUS + 4
    obstacles += [
        (*badge_centre(box), size, size)
        for node, box in zip(view.nodes, boxes, strict=True)
        if node.curve
    ]
    requests, flat = [], []
    for number in wanted:
        text = Text(view.edges[number].label, 0, 0, LABEL_SIZE, role="label")
        _, _, width, height = label_room(text)
        preferred = 0.5 if beside[number] else 0.3
        requests.append(labels.Request(number, width, height, beside[number], preferred))
        flat.append(text)
    places = labels.place(
        requests, [polyline(curve) for curve in curves], labels.Rectangles.upright(obstacles), LIFT
    )
    for number, text, place in zip(wanted, flat, places, strict=True):
        found[number] = replace(
            text, x=place.x, y=place.y, angle=place.angle, background=place.covers
        )
    return found, [n for n, place in zip(wanted, places, strict=True) if not place.fits]


def notes_below(view: View) -> View:
    """Groups as footnotes, for layouts in which edges leave where a group would stand."""
    notes = tuple(node.note for node in view.nodes if node.note)
    nodes = tuple(replace(node, note="") for node in view.nodes)
    return replace(view, nodes=nodes, footnotes=(*notes, *view.footnotes))
