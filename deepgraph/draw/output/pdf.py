"""Writes PDF of one page: resolved SVG drawn with the shipped fonts, its text selectable.

The same picture gives the same bytes on every run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deepgraph.draw.output.epoch import require_epoch
from deepgraph.draw.output.png import FONT_FILES, SYMBOLS, svg_size
from deepgraph.draw.output.svg import resolved
from deepgraph.errors import DrawingError, MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.draw.output.drawing import Drawing
    from deepgraph.options.drawing import ThemeName


def write(drawing: Drawing, theme: ThemeName, step: int | None) -> bytes:
    """The content of a file; errors as in `svg_to_pdf`."""
    return svg_to_pdf(resolved(drawing, theme, step))


def svg_to_pdf(svg: str) -> bytes:
    """Draw an SVG as PDF of one page, its fonts embedded, its text selectable.

    Args:
        svg: the picture, in resolved mode. svglib knows no `opacity` and no `fill-opacity` on text
            (mix the colour instead); of the places of a `tspan` it knows `dy` alone.

    Returns:
        The bytes of the PDF file.

    Raises:
        DrawingError: the SVG cannot be read.
        MissingExtraError: svglib or reportlab is not installed.
    """
    require_epoch()
    try:
        from reportlab.graphics import renderPDF
        from reportlab.pdfbase import pdfmetrics, ttfonts
        from svglib.svglib import svg2rlg
    except ImportError as error:
        raise MissingExtraError("PDF output", "pdf") from error
    from io import BytesIO

    for name, path in FONT_FILES.items():
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(ttfonts.TTFont(name, str(path)))
    svg_size(svg)
    drawing = svg2rlg(BytesIO(svg.encode()), font_map=_ShippedFonts())
    if drawing is None:
        raise DrawingError("the SVG cannot be drawn as PDF: it is not well-formed XML")
    _set_in_line(drawing)
    # `invariant` leaves out the time and a random id: the same picture gives the same bytes.
    pdf: bytes = renderPDF.drawToString(drawing, invariant=1)
    return pdf


class _ShippedFonts:
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


def _set_in_line(group: Any) -> None:
    """Put the runs of each text side by side, each in a font that has its characters.

    A text in a PDF has one font and no fallback, and svglib centres each `tspan` separately, all on
    the same place. A text is a group of nothing but strings.
    """
    from reportlab.graphics.shapes import Group, String

    if group.contents and all(isinstance(shape, String) for shape in group.contents):
        group.contents = list(_line(group.contents))
        return
    for shape in group.contents:
        if isinstance(shape, Group):
            _set_in_line(shape)


def _line(strings: list[Any]) -> Iterator[Any]:
    """The strings of one text, from left to right, cut where their font lacks a character."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    runs = [(s, text, font) for s in strings for text, font in _runs(s.text, s.fontName)]
    widths = [stringWidth(text, font, string.fontSize) for string, text, font in runs]
    first = strings[0]
    x = first.x - sum(widths) * {"start": 0.0, "middle": 0.5, "end": 1.0}[first.textAnchor]
    for (string, text, font), width in zip(runs, widths, strict=True):
        run = string.copy()
        run.x, run.text, run.fontName, run.textAnchor = x, text, font, "start"
        yield run
        x += width


def _runs(text: str, font: str) -> Iterator[tuple[str, str]]:
    """Pieces of a text, each with the font that has its characters."""
    from itertools import groupby

    from reportlab.pdfbase.pdfmetrics import getFont

    own = getFont(font).face.charToGlyph
    spare = getFont(SYMBOLS).face.charToGlyph

    def font_of(character: str) -> str:
        code = ord(character)
        return SYMBOLS if code not in own and code in spare else font

    for name, characters in groupby(text, font_of):
        yield "".join(characters), name
