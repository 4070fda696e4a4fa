"""The sizes of nodes: one circle for all, whatever the texts; what stands beside a node."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

import pytest

from deepgraph import draw
from deepgraph.draw.layout.node_sizes import (
    PLOT_HEIGHT,
    badge_centre,
    node_boxes,
    plot_corner,
    set_lines,
    sketch_points,
    tie,
    with_pills,
)
from deepgraph.draw.layout.records import Box
from deepgraph.draw.layout.typography import DENSE, SMALLEST, USUAL, text_width
from deepgraph.draw.view.records import BiasView, Line, NodeView, Plot, View
from tests.support.picture import GALLERY, gallery


def node(*texts: str, kind: str = "hidden", column: int = 0, **more: Any) -> NodeView:
    lines = tuple(Line(text, "value" if n == 1 else "name") for n, text in enumerate(texts))
    return NodeView("n0", kind, column, lines, **more)


def boxes(*nodes: NodeView, dense: bool = False, down: bool = False) -> list[Box]:
    view = View("", "", True, nodes, (), (), dense=dense)
    return node_boxes(view, "down" if down else "right")


def biases(*labels: str) -> tuple[BiasView, ...]:
    return tuple(BiasView(f"e{n}", "", label) for n, label in enumerate(labels))


@pytest.mark.parametrize("name", GALLERY)
@pytest.mark.parametrize("live", [False, True])
def test_all_circles_of_a_picture_have_one_size(name: str, live: bool) -> None:
    network, trace = gallery(name)
    drawing = draw.prepare(network, trace if live else None)
    found = {b.width for b in drawing.layout.boxes if b.form == "circle"}
    assert len(found) == 1
    assert {b.form for b in drawing.layout.boxes} <= {"circle", "none"}


def test_the_words_do_not_change_the_circle() -> None:
    short, long = boxes(node("h"))[0], boxes(node("h" * 40))[0]
    assert short.width == long.width == 2 * USUAL.radius
    assert boxes(node("h"), dense=True)[0].width == 2 * DENSE.radius


def test_a_long_name_stands_outside_with_its_whole_column() -> None:
    found = boxes(
        node("x"),
        node("h", column=1),
        node("setosa or what else", "0.5", column=2),
        node("y", "0.5", column=2),
    )
    assert [box.name is not None for box in found] == [False, False, True, True]
    for box, text in zip(found[2:], ("setosa or what else", "y"), strict=True):
        assert box.name is not None
        assert (box.name.side, box.name.dy) == ("right", 0)
        assert box.name.dx - box.name.width / 2 > box.width / 2
        view = node(text, "0.5", column=2)
        name, value = set_lines(view, box, USUAL)
        assert (name.line.text, name.anchor) == (text, "start")
        assert name.x == pytest.approx(box.width / 2 + 9)
        assert (value.x, value.y) == (0, pytest.approx(0))


@pytest.mark.parametrize(
    ("column", "down", "side"),
    [
        (0, False, "left"),
        (1, False, "below"),
        (2, False, "right"),
        (0, True, "above"),
        (1, True, "left"),
        (2, True, "below"),
    ],
)
def test_the_side_of_a_long_name(column: int, down: bool, side: str) -> None:
    found = boxes(*(node("n" * 30, column=number) for number in range(3)), down=down)
    part = found[column].name
    assert part is not None
    assert part.side == side


def test_biases_are_pills_beside_their_node() -> None:
    own = node("h", biases=biases("0.5", "−1.25"))
    [box] = boxes(own)
    assert [pill.side for pill in box.pills] == ["above", "above"]
    left, right = box.pills
    assert left.dx + left.width / 2 < right.dx - right.width / 2
    assert left.dy + left.height / 2 < -box.height / 2
    for side in ("left", "right", "above", "below"):
        moved = with_pills(own, box, USUAL, side)
        rooms = moved.rooms
        for one, other in combinations(rooms, 2):
            apart_x = abs(one[0] - other[0]) >= (one[2] + other[2]) / 2
            assert apart_x or abs(one[1] - other[1]) >= (one[3] + other[3]) / 2
        for pill in moved.pills:
            (x0, y0), (x1, y1) = tie(moved, pill)
            assert math.hypot(x1, y1) == pytest.approx(box.width / 2 + 1, abs=1)
            assert math.hypot(x1, y1) < math.hypot(x0, y0)
    assert [pill.side for pill in boxes(own, down=True)[0].pills] == ["right", "right"]


def test_a_bias_that_is_a_node_is_a_pill_and_dots_have_no_form() -> None:
    found = boxes(node("b1 0.5", kind="bias"), node("⋮", kind="more"), node("h"))
    assert [box.form for box in found] == ["pill", "none", "circle"]


def test_lines_are_centred_in_their_node() -> None:
    view = NodeView("n0", "hidden", 0, tuple(Line(t, "name") for t in "abc"))
    box = Box(10.0, 20.0, 104.0, 104.0, "circle")
    first, second, third = (line.y - 20 for line in set_lines(view, box, USUAL))
    assert second == pytest.approx(0)
    assert first == pytest.approx(-third)
    assert {line.x for line in set_lines(view, box, USUAL)} == {10.0}


@pytest.mark.parametrize("sizes", [USUAL, DENSE])
@pytest.mark.parametrize("value", ["1", "−1.235", "−12.3456789", "−1.23456789e−300"])
def test_a_long_value_is_set_smaller_and_stays_in_its_circle(value: str, sizes: Any) -> None:
    view = NodeView("n0", "hidden", 0, (Line("h", "name"), Line(value, "value", "−8.8888")))
    box = Box(0.0, 0.0, 2 * sizes.radius, 2 * sizes.radius, "circle")
    line = set_lines(view, box, sizes)[1]
    assert SMALLEST <= line.size <= sizes.value
    if line.size > SMALLEST:
        half = text_width(value, line.size, bold=True) / 2 * 0.9
        assert math.hypot(half, abs(line.y) + line.size * 0.36) <= sizes.radius
    if value == "1":
        assert line.size == sizes.value


def test_a_plot_stands_below_the_lines() -> None:
    plotted = node("y", plot=Plot(()))
    [box] = boxes(plotted)
    assert box.form == "box"
    [line] = set_lines(plotted, box, USUAL)
    left, top = plot_corner(plotted, box, USUAL)
    assert line.y + USUAL.name / 2 < top
    assert top + PLOT_HEIGHT < box.height / 2
    assert left > -box.width / 2


def test_a_sketch_fits_into_its_badge() -> None:
    sketched = NodeView("n0", "hidden", 0, (Line("h", "name"),), sketch=(-1.0, -1.0, 0.0, 1.0))
    [box] = boxes(sketched)
    x, y = badge_centre(box)
    points = sketch_points(sketched, box)
    assert max(math.hypot(px - x, py - y) for px, py in points) < 10
    assert points[0][1] > y > points[-1][1]
    assert points[0][0] - x == pytest.approx(x - points[-1][0])
