"""Sets the texts of a PDF: fonts, the order of scripts, and letters that join.

A text in a PDF has one font and no fallback, and reportlab neither joins letters nor turns a line
around. So a text is cut into pieces of one font and one direction. A piece in a shipped font whose
letters stand side by side is plain text of the PDF. Any other piece is shaped by HarfBuzz and drawn
as outlines, whatever the kind of its font, with the same text unseen over it, to select and to
search. A font of pictures (emoji) is drawn by resvg, as in a PNG.
"""

from __future__ import annotations

import unicodedata
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from reportlab.graphics.shapes import DirectDraw, Group
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics, ttfonts
from svglib.svglib import Svg2RlgShapeConverter, iter_text_node

from deepgraph.draw.output import unseen_text
from deepgraph.draw.output.bidi import LEFT_MARK, is_plain, levels, visual
from deepgraph.draw.output.font_files import (
    FONT_FILES,
    SYMBOLS,
    Face,
    by_face,
    family,
    has_colours,
    is_joiner,
)
from deepgraph.draw.output.png import rasterised
from deepgraph.draw.output.shaping import font_of, shape
from deepgraph.draw.output.svg_pieces import escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PIXELS = 8
"""Pixels of an emoji for each pt of its font size."""
_SHIPPED = {name: Face(str(path)) for name, path in FONT_FILES.items()}


def register_fonts() -> None:
    """Make the shipped fonts known to reportlab."""
    known = pdfmetrics.getRegisteredFontNames()
    for name, face in _SHIPPED.items():
        if name not in known:
            pdfmetrics.registerFont(ttfonts.TTFont(name, face.path))


class ShippedFonts:
    """Replaces svglib's font map, which would look for fonts on this machine."""

    def find_font(
        self, _family: str, weight: str = "normal", style: str = "normal"
    ) -> tuple[str, bool]:
        """The face for a weight and a style, whatever the family; True for an exact match."""
        if weight in ("bold", "bolder", "600", "700", "800", "900"):
            return "LiberationSans-Bold", True
        if style in ("italic", "oblique"):
            return "LiberationSans-Italic", True
        return "LiberationSans-Regular", True


class _Piece(NamedTuple):
    """Characters of one style, one font and one direction.

    Attributes:
        string: the shape of reportlab that has their style.
        text: in the order of reading.
        face: of their font.
        font: its name for reportlab; empty if the package does not ship it.
        level: odd from right to left.
        start: px by which it stands further to the right than the piece before it ends.
    """

    string: Any
    text: str
    face: Face
    font: str
    level: int
    start: float

    @property
    def is_shaped(self) -> bool:
        """True if its characters are more than glyphs side by side."""
        marks = any(unicodedata.combining(c) or is_joiner(c) for c in self.text)
        return not self.font or self.level % 2 == 1 or marks


class Texts(Svg2RlgShapeConverter):
    """Makes the texts of an SVG shapes of reportlab.

    Args:
        source: the SVG.
        attributes: svglib's converter of attributes.
        faces: for what the shipped fonts lack.
    """

    def __init__(self, source: BytesIO, attributes: Any, faces: Sequence[Face]) -> None:
        super().__init__(source, attributes)
        self.faces = tuple(faces)

    def convertText(self, node: Any) -> Group:  # noqa: N802 (svglib's name)
        """The shapes of one text; svglib gives each of its strings a style and a height."""
        group = super().convertText(node)
        strings = list(group.contents)
        if strings:
            moves = [
                0.0 if is_tail else float(part.attrib.get("dx") or 0)
                for part, text, is_tail in iter_text_node(node, preserve_space=True)
                if text
            ]
            group.contents = list(self._line(strings, moves))
        return group

    def _line(self, strings: list[Any], moves: list[float]) -> Iterator[Any]:
        """The pieces of a line from left to right."""
        pieces = self._pieces(strings, moves)
        pieces = [pieces[at] for at in visual([piece.level for piece in pieces])]
        set_pieces = [(piece, *self._set(piece)) for piece in pieces]
        whole = sum(width for _, _, width in set_pieces)
        first = strings[0]
        x = first.x - moves[0] - whole * {"start": 0.0, "middle": 0.5, "end": 1.0}[first.textAnchor]
        for piece, drawn, width in set_pieces:
            x += piece.start
            drawn.x, drawn.y = x, piece.string.y
            yield drawn
            x += width

    def _set(self, piece: _Piece) -> tuple[Any, float]:
        """The shape of a piece, and its width."""
        string = piece.string
        if piece.is_shaped:
            shaped = _Shaped(piece, self.faces)
            return shaped, shaped.width
        run = string.copy()
        run.text, run.fontName, run.textAnchor = piece.text, piece.font, "start"
        return run, pdfmetrics.stringWidth(piece.text, piece.font, string.fontSize)

    def _pieces(self, strings: list[Any], moves: list[float]) -> list[_Piece]:
        """The pieces of a line in the order of reading."""
        whole = "".join(string.text for string in strings)
        level = [0] * len(whole) if is_plain(whole) else levels(whole)
        found: list[_Piece] = []
        at = 0
        for string, move in zip(strings, moves, strict=True):
            start = move
            own = {_SHIPPED[name]: name for name in (string.fontName, SYMBOLS)}
            for cluster, face in by_face(string.text, self.faces, tuple(own)):
                text = cluster.replace(LEFT_MARK, "")
                piece = _Piece(string, text, face, own.get(face, ""), level[at], start)
                at += len(cluster)
                last = found[-1] if found else None
                if last and not start and last.string is string and last[2:5] == piece[2:5]:
                    found[-1] = last._replace(text=last.text + piece.text)
                else:
                    found.append(piece)
                start = 0.0
        return found


# --- shaped pieces ----------------------------------------------------------------------------


class _Shaped(DirectDraw):  # type: ignore[misc]
    """A piece that HarfBuzz shapes, drawn as outlines or as a picture."""

    def __init__(self, piece: _Piece, faces: tuple[Face, ...]) -> None:
        self.x = self.y = 0.0
        self.piece = piece
        self.faces = faces
        self.size = piece.string.fontSize
        self.font = font_of(piece.face)
        self.scale = self.size / self.font.face.upem
        self.glyphs, advance = shape(self.font, piece.text, right_to_left=piece.level % 2 == 1)
        self.width = advance * self.scale

    def drawDirectly(self, renderer: Any) -> None:  # noqa: N802 (reportlab's name)
        """Draw it on the page of a PDF."""
        canvas = renderer._canvas  # reportlab has no public name for it
        canvas.saveState()
        canvas.setFillColor(self.piece.string.fillColor)
        if has_colours(self.piece.face):
            self._draw_picture(canvas)
        else:
            path = canvas.beginPath()
            for glyph in self.glyphs:
                x, y = self.x + glyph.x * self.scale, self.y + glyph.y * self.scale
                self.font.draw_glyph_with_pen(glyph.number, _Pen(path, x, y, self.scale))
            canvas.drawPath(path, stroke=0, fill=1, fillMode=1)  # non-zero, as fonts are made for
        self._draw_unseen(canvas)
        canvas.restoreState()

    def _draw_picture(self, canvas: Any) -> None:
        """A picture that resvg draws of the text, on a ground that shines through."""
        high, wide = self.size * 1.5, self.width
        text = escape(self.piece.text)
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}">'
            f'<text x="0" y="{self.size * 1.15}" font-size="{self.size}" '
            f'font-family="{escape(family(self.piece.face))}">{text}</text></svg>'
        )
        image = ImageReader(BytesIO(rasterised(svg, PIXELS, [self.piece.face])))
        canvas.drawImage(image, self.x, self.y - self.size * 0.35, wide, high, mask="auto")

    def _draw_unseen(self, canvas: Any) -> None:
        """The same text without ink, as wide as what is seen, so that it can be selected."""
        clusters = [cluster for cluster, _ in by_face(self.piece.text, (), [self.piece.face])]
        if self.piece.level % 2:
            clusters.reverse()  # a PDF has what is seen, from left to right
        name, codes = unseen_text.codes(canvas, clusters)
        line = canvas.beginText(self.x, self.y)
        wide = 100 * self.width / (len(clusters) * self.size) or 100
        line._code.append(f"/{name} {self.size:g} Tf 3 Tr {wide:.4f} Tz <{codes}> Tj")
        canvas.drawText(line)


class _Pen:
    """Draws the outline of a glyph on a path of reportlab, in fontTools' protocol of pens."""

    def __init__(self, path: Any, x: float, y: float, scale: float) -> None:
        self.path = path
        self.x, self.y, self.scale = x, y, scale
        self.last = (0.0, 0.0)

    def _at(self, point: tuple[float, float]) -> tuple[float, float]:
        return self.x + point[0] * self.scale, self.y + point[1] * self.scale

    def moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802
        self.path.moveTo(*self._at(point))
        self.last = point

    def lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802
        self.path.lineTo(*self._at(point))
        self.last = point

    def curveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802
        one, two, end = points
        self.path.curveTo(*self._at(one), *self._at(two), *self._at(end))
        self.last = end

    def qCurveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802
        (x, y), end = points
        (x0, y0), (x1, y1) = self.last, end
        self.curveTo(
            (x0 + (x - x0) * 2 / 3, y0 + (y - y0) * 2 / 3),
            (x1 + (x - x1) * 2 / 3, y1 + (y - y1) * 2 / 3),
            end,
        )

    def closePath(self) -> None:  # noqa: N802
        self.path.close()

    def endPath(self) -> None:  # noqa: N802
        pass
