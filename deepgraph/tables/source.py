"""A table to read: its format by its name, its reader, some of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, TYPE_CHECKING, Any, Literal

from deepgraph.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepgraph.tables.base import Table

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
        if self.format == "parquet":
            from deepgraph.tables.parquet import Parquet  # CSV does not need it

            return Parquet(self.stream, self.name, self.block)
        from deepgraph.tables.delimited import Delimited  # Parquet does not need it

        delimiter = self.delimiter or ("\t" if self.format == "tsv" else ",")
        return Delimited(self.stream, self.name, delimiter, self.block)


def rows_at(table: Table, numbers: Sequence[str], rows: Sequence[int]) -> list[dict[str, float]]:
    """Some rows of a table by their numbers from 1, by header; nothing behind the last is read.

    Raises:
        TableError: there are fewer rows, or a cell before the last of them does not fit.
    """
    found: dict[int, dict[str, float]] = {}
    seen = 0
    for batch in table.batches(numbers, []):
        for row in rows:
            if seen < row <= seen + batch.num_rows:
                found[row] = {name: batch.column(name)[row - seen - 1].as_py() for name in numbers}
        seen += batch.num_rows
        if len(found) == len(set(rows)):
            return [found[row] for row in rows]
    lacking = next(row for row in rows if row not in found)
    raise TableError(f"{table.name}: there is no row {lacking:,}; the table has {seen:,}")


def first_rows(
    table: Table, numbers: Sequence[str], kept: Sequence[str], most: int
) -> tuple[dict[str, list[Any]], bool]:
    """The first rows of a table, so many at most: its columns by header, and whether more follow.

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
