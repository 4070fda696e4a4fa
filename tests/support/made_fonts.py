"""Small fonts that are made for a test: squares and bars as glyphs, with rules for joining them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen

if TYPE_CHECKING:
    from pathlib import Path


def make(
    path: Path,
    letters: dict[str, int],
    *,
    forms: dict[str, int] | None = None,
    rules: str = "",
    cff: bool = False,
    family: str = "Made Font",
) -> Path:
    """Write a font whose glyphs are bars of different heights.

    Args:
        path: of the file.
        letters: the height of each character's bar, in thousandths of the font size.
        forms: further glyphs by name, that `rules` put in the place of letters.
        rules: features in the language of AFDKO; a letter's glyph is called `u` and its code.
        cff: True for an OpenType font with cubic outlines.
        family: its name.
    """
    names = {character: f"u{ord(character):04X}" for character in letters}
    heights = {names[c]: high for c, high in letters.items()} | (forms or {})
    builder = FontBuilder(1000, isTTF=not cff)
    builder.setupGlyphOrder([".notdef", *heights])
    builder.setupCharacterMap({ord(character): name for character, name in names.items()})
    drawn = {}
    for name, high in {".notdef": 0, **heights}.items():
        pen = T2CharStringPen(600, None) if cff else TTGlyphPen(None)
        if high:
            pen.moveTo((50, 0))
            for point in ((50, high), (550, high), (550, 0)):
                pen.lineTo(point)
            pen.closePath()
        drawn[name] = pen.getCharString() if cff else pen.glyph()
    if cff:
        builder.setupCFF(family.replace(" ", ""), {}, drawn, {})
    else:
        builder.setupGlyf(drawn)
    builder.setupHorizontalMetrics(dict.fromkeys(drawn, (600, 50)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable(
        {"familyName": family, "styleName": "Regular", "psName": family.replace(" ", "")}
    )
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWeightClass=400, usWidthClass=5)
    builder.setupPost()
    if rules:
        addOpenTypeFeaturesFromString(builder.font, rules)
    builder.save(path)
    return path
