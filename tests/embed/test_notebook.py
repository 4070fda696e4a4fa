"""Pictures in notebooks, asked for as IPython and marimo ask for it."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter

import deepgraph
from deepgraph import draw
from deepgraph.embed import notebook
from deepgraph.request.diagram import COLUMN
from tests.support.readers import Reader
from tests.support.strategies import SPECS

if TYPE_CHECKING:
    from pathlib import Path

SVG = "{http://www.w3.org/2000/svg}"
XOR = deepgraph.load(SPECS / "xor.json")


def shown(thing: Any, **options: Any) -> dict[str, str]:
    found: dict[str, str] = DisplayFormatter().format(thing, **options)[0]
    return found


def words(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


def layers(*sizes: int) -> deepgraph.Network:
    rows: list[dict[str, Any]] = [{"id": "x", "size": sizes[0]}]
    rows += [
        {"id": f"h{n}_", "size": size, "weights": f"W{n}", "bias": f"b{n}"}
        for n, size in enumerate(sizes[1:], 1)
    ]
    return deepgraph.loads(json.dumps({"deepgraph": 1, "layers": rows}))


def chain(nodes: int, edges: int) -> deepgraph.Network:
    """An irregular network: every node leads to the next, and some edges skip one or more."""
    network = deepgraph.Builder("chain")
    network.input("n0")
    for number in range(1, nodes - 1):
        network.node(f"n{number}", "tanh")
    network.output(f"n{nodes - 1}")
    pairs = [(n, n + jump) for jump in range(1, nodes) for n in range(nodes - jump)]
    for source, target in pairs[:edges]:
        network.edge(f"n{source}", f"n{target}", f"w{source}_{target}", 0.5)
    return network.build()


def test_a_network_shows_its_picture() -> None:
    found = shown(XOR)
    assert set(found) == {"text/html", "image/svg+xml", "text/plain"}
    root = ElementTree.fromstring(found["image/svg+xml"])
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "XOR with two ReLU nodes"
    described = root.findtext(f"{SVG}desc")
    assert described == "2 inputs, a hidden layer of 2 ReLU nodes, 1 output"
    assert found["text/plain"] == f"<Network xor: 5 nodes, 8 parameters>\n{described}"
    assert "w1 = 1" in words(found["image/svg+xml"])


def test_a_trace_shows_its_values() -> None:
    found = shown(XOR.trace({"x1": 0, "x2": 1}))
    assert "XOR = 1" in found["text/plain"]
    assert found["text/plain"].startswith("<Trace of xor: 7 nodes, 1 row>\n")
    assert not any("row" in word for word in words(found["image/svg+xml"]))
    several = shown(XOR.trace({"x1": [1, 0], "x2": [1, 1]}))["image/svg+xml"]
    assert "row 1 of 2" in words(several)
    none = shown(XOR.trace({"x1": [], "x2": []}))["image/svg+xml"]
    assert "no rows" in words(none)


def test_a_trace_makes_only_what_the_notebook_asks_for() -> None:
    trace = XOR.trace({"x1": 0, "x2": 1})
    assert set(trace._repr_mimebundle_(include={"text/html"})[0]) == {"text/html"}
    without = trace._repr_mimebundle_(exclude={"text/html"})[0]
    assert set(without) == {"image/svg+xml", "text/plain"}


def test_the_alt_text_comes_along() -> None:
    metadata = DisplayFormatter().format(XOR)[1]
    described = "2 inputs, a hidden layer of 2 ReLU nodes, 1 output"
    assert metadata["image/svg+xml"]["alt"] == f"XOR with two ReLU nodes: {described}"


def test_the_html_follows_the_notebook_and_the_svg_has_a_ground() -> None:
    found = shown(XOR)
    for page in ('[data-jp-theme-light="false"]', ".vscode-dark", ".dark"):
        assert f"{page} svg.dg-" in found["text/html"]
    assert (
        found["image/svg+xml"] == draw.render(XOR, fit=COLUMN).decode()
    )  # what an <img> shows as well


def test_pictures_have_no_ids_and_a_cell_that_runs_again_gives_the_same() -> None:
    svgs = [shown(thing)["text/html"] for thing in (XOR, XOR, XOR.trace({"x1": 0, "x2": 1}))]
    assert not any(re.search(r"\bid=", svg) for svg in svgs)
    assert svgs[0] == svgs[1] != svgs[2]


def test_only_what_is_asked_for_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook.draw, "prepare", None)
    assert notebook.bundle(XOR, include=["text/plain"])[0] == {"text/plain": repr(XOR)}
    pictures = ["image/svg+xml", "text/html"]
    assert notebook.bundle(XOR, exclude=pictures)[0] == {"text/plain": repr(XOR)}
    assert notebook.bundle(XOR, include=["text/latex"]) == ({}, {})
    monkeypatch.undo()
    shown, metadata = notebook.bundle(XOR, exclude=["image/svg+xml"])
    assert set(shown) == {"text/html", "text/plain"}
    assert "image/svg+xml" not in metadata


@pytest.mark.parametrize(
    ("network", "text"),
    [
        (layers(784, 1000, 500, 10), "773 more"),
        (layers(*[30] * 40), "30"),
        (chain(100, 600), "n99"),
        (layers(*[3] * 300), "× 298"),
    ],
    ids=["wide", "deep", "irregular", "very deep"],
)
def test_a_large_network_does_not_hang(network: deepgraph.Network, text: str) -> None:
    began = time.perf_counter()
    found = shown(network)
    assert time.perf_counter() - began < 10  # on a busy machine; it takes a tenth of that
    assert len(found["text/html"]) < 1_000_000
    assert any(text in word for word in words(found["image/svg+xml"]))


def test_what_nobody_could_read_is_told_in_words() -> None:
    network = chain(2_000, 30_000)
    began = time.perf_counter()
    found = shown(network)
    assert time.perf_counter() - began < 10
    assert list(found) == ["text/plain"]
    assert "\nNo picture: 2,000 layers make a picture that nobody can read" in found["text/plain"]


def test_what_cannot_be_drawn_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise deepgraph.DrawingError("Graphviz has left")

    monkeypatch.setattr(notebook.draw, "prepare", refuse)
    assert shown(XOR) == {"text/plain": f"{XOR!r}\nNo picture: Graphviz has left"}


def test_values_of_any_kind_are_shown() -> None:
    for value in (np.nan, np.inf, -0.0):
        assert "image/svg+xml" in shown(XOR.trace({"x1": value, "x2": 1.0}))


PYDATA = """html[data-theme=dark] .cell_output .text_html:not(:has(table.dataframe)){
background-color:#ced6dd;color:#14181e;padding:.5rem}
html[data-theme=dark] body{background:#14181e}"""
"""What pydata-sphinx-theme 0.17 says about outputs of notebooks, as colours."""


@pytest.mark.slow
def test_a_dark_theme_puts_no_light_ground_behind_a_picture(tmp_path: Path) -> None:
    cell = '<div class="cell_output"><div class="output text_html">{}</div></div>'
    shown_ = cell.format(shown(XOR)["text/html"])
    page = f"<!doctype html><html data-theme=dark><style>{PYDATA}</style><body>{shown_}"
    with Reader() as reader:
        (tmp_path / "page.html").write_text(page, encoding="utf-8")
        found = reader.judge(tmp_path, "page.html", widths=(1200,))
        assert found.faults() == []
        (tmp_path / "page.html").write_text(page.replace(":has(>.deepgraph", ":has(>.x"))
        assert "contrast 1." in str(reader.judge(tmp_path, "page.html", widths=(1200,)).faults())
