"""What stands around a picture: the title above it; notes, remarks and the legend below it."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from deepgraph.draw.layout.geometry import polyline
from deepgraph.draw.layout.records import Box, Layout, Mark, Text
from deepgraph.draw.layout.typography import set_width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.draw.layout.geometry import Point
    from deepgraph.draw.layout.typography import Sizes
    from deepgraph.draw.view.records import LegendItem, View

Placed = TypeVar("Placed", Box, Text)

MARGIN, COMPACT_MARGIN = 22.0, 10.0
"""Px around everything in a picture, and in one for a narrow column."""
BETWEEN, WIDE = 24.0, 300.0
"""Px between two texts of one line below the picture, and the width that it may always have."""
LEADING = 1.7
"""The distance of two such lines, in font sizes."""
TITLE = 1.3
"""The font size of the title, in those of captions."""
NODE, PILL, EDGE, SHORT = 1.0, 1.9, 2.6, 1.8
"""The widths of the marks of a legend, in font sizes: circle, bias, arrow, one of two arrows."""
BEHIND = 0.3
"""Behind each of them, in font sizes."""


def framed(
    boxes: list[Box],
    curves: list[list[Point]],
    labels: list[Text | None],
    texts: list[Text],
    view: View,
    sizes: Sizes,
) -> Layout:
    """Everything in its place, the first of it at the margin.

    Args:
        boxes: the nodes.
        curves: the edges.
        labels: of the edges.
        texts: captions.
        view: has the title, the notes and the legend.
        sizes: of the picture.
    """
    left, top, right, bottom = _reach(boxes, curves, [*texts, *filter(None, labels)])
    middle, width = (left + right) / 2, max(right - left, WIDE)
    notes = _notes(view, middle, bottom, width, sizes.note)
    marks, words = _legend(view, middle, _below(notes, bottom), width, sizes.note)
    around = [*notes, *words]
    if view.heading:
        size = sizes.caption * TITLE
        around.append(Text(view.heading, middle, top - size * 1.3, size, role="title"))
    for text in around:
        half = set_width(text.text, text.size, bold=text.role == "title") / 2
        left, right = min(left, text.x - half), max(right, text.x + half)
        top = min(top, text.y - text.size * 0.7)
    for mark in marks:
        left = min(left, mark.box.x - mark.box.width / 2 if mark.box else mark.line[0][0])
    bottom = _below(around, bottom)
    margin = COMPACT_MARGIN if view.scale.compact else MARGIN
    dx, dy = margin - left, margin - top
    return Layout(
        right - left + 2 * margin,
        bottom - top + 2 * margin,
        tuple(_moved(box, dx, dy) for box in boxes),
        _lines(curves, dx, dy),
        tuple(None if label is None else _moved(label, dx, dy) for label in labels),
        tuple(_moved(text, dx, dy) for text in [*texts, *around]),
        legend=tuple(
            replace(m, box=m.box and _moved(m.box, dx, dy), line=_line(m.line, dx, dy))
            for m in marks
        ),
    )


def _moved(part: Placed, dx: float, dy: float) -> Placed:
    return replace(part, x=part.x + dx, y=part.y + dy)


def _lines(curves: list[list[Point]], dx: float, dy: float) -> tuple[tuple[Point, ...], ...]:
    """Curves that are moved by dx and dy."""
    sizes = [len(curve) for curve in curves]
    points = np.array([point for curve in curves for point in curve], np.float64).reshape(-1, 2)
    moved = zip((points[:, 0] + dx).tolist(), (points[:, 1] + dy).tolist(), strict=True)
    if all(size == 2 for size in sizes):  # thousands of straight lines
        return tuple(zip(moved, moved, strict=True))
    return tuple(tuple(islice(moved, size)) for size in sizes)


def _line(points: list[Point] | tuple[Point, ...], dx: float, dy: float) -> tuple[Point, ...]:
    return tuple((x + dx, y + dy) for x, y in points)


def _reach(
    boxes: list[Box], curves: list[list[Point]], texts: list[Text]
) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what is drawn."""
    rooms = [room for box in boxes for room in box.rooms] + [text.room for text in texts]
    # A Bézier curve stays inside its control points, often far inside.
    corners = [(x - w / 2, y - h / 2) for x, y, w, h in rooms]
    corners += [(x + w / 2, y + h / 2) for x, y, w, h in rooms]
    drawn = [p for c in curves for p in (c if len(c) == 2 else polyline(c).tolist())]
    points = np.array(corners + drawn, np.float64)
    (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return left, top, right, bottom


def _below(texts: list[Text], bottom: float) -> float:
    return max([bottom, *(text.y + text.size * 0.7 for text in texts)])


def _rows(widths: list[float], room: float) -> list[list[int]]:
    """The numbers of things that stand side by side as far as they fit into a width."""
    rows: list[list[int]] = []
    left = 0.0
    for number, width in enumerate(widths):
        if not rows or width + BETWEEN > left:
            rows.append([])
            left = room + BETWEEN
        rows[-1].append(number)
        left -= width + BETWEEN
    return rows


def _notes(view: View, middle: float, top: float, width: float, size: float) -> list[Text]:
    """Centred lines below a picture; notes stand side by side if they fit into its width."""
    widths = [set_width(note, size) for note in view.notes]
    lines = [("note", [(view.notes[n], widths[n]) for n in row]) for row in _rows(widths, width)]
    lines += [("remark", [(text, set_width(text, size))]) for text in view.footnotes]
    found = []
    for number, (role, line) in enumerate(lines, 1):
        x = middle - (sum(wide for _, wide in line) + BETWEEN * (len(line) - 1)) / 2
        for note, wide in line:
            y = top + number * size * LEADING
            found.append(Text(note, x + wide / 2, y, size, role=role))
            x += wide + BETWEEN
    return found


def _legend(
    view: View, middle: float, top: float, width: float, size: float
) -> tuple[list[Mark], list[Text]]:
    """The marks and the words of the legend, in centred lines."""
    marks: list[Mark] = []
    words: list[Text] = []
    widths = [_room(item, size) + set_width(item.text, size) for item in view.legend]
    for number, row in enumerate(_rows(widths, width), 1):
        x = middle - (sum(widths[n] for n in row) + BETWEEN * (len(row) - 1)) / 2
        y = top + (number * LEADING + 0.3) * size
        for item, wide in ((view.legend[n], widths[n]) for n in row):
            marks += _marks(item, x, y, size)
            words.append(
                Text(item.text, x + (_room(item, size) + wide) / 2, y, size, role="legend")
            )
            x += wide + BETWEEN
    return marks, words


def _marks(item: LegendItem, x: float, y: float, size: float) -> Iterator[Mark]:
    """The marks before the words of an item, from x on."""
    widths = [wide * size for wide in _widths(item)]
    if node := item.node:
        wide = widths.pop(0)
        form, high = ("pill", 0.9) if node.role == "bias" else ("circle", NODE)
        yield Mark(node, box=Box(x + wide / 2, y, wide, high * size, form))
        x += wide + BEHIND * size
    for edge, wide in zip(item.edges, widths, strict=True):
        yield Mark(edge=edge, line=((x, y), (x + wide, y)))
        x += wide + BEHIND * size


def _room(item: LegendItem, size: float) -> float:
    """The room of all marks of an item, and of the gaps behind them."""
    return sum(wide + BEHIND for wide in _widths(item)) * size


def _widths(item: LegendItem) -> list[float]:
    """The widths of its marks in font sizes, that of its node first."""
    edges = [EDGE if len(item.edges) == 1 else SHORT] * len(item.edges)
    if item.node is None:
        return edges
    return [PILL if item.node.role == "bias" else NODE, *edges]
