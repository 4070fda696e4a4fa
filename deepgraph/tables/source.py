"""A table to read: the formats, the reader of each, some rows of a table, and about how many."""

from __future__ import annotations

import os
from pathlib import PurePath
from typing import IO, TYPE_CHECKING, Any, Literal, NamedTuple

from deepgraph.errors import TableError
from deepgraph.files import reason
from deepgraph.options.option import Option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepgraph.tables.base import Table

SAMPLE = 1 << 20
"""Bytes of text that are looked at for the number of rows; to decompress so many takes some ms."""

FormatName = Literal["csv", "tsv", "parquet"]


class Source(NamedTuple):
    """A table to read.

    Attributes:
        stream: binary; only Parquet needs it seekable. A CSV may be compressed by gzip or zstd.
        name: of the table in messages.
        format: of the content.
        delimiter: between the cells of a text; by default that of the format.
        block: bytes of a text, or rows of a Parquet file, to parse at once; the values do not
            depend on it.
        decimal: the sign before the decimals of a text's numbers, a point or a comma.
    """

    stream: IO[bytes]
    name: str
    format: FormatName = "csv"
    delimiter: str | None = None
    block: int | None = None
    decimal: str = "."

    def open(self) -> Table:
        """Read the header.

        Raises:
            TableError: there is none, or the file is not of this format.
        """
        try:
            return self._opened()
        except OSError as error:
            raise TableError(f"{self.name}: cannot be read: {reason(error)}") from None

    def _opened(self) -> Table:
        delimiter = FORMATS[self.format].delimiter
        if delimiter:
            from deepgraph.tables.delimited import Delimited

            mark = self.delimiter or delimiter
            return Delimited(self.stream, self.name, mark, self.block, self.decimal)
        from deepgraph.tables.parquet import Parquet

        return Parquet(self.stream, self.name, self.block)


class Format(NamedTuple):
    """A format of tables: the suffixes of its files, and the delimiter; empty for Parquet."""

    suffixes: tuple[str, ...]
    delimiter: str


FORMATS: dict[FormatName, Format] = {
    "csv": Format((".csv", ".txt"), ","),
    "tsv": Format((".tsv", ".tab"), "\t"),
    "parquet": Format((".parquet", ".pq"), ""),
}

SUFFIXES = {suffix: name for name, row in FORMATS.items() for suffix in row.suffixes}

INPUT_FORMAT = Option(
    "input_format",
    "choice",
    "Format of the table; by default its suffix decides.",
    choices=tuple(FORMATS),
)

COMPRESSED = (".gz", ".zst")
"""Suffixes of compressed files, behind that of a text; the first bytes decide about it."""


def format_of(name: str) -> FormatName:
    """The format of a file by its suffix, before which one of `COMPRESSED` is dropped.

    >>> format_of("t.tsv.gz"), format_of("t.parquet"), format_of("t.data")
    ('tsv', 'parquet', 'csv')
    """
    path = PurePath(name)
    if path.suffix.lower() in COMPRESSED:
        path = path.with_suffix("")
    return SUFFIXES.get(path.suffix.lower(), "csv")


def rows_at(
    table: Table, numbers: Sequence[str], rows: Sequence[int], kept: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Some rows of a table by their numbers, from 1; nothing behind the last one is read.

    Returns:
        The values of each row by header.

    Raises:
        TableError: there are fewer rows, or a cell before the last of them does not fit.
    """
    found: dict[int, dict[str, Any]] = {}
    names = [*numbers, *kept]
    seen = 0
    for batch in table.batches(numbers, list(kept)):
        for row in rows:
            if seen < row <= seen + batch.num_rows:
                found[row] = {name: batch.column(name)[row - seen - 1].as_py() for name in names}
        seen += batch.num_rows
        if len(found) == len(set(rows)):
            return [found[row] for row in rows]
    lacking = next(row for row in rows if row not in found)
    raise TableError(f"{table.name}: there is no row {lacking:,}; the table has {seen:,}")


def first_rows(
    table: Table, numbers: Sequence[str], kept: Sequence[str], most: int
) -> tuple[dict[str, list[Any]], bool]:
    """The first rows of a table.

    Returns:
        Columns of at most so many rows by header; and `True` if more rows follow.

    Raises:
        TableError: a row or a cell does not fit.
    """
    columns: dict[str, list[Any]] = {name: [] for name in [*numbers, *kept]}
    seen = 0
    for batch in table.batches(numbers, kept):
        for name in columns:
            columns[name] += batch.column(name).slice(0, max(most - seen, 0)).to_pylist()
        seen += batch.num_rows
        if seen > most:
            break
    return columns, seen > most


def about_rows(path: str, form: FormatName) -> int | None:
    """Estimate the number of rows of a file without reading it all, for the choice of an engine.

    Parquet stores it. A text shorter than `SAMPLE` is counted. A longer one is taken to go on as
    it begins, and the result is rounded to two digits, so that nobody takes it for a count.

    Returns:
        Rows; `None` if the file cannot be read, which whoever reads it then reports.
    """
    import pyarrow as pa  # the formats do without

    try:
        return _lines(path) if FORMATS[form].delimiter else _stored_rows(path)
    except (OSError, TableError, pa.ArrowException):
        return None


def _stored_rows(path: str) -> int:
    from pyarrow import parquet  # a CSV does not need it

    return int(parquet.read_metadata(path).num_rows)


def _lines(path: str) -> int:
    """Lines without the header; a line break inside quotes counts, too."""
    from deepgraph.tables.first_bytes import unpacked

    with open(path, "rb") as stream:
        text = _beginning(unpacked(stream, path))
        lines = text.count(b"\n")
        if len(text) < SAMPLE:
            return max(0, lines + (text[-1:] not in (b"", b"\n")) - 1)
        read = stream.tell()
        return int(float(f"{lines * os.stat(path).st_size / read:.2g}"))


def _beginning(stream: IO[bytes]) -> bytes:
    """The first bytes of a text, `SAMPLE` of them if it is as long.

    A single read may bring fewer, such as those that were looked at to recognise the format.
    """
    text = bytearray()
    while len(text) < SAMPLE and (part := stream.read(SAMPLE - len(text))):
        text += part
    return bytes(text)
