"""A table with the columns that its folders hold: `year=2026/part-1.csv` has a column `year`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from deepgraph.errors import TableError
from deepgraph.tables.base import Part, Table
from deepgraph.words import typed_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deepgraph.scoring.datasets import Partition


class Partitioned(Table):
    """A table, and behind its columns one of a single value for each folder that holds one.

    Args:
        table: an opened one; a column of its own comes before that of a folder.
        values: of the folders, by column.
    """

    def __init__(self, table: Table, values: Mapping[str, Partition]) -> None:
        self._table = table
        self._values = {name: value for name, value in values.items() if name not in table.header}
        super().__init__(table.name, [*table.header, *self._values])

    def _choose(self, numbers: list[str], kept: list[str]) -> None:
        constant = self._values
        self._constants: dict[str, pa.Scalar] = {}
        for name in numbers:
            if name in constant:
                self._constants[name] = pa.scalar(self._number(name), pa.float64())
        for name in kept:
            if name in constant:
                text, whole = constant[name]
                value = pa.scalar(text, pa.string())
                self._constants[name] = value.cast(pa.int64()) if whole else value
        read = [name for name in numbers if name not in constant]
        passed = [name for name in kept if name not in constant]
        if not read and not passed:
            passed = self._table.header[:1]  # a batch without a column has no rows
        self._table.choose(read, passed)
        stored = self._table.schema
        self.schema = pa.schema(
            [
                pa.field(name, self._constants[name].type)
                if name in self._constants
                else stored.field(name)
                for name in [*numbers, *kept]
            ]
        )

    def _number(self, name: str) -> float:
        try:
            return typed_numbers.number(self._values[name].text or "")
        except ValueError as error:
            raise TableError(f'{self.name}: the folder of column "{name}": {error}') from None

    def pieces(self) -> Iterator[Any]:
        """The pieces of the table."""
        return self._table.pieces()

    def parse(self, piece: Any, *, skip: bool = False) -> Part:
        """The rows of a piece, with the values of the folders."""
        part = self._table.parse(piece, skip=skip)
        rows = part.batch.num_rows
        columns = [
            pa.repeat(self._constants[name], rows)
            if name in self._constants
            else part.batch.column(name)
            for name in self.schema.names
        ]
        batch = pa.RecordBatch.from_arrays(columns, schema=self.schema)
        return Part(part.rows, batch, part.rejections)

    def _hint(self, wanted: str) -> str:
        return self._table._hint(wanted)
