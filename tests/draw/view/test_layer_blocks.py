"""Layers as blocks."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from deepgraph import draw
from deepgraph.errors import DrawingError
from tests.support.drawn import layers
from tests.support.picture import (
    Picture,
    gallery,
    spec,
)

if TYPE_CHECKING:
    from deepgraph.network import Network


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


def test_a_layer_of_outputs_is_not_called_hidden() -> None:
    network, _ = gallery("half_adder")
    view = draw.prepare(network, collapse=True).view
    assert [node.lines[0].text for node in view.nodes] == ["input", "output 1", "output"]


def test_an_arrow_counts_its_edges_unless_they_are_a_matrix() -> None:
    network, _ = gallery("irregular")
    view = draw.prepare(network, collapse=True).view
    names = [node.lines[0].text for node in view.nodes]
    texts = {(names[e.source], names[e.target]): e.label for e in view.edges}
    assert texts["input", "hidden 1"] == "4 edges"
    assert texts["hidden 4", "output"] == "1 × 1"


def test_too_many_blocks_are_refused() -> None:
    with pytest.raises(DrawingError, match=r"^65 layers make a picture that nobody can read; "):
        draw.render(layers(*range(1, 66)), collapse=True)
    assert len(draw.prepare(layers(*range(1, 65)), collapse=True).view.nodes) == 64


def test_an_irregular_network_in_more_arrows_than_one_can_read_is_refused_at_once() -> None:
    ids = [f"h{number}" for number in range(40)]
    # Steps by chance, so that no part repeats another.
    rng = random.Random(0)
    steps = [
        (n, m) for n in range(39) for m in {n + 1, *(rng.randrange(n + 1, 40) for _ in "1234567")}
    ]
    edges = [(ids[n], ids[m], {"weight": 1.0}) for n, m in steps]
    kinds = ["input", *["hidden"] * 38, "output"]
    network = spec(list(zip(ids, kinds, strict=True)), edges)
    with pytest.raises(DrawingError, match=r"^\d{3} arrows make a picture that nobody can read; "):
        draw.render(network, collapse=True)


def test_equal_layers_are_one_block() -> None:
    view = draw.prepare(layers(4, *[8] * 12, 2), collapse=True).view
    assert [[line.text for line in node.lines] for node in view.nodes] == [
        ["x", "4 nodes"],
        ["h1", "× 12", "8 nodes"],
        ["y", "2 nodes"],
    ]
    assert [edge.label for edge in view.edges] == ["8 × 4", "2 × 8"]
    folded = "h1 × 12: the layers up to h12 are equal, 8 × 8 from one to the next"
    assert view.footnotes == (folded,)
    view = draw.prepare(layers(4, *[8, 32] * 6, 2), collapse=True).view
    assert [node.lines[1].text for node in view.nodes] == ["4 nodes", "× 6", "× 6", "2 nodes"]
    # Two equal ones stay as they are.
    assert len(draw.prepare(layers(4, 8, 8, 2), collapse=True).view.nodes) == 4


def test_some_layers_as_blocks() -> None:
    network, trace = gallery("digits")
    view = draw.prepare(network, trace, collapse="h", max_width=64).view
    assert [node.kind for node in view.nodes].count("block hidden") == 1
    assert {edge.label for edge in view.edges} == {"32 × 1", "1 × 32"}
    assert len(view.nodes) == 64 + 10 + 1
    picture = Picture(draw.render(network, trace, collapse="h", max_width=64).decode())
    assert "32 nodes" in picture.texts
    whole = draw.render(network, collapse="x, h, y")
    assert whole == draw.render(network, collapse=True)
    with pytest.raises(DrawingError, match=r'^no layer is named "hh"; did you mean "h"\?$'):
        draw.render(network, collapse="hh")


def chain(*skips: tuple[str, str]) -> Network:
    """Six equal layers of two nodes between x and y, and an edge for each further pair."""
    nodes = [("x", "input"), *((f"{h}{n}", "hidden") for n in range(1, 7) for h in "ab")]
    columns = [["x"], *([f"a{n}", f"b{n}"] for n in range(1, 7)), ["y"]]
    full = [(s, t) for one, other in pairwise(columns) for s in one for t in other]
    return spec([*nodes, ("y", "output")], [*full, *skips])


def test_no_edge_is_lost_where_equal_layers_are_one_block() -> None:
    def shown(*skips: tuple[str, str]) -> tuple[list[str], list[tuple[str, str, str]]]:
        view = draw.prepare(chain(*skips), collapse=True).view
        names = [" ".join(line.text for line in node.lines[:2]) for node in view.nodes]
        return names, [(names[e.source], names[e.target], e.label) for e in view.edges]

    names, _ = shown()
    assert names == ["input 1 node", "hidden 1 × 6", "output 1 node"]
    # From within the equal layers: only those behind it are folded.
    names, arrows = shown(("a2", "y"))
    assert names[3] == "hidden 3 × 4"
    assert (names[2], names[4], "1 edge") in arrows
    # From one of them to the next but one: no chain.
    skips = [(f"a{n}", f"a{n + 2}") for n in range(1, 5)]
    names, arrows = shown(*skips)
    assert len(names) == 8
    assert sum(label == "1 edge" for _, _, label in arrows) == 4


def test_a_residual_part_is_folded_with_its_skip() -> None:
    nodes = [("x", "input"), *((f"{h}{n}", "hidden") for n in range(1, 5) for h in "ab")]
    edges, before = [], "x"
    for n in range(1, 5):
        edges += [(before, f"a{n}"), (f"a{n}", f"b{n}"), (before, f"b{n}")]
        before = f"b{n}"
    network = spec([*nodes, ("y", "output")], [*edges, (before, "y")])
    view = draw.prepare(network, collapse=True).view
    assert [node.lines[1].text for node in view.nodes] == ["1 node", "× 4", "× 4", "1 node"]
    assert [(e.source, e.target) for e in view.edges] == [(0, 1), (0, 2), (1, 2), (2, 3)]


def test_beside_a_focus_stand_only_the_blocks_of_its_neighbours() -> None:
    view = draw.prepare(chain(), collapse="hidden 2,hidden 5", focus="a1").view
    assert [node.name for node in view.nodes] == ["x", "a1", "hidden 2"]
    assert [edge.value for edge in view.edges if edge.target == 2] == ["2 × 1"]
