"""One small plot for each node, where the diagram has the node, with the edges between them."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, pairwise
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.draw.layout.layered import place
from deepgraph.draw.output.palette import edge_roles
from deepgraph.draw.view.node_plots import limits, with_zero
from deepgraph.draw.view.records import Plot, Selection
from deepgraph.draw.view.texts import function_name
from deepgraph.draw.view.viewer import Viewer
from deepgraph.errors import InputError
from deepgraph.graph.exact import exact_pieces
from deepgraph.graph.kinds import BIAS, INPUT
from deepgraph.options.drawing import resolved
from deepgraph.plot.canvas import HEADING, LINE, MARGIN, POINT, heading, held_inputs, plain, wrapped
from deepgraph.plot.lines import describe, frame, stroke
from deepgraph.plot.maps import centred, show
from deepgraph.words.messages import article
from deepgraph.words.numbers import number_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from matplotlib.axes import Axes

    from deepgraph.draw.layout.records import Box, Layout
    from deepgraph.draw.view.records import View
    from deepgraph.functions.node_function import NodeFunction
    from deepgraph.graph.graph import Graph
    from deepgraph.kinks.curves import Curves
    from deepgraph.plot.canvas import Canvas
    from deepgraph.plot.maps import Plane

    Sides = tuple[float, float, float, float]

MOST = 80
"""Nodes in a grid; the plots of more would be too small to read."""
SCALE = 1.5
"""Enlargement of the grid relative to the diagram."""
GAPS = (40.0, 0.15, 240.0)
"""The gap between two columns, which holds no labels: at least so many px of the diagram, or this
share of its height, but at most so many px."""
FAINT = 120
"""Above this number of lines, the more there are the fainter they are."""
INSET = (48.0, 25.0, 14.0, 27.0)
"""Px between a node's border and its plot, for numbers and title: left, bottom, right, top."""
MOST_BENDS = 50
"""Lines on a small map; those of a staircase with more steps would fill it."""
SAMPLES = 121
"""Positions along each side of a small map."""


def draw_curves(paper: Canvas, network: Graph, curves: Curves) -> None:
    """Draw the curve of every node.

    Raises:
        InputError: too many nodes, or an input or bias among them.
    """
    sweep = curves.sweep
    plots = _empty(paper, network, list(curves.nodes), [sweep.name], sweep.fixed)
    start, end = map(float, sweep.ends)
    for name, curve in curves.nodes.items():
        axes = plots[name]
        low, high = with_zero(*limits(curve))
        frame(paper, axes, sweep, low, high, 0.1, linewidth=0.7)
        stroke(paper, axes, curve, 0, small=True)
        _name_ends(axes, start, end)
        ends = sorted({low, high})
        axes.set_yticks(ends, [number_text(edge, 3) for edge in ends])
    paper.description = describe(curves)


def draw_maps(
    paper: Canvas, network: Graph, plane: Plane, nodes: Sequence[str], *, pre_activations: bool
) -> None:
    """Draw the map of every node, with the lines on which its activation bends.

    Raises:
        InputError: too many nodes, an input or bias among them, or a node without any value.
    """
    plots = _empty(paper, network, list(nodes), [plane.x, plane.y], plane.at)
    z = plane.values(network, nodes, SAMPLES, pre_activations=True)
    shown = z if pre_activations else plane.values(network, nodes, SAMPLES, pre_activations=False)
    for number, name in enumerate(nodes):
        axes, values = plots[name], shown[number]
        show(axes, plane, values, cmap=paper.colormap(), norm=centred(values, 0.0))
        low, high = np.nanmin(z[number]), np.nanmax(z[number])
        function = network.activation(network.index[name])
        levels = bends(function, low, high)
        if levels:
            axes.contour(
                *plane.axis(SAMPLES), z[number], levels, colors=[paper.theme.ink], linewidths=1.0,
                linestyles="solid",
            )  # fmt: skip
        _name_ends(axes, plane.left, plane.right)
        ends = [plane.bottom, plane.top]
        axes.set_yticks(ends, [number_text(value) for value in ends])
    paper.description = plain(
        f"every node over {plane.x} and {plane.y}{held_inputs(plane.at)}, with the lines on which "
        f"its activation bends: {', '.join(nodes[:12])}"
    )


def _name_ends(axes: Axes, start: float, end: float) -> None:
    """Write the ends of the range within the width of the plot, since others stand beside it."""
    axes.set_xticks([start, end], [number_text(start), number_text(end)])
    first, last = axes.get_xticklabels()
    first.set_horizontalalignment("left")
    last.set_horizontalalignment("right")


def bends(function: NodeFunction, low: float, high: float) -> list[float]:
    """The z between low and high at which an activation bends; none above `MOST_BENDS`.

    A smooth one counts as bending at 0, where it changes its sign or side.

    >>> from deepgraph.functions.node_function import NodeFunction
    >>> bends(NodeFunction.of("hard_tanh"), -5, 5), bends(NodeFunction.of("tanh"), -5, 5)
    ([-1.0, 1.0], [0.0])
    """
    if function.row is None:  # softmax: it depends on the whole group
        return []
    pieces = exact_pieces(function)
    if pieces is None:
        return [0.0] if low < 0 < high else []
    return pieces.breaks_between(low, high, MOST_BENDS)


# --- the empty grid -----------------------------------------------------------------------------


def _empty(
    paper: Canvas,
    network: Graph,
    nodes: list[str],
    varying: list[str],
    held: Mapping[str, float | Fraction],
) -> dict[str, Axes]:
    """Draw everything but the plots of the nodes, and return their empty axes.

    The inputs in `varying` are drawn as names; those in `held` stand in the heading.
    """
    _require_room(network, nodes)
    inputs = [name for name in network.input_names if name in varying]
    shown = sorted({network.index[name] for name in [*inputs, *nodes]})
    view = _view(network, shown)
    placed = _closer(view, place(view))
    paper.title = heading(network)
    page = _Page(paper, placed, paper.title + plain(held_inputs(held)))
    plots: dict[str, Axes] = {}
    for node, box in zip(shown, placed.boxes, strict=True):
        name = network.ids[node]
        page.draw_box(box, thick=name in network.output_names)
        if network.kind[node] == INPUT:
            page.write(box, plain(network.label(node)))
        else:
            caption = " · ".join(filter(None, [network.label(node), function_name(network, node)]))
            plots[name] = page.add_plot(box, plain(caption))
    page.draw_edges(view, placed)
    return plots


def _require_room(network: Graph, nodes: list[str]) -> None:
    for name in nodes:
        if network.kind[network.index[name]] in (INPUT, BIAS):
            kind = article(network.kind_name(network.index[name]))
            raise InputError(f'a grid shows hidden and output nodes, and "{name}" is {kind}')
    if len(nodes) > MOST:
        raise InputError(
            f"a grid shows at most {MOST} nodes, not {len(nodes)}: choose some with nodes"
        )


def _view(network: Graph, shown: list[int]) -> View:
    """The view that the diagram has of these nodes, without text, each with room for a plot."""
    mask = np.zeros(len(network.ids), np.bool)
    mask[shown] = True
    edges = np.flatnonzero(mask[network.source] & mask[network.target]).tolist()
    view = Viewer(network, Selection(shown, edges), resolved({}, {"weights": "none"})).view()
    nodes = tuple(
        replace(node, biases=(), plot=None if node.kind == "input" else Plot(()))
        for node in view.nodes
    )
    return replace(view, nodes=nodes, captions=(), footnotes=())


def _closer(view: View, placed: Layout) -> Layout:
    """The layout with narrower gaps between its columns, since no labels stand in them."""
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


class _Page:
    """The heading of a grid, and below it the diagram, enlarged by `SCALE`.

    A diagram is measured in px, downwards; matplotlib wants shares of the figure, upwards.

    Args:
        paper: to draw on; its size is set.
        placed: the diagram.
        text: the heading, wrapped into as many lines as it needs.
    """

    def __init__(self, paper: Canvas, placed: Layout, text: str) -> None:
        self.paper = paper
        self.width = placed.width * SCALE
        lines = wrapped(text, HEADING, self.width - 2 * MARGIN)
        self.head = len(lines) * LINE * HEADING + MARGIN / 2
        self.height = placed.height * SCALE + self.head
        paper.figure.set_layout_engine("none")
        paper.size(self.width, self.height)
        for number, line in enumerate(lines):
            top = 1 - (MARGIN / 2 + number * LINE * HEADING) / self.height
            paper.figure.text(MARGIN / self.width, top, line, va="top", fontsize=HEADING * POINT)

    def _point(self, x: float, y: float) -> tuple[float, float]:
        return x * SCALE / self.width, 1 - (self.head + y * SCALE) / self.height

    def _rectangle(self, box: Box, inset: Sides = (0.0, 0.0, 0.0, 0.0)) -> Sides:
        """Left, bottom, width and height of a box without so many px on its sides; see `INSET`."""
        (x, y), (left, bottom, right, top) = self._point(box.x, box.y), inset
        wide, high = box.width * SCALE, box.height * SCALE
        return (
            x + (left - wide / 2) / self.width,
            y + (bottom - high / 2) / self.height,
            (wide - left - right) / self.width,
            (high - bottom - top) / self.height,
        )

    def draw_box(self, box: Box, *, thick: bool) -> None:
        """Draw the border of a node."""
        from matplotlib.patches import FancyBboxPatch

        x, y, width, height = self._rectangle(box)
        frame = FancyBboxPatch(
            (x, y), width, height,
            boxstyle=f"round,pad=0,rounding_size={9 * SCALE / self.width}",
            mutation_aspect=self.width / self.height,
            facecolor=self.paper.theme.node,
            edgecolor=self.paper.theme.line,
            linewidth=1.6 if thick else 0.9,
            zorder=-1,
        )  # fmt: skip
        self.paper.figure.add_artist(frame)

    def write(self, box: Box, text: str) -> None:
        """Write a text in the middle of a node."""
        self.paper.figure.text(*self._point(box.x, box.y), text, ha="center", va="center")

    def add_plot(self, box: Box, title: str) -> Axes:
        """Add empty axes in a node."""
        axes = self.paper.figure.add_axes(self._rectangle(box, INSET))
        axes.set_title(title, loc="left", pad=4, fontsize=9)
        axes.tick_params(length=0, pad=3, labelsize=8)
        axes.set_facecolor("none")
        return axes

    def draw_edges(self, view: View, placed: Layout) -> None:
        """Draw the lines of the diagram; the larger a weight is, the wider is its line."""
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        paper, faint = self.paper, min(1.0, FAINT / max(len(view.edges), 1))
        for edge, curve in zip(view.edges, placed.curves, strict=True):
            step = Path.LINETO if len(curve) == 2 else Path.CURVE4
            points = [self._point(x, y) for x, y in curve]
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
