"""SVG to PNG and to PDF, with the fonts in `fonts/`: a bare machine has none.

Both read *resolved* SVG (plain attributes, no CSS variables), both give the same bytes for the same
text on every run, and both draw every text in the family Liberation Sans, whose widths are those of
Arial and Helvetica. What that family lacks (⋮, ∇, ₊) comes from DejaVu Sans.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deepgraph.errors import DrawingError, MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Iterator

FONT_FAMILY = "Liberation Sans"

FONT_FOLDER = Path(__file__).with_name("fonts")

MAX_PIXELS = 100_000_000
"""Largest PNG: 400 MB while it is drawn."""

_SYMBOLS = "DejaVuSans-Symbols"
_FACES = ("LiberationSans-Regular", "LiberationSans-Bold", "LiberationSans-Italic", _SYMBOLS)

_CSS_PIXELS = {"": 1.0, "px": 1.0, "pt": 96 / 72, "in": 96.0, "mm": 96 / 25.4, "cm": 96 / 2.54}


def svg_to_png(svg: str, scale: float = 1.0) -> bytes:
    """Draw an SVG as PNG.

    Args:
        svg: the picture, in resolved mode.
        scale: PNG pixels per CSS pixel.

    Returns:
        The bytes of the PNG file.

    Raises:
        DrawingError: the SVG cannot be read, or the PNG would be too large.
        ValueError: the scale is not a positive number.
    """
    import resvg_py

    if not 0 < scale < float("inf"):
        raise ValueError(f"the scale of a PNG is a positive number, not {scale!r}")
    width, height = _size(svg)
    if width * height * scale * scale > MAX_PIXELS:
        raise DrawingError(
            f"the PNG would be {width * scale:,.0f} × {height * scale:,.0f} pixels, more than "
            f"{MAX_PIXELS:,} in all; use a smaller scale, or write SVG"
        )
    try:
        png: bytes = resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=scale,
            dpi=96,
            skip_system_fonts=True,
            font_files=[str(path) for path in _font_files().values()],
            font_family=FONT_FAMILY,
            serif_family=FONT_FAMILY,
            sans_serif_family=FONT_FAMILY,
            cursive_family=FONT_FAMILY,
            fantasy_family=FONT_FAMILY,
            monospace_family=FONT_FAMILY,
        )
    except ValueError as error:
        raise DrawingError(f"the SVG cannot be drawn as PNG: {error}") from error
    return bytes(png)


def svg_to_pdf(svg: str) -> bytes:
    """Draw an SVG as PDF of one page, its fonts embedded, its text selectable.

    Args:
        svg: the picture, in resolved mode. svglib knows no `opacity` and no `fill-opacity` on text
            (mix the colour instead); a `tspan` has no place of its own but `dy`.

    Returns:
        The bytes of the PDF file.

    Raises:
        DrawingError: the SVG cannot be read.
        MissingExtraError: svglib or reportlab is not installed.
    """
    try:
        from reportlab.graphics import renderPDF
        from reportlab.pdfbase import pdfmetrics, ttfonts
        from svglib.svglib import svg2rlg
    except ImportError as error:
        raise MissingExtraError("PDF output", "pdf") from error
    from io import BytesIO

    for name, path in _font_files().items():
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(ttfonts.TTFont(name, str(path)))
    _size(svg)
    drawing = svg2rlg(BytesIO(svg.encode()), font_map=_ShippedFonts())
    if drawing is None:
        raise DrawingError("the SVG cannot be drawn as PDF: it is not well-formed XML")
    _set_in_line(drawing)
    # `invariant` leaves out the time and a random id: the same picture gives the same bytes.
    pdf: bytes = renderPDF.drawToString(drawing, invariant=1)
    return pdf


def _font_files() -> dict[str, Path]:
    """The path of each shipped face, by its name."""
    return {name: FONT_FOLDER / f"{name}.ttf" for name in _FACES}


def _size(svg: str) -> tuple[float, float]:
    """Width and height of an SVG in CSS pixels, as its root element states them."""
    root = re.search(r"<svg\b[^>]*>", svg)
    if root is None:
        raise DrawingError("this is no SVG: it has no <svg> element")
    sizes = []
    for name in ("width", "height"):
        found = re.search(rf'\b{name}="([\d.]+)(px|pt|in|mm|cm|)"', root[0])
        sizes.append(float(found[1]) * _CSS_PIXELS[found[2]] if found else 0.0)
    box = re.search(r'\bviewBox="([^"]+)"', root[0])
    numbers = [float(number) for number in box[1].replace(",", " ").split()] if box else []
    if len(numbers) == 4:
        # A side that is missing or relative (100%) follows the view box.
        sizes = [size or side for size, side in zip(sizes, numbers[2:], strict=True)]
    return sizes[0], sizes[1]


class _ShippedFonts:
    """Stands in for svglib's font map, which would look for fonts on this machine."""

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

    A text in a PDF has one font, no fallback; and svglib centres each `tspan` for itself, all on
    one place. A text is a group of nothing but strings.
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
    """Pieces of a text, each with the font that draws it."""
    from itertools import groupby

    from reportlab.pdfbase.pdfmetrics import getFont

    own = getFont(font).face.charToGlyph
    spare = getFont(_SYMBOLS).face.charToGlyph

    def font_of(character: str) -> str:
        code = ord(character)
        return _SYMBOLS if code not in own and code in spare else font

    for name, characters in groupby(text, font_of):
        yield "".join(characters), name
