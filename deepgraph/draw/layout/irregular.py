"""The layout of an irregular network: Graphviz `dot` finds ranks, positions and curves, once."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from deepgraph.draw.graphviz import dot, execute
from deepgraph.draw.layout.labels import place_labels
from deepgraph.draw.layout.node_sizes import node_boxes
from deepgraph.draw.layout.records import Box, Layout
from deepgraph.draw.layout.typography import LABEL_SIZE, text_width

if TYPE_CHECKING:
    from deepgraph.draw.layout.geometry import Point
    from deepgraph.draw.view.records import View
    from deepgraph.options.drawing import Direction
    from deepgraph.options.shared import Backend

ATTEMPTS = 6
GROWTH = 1.3
"""The factor by which the room grows until all labels fit."""


def place(view: View, direction: Direction, backend: Backend) -> Layout:
    """Place an irregular network.

    Raises:
        DrawingError: it is too large for Graphviz, or there is none.
    """
    view = view.with_notes_below()
    sizes = node_boxes(view)
    widths = [text_width(edge.label, LABEL_SIZE) for edge in view.edges if edge.text]
    ranks, nodes = max(widths, default=0.0) + 48.0, 30.0
    best: tuple[int, Layout] | None = None
    for attempt in range(ATTEMPTS if widths else 1):
        text = structure(view, sizes, direction, ranks, nodes)
        answer = execute.run(text, engine="dot", format="json", backend=backend)
        boxes, curves = _placed(view, sizes, answer)
        labels, crowded = place_labels(view, boxes, curves, [], [True] * len(view.edges))
        if best is None or len(crowded) < best[0]:
            best = len(crowded), Layout.framed(boxes, curves, labels, [], view.footnotes)
        if not crowded:
            break
        if attempt % 2:
            ranks *= GROWTH
        else:
            nodes *= GROWTH * GROWTH
    assert best is not None
    return best[1]


def structure(
    view: View, boxes: list[Box], direction: Direction, ranks: float, nodes: float
) -> str:
    """The DOT text from which `dot` finds positions: structure and sizes, nothing else.

    `ranks` are the px between ranks, `nodes` those between the nodes of a rank.
    """
    flow = dot.attributes(rankdir="LR" if direction == "right" else "TB", ordering="in")
    gaps = dot.attributes(ranksep=ranks / dot.POINTS, nodesep=nodes / dot.POINTS)
    lines = [
        "digraph network {",
        f"  graph {flow};",
        f"  graph {gaps};",
        f"  node {dot.attributes(shape='box', fixedsize='true', label='')};",
    ]
    for node, box in zip(view.nodes, boxes, strict=True):
        shape = "circle" if box.form == "circle" else "box"
        width, height = box.width / dot.POINTS, box.height / dot.POINTS
        lines.append(f"  {node.key} {dot.attributes(width=width, height=height, shape=shape)};")
    # Outputs stand in the last column if none of them feeds another node.
    outputs_end = not any(view.nodes[edge.source].kind == "output" for edge in view.edges)
    for kind, rank in (("input", "source"), ("output", "max")):
        keys = [node.key for node in view.nodes if node.kind == kind]
        if kind == "input" or outputs_end:
            lines.append(f"  {{ rank={rank}; {' '.join(f'{key};' for key in keys)} }}")
            # Invisible edges keep the file's order within the column.
            chain = " -> ".join(keys)
            if len(keys) > 1:
                lines.append(f"  {{ rank=same; {chain} {dot.attributes(style='invis')}; }}")
    for edge in view.edges:
        source, target = view.nodes[edge.source].key, view.nodes[edge.target].key
        lines.append(f"  {source} -> {target} {dot.attributes(id=edge.key)};")
    return "\n".join([*lines, "}", ""])


def _placed(view: View, sizes: list[Box], answer: str) -> tuple[list[Box], list[list[Point]]]:
    """Boxes and curves in the places that Graphviz gave them in its JSON."""
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
    """The points of `e,x,y x,y x,y …`; the tip of the arrow replaces the last."""
    ends, *points = text.split()
    curve = [_point(point) for point in points]
    curve[-1] = _point(ends.removeprefix("e,"))
    return curve
