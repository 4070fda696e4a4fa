"""Writes a piece of HTML for the text of a web page: an inline SVG in a box that fits its column.

The box scrolls where the picture would be so narrow that a text has less than 9 px, by mouse and
by keyboard, so that the picture never makes its page wider.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deepgraph.draw.output.drawing import Drawing
    from deepgraph.options.drawing import ThemeName

PHONE = 320
"""px; a picture that may be this narrow never scrolls, so the keyboard need not reach it."""

_LEAST = re.compile(r"min-width:(\d+)px")
_SCROLLS = "overflow-x:auto;max-width:100%"


def write(drawing: Drawing, theme: ThemeName | None, step: int | None) -> bytes:
    """The content of a file to be included in a page; `step` is for other formats."""
    return f"{snippet(drawing, theme)}\n".encode()


def snippet(drawing: Drawing, theme: ThemeName | None, *, system: bool = True) -> str:
    """The picture for the text of a page; the arguments are those of `svg.inline`."""
    if drawing.by_graphviz:
        from deepgraph.draw.output import graphviz_picture

        text = graphviz_picture.inline(drawing, theme or "light")
    else:
        from deepgraph.draw.output import svg

        text = svg.inline(drawing, theme, system=system)
    least = _LEAST.search(text)
    reach = ' tabindex="0"' if least and int(least[1]) > PHONE else ""
    # Search engines of sites would index the labels of weights as words of the page.
    given = f'class="deepgraph-diagram" style="{_SCROLLS}" data-search-exclude{reach}'
    return f"<div {given}>{text.strip()}</div>"
