"""`deepgraph plot`: curves over one input, maps over two, one small plot for each node."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from deepgraph.cli import common, options, sweep_options
from deepgraph.cli.text import say
from deepgraph.errors import InputError
from deepgraph.options import picture_formats, shared
from deepgraph.options.drawing import FIXED_THEMES, OPTIONS

if TYPE_CHECKING:
    from deepgraph.network import Network
    from deepgraph.plot import Points
    from deepgraph.request.values import Values

SUFFIXES = {
    suffix: name
    for suffix, name in picture_formats.SUFFIXES.items()
    if name in picture_formats.IMAGES
}
_scale = replace(
    OPTIONS["scale"],
    help="Pixels of a PNG for each pixel of the picture.  [default: 2, and 1 for a large grid]",
)
MOST_POINTS = 20_000
"""Rows of a table that are shown; more make no clearer picture."""


@options.command("plot", short_help="Plot nodes over one input or two.")
@options.spec_argument
@sweep_options.line_options
@sweep_options.nodes_options
@click.option(
    "--grid", is_flag=True, help="Draw one small plot for each node, placed as in the diagram."
)
@click.option(
    "--target",
    metavar="COLUMN",
    help="Show the rows of the table as points; this column says their height, or their class.",
)
@click.option(
    "--level",
    type=float,
    metavar="NUMBER",
    help="The value along which the boundary in a map of one node runs.  [default: 0.5 "
    "where its values, or the targets, lie between 0 and 1; else 0]",
)
@click.option(
    "--theme",
    type=options.Choice(FIXED_THEMES),
    default="light",
    show_default=True,
    help="The colours.",
)
@options.option_of(_scale, preset=True)
@options.option_of(shared.FONT)
@options.output_option(
    "Where to write; by default beside the spec as NAME-plot.svg, or standard output if that is no "
    "terminal."
)
@options.format_option(SUFFIXES.values(), "The format of the picture", "SVG")
@options.seed_options
def command(
    spec: str,
    ranges: tuple[str, ...],
    rows: str | None,
    nodes: tuple[str, ...],
    pre_activations: bool,
    grid: bool,
    target: str | None,
    level: float | None,
    theme: Any,
    scale: float | None,
    font: tuple[str, ...],
    output: str | None,
    form: Any,
    **given: Any,
) -> None:
    """Plot what a network's nodes do over one input, or over two.

    One --over gives curves; they are exact, with their kinks marked, where the network is piecewise
    linear. Two give a map: of one node its values and its boundary, of several the areas in which
    each is the largest. Needs matplotlib: pip install 'deepgraph-nn[plot]'.

    \b
    deepgraph plot deep_state.json --over x=-1:1 -o y.svg
    deepgraph plot xor.json --over x1=-1:2 x2=-1:2 \\
        --input xor.csv --target target_y
    deepgraph plot deep_state.json --over x=-1:1 --grid -o nodes.png
    """
    table, row = given["input"], given["row"]
    common.refuse_one_stdin_for_two(spec, table)
    over = sweep_options.over(ranges)
    if len(over) > 2:
        raise click.UsageError("a plot is over one input or two: --over once or twice")
    twice = given["set"] and row is not None  # the inputs that do not vary
    if target is not None and (table is None or twice or rows):
        raise click.UsageError(
            "--target shows the rows of a table: --input FILE, the inputs that do not vary with "
            "--set or with --row, and no --rows"
        )
    if target is not None and grid:
        raise click.UsageError("--grid shows no points; leave out --target")
    output, form = common.picture_path(spec, output, form, SUFFIXES, "-plot")
    from deepgraph import plot  # --help needs no numpy

    if rows is not None and given["example"] is not None:
        raise click.UsageError("--rows gives all inputs; drop --example")
    network, values = sweep_options.read(spec, given, over)
    points = None
    if given["example"] is not None and over.keys() >= set(network.input_names):
        points = _example_points(network, given["example"], nodes)
    if target is not None:
        points = _points(network, values, target)
        if row is None:  # the table holds points, and no values
            values = common.values({"set": given["set"]})
    rows_of_grid = sweep_options.grid_rows(ranges)
    if points is None and rows_of_grid is not None and not grid:
        points = _grid_points(network, values, rows_of_grid, nodes, pre_activations)
    with common.warnings_as_notes():
        picture = plot.render(
            network,
            **sweep_options.arguments(network, over, rows, values),
            nodes=sweep_options.chosen(network, nodes),
            pre_activations=pre_activations,
            points=points,
            grid=grid,
            level=level,
            theme=theme,
            format=form,
            scale=scale,
            font=font,
        )
    common.write_output(output, picture)
    if output != "-":
        say(output)


def _grid_points(
    network: Network,
    values: Values,
    over: dict[str, list[str]],
    nodes: tuple[str, ...],
    pre_activations: bool,
) -> Points | None:
    """The values of the one node that is plotted, at the points of `--over`; else nothing."""
    import itertools

    import numpy as np

    from deepgraph.plot import Points

    chosen = sweep_options.chosen(network, nodes) or network.output_names
    if len(chosen) != 1 or chosen[0] not in network.index:
        return None
    fixed = {k: v for k, v in (values.one_row(network) or {}).items() if k not in over}
    rows = np.array(list(itertools.product(*over.values())), np.float64).T
    inputs = dict(zip(over, rows, strict=True))
    try:
        trace = network.trace({**fixed, **inputs})
    except InputError:
        return None  # plot.render says what is missing
    found = trace.pre_activation(chosen[0]) if pre_activations else trace[chosen[0]]
    return Points(inputs, np.asarray(found, np.float64), chosen[0])


def _example_points(network: Network, name: str, nodes: tuple[str, ...]) -> Points:
    """The rows of an example whose inputs all vary, at the targets of the one node that is plotted.

    Raises:
        InputError: the example has no such targets, so that it says nothing here.
    """
    import numpy as np

    from deepgraph.plot import Points

    data = network.example(name)
    chosen = sweep_options.chosen(network, nodes) or network.output_names
    wanted = data.targets.get(chosen[0]) if len(chosen) == 1 else None
    if wanted is None:
        raise InputError(
            "the example says the inputs that do not vary, and here all of them vary; its rows are "
            f"shown where it has targets for the one node that is plotted, not for {chosen[0]}"
        )
    inputs = {name: np.array(column, np.float64) for name, column in data.inputs.items()}
    return Points(inputs, np.array(wanted, np.float64), f"target of {chosen[0]}")


def _points(network: Network, values: Values, target: str) -> Points:
    """The rows of a table; the wanted values are numbers if all of them are."""
    import numpy as np

    from deepgraph.plot import Points

    rows, kept, more = values.first_rows(network, MOST_POINTS, [target])
    if more:
        common.note(f"the first {MOST_POINTS:,} rows of {values.table} are shown.")
    inputs = {name: np.array(column, np.float64) for name, column in rows.items()}
    try:
        return Points(inputs, np.array([float(value) for value in kept[target]]), target)
    except (TypeError, ValueError):
        return Points(inputs, [str(value) for value in kept[target]], target)
