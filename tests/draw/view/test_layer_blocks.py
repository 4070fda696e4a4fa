"""Layers as blocks."""

from __future__ import annotations

import random
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


def chain(count: int, *skips: tuple[int, int]) -> Network:
    """Layers of three nodes behind each other, and whole matrices that skip some of them."""
    layers = [[f"n{layer}_{n}" for n in range(3)] for layer in range(count)]
    kinds = ["input", *["hidden"] * (count - 2), "output"]
    nodes = [(id, kind) for ids, kind in zip(layers, kinds, strict=True) for id in ids]
    steps = [(at, at + 1) for at in range(count - 1)]
    edges = [
        (source, target, {"weight": 1.0})
        for start, end in [*steps, *skips]
        for source in layers[start]
        for target in layers[end]
    ]
    return spec(nodes, edges)


def arrows(network: Network) -> list[tuple[int, int, str]]:
    view = draw.prepare(network, collapse=True).view
    return [(edge.source, edge.target, edge.label) for edge in view.edges]


def test_layers_that_skip_some_are_no_chain() -> None:
    """Each layer is fed by the two before it: one block for all of them would hide half of it."""
    network = chain(8, *[(at, at + 2) for at in range(6)])
    steps = [(at, at + step) for at in range(7) for step in (1, 2) if at + step < 8]
    assert arrows(network) == [(*ends, "3 × 3") for ends in steps]


def test_a_layer_that_others_read_is_no_inner_part_of_a_fold() -> None:
    view = draw.prepare(chain(8, (2, 7)), collapse=True).view
    assert [node.lines[1].text for node in view.nodes].count("× 4") == 1
    assert arrows(chain(8, (2, 7))) == [
        (0, 1, "3 × 3"), (1, 2, "3 × 3"), (2, 3, "3 × 3"), (2, 4, "3 × 3"), (3, 4, "3 × 3")
    ]  # fmt: skip


def test_a_part_may_skip_inside_itself() -> None:
    """Pairs of layers, each fed by the one before, the second by the layer before the pair."""
    network = chain(10, *[(at, at + 2) for at in range(1, 9, 2)])
    assert len(arrows(network)) == 9 + 4


def test_a_lone_edge_between_layers_is_no_matrix() -> None:
    network = spec(
        [("x1", "input"), ("x2", "input"), ("h1", "hidden"), ("h2", "hidden"), ("y", "output")],
        [("x1", "h1"), ("h1", "y"), ("h2", "y"), ("x2", "h2"), ("x1", "y")],
    )
    assert (0, 2, "1 edge") in arrows(network)


def test_the_strongest_are_chosen_among_what_is_drawn_one_by_one() -> None:
    network, _ = gallery("iris")
    with pytest.raises(DrawingError, match=r"and there is none; leave it out$"):
        draw.prepare(network, collapse="h", top=2)
    view = draw.prepare(layers(3, 3, 3, 2), collapse="h1", top=2).view
    assert len([edge for edge in view.edges if edge.source < 8 and edge.target < 8]) == 2
    assert view.footnotes == ("the 2 strongest of 6 weights",)


def test_a_block_beside_a_focus_has_its_edges_alone() -> None:
    network = layers(3, 3, 3, 2)
    view = draw.prepare(network, collapse="h1", focus="y1").view
    assert not any("block" in node.kind for node in view.nodes)
    view = draw.prepare(network, collapse="h1", focus="h22").view
    assert [edge.label for edge in view.edges if "×" in edge.label] == ["1 × 3"]
