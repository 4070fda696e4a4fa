"""HarfBuzz: the glyphs of a text in their places. It is loaded where a text needs it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from deepgraph.draw.output.font_files import Face


class Glyph(NamedTuple):
    """A glyph by its number in the font, and its place in units of the font."""

    number: int
    x: float
    y: float


@lru_cache(maxsize=32)
def font_of(face: Face) -> Any:
    """The font of HarfBuzz for a face."""
    import uharfbuzz as hb

    return hb.Font(hb.Face(hb.Blob.from_file_path(face.path), face.number))


def shape(font: Any, text: str, *, right_to_left: bool) -> tuple[list[Glyph], float]:
    """The glyphs of a text from left to right, and its width, in units of the font."""
    import uharfbuzz as hb

    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if right_to_left else "ltr"
    hb.shape(font, buffer)
    found, x, y = [], 0.0, 0.0
    for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        found.append(Glyph(info.codepoint, x + place.x_offset, y + place.y_offset))
        x, y = x + place.x_advance, y + place.y_advance
    return found, x


def width(face: Face, text: str, size: float, *, right_to_left: bool) -> float:
    """The width of a text of one font and direction, in the unit of its font size."""
    font = font_of(face)
    return float(shape(font, text, right_to_left=right_to_left)[1] * size / font.face.upem)
