"""What Graphviz draws: files of every format, described, with texts that hold in any font."""

from __future__ import annotations

import html
import re
import sys
import xml.etree.ElementTree as ET
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from PIL import Image

from deepgraph import draw
from deepgraph.draw.graphviz import execute
from deepgraph.errors import DrawingError
from tests.support.named import named, usable
from tests.support.picture import GALLERY, gallery, spec
from tests.support.texts import HOSTILE, ids, labels

if TYPE_CHECKING:
    from pathlib import Path

SVG = "{http://www.w3.org/2000/svg}"


def rendered(name: str, **options: Any) -> bytes:
    network, trace = gallery(name)
    given: dict[str, Any] = {"max_width": 12, "renderer": "graphviz", **options}
    return draw.render(network, trace, **given)


def texts(svg: bytes) -> list[str]:
    root = ET.fromstring(svg)
    return ["".join(text.itertext()).replace("\u00a0", " ") for text in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("name", GALLERY)
def test_it_says_what_our_own_picture_says(name: str) -> None:
    network, trace = gallery(name)
    own = draw.render(network, trace, max_width=12)
    assert sorted(texts(rendered(name))) == sorted(
        text.replace("\u00a0", " ") for text in texts(own)
    )


@pytest.mark.parametrize("name", GALLERY)
def test_it_is_as_large_as_its_layout_and_describes_itself(name: str) -> None:
    network, trace = gallery(name)
    drawing = draw.prepare(network, trace, max_width=12, renderer="graphviz")
    root = ET.fromstring(drawing.written("svg"))
    width, height = (float(root.get(side, "")) for side in ("width", "height"))
    layout = drawing.level_layout
    assert (width, height) == pytest.approx((layout.width, layout.height), abs=0.01)
    assert root.findtext(f"{SVG}title") == drawing.view.title
    assert root.findtext(f"{SVG}desc") == drawing.view.description
    assert not [text for text in layout.labels if text and text.angle]
    tips = {found.text for found in root.iter(f"{SVG}title")}
    assert {edge.tip for edge in drawing.view.edges if edge.tip} <= tips


@pytest.mark.parametrize("name", ["deep_state", "iris", "irregular"])
def test_legend_and_title(name: str) -> None:
    given: dict[str, Any] = {"legend": True, "title": "What w1 does", "max_width": 12}
    svg, own = rendered(name, **given), draw.render(*gallery(name), **given)
    assert sorted(texts(svg)) == sorted(text.replace("\u00a0", " ") for text in texts(own))
    marks = draw.prepare(*gallery(name), **given).layout.legend
    assert svg.count(b'id="k') == sum(mark.box is not None for mark in marks) > 0


def test_names_are_mathematics_in_one_text() -> None:
    svg = rendered("mazur").decode()
    [label] = [text for text in re.findall(r"<text.*?</text>", svg) if "0.15" in text]
    assert '<tspan font-style="italic">w</tspan>' in label
    assert re.search(r'<tspan font-size="13" dy="[\d.]+">1</tspan>', label)
    assert 'text-anchor="middle"' in label
    assert "baseline-shift" not in svg


def test_png_and_pdf() -> None:
    network, trace = gallery("xor")
    layout = draw.prepare(network, trace).level_layout
    picture = Image.open(BytesIO(rendered("xor", format="png", scale=1.5)))
    assert picture.size == pytest.approx((layout.width * 1.5, layout.height * 1.5), abs=2)
    from pypdf import PdfReader

    [page] = PdfReader(BytesIO(rendered("xor", format="pdf"))).pages
    assert "0.15" not in page.extract_text()
    assert "hidden" in page.extract_text()
    assert float(page.mediabox.width) == pytest.approx(layout.width * 0.75, abs=2)


@pytest.mark.parametrize("format", ["svg", "png", "pdf"])
def test_the_same_bytes_every_time(format: str) -> None:
    assert rendered("deep_state", format=format) == rendered("deep_state", format=format)


def test_any_other_format_of_graphviz() -> None:
    assert rendered("xor", format="jpg").startswith(b"\xff\xd8")
    assert rendered("xor", format="plain").startswith(b"graph 1 ")
    with pytest.raises(DrawingError, match=r'a picture is svg, png, .*, not "plain"'):
        rendered("xor", format="plain", renderer="deepgraph")


def test_texts_for_other_programs_stay_ours() -> None:
    for format in ("dot", "tikz", "mermaid"):
        own = rendered("xor", format=format, renderer="deepgraph")
        assert rendered("xor", format=format) == own


@pytest.mark.parametrize("theme", ["light", "dark", "paper"])
def test_themes(theme: str) -> None:
    from deepgraph.draw.output.palette import THEMES

    svg = rendered("xor", theme=theme).decode()
    assert f'fill="{THEMES[theme].page}"' in svg  # type: ignore[index]
    assert f'fill="{THEMES[theme].output}"' in svg  # type: ignore[index]


def test_inline_has_no_ids() -> None:
    svg = rendered("xor", inline=True).decode()
    assert svg.startswith('<svg style="max-width:100%')
    assert " id=" not in svg


def test_what_graphviz_cannot_draw() -> None:
    network, trace = gallery("deep_state")
    with pytest.raises(DrawingError, match="without animate"):
        draw.render(network, trace, renderer="graphviz", animate=True)
    with pytest.raises(DrawingError, match="without renderer"):
        draw.steps(network, trace, renderer="graphviz")


def test_a_program_without_markup_gets_plain_labels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Graphviz without expat draws the names of nodes in place of labels, and says so."""
    program = tmp_path / "dot"
    program.write_text(
        f"#!{sys.executable}\nimport sys\ntext = sys.stdin.read()\nprint(text)\n"
        "if '<TABLE' in text:\n"
        "    print('Warning: Not built with libexpat. Table formatting is not available.',"
        " file=sys.stderr)\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(execute, "find_pure", lambda: None)
    network, trace = gallery("deep_state")
    got = draw.render(network, trace, renderer="graphviz", format="eps").decode()
    assert "<TABLE" not in got
    assert "w1 = 1.73" in got


# --- hostile texts -----------------------------------------------------------------------------


@pytest.mark.parametrize("skip", [False, True], ids=["layered", "irregular"])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_make_no_broken_svg(text: str, skip: bool) -> None:
    drawn_well(text, text, skip=skip)


@settings(max_examples=30)
@given(ids, labels)
def test_no_text_breaks_the_svg(id: str, label: str) -> None:
    if usable(id, label):
        drawn_well(id, label, skip=False)


def drawn_well(id: str, label: str, *, skip: bool) -> None:
    root = ET.fromstring(draw.render(named(id, label, skip=skip), renderer="graphviz"))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        *("svg", "title", "desc", "g", "polygon", "ellipse", "path", "text", "tspan", "polyline")
    }


def test_inline_leaves_the_words_of_readers_alone() -> None:
    network = spec([("x", "input"), ("y", "output")], [("x", "y")], title='what id="y" is')
    svg = draw.render(network, renderer="graphviz", inline=True).decode()
    assert 'id="y"' in html.unescape(svg[svg.index("<title>") : svg.index("</title>")])


def test_inline_keeps_its_texts_readable() -> None:
    """In a narrow column it scrolls before a text, an index too, has less than 9 px."""
    svg = rendered("mazur", inline=True).decode()
    width = float(re.findall(r'viewBox="0 0 ([\d.]+)', svg)[0])
    smallest = min(map(float, re.findall(r'font-size="([\d.]+)"', svg)))
    least = int(re.findall(r"min-width:(\d+)px", svg)[0])
    assert 9 <= smallest * least / width < 9.1
