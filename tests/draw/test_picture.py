"""A picture in Python: what a notebook shows, what it saves, where its nodes stand."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
import pytest

from deepgraph import draw
from deepgraph.draw.picture import Picture
from deepgraph.errors import DrawingError, FileError, InputError
from tests.support.picture import GALLERY, gallery

if TYPE_CHECKING:
    from pathlib import Path


def test_a_notebook_shows_it() -> None:
    network, _ = gallery("deep_state")
    picture = network.draw({"x": 0.5}, theme="dark")
    assert isinstance(picture, Picture)
    expected = draw.render(network, network.trace({"x": 0.5}), theme="dark")
    assert picture._repr_svg_() == expected.decode()
    assert picture._repr_png_().startswith(b"\x89PNG")
    assert repr(picture).startswith("<Picture of ")
    assert "0.4872" in picture.alt


def test_without_inputs_it_has_no_values() -> None:
    network, _ = gallery("deep_state")
    assert network.draw().content() == draw.render(network)
    with pytest.raises(InputError):
        network.draw({"y": 1})


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("a.svg", b"<svg"),
        ("a.PNG", b"\x89PNG"),
        ("a.pdf", b"%PDF"),
        ("a.gv", b"digraph"),
        ("a.tex", b"%"),
        ("a.mmd", b"flowchart"),
    ],
)
def test_the_suffix_says_the_format(tmp_path: Path, name: str, start: bytes) -> None:
    path = gallery("xor")[0].draw().save(tmp_path / name)
    assert path == tmp_path / name
    assert path.read_bytes().startswith(start)


def test_other_formats_and_none(tmp_path: Path) -> None:
    network, _ = gallery("xor")
    assert network.draw().save(tmp_path / "a", "svg").read_bytes().startswith(b"<svg")
    by_graphviz = network.draw(renderer="graphviz")
    assert by_graphviz.save(str(tmp_path / "a.jpg")).read_bytes().startswith(b"\xff\xd8")
    for picture, name in ((network.draw(), "a.jpg"), (by_graphviz, "a.json"), (by_graphviz, "b")):
        with pytest.raises(DrawingError, match=r"give a format, svg, .* or end the file in \.svg"):
            picture.save(tmp_path / name)
    with pytest.raises(FileError):
        network.draw().save(tmp_path / "missing/a.svg")


@pytest.mark.parametrize("name", GALLERY)
def test_every_node_of_the_graph_has_a_place(name: str) -> None:
    network, _ = gallery(name)
    places = network.positions()
    assert set(network.graph) <= set(places)
    inputs = [places[id] for id in network.input_names]
    for (x0, y0), (x1, y1) in pairwise(inputs):
        assert (x0, y0) != (x1, y1)
        assert y0 >= y1 or x0 < x1
    down = network.positions(direction="down")
    last = network.ids[network.outputs[0]]
    assert places[last][0] > places[network.input_names[0]][0]
    assert down[last][1] < down[network.input_names[0]][1]


def test_networkx_draws_at_these_places() -> None:
    network, _ = gallery("mazur")
    figure, axes = plt.subplots()
    nx.draw(network.graph, pos=network.positions(), ax=axes)
    drawn = np.sort(axes.collections[0].get_offsets(), axis=0)
    np.testing.assert_allclose(drawn, np.sort(list(network.positions().values()), axis=0))
    plt.close(figure)
