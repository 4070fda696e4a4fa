"""Tables at the edge: CSV, TSV and Parquet in, as Arrow record batches, one piece at a time.

Number columns arrive as float64 without nulls, kept columns as text (CSV) or as they are
(Parquet). Whatever does not fit is an error with row and column, or is listed and left out; rows
are counted from 1 by the text in the file, the header not among them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Literal

from deepgraph.errors import TableError
from deepgraph.tables.base import Part, Table

__all__ = ["Part", "Source", "Table", "format_of", "one_row"]

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
