"""The layout of an irregular network: Graphviz `dot` finds ranks, positions and curves, once."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from deepgraph.draw import dot, graphviz
from deepgraph.draw.shapes import Layout, Text, node_boxes
from deepgraph.draw.theme import LABEL_SIZE, NOTE_SIZE

if TYPE_CHECKING:
    from deepgraph.draw.graphviz import Backend
    from deepgraph.draw.layered import Direction
    from deepgraph.draw.shapes import Point
    from deepgraph.draw.view import View

MARGIN = 22.0


def irregular(view: View, direction: Direction, backend: Backend) -> Layout:
    """Place an irregular network.

    Raises:
        DrawingError: Graphviz refuses, since it is too large or missing.
    """
    boxes = node_boxes(view)
    text = dot.for_dot(view, boxes, direction)
    found = json.loads(graphviz.run(text, engine="dot", format="json", backend=backend))
    objects = {item["name"]: item for item in found.get("objects", []) if "pos" in item}
    placed = []
    for node, box in zip(view.nodes, boxes, strict=True):
        x, y = _point(objects[node.key]["pos"])
        shift = -NOTE_SIZE * 0.9 if node.note else 0.0
        placed.append(replace(box, x=x, y=y + shift))
    edges = {item["id"]: item for item in found.get("edges", []) if "id" in item}
    curves, labels = [], []
    for edge in view.edges:
        item = edges[edge.key]
        curves.append(_curve(item["pos"]))
        x, y = _point(item["lp"]) if edge.text else (0.0, 0.0)
        label = Text(edge.label, x, y, LABEL_SIZE, role="label", background=True)
        labels.append(label if edge.text else None)
    texts = [
        Text(
            node.note, box.x, box.y + box.height / 2 + 5 + NOTE_SIZE * 0.65, NOTE_SIZE, role="note"
        )
        for node, box in zip(view.nodes, placed, strict=True)
        if node.note
    ]
    return Layout.framed(placed, curves, labels, texts, view.footnotes, MARGIN)


def _point(text: str) -> Point:
    x, y = text.split(",")
    return float(x), -float(y)


def _curve(text: str) -> list[Point]:
    """The points of `e,x,y x,y x,y …`; the arrow's point takes the place of the last."""
    ends, *points = text.split()
    curve = [_point(point) for point in points]
    curve[-1] = _point(ends.removeprefix("e,"))
    return curve
