"""Text tables: Arrow parses plain blocks of records; all others are read cell by cell."""

from __future__ import annotations

from codecs import BOM_UTF8
from itertools import chain
from typing import IO, TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow as pa

from deepgraph.errors import TableError
from deepgraph.tables import header_hints
from deepgraph.tables.base import Part, Table
from deepgraph.tables.csv_records import Dialect, Record, RecordBlock, blocks
from deepgraph.tables.first_bytes import LENGTH, binary, peeked, unpacked
from deepgraph.tables.number_columns import as_numpy
from deepgraph.tables.rejects import Rejection
from deepgraph.tables.squeezed import Squeezed
from deepgraph.words import typed_numbers
from deepgraph.words.messages import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

TRUE, FALSE = ["True", "true", "TRUE"], ["False", "false", "FALSE"]
"""The truth values, as pandas, SQL and spreadsheets write them; as numbers they are 1 and 0."""
BOOLEANS = dict.fromkeys(TRUE, 1.0) | dict.fromkeys(FALSE, 0.0)
_TRUTHS = frozenset(text.encode() for text in BOOLEANS)

BLANK = " "
"""The delimiter that stands for any run of blanks and tabs."""
BLOCK = 1 << 20
"""Bytes that are parsed at once: some 30,000 rows of two numbers, which fit into the cache."""


class Delimited(Table):
    """A table as text.

    Args:
        stream: binary, perhaps compressed by gzip or Zstandard.
        name: of the table in messages.
        delimiter: between the cells.
        block: bytes to read at once.
        decimal: the sign before the decimals of a number.

    Raises:
        TableError: the stream has no header, or is no text.
    """

    def __init__(
        self,
        stream: IO[bytes],
        name: str,
        delimiter: str,
        block: int | None = None,
        decimal: str = ".",
    ) -> None:
        self._decimal = decimal
        self._dialect = Dialect(delimiter)
        text = unpacked(stream, name)
        head, text = peeked(text, LENGTH)
        if what := binary(head):
            raise TableError(f"{name}: this is no CSV but {what}")
        if delimiter == BLANK:
            text = cast("IO[bytes]", Squeezed(text))
        self._blocks = blocks(text, block or BLOCK, name, self._dialect)
        first = next(self._blocks, RecordBlock(b"\n", 1))
        record = next(self._dialect.records(first.content))
        self._first = RecordBlock(
            first.content[len(record.text) :], first.records - 1, first.regular
        )
        self._line = record.text
        super().__init__(name, _header(record, name))

    def _hint(self, wanted: str) -> str:
        return header_hints.of_header(self.header, self._line, wanted)

    def _choose(self, numbers: list[str], kept: list[str]) -> None:
        self._chosen = [self.column(name) for name in numbers + kept]
        self.schema = pa.schema(
            [pa.field(name, pa.float64()) for name in numbers]
            + [pa.field(name, pa.string()) for name in kept]
        )

    def pieces(self) -> Iterator[RecordBlock]:
        """Blocks of whole records."""
        first, self._first = self._first, RecordBlock(b"", 0)
        blank = b""  # a blank line, which only at the end of the file is none of its rows
        for block in chain([first] * bool(first.content), self._blocks):
            if blank:
                yield RecordBlock(blank, 1)
            blank = _blank_at_end(block.content)
            content = block.content[: len(block.content) - len(blank)]
            if content:
                yield RecordBlock(content, block.records - bool(blank), block.regular)

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
        kinds = dict(zip(map(str, places), self._kinds(block.content), strict=True))
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
                    true_values=TRUE,
                    false_values=FALSE,
                    decimal_point=self._decimal,
                ),
            )
        except pa.ArrowInvalid:
            return None
        if table.num_rows != block.records:  # a bare CR ends a line for Arrow
            return None
        arrays = [table.column(str(place)).combine_chunks() for place in places]
        arrays = [  # the cast imports much, and truth values are rare
            array if array.type == kind else array.cast(kind)
            for array, kind in zip(arrays, schema.types, strict=True)
        ]
        for array, kind in zip(arrays, schema.types, strict=True):
            if kind == pa.float64() and (
                array.null_count or not np.isfinite(as_numpy(array)).all()
            ):
                return None
        return pa.RecordBatch.from_arrays(arrays, schema=schema)

    def _kinds(self, content: bytes) -> list[pa.DataType]:
        """The type to read each chosen column as: one of numbers may hold truth values."""
        cells = next(self._dialect.records(content)).cells
        return [
            pa.bool_()
            if kind == pa.float64() and place < len(cells) and cells[place] in _TRUTHS
            else kind
            for place, kind in zip(self._chosen, self.schema.types, strict=True)
        ]

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
                    values.append(_value(text, numeric, self._decimal))
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
        reason = record.fault or f"{counted(count, 'cell')}, and the header has {len(self.header)}"
        if not text:
            reason = "the line is blank; remove it"
        elif text.lstrip().startswith((b"#", b"%")):
            reason += "; it looks like a comment, remove it"
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
        guess = header_hints.of_faulty_header(text)
        raise TableError(f"{name}: {guess or f'the header: {record.fault}'}")
    if not text:
        raise TableError(f"{name}: no header; the first line names the columns")
    try:
        return [cell.decode() for cell in record.cells]
    except UnicodeDecodeError:
        raise TableError(f"{name}: the header is {typed_numbers.NOT_UTF_8}") from None


def _blank_at_end(content: bytes) -> bytes:
    """The blank line that ends some whole records; empty if the last one is none."""
    for line in (b"\r\n", b"\n"):
        if content == line or content.endswith(b"\n" + line):
            return line
    return b""


def _value(text: str, numeric: bool, decimal: str) -> float | str:
    """The value of a cell, in a number column or in a kept one; a `ValueError` if it has none."""
    if numeric:
        truth = BOOLEANS.get(text.strip(" \t"))
        return typed_numbers.number(text, decimal) if truth is None else truth
    if not typed_numbers.is_unicode(text):
        raise ValueError(typed_numbers.NOT_UTF_8)
    return text
