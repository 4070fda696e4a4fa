"""The part of a network that a picture shows."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from deepgraph import draw
from deepgraph.errors import DrawingError
from deepgraph.graph.kinds import BIAS
from tests.support.drawn import layers, shown
from tests.support.picture import (
    Picture,
    gallery,
    spec,
)
from tests.support.texts import as_set


def nodes_of(svg: bytes) -> list[str]:
    return [node.texts[0] for node in Picture(svg.decode()).nodes]


def test_a_focus_shows_what_feeds_a_node_and_what_it_feeds() -> None:
    network, _ = gallery("iris")
    shown = nodes_of(draw.render(network, focus="h3"))
    inputs, outputs = network.input_names, network.output_names
    assert sorted(shown) == sorted([*inputs, "h3", *outputs])
    [h3] = [n for n in draw.prepare(network, focus="h3").view.nodes if n.name == "h3"]
    assert [bias.label for bias in h3.biases] == ["b1[3] = −4.846"]


def test_the_strongest_edges() -> None:
    network, _ = gallery("iris")
    picture = Picture(draw.render(network, top=5).decode())
    weights = sorted(abs(float(network.weights[e])) for e in picture_edges(picture, network))
    weighted = network.edge_parameter >= 0
    assert weights == sorted(abs(network.weights[weighted]).tolist())[-5:]
    remark = "the 5 strongest of 56 weights, and biases as strong"
    assert remark in [word.text for word in picture.words]


def test_biases_are_shown_if_they_are_as_strong_as_the_weakest_edge() -> None:
    network, _ = gallery("iris")
    view = draw.prepare(network, top=5).view
    least = sorted(abs(float(w)) for w in network.weights[network.edge_parameter >= 0])[-5]
    names = {network.ids[n]: n for n in range(len(network.ids))}
    strong = {n for n in network.ids if network.kind[names[n]] == BIAS}
    strong = {n for n in strong if abs(network.bias_value(names[n])) >= least}
    shown = [bias for node in view.nodes for bias in node.biases]
    assert 0 < len(shown) == len(strong) < 11


def test_a_part_of_an_irregular_network_keeps_its_order() -> None:
    network, _ = gallery("irregular")
    whole = places(draw.prepare(network))
    for part in ({"top": 4}, {"top": 9}, {"focus": "m"}, {"focus": "x3"}, {"max_width": 3}):
        found = places(draw.prepare(network, **part))
        for one, other in combinations(found, 2):
            if whole[one][0] < whole[other][0] - 1:
                assert found[one][0] < found[other][0], part
            if abs(whole[one][0] - whole[other][0]) < 1:
                above = whole[one][1] < whole[other][1]
                assert (found[one][1] < found[other][1]) == above, part


def places(drawing: Any) -> dict[str, tuple[float, float]]:
    boxes = zip(drawing.view.nodes, drawing.layout.boxes, strict=True)
    return {node.name: (box.x, box.y) for node, box in boxes if node.role != "more"}


def test_a_picture_says_how_many_nodes_it_leaves_out() -> None:
    inputs = [(f"x{number}", "input") for number in range(18)]
    network = spec([*inputs, ("y", "output")], [(name, "y") for name, _ in inputs])
    notes = draw.prepare(network).view.footnotes
    assert notes == ("7 nodes not shown: no more than 12 places a layer (max-width)",)
    assert draw.prepare(network, max_width=18).view.footnotes == ()


def picture_edges(picture: Picture, network: Any) -> list[int]:
    """The numbers of the weighted edges that a picture shows."""
    return [a.number for a in picture.arrows if network.edge_parameter[a.number] >= 0]


def test_a_wide_layer_shows_its_first_and_last() -> None:
    network, _ = gallery("digits")
    svg = draw.render(network, max_width=5)
    names = network.input_names
    assert nodes_of(svg)[:4] == [as_set(name) for name in (*names[:2], *names[-2:])]
    texts = [word.text for word in Picture(svg.decode()).words]
    assert {"60 more", "28 more", "6 more"} <= set(texts)


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ((3000, 1), r"^3,001 nodes and 3,000 edges make a picture that nobody can read; "),
        ((332, 332), r"^664 nodes and 110,224 edges .*collapse=True.*max_width=12.*focus=ID"),
    ],
)
def test_what_nobody_can_read_is_refused(sizes: tuple[int, ...], message: str) -> None:
    network = layers(*sizes)
    with pytest.raises(DrawingError, match=message):
        draw.render(network, max_width=5000)
    assert len(shown(network).nodes) <= 22
    assert len(shown(network, collapse=True).nodes) == 2


def test_a_wide_layer_shows_its_first_and_last_nodes() -> None:
    picture = shown(layers(20, 1), max_width=7)
    assert [node.texts for node in picture.nodes] == [
        *([f"x{number}"] for number in (1, 2, 3, 18, 19, 20)),
        ["y"],
    ]
    assert {"⋮", "14 more"} <= set(picture.texts)
    assert len(picture.arrows) == 6
    assert picture.child("desc").startswith("20 inputs, ")


def test_the_strongest_edges_are_those_between_nodes_that_are_shown() -> None:
    inputs = [(f"x{number}", "input") for number in range(18)]
    weights = [(name, "y", {"weight": 100 - abs(n - 9)}) for n, (name, _) in enumerate(inputs)]
    view = draw.prepare(spec([*inputs, ("y", "output")], weights), top=3).view
    assert len(view.edges) == 3
    assert view.footnotes[-1] == "the 3 strongest of 11 weights shown"


def test_what_is_shared_is_so_in_the_picture() -> None:
    nodes = [("x", "input"), ("g", "hidden"), ("h", "hidden"), ("y", "output")]
    edges = [(one, other, {"label": "w"}) for one, other in (("x", "g"), ("g", "h"), ("h", "y"))]
    network = spec(nodes, edges)
    assert draw.prepare(network).view.notes == ("shared parameter: w",)
    assert draw.prepare(network, focus="x").view.notes == ()
