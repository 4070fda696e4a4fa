"""One small plot for each node, where the diagram has the node, with the edges between them."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, pairwise
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.draw.layout import placement
from deepgraph.draw.output.look import edge_roles
from deepgraph.draw.view.node_plots import limits, with_zero
from deepgraph.draw.view.records import Plot, Selection
from deepgraph.draw.view.viewer import Viewer
from deepgraph.errors import InputError
from deepgraph.graph.exact import exact_settings
from deepgraph.graph.kinds import BIAS, INPUT
from deepgraph.plot.canvas import HEADING, LINE, MARGIN, POINT, plain, wrapped
from deepgraph.plot.lines import describe, stroke
from deepgraph.plot.maps import centred, colors
from deepgraph.words.messages import article
from deepgraph.words.numbers import held_at, number_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from matplotlib.axes import Axes

    from deepgraph.draw.layout.records import Box, Layout
    from deepgraph.draw.view.records import View
    from deepgraph.functions.activations import NodeFunction
    from deepgraph.graph.graph import Graph
    from deepgraph.kinks.curves import Curves
    from deepgraph.plot.canvas import Canvas
    from deepgraph.plot.maps import Plane

MOST = 80
"""Nodes; more are too small to be read."""
SCALE = 1.5
"""How much larger than the diagram the grid is."""
GAPS = (40.0, 0.15, 240.0)
"""Px of the diagram between two columns, which need no room for labels: the least, the share of the
height, the most."""
FAINT = 120
"""With more lines than this they are fainter, the more of them there are."""
INSET = (48.0, 25.0, 14.0, 27.0)
"""Px between a node's border and its plot, for numbers and title: left, bottom, right, top."""
SAMPLES = 121
"""Along each side of a small map."""


def of_curves(paper: Canvas, network: Graph, found: Curves) -> None:
    """The curve of every node."""
    way = found.sweep
    axes = _place(paper, network, list(found.nodes), [way.name], way.fixed)
    start, end = map(float, way.ends)
    for name, curve in found.nodes.items():
        small = axes[name]
        low, high = with_zero(*limits(curve))
        room = (high - low or abs(high) or 1.0) * 0.1
        small.set_xlim(start, end)
        small.set_ylim(low - room, high + room)
        if low - room < 0 < high + room:
            small.axhline(0, color=paper.theme.off, linewidth=0.7, zorder=0)
        stroke(paper, small, curve, 0, small=True)
        _mark_ends(small, start, end)
        ends = sorted({low, high})
        small.set_yticks(ends, [number_text(edge, 3) for edge in ends])
    paper.description = describe(found)


def of_maps(
    paper: Canvas, network: Graph, plane: Plane, nodes: Sequence[str], *, pre_activations: bool
) -> None:
    """The map of every node, with the lines on which its activation bends."""
    axes = _place(paper, network, list(nodes), [plane.x, plane.y], plane.at)
    z = plane.values(network, nodes, SAMPLES, pre_activations=True)
    shown = z if pre_activations else plane.values(network, nodes, SAMPLES, pre_activations=False)
    for number, name in enumerate(nodes):
        small, values = axes[name], shown[number]
        small.imshow(
            values, origin="lower", extent=plane.extent, aspect="auto", cmap=colors(paper),
            norm=centred(values, 0.0), interpolation="nearest",
        )  # fmt: skip
        low, high = np.nanmin(z[number]), np.nanmax(z[number])
        function = network.functions[network.function[network.index[name]]]
        levels = [level for level in bends(function) if low < level < high]
        if levels:
            small.contour(
                *plane.axis(SAMPLES), z[number], levels, colors=[paper.theme.ink], linewidths=1.0,
                linestyles="solid",
            )  # fmt: skip
        _mark_ends(small, plane.left, plane.right)
        small.set_yticks(
            [plane.bottom, plane.top], [number_text(v) for v in (plane.bottom, plane.top)]
        )
    at = held_at({name: number_text(value) for name, value in plane.at.items()})
    paper.description = plain(
        f"every node over {plane.x} and {plane.y}{at}, with the lines on which its activation "
        f"bends: {', '.join(nodes[:12])}"
    )


def _mark_ends(small: Axes, start: float, end: float) -> None:
    """Numbers below the ends of a plot, within its width: beside it stand those of the height."""
    small.set_xticks([start, end], [number_text(start), number_text(end)])
    first, last = small.get_xticklabels()
    first.set_horizontalalignment("left")
    last.set_horizontalalignment("right")


def bends(function: NodeFunction) -> list[float]:
    """The z at which an activation bends; of a smooth one 0, where it changes its sign or side.

    >>> from deepgraph.functions.activations import NodeFunction
    >>> bends(NodeFunction.of("hard_tanh")), bends(NodeFunction.of("tanh"))
    ([-1.0, 1.0], [0.0])
    """
    if function.row is None:  # softmax: it depends on the whole group
        return []
    if function.row.pieces is None:
        return [0.0]
    return [float(z) for z in function.row.pieces(**exact_settings(function)).breaks]


def _place(
    paper: Canvas,
    network: Graph,
    nodes: list[str],
    varying: list[str],
    held: Mapping[str, float | Fraction],
) -> dict[str, Axes]:
    """Empty plots where the diagram has the nodes, inputs as names, edges as lines between them."""
    for name in nodes:
        if network.kind[network.index[name]] in (INPUT, BIAS):
            kind = article(network.kind_name(network.index[name]))
            raise InputError(f'a grid shows hidden and output nodes, and "{name}" is {kind}')
    if len(nodes) > MOST:
        raise InputError(
            f"a grid shows at most {MOST} nodes, not {len(nodes)}: choose some with nodes"
        )
    inputs = [network.ids[node] for node in network.inputs if network.ids[node] in varying]
    shown = sorted({network.index[name] for name in [*inputs, *nodes]})
    from matplotlib.patches import FancyBboxPatch

    view = _view(network, shown)
    placed = _closer(view, placement.place(view))
    width = placed.width * SCALE
    paper.title = plain(network.spec.title or network.spec.name or network.name)
    theme = paper.theme
    values = {name: number_text(float(value)) for name, value in held.items()}
    lines = wrapped(paper.title + plain(held_at(values)), HEADING, width - 2 * MARGIN)
    head = len(lines) * LINE * HEADING + MARGIN / 2
    height = placed.height * SCALE + head
    paper.figure.set_layout_engine("none")
    paper.size(width, height)
    for number, line in enumerate(lines):
        top = 1 - (MARGIN / 2 + number * LINE * HEADING) / height
        paper.figure.text(
            MARGIN / width, top, line, va="top", color=theme.ink, fontsize=HEADING * POINT
        )
    found: dict[str, Axes] = {}
    for node, box in zip(shown, placed.boxes, strict=True):
        x, y = box.x * SCALE / width, 1 - (head + box.y * SCALE) / height
        wide, high = box.width * SCALE, box.height * SCALE
        output = network.ids[node] in network.output_names
        frame = FancyBboxPatch(
            (x - wide / 2 / width, y - high / 2 / height),
            wide / width,
            high / height,
            boxstyle=f"round,pad=0,rounding_size={9 * SCALE / width}",
            mutation_aspect=width / height,
            facecolor=theme.node,
            edgecolor=theme.line,
            linewidth=1.6 if output else 0.9,
            zorder=-1,
        )
        paper.figure.add_artist(frame)
        if network.kind[node] == INPUT:
            label = plain(network.label(node))
            paper.figure.text(x, y, label, ha="center", va="center", color=theme.ink)
            continue
        left, bottom, right, top = INSET
        place = (
            x + (left - wide / 2) / width,
            y + (bottom - high / 2) / height,
            (wide - left - right) / width,
            (high - bottom - top) / height,
        )
        axes = paper.figure.add_axes(place)
        axes.set_title(plain(_caption(network, node)), loc="left", pad=4, fontsize=9)
        axes.tick_params(length=0, pad=3, labelsize=8)
        axes.set_facecolor("none")
        found[network.ids[node]] = axes
    _edges(paper, view, placed, width, height, head)
    return found


def _view(network: Graph, shown: list[int]) -> View:
    """What the diagram would show of these nodes, each with room for a plot, without any text."""
    mask = np.zeros(len(network.ids), np.bool_)
    mask[shown] = True
    edges = np.flatnonzero(mask[network.source] & mask[network.target]).tolist()
    view = Viewer(network, Selection(shown, edges), weights="none").view()
    nodes = tuple(
        replace(node, note="", sketch=(), plot=None if node.kind == "input" else Plot(()))
        for node in view.nodes
    )
    return replace(view, nodes=nodes, captions=(), footnotes=())


def _closer(view: View, placed: Layout) -> Layout:
    """The same with narrower gaps between its columns, since no label stands in them."""
    columns: dict[int, list[Box]] = {}
    for node, box in zip(view.nodes, placed.boxes, strict=True):
        columns.setdefault(node.column, []).append(box)
    spans = sorted(
        (min(box.x - box.width / 2 for box in boxes), max(box.x + box.width / 2 for box in boxes))
        for boxes in columns.values()
    )
    gaps = [start - end for (_, end), (start, _) in pairwise(spans)]
    if not view.layered or min(gaps, default=0.0) <= 0:
        return placed
    least, share, most = GAPS
    widest = min(max(least, share * placed.height), most)
    saved = np.cumsum([0.0, *(max(gap - widest, 0.0) for gap in gaps)])
    before = np.array([0.0, *chain.from_iterable(spans), placed.width])
    after = before - np.array([0.0, *np.repeat(saved, 2), saved[-1]])

    def moved(x: float) -> float:
        return float(np.interp(x, before, after))

    return replace(
        placed,
        width=moved(placed.width),
        boxes=tuple(replace(box, x=moved(box.x)) for box in placed.boxes),
        curves=tuple(tuple((moved(x), y) for x, y in curve) for curve in placed.curves),
    )


def _edges(
    paper: Canvas, view: View, placed: Layout, width: float, height: float, head: float
) -> None:
    """The lines of the diagram, as wide as their weights are large."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    faint = min(1.0, FAINT / max(len(view.edges), 1))
    for edge, curve in zip(view.edges, placed.curves, strict=True):
        points = [(x * SCALE / width, 1 - (head + y * SCALE) / height) for x, y in curve]
        step = Path.LINETO if len(points) == 2 else Path.CURVE4
        patch = PathPatch(
            Path(points, [Path.MOVETO, *[step] * (len(points) - 1)]),
            fill=False,
            edgecolor=getattr(paper.theme, edge_roles(edge)[0]),
            linewidth=0.5 + 1.5 * edge.size,
            linestyle="--" if paper.name == "paper" and edge.sign < 0 else "-",
            alpha=max(0.7 * faint, 0.25),
            zorder=-2,
        )
        paper.figure.add_artist(patch)


def _caption(network: Graph, node: int) -> str:
    function = network.functions[network.function[node]]
    parts = [network.label(node)]
    parts += [] if network.aggregations[node] == "sum" else [network.aggregations[node]]
    parts += [] if function.name == "identity" else [function.title]
    return " · ".join(parts)
