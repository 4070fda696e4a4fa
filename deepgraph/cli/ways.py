"""What `kinks` and `plot` share: a way through the inputs; and ranges of them, typed as x=-1:1."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

from deepgraph.cli import common

if TYPE_CHECKING:
    from deepgraph.network import Network

_over = click.option(
    "--over",
    "ranges",
    metavar="ID=FROM:TO",
    multiple=True,
    help="The input that varies, and its range; bounds may be fractions, x=-1/3:2.",
)
_rows = click.option(
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
    from deepgraph.kinks.curves import neurons  # --help needs no numpy

    if "all" in texts and "all" not in network.index:
        return neurons(network)
    return common.node_names(network, texts) if texts else None


def ranges_of(texts: tuple[str, ...], option: str = "--over") -> dict[str, tuple[str, str]]:
    """`x=-1:1` as bounds by input, left as text, so that a fraction stays one."""
    from deepgraph.request import typed  # --help needs no numpy

    with common.as_usage():
        return typed.ranges(texts, option)


@dataclass(frozen=True)
class Way:
    """What was typed of the way through the inputs.

    Attributes:
        ranges: of `--over`.
        rows: of `--rows`.
        values: of the inputs that do not vary.
    """

    ranges: tuple[str, ...]
    rows: str | None
    values: common.Values

    @cached_property
    def over(self) -> dict[str, tuple[str, str]]:
        """The bounds of the inputs that vary, as typed."""
        return ranges_of(self.ranges)

    def arguments(self, network: Network) -> dict[str, Any]:
        """The way as `Network.kinks` and `deepgraph.plot.render` take it: `over` and `at`, or rows.

        Raises:
            click.UsageError: options that do not go together.
            DeepgraphError: the table or the values are wrong.
        """
        if self.rows is not None:
            return {"between": self._two_rows(network, self.rows)}
        if not self.over:
            example = network.input_names[0]
            raise click.UsageError(f"say which input varies, --over {example}=-1:1")
        return {"over": self.over, "at": self._fixed(network)}

    def _fixed(self, network: Network) -> dict[str, Any]:
        """The values of the inputs that do not vary; texts as typed, numbers of a table."""
        if self.values.table is None:
            common.live_inputs(network, self.values)  # refuses what does not fit together
            return dict(common.pairs(self.values.settings, "--set"))
        if self.over.keys() >= set(network.input_names):
            raise click.UsageError(
                "--input gives the inputs that do not vary, and here all of them vary: leave it "
                "out (in a plot --target COLUMN shows its rows as points)"
            )
        found = common.live_inputs(network, self.values) or {}
        return {name: value for name, value in found.items() if name not in self.over}

    def _two_rows(self, network: Network, rows: str) -> tuple[dict[str, float], dict[str, float]]:
        """The two rows of the table that `--rows` names, from 1."""
        values = self.values
        if self.ranges or values.settings or values.row is not None:
            raise click.UsageError("--rows says all inputs: without --over, --set and --row")
        first, mark, second = rows.partition(":")
        if not (mark and first.isdecimal() and second.isdecimal() and int(first) and int(second)):
            raise click.UsageError(
                f"--rows takes two rows M:N, counted from 1, such as 3:17; got {rows}"
            )
        if values.table is None:
            raise click.UsageError("--rows needs a table: --input FILE")
        from deepgraph.tables.source import rows_at  # imports pyarrow

        with common.opened_table(network, values.table, *values.reader) as (opened, headers):
            found = rows_at(opened, list(headers.values()), [int(first), int(second)])
        one, other = ({name: row[header] for name, header in headers.items()} for row in found)
        return one, other


way_options = common.gathered(Way, "way", _over, common.value_options, _rows)
