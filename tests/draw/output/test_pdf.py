"""PDF, checked as text that can be selected."""

from __future__ import annotations

import io
import sys

import pypdf
import pytest
from PIL import ImageFont

from deepgraph.draw.output import pdf
from deepgraph.draw.output.font_files import FONT_FOLDER
from deepgraph.errors import MissingExtraError
from tests.support.resolved_svg import SPECIAL, line, picture


def page(svg: str) -> pypdf.PageObject:
    return pypdf.PdfReader(io.BytesIO(pdf.svg_to_pdf(svg))).pages[0]


def test_is_one_page_of_the_same_size() -> None:
    # 96 CSS pixels are 72 points.
    assert page(picture("")).mediabox[2:] == [225, 45]


def test_text_can_be_selected() -> None:
    assert page(picture(line(SPECIAL))).extract_text().strip() == SPECIAL


@pytest.mark.parametrize(
    ("body", "faces"),
    [
        (line("a"), ["LiberationSans"]),
        (line("a", 'font-weight="bold"'), ["LiberationSans-Bold"]),
        (line("a", 'font-style="italic"', "serif"), ["LiberationSans-Italic"]),
        (line("a ⋮"), ["DejaVuSansSymbols", "LiberationSans"]),
    ],
)
def test_embeds_its_fonts(body: str, faces: list[str]) -> None:
    fonts = [font.get_object() for font in page(picture(body))["/Resources"]["/Font"].values()]
    embedded = [font for font in fonts if "/FontFile2" in font.get("/FontDescriptor", {})]
    # The name of a subset has six letters and a plus sign before it.
    assert sorted({font["/BaseFont"].split("+")[1] for font in embedded}) == faces


@pytest.mark.parametrize(("anchor", "share"), [("start", 0.0), ("middle", 0.5), ("end", 1.0)])
def test_symbols_keep_their_place_in_the_line(anchor: str, share: float) -> None:
    found: list[tuple[str, float]] = []

    def note(text: str, _ctm: object, matrix: list[float], *_rest: object) -> None:
        if text.strip():
            found.append((text.strip(), matrix[4]))

    svg = picture(line("ab⋮c", f'text-anchor="{anchor}"').replace('x="20"', 'x="100"'))
    page(svg).extract_text(visitor_text=note)
    letters = ImageFont.truetype(str(FONT_FOLDER / "LiberationSans-Regular.ttf"), 2000)
    symbols = ImageFont.truetype(str(FONT_FOLDER / "DejaVuSans-Symbols.ttf"), 2000)
    ab, dots, c = (
        font.getlength(text) / 100
        for text, font in (("ab", letters), ("⋮", symbols), ("c", letters))
    )
    left = 100 - share * (ab + dots + c)
    assert [text for text, _ in found] == ["ab", "⋮", "c"]
    assert [x for _, x in found] == pytest.approx([left, left + ab, left + ab + dots], abs=0.05)


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "svglib.svglib", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'deepgraph-nn\[pdf\]'"):
        pdf.svg_to_pdf(picture(""))
