"""What a layout is made of: boxes, texts, curves, in px, y downwards."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.draw.layout.metrics import text_width
from deepgraph.draw.view.theme import LABEL_SIZE, NOTE_SIZE, SIZES, SMALLEST

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.draw.view.records import Line, NodeView, View

    Point = tuple[float, float]
    Floats = NDArray[np.float64]

LINE = 1.26
"""Line height, in font sizes."""
LARGEST_CIRCLE = 50.0
"""Radius; where a node needs more, all become rounded boxes."""
SMALLEST_CIRCLE = 24.0
PILL_HEIGHT = 24.0
BADGE_RADIUS = 10.0
PLOT_WIDTH, PLOT_HEIGHT, PLOT_GAP = 92.0, 42.0, 7.0
"""Of the curve in a node, and its distance from the texts above it."""
BETWEEN_NOTES, WIDE = 24.0, 300.0
"""Px between two groups below the picture, and how wide a line of them may always be."""


def short(coordinate: float) -> str:
    """A coordinate as text: two decimals at most, no trailing zeros.

    >>> short(12.5), short(-0.001), short(3)
    ('12.5', '0', '3')
    """
    text = f"{coordinate:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


@dataclass(frozen=True)
class Box:
    """A node: its centre, its size, its form (circle, box or pill)."""

    x: float
    y: float
    width: float
    height: float
    form: str


@dataclass(frozen=True)
class Text:
    """A text by its centre, turned by `angle` degrees clockwise, on a piece of page if need be."""

    text: str
    x: float
    y: float
    size: float
    angle: float = 0.0
    role: str = "caption"
    background: bool = False


@dataclass(frozen=True)
class Layout:
    """Everything in its place.

    Attributes:
        width, height: of the picture.
        boxes: of each node of the view.
        curves: of each edge, from the border of the source to the border of the target, the two
            ends of a straight line, or the 1 + 3·n points of a Bézier curve.
        labels: of each edge, `None` where it has none.
        texts: captions, groups and footnotes.
    """

    width: float
    height: float
    boxes: tuple[Box, ...]
    curves: tuple[tuple[Point, ...], ...]
    labels: tuple[Text | None, ...]
    texts: tuple[Text, ...]

    @classmethod
    def framed(
        cls,
        boxes: list[Box],
        curves: list[list[Point]],
        labels: list[Text | None],
        texts: list[Text],
        footnotes: tuple[str, ...],
        margin: float,
    ) -> Layout:
        """Move everything so that it starts at the margin, footnotes centred below it."""
        reach = [(b.x, b.y, b.width, b.height) for b in boxes]
        reach += [label_room(text) for text in [*texts, *filter(None, labels)]]
        # A Bézier curve stays inside its control points, often far inside.
        drawn = [p for c in curves for p in (c if len(c) == 2 else polyline(c).tolist())]
        left = min([x - w / 2 for x, _, w, _ in reach] + [x for x, _ in drawn])
        right = max([x + w / 2 for x, _, w, _ in reach] + [x for x, _ in drawn])
        top = min([y - h / 2 for _, y, _, h in reach] + [y for _, y in drawn])
        bottom = max([y + h / 2 for _, y, _, h in reach] + [y for _, y in drawn])
        middle = (left + right) / 2
        notes = _footnotes(footnotes, middle, bottom, max(right - left, WIDE))
        for note in notes:
            half = text_width(note.text, note.size) / 2
            left, right = min(left, note.x - half), max(right, note.x + half)
            bottom = max(bottom, note.y + NOTE_SIZE * 0.7)
        dx, dy = margin - left, margin - top
        return cls(
            right - left + 2 * margin,
            bottom - top + 2 * margin,
            tuple(replace(box, x=box.x + dx, y=box.y + dy) for box in boxes),
            tuple(tuple((x + dx, y + dy) for x, y in curve) for curve in curves),
            tuple(
                None if label is None else replace(label, x=label.x + dx, y=label.y + dy)
                for label in labels
            ),
            tuple(replace(t, x=t.x + dx, y=t.y + dy) for t in [*texts, *notes]),
        )


def _footnotes(notes: tuple[str, ...], middle: float, top: float, width: float) -> list[Text]:
    """Centred lines below a picture; groups side by side as long as they fit into its width."""
    lines: list[list[str]] = []
    room = 0.0
    for note in notes:
        group, wide = " = [" in note, text_width(note, NOTE_SIZE) + BETWEEN_NOTES
        if lines and group and " = [" in lines[-1][0] and wide <= room:
            lines[-1].append(note)
        else:
            lines.append([note])
            room = width + BETWEEN_NOTES
        room -= wide
    found = []
    for number, line in enumerate(lines, 1):
        widths = [text_width(note, NOTE_SIZE) for note in line]
        x = middle - (sum(widths) + BETWEEN_NOTES * (len(line) - 1)) / 2
        for note, wide in zip(line, widths, strict=True):
            role = "note" if " = [" in note else "remark"
            y = top + number * NOTE_SIZE * 1.7
            found.append(Text(note, x + wide / 2, y, NOTE_SIZE, role=role))
            x += wide + BETWEEN_NOTES
    return found


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


def label_room(text: Text) -> tuple[float, float, float, float]:
    """Centre, width and height of the room that a text takes before it is turned."""
    return text.x, text.y, text_width(text.text, text.size) + 5.0, text.size * 1.2


def line_offsets(node: NodeView) -> list[float]:
    """The vertical middle of each line of a node, from the node's own centre."""
    heights = [SIZES[line.role] * LINE for line in node.lines]
    offsets, top = [], -(sum(heights) + _plot_room(node)) / 2
    for height in heights:
        offsets.append(top + height / 2)
        top += height
    return offsets


def _plot_room(node: NodeView) -> float:
    return PLOT_GAP + PLOT_HEIGHT if node.plot else 0.0


def plot_corner(node: NodeView, box: Box) -> Point:
    """The left top corner of the curve in a node."""
    top = box.y - _text_size(node)[1] / 2
    return box.x - PLOT_WIDTH / 2, top + sum(
        SIZES[line.role] * LINE for line in node.lines
    ) + PLOT_GAP


def node_boxes(view: View) -> list[Box]:
    """The size of every node, not yet placed: all circles alike, or the boxes of a column alike."""
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
            width = max(w for w, _ in mine) + (34 if node.curve else 24)
            height = max(h for _, h in mine) + 12
            boxes.append(Box(0, 0, max(width, 52.0), max(height, 40.0), "box"))
    return boxes


def _text_size(node: NodeView) -> tuple[float, float]:
    width = max(map(_width, node.lines))
    height = sum(SIZES[line.role] * LINE for line in node.lines)
    return max(width, PLOT_WIDTH) if node.plot else width, height + _plot_room(node)


def _width(line: Line) -> float:
    """The width that a node keeps for a line."""
    if line.role != "value" and line.live:  # set in the smallest size where it is that long
        return text_width(line.reserve, SMALLEST)
    return _text_width(line, line.reserve or line.text)


def _text_width(line: Line, text: str) -> float:
    return text_width(text, SIZES[line.role], bold=line.role == "value")


def line_size(line: Line) -> float:
    """The font size of a line: that of its role, or smaller where a live value is long."""
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
        if node.curve and line.role == "name":
            needed = max(needed, half * 2.1 + BADGE_RADIUS)
    return needed


def badge_centre(box: Box) -> Point:
    """Where the sketch of an activation stands: on the upper right border."""
    if box.form == "circle":
        return box.x + box.width / 2 * 0.74, box.y - box.height / 2 * 0.74
    return box.x + box.width / 2 - 4, box.y - box.height / 2 + 2


def border_point(box: Box, towards: Point) -> Point:
    """Where the line from a box's centre to a point leaves it."""
    dx, dy = towards[0] - box.x, towards[1] - box.y
    if box.form == "circle":
        share = box.width / 2 / (math.hypot(dx, dy) or 1.0)
    else:
        share = min(
            box.width / 2 / abs(dx) if dx else math.inf,
            box.height / 2 / abs(dy) if dy else math.inf,
        )
    return box.x + dx * share, box.y + dy * share
