"""The sizes of nodes: one circle for all, or boxes as large as their column needs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from deepgraph.draw.layout.node_sizes import (
    LARGEST_CIRCLE,
    PLOT_HEIGHT,
    SMALLEST_CIRCLE,
    badge_centre,
    line_offsets,
    line_size,
    node_boxes,
    plot_corner,
    sketch_points,
)
from deepgraph.draw.layout.typography import SIZES, SMALLEST, text_width
from deepgraph.draw.view.records import Line, NodeView, Plot, View

if TYPE_CHECKING:
    from deepgraph.draw.layout.records import Box


def node(*texts: str, kind: str = "hidden", column: int = 0, plot: Plot | None = None) -> NodeView:
    lines = tuple(Line(text, "name") for text in texts)
    return NodeView("n0", kind, column, lines, plot=plot)


def boxes(*nodes: NodeView) -> list[Box]:
    return node_boxes(View("", "", True, nodes, (), ()))


def test_all_circles_are_as_large_as_the_largest_needs() -> None:
    small, large = node("h"), node("a longer")
    assert {box.width for box in boxes(small, small)} == {2 * SMALLEST_CIRCLE}
    both = boxes(small, large)
    assert both[0] == both[1] == boxes(large)[0]
    assert both[0].form == "circle"
    assert both[0].width >= text_width("a longer", SIZES["name"])


def test_a_long_text_turns_all_into_boxes_by_column() -> None:
    found = boxes(node("h"), node("h" * 40, column=1), node("g", column=1))
    assert [box.form for box in found] == ["box"] * 3
    assert found[0].width < 2 * LARGEST_CIRCLE < found[1].width == found[2].width


def test_biases_are_pills_and_dots_have_no_form() -> None:
    found = boxes(node("b1 0.5", kind="bias"), node("⋮", kind="more"), node("h"))
    assert [box.form for box in found] == ["pill", "none", "circle"]


def test_lines_are_centred_in_their_node() -> None:
    offsets = line_offsets(node("a", "b", "c"))
    assert offsets[1] == pytest.approx(0)
    assert offsets[0] == pytest.approx(-offsets[2])
    assert line_offsets(node("a")) == [0]


def test_a_plot_stands_below_the_lines() -> None:
    plotted = node("y", plot=Plot(()))
    [box] = boxes(plotted)
    assert box.form == "box"
    [offset] = line_offsets(plotted)
    left, top = plot_corner(plotted, box)
    assert offset + SIZES["name"] / 2 < top
    assert top + PLOT_HEIGHT < box.height / 2
    assert left > -box.width / 2


def test_a_long_value_is_set_smaller_and_never_too_small() -> None:
    def size(text: str) -> float:
        return line_size(Line(text, "value", reserve="−8.8888"))

    assert size("1") == SIZES["value"]
    assert SMALLEST < size("−1.234567") < SIZES["value"]
    assert size("−1.2345678901234567e−300") == SMALLEST
    assert line_size(Line("h" * 99, "name")) == SIZES["name"]


def test_a_sketch_fits_into_its_badge() -> None:
    sketched = NodeView("n0", "hidden", 0, (Line("h", "name"),), sketch=(-1.0, -1.0, 0.0, 1.0))
    [box] = boxes(sketched)
    x, y = badge_centre(box)
    points = sketch_points(sketched, box)
    assert max(math.hypot(px - x, py - y) for px, py in points) < 10
    assert points[0][1] > y > points[-1][1]
    assert points[0][0] - x == pytest.approx(x - points[-1][0])
