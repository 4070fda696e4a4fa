"""Curves over one input."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.draw.view.node_plots import extent, limits
from deepgraph.draw.view.texts import label_of
from deepgraph.errors import InputError
from deepgraph.plot.canvas import MOST_CURVES, drawn, heading, held_below, held_inputs, plain
from deepgraph.plot.points import by_class
from deepgraph.words.numbers import number_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from deepgraph.graph.graph import Graph
    from deepgraph.kinks.curves import Curve, Curves
    from deepgraph.kinks.sweep import Sweep
    from deepgraph.plot.canvas import Canvas
    from deepgraph.plot.points import Points

WIDTH, HEIGHT = 620.0, 400.0
"""Px of a plot with at most one column of legend."""
LEGEND = 18
"""Lines in a column of the legend."""
COLUMN = 80.0
"""Px of width that each further column adds."""
NAMED_KINKS = 8
"""Up to this many kinks have their positions written above the plot."""
APART = 0.075
"""The least distance between two of these numbers, as a share of the range."""
MARGIN = 0.06
"""Room above and below the curves, as a share of their height."""


def draw(paper: Canvas, network: Graph, curves: Curves, points: Points | None) -> None:
    """Draw all curves into one plot.

    Raises:
        InputError: there are too many to tell them apart.
    """
    nodes, sweep = curves.nodes, curves.sweep
    if len(nodes) > MOST_CURVES:
        raise InputError(
            f"a plot shows at most {MOST_CURVES} curves, not {len(nodes)}: choose some with "
            "nodes, or draw each by itself with grid"
        )
    columns = math.ceil(len(nodes) / LEGEND)
    paper.size(WIDTH + COLUMN * (columns - 1), HEIGHT)
    paper.title, paper.description = heading(network), describe(curves)
    titles = [curves.title(label_of(network, node)) for node in nodes]
    axes = paper.axes(
        label_of(network, sweep.name),
        titles[0] if len(titles) == 1 else "",
        paper.title,
        held_below(sweep.fixed),
    )
    start, end = map(float, sweep.ends)
    edges = [edge for curve in nodes.values() for edge in limits(curve)]
    frame(paper, axes, sweep, min(edges), max(edges), MARGIN, linewidth=0.8)
    if start < 0 < end:
        axes.axvline(0, color=paper.theme.off_line, linewidth=0.8, zorder=0)
    for number, curve in enumerate(nodes.values()):
        stroke(paper, axes, curve, number, label=titles[number])
    if points is not None:
        _points(paper, axes, network, curves, points)
    if len(titles) == 1:
        _name_kinks(paper, axes, next(iter(nodes.values())), end - start)
    if len(titles) > 1 or points is not None:
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), ncols=columns, handlelength=2.6)


def describe(curves: Curves) -> str:
    """The range and the first twelve curves in words."""
    sweep = curves.sweep
    start, end = (number_text(float(bound)) for bound in sweep.ends)
    parts = [f"{curves.title(node)} {extent(curve, 4)}" for node, curve in curves.nodes.items()]
    more = f" and {len(parts) - 12} more" if len(parts) > 12 else ""
    over = f"over {sweep.name} from {start} to {end}{held_inputs(sweep.fixed)}"
    return plain(f"{over}: {', '.join(parts[:12])}{more}")


def stroke(
    paper: Canvas, axes: Axes, curve: Curve, number: int, *, label: str = "", small: bool = False
) -> None:
    """Draw one curve with hollow marks at its kinks, and full ones at values where it jumps."""
    color = paper.color(number)
    width, mark = (1.3, 2.6) if small else (1.8, 4.6)
    style: dict[str, Any] = {"linestyle": paper.dash(number), "color": color, "linewidth": width}
    for line in curve.strokes:
        axes.plot(*zip(*line, strict=True), label=drawn(label) if label else None, **style)
        label = ""
    jumps = set(curve.dots)
    bends = [point for point in curve.kinks if point not in jumps]
    for places, face in ((bends, paper.theme.page), (curve.dots, color)):
        if places:
            x, y = zip(*places, strict=True)
            axes.plot(
                x, y, "o", color=color, markerfacecolor=face, markersize=mark, zorder=3,
                clip_on=False,
            )  # fmt: skip


def frame(
    paper: Canvas, axes: Axes, sweep: Sweep, low: float, high: float, share: float, linewidth: float
) -> None:
    """Set the limits, with a share of the height as room around it; draw a line at a visible 0."""
    room = (high - low or abs(high) or 1.0) * share
    axes.set_xlim(*map(float, sweep.ends))
    axes.set_ylim(low - room, high + room)
    if low - room < 0 < high + room:
        axes.axhline(0, color=paper.theme.off_line, linewidth=linewidth, zorder=0)


def _name_kinks(paper: Canvas, axes: Axes, curve: Curve, width: float) -> None:
    """Mark a few kinks of a curve over a range of this width: dotted lines, positions above."""
    if not 0 < len(curve.kinks) <= NAMED_KINKS:
        return
    bottom = axes.get_ylim()[0]
    named: list[float] = []
    for x, y in sorted(curve.kinks):
        axes.plot([x, x], [bottom, y], ":", color=paper.theme.muted, linewidth=0.9, zorder=1)
        if not named or (x - named[-1]) / width >= APART:
            named.append(x)
    top = axes.secondary_xaxis("top")
    top.set_xticks(named, [number_text(x) for x in named])
    top.tick_params(length=0, labelcolor=paper.theme.muted, pad=2)
    top.spines["top"].set_visible(False)


def _points(paper: Canvas, axes: Axes, network: Graph, curves: Curves, points: Points) -> None:
    """Draw rows of a table: numbers at their height, classes along the lower border."""
    name = curves.sweep.name
    if name not in points.inputs:
        return
    x = points.inputs[name]
    start, end = map(float, curves.sweep.ends)
    inside = (start <= x) & (x <= end)
    if isinstance(points.target, np.ndarray):
        height = points.target[inside]
        axes.plot(
            x[inside], height, "o", markeredgewidth=0, label=drawn(points.name),
            color=paper.theme.muted, markersize=3.6, alpha=0.75, zorder=2,
            clip_on=False,  # a point on the edge is whole
        )  # fmt: skip
        finite = height[np.isfinite(height)]
        if len(finite):
            low, high = axes.get_ylim()
            room = (finite.max() - finite.min()) * MARGIN
            axes.set_ylim(min(low, finite.min() - room), max(high, finite.max() + room))
        return
    labels = [label_of(network, node) for node in curves.nodes]
    for number, (label, members) in enumerate(by_class(points.target, labels)):
        shown = members[inside[members]]
        height = np.full(len(shown), 0.03 + 0.03 * (number % 4))
        # A class with the name of a curve has its colour, and its line in the legend.
        known = label in labels
        color = paper.color(labels.index(label) if known else number + len(labels))
        axes.plot(
            x[shown], height, paper.mark(number), color=color, markersize=4, zorder=4,
            transform=axes.get_xaxis_transform(), label=None if known else drawn(label),
        )  # fmt: skip
