"""Tables at the edge: CSV, TSV and Parquet in, as Arrow record batches, one block at a time.

Number columns arrive as float64 without nulls, kept columns as text (CSV) or as they are
(Parquet). Whatever does not fit is an error with row and column, or is listed and left out; rows
are counted from 1 by the text in the file, the header not among them.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import IO, TYPE_CHECKING, Any, Literal

import numpy as np
import pyarrow as pa

from deepgraph import cells
from deepgraph.compression import BOM, GZIP, ZSTD, unpacked
from deepgraph.errors import LostRowsError, TableError
from deepgraph.numeral import LARGEST_INTEGER
from deepgraph.records import Block, Dialect, Record, blocks
from deepgraph.rejects import Rejection, Rejects

if TYPE_CHECKING:
    from collections.abc import Iterator

Format = Literal["csv", "tsv", "parquet"]
SUFFIXES: dict[str, Format] = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".parquet": "parquet",
    ".pq": "parquet",
}
COMPRESSED = (".gz", ".zst")
"""Suffixes that may stand behind those of a CSV or TSV; the content decides."""

BLOCK = 1 << 20
"""Bytes of a CSV that are parsed at once: some 30,000 rows of two numbers, which fit the cache."""
PARQUET_ROWS = 1 << 15

EMPTY = "the cell is empty; a number belongs there"
TOO_LARGE = "is beyond 2**53, where doubles cannot tell neighbours apart"


def format_of(name: str) -> Format:
    """The format that a file's suffix says, behind which one for compression may stand.

    >>> format_of("t.tsv.gz"), format_of("t.parquet"), format_of("t.data")
    ('tsv', 'parquet', 'csv')
    """
    path = PurePath(name)
    if path.suffix.lower() in COMPRESSED:
        path = path.with_suffix("")
    return SUFFIXES.get(path.suffix.lower(), "csv")


@dataclass(frozen=True)
class Source:
    """A table to read.

    Attributes:
        stream: binary; only Parquet needs it seekable. A CSV may be compressed by gzip or zstd.
        name: what to call it in messages.
        format: of the content.
        delimiter: between the cells of a CSV; by default a comma, or a tab in a TSV.
        block: bytes (CSV) or rows (Parquet) at once; the values do not depend on it.
    """

    stream: IO[bytes]
    name: str
    format: Format = "csv"
    delimiter: str | None = None
    block: int | None = None

    def open(self) -> Table:
        """Read the header.

        Raises:
            TableError: there is none, or the file is not of this format.
        """
        return _Parquet(self) if self.format == "parquet" else _Csv(self)


class Table:
    """An opened table: its column names, then its rows, once.

    Attributes:
        rows: how many were met so far, counted by the text in the file.
    """

    def __init__(self, source: Source, header: list[str]) -> None:
        self.name = source.name
        self.header = header
        self.rows = 0

    def batches(
        self, numbers: list[str], kept: list[str], rejects: Rejects | None = None
    ) -> Iterator[pa.RecordBatch]:
        """The rows in order.

        Args:
            numbers: headers of columns to read as float64, first in the result.
            kept: headers of columns to pass on, behind them; those that are numbers already are
                not repeated.
            rejects: takes the rows that do not fit, which are then left out.

        Raises:
            TableError: without `rejects`, a row or a cell does not fit, and the message names
                both; with them, the file as a whole does not.
        """
        raise NotImplementedError

    def check_count(self, written: int, rejected: int) -> None:
        """Hold the rows that were met against those that were passed on and left out.

        Raises:
            LostRowsError: they differ, which is a mistake in this program.
        """
        if self.rows != written + rejected:
            raise LostRowsError(self.name, self.rows, written, rejected)

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """Where the columns stand, by header."""
        places: dict[str, list[int]] = {}
        for place, name in enumerate(self.header):
            places.setdefault(name, []).append(place)
        return places

    def column(self, header: str, what: str) -> int:
        """The position of a column.

        Raises:
            TableError: it is not there, or there twice.
        """
        places = self._places.get(header, [])
        if len(places) == 1:
            return places[0]
        if places:
            raise TableError(f'{self.name}: {len(places)} columns are named "{header}"; rename one')
        raise TableError(f'{self.name}: no column "{header}" for {what}; {self._columns()}')

    def _columns(self) -> str:
        shown = ", ".join(f'"{cells.shown(name)}"' for name in self.header[:20])
        more = f" and {len(self.header) - 20:,} more" if len(self.header) > 20 else ""
        return f"the columns are {shown}{more}. --column NODE=HEADER names another"

    def _refuse(self, rejection: Rejection, rejects: Rejects | None) -> None:
        if rejects is None:
            raise TableError(f"{self.name}: {rejection}")
        rejects.add(rejection)


class _Csv(Table):
    def __init__(self, source: Source) -> None:
        self._dialect = Dialect(source.delimiter or ("\t" if source.format == "tsv" else ","))
        stream = unpacked(source.stream, source.name)
        self._blocks = blocks(stream, source.block or BLOCK, source.name, self._dialect)
        first = next(self._blocks, Block(b"\n", 1))
        record = next(self._dialect.records(first.content))
        self._first = Block(first.content[len(record.text) :], first.records - 1, first.regular)
        super().__init__(source, _header(record, source.name))

    def _columns(self) -> str:
        if len(self.header) == 1:
            for mark, option in ((";", "';'"), ("\t", r"$'\t'"), ("|", "'|'"), (",", "','")):
                if mark in self.header[0]:
                    shown = cells.shown(self.header[0])
                    return f"the header looks like {shown!r}: try --delimiter {option}"
        if all(map(_is_number, self.header)):
            return "the first line holds numbers; write the names of the columns above it"
        return super()._columns()

    def batches(
        self, numbers: list[str], kept: list[str], rejects: Rejects | None = None
    ) -> Iterator[pa.RecordBatch]:
        numbers, kept = _unique(numbers, kept)
        places = [self.column(name, f'the input "{name}"') for name in numbers]
        places += [self.column(name, "--keep or --target") for name in kept]
        schema = pa.schema(
            [pa.field(name, pa.float64()) for name in numbers]
            + [pa.field(name, pa.string()) for name in kept]
        )
        for block in self._all_blocks():
            batch = self._parse(block, places, schema)
            if batch is None:
                batch = self._parse_slowly(block, places, schema, rejects)
            self.rows += block.records
            yield batch

    def _all_blocks(self) -> Iterator[Block]:
        first, self._first = self._first, Block(b"", 0)
        if first.content:
            yield first
        yield from self._blocks

    def _parse(self, block: Block, places: list[int], schema: pa.Schema) -> pa.RecordBatch | None:
        """A block by Arrow's parser; `None` where it holds anything but plain rows of numbers."""
        from pyarrow import csv as arrow_csv  # Parquet does not need it

        if not block.regular or block.content.startswith(BOM):  # which Arrow would drop
            return None
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
        columns = [table.column(str(place)) for place in places]
        for column, kind in zip(columns, schema.types, strict=True):
            if kind == pa.float64() and (column.null_count or not _all_finite(column)):
                return None
        arrays = [column.combine_chunks() for column in columns]
        return pa.RecordBatch.from_arrays(arrays, schema=schema)

    def _parse_slowly(
        self, block: Block, places: list[int], schema: pa.Schema, rejects: Rejects | None
    ) -> pa.RecordBatch:
        """A block cell by cell: finds what is wrong, or that nothing is (infinity is a number)."""
        columns: list[list[Any]] = [[] for _ in places]
        is_number = [kind == pa.float64() for kind in schema.types]
        for row, record in enumerate(self._dialect.records(block.content), self.rows + 1):
            rejection = self._misfit(record, row)
            values: list[Any] = []
            for place, numeric in zip(places, is_number, strict=True):
                if rejection is not None:
                    break
                text = record.cells[place].decode(errors="surrogateescape")
                try:
                    values.append(_value(text, numeric))
                except ValueError as error:
                    rejection = Rejection(row, self.header[place], text, str(error))
            if rejection is not None:
                self._refuse(rejection, rejects)
                continue
            for column, value in zip(columns, values, strict=True):
                column.append(value)
        arrays = [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, schema=schema)

    def _misfit(self, record: Record, row: int) -> Rejection | None:
        """What is wrong with a record as a whole."""
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
    """The names of the columns.

    Raises:
        TableError: the record is no header.
    """
    text = record.text.rstrip(b"\r\n")
    if b"\0" in text:
        raise TableError(
            f"{name}: this is not UTF-8 (it looks like UTF-16); save the file as UTF-8"
        )
    if b"\r" in text and b'"' not in text:
        raise TableError(f"{name}: lines end with a bare CR; end them with LF or CRLF")
    if record.fault:
        raise TableError(f"{name}: the header: {record.fault}")
    if not text:
        raise TableError(f"{name}: no header; the first line names the columns")
    try:
        return [cell.decode() for cell in record.cells]
    except UnicodeDecodeError:
        raise TableError(f"{name}: the header is not UTF-8") from None


def _value(text: str, numeric: bool) -> float | str:
    """A cell of a number column or of a kept one.

    Raises:
        ValueError: with the reason.
    """
    if numeric:
        return cells.number(text)
    if not cells.is_unicode(text):
        raise ValueError("not UTF-8")
    return text


def _is_number(text: str) -> bool:
    try:
        cells.number(text)
    except ValueError:
        return False
    return True


def _unique(numbers: list[str], kept: list[str]) -> tuple[list[str], list[str]]:
    numbers = list(dict.fromkeys(numbers))
    return numbers, [name for name in dict.fromkeys(kept) if name not in numbers]


def _all_finite(column: Any) -> bool:
    from pyarrow import compute  # quick only once pyarrow is there

    return bool(compute.all(compute.is_finite(column), min_count=0).as_py())


class _Parquet(Table):
    def __init__(self, source: Source) -> None:
        from pyarrow import parquet  # CSV does not need it

        stream = source.stream
        if not stream.seekable():
            stream = io.BytesIO(stream.read())
        head = stream.read(len(ZSTD))
        stream.seek(0)
        if head.startswith((GZIP, ZSTD)):
            raise TableError(
                f"{source.name}: a Parquet file inside a compressed one; decompress it first"
            )
        try:
            self._file = parquet.ParquetFile(stream)
        except (pa.ArrowException, OSError) as error:
            raise TableError(f"{source.name}: not a Parquet file: {error}") from None
        self._batch_rows = source.block or PARQUET_ROWS
        super().__init__(source, self._file.schema_arrow.names)

    def batches(
        self, numbers: list[str], kept: list[str], rejects: Rejects | None = None
    ) -> Iterator[pa.RecordBatch]:
        numbers, kept = _unique(numbers, kept)
        for name in numbers:
            place = self.column(name, f'the input "{name}"')
            kind = self._file.schema_arrow.field(place).type
            if not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
                raise TableError(f'{self.name}: column "{name}" holds {kind}, not numbers')
        for name in kept:
            self.column(name, "--keep or --target")
        for batch in self._read(numbers + kept):
            sound = self._sound(batch, numbers, rejects)
            columns = [sound.column(name).cast(pa.float64()) for name in numbers]
            columns += [sound.column(name) for name in kept]
            self.rows += batch.num_rows
            yield pa.RecordBatch.from_arrays(columns, names=numbers + kept)

    def _read(self, names: list[str]) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._file.iter_batches(batch_size=self._batch_rows, columns=names)
        except (pa.ArrowException, OSError) as error:
            raise TableError(
                f"{self.name}: damaged Parquet file, after row {self.rows:,}: {error}"
            ) from None
        expected = self._file.metadata.num_rows
        if self.rows != expected:
            raise TableError(
                f"{self.name}: damaged Parquet file: {self.rows:,} rows of {expected:,}"
            )

    def _sound(
        self, batch: pa.RecordBatch, numbers: list[str], rejects: Rejects | None
    ) -> pa.RecordBatch:
        """The rows whose numbers are there, and are doubles."""
        keep = np.ones(batch.num_rows, np.bool_)
        found = []
        for order, name in enumerate(numbers):
            column = batch.column(name)
            for place in np.flatnonzero(_unfit(column)).tolist():
                keep[place] = False
                found.append((place, order, name, column[place].as_py()))
        if not found:
            return batch
        last = -1
        for place, _, name, value in sorted(found, key=lambda entry: entry[:2]):
            if place != last:
                reason = EMPTY if value is None else f"the integer {value} {TOO_LARGE}"
                text = "" if value is None else str(value)
                self._refuse(Rejection(self.rows + place + 1, name, text, reason), rejects)
            last = place
        return batch.filter(pa.array(keep))


def _unfit(column: pa.Array) -> Any:
    """(rows,) where a column is null or holds an integer that no double can."""
    from pyarrow import compute  # quick only once pyarrow is there

    unfit = column.is_null().to_numpy(zero_copy_only=False)
    if column.type in (pa.int64(), pa.uint64()):
        limit = pa.scalar(LARGEST_INTEGER, column.type)
        far = compute.greater(column, limit)
        if column.type == pa.int64():
            far = compute.or_(far, compute.less(column, pa.scalar(-LARGEST_INTEGER, pa.int64())))
        unfit = unfit | compute.fill_null(far, False).to_numpy(zero_copy_only=False)
    return unfit


def one_row(table: Table, numbers: list[str], row: int) -> dict[str, float]:
    """One row of a table by its number from 1, by header.

    Raises:
        TableError: there are fewer rows, or a cell before it does not fit.
    """
    seen = 0
    for batch in table.batches(numbers, []):
        if row <= seen + batch.num_rows:
            return {name: batch.column(name)[row - seen - 1].as_py() for name in set(numbers)}
        seen += batch.num_rows
    raise TableError(f"{table.name}: there is no row {row:,}; the table has {seen:,}")
