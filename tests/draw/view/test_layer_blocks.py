"""Layers as blocks."""

from __future__ import annotations

import pytest

from deepgraph import draw
from deepgraph.errors import DrawingError
from tests.support.drawn import layers
from tests.support.picture import (
    Picture,
    gallery,
)


def test_layers_as_blocks() -> None:
    network, _ = gallery("digits")
    picture = Picture(draw.render(network, collapse=True).decode())
    texts = [word.text for word in picture.words]
    assert {"64 nodes", "32 nodes", "10 nodes", "32 × 64", "10 × 32"} <= set(texts)


def test_a_block_says_what_its_layer_holds() -> None:
    network, _ = gallery("iris")
    view = draw.prepare(network, collapse=True).view
    assert [[line.text for line in node.lines] for node in view.nodes] == [
        ["x", "4 nodes"],
        ["h", "8 nodes", "ReLU", "+ 8 biases"],
        ["y", "3 nodes", "softmax", "+ 3 biases"],
    ]
    assert [node.kind for node in view.nodes] == ["block input", "block hidden", "block output"]
    assert view.description == "layers of 4-8-3 nodes, one block each"


def test_an_arrow_counts_its_edges_unless_they_are_a_matrix() -> None:
    network, _ = gallery("irregular")
    view = draw.prepare(network, collapse=True).view
    names = [node.lines[0].text for node in view.nodes]
    texts = {(names[e.source], names[e.target]): e.label for e in view.edges}
    assert texts["input", "hidden 1"] == "4 edges"
    assert texts["hidden 4", "output"] == "1 × 1"


def test_too_many_blocks_are_refused() -> None:
    with pytest.raises(DrawingError, match=r"^65 layers make a picture that nobody can read; "):
        draw.render(layers(*[1] * 65), collapse=True)
    assert len(draw.prepare(layers(*[1] * 64), collapse=True).view.nodes) == 64
