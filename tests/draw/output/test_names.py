"""Names as mathematics in every picture format: the same in all, read back from each."""

from __future__ import annotations

import html
import io
import re
from functools import lru_cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pypdf
import pytest
from PIL import Image, ImageChops

from deepgraph import draw
from deepgraph.draw.output import mermaid
from deepgraph.draw.output.pdf import svg_to_pdf
from deepgraph.draw.output.png import svg_to_png
from deepgraph.draw.output.svg_pieces import spelled
from deepgraph.words.notation import Run, runs
from tests.support.notation_cases import ALIKE, CASES
from tests.support.pdflatex import typeset
from tests.support.picture import spec
from tests.support.resolved_svg import line, picture

if TYPE_CHECKING:
    from pathlib import Path

    from deepgraph.network import Network

NAMES = [name for name, _, _ in CASES]
SPACING = {"ˆ": "\u0302", "˜": "\u0303", "ˉ": "\u0304", "˙": "\u0307", "¨": "\u0308", "→": "\u20d7"}


@lru_cache(maxsize=1)
def network() -> Network:
    """Each name as the label of a node and of an edge; ids are plain."""
    nodes = [(f"n{n}", "input", {"label": name}) for n, name in enumerate(NAMES)]
    edges = [(f"n{n}", "out", {"label": name, "weight": 0.5}) for n, name in enumerate(NAMES)]
    return spec([*nodes, ("out", "output")], edges)


def read_svg(content: str) -> tuple[Run, ...]:
    """The runs of a text of an SVG, by the heights and styles of its parts."""
    element = ET.fromstring(f"<text>{content}</text>")
    found: list[Run] = [Run(element.text)] if element.text else []
    height = 0.0
    for part in element:
        text = part.text or ""
        height += float(part.get("dy", 0))
        if text in SPACING and found and float(part.get("dx", 0)) < 0:
            found[-1] = found[-1]._replace(text=found[-1].text + SPACING[text])
            height -= float(part.get("dy", 0))
        else:
            place = "sub" if height > 0.01 else "sup" if height < -0.01 else "line"
            italic, bold = part.get("font-style") == "italic", part.get("font-weight") == "bold"
            found.append(Run(text, place, italic, bold))
        if part.tail:
            found.append(Run(part.tail))
    return tuple(found)


@pytest.mark.parametrize("name", NAMES)
def test_an_svg_is_read_back(name: str) -> None:
    read = read_svg(spelled(name, 20.0))
    # An exponent may be drawn before the index that it stands over.
    assert sorted(read) == sorted(runs(name))


@pytest.mark.parametrize("name", NAMES)
def test_mermaid_is_read_back(name: str) -> None:
    label = re.sub(r"#(\d+);", lambda code: html.escape(chr(int(code[1]))), mermaid.quote(name))
    element = ET.fromstring(f"<text>{label.strip(chr(34)).replace('<wbr/>', '')}</text>")
    found = [Run(element.text)] if element.text else []
    for part in element:
        inner = part[0] if len(part) else part
        place = part.tag if part.tag in ("sub", "sup") else "line"
        found.append(Run(inner.text or "", place, inner.tag == "i", inner.tag == "b"))
    assert tuple(found) == runs(name)


@pytest.mark.parametrize("names", ALIKE)
@pytest.mark.parametrize("bold", ["", 'font-weight="bold"'])
def test_one_name_typed_in_several_ways_has_one_picture(names: tuple[str, ...], bold: str) -> None:
    svgs = {picture(line(spelled(name, 20.0), bold)) for name in names}
    assert len(svgs) == 1


def ink(text: str) -> Image.Image:
    svg = picture(f'<text x="150" y="35" font-size="24" text-anchor="middle">{text}</text>')
    return ImageChops.invert(Image.open(io.BytesIO(svg_to_png(svg, 2))).convert("L"))


@pytest.mark.parametrize("name", NAMES)
def test_a_png_shows_index_and_exponent_at_their_heights(name: str) -> None:
    pieces = runs(name)
    box, letter = ink(spelled(name, 24.0)).getbbox(), ink("x").getbbox()
    assert box
    assert letter
    places = {run.place for run in pieces}
    # Digits of an index reach below the line of an x, those of an exponent above that of an H.
    capital = ink("H").getbbox()
    assert capital
    if "sub" in places:
        assert box[3] > letter[3] + 3
    if "sup" in places and not name.startswith("x^*"):
        assert box[1] < capital[1] + 3


def test_an_exponent_stands_over_its_index() -> None:
    both, one = (ink(spelled(name, 24.0)).getbbox() for name in ("w^{(1)}_{(1)}", "w_{(1)}"))
    assert both
    assert one
    assert both[2] - both[0] == pytest.approx(one[2] - one[0], abs=2)


def test_a_pdf_has_the_letters() -> None:
    content = svg_to_pdf(draw.render(network(), format="svg", max_width=100).decode())
    text = pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()
    for name in ("w_{35}", "b_or", "x^2", "carry_in"):
        assert "".join(run.text for run in runs(name)) in text.replace("\n", "")


def test_latex_sets_all(tmp_path: Path) -> None:
    tikz = draw.render(network(), format="tikz", max_width=100)
    text = tikz.decode()
    for name, latex, _ in CASES:
        stem = re.sub(r"^<(\w+)>", r"\1$", latex)
        assert (stem if "<" in latex else f"${latex}") in text, name
    typeset([tikz], tmp_path)


def test_ids_stay_as_they_are_typed() -> None:
    drawn = spec([("x_1", "input"), (r"\hat{y}", "output")], [("x_1", r"\hat{y}")])
    assert drawn.input_names == ["x_1"]
    assert drawn.output_names == [r"\hat{y}"]
    svg = draw.render(drawn, drawn.trace({"x_1": 1.0})).decode()
    assert r"\hat{y}" in re.sub("<text.*?</text>", "", svg)
