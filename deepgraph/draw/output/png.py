"""Writes PNG: resolved SVG (plain attributes, no CSS variables) drawn with the shipped fonts.

The same picture gives the same bytes on every run. A bare machine has no fonts, so every text is
set in Liberation Sans, whose widths are those of Arial and Helvetica. Signs that it lacks (⋮, ∇, ₊)
come from DejaVu Sans, and characters that neither has from `font_files.fallback`.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from deepgraph.draw.output.font_files import FONT_FAMILY, FONT_FILES, fallback, warn_of
from deepgraph.draw.output.svg import resolved
from deepgraph.errors import DrawingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from deepgraph.draw.output.drawing import Drawing
    from deepgraph.draw.output.font_files import Face
    from deepgraph.options.drawing import ThemeName

MAX_PIXELS = 100_000_000
"""Largest PNG: 400 MB while it is drawn."""
_CSS_PIXELS = {"": 1.0, "px": 1.0, "pt": 96 / 72, "in": 96.0, "mm": 96 / 25.4, "cm": 96 / 2.54}


def write(drawing: Drawing, theme: ThemeName, step: int | None) -> bytes:
    """The content of a file; errors as in `svg_to_png`."""
    return svg_to_png(resolved(drawing, theme, step), drawing.options["scale"], drawing.fonts)


def svg_to_png(svg: str, scale: float = 1.0, fonts: Sequence[str | Path] = ()) -> bytes:
    """Draw an SVG as PNG; a `MissingFontWarning` names the characters that no font has.

    Args:
        svg: the picture, in resolved mode.
        scale: PNG pixels per CSS pixel.
        fonts: files of fonts for characters that the shipped ones lack.

    Returns:
        The bytes of the PNG file.

    Raises:
        DrawingError: the SVG or a font cannot be read, the PNG would be too large, or the scale is
            not a positive number.
    """
    if not 0 < scale < float("inf"):
        raise DrawingError(f"the scale of a PNG is a positive number, not {scale!r}")
    width, height = svg_size(svg)
    if width * height * scale * scale > MAX_PIXELS:
        raise DrawingError(
            f"the PNG would be {width * scale:,.0f} × {height * scale:,.0f} pixels, more than "
            f"{MAX_PIXELS:,} in all; use a smaller scale, or write SVG"
        )
    faces, missing = fallback(drawn_text(svg), fonts)
    warn_of(missing)
    if faces:
        from deepgraph.draw.output.png_text import in_pieces  # few pictures need it

        svg = in_pieces(svg, faces)
    return rasterised(svg, scale, faces, ground_of(svg))


def ground_of(svg: str) -> str | None:
    """The colour of the rectangle that fills a picture from the first; `None` without one.

    A picture of 99.5 px has 100 pixels, the last of which such a rectangle covers by half. It would
    shine through, as a line at the edge.

    >>> ground_of('<svg width="9.5" height="9"><rect width="9.5" height="9" fill="#ffffff"/></svg>')
    '#ffffff'
    """
    size = re.search(r'<svg\b[^>]* width="([^"]+)" height="([^"]+)"', svg)
    if size is None:
        return None
    rectangle = re.search(
        rf'<rect width="{re.escape(size[1])}" height="{re.escape(size[2])}" fill="(#\w{{6}})"/>',
        svg,
    )
    return None if rectangle is None else rectangle[1]


def rasterised(
    svg: str, scale: float, more: Iterable[Face] = (), ground: str | None = None
) -> bytes:
    """An SVG as PNG, drawn with the shipped fonts and more of them, on a ground or without.

    Raises:
        DrawingError: the SVG cannot be read.
    """
    import resvg_py

    try:
        png: bytes = resvg_py.svg_to_bytes(
            svg_string=svg,
            background=ground,
            zoom=scale,
            dpi=96,
            skip_system_fonts=True,
            font_files=[*map(str, FONT_FILES.values()), *dict.fromkeys(face.path for face in more)],
            font_family=FONT_FAMILY,
            serif_family=FONT_FAMILY,
            sans_serif_family=FONT_FAMILY,
            cursive_family=FONT_FAMILY,
            fantasy_family=FONT_FAMILY,
            monospace_family=FONT_FAMILY,
        )
    except ValueError as error:
        raise DrawingError(f"the SVG cannot be drawn as PNG: {error}") from error
    except BaseException as error:
        # A mistake of resvg's comes as pyo3's panic, which is no Exception.
        if isinstance(error, Exception) or type(error).__name__ != "PanicException":
            raise
        raise DrawingError(f"resvg cannot draw this picture ({error}); write SVG or PDF") from error
    return bytes(png)


def drawn_text(svg: str) -> str:
    """All characters that the texts of an SVG draw."""
    found = "".join(re.findall(r"<text\b[^>]*>(.*?)</text>", svg, re.S))
    return unescape(re.sub("<[^>]*>", "", found))


def svg_size(svg: str) -> tuple[float, float]:
    """Width and height of an SVG in CSS pixels, as its root element states them.

    Raises:
        DrawingError: it is no SVG.
    """
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
