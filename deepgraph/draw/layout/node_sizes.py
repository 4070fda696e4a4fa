"""The sizes of nodes, and where the parts of a node stand in it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from deepgraph.draw.layout.records import Box
from deepgraph.draw.layout.typography import LABEL_SIZE, SIZES, SMALLEST, text_width

if TYPE_CHECKING:
    from deepgraph.draw.layout.geometry import Point
    from deepgraph.draw.view.records import Line, NodeView, View

LINE = 1.26
"""Line height, in font sizes."""
LARGEST_CIRCLE = 50.0
"""Radius; if a node needs more, all become rounded boxes."""
SMALLEST_CIRCLE = 24.0
ROUNDING = 9.0
"""Radius of the corners of a box."""
PILL_HEIGHT = 24.0
BADGE_RADIUS = 10.0
PLOT_WIDTH, PLOT_HEIGHT, PLOT_GAP = 92.0, 42.0, 7.0
"""The size of the plot in a node, and its distance from the texts above it."""


def line_offsets(node: NodeView) -> list[float]:
    """The vertical middle of each line of a node, from the node's own centre."""
    offsets, top = [], -_height(node) / 2
    for line in node.lines:
        height = SIZES[line.role] * LINE
        offsets.append(top + height / 2)
        top += height
    return offsets


def plot_corner(node: NodeView, box: Box) -> Point:
    """The left top corner of the plot in a node."""
    top = box.y - _height(node) / 2
    return box.x - PLOT_WIDTH / 2, top + _lines_height(node) + PLOT_GAP


def node_boxes(view: View) -> list[Box]:
    """The size of each node, not yet placed: one for all circles, or one for a column of boxes."""
    neurons = [node for node in view.nodes if node.kind not in ("bias", "more")]
    radius = max(map(_radius, neurons), default=SMALLEST_CIRCLE)
    round_ones = radius <= LARGEST_CIRCLE and not any(
        node.kind.startswith("block") or node.plot for node in neurons
    )
    boxes = []
    for node in view.nodes:
        if node.kind == "bias":
            boxes.append(
                Box(0, 0, text_width(node.lines[0].text, LABEL_SIZE) + 20, PILL_HEIGHT, "pill")
            )
        elif node.kind == "more":
            boxes.append(Box(0, 0, *_text_size(node), "none"))
        elif round_ones:
            boxes.append(Box(0, 0, 2 * radius, 2 * radius, "circle"))
        else:
            mine = [_text_size(other) for other in neurons if other.column == node.column]
            width = max(w for w, _ in mine) + (34 if node.sketch else 24)
            height = max(h for _, h in mine) + 12
            boxes.append(Box(0, 0, max(width, 52.0), max(height, 40.0), "box"))
    return boxes


def _text_size(node: NodeView) -> tuple[float, float]:
    """Width and height of the lines of a node, and of its plot below them."""
    width = max(map(_width, node.lines))
    return max(width, PLOT_WIDTH) if node.plot else width, _height(node)


def _height(node: NodeView) -> float:
    return _lines_height(node) + (PLOT_GAP + PLOT_HEIGHT if node.plot else 0.0)


def _lines_height(node: NodeView) -> float:
    return sum(SIZES[line.role] * LINE for line in node.lines)


def _width(line: Line) -> float:
    """The width that a node keeps for a line."""
    if line.role != "value" and line.live:  # set in the smallest size if it is that long
        return text_width(line.reserve, SMALLEST)
    return _text_width(line, line.reserve or line.text)


def _text_width(line: Line, text: str) -> float:
    return text_width(text, SIZES[line.role], bold=line.role == "value")


def line_size(line: Line) -> float:
    """The font size of a line: that of its role, or a smaller one for a long live value."""
    size = SIZES[line.role]
    if not line.live:
        return size
    return max(SMALLEST, size * min(1.0, _width(line) / _text_width(line, line.text)))


def _radius(node: NodeView) -> float:
    """The smallest circle that holds a node's lines, and leaves its badge free."""
    needed = SMALLEST_CIRCLE
    for line, offset in zip(node.lines, line_offsets(node), strict=True):
        size, half = SIZES[line.role], _width(line) / 2
        needed = max(needed, math.hypot(half, abs(offset) + size * 0.36) + 3.5)
        if node.sketch and line.role == "name":
            needed = max(needed, half * 2.1 + BADGE_RADIUS)
    return needed


def badge_centre(box: Box) -> Point:
    """The centre of the sketch of an activation: on the upper right border."""
    if box.form == "circle":
        return box.x + box.width / 2 * 0.74, box.y - box.height / 2 * 0.74
    return box.x + box.width / 2 - 4, box.y - box.height / 2 + 2


def sketch_points(node: NodeView, box: Box) -> list[Point]:
    """The points of the sketch in its badge."""
    x, y = badge_centre(box)
    wide, high = BADGE_RADIUS * 0.62, BADGE_RADIUS * 0.5
    last = len(node.sketch) - 1
    return [
        (x + (2 * i / last - 1) * wide, y - value * high) for i, value in enumerate(node.sketch)
    ]
