"""Cuts texts with foreign scripts into pieces of one font and one direction, for resvg.

resvg joins letters and turns scripts around, but only in a text of one font: where a font lacks a
part of a text and joins letters in another, it gives up and draws boxes. So each piece becomes a
text with a place of its own, as wide as HarfBuzz finds it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

from deepgraph.draw.output.bidi import is_plain, levels, visual
from deepgraph.draw.output.font_files import FONT_FAMILY, FONT_FILES, SYMBOLS, Face, by_face, family
from deepgraph.draw.output.shaping import width
from deepgraph.draw.output.svg_pieces import escape
from deepgraph.words.numbers import short

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SHIPPED = {name: Face(str(path)) for name, path in FONT_FILES.items()}
_STYLE = ("font-style", "font-weight", "font-size")


def in_pieces(svg: str, faces: Sequence[Face]) -> str:
    """An SVG in resolved mode whose texts name the font and the place of each of their pieces."""
    start = re.search(r'<svg\b[^>]*\btext-anchor="(\w+)"', svg)
    anchor = start[1] if start else "start"
    return re.sub(
        r"<text\b.*?</text>", lambda text: _in_pieces(text[0], faces, anchor), svg, flags=re.S
    )


class _Piece(NamedTuple):
    """Characters of one style, font and direction; `dx` as in the SVG, `y` from the top."""

    text: str
    face: Face
    level: int
    style: dict[str, str]
    dx: float
    y: float


def _in_pieces(source: str, faces: Sequence[Face], anchor: str) -> str:
    text = ET.fromstring(source)
    pieces = list(_pieces(text, faces))
    if all(piece.face in _SHIPPED.values() for piece in pieces):
        return source
    pieces = [pieces[at] for at in visual([piece.level for piece in pieces])]
    wide = [
        width(p.face, p.text, float(p.style["font-size"]), right_to_left=p.level % 2 == 1)
        for p in pieces
    ]
    share = {"start": 0.0, "middle": 0.5, "end": 1.0}[text.get("text-anchor", anchor)]
    x = float(text.get("x", 0)) - sum(wide) * share
    found = []
    for piece, room in zip(pieces, wide, strict=True):
        x += piece.dx
        style = "".join(f' {name}="{value}"' for name, value in piece.style.items())
        name = FONT_FAMILY if piece.face in _SHIPPED.values() else escape(family(piece.face))
        place = f'x="{short(x, 3)}" y="{short(piece.y, 3)}" font-family="{name}"'
        found.append(f"<tspan {place}{style}>{escape(piece.text)}</tspan>")
        x += room
    fill = f' fill="{text.get("fill")}"' if text.get("fill") else ""
    return f'<text text-anchor="start" xml:space="preserve"{fill}>{"".join(found)}</text>'


def _pieces(text: ET.Element, faces: Sequence[Face]) -> Iterator[_Piece]:
    """The pieces of a text in the order of reading."""
    base = {"font-size": "16"}  # CSS's own
    base |= {name: text.get(name, "") for name in _STYLE if text.get(name)}
    parts = [(text.text or "", base, 0.0, 0.0)]
    for part in text:
        style = base | {name: part.get(name, "") for name in _STYLE if part.get(name)}
        parts.append((part.text or "", style, float(part.get("dx", 0)), float(part.get("dy", 0))))
        parts.append((part.tail or "", base, 0.0, 0.0))
    whole = "".join(content for content, *_ in parts)
    level = [0] * len(whole) if is_plain(whole) else levels(whole)
    at, y, dx = 0, float(text.get("y", 0)), 0.0
    for content, style, move, drop in parts:
        y, dx = y + drop, dx + move
        held: _Piece | None = None
        for cluster, face in by_face(content, faces, _own(style)):
            piece = _Piece(cluster, face, level[at], style, dx, y)
            at, dx = at + len(cluster), 0.0
            if held and held[1:3] == piece[1:3]:
                held = held._replace(text=held.text + cluster)
            else:
                if held:
                    yield held
                held = piece
        if held:
            yield held


def _own(style: dict[str, str]) -> list[Face]:
    """The shipped faces for a style."""
    bold, italic = style.get("font-weight") == "bold", style.get("font-style") == "italic"
    name = "Bold" if bold else "Italic" if italic else "Regular"
    return [_SHIPPED[f"LiberationSans-{name}"], _SHIPPED[SYMBOLS]]
