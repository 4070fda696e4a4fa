"""The sizes of nodes, and where the parts of a node stand: its lines, biases, badge and plot.

All circles of a picture have one size, whatever their texts: a long text is set smaller, and a name
that would be too small stands outside, with those of its whole column.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from deepgraph.draw.layout.records import Box, Part
from deepgraph.draw.layout.typography import (
    COMPACT,
    COMPACT_DENSE,
    DENSE,
    IRREGULAR,
    SMALLEST,
    SMALLEST_SCRIPT,
    USUAL,
    set_width,
)

if TYPE_CHECKING:
    from deepgraph.draw.layout.geometry import Point
    from deepgraph.draw.layout.records import Side
    from deepgraph.draw.layout.typography import Sizes
    from deepgraph.draw.view.records import Line, NodeView, View
    from deepgraph.options.drawing import Direction

LINE, SMALL_LINE = 1.16, 1.08
"""Line height in font sizes: of a name or value, and of the small lines."""
SHRUNK, SHRUNK_HIDDEN = 0.7, 0.55
"""A name may be set in this share of its size to stay in its circle; a hidden node's in less."""
AIR = 0.5
"""Px between a text and the rim of its circle. Widths are estimates over all common fonts: in most
of them a text has more air."""
USUAL_LENGTH = 8
"""Lines of so many characters fit in every circle."""
ROUNDING = 9.0
"""Radius of the corners of a box."""
BADGE_RADIUS = 10.0
PLOT_WIDTH, PLOT_HEIGHT, PLOT_GAP = 92.0, 42.0, 7.0
"""The size of the plot in a node, and its distance from the texts above it."""


class SetLine(NamedTuple):
    """A line of a node in its place.

    Attributes:
        line: its text and role.
        x, y: its middle, or its end if it stands to the left or right of its node.
        size: its font size.
        anchor: "middle", "start" or "end", the part of the text that stands at x.
    """

    line: Line
    x: float
    y: float
    size: float
    anchor: str = "middle"


def sizes_of(view: View) -> Sizes:
    """The sizes of a picture: smaller ones if it is dense, larger circles for very long numbers."""
    if view.scale.compact:
        sizes = COMPACT_DENSE if view.dense else COMPACT
    else:
        sizes = DENSE if view.dense else USUAL if view.layered else IRREGULAR
    if view.scale.font_size is not None:
        sizes = sizes.scaled(view.scale.font_size / sizes.label)
    nodes = [node for node in view.nodes if node.role not in ("bias", "more")]
    if any(node.plot for node in nodes):
        return sizes
    return sizes._replace(radius=max([sizes.radius, *(_least(node, sizes) for node in nodes)]))


def _least(node: NodeView, sizes: Sizes) -> float:
    """The least radius in which the lines of a node below its name fit at the smallest size."""
    if node.kind.startswith("block"):
        return 0.0
    least, at = 0.0, -_lines_height(node.lines, sizes) / 2
    for number, line in enumerate(node.lines):
        size, high = getattr(sizes, line.role), _line_height(line, sizes)
        # Circles keep their size whatever the values, unless there are lines for gradients.
        floor = _floor(line, sizes)
        text = line.text if floor == SMALLEST else line.reserve or line.text
        # A name that is too long stands outside.
        if number and len(text) > USUAL_LENGTH:
            wide = _line_width(line, text, sizes) * min(1.0, floor / size)
            offset = abs(at + high / 2) + size * 0.36
            least = max(least, math.hypot(offset, wide / 2 + AIR))
        at += high
    return least


def _floor(line: Line, sizes: Sizes) -> float:
    """The font size below which a line of a node is not set."""
    if line.role == "gradient" or (line.role == "small" and not line.live):
        return max(sizes.least, SMALLEST_SCRIPT)  # of a function, say
    return sizes.least if line.role == "small" else SMALLEST


def node_boxes(view: View, direction: Direction = "right") -> list[Box]:
    """The size of each node, not yet placed, and the places of its parts around its centre."""
    sizes = sizes_of(view)
    neurons = [node for node in view.nodes if node.role not in ("bias", "more")]
    round_ones = not any(node.plot for node in neurons)
    outside = _named_outside(view, sizes) if round_ones else set()
    last = max((node.column for node in view.nodes), default=0)
    boxes = []
    for node in view.nodes:
        if node.role == "bias":
            wide = _pill_width(node.name, sizes)
            boxes.append(Box(0, 0, wide, pill_height(sizes), "pill"))
        elif node.role == "more":
            boxes.append(Box(0, 0, *_text_size(node, sizes), "none"))
        else:
            box = Box(0, 0, 2 * sizes.radius, 2 * sizes.radius, "circle")
            if not round_ones or node.kind.startswith("block"):
                box = _box(node, [other for other in neurons if other.column == node.column], sizes)
            elif node.column in outside:
                grid = bool(view.grids and view.grids[node.column])
                side = "below" if grid else _name_side(node, last, direction)
                box = _with_name(node, box, sizes, side)
            boxes.append(with_pills(node, box, sizes, "right" if direction == "down" else "above"))
    return boxes


def with_pills(node: NodeView, box: Box, sizes: Sizes, side: Side) -> Box:
    """A node with its biases on one of its sides: in a row above or below, else in a column."""
    widths = [_pill_width(bias.label, sizes) for bias in node.biases]
    high, gap, between = pill_height(sizes), 0.29 * sizes.radius, 6.0
    stacked = side in ("left", "right")
    lengths = [high] * len(widths) if stacked else widths
    start = -(sum(lengths) + between * (len(lengths) - 1)) / 2
    way = -1 if side in ("left", "above") else 1
    pills = []
    for wide, length in zip(widths, lengths, strict=True):
        along = start + length / 2
        across = way * ((box.width + wide if stacked else box.height + high) / 2 + gap)
        place = (across, along) if stacked else (along, across)
        pills.append(Part(*place, wide, high, side))
        start += length + between
    return replace(box, pills=tuple(pills))


def tie(box: Box, pill: Part) -> tuple[Point, Point]:
    """The two ends of the line from a bias to its node."""
    x, y = box.x + pill.dx, box.y + pill.dy
    if pill.side in ("above", "below"):
        way = 1 if pill.side == "above" else -1
        inside = min(abs(pill.dx), box.width / 2 * 0.8)
        foot = math.copysign(inside, pill.dx)
        rim = box.height / 2
        if box.form == "circle":
            rim = math.sqrt(max(rim * rim - foot * foot, 0.0))
        return (x, y + way * pill.height / 2), (box.x + foot, box.y - way * (rim + 1))
    way = 1 if pill.side == "left" else -1
    foot = math.copysign(min(abs(pill.dy), box.height / 2 * 0.8), pill.dy)
    rim = box.width / 2
    if box.form == "circle":
        rim = math.sqrt(max(rim * rim - foot * foot, 0.0))
    return (x + way * pill.width / 2, y), (box.x - way * (rim + 1), box.y + foot)


def pill_height(sizes: Sizes) -> float:
    """The height of a bias."""
    return sizes.pill * 1.66


def _pill_width(text: str, sizes: Sizes) -> float:
    return set_width(text, sizes.pill) * 0.96 + sizes.pill


# --- lines ------------------------------------------------------------------------------------


def set_lines(node: NodeView, box: Box, sizes: Sizes) -> list[SetLine]:
    """The lines of a node in their places."""
    found = []
    inner = list(node.lines)
    if box.name is not None:
        found.append(_outer_name(inner.pop(0), box, box.name, sizes))
    top = box.y - (_height(node, sizes) if node.plot else _lines_height(inner, sizes)) / 2
    for line in inner:
        height = _line_height(line, sizes)
        y = top + height / 2
        found.append(SetLine(line, box.x, y, _fitted(line, y - box.y, box, sizes)))
        top += height
    return found


def _outer_name(line: Line, box: Box, place: Part, sizes: Sizes) -> SetLine:
    x, y, half = box.x + place.dx, box.y + place.dy, place.width / 2
    size = outer_size(sizes)
    if place.side == "left":
        return SetLine(line, x + half, y, size, "end")
    if place.side == "right":
        return SetLine(line, x - half, y, size, "start")
    return SetLine(line, x, y, size)


def outer_size(sizes: Sizes) -> float:
    """The font size of a name that stands outside its node."""
    return min(sizes.name, max(sizes.label, 18.0))


def _fitted(line: Line, offset: float, box: Box, sizes: Sizes) -> float:
    """The font size of a line at so many px from the middle of its node: a smaller one if long."""
    size = getattr(sizes, line.role)
    if box.form == "circle":
        room = _chord(box.width / 2, abs(offset) + size * 0.36)
    elif line.live:
        room = _line_width(line, line.reserve, sizes)
    else:
        return float(size)
    wide = _line_width(line, line.text, sizes)
    floor = min(_floor(line, sizes), size)
    if line.reserve and wide > _line_width(line, line.reserve, sizes):  # longer than usual
        floor = min(floor, SMALLEST)
    return float(max(floor, size * min(1.0, room / max(wide, 1.0))))


def _chord(radius: float, offset: float) -> float:
    """The room for a text in a circle, at a distance from its middle."""
    return max(2 * (math.sqrt(max(radius * radius - offset * offset, 0.0)) - AIR), 1.0)


def _line_height(line: Line, sizes: Sizes) -> float:
    size = getattr(sizes, line.role)
    return float(size * (LINE if line.role in ("name", "value") else SMALL_LINE))


def _line_width(line: Line, text: str, sizes: Sizes) -> float:
    return set_width(text, getattr(sizes, line.role), bold=line.role == "value")


def _lines_height(lines: list[Line] | tuple[Line, ...], sizes: Sizes) -> float:
    return sum(_line_height(line, sizes) for line in lines)


# --- names outside ----------------------------------------------------------------------------


def _named_outside(view: View, sizes: Sizes) -> set[int]:
    """The columns in which a name is too long for its circle."""
    found = set()
    for node in view.nodes:
        if node.role in ("bias", "more") or node.kind.startswith("block"):
            continue
        top = _lines_height(node.lines, sizes) / 2
        offset = max(top - _line_height(node.lines[0], sizes) / 2, 0.0) + sizes.name * 0.36
        share = SHRUNK_HIDDEN if node.role == "hidden" else SHRUNK
        wide = set_width(node.name, sizes.name)
        if wide * share > _chord(sizes.radius, offset):
            found.add(node.column)
    return found


def _name_side(node: NodeView, last: int, direction: Direction) -> Side:
    """The side of a node on which a long name stands: where no edge of its own leaves or enters."""
    if direction == "down":
        return "above" if node.column == 0 else "below" if node.column == last else "left"
    return "left" if node.column == 0 else "right" if node.column == last else "below"


def _with_name(node: NodeView, box: Box, sizes: Sizes, side: Side) -> Box:
    size = outer_size(sizes)
    wide, high, gap = set_width(node.name, size), size * 1.2, 9.0
    if side in ("left", "right"):
        across = box.width / 2 + gap + wide / 2
        return replace(box, name=Part(-across if side == "left" else across, 0, wide, high, side))
    across = box.height / 2 + 3.0 + high / 2
    return replace(box, name=Part(0, -across if side == "above" else across, wide, high, side))


# --- boxes ------------------------------------------------------------------------------------


def _box(node: NodeView, column: list[NodeView], sizes: Sizes) -> Box:
    """The box of a block or of a node with a plot: all boxes of a column have one size."""
    mine = [_text_size(other, sizes) for other in column]
    width = max(w for w, _ in mine) + (34 if node.sketch else 24)
    height = max(h for _, h in mine) + 14
    return Box(0, 0, max(width, 56.0), max(height, 44.0), "box")


def _text_size(node: NodeView, sizes: Sizes) -> tuple[float, float]:
    """Width and height of the lines of a node, and of its plot below them."""
    width = max(_line_width(line, line.reserve or line.text, sizes) for line in node.lines)
    return max(width, PLOT_WIDTH) if node.plot else width, _height(node, sizes)


def _height(node: NodeView, sizes: Sizes) -> float:
    plot = PLOT_GAP + PLOT_HEIGHT if node.plot else 0.0
    return _lines_height(node.lines, sizes) + plot


def plot_corner(node: NodeView, box: Box, sizes: Sizes) -> Point:
    """The left top corner of the plot in a node."""
    top = box.y - _height(node, sizes) / 2
    return box.x - PLOT_WIDTH / 2, top + _lines_height(node.lines, sizes) + PLOT_GAP


# --- badges -----------------------------------------------------------------------------------


def badge_centre(box: Box) -> Point:
    """The centre of the sketch of an activation: below on the right, where no edge starts."""
    if box.form == "circle":
        return box.x + box.width / 2 * 0.5, box.y + box.height / 2 * 0.87
    return box.x + box.width / 2 - 14, box.y + box.height / 2


def sketch_points(node: NodeView, box: Box) -> list[Point]:
    """The points of the sketch in its badge."""
    x, y = badge_centre(box)
    wide, high = BADGE_RADIUS * 0.62, BADGE_RADIUS * 0.5
    last = len(node.sketch) - 1
    return [
        (x + (2 * i / last - 1) * wide, y - value * high) for i, value in enumerate(node.sketch)
    ]
