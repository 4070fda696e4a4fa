"""The TikZ picture: LaTeX sets it, with every text letter by letter, where the SVG has it."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest

from deepgraph import draw
from deepgraph.draw.output import tikz
from deepgraph.draw.output.palette import THEMES
from deepgraph.draw.view.records import Gradients
from deepgraph.errors import DrawingError
from tests.support.named import named
from tests.support.pdflatex import typeset
from tests.support.picture import GALLERY, Picture, gallery, gallery_picture, spec
from tests.support.texts import HOSTILE, IN_LABELS, as_set

if TYPE_CHECKING:
    from pathlib import Path


OPTIONS: list[dict[str, Any]] = [
    {},
    {"theme": "dark", "direction": "down", "precision": 17},
]
OTHERS = [
    "".join(map(chr, range(32, 127))),
    "a--b---c ,,d'' ``e`` <<f>> ?` !` -,-",
    *("\\input{x}", "\\end{tikzpicture}", "\\catcode", "^^41", "%", "$x^2$", "#1", "a\\\\b", "~"),
]
SEEN = {
    "日本語": "U+65E5U+672CU+8A9E",
    "🙂": "U+1F642",
    "👩\u200d👩\u200d👧": "U+1F469U+1F469U+1F467",
    "naïve Łódź ẞ": "na¨ıveL´od´zU+1E9E",
    "x₁ y² αβ3 −5": "x1y2αβ3−5",
    "∂E/∂w ≤ ∞ · × Ω": "∂E/∂w≤∞·×Ω",
    "two\nlines": "twolines",
    "zero\u200bwidth": "zerowidth",
    "bell\x07": "bellU+FFFD",
    "\x7f\x80": "U+FFFDU+0080",
}
"""Texts that are not ASCII, and how they are read back."""


def read(folder: Path) -> list[str]:
    """The texts of every page, in the order in which they were set."""
    from pypdf import PdfReader

    return [plain(page.extract_text()) for page in PdfReader(folder / "all.pdf").pages]


def plain(text: str) -> str:
    """A text without what is lost in a PDF of TeX: spaces; underscores, which are lines there."""
    text = text.translate(str.maketrans("⋅ˆ˜", "·^~"))
    return re.sub(r"[\s_]", "", unicodedata.normalize("NFC", text))


def expected(picture: Picture) -> str:
    """The texts of an SVG in their order."""
    return plain("".join(picture.texts))


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_the_gallery_reads_as_the_svg(tmp_path: Path, options: dict[str, Any]) -> None:
    pictures = []
    for name in GALLERY:
        network, trace = gallery(name)
        pictures.append(
            draw.render(network, trace, format="tikz", max_width=64, legend=False, **options)
        )
    typeset(pictures, tmp_path)
    svgs = [gallery_picture(name, **options) for name in GALLERY]
    assert read(tmp_path) == [expected(svg) for svg in svgs]


def test_pages_are_as_large_as_the_svg(tmp_path: Path) -> None:
    from pypdf import PdfReader

    network, trace = gallery("deep_state")
    typeset([draw.render(network, trace, format="tikz", legend=False)], tmp_path)
    page = PdfReader(tmp_path / "all.pdf").pages[0]
    svg = gallery_picture("deep_state")
    assert float(page.mediabox.width) == pytest.approx(svg.width * 0.75, abs=0.1)
    assert float(page.mediabox.height) == pytest.approx(svg.height * 0.75, abs=0.1)


def test_a_derivative_stands_below_its_weight_where_the_svg_has_it(tmp_path: Path) -> None:
    """Heights of lines in the PDF, upwards and in big points; the middle is above the baseline."""
    from pypdf import PdfReader

    network = spec([("x", "input"), ("y", "output")], [("x", "y", {"label": "Z", "weight": 1})])
    options: dict[str, Any] = {"gradients": Gradients({}, {"Z": 3}), "legend": False}
    typeset([draw.render(network, format="tikz", **options)], tmp_path)
    heights: dict[str, float] = {}

    def visit(text: str, _cm: Any, place: list[float], *_: Any) -> None:
        heights.update({sign: place[5] for sign in text if sign in "Z3"})

    PdfReader(tmp_path / "all.pdf").pages[0].extract_text(visitor_text=visit)
    drawing = draw.prepare(network, **options)
    (label,) = drawing.layout.labels
    assert label is not None
    for sign, (line, y) in zip("Z3", label.lines, strict=True):
        assert sign in line
        middle = (drawing.layout.height - y) * 0.75
        assert heights[sign] + 0.35 * label.size * 0.75 == pytest.approx(middle, abs=1)


@pytest.mark.parametrize("name", GALLERY)
def test_nodes_and_edges_are_where_the_svg_has_them(name: str) -> None:
    network, trace = gallery(name)
    text = draw.render(network, trace, format="tikz", max_width=64, legend=False).decode()
    svg = gallery_picture(name)
    nodes = re.findall(r"\(n(\d+)\) at \(([-\d.]+),([-\d.]+)\)", text)
    assert [int(number) for number, _, _ in nodes] == [node.number for node in svg.nodes]
    for (_, x, y), node in zip(nodes, svg.nodes, strict=True):
        assert (float(x), svg.height - float(y)) == pytest.approx(node.middle, abs=0.05)
    edges = re.findall(
        r"^\\draw\[(?!dg-brace|dg-bias)[^]]*\] ([^;]*(?:; \\fill[^;]*)?);$", text, re.M
    )
    assert len(edges) == len(svg.arrows)
    for path, arrow in zip(edges, svg.arrows, strict=True):
        points = re.findall(r"\(([-\d.]+),([-\d.]+)\)", path)
        head = re.findall(r"\(([-\d.]+),([-\d.]+)\)", path.split("; ")[-1])
        for (x, y), point in (
            (points[0], arrow.line[0]),
            (head[0] if "; " in path else head[-1], arrow.corner),
        ):
            assert (float(x), svg.height - float(y)) == pytest.approx(point, abs=0.1)


def test_gradients_blocks_and_everything_else(tmp_path: Path) -> None:
    network, trace = gallery("deep_state")
    gradients = Gradients({"g1": -0.25, "x": 3}, {"w1": 1.5, "b3": -2e-9})
    options: list[dict[str, Any]] = [
        {"gradients": gradients},
        {"collapse": True},
        {"focus": "h2", "theme": "paper"},
        {"top": 3, "weights": "none"},
        {"weights": "contribution"},
    ]
    pictures = [draw.render(network, trace, format="tikz", **o) for o in options]
    digits, values = gallery("digits")
    pictures.append(draw.render(digits, values, format="tikz"))  # cut short
    typeset(pictures, tmp_path)
    svgs = [Picture(draw.render(network, trace, **o)) for o in options]
    texts = read(tmp_path)
    assert texts[:-1] == [expected(svg) for svg in svgs]
    assert "∂−0.25" in texts[0]
    assert "53more" in texts[-1]


def test_hostile_texts(tmp_path: Path) -> None:
    """Each stands in every place that a text can have; ASCII is read back letter by letter."""
    texts = [*HOSTILE, *IN_LABELS, *OTHERS, *SEEN]
    texts.remove("🙂" * 256)  # which is wider than TeX can set
    pictures = []
    for text in texts:
        id = re.sub(r"[\x00-\x1f\x7f-\x9f]", "?", text)
        pictures.append(draw.render(named(id, text), format="tikz"))
    typeset(pictures, tmp_path)
    for text, page in zip(texts, read(tmp_path), strict=True):
        seen = plain(SEEN.get(text, as_set(text)))
        if text in SEEN or (text.isascii() and text.isprintable()):
            assert page.count(seen) >= 2, text
        for character in set(filter(str.isalnum, text)):
            if character.isascii():
                assert character in page, text


def test_the_head_of_the_file() -> None:
    network = spec([("x", "input"), ("y", "output")], [("x", "y")], title="a\nb % \\c\u2028d é")
    text = draw.render(network, format="tikz", theme="dark").decode()
    assert text.startswith("% a b % \\c d é\n% 1 input, 1 output\n% Needs \\usepackage{tikz}.")
    assert text.endswith("\\end{tikzpicture}%\n")
    assert all(line.isascii() for line in text.split("\n") if not line.startswith("%"))
    for role, color in THEMES["dark"].items(""):
        name = role.replace("_", "-")
        assert rf"\definecolor{{dg-{name}}}{{HTML}}{{{color[1:].upper()}}}" in text
    assert r"\dgchar" not in text


def test_the_same_bytes() -> None:
    network, trace = gallery("irregular")
    assert len({draw.render(network, trace, format="tikz") for _ in range(3)}) == 1


def test_labels_turn_and_paths_curve() -> None:
    network, trace = gallery("irregular")
    assert ".. controls (" in draw.render(network, trace, format="tikz").decode()
    text = draw.render(*gallery("deep_state"), format="tikz").decode()
    assert re.search(r"at \([\d.,]+\) \{\$w_\{1\}\$ = 1.73\};", text)
    assert re.search(r"at \([\d.,]+\) \{\$w_\{2\}\$ = \$-\$1.85\};", text)


def test_a_picture_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tikz, "LARGEST", 100.0)
    with pytest.raises(DrawingError, match="larger than TeX can set; show layers as blocks"):
        draw.render(*gallery("xor"), format="tikz")
