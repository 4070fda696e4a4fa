"""Plots with matplotlib: curves over one input, maps over two, one small plot for each node.

What is drawn comes from `deepgraph.kinks.curves`, exact where the network is piecewise linear, or
from the evaluator; colours and fonts are those of the diagrams.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from deepgraph.errors import InputError
from deepgraph.kinks import sweep
from deepgraph.kinks.curves import curves, neurons

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph
    from deepgraph.kinks.sweep import Number

Format = Literal["svg", "png", "pdf"]
FORMATS: tuple[Format, ...] = get_args(Format)
ThemeName = Literal["light", "dark", "paper"]
THEME_NAMES: tuple[ThemeName, ...] = get_args(ThemeName)


@dataclass(frozen=True)
class Points:
    """Rows of a table to show on top of a plot.

    Attributes:
        inputs: (rows,) values by input id.
        target: what the rows say: (rows,) numbers, or a list of classes.
        name: of the target.
    """

    inputs: dict[str, NDArray[np.float64]]
    target: NDArray[np.float64] | list[str]
    name: str


def plot(
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
    form: Format = "svg",
    scale: float | None = None,
) -> bytes:
    """Plot a network's nodes over one input or two.

    Over one input, or between two rows: the curves of the nodes, their kinks marked. Over two: the
    value map of one node with its border, the line on which it has a level; or, of several nodes,
    where each is the largest, with the borders between them.

    Args:
        network: all of its parameters must have values.
        over: one input or two with their ranges, `{"x": (-1, 1)}`.
        at: the values of all other inputs.
        between: instead of these, two rows of all inputs.
        nodes: ids; by default the outputs.
        pre_activations: z instead of a.
        points: rows of a table, shown on top.
        grid: one small plot for each node, where the diagram has it; by default every node.
        level: of the border of one node; by default 0.5 for a node whose values lie between 0 and
            1 (sigmoid, hard_sigmoid, step, softmax) or where the targets of the points are 0 and
            1, else 0.
        theme: "light", "dark" or "paper".
        form: "svg", "png" or "pdf".
        scale: PNG pixels per CSS pixel; by default 2, and 1 for a large grid.

    Returns:
        The file's content; the same bytes for the same arguments and the same matplotlib.

    Raises:
        InputError: arguments that do not fit.
        MissingExtraError: matplotlib is not installed.
        UninitialisedError: a parameter has no value.
    """
    if form not in FORMATS:
        raise InputError(f'a plot is {", ".join(FORMATS)}, not "{form}"')
    if theme not in THEME_NAMES:
        raise InputError(f'the theme of a plot is {", ".join(THEME_NAMES)}, not "{theme}"')
    from deepgraph.plot import canvas, grids, lines, maps

    network.require_values()
    if (over is None) == (between is None):
        raise InputError("give ranges of inputs (over), or two rows (between)")
    if grid and (points is not None or level is not None):
        raise InputError("a grid shows neither points nor a level: leave them out")
    if over is not None and len(over) == 2:
        plane = maps.Plane.over(network, over, at)
        chosen = network.output_names if nodes is None else list(nodes)
        network.node_numbers(chosen)
        with canvas.Canvas(theme) as paper:
            if grid:
                all_nodes = neurons(network) if nodes is None else chosen
                grids.of_maps(paper, network, plane, all_nodes, pre_activations=pre_activations)
            else:
                picture = maps.Map(network, plane, chosen, pre_activations, level)
                picture.draw(paper, points)
            return paper.written(form, scale)
    if level is not None:
        raise InputError("a level is that of a border: it needs ranges of two inputs")
    if over is not None and len(over) != 1:
        raise InputError(f"a plot is over one input or two, not over {len(over)}")
    way = sweep.along(network, over, at, between)
    if nodes is None and grid:
        nodes = neurons(network)
    found = curves(network, way, nodes or network.output_names, pre_activations=pre_activations)
    with canvas.Canvas(theme) as paper:
        if grid:
            grids.of_curves(paper, network, found)
        else:
            lines.draw(paper, network, found, points)
        return paper.written(form, scale)
