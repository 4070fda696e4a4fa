"""Curves in one plot: their points, looks and legend."""

from __future__ import annotations

import numpy as np
import pytest

from deepgraph.errors import InputError
from deepgraph.kinks.curves import node_curves
from deepgraph.kinks.sweep import along_input
from deepgraph.plot import canvas, lines, render
from tests.support.plots import (
    DEEP,
    WIDE,
)


def named(line):
    return not line.get_label().startswith("_")


def test_the_lines_are_those_of_the_network():
    found = node_curves(DEEP, along_input(DEEP, {"x": (-1, 1)}, {}), ["y"])
    with canvas.Canvas("light") as paper:
        lines.draw(paper, DEEP, found, None)
        axes = paper.figure.axes[0]
        [curve] = [line for line in axes.lines if line.get_label() == "y"]
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
