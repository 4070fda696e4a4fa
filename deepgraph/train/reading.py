"""Reads a table to train on: the columns of the inputs and those of the targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from deepgraph.errors import TableError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.graph.target_columns import Wanted
    from deepgraph.tables.base import Table

    Array = NDArray[np.float64]


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
