"""Text tables: Arrow parses plain blocks of records; all others are read cell by cell."""

from __future__ import annotations

from codecs import BOM_UTF8
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from deepgraph.errors import TableError
from deepgraph.tables.base import Part, Table
from deepgraph.tables.csv_records import Dialect, Record, RecordBlock, blocks
from deepgraph.tables.first_bytes import IS_JSON, LENGTH, binary, is_json, peeked, unpacked
from deepgraph.tables.rejects import Rejection
from deepgraph.words import typed_numbers
from deepgraph.words.messages import shown
from deepgraph.words.option_names import at_door

if TYPE_CHECKING:
    from collections.abc import Iterator

BOOLEANS = {"True": 1.0, "true": 1.0, "TRUE": 1.0, "False": 0.0, "false": 0.0, "FALSE": 0.0}
"""The numbers of truth values, as pandas, SQL and spreadsheets write them."""

BLOCK = 1 << 20
"""Bytes that are parsed at once: some 30,000 rows of two numbers, which fit into the cache."""


def _delimiter(mark: str) -> str:
    """The option that names a delimiter, quoted for a shell; on a page a tab has two letters."""
    quoted = r"$'\t'" if mark == "\t" else f"'{mark}'"
    return at_door(
        command=f"--delimiter {quoted}",
        page="delimiter " + mark.replace("\t", r"\t"),
        python=f"delimiter={mark!r}",
    )


class Delimited(Table):
    """A table as text.

    Args:
        stream: binary, perhaps compressed by gzip or Zstandard.
        name: of the table in messages.
        delimiter: between the cells.
        block: bytes to read at once.

    Raises:
        TableError: the stream has no header, or is no text.
    """

    def __init__(
        self, stream: IO[bytes], name: str, delimiter: str, block: int | None = None
    ) -> None:
        self._dialect = Dialect(delimiter)
        text = unpacked(stream, name)
        head, text = peeked(text, LENGTH)
        if what := binary(head):
            raise TableError(f"{name}: this is no CSV but {what}")
        self._blocks = blocks(text, block or BLOCK, name, self._dialect)
        first = next(self._blocks, RecordBlock(b"\n", 1))
        record = next(self._dialect.records(first.content))
        self._first = RecordBlock(
            first.content[len(record.text) :], first.records - 1, first.regular
        )
        self._is_json = is_json(record.text)
        super().__init__(name, _header(record, name))

    def _hint(self) -> str:
        if self._is_json:
            return IS_JSON
        if self.header[0].startswith("sep="):
            return "the first line tells Excel the delimiter; remove it"
        if len(self.header) == 1:
            for mark in ";\t|,":
                if mark in self.header[0]:
                    name = shown(self.header[0])
                    return f"the header looks like {name!r}: try {_delimiter(mark)}"
        if all(map(_is_number, self.header)):
            return "the first line holds numbers; write the names of the columns above it"
        return ""

    def _choose(self, numbers: list[str], kept: list[str]) -> None:
        self._chosen = [self.column(name) for name in numbers + kept]
        self.schema = pa.schema(
            [pa.field(name, pa.float64()) for name in numbers]
            + [pa.field(name, pa.string()) for name in kept]
        )

    def pieces(self) -> Iterator[RecordBlock]:
        """Blocks of whole records."""
        first, self._first = self._first, RecordBlock(b"", 0)
        if first.content:
            yield first
        yield from self._blocks

    def parse(self, piece: RecordBlock, *, skip: bool = False) -> Part:
        """The rows of a block."""
        batch = self._parse(piece)
        return self._parse_slowly(piece, skip) if batch is None else Part(piece.records, batch)

    def _parse(self, block: RecordBlock) -> pa.RecordBatch | None:
        """Parse a block by Arrow; `None` if it holds anything but plain rows of finite numbers."""
        from pyarrow import csv as arrow_csv  # Parquet does not need it

        if not block.regular or block.content.startswith(BOM_UTF8):  # which Arrow would drop
            return None
        places, schema = self._chosen, self.schema
        unique = [str(place) for place in range(len(self.header))]
        kinds = dict(zip([str(place) for place in places], schema.types, strict=True))
        try:
            table = arrow_csv.read_csv(
                pa.BufferReader(block.content),
                read_options=arrow_csv.ReadOptions(
                    column_names=unique, use_threads=False, block_size=max(len(block.content), 1)
                ),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=self._dialect.delimiter.decode(),
                    newlines_in_values=b'"' in block.content,
                    ignore_empty_lines=False,
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=kinds,
                    include_columns=list(map(str, places)),
                    null_values=[""],
                    strings_can_be_null=False,
                ),
            )
        except pa.ArrowInvalid:
            return None
        if table.num_rows != block.records:  # a bare CR ends a line for Arrow
            return None
        arrays = [table.column(str(place)).combine_chunks() for place in places]
        for array, kind in zip(arrays, schema.types, strict=True):
            if kind == pa.float64() and (array.null_count or not np.isfinite(array).all()):
                return None
        return pa.RecordBatch.from_arrays(arrays, schema=schema)

    def _parse_slowly(self, block: RecordBlock, skip: bool) -> Part:
        """Parse a block cell by cell: it has rows that do not fit, or an infinite number."""
        columns: list[list[Any]] = [[] for _ in self._chosen]
        is_number = [kind == pa.float64() for kind in self.schema.types]
        rejections: list[Rejection] = []
        for row, record in enumerate(self._dialect.records(block.content), 1):
            rejection = self._misfit(record, row)
            values: list[Any] = []
            for place, numeric in zip(self._chosen, is_number, strict=True):
                if rejection is not None:
                    break
                text = record.cells[place].decode(errors="surrogateescape")
                try:
                    values.append(_value(text, numeric))
                except ValueError as error:
                    rejection = Rejection(row, self.header[place], text, str(error))
            if rejection is not None:
                rejections.append(rejection)
                if not skip:
                    break
                continue
            for column, value in zip(columns, values, strict=True):
                column.append(value)
        arrays = [pa.array(c, f.type) for c, f in zip(columns, self.schema, strict=True)]
        batch = pa.RecordBatch.from_arrays(arrays, schema=self.schema)
        return Part(block.records, batch, rejections)

    def _misfit(self, record: Record, row: int) -> Rejection | None:
        """The rejection of a record as a whole, or `None`."""
        count, text = len(record.cells), record.text.rstrip(b"\r\n")
        if not record.fault and count == len(self.header) and text:
            return None
        reason = record.fault or (
            f"{count} cell{'s' * (count > 1)}, and the header has {len(self.header)}"
            if text
            else "the line is blank; remove it"
        )
        return Rejection(row, "", text.decode(errors="surrogateescape"), reason)


def _header(record: Record, name: str) -> list[str]:
    """The names of the columns; a `TableError` if the record is no header."""
    text = record.text.rstrip(b"\r\n")
    if b"\0" in text:
        raise TableError(
            f"{name}: this is not UTF-8 (it looks like UTF-16); save the file as UTF-8"
        )
    if b"\r" in text and b'"' not in text:
        raise TableError(f"{name}: lines end with a bare CR; end them with LF or CRLF")
    if record.fault:
        fault = f"the header: {record.fault}"
        raise TableError(f"{name}: {IS_JSON if is_json(text) else fault}")
    if not text:
        raise TableError(f"{name}: no header; the first line names the columns")
    try:
        return [cell.decode() for cell in record.cells]
    except UnicodeDecodeError:
        raise TableError(f"{name}: the header is {typed_numbers.NOT_UTF_8}") from None


def _value(text: str, numeric: bool) -> float | str:
    """The value of a cell, in a number column or in a kept one; a `ValueError` if it has none."""
    if numeric:
        truth = BOOLEANS.get(text.strip(" \t"))
        return typed_numbers.number(text) if truth is None else truth
    if not typed_numbers.is_unicode(text):
        raise ValueError(typed_numbers.NOT_UTF_8)
    return text


def _is_number(text: str) -> bool:
    try:
        typed_numbers.number(text)
    except ValueError:
        return False
    return True
