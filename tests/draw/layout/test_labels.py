"""Labels stand on their own edges: level, in one column, and on no crossing."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from deepgraph import draw
from deepgraph.draw.layout.geometry import Rectangles, Segments, polyline
from deepgraph.draw.layout.label_places import FORBIDDEN, Room, Wish, along_edges
from deepgraph.draw.layout.labels import place_labels
from deepgraph.draw.layout.records import Box
from deepgraph.draw.view.records import EdgeView, NodeView, View
from deepgraph.edit.templates import dense
from deepgraph.network import Network
from tests.support.picture import GALLERY, LAYERED, distance, gallery, overlap

if TYPE_CHECKING:
    from deepgraph.draw.layout.records import Layout, Text

SMALL = [name for name in LAYERED if name != "digits"]


def laid_out(name: str, **options: object) -> tuple[View, Layout]:
    network, trace = gallery(name)
    few = {"max_width": 6} if name == "digits" else {}
    drawing = draw.prepare(network, trace, **few, **options)
    return drawing.view, drawing.layout


def corners(label: Text) -> np.ndarray:
    """(4, 2) of the room of a label."""
    x, y, width, height = label.room
    turn = np.radians(label.angle)
    flat = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * [width / 2, height / 2]
    matrix = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return np.asarray(flat @ matrix + [x, y])


@pytest.mark.parametrize("direction", ["right", "down"])
@pytest.mark.parametrize("name", GALLERY)
def test_a_label_is_centred_on_its_own_edge(name: str, direction: str) -> None:
    view, layout = laid_out(name, direction=direction)
    for edge, curve, label in zip(view.edges, layout.curves, layout.labels, strict=True):
        assert (label is None) == (edge.label == "")
        if label is not None:
            assert label.text == edge.label
            assert distance(np.array([label.x, label.y]), polyline(list(curve))) < 0.1


def in_column(layout: Layout, numbers: list[int]) -> list[int]:
    """The edges whose labels stand in one column; no line meets the label of any other."""
    segments = Segments.of([polyline(list(curve)) for curve in layout.curves])
    labels = {number: label for number in numbers if (label := layout.labels[number])}
    places = np.array([label.x for label in labels.values()])
    column = places[np.argmax((np.abs(places[:, None] - places) < 0.1).sum(axis=1))]
    for number, label in labels.items():
        if abs(label.x - column) > 0.1:
            hit, _ = segments.crossings(Rectangles.upright([label.room]))
            assert not (hit[0] & (segments.edge != number)).any()
    return [number for number, label in labels.items() if abs(label.x - column) < 0.1]


@pytest.mark.parametrize("name", SMALL)
def test_labels_are_level_and_those_of_a_gap_stand_in_one_column(name: str) -> None:
    """All but those of a dense layer that a foreign line would meet there."""
    view, layout = laid_out(name)
    by_gap: dict[int, list[int]] = {}
    for number, (edge, label) in enumerate(zip(view.edges, layout.labels, strict=True)):
        if label is not None:
            assert label.angle == 0
            by_gap.setdefault(view.nodes[edge.source].column, []).append(number)
    assert by_gap
    for numbers in by_gap.values():
        least = len(numbers) if name != "iris" else len(numbers) / 4
        assert len(in_column(layout, numbers)) >= least


@pytest.mark.parametrize("sizes", [[3, 3], [4, 8, 3], [8, 3], [6, 6]])
def test_labels_of_a_dense_layer_are_one_column_in_even_distances(sizes: list[int]) -> None:
    """All but those that a foreign line would meet there."""
    network = Network(dense(sizes, "tanh")).initialised(1)
    drawing = draw.prepare(network, weights="value")
    view, layout = drawing.view, drawing.layout
    for first in range(len(sizes) - 1):
        every = [
            number
            for number, edge in enumerate(view.edges)
            if edge.label and view.nodes[edge.source].column == first
        ]
        assert len(every) == sizes[first] * sizes[first + 1]
        numbers = in_column(layout, every)
        assert len(numbers) >= len(every) / 4
        mine = [(view.edges[n], layout.labels[n]) for n in numbers]
        few = "source" if sizes[first] <= sizes[first + 1] else "target"
        by_node: dict[int, list[float]] = {}
        for edge, label in mine:
            assert label is not None
            by_node.setdefault(getattr(edge, few), []).append(label.y)
        groups = [sorted(ys) for _, ys in sorted(by_node.items())]
        steps = np.concatenate([np.diff(ys) for ys in groups])
        every = np.round(steps / steps.min())
        assert np.abs(steps - every * steps.min()).max() < 0.1 * every.max()
        # The last of one node and the first of the next are no closer.
        between = [after[0] - before[-1] for before, after in pairwise(groups)]
        assert min(between) > steps.min() - 0.1


@pytest.mark.parametrize("direction", ["right", "down"])
@pytest.mark.parametrize("name", GALLERY)
def test_no_label_stands_on_a_crossing_or_touches_another(name: str, direction: str) -> None:
    _, layout = laid_out(name, direction=direction)
    labels = [(n, label) for n, label in enumerate(layout.labels) if label is not None]
    for (_, one), (_, other) in combinations(labels, 2):
        assert not overlap(corners(one), corners(other)), (one.text, other.text)
    segments = Segments.of([polyline(list(curve)) for curve in layout.curves])
    first, second, points = segments.meetings(80.0)
    for number, label in labels:
        mine = points[(first == number) | (second == number)]
        away = np.abs(mine - [label.x, label.y])
        ink = np.array([label.room[2] - 5, label.size * 0.75]) / 2
        assert not (away < ink).all(axis=1).any(), label.text


def view_of(count: int, texts: list[str], edges: list[tuple[int, int]]) -> View:
    nodes = tuple(NodeView(f"n{n}", "hidden", n, ()) for n in range(count))
    views = tuple(
        EdgeView(f"e{n}", *ends, name=text)
        for n, (ends, text) in enumerate(zip(edges, texts, strict=True))
    )
    return View("", "", True, nodes, views, ())


def test_a_label_leaves_a_crossing_only_as_far_as_it_must() -> None:
    boxes = [Box(x, y, 20, 20, "circle") for x in (0.0, 600.0) for y in (0.0, 600.0)]
    view = view_of(4, ["w", ""], [(0, 3), (1, 2)])
    curves = [[(10.0, 10.0), (590.0, 590.0)], [(10.0, 590.0), (590.0, 10.0)]]
    [label, other], crowded, crossed = place_labels(
        view, boxes, curves, [], [Wish(580 / 2 * 2**0.5), None]
    )
    assert other is None
    assert (crowded, crossed) == ([], {})
    assert label is not None
    assert label.angle == 0
    assert label.room[3] / 2 < abs(label.y - 300) < 40


def test_a_label_on_a_crossing_costs_more_than_one_that_a_line_passes() -> None:
    """So that of two layouts, each with one such label, the better one is known."""
    found = []
    for turned in (0.0, 400.0):  # the short edge, and where another crosses it
        boxes = [Box(0, 0, 20, 20, "circle"), Box(160, 0, 20, 20, "circle")]
        boxes += [Box(80, -400, 20, 20, "circle"), Box(80 + turned, 400, 20, 20, "circle")]
        curves = [[(10.0, 0.0), (150.0, 0.0)], [(80.0, -390.0), (80.0 + turned, 390.0)]]
        _, crowded, crossed = place_labels(
            view_of(4, ["w1 = 0.123", ""], [(0, 1), (2, 3)]), boxes, curves, []
        )
        assert (crowded, [*crossed]) == ([], [0] if not turned else [])
        found += crossed.values()
    assert found[0] >= 15000


def test_a_label_is_turned_only_where_level_does_not_fit() -> None:
    """Beside a steep line stand two others, so that a level label would lie on them."""
    boxes = [Box(x, y, 10, 10, "circle") for y in (0.0, 700.0) for x in (0.0, 14.0, 28.0)]
    curves = [[(x, 10.0), (x + 60, 690.0)] for x in (0.0, 16.0, 32.0)]
    edges = [(n, n + 3) for n in range(3)]
    labels, crowded, _ = place_labels(view_of(6, ["", "weight", ""], edges), boxes, curves, [])
    assert crowded == []
    assert labels[1] is not None
    assert labels[1].angle == pytest.approx(np.degrees(np.arctan2(680, 60)), abs=0.1)
    far = [[(x * 9, 10.0), (x * 9 + 60, 690.0)] for x in (0.0, 16.0, 32.0)]
    apart = [Box(box.x * 9, box.y, 10, 10, "circle") for box in boxes]
    labels, _, _ = place_labels(view_of(6, ["", "weight", ""], edges), apart, far, [])
    assert labels[1] is not None
    assert labels[1].angle == 0


def test_a_label_without_any_place_is_reported() -> None:
    boxes = [Box(0.0, 0.0, 40, 40, "circle"), Box(60.0, 0.0, 40, 40, "circle")]
    view = view_of(2, ["a label that is far too long"], [(0, 1)])
    labels, crowded, _ = place_labels(view, boxes, [[(20.0, 0.0), (40.0, 0.0)]], [])
    assert labels[0] is not None
    assert crowded == [0]
    assert place_labels(view_of(2, [""], [(0, 1)]), boxes, [[(20.0, 0.0), (40.0, 0.0)]], []) == (
        [None],
        [],
        {},
    )


def test_the_same_picture_comes_out_every_time() -> None:
    network = Network(dense([5, 6, 4], "relu")).initialised(3)
    one, other = (draw.prepare(network, weights="both").layout for _ in range(2))
    assert one == other


def random_room(rng: np.random.Generator, label: int) -> Room:
    """A label on a straight line or on a curve; on some it has no place."""
    points = rng.uniform(0, rng.choice([20.0, 200.0, 800.0]), (rng.choice([2, 4, 7]), 2))
    line = polyline([(float(x), float(y)) for x, y in points])
    way = float(rng.uniform(0, 300))
    wishes = [None, Wish(way), Wish(way, reach=40.0), Wish(way, strict=False, start=way / 4)]
    size = float(rng.uniform(10, 90)), float(rng.uniform(8, 16))
    return Room(size, line, wishes[rng.integers(4)], bool(rng.random() < 0.3), label, 3 * label)


@pytest.mark.parametrize("step", [None, 4.0])
def test_labels_together_have_the_places_that_they_have_alone(step: float | None) -> None:
    rng, kinds = np.random.default_rng(0), np.zeros(3, int)
    for _ in range(150):
        rooms = [random_room(rng, label) for label in range(rng.integers(1, 12))]
        together = along_edges(rooms, step)
        alone = [along_edges([room], step) for room in rooms]
        for name in ("costs", "label", "edge"):
            expected = np.concatenate([getattr(places, name) for places in alone])
            assert np.array_equal(getattr(together, name), expected), name
        for field, found in zip(Rectangles._fields, together.rooms, strict=True):
            expected = np.concatenate([getattr(places.rooms, field) for places in alone])
            assert np.array_equal(found, expected), field
        turned, nowhere = together.rooms.sin != 0, together.costs >= FORBIDDEN
        kinds += [(~turned & ~nowhere).sum(), turned.sum(), nowhere.sum()]
    assert kinds.min() > 50  # level, turned, and without a place
