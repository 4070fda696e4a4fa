"""Curves over one input."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.draw.view.node_plots import extent, limits
from deepgraph.errors import InputError
from deepgraph.plot.canvas import MOST_CURVES, held_below, plain
from deepgraph.words.numbers import held_at, number_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from deepgraph.graph.graph import Graph
    from deepgraph.kinks.curves import Curve, Curves
    from deepgraph.plot import Points
    from deepgraph.plot.canvas import Canvas

WIDTH, HEIGHT = 620.0, 400.0
"""Px."""
LEGEND = 18
"""Lines in a column of the legend."""
COLUMN = 80.0
"""Px more of width for each further one."""
NAMED_KINKS = 8
"""Of so many kinks the positions are written above the plot."""
APART = 0.075
"""How near two of these numbers may stand, as a share of the range."""
MARGIN = 0.06
"""Room above and below the curves, as a share of their height."""


def draw(paper: Canvas, network: Graph, found: Curves, points: Points | None) -> None:
    """Draw all curves into one plot.

    Raises:
        InputError: too many to be told apart.
    """
    if len(found.nodes) > MOST_CURVES:
        raise InputError(
            f"a plot shows at most {MOST_CURVES} curves, not {len(found.nodes)}: choose some with "
            "nodes, or draw each by itself with grid"
        )
    columns = math.ceil(len(found.nodes) / LEGEND)
    paper.size(WIDTH + COLUMN * (columns - 1), HEIGHT)
    way = found.sweep
    titles = [found.title(_label(network, node)) for node in found.nodes]
    axes = paper.axes(
        _label(network, way.name),
        titles[0] if len(titles) == 1 else "",
        _title(network),
        held_below(way.fixed),
    )
    _frame(paper, axes, found)
    for number, curve in enumerate(found.nodes.values()):
        stroke(paper, axes, curve, number, label=titles[number])
    if points is not None:
        _points(paper, axes, network, found, points)
    if len(titles) == 1:
        _name_kinks(paper, axes, next(iter(found.nodes.values())), found)
    if len(titles) > 1 or points is not None:
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), ncols=columns, handlelength=2.6)
    paper.title = _title(network)
    paper.description = describe(found)


def describe(found: Curves) -> str:
    """What is drawn, in words."""
    way = found.sweep
    start, end = (number_text(float(bound)) for bound in way.ends)
    parts = [f"{found.title(node)} {extent(curve, 4)}" for node, curve in found.nodes.items()]
    more = f" and {len(parts) - 12} more" if len(parts) > 12 else ""
    at = held_at({name: number_text(float(value)) for name, value in way.fixed.items()})
    return plain(f"over {way.name} from {start} to {end}{at}: {', '.join(parts[:12])}{more}")


def stroke(
    paper: Canvas, axes: Axes, curve: Curve, number: int, *, label: str = "", small: bool = False
) -> None:
    """Draw one curve: its lines, hollow marks at its kinks, full ones where it jumps to."""
    color, dash = paper.color(number), paper.dash(number)
    width, mark = (1.3, 2.6) if small else (1.8, 4.6)
    for line in curve.strokes:
        x, y = zip(*line, strict=True)
        axes.plot(
            x,
            y,
            linestyle=dash,
            color=color,
            linewidth=width,
            label=plain(label) if label else None,
        )
        label = ""
    jumps = set(curve.dots)
    bends = [point for point in curve.kinks if point not in jumps]
    for places, face in ((bends, paper.theme.page), (curve.dots, color)):
        if places:
            x, y = zip(*places, strict=True)
            axes.plot(
                x,
                y,
                "o",
                color=color,
                markerfacecolor=face,
                markersize=mark,
                zorder=3,
                clip_on=False,
            )


def _frame(paper: Canvas, axes: Axes, found: Curves) -> None:
    """Limits, and grey lines at 0."""
    start, end = map(float, found.sweep.ends)
    edges = [edge for curve in found.nodes.values() for edge in limits(curve)]
    low, high = min(edges), max(edges)
    room = (high - low or abs(high) or 1.0) * MARGIN
    axes.set_xlim(start, end)
    axes.set_ylim(low - room, high + room)
    if low - room < 0 < high + room:
        axes.axhline(0, color=paper.theme.off, linewidth=0.8, zorder=0)
    if start < 0 < end:
        axes.axvline(0, color=paper.theme.off, linewidth=0.8, zorder=0)


def _name_kinks(paper: Canvas, axes: Axes, curve: Curve, found: Curves) -> None:
    """Dotted lines at the kinks of the one curve, their positions above."""
    start, end = map(float, found.sweep.ends)
    if not 0 < len(curve.kinks) <= NAMED_KINKS:
        return
    bottom = axes.get_ylim()[0]
    last = -math.inf
    named: list[float] = []
    for x, y in sorted(curve.kinks):
        axes.plot([x, x], [bottom, y], ":", color=paper.theme.muted, linewidth=0.9, zorder=1)
        if (x - last) / (end - start) >= APART:
            named.append(x)
            last = x
    top = axes.secondary_xaxis("top")
    top.set_xticks(named, [number_text(x) for x in named])
    top.tick_params(length=0, labelcolor=paper.theme.muted, pad=2)
    top.spines["top"].set_visible(False)


def _points(paper: Canvas, axes: Axes, network: Graph, found: Curves, points: Points) -> None:
    """Rows of a table: numbers at their height, classes along the lower border."""
    name = found.sweep.name
    if name not in points.inputs:
        return
    x = points.inputs[name]
    start, end = map(float, found.sweep.ends)
    inside = (start <= x) & (x <= end)
    if isinstance(points.target, np.ndarray):
        style: dict[str, Any] = {
            "color": paper.theme.muted,
            "markersize": 3.6,
            "alpha": 0.75,
            "zorder": 2,
            "clip_on": False,  # a point on the edge is whole
        }
        height = points.target[inside]
        axes.plot(x[inside], height, "o", markeredgewidth=0, label=plain(points.name), **style)
        finite = height[np.isfinite(height)]
        if len(finite):
            low, high = axes.get_ylim()
            room = (finite.max() - finite.min()) * MARGIN
            axes.set_ylim(min(low, finite.min() - room), max(high, finite.max() + room))
        return
    curves = [_label(network, node) for node in found.nodes]
    for number, (label, members) in enumerate(classes(points.target, curves)):
        shown = members[inside[members]]
        height = np.full(len(shown), 0.03 + 0.03 * (number % 4))
        # A class with a curve of its name has its colour, and needs no second name.
        known = label in curves
        axes.plot(
            x[shown],
            height,
            paper.mark(number),
            color=paper.color(curves.index(label) if known else number + len(curves)),
            markersize=4,
            transform=axes.get_xaxis_transform(),
            label=None if known else plain(label),
            zorder=4,
        )


def classes(target: list[str], first: list[str]) -> list[tuple[str, np.ndarray]]:
    """The classes of rows, those in `first` before the others, with the rows of each."""
    names = sorted(
        set(target), key=lambda name: (first.index(name) if name in first else len(first), name)
    )
    values = np.array(target, object)
    return [(name, np.flatnonzero(values == name)) for name in names]


def _label(network: Graph, name: str) -> str:
    return network.label(network.index[name]) if name in network.index else name


def _title(network: Graph) -> str:
    return plain(network.spec.title or network.spec.name or network.name)
