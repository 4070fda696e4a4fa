"""Irregular networks: levels, few crossings, straight rows, biases at their nodes."""

from __future__ import annotations

import itertools
import statistics
import time

import numpy as np
import pytest

from deepgraph import draw
from tests.support.irregular_measure import Laid, of, ours
from tests.support.irregular_networks import EACH, KINDS, irregular_networks
from tests.support.picture import SKIPPING, gallery, gallery_picture, spec

SKIPS = [("x1", "b"), ("x1", "d"), ("x1", "c"), ("d", "y"), ("x0", "y"), ("a", "c")]
CROSSINGS = 1_512
"""Of ELK layered over the same networks and boxes, inputs first; see tests/benchmarks/layout.py."""


@pytest.fixture(scope="module")
def laid() -> dict[str, Laid]:
    """The pictures of 70 networks, without labels on edges, whose places change nothing here."""
    return {name: ours(net, weights="none") for name, net in irregular_networks().items()}


def test_there_are_enough_networks(laid: dict[str, Laid]) -> None:
    assert len(laid) == EACH * len(KINDS) >= 60


def test_no_more_crossings_than_elk(laid: dict[str, Laid]) -> None:
    assert sum(picture.crossings for picture in laid.values()) <= CROSSINGS


def test_inputs_stand_in_one_column_in_the_order_of_the_file(laid: dict[str, Laid]) -> None:
    assert {name: p.out_of_order for name, p in laid.items() if p.out_of_order} == {}


def test_no_edge_runs_through_a_foreign_node_or_a_bias(laid: dict[str, Laid]) -> None:
    assert {name: p.through for name, p in laid.items() if p.through} == {}


def test_few_heads_lie_upon_each_other(laid: dict[str, Laid]) -> None:
    """Without moving them apart, 253 of 2,143 pairs were nearer than the width of a head."""
    distances = [px for picture in laid.values() for px in picture.head_distances]
    assert len(distances) > 2_000
    assert sum(px < 11 for px in distances) <= 90


def test_biases_stand_at_their_nodes(laid: dict[str, Laid]) -> None:
    distances = [px for picture in laid.values() for px in picture.bias_distances]
    assert len(distances) > 200
    assert statistics.median(distances) <= 40
    assert max(distances) <= 60


def test_signals_run_from_left_to_right(laid: dict[str, Laid]) -> None:
    for picture in laid.values():
        for source, target in picture.ends:
            assert picture.boxes[source, 0] < picture.boxes[target, 0]


@pytest.mark.parametrize("name", SKIPPING)
def test_the_gallery_runs_from_left_to_right(name: str) -> None:
    network, _ = gallery(name)
    picture = gallery_picture(name)
    places = {node.number: node.middle[0] for node in picture.nodes}
    for source, target in zip(network.source.tolist(), network.target.tolist(), strict=True):
        if source in places:
            assert places[source] < places[target]


@pytest.mark.parametrize("direction", ["right", "down"])
def test_the_longest_chain_stands_on_one_row(direction: str) -> None:
    chain = ["x0", "a", "b", "c", "y"]
    nodes = [("x0", "input"), ("x1", "input"), *((n, "hidden") for n in "abcd"), ("y", "output")]
    edges = [(s, t, {"weight": 1.0}) for s, t in itertools.pairwise(chain)]
    edges += [(s, t, {"weight": 1.0}) for s, t in SKIPS]
    drawing = draw.prepare(spec(nodes, edges), direction=direction)
    assert not drawing.view.layered
    keys = {
        node.lines[0].text: box
        for node, box in zip(drawing.view.nodes, drawing.layout.boxes, strict=True)
    }
    across = [keys[name].x if direction == "down" else keys[name].y for name in chain]
    assert np.ptp(across) < 0.01


def test_of_two_longest_chains_the_one_with_fewer_climbs_is_on_one_row() -> None:
    """x feeds a to e, of which c stands in the middle, and the first in the file at the top."""
    nodes = [("x", "input"), *((name, "hidden") for name in "abcde"), ("y", "output")]
    pairs = [*(("x", name) for name in "abcde"), *((name, "y") for name in "abcde")]
    drawing = draw.prepare(
        spec(nodes, [*((s, t, {"weight": 1.0}) for s, t in pairs), ("x", "y", {"weight": 1.0})])
    )
    places = dict(zip("xabcdey", (box.y for box in drawing.layout.boxes), strict=True))
    assert places["x"] == places["y"] == sorted(places[name] for name in "abcde")[2]


def test_parallel_parts_without_inputs_and_single_nodes() -> None:
    lonely = spec(
        [("x", "input"), ("z", "input"), ("a", "hidden"), ("b", "hidden"), ("y", "output")],
        [
            ("x", "a", {"weight": 1.0}),
            ("a", "b", {"weight": 2.0}),
            ("b", "y", {"weight": 1.0}),
            ("x", "y", {"weight": 3.0}),
        ],
    )
    picture = of(draw.prepare(lonely))
    assert picture.out_of_order == 0
    assert picture.crossings == picture.through == 0


def test_the_same_picture_every_time_and_soon() -> None:
    network = irregular_networks()["random 3"]
    first = draw.render(network, weights="none")
    begin = time.perf_counter()
    again = draw.render(network, weights="none")
    assert time.perf_counter() - begin < 1.5  # 0.4 s on an idle machine
    assert again == first
