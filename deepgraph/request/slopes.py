"""The derivatives of outputs by inputs of a request: the Jacobian, or the sensitivity."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.evaluate.bends import at_bends
from deepgraph.evaluate.sensitivity import Sensitivity
from deepgraph.options.drawing import OPTIONS as STYLE
from deepgraph.request.parsing import node_names
from deepgraph.request.value_table import Table
from deepgraph.words.messages import counted
from deepgraph.words.numbers import number_text, z_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deepgraph.evaluate.bends import Bend
    from deepgraph.evaluate.reference import Trace
    from deepgraph.network import Network
    from deepgraph.request.values import Values

BENDS = 3
"""Nodes at bends, jumps and ties that are told of by name."""


@dataclass(frozen=True)
class Slopes:
    """Derivatives at one point, or over the rows of a table.

    Attributes:
        found: the numbers.
        point: the inputs, if it is one point; `None` over rows.
        of: what is differentiated, in a word: "output" or "node".
        at_bends: the ids of nodes that stand at a bend, a jump or a tie at the point, with a
            sentence on each.
    """

    found: Sensitivity
    point: dict[str, float] | None
    of: str
    at_bends: list[tuple[str, str]] = field(default_factory=list)

    @property
    def title(self) -> str:
        """What the numbers are, in a line."""
        if self.point is not None:
            at = ", ".join(f"{name} = {number_text(value)}" for name, value in self.point.items())
            return f"∂{self.of}/∂input at {at}"
        return (
            f"∂{self.of}/∂input over {self.found.rows:,} rows: mean, mean of the absolute value, "
            "largest absolute value and its row"
        )

    @property
    def notes(self) -> list[str]:
        """Sentences on the nodes at bends, jumps and ties; of many, a few."""
        told = [f"{sentence}." for _, sentence in self.at_bends[:BENDS]]
        if more := len(self.at_bends[BENDS:]):
            told.append(f"{counted(more, 'more note')} of this kind.")
        return told

    def entries(self) -> Iterator[tuple[Any, ...]]:
        """Node, input, mean, mean absolute and largest absolute derivative, and its row."""
        found = self.found
        arrays = (found.mean, found.mean_absolute, found.largest, found.largest_row)
        numbers = [array.tolist() for array in arrays]
        for place, node in enumerate(found.nodes):
            for at, name in enumerate(found.inputs):
                yield (node, name, *(array[place][at] for array in numbers))

    def table(self, digits: int = STYLE["precision"].default) -> Table:
        """As a reader sees them: a matrix at a point, a line for each pair over rows."""
        found = self.found
        if self.point is not None:
            rows = [
                (node, *(number_text(slope, digits) for slope in slopes))
                for node, slopes in zip(found.nodes, found.mean.tolist(), strict=True)
            ]
            numeric = (False, *(True for _ in found.inputs))
            said = " ".join([f"{self.title}.", *self.notes]) if self.at_bends else self.title
            return Table(("", *found.inputs), tuple(rows), numeric, said)
        lines = [
            (node, name, *(number_text(one, digits) for one in three), f"{row:,}" if row else "")
            for node, name, *three, row in self.entries()
        ]
        header = (self.of, "input", "mean", "mean |∂|", "largest |∂|", "row")
        return Table(header, tuple(lines), (False, False, True, True, True, True), self.title)


def at_point(network: Network, point: dict[str, float], nodes: list[str] | None) -> Slopes:
    """The derivatives at one point.

    Args:
        network: of the nodes.
        point: the inputs by name.
        nodes: what is differentiated, by id; `None` for the outputs.
    """
    trace = network.trace(point)
    found = Sensitivity.of(network, nodes).add(trace)
    told = [
        (
            network.ids[bend.node],
            _of_tie(network, bend) if bend.ties else _of_bend(network, trace, bend),
        )
        for bend in at_bends(trace, found.nodes)
    ]
    return Slopes(found, point, _word(nodes), told)


def _of_bend(network: Network, trace: Trace, bend: Bend) -> str:
    """Where an activation bends or jumps, and the slope that is taken there."""
    function, z = network.activation(bend.node), trace.z[bend.node, :1]
    at = f"{z_of(network.ids[bend.node])} = {number_text(float(z[0]))}"
    slope = number_text(float(np.ravel(function.derivative(z))[0]))
    return f"{function.title} {bend.word} at {at}; its slope there counts as {slope}"


def _of_tie(network: Network, bend: Bend) -> str:
    """The extreme terms that are equal, and the one that gets the derivative."""
    *some, last = (network.ids[source] for source in bend.ties)
    name, node = network.aggregations[bend.node], network.ids[bend.node]
    tied = f"{', '.join(some)} and {last} tie for the {name} in {node}"
    return f"{tied}; the slope goes to {some[0]} alone"


def over_rows(network: Network, values: Values, nodes: list[str] | None) -> Slopes:
    """The derivatives over the rows of a table, which is read in parts.

    Args:
        network: of the nodes.
        values: with rows.
        nodes: what is differentiated, by id; `None` for the outputs.

    Raises:
        DeepgraphError: the table is wrong.
    """
    found = Sensitivity.of(network, nodes)
    with values.opened(network) as (table, headers):
        for batch in table.batches(list(headers.values()), []):
            columns = {name: batch.column(header) for name, header in headers.items()}
            found.add(network.trace({name: column.to_numpy() for name, column in columns.items()}))
        table.check_count(found.rows, 0)
    return Slopes(found, None, _word(nodes))


def _word(nodes: list[str] | None) -> str:
    return "output" if nodes is None else "node"


def chosen(network: Network, texts: Sequence[str]) -> list[str] | None:
    """The ids that `nodes` names, every neuron for "all"; `None` without any."""
    from deepgraph.kinks.curves import neurons  # exact arithmetic, which few need

    if "all" in texts and "all" not in network.index and "all" not in network.stages:
        return neurons(network)
    return node_names(network, texts) if texts else None
