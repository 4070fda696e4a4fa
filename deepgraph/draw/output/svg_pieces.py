"""The pieces of SVG elements: texts, outlines, points and the data of paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph.draw.layout.node_sizes import ROUNDING
from deepgraph.draw.layout.typography import SMALLEST
from deepgraph.words.numbers import runs, short

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deepgraph.draw.layout.geometry import Point
    from deepgraph.draw.layout.records import Box

DROP = 0.22
"""The distance of a subscript below the line, in font sizes."""

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})


def escape(text: str) -> str:
    """A text as content of an element; XML would read a bare carriage return as a line feed.

    The standard library's `xml.sax.saxutils` does the same, but imports half of `urllib` for it.

    >>> escape("a < b & c")
    'a &lt; b &amp; c'
    """
    return text.translate(_ESCAPES)


def spelled(text: str, size: float) -> str:
    """A text in a font size, with names in italics and their numbers as subscripts.

    >>> spelled("y = 2", 20)
    '<tspan font-style="italic">y</tspan> = 2'
    """
    pieces = runs(text)
    if len(pieces) == 1 and pieces[0][1] == "plain":
        return escape(text)
    found, below = [], False
    small, drop = short(subscript_size(size)), short(size * DROP)
    for piece, style in pieces:
        attributes = ' font-style="italic"' if style == "italic" else ""
        if style == "sub":
            attributes += f' font-size="{small}" dy="{drop}"'
        elif below:
            attributes += f' dy="-{drop}"'
        below = style == "sub"
        found.append(f"<tspan{attributes}>{escape(piece)}</tspan>" if attributes else escape(piece))
    return "".join(found)


def smallest_size(text: str, size: float) -> float:
    """The smallest font size in the result of `spelled`.

    >>> smallest_size("w1 = 2", 25.0), smallest_size("w = 2", 25.0)
    (18.0, 25.0)
    """
    return subscript_size(size) if any(style == "sub" for _, style in runs(text)) else size


def subscript_size(size: float) -> float:
    """The font size of a subscript beside a text."""
    return max(SMALLEST, size * 0.72)


def outline(box: Box) -> str:
    """The start of the element that draws a node's shape, without its end."""
    if box.form == "circle":
        return f'<circle cx="{short(box.x)}" cy="{short(box.y)}" r="{short(box.width / 2)}"'
    radius = box.height / 2 if box.form == "pill" else ROUNDING
    return (
        f'<rect x="{short(box.x - box.width / 2)}" y="{short(box.y - box.height / 2)}" '
        f'width="{short(box.width)}" height="{short(box.height)}" rx="{short(radius)}"'
    )


def curve_data(points: list[Point]) -> str:
    """The data of a path: a straight line between two points, a Bézier curve through more.

    >>> curve_data([(0, 0), (10.5, 20)])
    'M0 0L10.5 20'
    """
    letter = "L" if len(points) == 2 else "C"
    (x, y), *others = points
    return f"M{short(x)} {short(y)}{letter}" + " ".join(f"{short(x)} {short(y)}" for x, y in others)


def line_data(points: Iterable[Point]) -> str:
    """The data of a path of straight lines.

    >>> line_data([(0, 0), (1, 1), (2, 0)])
    'M0 0L1 1L2 0'
    """
    return "M" + "L".join(f"{short(x)} {short(y)}" for x, y in points)


def corners(points: Iterable[Point]) -> str:
    """The points of a polygon or a polyline.

    >>> corners([(0, 0), (1, 1.25)])
    '0,0 1,1.25'
    """
    return " ".join(f"{short(x)},{short(y)}" for x, y in points)
