"""Tables at the edge: CSV, TSV and Parquet in, as Arrow record batches, one block at a time.

Number columns arrive as float64 without nulls, kept columns as text (CSV) or as they are
(Parquet). Whatever does not fit is an error with row and column; rows are counted from 1, the
header not among them.
"""

from __future__ import annotations

import csv
import io
import math
import re
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Literal

import pyarrow as pa

from deepgraph.errors import TableError

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

BLOCK = 1 << 20
"""Bytes of a CSV that are parsed at once: some 30,000 rows of two numbers, which fit the cache."""
PARQUET_ROWS = 1 << 15
LONGEST_RECORD = 1 << 28
"""Bytes without the end of a record after which a file is taken for no table."""

_NUMBER = re.compile(
    r"\s*[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|nan|inf(?:inity)?)\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Source:
    """A table to read.

    Attributes:
        stream: binary; only Parquet needs it seekable.
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
    """An opened table: its column names, then its rows, once."""

    def __init__(self, source: Source, header: list[str]) -> None:
        self.name = source.name
        self.header = header

    def batches(self, numbers: list[str], kept: list[str]) -> Iterator[pa.RecordBatch]:
        """The rows in order.

        Args:
            numbers: headers of columns to read as float64, first in the result.
            kept: headers of columns to pass on, behind them; those that are numbers already are
                not repeated.

        Raises:
            TableError: a row or a cell does not fit; it names both.
        """
        raise NotImplementedError

    def column(self, header: str, what: str) -> int:
        """The position of a column.

        Raises:
            TableError: it is not there, or there twice.
        """
        places = [place for place, name in enumerate(self.header) if name == header]
        if len(places) == 1:
            return places[0]
        if places:
            raise TableError(f'{self.name}: {len(places)} columns are named "{header}"; rename one')
        raise TableError(f'{self.name}: no column "{header}" for {what}; {self._columns()}')

    def _columns(self) -> str:
        shown = ", ".join(f'"{name}"' for name in self.header[:20])
        more = f" and {len(self.header) - 20:,} more" if len(self.header) > 20 else ""
        return f"the columns are {shown}{more}. --column NODE=HEADER names another"

    def cell(self, row: int, column: str) -> str:
        """A place in the table, for a message."""
        return f'{self.name}: row {row:,}, column "{column}"'


class _Csv(Table):
    def __init__(self, source: Source) -> None:
        self.delimiter = source.delimiter or ("\t" if source.format == "tsv" else ",")
        self._blocks = _records(source.stream, source.block or BLOCK, source.name)
        self._first = next(self._blocks, b"").removeprefix(b"\xef\xbb\xbf")
        end = _record_end(self._first)
        try:
            header = self._split(self._first[:end].decode())
        except UnicodeDecodeError:
            raise TableError(f"{source.name}: the header is not UTF-8") from None
        except csv.Error as error:
            raise TableError(f"{source.name}: the header: {error}") from None
        if len(header) > 1:
            raise TableError(f"{source.name}: lines end with a bare CR; end them with LF or CRLF")
        self._first = self._first[end:]
        if not header or not header[0]:
            raise TableError(f"{source.name}: no header; the first line names the columns")
        super().__init__(source, header[0])

    def _split(self, text: str) -> list[list[str]]:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=self.delimiter))

    def _columns(self) -> str:
        if len(self.header) == 1:
            for mark, option in ((";", "';'"), ("\t", r"$'\t'"), ("|", "'|'"), (",", "','")):
                if mark in self.header[0]:
                    return f"the header looks like {self.header[0]!r}: try --delimiter {option}"
        return super()._columns()

    def batches(self, numbers: list[str], kept: list[str]) -> Iterator[pa.RecordBatch]:
        numbers, kept = _unique(numbers, kept)
        places = [self.column(name, f'the input "{name}"') for name in numbers]
        places += [self.column(name, "--keep or --target") for name in kept]
        schema = pa.schema(
            [pa.field(name, pa.float64()) for name in numbers]
            + [pa.field(name, pa.string()) for name in kept]
        )
        row = 1
        for block in self._all_blocks():
            batch = self._parse(block, places, schema)
            if batch is None:
                batch = self._parse_slowly(block, places, schema, row)
            yield batch
            row += batch.num_rows

    def _all_blocks(self) -> Iterator[bytes]:
        if self._first:
            yield self._first
        self._first = b""
        yield from self._blocks

    def _parse(self, block: bytes, places: list[int], schema: pa.Schema) -> pa.RecordBatch | None:
        """A block by Arrow's parser; `None` where it holds anything but plain rows of numbers."""
        from pyarrow import csv as arrow_csv  # Parquet does not need it

        unique = [str(place) for place in range(len(self.header))]
        kinds = dict(zip([str(place) for place in places], schema.types, strict=True))
        try:
            table = arrow_csv.read_csv(
                pa.BufferReader(block),
                read_options=arrow_csv.ReadOptions(
                    column_names=unique, use_threads=False, block_size=max(len(block), 1)
                ),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=self.delimiter,
                    newlines_in_values=b'"' in block,
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
        columns = [table.column(str(place)) for place in places]
        for column, kind in zip(columns, schema.types, strict=True):
            if kind == pa.float64() and (column.null_count or not _all_finite(column)):
                return None
        arrays = [column.combine_chunks() for column in columns]
        return pa.RecordBatch.from_arrays(arrays, schema=schema)

    def _parse_slowly(
        self, block: bytes, places: list[int], schema: pa.Schema, first_row: int
    ) -> pa.RecordBatch:
        """A block cell by cell: finds what is wrong, or that nothing is (infinity is a number)."""
        columns: list[list[Any]] = [[] for _ in places]
        try:
            records = self._split(block.decode(errors="surrogateescape"))
        except csv.Error as error:
            raise TableError(f"{self.name}: after row {first_row - 1:,}: {error}") from None
        for row, record in enumerate(records, first_row):
            if len(record) != len(self.header):
                raise TableError(f"{self.name}: row {row:,}: {self._ragged(record)}")
            for column, place, field in zip(columns, places, schema, strict=True):
                text = record[place]
                if field.type == pa.float64():
                    column.append(self._number(text, row, self.header[place]))
                elif _is_unicode(text):
                    column.append(text)
                else:
                    raise TableError(f"{self.cell(row, field.name)}: not UTF-8")
        arrays = [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, schema=schema)

    def _ragged(self, record: list[str]) -> str:
        if not record:
            return "the line is blank; remove it"
        return f"{len(record)} cell{'s' * (len(record) > 1)}, and the header has {len(self.header)}"

    def _number(self, text: str, row: int, column: str) -> float:
        if not text.strip():
            raise TableError(f"{self.cell(row, column)}: the cell is empty; a number belongs there")
        if not _NUMBER.fullmatch(text):
            hint = "; write a decimal point" if re.fullmatch(r"[+-]?\d+,\d+", text.strip()) else ""
            raise TableError(f"{self.cell(row, column)}: {text[:60]!r} is not a number{hint}")
        number = float(text)
        if math.isinf(number) and any(character.isdigit() for character in text):
            raise TableError(f"{self.cell(row, column)}: {text[:60]} is too large for a double")
        return number


def _is_unicode(text: str) -> bool:
    """Whether every byte was UTF-8; one that is not was read as half a surrogate pair."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _records(stream: IO[bytes], size: int, name: str) -> Iterator[bytes]:
    """Blocks of whole records, each at least one record and about `size` bytes.

    A line break inside quotes ends no record: it stands behind an odd number of quotes.
    """
    rest: list[bytes] = []
    length, quoted = 0, False
    while part := stream.read(size):
        end, quoted = _last_record_end(part, quoted)
        if end:
            yield b"".join([*rest, part[:end]])
            rest, length = [], 0
        rest.append(part[end:])
        length += len(part) - end
        if length > LONGEST_RECORD:
            raise TableError(f"{name}: a record of more than {LONGEST_RECORD >> 20} MiB")
    if quoted:
        raise TableError(f"{name}: a quote is opened and never closed; double the quotes in a cell")
    if length:
        yield b"".join(rest)


def _last_record_end(part: bytes, quoted: bool) -> tuple[int, bool]:
    """Find the end of the last whole record of a part.

    Args:
        part: a piece of the file.
        quoted: whether it begins inside quotes.

    Returns:
        The place behind the last line break outside quotes, 0 if there is none; and whether the
        part ends inside quotes.
    """
    pieces = part.split(b'"')
    last = inside = quoted ^ (len(pieces) % 2 == 0)
    end = len(part)
    for piece in reversed(pieces):
        start = end - len(piece)
        if not inside and b"\n" in piece:
            return start + piece.rfind(b"\n") + 1, last
        end, inside = start - 1, not inside
    return 0, last


def _unique(numbers: list[str], kept: list[str]) -> tuple[list[str], list[str]]:
    numbers = list(dict.fromkeys(numbers))
    return numbers, [name for name in dict.fromkeys(kept) if name not in numbers]


def _record_end(block: bytes) -> int:
    """Where the first record of a block ends, behind its line break."""
    start = 0
    for number, piece in enumerate(block.split(b'"')):
        if number % 2 == 0 and b"\n" in piece:
            return start + piece.find(b"\n") + 1
        start += len(piece) + 1
    return len(block)


def _all_finite(column: Any) -> bool:
    from pyarrow import compute  # quick only once pyarrow is there

    return bool(compute.all(compute.is_finite(column), min_count=0).as_py())


class _Parquet(Table):
    def __init__(self, source: Source) -> None:
        from pyarrow import parquet  # CSV does not need it

        stream = source.stream
        if not stream.seekable():
            stream = io.BytesIO(stream.read())
        try:
            self._file = parquet.ParquetFile(stream)
        except (pa.ArrowInvalid, OSError) as error:
            raise TableError(f"{source.name}: not a Parquet file: {error}") from None
        self._rows = source.block or PARQUET_ROWS
        super().__init__(source, self._file.schema_arrow.names)

    def batches(self, numbers: list[str], kept: list[str]) -> Iterator[pa.RecordBatch]:
        numbers, kept = _unique(numbers, kept)
        for name in numbers:
            place = self.column(name, f'the input "{name}"')
            kind = self._file.schema_arrow.field(place).type
            if not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
                raise TableError(f'{self.name}: column "{name}" holds {kind}, not numbers')
        for name in kept:
            self.column(name, "--keep or --target")
        row = 1
        for batch in self._file.iter_batches(batch_size=self._rows, columns=numbers + kept):
            columns = [self._numbers(batch, name, row) for name in numbers]
            columns += [batch.column(name) for name in kept]
            yield pa.RecordBatch.from_arrays(columns, names=numbers + kept)
            row += batch.num_rows

    def _numbers(self, batch: pa.RecordBatch, name: str, first_row: int) -> pa.Array:
        column = batch.column(name)
        if column.null_count:
            row = first_row + column.is_null().index(True).as_py()
            raise TableError(f"{self.cell(row, name)}: the cell is empty; a number belongs there")
        try:
            return column.cast(pa.float64())
        except pa.ArrowInvalid as error:
            raise TableError(f'{self.name}: column "{name}": {error}') from None


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
