"""What `kinks`, `plot` and `render --curves` share: ranges of inputs, typed as x=-1:1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from deepgraph.cli import common

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deepgraph.kinks.sweep import Sweep
    from deepgraph.network import Network

over_option = click.option(
    "--over",
    "ranges",
    metavar="ID=FROM:TO",
    multiple=True,
    help="The input that varies, and its range; bounds may be fractions, x=-1/3:2.",
)
rows_option = click.option(
    "--rows",
    metavar="M:N",
    help="Instead of --over, go along the segment from row M to row N of the table, t from 0 to 1.",
)
nodes_option = click.option(
    "--nodes",
    metavar="IDS",
    multiple=True,
    help="Nodes to show instead of the outputs: all (every neuron), or id,id,…; an id with a comma "
    "by itself.",
)


def chosen(network: Network, texts: tuple[str, ...]) -> list[str] | None:
    """The ids that `--nodes` names; `None` without it."""
    from deepgraph.curves import neurons  # --help needs no numpy

    if "all" in texts and "all" not in network.index:
        return neurons(network)
    return common.node_names(network, texts) if texts else None


def ranges_of(texts: tuple[str, ...], option: str = "--over") -> dict[str, tuple[str, str]]:
    """`x=-1:1` as bounds by input, left as text, so that a fraction stays one."""
    from deepgraph import typed  # --help needs no numpy

    with common.as_usage():
        return typed.ranges(texts, option)


def sweep_of(
    network: Network,
    ranges: Mapping[str, tuple[str, str]],
    rows: str | None,
    values: tuple[Any, ...],
) -> Sweep:
    """The way through the inputs that the options name.

    Args:
        network: whose inputs.
        ranges: of `--over`.
        rows: of `--rows`.
        values: the arguments of `common.live_inputs`.
    """
    from deepgraph.kinks import sweep  # --help needs no numpy

    if rows is not None:
        return sweep.between(network, *two_rows(network, ranges, rows, values))
    if not ranges:
        example = network.input_names[0]
        raise click.UsageError(f"say which input varies, --over {example}=-1:1")
    return sweep.along_input(network, ranges, fixed(network, ranges, values))


def fixed(network: Network, ranges: Mapping[str, Any], values: tuple[Any, ...]) -> dict[str, Any]:
    """The values of the inputs that do not vary; texts as typed, numbers of a table."""
    settings, table, *_ = values
    if table is None:
        common.live_inputs(network, *values)  # refuses what does not fit together
        return dict(common.pairs(settings, "--set"))
    if ranges.keys() >= set(network.input_names):
        raise click.UsageError(
            "--input gives the inputs that do not vary, and here all of them vary: leave it out "
            "(in a plot --target COLUMN shows its rows as points)"
        )
    found = common.live_inputs(network, *values) or {}
    return {name: value for name, value in found.items() if name not in ranges}


def two_rows(
    network: Network, ranges: Mapping[str, Any], rows: str, values: tuple[Any, ...]
) -> tuple[dict[str, float], dict[str, float]]:
    """The two rows of the table that `--rows` names, from 1; arguments as in `sweep_of`."""
    settings, table, row, columns, delimiter, input_format = values
    if ranges or settings or row is not None:
        raise click.UsageError("--rows says all inputs: without --over, --set and --row")
    first, mark, second = rows.partition(":")
    if not (mark and first.isdecimal() and second.isdecimal() and int(first) and int(second)):
        raise click.UsageError(
            f"--rows takes two rows M:N, counted from 1, such as 3:17; got {rows}"
        )
    if table is None:
        raise click.UsageError("--rows needs a table: --input FILE")
    from deepgraph.tables import rows_at  # imports pyarrow

    reader = (columns, delimiter, input_format)
    with common.opened_table(network, table, *reader) as (opened, headers):
        found = rows_at(opened, list(headers.values()), [int(first), int(second)])
    one, other = ({name: row[header] for name, header in headers.items()} for row in found)
    return one, other
