"""Where things stand, measured in the finished SVG: nothing overlaps, nothing is cut off."""

from __future__ import annotations

import json
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from deepgraph import draw
from deepgraph.graph.shape import columns
from deepgraph.loading import loads
from tests.support.picture import (
    GALLERY,
    LAYERED,
    SKIPPING,
    Picture,
    distance,
    gallery,
    gallery_picture,
    overlap,
    spec,
)

if TYPE_CHECKING:
    from deepgraph.network import Network

BORDER = 3.0
"""How far an edge may end from the border of its nodes, in px."""
ROUNDED = 6.0
"""The same where a rounded corner draws back from its box."""


def long_ids() -> Network:
    return spec(
        [("sepal length in centimetres", "input"), ("h" * 60, "hidden"), ("y", "output")],
        [
            ("sepal length in centimetres", "h" * 60, {"label": "w", "weight": 1}),
            ("h" * 60, "y", {"label": "a weight with a long name", "weight": -1.25}),
        ],
    )


def many_inputs() -> Network:
    return spec(
        [
            *((f"x{i}", "input") for i in range(12)),
            ("b", "bias", {"value": 1.5}),
            ("y", "output", {"activation": "sigmoid"}),
        ],
        [*((f"x{i}", "y", {"label": f"w{i}", "weight": i - 5.5}) for i in range(12)), ("b", "y")],
    )


def shared_biases() -> Network:
    return spec(
        [
            ("x1", "input"),
            ("x2", "input"),
            ("b", "bias", {"value": 0.5}),
            ("one", "bias"),
            *((f"h{i}", "hidden", {"activation": "tanh"}) for i in (1, 2)),
            *((f"y{i}", "output") for i in (1, 2)),
        ],
        [
            ("x1", "h1", {"label": "w", "weight": -1.25}),
            ("x2", "h1", {"label": "w"}),
            ("x1", "h2", {"label": "v", "weight": 3}),
            ("x2", "h2", {"label": "v"}),
            ("b", "h1"),
            ("b", "h2"),
            ("h1", "y1", {"label": "a", "weight": 1}),
            ("h2", "y2", {"label": "b1", "weight": 2}),
            ("one", "y1", {"label": "c1", "weight": 4}),
            ("one", "y2", {"label": "c2", "weight": -4}),
        ],
    )


def wide_footnotes(*, skip: bool = False) -> Network:
    """Groups that feed several nodes, whose notes are wider than the picture."""
    return spec(
        [("x", "input"), ("h1", "hidden"), ("h2", "hidden"), ("y", "output")],
        [
            ("x", "h1", {"label": "the first of the weights", "weight": -1.25}),
            ("x", "h2", {"label": "the second of the weights", "weight": 1.25}),
            ("h1", "y", {"label": "the third of the weights", "weight": 3}),
            ("h2", "y"),
            *([("x", "y")] if skip else []),
        ],
        groups={
            f"a group with a very long name, number {number} {'and more ' * 12}": [
                "the first of the weights",
                "the second of the weights",
            ]
            for number in (1, 2)
        },
    )


def irregular_groups() -> Network:
    """Skip edges, and a group of the many weights into the last node."""
    return spec(
        [
            *((name, "input") for name in ("x1", "x2")),
            *((name, "hidden", {"activation": "tanh"}) for name in ("h1", "h2", "h3")),
            ("b", "bias", {"value": 1}),
            ("y", "output"),
        ],
        [
            ("x1", "h1", {"label": "w1", "weight": 1.234}),
            ("x2", "h1", {"label": "w2", "weight": -1.234}),
            ("x1", "h2", {"label": "w3", "weight": 0.12345}),
            ("h1", "h2", {"label": "w4", "weight": 7}),
            ("x2", "h3", {"label": "w5", "weight": 0.54321}),
            ("h1", "y", {"label": "w6", "weight": 1.2345}),
            ("h2", "y", {"label": "w7", "weight": -1.2345}),
            ("x1", "y", {"label": "w8", "weight": 3.33}),
            ("h3", "y", {"label": "w9", "weight": 3.33}),
            ("b", "y"),
        ],
        groups={"w12": ["w1", "w2"], "w6789": ["w6", "w7", "w8", "w9"]},
    )


def dense() -> Network:
    content = [
        {"id": "x", "size": 4},
        {"id": "h", "size": 6, "activation": "relu", "weights": "W1", "bias": "b1"},
        {"id": "y", "size": 3, "activation": "softmax", "weights": "W2", "bias": "b2"},
    ]
    return loads(json.dumps({"deepgraph": 1, "layers": content})).initialised(3)


MADE = {
    "one edge": spec([("x", "input"), ("y", "output")], [("x", "y", {"label": "w", "weight": 2})]),
    "a wire": spec([("x", "input"), ("y", "output")], [("x", "y")]),
    "uninitialised": spec(
        [("x", "input"), ("b1", "bias"), ("h", "hidden", {"activation": "relu"}), ("y", "output")],
        [("x", "h", {"label": "w1"}), ("b1", "h"), ("h", "y", {"weight": None})],
    ),
    "long ids": long_ids(),
    "twelve inputs": many_inputs(),
    "shared biases": shared_biases(),
    "dense": dense(),
    "wide footnotes": wide_footnotes(),
}
ODD = {
    **MADE,
    "irregular, wide footnotes": wide_footnotes(skip=True),
    "irregular, groups": irregular_groups(),
}
VALUES = [None, 0.5, -123456.0, 1e300]


@pytest.fixture(
    scope="module",
    params=[*GALLERY, *((name, value) for name in ODD for value in VALUES)],
    ids=str,
)
def picture(request: pytest.FixtureRequest) -> Picture:
    """Each picture of the gallery, and odd ones with and without values."""
    if isinstance(request.param, str):
        return gallery_picture(request.param)
    name, value = request.param
    network = ODD[name]
    if value is None or len(network.parameters.missing):
        return Picture(draw.render(network))
    trace = network.trace({key: value * (-1) ** i for i, key in enumerate(network.input_names)})
    return Picture(draw.render(network, trace))


# --- any network -----------------------------------------------------------------------------


def test_nodes_stand_apart(picture: Picture) -> None:
    touching = [(a.tip, b.tip) for a, b in combinations(picture.nodes, 2) if overlap(a.box, b.box)]
    assert touching == []


def test_words_stand_apart(picture: Picture) -> None:
    touching = [
        (a.text, b.text) for a, b in combinations(picture.outside, 2) if overlap(a.room, b.room)
    ]
    touching += [
        (node.tip, a.text, b.text)
        for node in picture.nodes
        for a, b in combinations(node.words, 2)
        if overlap(a.room, b.room)
    ]
    assert touching == []


def test_no_word_lies_on_a_node(picture: Picture) -> None:
    touching = [
        (word.text, node.tip)
        for word in picture.outside
        for node in picture.nodes
        if overlap(word.room, node.box)
    ]
    assert touching == []


def test_words_fit_into_their_nodes(picture: Picture) -> None:
    for node in picture.nodes:
        low, high = node.box.min(axis=0), node.box.max(axis=0)
        for word in node.words:
            assert (word.room.min(axis=0) >= low).all(), word.text
            assert (word.room.max(axis=0) <= high).all(), word.text
            if np.ptp(np.linalg.norm(node.outline - node.middle, axis=1)) < 0.1:  # a circle
                corners = np.linalg.norm(word.room - node.middle, axis=1)
                # The room below the baseline is empty beneath figures.
                assert corners.max() <= (high - low)[0] / 2 + 1, word.text


def test_nothing_is_cut_off(picture: Picture) -> None:
    parts = [(word.text, word.room) for word in picture.words]
    parts += [(node.tip, node.outline) for node in picture.nodes]
    parts += [(arrow.tip, arrow.line) for arrow in picture.arrows]
    page = np.array([picture.width, picture.height])
    assert [name for name, points in parts if points.min() < 0 or (points > page).any()] == []


# --- edges -------------------------------------------------------------------------------------


def ends(network: Network, picture: Picture) -> list[tuple[str, float, float]]:
    """Of each edge how far it begins and ends from the borders of its nodes."""
    found = []
    for number, arrow in enumerate(picture.arrows):
        for node, point in (
            (picture.nodes[network.source[number]], arrow.line[0]),
            (picture.nodes[network.target[number]], arrow.line[-1]),
        ):
            around = np.concatenate([node.box, node.box[:1]])
            outline = np.concatenate([node.outline, node.outline[:1]])
            near = distance(point, outline)
            found.append((arrow.tip, min(near, distance(point, around)), near))
    return found


@pytest.mark.parametrize("name", GALLERY)
def test_edges_end_at_their_nodes(name: str) -> None:
    network, _ = gallery(name)
    picture = gallery_picture(name)
    assert len(picture.arrows) == len(network.source)
    off = [end for end in ends(network, picture) if end[1] > BORDER or end[2] > ROUNDED]
    assert off == []


@pytest.mark.parametrize("name", ODD)
def test_edges_end_at_their_nodes_in_odd_pictures(name: str) -> None:
    picture = Picture(draw.render(ODD[name]))
    off = [end for end in ends(ODD[name], picture) if end[1] > BORDER or end[2] > ROUNDED]
    assert off == []


@pytest.mark.parametrize("name", [*LAYERED, *MADE])
def test_edges_between_columns_are_straight(name: str) -> None:
    picture = gallery_picture(name) if name in LAYERED else Picture(draw.render(MADE[name]))
    for arrow in picture.arrows:
        first, last = arrow.line[0], arrow.line[-1]
        bend = max(distance(point, np.array([first, last])) for point in arrow.line)
        assert bend < 0.1, arrow.tip


# --- columns -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*LAYERED, *MADE])
def test_columns_in_the_order_of_the_file(name: str) -> None:
    network = gallery(name)[0] if name in LAYERED else MADE[name]
    picture = gallery_picture(name) if name in LAYERED else Picture(draw.render(network))
    column = columns(network)
    middles = []
    for number in range(int(column.max()) + 1):
        nodes = [picture.nodes[node].middle for node in np.flatnonzero(column == number)]
        x, y = np.array(nodes).T
        assert np.ptp(x) < 0.1
        assert (np.diff(y) > 0).all()
        middles.append((x[0], y.mean()))
    x, y = np.array(middles).T
    assert (np.diff(x) > 0).all()
    assert np.ptp(y) < 0.1, "the columns are centred"


@pytest.mark.parametrize("name", SKIPPING)
def test_irregular_networks_run_from_left_to_right(name: str) -> None:
    network, _ = gallery(name)
    picture = gallery_picture(name)
    inner = [node.kind != "bias" for node in picture.nodes]
    for source, target in zip(network.source, network.target, strict=True):
        if inner[source]:
            assert picture.nodes[source].middle[0] < picture.nodes[target].middle[0]


@pytest.mark.parametrize("name", GALLERY)
def test_a_label_stands_by_its_edge(name: str) -> None:
    network, _ = gallery(name)
    picture = gallery_picture(name)
    by_label: dict[str, list[Any]] = {}
    for word in picture.outside:
        by_label.setdefault(word.text.split(" ")[0], []).append(word.middle)
    for number, arrow in enumerate(picture.arrows):
        if network.edge_parameter[number] < 0 or name == "digits":
            continue
        label = network.parameters.name(int(network.edge_parameter[number]))
        assert min(distance(place, arrow.line) for place in by_label[label]) < 60, label


@pytest.mark.parametrize("name", ["deep_state", "mazur", "xor", "irregular"])
def test_nodes_do_not_move_between_inputs(name: str) -> None:
    network, _ = gallery(name)
    rows = np.random.default_rng(1).uniform(1, 5, (4, len(network.inputs)))
    trace = network.trace(rows)
    places = [
        np.array([node.middle for node in Picture(draw.render(network, trace, row=row)).nodes])
        for row in range(trace.rows)
    ]
    for other in places[1:]:
        np.testing.assert_allclose(other, places[0], atol=0.1)
