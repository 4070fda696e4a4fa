"""Results: their columns, and the writers of CSV, JSON lines and Parquet.

Numbers are the shortest decimals that read back the same. CSV and JSON of a single row (`--set`)
are written without pyarrow, whose import would take longer than all the rest, and have the same
bytes.
"""

from __future__ import annotations

import json
import shlex
from abc import ABC, abstractmethod
from collections import Counter
from typing import IO, TYPE_CHECKING, Any, NamedTuple, Self

from deepgraph.errors import InputError, TableError
from deepgraph.graph.stages import Member
from deepgraph.scoring.pipeline import Behind
from deepgraph.words.machine_numbers import csv_line, json_value, shortest
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa

    from deepgraph.evaluate.reference import Trace
    from deepgraph.graph.graph import Graph

CSV_ROWS = 1 << 13
"""Rows that become text at once."""
GROUP_ROWS, GROUP_VALUES = 1 << 20, 1 << 23
"""Rows of a row group of a Parquet file, and its values at most: 64 MB as doubles."""


class ValueColumn(NamedTuple):
    """A column of computed values: its header, the number of its node, and whether it is z."""

    header: str
    node: int
    is_z: bool

    def of(self, trace: Trace) -> Any:
        """(rows,) the values of the column in a trace."""
        return (trace.z if self.is_z else trace.a)[self.node]


def value_columns(
    network: Graph, names: Iterable[str], *, pre_activations: bool
) -> list[ValueColumn]:
    """The columns of nodes and stages: with `pre_activations`, `z(h1)` before `h1`.

    Biases and inputs that are not normalised compute nothing, so they have no z.
    A stage stands for its members, of which those are left out that have a column already; only
    nodes that are named twice stand twice.

    Raises:
        InputError: there is no such node or stage.
    """
    columns: list[ValueColumn] = []
    of_stages: set[ValueColumn] = set()
    there: set[ValueColumn] = set()
    if isinstance(names, str):
        network.members(names)  # refuses one text
    for name in names:
        found: list[ValueColumn] = []
        for member in network.members([name]):
            node = member.node
            before = Member(node, True)
            if member.is_z or (pre_activations and network.has_z(node)):
                found.append(ValueColumn(network.member_name(before), node, True))
            if not member.is_z:
                found.append(ValueColumn(network.ids[node], node, False))
        if name in network.index:
            columns += [column for column in found if column not in of_stages]
        else:
            columns += [column for column in found if column not in there]
            of_stages.update(found)
        there.update(found)
    return columns


def require_distinct(headers: Sequence[str], kept: Sequence[str] = ()) -> None:
    """Raise an `InputError` if two columns have the same name; it says how to rename a kept one."""
    for name, times in Counter(headers).items():
        if times > 1:
            way_out = ""
            if name in kept:
                pair, argument = f"{name}={name}_given", f"rename={{{name!r}: {name + '_given'!r}}}"
                typed = option("rename", shlex.quote(pair), argument=argument)
                way_out = f"; {typed} renames the one that is kept"
            raise InputError(f'two columns of the result would be named "{name}"{way_out}')


class Writer(ABC):
    """Writes record batches to a binary stream; how the rows are cut leaves no trace in it.

    Args:
        stream: left open.
        schema: of the batches.

    Raises:
        TableError: the format cannot hold a column.
    """

    holds_nested = True
    text = ""
    """The name of a format of text in messages."""

    def __init__(self, stream: IO[bytes], schema: pa.Schema) -> None:
        self.require(schema)
        self._stream = stream

    @classmethod
    def require(cls, schema: pa.Schema) -> None:
        """Raise a `TableError` if the format cannot hold a column of this type."""
        from deepgraph.scoring import cells  # imports pyarrow

        for column in schema:
            cells.require(column.name, column.type, cls.text, nested=cls.holds_nested)

    @staticmethod
    @abstractmethod
    def encoded(batch: pa.RecordBatch) -> Any:
        """The content of a batch for `put`; may be made in any thread."""

    @abstractmethod
    def put(self, content: Any) -> None:
        """Write what `encoded` made of a batch."""

    def write(self, batch: pa.RecordBatch) -> None:
        """Write one batch."""
        self.put(self.encoded(batch))

    @classmethod
    def write_row(cls, stream: IO[bytes], names: Sequence[str], numbers: Sequence[Any]) -> None:
        """Write a whole result of one row of numbers."""
        import pyarrow as pa  # text formats do without

        arrays = [pa.array([number]) for number in numbers]
        batch = pa.RecordBatch.from_arrays(arrays, names=list(names))
        with cls(stream, batch.schema) as writer:
            writer.write(batch)

    @abstractmethod
    def close(self) -> None:
        """Write the end of the file."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()


class TextWriter(Writer):
    """Writes lines of text, at once: somebody may be waiting for a row."""

    def put(self, content: Any) -> None:
        """Write some lines."""
        self._stream.write(content)
        self._stream.flush()

    def close(self) -> None:
        """Nothing is left to write."""


class CsvWriter(TextWriter):
    """Writes CSV."""

    holds_nested = False
    text = "a CSV"

    def __init__(self, stream: IO[bytes], schema: pa.Schema) -> None:
        super().__init__(stream, schema)
        stream.write(csv_line(schema.names))

    @staticmethod
    def encoded(batch: pa.RecordBatch) -> Any:
        """The rows as lines."""
        import pyarrow as pa  # a single row does without
        from pyarrow import csv as arrow_csv

        from deepgraph.scoring import cells

        names = batch.schema.names
        columns = [cells.plain(name, batch.column(at)) for at, name in enumerate(names)]
        sink = pa.BufferOutputStream()
        options = arrow_csv.WriteOptions(include_header=False, batch_size=CSV_ROWS)
        arrow_csv.write_csv(pa.RecordBatch.from_arrays(columns, names=names), sink, options)
        return sink.getvalue()

    @classmethod
    def write_row(cls, stream: IO[bytes], names: Sequence[str], numbers: Sequence[Any]) -> None:
        """Write a header and one row of numbers."""
        stream.write(csv_line(names) + csv_line([shortest(number) for number in numbers]))


class JsonLinesWriter(TextWriter):
    """Writes a JSON object on a line for each row."""

    text = "JSON"

    @staticmethod
    def encoded(batch: pa.RecordBatch) -> bytes:
        """The rows as lines."""
        from deepgraph.scoring import cells

        names = batch.schema.names
        keys = [f"{json.dumps(name, ensure_ascii=False)}: " for name in names]
        columns = [
            [key + token for token in cells.json_tokens(name, batch.column(at))]
            for at, (name, key) in enumerate(zip(names, keys, strict=True))
        ]
        rows = zip(*columns, strict=True)
        return "".join(f"{{{', '.join(row)}}}\n" for row in rows).encode()

    @classmethod
    def write_row(cls, stream: IO[bytes], names: Sequence[str], numbers: Sequence[Any]) -> None:
        """Write one row of numbers."""
        stream.write(_json_line(dict(zip(names, numbers, strict=True))))


class ParquetWriter(Writer):
    """Writes Parquet in row groups of one size, however the batches are cut."""

    def __init__(self, stream: IO[bytes], schema: pa.Schema) -> None:
        import pyarrow as pa
        from pyarrow import parquet  # the other formats do without

        super().__init__(stream, schema)
        # Computed numbers all differ; to look for equal ones would be half of the work.
        equal = [field.name for field in schema if not pa.types.is_floating(field.type)]
        self._parquet = parquet.ParquetWriter(
            stream, schema, write_page_checksum=True, use_dictionary=equal
        )
        self._behind = Behind(1)
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_rows = 0
        self._group_rows = max(1, min(GROUP_ROWS, GROUP_VALUES // max(len(schema), 1)))

    @classmethod
    def require(cls, schema: pa.Schema) -> None:
        """Raise a `TableError` if Parquet cannot hold a column of this type."""
        from deepgraph.scoring import cells

        for column in schema:
            if column.type not in cells.PLAIN:
                cells.require_parquet(column.name, column.type)

    @staticmethod
    def encoded(batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch itself."""
        return batch

    def put(self, content: Any) -> None:
        """Write the row groups that are full."""
        self._waiting.append(content)
        self._waiting_rows += content.num_rows
        while self._waiting_rows >= self._group_rows:
            self._write_group(self._group_rows)

    def _write_group(self, rows: int) -> None:
        """Write a row group in another thread, when the one before it is written."""
        import pyarrow as pa  # the other formats do without

        waiting = pa.Table.from_batches(self._waiting)
        group = waiting.slice(0, rows)
        self._waiting = waiting.slice(rows).to_batches()
        self._waiting_rows -= rows
        self._behind.finish()
        self._behind.start(lambda: self._encode(group, rows), lambda: None)

    def _encode(self, group: pa.Table, rows: int) -> None:
        import pyarrow as pa  # the other formats do without

        # In one piece, or the pages would show where the batches were cut.
        try:
            self._parquet.write_table(group.combine_chunks(), row_group_size=rows)
        except pa.ArrowInvalid as error:  # seconds that are too large as milliseconds
            raise TableError(
                f"a kept column has a value that Parquet cannot hold: {error}"
            ) from None

    def close(self) -> None:
        """Write the last row group and the footer."""
        if self._waiting_rows:
            self._write_group(self._waiting_rows)
        self._behind.finish()
        self._parquet.close()

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        try:
            super().__exit__(kind, *error)
        finally:
            self._behind.close()
            self._parquet.is_open = False  # or its finaliser tries once more, and complains


def _json_line(content: dict[str, Any]) -> bytes:
    """A JSON object on a line; NaN and the infinities, which JSON lacks, as texts."""
    plain = {key: json_value(value) for key, value in content.items()}
    return json.dumps(plain, ensure_ascii=False, allow_nan=False, default=str).encode() + b"\n"
