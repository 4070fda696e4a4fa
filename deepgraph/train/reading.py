"""Reads a table to train on: the columns of the inputs and those of the targets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from deepgraph.errors import InputError, TableError
from deepgraph.words.messages import Nearest, shown
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph
    from deepgraph.tables.base import Table

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Wanted:
    """The target columns of a table: one for each target node, or a single one of classes.

    Attributes:
        nodes: headers by node id; empty for classes.
        classes: the header of the column of classes, or `None`.
    """

    nodes: dict[str, str]
    classes: str | None = None

    @classmethod
    def of(cls, network: Graph, texts: Sequence[str], header: list[str]) -> Wanted:
        """Parse `--target`: `y=column` once for each node, or the header of a column of classes.

        Ids and headers may contain equals signs; the first sign that ends an id counts.

        Raises:
            InputError: no such node, a node twice, or both forms together.
        """
        if len(texts) == 1 and texts[0] in header:
            return cls({}, texts[0])
        nodes: dict[str, str] = {}
        for text in texts:
            name, column = node_and_column(network, text, len(texts))
            if name is None:
                return cls({}, column)
            if name in nodes:
                raise InputError(f'{option("target")}: "{name}" is given twice')
            nodes[name] = column
        return cls(nodes)


def node_and_column(network: Graph, text: str, count: int) -> tuple[str | None, str]:
    """The node and the column of one of so many texts; `None` and the column of classes.

    Raises:
        InputError: no such node, or a column of classes beside other targets.
    """
    pieces = text.split("=")
    for end in range(1, len(pieces)):
        name = "=".join(pieces[:end])
        if name in network.index:
            return name, "=".join(pieces[end:])
    if len(pieces) == 1:
        if count == 1:
            return None, text
        raise InputError(
            f"{option('target')} {text}: several targets are NODE=COLUMN each; a column of "
            "classes stands alone"
        )
    name = pieces[0]
    near = Nearest(network.ids, f"the outputs are {', '.join(network.output_names[:10])}")
    raise InputError(f'{option("target")} {text}: there is no node "{shown(name)}"{near(name)}')


def read(
    table: Table, headers: dict[str, str], wanted: Wanted
) -> tuple[dict[str, Array], dict[str, Array] | list[str]]:
    """All rows of a table.

    Args:
        table: opened, not yet read.
        headers: of the inputs, by their ids.
        wanted: the target columns.

    Returns:
        The inputs by id, (rows,) each; and the targets by node id, (rows,) each, or the class of
        each row.

    Raises:
        TableError: a column is missing, or a cell holds no finite number.
    """
    numbers = [*headers.values(), *wanted.nodes.values()]
    kept = [] if wanted.classes is None else [wanted.classes]
    for header in (*wanted.nodes.values(), *kept):
        table.column(header, "target")
    batches = list(table.batches(numbers, kept))
    rows = sum(batch.num_rows for batch in batches)
    table.check_count(rows, 0)
    if not rows:
        raise TableError(f"{table.name}: the table has no rows to learn from")
    columns: dict[str, Array] = {}
    for header in dict.fromkeys(numbers):
        parts = [batch.column(header).to_numpy(zero_copy_only=False) for batch in batches]
        column = columns[header] = np.concatenate(parts)
        strange = np.flatnonzero(~np.isfinite(column))
        if len(strange):
            row = int(strange[0])
            raise TableError(
                f'{table.name}: row {row + 1:,}, column "{header}": {column[row]:g}; training '
                "needs finite numbers"
            )
    inputs = {name: columns[header] for name, header in headers.items()}
    if wanted.classes is None:
        return inputs, {node: columns[header] for node, header in wanted.nodes.items()}
    parts = [batch.column(wanted.classes) for batch in batches]
    try:  # numbers of a Parquet file become texts, too
        texts = [text or "" for part in parts for text in part.cast(pa.string()).to_pylist()]
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise TableError(
            f'{table.name}: column "{wanted.classes}" holds {parts[0].type}, not names of classes'
        ) from None
    return inputs, texts
