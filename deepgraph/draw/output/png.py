"""Writes PNG: resolved SVG (plain attributes, no CSS variables) drawn with the shipped fonts.

The same picture gives the same bytes on every run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph.draw.output.font_files import FONT_FAMILY, font_files
from deepgraph.draw.output.svg import resolved
from deepgraph.draw.output.svg_size import svg_size
from deepgraph.errors import DrawingError

if TYPE_CHECKING:
    from deepgraph.draw.output.drawing import Drawing
    from deepgraph.options.drawing import ThemeName

MAX_PIXELS = 100_000_000
"""Largest PNG: 400 MB while it is drawn."""


def write(drawing: Drawing, theme: ThemeName, step: int | None) -> bytes:
    """The content of a file; errors as in `svg_to_png`."""
    return svg_to_png(resolved(drawing, theme, step), drawing.options["scale"])


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
    width, height = svg_size(svg)
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
            font_files=[str(path) for path in font_files().values()],
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
