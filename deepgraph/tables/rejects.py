"""Rows of a table that are left out: counted, and listed with the reason."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass
from typing import IO

from deepgraph.tables.csv_line import csv_line

COLUMNS = ("row", "column", "text", "reason")
LONGEST_TEXT = 1000
"""Characters of a cell or a line that the list repeats."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that does not fit.

    Attributes:
        row: its number in the file, from 1 without the header.
        column: the header of the first cell that does not fit; empty where the whole row does not.
        text: of that cell, or of the row.
        reason: what is wrong.
    """

    row: int
    column: str
    text: str
    reason: str

    def __str__(self) -> str:
        place = f"row {self.row:,}"
        return (
            f'{place}, column "{self.column}": {self.reason}'
            if self.column
            else (f"{place}: {self.reason}")
        )


class Listing:
    """A CSV of rows that were left out, a line each under the header row, column, text, reason.

    Args:
        stream: where to; left open.
        named: whether a first column `file` names the table.
    """

    def __init__(self, stream: IO[bytes], *, named: bool = False) -> None:
        self._stream = stream
        self._named = named
        stream.write(csv_line(("file", *COLUMNS) if named else COLUMNS))

    def add(self, rejection: Rejection, table: str) -> None:
        """List one more."""
        text = rejection.text
        if len(text) > LONGEST_TEXT:
            text = text[:LONGEST_TEXT] + "…"
        cells = (str(rejection.row), rejection.column, text, rejection.reason)
        named = (table, *cells) if self._named else cells
        self._stream.write(csv_line([_writable(cell) for cell in named]))


class Rejects:
    """The rows of one table that were left out, in their order.

    Args:
        listing: where to list them.
        table: its name.

    Attributes:
        first: the first of them.
    """

    def __init__(self, listing: Listing | None = None, table: str = "") -> None:
        self.first: Rejection | None = None
        self._rows = array("q")
        self._listing = listing
        self._table = table

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, rejection: Rejection) -> None:
        """Count one more, and list it."""
        self.first = self.first or rejection
        self._rows.append(rejection.row)
        if self._listing is not None:
            self._listing.add(rejection, self._table)

    def file_row(self, position: int) -> int:
        """The number in the file of a row that was not left out.

        Args:
            position: its number among those, from 1.
        """
        before = bisect_left(
            range(len(self._rows)), position, key=lambda place: self._rows[place] - 1 - place
        )
        return position + before


def _writable(text: str) -> str:
    r"""A text in which a byte that is no UTF-8 shows as it is written in Python, `\xff`."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
