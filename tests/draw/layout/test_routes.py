"""The ends of edges at their nodes, and straight lines between columns."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from deepgraph import draw
from deepgraph.draw.layout.geometry import polyline
from deepgraph.draw.layout.records import Box, Text
from deepgraph.draw.layout.routes import around, blocked, border_point, port, straight
from deepgraph.draw.view.records import EdgeView, Line, NodeView, View
from tests.support.odd import MADE, ODD
from tests.support.picture import (
    GALLERY,
    LAYERED,
    Picture,
    distance,
    gallery,
    gallery_picture,
)

BORDER = 3.0
"""How far an edge may end from the border of its nodes, in px."""

if TYPE_CHECKING:
    from deepgraph.network import Network


ROUNDED = 6.0
"""The same where a rounded corner draws back from its box."""


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


SOURCE = Box(0.0, 0.0, 50.0, 50.0, "circle")
SQUARE = Box(0.0, 0.0, 80.0, 40.0, "box")


def test_a_steep_edge_leaves_on_the_side_of_the_flow() -> None:
    above = Box(100.0, -1000.0, 50.0, 50.0, "circle")
    x, y = port(SOURCE, above, down=False, badge=False)
    assert math.hypot(x, y) == pytest.approx(25)
    assert math.degrees(math.atan2(-y, x)) == pytest.approx(50)
    x, y = port(SOURCE, above, down=False, badge=True)
    assert math.degrees(math.atan2(-y, x)) == pytest.approx(26)


def test_a_flat_edge_points_at_the_middle() -> None:
    level = Box(200.0, 0.0, 50.0, 50.0, "circle")
    start, end = straight(SOURCE, level, down=False)
    assert (start, end) == ((25, 0), (175, 0))
    start, end = straight(SOURCE, Box(0.0, 200.0, 50.0, 50.0, "circle"), down=True)
    assert start == pytest.approx((0, 25))
    assert end == pytest.approx((0, 175))


def test_a_box_is_left_away_from_its_corners() -> None:
    x, y = port(SQUARE, Box(90.0, 900.0, 80.0, 40.0, "box"), down=False, badge=False)
    assert (x, y) == (40, 20 - 9)
    x, y = port(SQUARE, Box(-90.0, 900.0, 80.0, 40.0, "box"), down=False, badge=True)
    assert (x, y) == (-40, 0)


@pytest.mark.parametrize("towards", [(500.0, 20.0), (0.0, 30.0), (-3.0, -300.0), (80.0, 40.0)])
@pytest.mark.parametrize("box", [SOURCE, SQUARE], ids=["circle", "box"])
def test_the_line_to_a_point_leaves_at_the_border(box: Box, towards: tuple[float, float]) -> None:
    x, y = border_point(box, towards)
    assert x * towards[1] == pytest.approx(y * towards[0])
    if box.form == "circle":
        assert math.hypot(x, y) == pytest.approx(25)
    else:
        assert max(abs(x) / 40, abs(y) / 20) == pytest.approx(1)


def test_an_edge_that_runs_through_a_foreign_node_is_found() -> None:
    nodes = tuple(NodeView(f"n{n}", "hidden", n, (Line("h", "name"),)) for n in range(3))
    edges = (EdgeView("e0", 0, 2, ""), EdgeView("e1", 0, 1, ""))
    view = View("", "", True, nodes, edges, ())
    boxes = [Box(100.0 * n, 0.0, 40.0, 40.0, "circle") for n in range(3)]
    curves = [[(20.0, 0.0), (180.0, 0.0)], [(20.0, 0.0), (80.0, 0.0)]]
    assert blocked(view, boxes, curves, []) == [0]
    assert blocked(view, boxes, curves, [Text("h = [1]", 50.0, 0.0, 13.0)]) == [0, 1]
    boxes[1] = Box(100.0, 60.0, 40.0, 40.0, "circle")
    assert blocked(view, boxes, curves, []) == []


def test_a_detour_keeps_to_its_lane() -> None:
    stops = [(0.0, 0.0), (80.0, -90.0), (220.0, -90.0), (300.0, 0.0)]
    curve = around(stops, [(50.0, 50.0, True)] * 2)
    points = polyline(curve)
    between = points[(points[:, 0] > 80) & (points[:, 0] < 220)]
    assert between[:, 1] == pytest.approx(-90)
    assert (np.diff(points[:, 0]) > 0).all()
    assert points[:, 1].min() == pytest.approx(-90)
