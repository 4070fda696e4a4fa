"""The ends of edges at their nodes, and straight lines between columns."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from deepgraph import draw
from deepgraph.draw.layout.records import Box, Text
from deepgraph.draw.layout.routes import (
    APART,
    CORNER,
    LEAVES,
    SHORT,
    blocked,
    border_points,
    straight_lines,
)
from deepgraph.draw.view.records import EdgeView, Line, NodeView, View
from deepgraph.graph.kinds import BIAS
from tests.support.odd import MADE, ODD
from tests.support.picture import (
    GALLERY,
    LAYERED,
    Picture,
    distance,
    gallery,
    gallery_picture,
)

BORDER = 4.0
"""How far an edge may end from the border of its nodes, in px."""

if TYPE_CHECKING:
    from deepgraph.draw.layout.geometry import Point
    from deepgraph.network import Network


ROUNDED = 6.0
"""The same where a rounded corner draws back from its box."""


def ends(network: Network, picture: Picture) -> list[tuple[str, float, float]]:
    """Of each edge how far it begins and ends from the borders of its nodes."""
    found = []
    nodes = {node.number: node for node in picture.nodes}
    for arrow in picture.arrows:
        for node, point in (
            (nodes[network.source[arrow.number]], arrow.line[0]),
            (nodes[network.target[arrow.number]], arrow.line[-1]),
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
    weighted = np.flatnonzero(network.kind[network.source] != BIAS)  # biases are pills
    assert [arrow.number for arrow in picture.arrows] == weighted.tolist()
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


SOURCE = Box(0.0, 0.0, 50.0, 50.0, "circle")
SQUARE = Box(0.0, 0.0, 80.0, 40.0, "box")


def drawn(boxes: list[Box], *edges: tuple[int, int], down: bool = False) -> list[list[Point]]:
    """The lines of some edges between boxes."""
    nodes = tuple(NodeView(f"n{n}", "hidden", 0, ()) for n in range(len(boxes)))
    views = tuple(EdgeView(f"e{n}", *edge) for n, edge in enumerate(edges))
    return straight_lines(View("", "", True, nodes, views, ()), boxes, down=down)


@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize("place", [(200.0, 0.0), (100.0, -1000.0), (100.0, 90.0), (0.0, 200.0)])
def test_an_edge_aims_at_the_middles_of_circles(place: tuple[float, float], down: bool) -> None:
    target = Box(*place, 50.0, 50.0, "circle")
    [[start, end]] = drawn([SOURCE, target], (0, 1), down=down)
    for x, y in (start, end):
        assert x * place[1] == pytest.approx(y * place[0])
    assert math.hypot(*start) == pytest.approx(25 + LEAVES)
    assert math.dist(end, place) == pytest.approx(25 + SHORT)


@pytest.mark.parametrize("down", [False, True])
def test_edges_arrive_apart_at_a_box(down: bool) -> None:
    """Seen from afar all would aim at one corner."""
    far = [Box(-900.0, 400.0 + n, 50.0, 50.0, "circle") for n in range(4)]
    box = Box(0.0, 0.0, 80.0, 80.0, "box")
    if down:
        far = [replace(b, x=b.y, y=b.x) for b in far]
    curves = drawn([*far, box], *((n, 4) for n in range(4)), down=down)
    ends = [(y, x) if down else (x, y) for _, (x, y) in curves]
    assert {x for x, _ in ends} == {-40 - SHORT}
    across = [y for _, y in ends]
    assert across == sorted(across)
    assert np.diff(across) == pytest.approx([APART] * 3)
    assert across[-1] <= 40 - CORNER


def test_many_edges_share_the_side_of_a_box() -> None:
    far = [Box(-900.0, 400.0 + n, 50.0, 50.0, "circle") for n in range(30)]
    curves = drawn([*far, SQUARE], *((n, 30) for n in range(30)))
    across = [end[1] for _, end in curves]
    assert np.diff(across) == pytest.approx([2 * (20 - CORNER) / 29] * 29)


@pytest.mark.parametrize("towards", [(500.0, 20.0), (0.0, 30.0), (-3.0, -300.0), (80.0, 40.0)])
@pytest.mark.parametrize("box", [SOURCE, SQUARE], ids=["circle", "box"])
def test_the_line_to_a_point_leaves_at_the_border(box: Box, towards: tuple[float, float]) -> None:
    far = Box(*towards, 1.0, 1.0, "circle")
    [(x, y)], [clear] = (border_points([box, far], [0], [1], px).tolist() for px in (0.0, 2.0))
    assert x * towards[1] == pytest.approx(y * towards[0])
    if box.form == "circle":
        assert math.hypot(x, y) == pytest.approx(25)
    else:
        assert max(abs(x) / 40, abs(y) / 20) == pytest.approx(1)
    assert math.dist(clear, (x, y)) == pytest.approx(2)


def test_an_edge_that_runs_through_a_foreign_node_is_found() -> None:
    nodes = tuple(NodeView(f"n{n}", "hidden", n, (Line("h", "name"),)) for n in range(3))
    edges = (EdgeView("e0", 0, 2), EdgeView("e1", 0, 1))
    view = View("", "", True, nodes, edges, ())
    boxes = [Box(100.0 * n, 0.0, 40.0, 40.0, "circle") for n in range(3)]
    curves = [[(20.0, 0.0), (180.0, 0.0)], [(20.0, 0.0), (80.0, 0.0)]]
    assert blocked(view, boxes, curves, []) == [0]
    assert blocked(view, boxes, curves, [Text("h = [1]", 50.0, 0.0, 13.0)]) == [0, 1]
    boxes[1] = Box(100.0, 60.0, 40.0, 40.0, "circle")
    assert blocked(view, boxes, curves, []) == []
