"""Rows of a table that are left out: counted, and listed with the reason."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass
from typing import IO

from deepgraph.results import csv_line

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


class Rejects:
    """The rows of one table that were left out, in their order.

    Args:
        stream: where to list them as CSV, a line each under the header row, column, text, reason.

    Attributes:
        first: the first of them.
    """

    def __init__(self, stream: IO[bytes] | None = None) -> None:
        self.first: Rejection | None = None
        self._rows = array("q")
        self._stream = stream
        if stream is not None:
            stream.write(csv_line(COLUMNS))

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, rejection: Rejection) -> None:
        """List one more."""
        self.first = self.first or rejection
        self._rows.append(rejection.row)
        if self._stream is not None:
            text = rejection.text
            if len(text) > LONGEST_TEXT:
                text = text[:LONGEST_TEXT] + "…"
            cells = (str(rejection.row), rejection.column, text, rejection.reason)
            self._stream.write(csv_line([_writable(cell) for cell in cells]))

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
