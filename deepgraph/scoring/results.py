"""Results at the edge: CSV, Parquet and JSON lines out.

Numbers are the shortest decimals that read back the same. A single row (`--set`) is written
without pyarrow, whose import would cost more than everything else, and reads the same.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import IO, TYPE_CHECKING, Any, Literal, NamedTuple, Self

from deepgraph.errors import InputError, TableError
from deepgraph.graph.kinds import BIAS
from deepgraph.tables.csv_line import csv_line
from deepgraph.words.machine_numbers import json_value, shortest

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from deepgraph.evaluate.reference import Trace
    from deepgraph.graph.graph import Graph

Format = Literal["csv", "jsonl", "parquet"]
SUFFIXES: dict[str, Format] = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
}

_BYTES = re.compile(r"(?:^|: |=)(?:large_|fixed_size_)?binary")
"""In the name of a type, `list<item: binary>`: texts of no known letters, which are no texts."""

CSV_ROWS = 1 << 13
"""Rows that are made text at once."""
GROUP_ROWS, GROUP_VALUES = 1 << 20, 1 << 23
"""Rows of a row group of a Parquet file, and values at most: 64 MB as doubles."""


def header(names: Sequence[str]) -> bytes:
    """The first line of a CSV, quoted where a name needs it."""
    return csv_line(names)


def row(names: Sequence[str], numbers: Sequence[Any], form: Literal["csv", "jsonl"]) -> bytes:
    """One row of numbers as a whole CSV, or as a line of JSON."""
    if form == "jsonl":
        return _json_line(dict(zip(names, numbers, strict=True)))
    return header(names) + csv_line([shortest(number) for number in numbers])


class ValueColumn(NamedTuple):
    """A column of computed values: its header, the number of its node, and whether it is z."""

    header: str
    node: int
    is_z: bool

    def of(self, trace: Trace) -> Any:
        """(rows,) its values in a trace."""
        return (trace.z if self.is_z else trace.a)[self.node]


def value_columns(
    network: Graph, nodes: Sequence[int], *, pre_activations: bool
) -> list[ValueColumn]:
    """The columns for these nodes: `z(h1)` before `h1` where z is wanted.

    Inputs and biases compute nothing, so they have no z.
    """
    columns = []
    for node in nodes:
        name = network.ids[node]
        if pre_activations and network.kind[node] > BIAS:
            columns.append(ValueColumn(f"z({name})", node, True))
        columns.append(ValueColumn(name, node, False))
    return columns


def require_distinct(headers: Sequence[str]) -> None:
    """Check that no two columns have one name.

    Raises:
        InputError: two have.
    """
    for name, times in Counter(headers).items():
        if times > 1:
            raise InputError(f'two columns of the result would be named "{name}"')


def require_writable(schema: pa.Schema, form: Format) -> None:
    """Check that a format holds columns of these types.

    Raises:
        TableError: a CSV, or JSON, cannot hold one.
    """
    from pyarrow import types  # only this needs it

    if form == "parquet":
        return
    for column in schema:
        if _is_bytes(column.type) or (form == "csv" and types.is_nested(column.type)):
            text = "a CSV" if form == "csv" else "JSON"
            raise TableError(
                f'column "{column.name}" holds {column.type}, which {text} cannot; '
                "leave it out, or write Parquet"
            )


def encoded(batch: pa.RecordBatch, form: Format) -> Any:
    """A batch as `Writer.put` takes it: bytes of text, or itself for Parquet; in any thread."""
    if form == "parquet":
        return batch
    if form == "csv":
        import pyarrow as pa  # each format imports its own
        from pyarrow import csv as arrow_csv

        sink = pa.BufferOutputStream()
        options = arrow_csv.WriteOptions(include_header=False, batch_size=CSV_ROWS)
        arrow_csv.write_csv(batch, sink, options)
        return sink.getvalue()
    # numpy scalars keep float32 apart, whose shortest decimals are shorter
    columns = [
        column.to_numpy(zero_copy_only=False) if _is_float(column) else column.to_pylist()
        for column in batch.columns
    ]
    names = batch.schema.names
    rows = zip(*columns, strict=True)
    return b"".join(_json_line(dict(zip(names, row, strict=True))) for row in rows)


class Writer:
    """Writes record batches to a binary stream; how the rows are cut leaves no trace in it.

    Args:
        stream: where to; left open.
        schema: of the batches.
        form: of the output.

    Attributes:
        rows: how many were written.

    Raises:
        TableError: a CSV, or JSON, cannot hold a column.
    """

    def __init__(self, stream: IO[bytes], schema: pa.Schema, form: Format) -> None:
        require_writable(schema, form)
        self.rows = 0
        self._stream = stream
        self._form = form
        self._parquet: Any = None
        if form == "csv":
            stream.write(header(schema.names))
        elif form == "parquet":
            from pyarrow import parquet  # each format imports its own

            self._parquet = parquet.ParquetWriter(stream, schema)
            self._waiting: list[pa.RecordBatch] = []
            self._waiting_rows = 0
            self._group_rows = max(1, min(GROUP_ROWS, GROUP_VALUES // max(len(schema), 1)))

    def write(self, batch: pa.RecordBatch) -> None:
        """Write one batch."""
        self.put(encoded(batch, self._form), batch.num_rows)

    def put(self, content: Any, rows: int) -> None:
        """Write what `encoded` made of a batch of so many rows."""
        self.rows += rows
        if self._parquet is None:
            self._stream.write(content)
            self._stream.flush()  # somebody may be waiting for a row
            return
        self._waiting.append(content)
        self._waiting_rows += rows
        while self._waiting_rows >= self._group_rows:
            self._write_group(self._group_rows)

    def _write_group(self, rows: int) -> None:
        import pyarrow as pa  # CSV by hand needs none

        waiting = pa.Table.from_batches(self._waiting)
        # In one piece, or the pages would show where the batches were cut.
        self._parquet.write_table(waiting.slice(0, rows).combine_chunks(), row_group_size=rows)
        self._waiting = waiting.slice(rows).to_batches()
        self._waiting_rows -= rows

    def close(self) -> None:
        """Write what ends the file."""
        if self._parquet is not None:
            if self._waiting_rows:
                self._write_group(self._waiting_rows)
            self._parquet.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self.close()
        finally:
            if self._parquet is not None:
                self._parquet.is_open = False  # or its finaliser tries once more, and says so


def _is_bytes(kind: Any) -> bool:
    return _BYTES.search(str(kind)) is not None


def _is_float(column: pa.Array) -> bool:
    return str(column.type) in ("float", "double") and not column.null_count


def _json_line(content: dict[str, Any]) -> bytes:
    """A JSON object on a line; NaN and the infinities, which JSON lacks, as texts."""
    plain = {key: json_value(value) for key, value in content.items()}
    return json.dumps(plain, ensure_ascii=False, allow_nan=False, default=str).encode() + b"\n"
