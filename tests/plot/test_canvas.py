"""The canvas: themes, files of the same bytes, the size of a PNG, headings."""

from __future__ import annotations

import io
import sys
import xml.etree.ElementTree as ET

import pytest
from PIL import Image

from deepgraph.errors import MissingExtraError
from deepgraph.kinks.curves import node_curves
from deepgraph.kinks.sweep import along_input
from deepgraph.plot import canvas, grids, lines, render
from tests.support.notation_cases import CASES
from tests.support.plots import DEEP, NARROW, WIDE
from tests.support.strategies import network


def test_a_long_heading_is_wrapped():
    spec = {**NARROW, "title": "A network whose title is as long as a sentence should be " * 3}
    net = network(spec)
    for grid in (False, True):
        with canvas.Canvas("light") as paper:
            found = node_curves(net, along_input(net, {"x": (0, 1)}, {}))
            grids.draw_curves(paper, net, found) if grid else lines.draw(paper, net, found, None)
            paper.figure.draw_without_rendering()
            heads = [*paper.figure.texts, paper.figure.axes[0]._left_title]
            boxes = [text.get_window_extent() for text in heads if "sen" in text.get_text()]
            frames = [axes.get_tightbbox() for axes in paper.figure.axes] if grid else []
            size = paper.figure.bbox
        said = " ".join(text.get_text() for text in heads).split()
        assert spec["title"].strip() in " ".join(said)
        assert all(size.contains(*corner) for box in boxes for corner in box.corners())
        assert not any(box.overlaps(frame) for box in boxes for frame in frames)


@pytest.mark.parametrize("theme", ["light", "dark", "paper"])
@pytest.mark.parametrize("form", ["svg", "png", "pdf"])
def test_the_same_bytes_each_time(theme, form):
    pictures = [render(DEEP, {"x": (-1, 1)}, theme=theme, format=form) for _ in range(2)]
    assert pictures[0] == pictures[1]
    starts = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}
    assert pictures[0].startswith(starts[form])
    assert b"/tmp" not in pictures[0]


def test_the_size_of_a_png():
    small, large = (
        Image.open(io.BytesIO(render(DEEP, {"x": (-1, 1)}, format="png", scale=scale)))
        for scale in (1, 2)
    )
    assert small.size == (620, 400)
    assert large.size == (1240, 800)
    assert small.text["Description"].startswith("over x from −1 to 1")


@pytest.mark.slow
def test_a_large_grid_makes_a_png_that_can_be_opened():
    pixels = [
        Image.open(io.BytesIO(render(net, {"x": (0, 1)}, grid=True, format="png"))).size
        for net in (network(NARROW), WIDE)
    ]
    boxes = [render(net, {"x": (0, 1)}, grid=True) for net in (network(NARROW), WIDE)]
    sizes = [
        (float(root.get("width")), float(root.get("height"))) for root in map(ET.fromstring, boxes)
    ]
    assert pixels[0] == pytest.approx([2 * side for side in sizes[0]], abs=1)
    assert pixels[1] == pytest.approx(sizes[1], abs=1)
    assert pixels[1][0] < 1500
    assert pixels[1][0] * pixels[1][1] < 8e6
    asked = render(WIDE, {"x": (0, 1)}, grid=True, format="png", scale=1.5)
    assert Image.open(io.BytesIO(asked)).size[0] == pytest.approx(1.5 * sizes[1][0], abs=1)


def test_without_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'deepgraph-nn\[plot\]'"):
        render(DEEP, {"x": (-1, 1)})


@pytest.mark.parametrize(("name", "latex", "_text"), CASES, ids=[name for name, _, _ in CASES])
def test_matplotlib_takes_every_name(name: str, latex: str, _text: str) -> None:
    from matplotlib.mathtext import MathTextParser

    with canvas.Canvas("light"):
        drawn = canvas.drawn(f"{name} = 0.5")
        assert drawn.endswith(" = 0.5")
        # Liberation Sans has no ∗; such a name is plain text.
        assert drawn == "x* = 0.5" or [drawn.count(sign) for sign in "_^"] == [
            latex.count(sign) for sign in "_^"
        ]
        MathTextParser("path").parse(drawn)


def test_dollars_are_no_mathematics() -> None:
    assert canvas.drawn("US$ 5 and $ 6") == r"US\$ 5 and \$ 6"
