"""The layout of an irregular network: Graphviz `dot` finds ranks, positions and curves, once."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from deepgraph.draw.graphviz import dot, execute
from deepgraph.draw.layout.metrics import text_width
from deepgraph.draw.layout.routes import notes_below, place_labels
from deepgraph.draw.layout.shapes import Box, Layout, node_boxes
from deepgraph.draw.view.theme import LABEL_SIZE

if TYPE_CHECKING:
    from deepgraph.draw.graphviz.execute import Backend
    from deepgraph.draw.layout.shapes import Point
    from deepgraph.draw.view.records import View
    from deepgraph.options.drawing import Direction

MARGIN = 22.0


ATTEMPTS = 6
GROWTH = 1.3
"""By how much the room grows until all labels fit."""


def irregular(view: View, direction: Direction, backend: Backend) -> Layout:
    """Place an irregular network.

    Raises:
        DrawingError: Graphviz refuses, since it is too large or missing.
    """
    view = notes_below(view)
    sizes = node_boxes(view)
    widths = [text_width(edge.label, LABEL_SIZE) for edge in view.edges if edge.text]
    ranks, nodes = max(widths, default=0.0) + 48.0, 30.0
    best: tuple[int, Layout] | None = None
    for attempt in range(ATTEMPTS if widths else 1):
        text = dot.for_dot(view, sizes, direction, ranks, nodes)
        boxes, curves = _found(
            view, sizes, execute.run(text, engine="dot", format="json", backend=backend)
        )
        beside = [True] * len(view.edges)
        labels, crowded = place_labels(view, boxes, curves, [], beside)
        if best is None or len(crowded) < best[0]:
            layout = Layout.framed(boxes, curves, labels, [], view.footnotes, MARGIN)
            best = len(crowded), layout
        if not crowded:
            break
        if attempt % 2:
            ranks *= GROWTH
        else:
            nodes *= GROWTH * GROWTH
    assert best is not None
    return best[1]


def _found(view: View, sizes: list[Box], answer: str) -> tuple[list[Box], list[list[Point]]]:
    """Boxes and curves in the places that Graphviz gave them."""
    found = json.loads(answer)
    objects = {item["name"]: item for item in found.get("objects", []) if "pos" in item}
    boxes = []
    for node, box in zip(view.nodes, sizes, strict=True):
        x, y = _point(objects[node.key]["pos"])
        boxes.append(replace(box, x=x, y=y))
    edges = {item["id"]: item for item in found.get("edges", []) if "id" in item}
    return boxes, [_curve(edges[edge.key]["pos"]) for edge in view.edges]


def _point(text: str) -> Point:
    x, y = text.split(",")
    return float(x), -float(y)


def _curve(text: str) -> list[Point]:
    """The points of `e,x,y x,y x,y …`; the arrow's point takes the place of the last."""
    ends, *points = text.split()
    curve = [_point(point) for point in points]
    curve[-1] = _point(ends.removeprefix("e,"))
    return curve
