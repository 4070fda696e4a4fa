"""Where things stand, measured in the finished SVG: nothing overlaps, nothing is cut off."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from deepgraph import draw
from tests.support.odd import ODD, VALUES
from tests.support.picture import (
    GALLERY,
    Picture,
    gallery,
    gallery_picture,
    overlap,
)

DESCENDING = set("gjpqyQ,;()[]{}|_@$µçβγζημξρςφχψ")


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
            if word is node.words[0] and not overlap(word.room, node.box):
                continue  # a long name beside its node
            assert (word.room.min(axis=0) >= low).all(), word.text
            assert (word.room.max(axis=0) <= high).all(), word.text
            if np.ptp(np.linalg.norm(node.outline - node.middle, axis=1)) < 0.1:  # a circle
                room = word.room.copy()
                if not set(word.text) & DESCENDING:  # nothing stands below the baseline
                    room[2:, 1] = float(word.element.get("y", "0")) + 0.02 * np.ptp(room[:, 1])
                corners = np.linalg.norm(room - node.middle, axis=1)
                assert corners.max() <= (high - low)[0] / 2 + 1, word.text


def test_nothing_is_cut_off(picture: Picture) -> None:
    parts = [(word.text, word.room) for word in picture.words]
    parts += [(node.tip, node.outline) for node in picture.nodes]
    parts += [(arrow.tip, arrow.line) for arrow in picture.arrows]
    page = np.array([picture.width, picture.height])
    assert [name for name, points in parts if points.min() < 0 or (points > page).any()] == []


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
