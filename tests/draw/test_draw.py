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

import pypdf
import pytest
from picture import GALLERY, SPECS, Picture, gallery, gallery_picture, spec

from deepgraph import draw
from deepgraph.draw import graphviz
from deepgraph.errors import DrawingError, MissingExtraError

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
    assert draw.render(network, trace, form="dot").startswith(b"digraph")
    assert draw.render(network, trace, form="png", scale=0.25).startswith(PNG)
    assert draw.render(network, trace, form="pdf").startswith(b"%PDF-")


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0, 3.0])
@pytest.mark.parametrize("name", ["xor", "irregular"])
def test_a_png_has_the_size_of_the_svg_times_the_scale(name: str, scale: float) -> None:
    network, trace = gallery(name)
    picture = gallery_picture(name)
    size = png_size(draw.render(network, trace, form="png", scale=scale))
    near = pytest.approx((picture.width * scale, picture.height * scale), abs=0.5 * scale + 0.5)
    assert size == near


@pytest.mark.parametrize("name", SMALL)
def test_a_pdf_holds_the_texts(name: str) -> None:
    network, trace = gallery(name)
    reader = pypdf.PdfReader(io.BytesIO(draw.render(network, trace, form="pdf")))
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

    pdf = draw.render(network, form="pdf")
    pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text(visitor_text=note)
    start = [text for text, _, _ in found].index("w")
    (w, x0, y0), (sub, x1, y1), (number, x2, y2) = found[start : start + 3]
    assert (w, sub, number) == ("w", "35", "0.5")
    label = next(word for word in Picture(draw.render(network)).words if word.text == "w35 0.5")
    assert label.room[:, 0].min() < x0 < x1 - 8 < x2 - 16 < label.room[:, 0].max()
    assert y1 < y0 == y2


def test_a_png_too_large_is_refused() -> None:
    network, trace = gallery("digits")
    with pytest.raises(DrawingError, match="use a smaller scale"):
        draw.render(network, trace, form="png", scale=60)


def test_a_pdf_without_its_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "svglib.svglib", None)
    network, trace = gallery("xor")
    with pytest.raises(MissingExtraError, match=r"pip install 'deepgraph-nn\[pdf\]'"):
        draw.render(network, trace, form="pdf")


DIGESTS = """
import csv, hashlib, json, sys
import deepgraph
from deepgraph import draw
digests = {}
for name in ("deep_state", "irregular", "full_adder"):
    network = deepgraph.load(f"{sys.argv[1]}/{name}.json")
    trace = network.trace([[0.5] * len(network.inputs)])
    for form in ("svg", "png", "pdf", "dot"):
        picture = draw.render(network, trace, form=form)
        digests[f"{name}.{form}"] = hashlib.sha256(picture).hexdigest()
print(json.dumps(digests))
"""


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
    assert live.texts.count("z −1.275") == 1


def test_a_float32_trace_is_drawn() -> None:
    network, _ = gallery("deep_state")
    picture = Picture(draw.render(network, network.trace({"x": 0.5}, dtype="float32")))
    assert "0.4872" in picture.texts


def test_the_graphviz_that_is_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    network, trace = gallery("irregular")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert draw.render(network, trace, graphviz="embedded") == draw.render(network, trace)
    with pytest.raises(DrawingError, match="install Graphviz"):
        draw.render(network, trace, graphviz="system")


def test_an_error_of_graphviz_reaches_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphviz, "FUEL", 1000)
    network, trace = gallery("irregular")
    with pytest.raises(DrawingError, match="Draw a smaller part of the network"):
        draw.render(network, trace)


def test_many_nodes() -> None:
    inputs = [(f"x{number}", "input") for number in range(300)]
    edges = [(name, "y") for name, _ in inputs]
    network = spec([*inputs, ("y", "output")], edges)
    picture = Picture(draw.render(network, max_width=300))
    assert (len(picture.nodes), len(picture.arrows)) == (301, 300)
    picture = Picture(draw.render(network))
    assert (len(picture.nodes), len(picture.arrows)) == (12, 11)
    assert "289 more" in picture.texts
