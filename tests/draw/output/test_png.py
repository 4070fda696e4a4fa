"""PNG, checked as pictures; and what PNG and PDF have in common."""

from __future__ import annotations

import io
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageChops, ImageFont

import deepgraph
from deepgraph.draw import render
from deepgraph.draw.output import png
from deepgraph.draw.output.font_files import FONT_FILES, FONT_FOLDER
from deepgraph.draw.output.pdf import svg_to_pdf
from deepgraph.draw.output.png import svg_size, svg_to_png
from deepgraph.errors import DrawingError, MissingFontWarning
from deepgraph.spec import gallery
from tests.support.resolved_svg import SPECIAL, line, picture

if TYPE_CHECKING:
    from collections.abc import Callable


def image(svg: str, scale: float = 1.0) -> Image.Image:
    return Image.open(io.BytesIO(png.svg_to_png(svg, scale)))


def ink(drawn: Image.Image) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is not white."""
    grey = drawn.convert("L")
    box = ImageChops.invert(grey).getbbox()
    assert box is not None, "nothing is drawn"
    return box


@pytest.mark.parametrize(("scale", "size"), [(1, (300, 60)), (2.5, (750, 150)), (0.5, (150, 30))])
def test_size(scale: float, size: tuple[int, int]) -> None:
    assert image(picture(""), scale).size == size


@pytest.mark.parametrize(
    ("attributes", "face"),
    [
        ("", "Regular"),
        ('font-weight="bold"', "Bold"),
        ('font-style="italic"', "Italic"),
    ],
)
@pytest.mark.parametrize("family", ["Helvetica, Arial, sans-serif", "Zork", "serif", "monospace"])
def test_texts_are_set_in_the_shipped_font(attributes: str, face: str, family: str) -> None:
    font = ImageFont.truetype(str(FONT_FOLDER / f"LiberationSans-{face}.ttf"), 20)
    left, top, right, bottom = ink(image(picture(line("W1[8,4] 0.25", attributes, family))))
    expected = font.getbbox("W1[8,4] 0.25")
    assert right - left == pytest.approx(expected[2] - expected[0], abs=2.5)
    assert bottom - top == pytest.approx(expected[3] - expected[1], abs=2.5)


@pytest.mark.parametrize("character", [*SPECIAL.replace(" ", ""), *"⋮∇₊⟨"])
def test_draws_no_box_for(character: str) -> None:
    with pytest.warns(MissingFontWarning, match=r"no font has U\+E000: a box stands for it"):
        missing = image(picture(line("\ue000")))
    drawn = image(picture(line(character)))
    ink(drawn)
    assert ImageChops.difference(drawn.convert("L"), missing.convert("L")).getbbox() is not None


def test_that_would_be_too_large() -> None:
    with pytest.raises(DrawingError, match=r"^the PNG would be 300,000 × 60,000 pixels"):
        png.svg_to_png(picture(""), 1000)


@pytest.mark.parametrize("scale", [0.0, -1.0, float("inf"), float("nan")])
def test_scale(scale: float) -> None:
    with pytest.raises(DrawingError, match="positive number"):
        png.svg_to_png(picture(""), scale)


@pytest.mark.parametrize("theme", ["light", "dark", "paper"])
@pytest.mark.parametrize("scale", [0.7, 1, 1.3, 2])
def test_a_picture_is_whole_up_to_its_last_pixel(theme: str, scale: float) -> None:
    """Its size is seldom whole, and the half pixel at the edge would shine through."""
    for name in ("xor", "mazur", "neat_xor"):
        network = deepgraph.load(gallery.path(name))
        drawn = Image.open(io.BytesIO(render(network, format="png", theme=theme, scale=scale)))
        alpha = drawn.convert("RGBA").getchannel("A")
        assert alpha.getextrema() == (255, 255), name
        edge = drawn.convert("RGB").crop((0, drawn.height - 1, drawn.width, drawn.height))
        assert edge.getcolors() == [(drawn.width, drawn.convert("RGB").getpixel((0, 0)))]


def test_a_picture_without_a_ground_has_none() -> None:
    bare = '<svg xmlns="http://www.w3.org/2000/svg" width="9.5" height="9"></svg>'
    assert png.ground_of(bare) is None
    assert image(bare).convert("RGBA").getchannel("A").getextrema() == (0, 0)


def test_broken_svg() -> None:
    with pytest.raises(DrawingError, match="cannot be drawn as PNG"):
        png.svg_to_png('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><g>')


@pytest.mark.parametrize("draw", [svg_to_png, svg_to_pdf])
def test_the_same_bytes_in_another_process(draw: Callable[[str], bytes]) -> None:
    svg = picture(line("ab⋮c −1") + line("b", 'font-weight="bold"'))
    script = f"""
import sys
from {draw.__module__} import {draw.__name__} as draw
draw({picture(line("other letters"))!r})
sys.stdout.buffer.write(draw({svg!r}))
"""
    there = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, timeout=60, check=True
    ).stdout
    assert there == draw(svg)


@pytest.mark.parametrize(
    "size",
    ['width="225pt" height="45pt"', 'viewBox="0 0 300 60"', 'width="100%" viewBox="0 0 300 60"'],
)
def test_size_in_other_units(size: str) -> None:
    assert svg_size(picture("", size)) == (300, 60)


@pytest.mark.parametrize("svg", ["", "no picture", "<svg"])
@pytest.mark.parametrize("draw", [svg_to_png, svg_to_pdf])
def test_what_is_no_svg(draw: Callable[[str], bytes], svg: str) -> None:
    with pytest.raises(DrawingError, match="no SVG"):
        draw(svg)


def test_every_face_is_the_font_that_its_file_is_called() -> None:
    faces = {name: ImageFont.truetype(str(path), 20) for name, path in FONT_FILES.items()}
    names = {name: "".join(face.getname()).replace(" ", "") for name, face in faces.items()}
    assert [found.removesuffix("Book") for found in names.values()] == [
        name.replace("-", "") for name in names
    ]


def test_every_font_has_its_licence() -> None:
    names = {path.name for path in FONT_FOLDER.iterdir()}
    families = {name.split("-")[0] for name in names if name.endswith(".ttf")}
    assert {f"LICENSE-{family}.txt" for family in families} <= names
    assert sum(path.stat().st_size for path in FONT_FOLDER.iterdir()) < 1.5e6
