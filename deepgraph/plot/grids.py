"""One small plot for each node, in the columns of the network, with its edges behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepgraph.draw.metrics import text_width
from deepgraph.draw.plots import limits, with_zero
from deepgraph.draw.theme import NOTE_SIZE
from deepgraph.draw.words import number_text
from deepgraph.errors import InputError
from deepgraph.plot.canvas import plain
from deepgraph.plot.lines import describe, stroke
from deepgraph.plot.maps import centred, colors
from deepgraph.resolve import BIAS, INPUT
from deepgraph.structure import columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from deepgraph.curves import Curves
    from deepgraph.network import Network
    from deepgraph.plot.canvas import Canvas
    from deepgraph.plot.maps import Plane

MOST = 16
"""Nodes in a column; more are too small to be read."""
WIDTH, HEIGHT = 150.0, 104.0
"""Px of a small plot."""
ACROSS, DOWN = 78.0, 62.0
"""Px between them."""
EDGE = 46.0
"""Px around all."""
LABELS = 34.0
"""Px before a plot for the numbers at its axis."""
SAMPLES = 121
"""Along each side of a small map."""


def neurons(network: Network) -> list[str]:
    """Every hidden and output node."""
    return [name for name, kind in zip(network.ids, network.kind, strict=True) if kind > BIAS]


def of_curves(paper: Canvas, network: Network, found: Curves) -> None:
    """The curve of every node."""
    axes = _place(paper, network, list(found.nodes), [found.sweep.name])
    start, end = map(float, found.sweep.ends)
    for name, curve in found.nodes.items():
        small = axes[name]
        low, high = with_zero(*limits(curve))
        room = (high - low or abs(high) or 1.0) * 0.1
        small.set_xlim(start, end)
        small.set_ylim(low - room, high + room)
        if low - room < 0 < high + room:
            small.axhline(0, color=paper.theme.off, linewidth=0.7, zorder=0)
        stroke(paper, small, curve, 0, small=True)
        small.set_xticks([start, end], [number_text(start), number_text(end)])
        ends = sorted({low, high})
        small.set_yticks(ends, [number_text(edge, 3) for edge in ends])
    paper.description = describe(found)


def of_maps(
    paper: Canvas, network: Network, plane: Plane, nodes: Sequence[str], *, pre_activations: bool
) -> None:
    """The map of every node, with the line on which its z is 0 and its activation bends."""
    axes = _place(paper, network, list(nodes), [plane.x, plane.y])
    z = plane.values(network, nodes, SAMPLES, pre_activations=True)
    shown = z if pre_activations else plane.values(network, nodes, SAMPLES, pre_activations=False)
    for number, name in enumerate(nodes):
        small, values = axes[name], shown[number]
        small.imshow(
            values, origin="lower", extent=plane.extent, aspect="auto", cmap=colors(paper),
            norm=centred(values, 0.0), interpolation="nearest",
        )  # fmt: skip
        bends = network.functions[network.function[network.index[name]]].name != "identity"
        if bends and np.nanmin(z[number]) < 0 < np.nanmax(z[number]):
            small.contour(
                *plane.axis(SAMPLES), z[number], [0.0], colors=[paper.theme.ink], linewidths=1.0
            )
        small.set_xticks(
            [plane.left, plane.right], [number_text(v) for v in (plane.left, plane.right)]
        )
        small.set_yticks(
            [plane.bottom, plane.top], [number_text(v) for v in (plane.bottom, plane.top)]
        )
    paper.description = plain(
        f"every node over {plane.x} and {plane.y}, with the line on which its z is 0: "
        + ", ".join(nodes[:12])
    )


def _place(
    paper: Canvas, network: Network, nodes: list[str], varying: list[str]
) -> dict[str, Axes]:
    """Empty plots in columns, inputs as names, edges as lines behind them."""
    column = columns(network)
    inputs = [network.ids[node] for node in network.inputs if network.ids[node] in varying]
    shown = [network.index[name] for name in [*inputs, *nodes]]
    used = sorted({int(column[node]) for node in shown})
    cells = [[node for node in shown if column[node] == number] for number in used]
    tallest = max(map(len, cells))
    if tallest > MOST:
        raise InputError(
            f"{tallest} nodes stand in one column, and a grid shows at most {MOST}: choose some "
            "with --nodes"
        )
    paper.figure.set_layout_engine("none")
    # A column of nothing but names is as wide as they are.
    wide = [
        WIDTH
        if any(network.kind[node] != INPUT for node in members)
        else max(text_width(network.label(node), NOTE_SIZE) for node in members) + 12
        for members in cells
    ]
    width = EDGE * 2 + sum(wide) + (len(cells) - 1) * ACROSS
    height = EDGE * 2 + 24 + tallest * HEIGHT + (tallest - 1) * DOWN
    paper.size(width, height)
    paper.title = plain(network.spec.title or network.spec.name or network.name)
    theme = paper.theme
    paper.figure.text(18 / width, 1 - 16 / height, paper.title, va="top", color=theme.ink)
    middle = (height - 24) / 2
    places: dict[int, tuple[float, float]] = {}
    found: dict[str, Axes] = {}
    for position, members in enumerate(cells):
        span = len(members) * HEIGHT + (len(members) - 1) * DOWN
        for row, node in enumerate(members):
            left = EDGE + sum(wide[: position + 1]) + position * ACROSS - WIDTH
            bottom = middle + span / 2 - row * (HEIGHT + DOWN) - HEIGHT
            places[node] = (left, bottom)
            name = network.ids[node]
            if network.kind[node] == INPUT:
                label = plain(network.label(node))
                where = ((left + WIDTH - 12) / width, (bottom + HEIGHT / 2) / height)
                paper.figure.text(*where, label, ha="right", va="center", color=theme.ink)
                continue
            box = (left / width, bottom / height, WIDTH / width, HEIGHT / height)
            axes = paper.figure.add_axes(box)
            axes.set_title(plain(_caption(network, node)), loc="left", pad=4, fontsize=9)
            axes.tick_params(length=0, pad=3, labelsize=8)
            if network.kind[node] > BIAS and name in network.output_names:
                axes.spines[["left", "bottom"]].set_linewidth(1.6)
            found[name] = axes
    _edges(paper, network, places, width, height)
    return found


def _edges(
    paper: Canvas,
    network: Network,
    places: dict[int, tuple[float, float]],
    width: float,
    height: float,
) -> None:
    """Lines behind the plots, as wide as their weights are large."""
    from matplotlib.lines import Line2D

    drawn = [
        (source, target, weight)
        for source, target, weight in zip(
            network.source.tolist(), network.target.tolist(), network.weights.tolist(), strict=True
        )
        if source in places and target in places
    ]
    largest = max((abs(weight) for _, _, weight in drawn), default=0.0) or 1.0
    theme = paper.theme
    for source, target, weight in drawn:
        x0 = places[source][0] + WIDTH + (-6 if network.kind[source] == INPUT else 4)
        x1 = places[target][0] - LABELS
        y0, y1 = (places[node][1] + HEIGHT / 2 for node in (source, target))
        line = Line2D(
            [x0 / width, x1 / width],
            [y0 / height, y1 / height],
            color=theme.positive if weight > 0 else theme.negative if weight < 0 else theme.zero,
            linewidth=0.5 + 1.5 * abs(weight) / largest,
            linestyle="--" if paper.name == "paper" and weight < 0 else "-",
            alpha=0.7,
            zorder=-1,
        )
        paper.figure.add_artist(line)


def _caption(network: Network, node: int) -> str:
    function = network.functions[network.function[node]]
    parts = [network.label(node)]
    parts += [] if network.aggregations[node] == "sum" else [network.aggregations[node]]
    parts += [] if function.name == "identity" else [function.title]
    return " · ".join(parts)
