"""Writes PDF of one page: resolved SVG drawn with the shipped fonts, its text selectable.

The same picture gives the same bytes on every run. `pdf_text` sets the texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph.draw.output.epoch import require_epoch
from deepgraph.draw.output.font_files import fallback, warn_of
from deepgraph.draw.output.png import drawn_text, svg_size
from deepgraph.draw.output.svg import resolved
from deepgraph.errors import DrawingError, MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from deepgraph.draw.output.drawing import Drawing
    from deepgraph.options.drawing import ThemeName


def write(drawing: Drawing, theme: ThemeName, step: int | None) -> bytes:
    """The content of a file; errors as in `svg_to_pdf`."""
    return svg_to_pdf(resolved(drawing, theme, step), drawing.fonts)


def svg_to_pdf(svg: str, fonts: Sequence[str | Path] = ()) -> bytes:
    """Draw an SVG as PDF of one page; a `MissingFontWarning` names the characters without a font.

    Args:
        svg: the picture, in resolved mode. svglib knows no `opacity` and no `fill-opacity` on text
            (mix the colour instead); of the places of a `tspan`, `dx` and `dy` count.
        fonts: files of fonts for characters that the shipped ones lack.

    Returns:
        The bytes of the PDF file.

    Raises:
        DrawingError: the SVG or a font cannot be read.
        MissingExtraError: svglib or reportlab is not installed.
    """
    require_epoch()
    svg_size(svg)
    faces, missing = fallback(drawn_text(svg), fonts)
    try:
        from reportlab.graphics import renderPDF
        from svglib.svglib import SvgRenderer, load_svg_file

        from deepgraph.draw.output import pdf_text
    except ImportError as error:
        raise MissingExtraError("PDF output", "pdf") from error
    from io import BytesIO

    pdf_text.register_fonts()
    source = BytesIO(svg.encode())
    root = load_svg_file(source)
    if root is None:
        raise DrawingError("the SVG cannot be drawn as PDF: it is not well-formed XML")
    renderer = SvgRenderer(source, font_map=pdf_text.ShippedFonts())
    renderer.shape_converter = pdf_text.Texts(source, renderer.attrConverter, faces)
    drawing = renderer.render(root)
    warn_of(missing)
    # `invariant` leaves out the time and a random id: the same picture gives the same bytes.
    pdf: bytes = renderPDF.drawToString(drawing, invariant=1)
    return pdf
