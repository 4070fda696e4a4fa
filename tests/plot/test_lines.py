"""Curves in one plot: their points, looks and legend."""

from __future__ import annotations

import numpy as np
import pytest

from deepgraph.errors import InputError
from deepgraph.kinks.curves import node_curves
from deepgraph.kinks.sweep import along_input
from deepgraph.plot import Points, canvas, lines, render
from tests.support.plots import DEEP, WIDE
from tests.support.strategies import network


def named(line):
    return not line.get_label().startswith("_")


def test_the_lines_are_those_of_the_network():
    found = node_curves(DEEP, along_input(DEEP, {"x": (-1, 1)}, {}), ["y"])
    with canvas.Canvas("light") as paper:
        lines.draw(paper, DEEP, found, None)
        axes = paper.figure.axes[0]
        [curve] = [line for line in axes.lines if line.get_label() == canvas.drawn("y")]
        t, y = curve.get_data()
        marks = [line.get_xdata() for line in axes.lines if line.get_marker() == "o"]
    assert np.allclose(DEEP({"x": t})[:, 0], y, rtol=0, atol=1e-15)
    assert np.allclose(marks, [[-356 / 851, -7 / 37, 64 / 173, 1432 / 2249]])


@pytest.mark.parametrize("theme", ["light", "dark", "paper"])
def test_no_two_of_many_curves_look_alike(theme):
    way = along_input(WIDE, {"x": (0, 1)}, {})
    found = node_curves(WIDE, way, [f"h{n}" for n in range(1, 33)])
    with canvas.Canvas(theme) as paper:
        lines.draw(paper, WIDE, found, None)
        axes = paper.figure.axes[0]
        looks = {(line.get_color(), str(line._dash_pattern)) for line in axes.lines if named(line)}
        paper.figure.draw_without_rendering()
        legend = axes.get_legend()
        assert len(legend.get_texts()) == 32
        assert paper.figure.bbox.contains(*legend.get_window_extent().corners()[0])
        marks = {(paper.color(number), paper.mark(number)) for number in range(32)}
    assert len(looks) == len(marks) == 32
    with pytest.raises(InputError, match="at most 32 curves, not 33"):
        render(WIDE, {"x": (0, 1)}, nodes=[f"h{n}" for n in range(1, 34)])


def drawn(net, points=None, nodes=None):
    """The axes of a plot over x from −1 to 1."""
    found = node_curves(net, along_input(net, {"x": (-1, 1)}, {}), nodes or net.output_names)
    with canvas.Canvas("light") as paper:
        lines.draw(paper, net, found, points)
        paper.figure.draw_without_rendering()
        return paper.figure.axes[0]


def kinked(*places):
    """A sum of ReLUs with kinks at these places."""
    layers = [
        {"id": "x", "size": 1},
        {"id": "h", "size": len(places), "activation": "relu", "weights": "W", "bias": "b"},
        {"id": "y", "size": 1, "weights": "V", "bias": None},
    ]
    values = {"W": [[1]] * len(places), "b": [-place for place in places], "V": [[1] * len(places)]}
    return network({"deepgraph": 1, "layers": layers, "parameters": values})


def test_numbers_of_kinks_that_stand_too_close_are_left_out():
    axes = drawn(kinked(-0.5, -0.45, 0, 0.5))
    assert len([line for line in axes.lines if line.get_linestyle() == ":"]) == 4
    [top] = axes.child_axes
    assert top.get_xticks().tolist() == [-0.5, 0, 0.5]
    assert drawn(kinked(*np.linspace(-0.8, 0.8, 9).tolist())).child_axes == []


def test_numbers_of_a_table_stand_at_their_height():
    points = Points({"x": np.array([-2.0, 0, 0.5])}, np.array([9.0, 3.0, np.nan]), "said")
    axes = drawn(DEEP, points)
    [line] = [line for line in axes.lines if line.get_label() == "said"]
    assert line.get_xdata().tolist() == [0, 0.5]
    assert 3 <= axes.get_ylim()[1] < 9
    without = Points({"other": np.zeros(3)}, points.target, "said")
    assert not [line for line in drawn(DEEP, without).lines if line.get_label() == "said"]


def test_a_class_with_the_name_of_a_curve_has_its_colour_and_no_second_name():
    points = Points({"x": np.array([-0.5, 0, 0.5])}, ["other", "h1", "other"], "who")
    axes = drawn(DEEP, points, ["g1", "h1"])
    colours = {line.get_label(): line.get_color() for line in axes.lines if named(line)}
    assert list(colours) == [canvas.drawn("g1"), canvas.drawn("h1"), "other"]
    [mark] = [line for line in axes.lines if list(line.get_xdata()) == [0] and not named(line)]
    assert mark.get_color() == colours[canvas.drawn("h1")]
    assert colours["other"] not in (colours[canvas.drawn("g1")], colours[canvas.drawn("h1")])
