"""Counts the rows of a table that are left out, and lists them with the reason."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass
from typing import IO

from deepgraph.words.machine_numbers import csv_line, marked_text

COLUMNS = ("row", "column", "text", "reason")
LONGEST_TEXT = 1000
"""Characters of a cell or a row that the list repeats."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that does not fit.

    Attributes:
        row: its number in the file, from 1, without the header.
        column: the header of the first cell that does not fit; empty if the whole row does not.
        text: of this cell, or of the row.
        reason: what is wrong.
    """

    row: int
    column: str
    text: str
    reason: str

    def __str__(self) -> str:
        column = f', column "{self.column}"' if self.column else ""
        return f"row {self.row:,}{column}: {self.reason}"


class Listing:
    """Writes the rows that are left out to a CSV with the header row, column, text, reason.

    Args:
        stream: left open.
        named: begin each line with the name of the table, in a column `file`.
        marked: write no cell that a spreadsheet takes for a formula.
    """

    def __init__(self, stream: IO[bytes], *, named: bool = False, marked: bool = False) -> None:
        self._stream = stream
        self._marked = marked
        self._named = named
        stream.write(csv_line(("file", *COLUMNS) if named else COLUMNS))

    def add(self, rejection: Rejection, table: str) -> None:
        """Write one more line."""
        text = rejection.text
        if len(text) > LONGEST_TEXT:
            text = text[:LONGEST_TEXT] + "…"
        cells = (str(rejection.row), rejection.column, text, rejection.reason)
        named = (table, *cells) if self._named else cells
        spelled = [_writable(cell) for cell in named]
        self._stream.write(csv_line([*map(marked_text, spelled)] if self._marked else spelled))


class Rejects:
    """The rows of one table that are left out, in order.

    Args:
        listing: writes each of them.
        table: the name of the table.

    Attributes:
        first: the first of these rows.
    """

    def __init__(self, listing: Listing | None = None, table: str = "") -> None:
        self.first: Rejection | None = None
        self._rows = array("q")
        self._listing = listing
        self._table = table

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, rejection: Rejection) -> None:
        """Count one more row, and list it."""
        self.first = self.first or rejection
        self._rows.append(rejection.row)
        if self._listing is not None:
            self._listing.add(rejection, self._table)

    def file_row(self, position: int) -> int:
        """The number in the file, from 1, of a row that was not left out.

        Args:
            position: its number among the rows that were not left out, from 1.
        """
        before = bisect_left(
            range(len(self._rows)), position, key=lambda place: self._rows[place] - 1 - place
        )
        return position + before


def _writable(text: str) -> str:
    r"""Spell each byte that is not UTF-8 as Python writes it, `\xff`."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
