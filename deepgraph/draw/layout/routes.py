"""What both layouts share: ways around nodes, edges that run into something, labels on edges."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.draw.layout import labels
from deepgraph.draw.layout.shapes import BADGE_RADIUS, Box, Text, badge_centre, label_room, polyline
from deepgraph.draw.view.theme import LABEL_SIZE

if TYPE_CHECKING:
    from deepgraph.draw.layout.shapes import Point
    from deepgraph.draw.view.records import View

    Room = tuple[float, float, float, float]

LIFT = 10.0
"""From an edge to the middle of a label beside it."""
FULL_CHECK = 3_000_000
"""So many pairs of an edge and a node are looked at, whether one runs through the other."""


def around(stops: list[Point], ends: list[tuple[float, float, bool]]) -> list[Point]:
    """A Bézier curve past the columns that an edge skips, in coordinates along and across the flow.

    Args:
        stops: the middle of its source, where its lane begins and ends, the middle of its target.
        ends: of source and target the size along and across the flow, and whether it is round.
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
    return sorted(set(segments.edge[hit.any(axis=0)].tolist()))


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


def compact(view: View) -> View:
    """The view without columns of which nothing is shown."""
    used = sorted({node.column for node in view.nodes if node.kind != "bias"})
    if used == list(range(len(used))) and len(view.captions) in (0, len(used)):
        return view
    nodes = tuple(
        node if node.kind == "bias" else replace(node, column=used.index(node.column))
        for node in view.nodes
    )
    captions = tuple(view.captions[column] for column in used) if view.captions else ()
    return replace(view, nodes=nodes, captions=captions)
