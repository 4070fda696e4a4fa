"""Text without ink in a PDF of reportlab, to be selected, searched and read aloud.

Where letters are drawn as outlines, this text lies over them, as scanned pages have it: in a font
whose glyphs are all empty, in which each letter with its marks has a number of its own, and a table
that tells readers what the numbers stand for.
"""

from __future__ import annotations

import base64
import zlib
from typing import TYPE_CHECKING, Any

from reportlab.pdfbase import pdfdoc

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "DeepgraphUnseen"
_EMPTY = zlib.decompress(
    base64.b85decode(
        "c-muNWME+6WN2VuW)ScX);Dta=B&fOz$gI}O-Rm7EMVYaa0BvdfP9_woXRu?FkoB*A~I4FQ{u%O9st>MfY>YpD"
        "8Q`5tOR6V0b-Sm+>#3B7hv@jK!PPFKRFSqe+7u2n^;l6zyyR03_pNap&-Aw1n3Ts{00!80pvCyKDzopZ#=)vR|"
        "aN?X*d8g*dzvs9%hCA7C`a^LIedc!pw#OCQQ?qUocK!U}a!oAQ9LD0RbfnaF;QG-Oa!t0wfv1Gz)_SSRCx4|Np"
        "_55yh8y0RX11DX9"
    )
)
"""A TrueType font with one empty glyph of 1000 units, made once with fontTools' FontBuilder."""
_HEAD = """\
/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
"""
_TAIL = """\
endcmap
CMapName currentdict /CMap defineresource pop
end
end"""
_BLOCK = 100
"""The entries of one block of a table, by the PDF reference."""


def codes(canvas: Any, clusters: Sequence[str]) -> tuple[str, str]:
    """The name of the font on this canvas, and the numbers of some letters in hexadecimal."""
    document = canvas._doc  # reportlab has no public name for it
    fonts = document.idToObject["BasicFonts"].dict
    table = getattr(document, "deepgraph_unseen", None)
    if table is None:
        table = document.deepgraph_unseen = _Table()
        fonts[NAME] = _font(document, table)
    return NAME, "".join(f"{table.number(cluster):04X}" for cluster in clusters)


class _Table(pdfdoc.PDFStream):  # type: ignore[misc]
    """The table of what each number stands for; complete when the file is written."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, int] = {}

    def number(self, cluster: str) -> int:
        return self.known.setdefault(cluster, len(self.known) + 1)

    def format(self, document: Any) -> Any:
        rows = [
            f"<{number:04X}> <{cluster.encode('utf-16-be').hex().upper()}>"
            for cluster, number in self.known.items()
        ]
        blocks = [rows[at : at + _BLOCK] for at in range(0, len(rows), _BLOCK)]
        self.content = _HEAD
        for block in blocks:
            lines = "\n".join(block)
            self.content += f"{len(block)} beginbfchar\n{lines}\nendbfchar\n"
        self.content += _TAIL
        return super().format(document)


def _font(document: Any, table: _Table) -> Any:
    """The font as a dictionary of the PDF."""
    file = pdfdoc.PDFStream(content=_EMPTY, dictionary=pdfdoc.PDFDictionary({}))
    file.dictionary["Length1"] = len(_EMPTY)
    descriptor = pdfdoc.PDFDictionary(
        {
            "Type": pdfdoc.PDFName("FontDescriptor"),
            "FontName": pdfdoc.PDFName(NAME),
            "Flags": 4,
            "FontBBox": pdfdoc.PDFArray([0, 0, 0, 0]),
            "ItalicAngle": 0,
            "Ascent": 800,
            "Descent": -200,
            "CapHeight": 700,
            "StemV": 80,
            "FontFile2": document.Reference(file, f"file:{NAME}"),
        }
    )
    inner = pdfdoc.PDFDictionary(
        {
            "Type": pdfdoc.PDFName("Font"),
            "Subtype": pdfdoc.PDFName("CIDFontType2"),
            "BaseFont": pdfdoc.PDFName(NAME),
            "CIDSystemInfo": pdfdoc.PDFDictionary(
                {
                    "Registry": pdfdoc.PDFString("Adobe"),
                    "Ordering": pdfdoc.PDFString("Identity"),
                    "Supplement": 0,
                }
            ),
            "DW": 1000,
            "CIDToGIDMap": pdfdoc.PDFName("Identity"),
            "FontDescriptor": document.Reference(descriptor, f"descriptor:{NAME}"),
        }
    )
    whole = pdfdoc.PDFDictionary(
        {
            "Type": pdfdoc.PDFName("Font"),
            "Subtype": pdfdoc.PDFName("Type0"),
            "BaseFont": pdfdoc.PDFName(NAME),
            "Encoding": pdfdoc.PDFName("Identity-H"),
            "DescendantFonts": pdfdoc.PDFArray([document.Reference(inner, f"inner:{NAME}")]),
            "ToUnicode": document.Reference(table, f"table:{NAME}"),
        }
    )
    return document.Reference(whole, f"font:{NAME}")
