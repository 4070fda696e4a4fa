"""The way through the inputs that `kinks` and `plot` follow, and the options that describe it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from deepgraph.cli import common, options
from deepgraph.options import shared

if TYPE_CHECKING:
    from deepgraph.network import Network
    from deepgraph.request.values import Values

_over = click.option(
    "--over",
    "ranges",
    metavar="ID=FROM:TO",
    multiple=True,
    help="The input that varies, and its range; bounds may be fractions, x=-1/3:2. With a step, "
    "x=-1:1:0.1, or as a list, x=0,1, plot shows these points, too.",
)
_rows = click.option(
    "--rows",
    metavar="M:N",
    help="Instead of --over, go along the segment from row M to row N of the table, t from 0 to 1.",
)
line_options = options.together(_over, options.row_options, _rows)
nodes_options = options.options_of(
    replace(
        shared.NODES,
        help="Nodes and stages to show instead of the outputs: all (every neuron), or id,id,…; an "
        "id with a comma by itself.",
    ),
    replace(shared.PRE_ACTIVATIONS, help="The functions z of the nodes instead of a."),
)


def chosen(network: Network, texts: tuple[str, ...]) -> list[str] | None:
    """The ids that `--nodes` names; `None` without it."""
    from deepgraph.request import slopes  # --help needs no numpy

    return slopes.chosen(network, texts)


def over(ranges: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    """The bounds of the inputs that vary, as they were typed; of a list its ends."""
    from deepgraph.request import grid, parsing  # --help needs no numpy

    found: dict[str, tuple[str, str]] = {}
    for text in ranges:
        name, _, content = text.rpartition("=")
        if name and content and grid.is_grid(content):
            [(name, values)] = grid.values([text], "--over").items()
            ends = sorted(values, key=lambda value: parsing.number(name, value, "--over"))
            bounds = {name: (ends[0], ends[-1])} if len(ends) > 1 else {}
        else:
            bounds = {}
        bounds = bounds or parsing.ranges([text], "--over")
        if not found.keys().isdisjoint(bounds):
            raise click.UsageError(f"--over {next(iter(bounds))} is given twice")
        found |= bounds
    return found


def grid_rows(ranges: tuple[str, ...]) -> dict[str, list[str]] | None:
    """The values of `--over` if all of them are lists or have steps, else `None`."""
    from deepgraph.request import grid

    texts = [text for text in ranges if grid.is_grid(text.rpartition("=")[2])]
    return grid.values(texts, "--over") if texts and len(texts) == len(ranges) else None


def read(
    spec: str, given: dict[str, Any], over: dict[str, tuple[str, str]]
) -> tuple[Network, Values]:
    """The network, and the source of the inputs that do not vary."""
    network, values = common.read_network(common.source(spec), given), common.values(given)
    if "example" in values.options:
        from deepgraph.request.example import fixed_inputs  # few have one

        values = fixed_inputs(network, values, over.keys())
    return network, values


def arguments(
    network: Network, over: dict[str, tuple[str, str]], rows: str | None, values: Values
) -> dict[str, Any]:
    """The way as `Network.kinks` and `deepgraph.plot.render` take it: `over` and `at`, or rows.

    Args:
        network: with the inputs.
        over: the bounds of the inputs that vary.
        rows: the text of `--rows`.
        values: the source of the inputs that do not vary.

    Raises:
        click.UsageError: options that do not go together.
        DeepgraphError: the table or the values are wrong.
    """
    if rows is not None:
        if over or not values.options.keys().isdisjoint({"set", "row"}):
            raise click.UsageError("--rows gives all inputs; drop --over, --set and --row")
        return {"between": _two_rows(network, rows, values)}
    if not over:
        example = network.input_names[0]
        raise click.UsageError(f"say which input varies, --over {example}=-1:1")
    if values.table is not None and over.keys() >= set(network.input_names):
        raise click.UsageError(
            "--input gives the inputs that do not vary, and here all of them vary: leave it "
            "out (in a plot --target COLUMN shows its rows as points)"
        )
    row = values.one_row(network) or {}  # refuses what does not fit together
    fixed = {name: value for name, value in row.items() if name not in over}
    return {"over": over, "at": values.settings if values.table is None else fixed}


def _two_rows(network: Network, rows: str, values: Values) -> list[dict[str, float]]:
    """The two rows of the table that `--rows` names, from 1."""
    first, mark, second = rows.partition(":")
    if not (mark and first.isdecimal() and second.isdecimal() and int(first) and int(second)):
        raise click.UsageError(
            f"--rows takes two rows M:N, counted from 1, such as 3:17; got {rows}"
        )
    if values.table is None:
        raise click.UsageError("--rows needs a table: --input FILE")
    return values.rows(network, [int(first), int(second)])
