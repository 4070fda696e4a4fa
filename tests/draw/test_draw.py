"""`draw.render` as a whole: formats, the same bytes every time, options."""

from __future__ import annotations

import hashlib
import io
import json
import os
import struct
import subprocess
import sys
from typing import Any

import numpy as np
import pypdf
import pytest

from deepgraph import draw
from deepgraph.draw.graphviz import execute
from deepgraph.errors import DrawingError, MissingExtraError
from deepgraph.loading import load, loads
from tests.support.picture import GALLERY, LAYERED, SPECS, Picture, gallery, gallery_picture, spec

PNG = b"\x89PNG\r\n\x1a\n"
SMALL = [name for name in GALLERY if name != "digits"]


def png_size(png: bytes) -> tuple[int, int]:
    assert png.startswith(PNG)
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize("name", SMALL)
def test_every_format(name: str) -> None:
    network, trace = gallery(name)
    assert draw.render(network, trace).startswith(b"<svg")
    assert draw.render(network, trace, format="dot").startswith(b"digraph")
    assert draw.render(network, trace, format="png", scale=0.25).startswith(PNG)
    assert draw.render(network, trace, format="pdf").startswith(b"%PDF-")


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0, 3.0])
@pytest.mark.parametrize("name", ["xor", "irregular"])
def test_a_png_has_the_size_of_the_svg_times_the_scale(name: str, scale: float) -> None:
    network, trace = gallery(name)
    picture = gallery_picture(name)
    size = png_size(draw.render(network, trace, format="png", scale=scale, legend=False))
    near = pytest.approx((picture.width * scale, picture.height * scale), abs=0.5 * scale + 0.5)
    assert size == near


@pytest.mark.parametrize("name", SMALL)
def test_a_pdf_holds_the_texts(name: str) -> None:
    network, trace = gallery(name)
    reader = pypdf.PdfReader(io.BytesIO(draw.render(network, trace, format="pdf")))
    assert len(reader.pages) == 1
    pieces: list[str] = []
    reader.pages[0].extract_text(visitor_text=lambda text, *_: pieces.append(text))
    found = "".join("".join(pieces).split())
    assert [t for t in gallery_picture(name).texts if "".join(t.split()) not in found] == []


def test_the_runs_of_a_text_stand_side_by_side_in_a_pdf() -> None:
    network = spec([("x", "input"), ("y", "output")], [("x", "y", {"label": "w35", "weight": 0.5})])
    found: list[tuple[str, float, float]] = []

    def note(text: str, _ctm: object, matrix: list[float], *_rest: object) -> None:
        if text.strip():
            found.append((text.strip(), matrix[4], matrix[5]))

    pdf = draw.render(network, format="pdf")
    pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text(visitor_text=note)
    start = [text for text, _, _ in found].index("w")
    (w, x0, y0), (sub, x1, y1), (number, x2, y2) = found[start : start + 3]
    assert (w, sub, number) == ("w", "35", "= 0.5")
    label = next(word for word in Picture(draw.render(network)).words if word.text == "w35 = 0.5")
    assert label.room[:, 0].min() < x0 < x1 - 8 < x2 - 16 < label.room[:, 0].max()
    assert y1 < y0 == y2


def test_a_png_too_large_is_refused() -> None:
    network, trace = gallery("digits")
    with pytest.raises(DrawingError, match="use a smaller scale"):
        draw.render(network, trace, format="png", scale=20)


def test_a_pdf_without_its_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "svglib.svglib", None)
    network, trace = gallery("xor")
    with pytest.raises(MissingExtraError, match=r"pip install 'deepgraph-nn\[pdf\]'"):
        draw.render(network, trace, format="pdf")


DIGESTS = """
import csv, hashlib, json, sys
import deepgraph
from deepgraph import draw
digests = {}
for name in ("deep_state", "irregular", "full_adder"):
    network = deepgraph.load(f"{sys.argv[1]}/{name}.json")
    trace = network.trace([[0.5] * len(network.inputs)])
    for form in ("svg", "png", "pdf", "dot"):
        picture = draw.render(network, trace, format=form)
        digests[f"{name}.{form}"] = hashlib.sha256(picture).hexdigest()
print(json.dumps(digests))
"""


@pytest.mark.slow
def test_the_same_bytes_in_every_process() -> None:
    found = []
    for seed in ("1", "4242"):
        done = subprocess.run(
            [sys.executable, "-c", DIGESTS, str(SPECS)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        found.append(json.loads(done.stdout))
    assert len(set(found[0].values())) == 12
    assert found[0] == found[1]
    network, _ = gallery("deep_state")
    picture = draw.render(network, network.trace([[0.5]]))
    assert hashlib.sha256(picture).hexdigest() == found[0]["deep_state.svg"]


def test_the_same_bytes_after_other_pictures() -> None:
    network, trace = gallery("irregular")
    first = draw.render(network, trace)
    draw.render(*gallery("iris"))
    assert draw.render(network, trace) == first


def test_themes_differ_in_colours_only() -> None:
    light, dark = (gallery_picture("deep_state", theme=theme) for theme in ("light", "dark"))
    assert light.svg != dark.svg
    assert light.texts == dark.texts
    for one, other in zip(light.words, dark.words, strict=True):
        assert (one.room == other.room).all()


def test_values_change_texts_and_keep_the_names() -> None:
    network, _ = gallery("deep_state")
    plain = Picture(draw.render(network))
    live = Picture(draw.render(network, network.trace({"x": 0.5})))
    assert [node.texts[0] for node in plain.nodes] == [node.texts[0] for node in live.nodes]
    assert "0.4872" not in plain.texts
    assert live.texts.count("0.4872") == 1
    assert live.texts.count("z = −1.275") == 1


def test_a_float32_trace_is_drawn() -> None:
    network, _ = gallery("deep_state")
    picture = Picture(draw.render(network, network.trace({"x": 0.5}, dtype="float32")))
    assert "0.4872" in picture.texts


def test_no_layout_needs_graphviz(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute, "run", None)
    network, trace = gallery("irregular")
    for format in ("svg", "png", "tikz", "mermaid", "dot"):
        assert draw.render(network, trace, format=format)


def test_many_nodes() -> None:
    inputs = [(f"x{number}", "input") for number in range(300)]
    edges = [(name, "y") for name, _ in inputs]
    network = spec([*inputs, ("y", "output")], edges)
    picture = Picture(draw.render(network, max_width=300))
    assert (len(picture.nodes), len(picture.arrows)) == (301, 300)
    picture = Picture(draw.render(network))
    assert (len(picture.nodes), len(picture.arrows)) == (12, 11)
    assert "289 more" in picture.texts


def test_steps_add_one_value_after_the_other() -> None:
    network, trace = gallery("deep_state")
    pictures = draw.steps(network, trace)
    assert len(pictures) == 6  # the input, four hidden nodes, the output
    places, seen = set(), []
    for picture in map(Picture, (svg.decode() for svg in pictures)):
        places.add(tuple(tuple(node.middle) for node in picture.nodes))
        bold = [[w for w in node.words if w.element.get("font-weight")] for node in picture.nodes]
        seen.append(sum(map(bool, bold)))
    assert len(places) == 1
    assert seen == [1, 2, 3, 4, 5, 6]


def test_no_position_depends_on_a_value() -> None:
    network, _ = gallery("deep_state")
    places = set()
    for x in (0.0, 0.5, -1e-9, 1e6, -123456.789, 1e-300):
        picture = Picture(draw.render(network, network.trace({"x": x})).decode())
        places.add(tuple(tuple(node.middle) for node in picture.nodes))
    assert len(places) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"weights": "zork"}, r'^weights is one of .*, got "zork"$'),
        ({"theme": "zork"}, r'^theme is one of light, dark, .*, got "zork"$'),
        ({"format": "jpg"}, r'^a picture is svg, png, pdf, .*, not "jpg"$'),
        ({"direction": "zork"}, r'^direction is one of right, down, got "zork"$'),
        ({"weights": "contribution"}, r"need live values"),
        ({"focus": "zork"}, r'^no node is named "zork"; known: "x1", '),
        ({"top": 0}, r"at least 1, got 0$"),
        ({"max_width": 2}, r"at least 3, got 2$"),
        ({"precision": 0}, r"^precision is 1 to 17 significant digits, got 0$"),
        ({"biases": "none"}, r'^biases is one of each, shared, got "none"$'),
        ({"activations": "all"}, r'^activations is one of name, badge, none, got "all"$'),
        ({"fill": "sign"}, r'^fill is one of role, value, got "sign"$'),
        ({"fill": "value"}, r"a fill that tells the value needs live values"),
        ({"precision": 18}, r"^precision is 1 to 17 significant digits, got 18$"),
    ],
)
def test_options_out_of_range(options: dict[str, Any], message: str) -> None:
    network, _ = gallery("xor")
    with pytest.raises(DrawingError, match=message):
        draw.render(network, **options)


@pytest.mark.parametrize("name", LAYERED)
def test_drawing_changes_nothing(name: str) -> None:
    network = load(SPECS / f"{name}.json")
    values = network.parameters.values.copy()
    draw.render(network, format="dot")
    np.testing.assert_array_equal(network.parameters.values, values)


def test_a_picture_needs_neither_pyarrow_nor_networkx() -> None:
    script = f"""
import sys
import deepgraph
from deepgraph import draw
draw.render(deepgraph.load({str(SPECS / "irregular.json")!r}))
print([name for name in ("pyarrow", "networkx", "reportlab") if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "[]\n"


# --- odd combinations of options -----------------------------------------------------------------


@pytest.mark.parametrize("font_size", [9, 18, 30, 60])
@pytest.mark.parametrize("spacing", [0.6, 1, 4])
@pytest.mark.parametrize("direction", ["right", "down"])
@pytest.mark.parametrize("name", ["mazur", "irregular", "study_hours"])
def test_any_size_and_distance_is_drawn(
    name: str, direction: Any, spacing: float, font_size: float
) -> None:
    network, trace = gallery(name)
    options = {"font_size": font_size, "spacing": spacing, "direction": direction}
    assert b"<svg" in draw.render(network, trace, **options, title=True, legend=True)


def test_a_grid_whose_last_columns_are_not_shown() -> None:
    layers = [
        {"id": "x", "size": 2},
        {"id": "l1", "size": 6, "grid": [2, 3], "weights": "W1", "bias": "b1"},
        {"id": "l2", "size": 2, "weights": "W2", "bias": "b2"},
        {"id": "l3", "size": 1, "weights": "W3", "bias": "b3"},
    ]
    network = loads(json.dumps({"deepgraph": 1, "layers": layers}))
    assert b"<svg" in draw.render(network, focus="l13", collapse="l2,l3,x")


def test_nothing_but_blocks_is_left() -> None:
    network, _ = gallery("xor")
    assert b"<svg" in draw.render(network, focus="x1", collapse="input,hidden 1")


def test_accents_in_an_index() -> None:
    edges = [("x", "y", {"label": r"w_{i\hat{y}}", "weight": 1})]
    nodes = [("x", "input", {"label": r"w_{\hat{x}\hat{y}}"}), ("y", "output")]
    text = draw.render(spec(nodes, edges)).decode()
    assert text.count("ŷ") == 2
    assert text.count("ˆ") == 1  # over x, which has no letter of its own


def test_graphviz_takes_the_fonts_that_are_given() -> None:
    network, trace = gallery("xor")
    with pytest.raises(DrawingError):
        draw.render(network, trace, format="png", renderer="graphviz", font=["/nowhere/font.ttf"])
