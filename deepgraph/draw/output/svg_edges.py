"""The lines of an edge in SVG, and the head of its arrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from deepgraph.draw.output import palette
from deepgraph.draw.output.arrow_heads import arrow
from deepgraph.draw.output.svg_pieces import closed, curve_data
from deepgraph.words.numbers import short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepgraph.draw.layout.geometry import Point
    from deepgraph.draw.output.svg_paint import Paint
    from deepgraph.draw.view.records import EdgeView


class Lines(NamedTuple):
    """The elements of an edge.

    Attributes:
        stroke: the role of the colour that the group around them has to state, if it is not empty.
        elements: the line, and the head if there is one.
    """

    stroke: str
    elements: str


def lines_of(
    edge: EdgeView,
    curve: tuple[Point, ...],
    role: str,
    width: float,
    paint: Paint,
    *,
    bare: bool,
    dense: bool,
) -> Lines:
    """The elements of an edge in the colour of a role; a bare one has no head.

    A hollow head has the colour of its line, so that the group around both can state it once.
    """
    dashes = palette.EDGE_DASHES.get(edge.mark)
    size = f' stroke-width="{short(width)}"'
    size += f' stroke-dasharray="{dashes}"' if dashes else ""
    colored = f"{paint(stroke=role)}{size}/>"
    if bare:
        return Lines("", _path(curve) + colored)
    drawn = arrow(curve, width, hollow=edge.sign < 0, dense=dense)
    line, head = _path(drawn.points), f'<path d="{closed(drawn.corners)}"'
    if not drawn.outline:
        return Lines("", f"{line}{colored}{head}{paint(fill=role)}/>")
    outline = f' stroke-width="{short(drawn.outline)}"' if drawn.outline != 1 else ""
    return Lines(role, f"{line}{size}/>{head}{paint(fill='page')}{outline}/>")


def _path(curve: Sequence[Point]) -> str:
    """The start of the element of a line; a straight one encloses nothing that could be filled."""
    empty = ' fill="none"' if len(curve) > 2 else ""
    return f'<path d="{curve_data(curve)}"{empty}'
