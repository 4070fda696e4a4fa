"""Plots with matplotlib: curves over one input, maps over two, one small plot for each node.

Curves come from `deepgraph.kinks.curves`, exact where the network is piecewise linear; the values
of maps come from the evaluator. Colours and fonts are those of the diagrams.

    canvas    the figure: themes, colours, fonts, files
    lines     curves over one input
    maps      a map of one node's values, or of the areas in which each node is the largest
    grids     one small plot for each node
    points    rows of a table on top of a plot
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph.errors import InputError
from deepgraph.kinks.curves import alike, neurons, node_curves
from deepgraph.kinks.sweep import chosen_sweep
from deepgraph.options.drawing import FIXED_THEMES, OPTIONS
from deepgraph.options.picture_formats import IMAGES
from deepgraph.plot import grids, lines
from deepgraph.plot.canvas import Canvas
from deepgraph.plot.maps import Map, Plane
from deepgraph.plot.points import Points

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from deepgraph.graph.graph import Graph
    from deepgraph.kinks.sweep import Number
    from deepgraph.options.drawing import ThemeName
    from deepgraph.options.picture_formats import ImageFormat

__all__ = ["Points", "render"]


def render(
    network: Graph,
    over: Mapping[str, tuple[Number, Number]] | None = None,
    *,
    at: Mapping[str, Number] | None = None,
    between: tuple[Mapping[str, Number], Mapping[str, Number]] | None = None,
    nodes: Sequence[str] | None = None,
    pre_activations: bool = False,
    points: Points | None = None,
    grid: bool = False,
    level: float | None = None,
    theme: ThemeName = "light",
    format: ImageFormat = "svg",
    scale: float | None = None,
    font: Sequence[str | Path] = (),
) -> bytes:
    """Plot a network's nodes over one input or two.

    Over one input, or between two rows, the plot shows the curves of the nodes with their kinks.
    Over two inputs it is a map: of one node its values, with the boundary on which it has a level;
    of several nodes the areas in which each is the largest, with the boundaries between them.

    Args:
        network: all of its parameters must have values.
        over: one input or two with their ranges, `{"x": (-1, 1)}`.
        at: the values of all other inputs.
        between: instead of these, two rows of all inputs.
        nodes: ids, and names of stages, which stand for their members; by default the outputs,
            and in a grid every hidden and output node.
        pre_activations: show z instead of a.
        points: rows of a table to show on top.
        grid: draw one small plot for each node, where the diagram has it.
        level: of the boundary of one node; by default 0.5 for a node whose values lie between 0 and
            1 (sigmoid, hard_sigmoid, step, softmax) or where the targets of the points are 0 and
            1, else 0.
        theme: "light", "dark" or "paper".
        format: "svg", "png" or "pdf".
        scale: PNG pixels per CSS pixel; by default 2, and 1 for a large grid.
        font: files of fonts for characters that Liberation Sans lacks; they come before those of
            the system. A `MissingFontWarning` names characters without any.

    Returns:
        The file's content; the same bytes for the same arguments and the same matplotlib.

    Raises:
        InputError: the arguments do not fit.
        MissingExtraError: matplotlib is not installed.
        UninitialisedError: a parameter has no value.
    """
    if format not in IMAGES:
        raise InputError(f'a plot is {", ".join(IMAGES)}, not "{format}"')
    if theme not in FIXED_THEMES:
        raise InputError(f'the theme of a plot is {", ".join(FIXED_THEMES)}, not "{theme}"')
    _require_scale(scale)
    network.require_values()
    if (over is None) == (between is None):
        raise InputError("give ranges of inputs (over), or two rows (between)")
    if grid and (points is not None or level is not None):
        raise InputError("a grid shows neither points nor a level: leave them out")
    chosen = list(nodes or (neurons(network) if grid else network.output_names))
    if over is not None and len(over) == 2:
        plane = Plane.over(network, over, at)
        numbers, pre_activations = alike(network, chosen, pre_activations=pre_activations)
        chosen = [network.ids[node] for node in numbers]
        with Canvas(theme, font) as paper:
            if grid:
                grids.draw_maps(paper, network, plane, chosen, pre_activations=pre_activations)
            else:
                Map(network, plane, chosen, pre_activations, level).draw(paper, points)
            return paper.written(format, scale)
    if level is not None:
        raise InputError("a level is that of a boundary: it needs ranges of two inputs")
    if over is not None and len(over) != 1:
        raise InputError(f"a plot is over one input or two, not over {len(over)}")
    sweep = chosen_sweep(network, over, at, between)
    curves = node_curves(network, sweep, chosen, pre_activations=pre_activations)
    with Canvas(theme, font) as paper:
        if grid:
            grids.draw_curves(paper, network, curves)
        else:
            lines.draw(paper, network, curves, points)
        return paper.written(format, scale)


def _require_scale(scale: float | None) -> None:
    if scale is not None:
        try:
            OPTIONS["scale"].check(scale)
        except ValueError as error:
            raise InputError(str(error)) from None
