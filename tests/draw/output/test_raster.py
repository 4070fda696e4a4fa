"""PNG and PDF, checked as pictures and as text that can be selected."""

from __future__ import annotations

import io
import subprocess
import sys

import pypdf
import pytest
from PIL import Image, ImageChops, ImageFont

from deepgraph.draw.output import raster
from deepgraph.errors import DrawingError, MissingExtraError

SPECIAL = "w₁ −0.5 · ∂ Σ ∞ ≈ σ αβγ é"


def picture(body: str, size: str = 'width="300" height="60" viewBox="0 0 300 60"') -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
        f'<rect width="300" height="60" fill="white"/>{body}</svg>'
    )


def line(text: str, attributes: str = "", family: str = "Helvetica, Arial, sans-serif") -> str:
    return f'<text x="20" y="30" font-size="20" font-family="{family}" {attributes}>{text}</text>'


def png(svg: str, scale: float = 1.0) -> Image.Image:
    return Image.open(io.BytesIO(raster.svg_to_png(svg, scale)))


def ink(image: Image.Image) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is not white."""
    grey = image.convert("L")
    box = ImageChops.invert(grey).getbbox()
    assert box is not None, "nothing is drawn"
    return box


def page(svg: str) -> pypdf.PageObject:
    return pypdf.PdfReader(io.BytesIO(raster.svg_to_pdf(svg))).pages[0]


# --- PNG


@pytest.mark.parametrize(("scale", "size"), [(1, (300, 60)), (2.5, (750, 150)), (0.5, (150, 30))])
def test_png_size(scale: float, size: tuple[int, int]) -> None:
    assert png(picture(""), scale).size == size


@pytest.mark.parametrize(
    "size",
    ['width="225pt" height="45pt"', 'viewBox="0 0 300 60"', 'width="100%" viewBox="0 0 300 60"'],
)
def test_png_size_in_other_units(size: str) -> None:
    assert png(picture("", size)).size == (300, 60)


@pytest.mark.parametrize(
    ("attributes", "face"),
    [
        ("", "Regular"),
        ('font-weight="bold"', "Bold"),
        ('font-style="italic"', "Italic"),
    ],
)
@pytest.mark.parametrize("family", ["Helvetica, Arial, sans-serif", "Zork", "serif", "monospace"])
def test_png_texts_are_set_in_the_shipped_font(attributes: str, face: str, family: str) -> None:
    font = ImageFont.truetype(str(raster.FONT_FOLDER / f"LiberationSans-{face}.ttf"), 20)
    left, top, right, bottom = ink(png(picture(line("W1[8,4] 0.25", attributes, family))))
    expected = font.getbbox("W1[8,4] 0.25")
    assert right - left == pytest.approx(expected[2] - expected[0], abs=2.5)
    assert bottom - top == pytest.approx(expected[3] - expected[1], abs=2.5)


@pytest.mark.parametrize("character", [*SPECIAL.replace(" ", ""), *"⋮∇₊⟨"])
def test_png_draws_no_box_for(character: str) -> None:
    missing = png(picture(line("\ue000")))
    drawn = png(picture(line(character)))
    ink(drawn)
    assert ImageChops.difference(drawn.convert("L"), missing.convert("L")).getbbox() is not None


def test_png_that_would_be_too_large() -> None:
    with pytest.raises(DrawingError, match=r"^the PNG would be 300,000 × 60,000 pixels"):
        raster.svg_to_png(picture(""), 1000)


@pytest.mark.parametrize("scale", [0.0, -1.0, float("inf"), float("nan")])
def test_png_scale(scale: float) -> None:
    with pytest.raises(ValueError, match="positive number"):
        raster.svg_to_png(picture(""), scale)


@pytest.mark.parametrize("svg", ["", "no picture", "<svg"])
@pytest.mark.parametrize("draw", [raster.svg_to_png, raster.svg_to_pdf])
def test_what_is_no_svg(draw: object, svg: str) -> None:
    assert callable(draw)
    with pytest.raises(DrawingError, match="no SVG"):
        draw(svg)


def test_broken_svg() -> None:
    with pytest.raises(DrawingError, match="cannot be drawn as PNG"):
        raster.svg_to_png('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><g>')


# --- PDF


def test_pdf_is_one_page_of_the_same_size() -> None:
    # 96 CSS pixels are 72 points.
    assert page(picture("")).mediabox[2:] == [225, 45]


def test_pdf_text_can_be_selected() -> None:
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
def test_pdf_embeds_its_fonts(body: str, faces: list[str]) -> None:
    fonts = [font.get_object() for font in page(picture(body))["/Resources"]["/Font"].values()]
    embedded = [font for font in fonts if "/FontFile2" in font.get("/FontDescriptor", {})]
    # The name of a subset has six letters and a plus sign before it.
    assert sorted({font["/BaseFont"].split("+")[1] for font in embedded}) == faces


@pytest.mark.parametrize(("anchor", "share"), [("start", 0.0), ("middle", 0.5), ("end", 1.0)])
def test_pdf_symbols_keep_their_place_in_the_line(anchor: str, share: float) -> None:
    found: list[tuple[str, float]] = []

    def note(text: str, _ctm: object, matrix: list[float], *_rest: object) -> None:
        if text.strip():
            found.append((text.strip(), matrix[4]))

    svg = picture(line("ab⋮c", f'text-anchor="{anchor}"').replace('x="20"', 'x="100"'))
    page(svg).extract_text(visitor_text=note)
    letters = ImageFont.truetype(str(raster.FONT_FOLDER / "LiberationSans-Regular.ttf"), 2000)
    symbols = ImageFont.truetype(str(raster.FONT_FOLDER / "DejaVuSans-Symbols.ttf"), 2000)
    ab, dots, c = (
        font.getlength(text) / 100
        for text, font in (("ab", letters), ("⋮", symbols), ("c", letters))
    )
    left = 100 - share * (ab + dots + c)
    assert [text for text, _ in found] == ["ab", "⋮", "c"]
    assert [x for _, x in found] == pytest.approx([left, left + ab, left + ab + dots], abs=0.05)


def test_pdf_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "svglib.svglib", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'deepgraph-nn\[pdf\]'"):
        raster.svg_to_pdf(picture(""))


# --- both


@pytest.mark.parametrize("function", ["svg_to_png", "svg_to_pdf"])
def test_the_same_bytes_in_another_process(function: str) -> None:
    svg = picture(line("ab⋮c −1") + line("b", 'font-weight="bold"'))
    here = getattr(raster, function)(svg)
    script = f"""
import sys
from deepgraph.draw.output import raster
raster.svg_to_pdf({picture(line("other letters"))!r})
sys.stdout.buffer.write(raster.{function}({svg!r}))
"""
    there = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, timeout=60, check=True
    ).stdout
    assert there == here


def test_every_font_has_its_licence() -> None:
    names = {path.name for path in raster.FONT_FOLDER.iterdir()}
    families = {name.split("-")[0] for name in names if name.endswith(".ttf")}
    assert {f"LICENSE-{family}.txt" for family in families} <= names
    assert sum(path.stat().st_size for path in raster.FONT_FOLDER.iterdir()) < 1.5e6
