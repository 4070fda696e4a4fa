"""A table of any format: its columns by name, its rows in pieces, and their count."""

from __future__ import annotations

import shlex
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from deepgraph.errors import LostRowsError, RowError, TableError
from deepgraph.tables import header_hints
from deepgraph.words.messages import Nearest, in_quotes, listed
from deepgraph.words.option_names import at_door, option

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from deepgraph.tables.rejects import Rejection, Rejects

SHOWN_COLUMNS = 20


def _columns(wanted: str, header: str = "HEADER") -> str:
    """The option that names the column of an input; `header` may be a placeholder."""
    pair = f"{wanted}={header}"
    # A placeholder stays outside the quotes of a shell, so that it reads as one.
    typed = f"{shlex.quote(wanted)}=HEADER" if header == "HEADER" else shlex.quote(pair)
    value = header if header == "HEADER" else repr(header)
    return option("column", typed, argument=f"columns={{{wanted!r}: {value}}}")


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of a piece of a table.

    Attributes:
        rows: their number by the text in the file.
        batch: the rows that fit.
        rejections: the others; their rows are counted from 1 within the piece.
    """

    rows: int
    batch: pa.RecordBatch
    rejections: Sequence[Rejection] = ()


class Table(ABC):
    """An opened table: its column names, and its rows, which are read once.

    The rows come in `pieces`, which are cut quickly and in order. `parse` does the work; it is pure
    and may run in many threads. `account` counts the parts, in order again. `batches` does all of
    this, one piece after the other.

    Attributes:
        name: of the table in messages.
        header: the names of its columns.
        rows: the number of rows accounted for so far, by the text in the file.
        schema: of the batches, once `choose` was called.
    """

    def __init__(self, name: str, header: list[str]) -> None:
        self.name = name
        self.header = header
        self.rows = 0
        self.schema = pa.schema([])

    def choose(self, numbers: Sequence[str], kept: Sequence[str]) -> None:
        """Choose the columns to read.

        Args:
            numbers: headers of the columns to read as float64; they come first in the result.
            kept: headers of the columns to pass on behind these, but for those in `numbers`.

        Raises:
            TableError: a column is missing, is there twice, or cannot hold numbers.
        """
        numbers = list(dict.fromkeys(numbers))
        kept = [name for name in dict.fromkeys(kept) if name not in numbers]
        self._choose(numbers, kept)

    @abstractmethod
    def _choose(self, numbers: list[str], kept: list[str]) -> None:
        """Choose columns whose headers all differ; see `choose`."""

    @abstractmethod
    def pieces(self) -> Iterator[Any]:
        """The pieces of the file for `parse`; may be called once.

        Raises:
            TableError: the file as a whole does not fit.
        """

    @abstractmethod
    def parse(self, piece: Any, *, skip: bool = False) -> Part:
        """The rows of a piece.

        Args:
            piece: one of `pieces`.
            skip: read on behind a row that does not fit.
        """

    def account(self, part: Part, rejects: Rejects | None = None) -> None:
        """Count the rows of the next part.

        Args:
            part: of the piece behind the last one that was accounted for.
            rejects: takes the rows that do not fit.

        Raises:
            RowError: a row does not fit, and there are no `rejects`.
        """
        for rejection in part.rejections:
            placed = replace(rejection, row=rejection.row + self.rows)
            if rejects is None:
                raise RowError(f"{self.name}: {placed}")
            rejects.add(placed)
        self.rows += part.rows

    def batches(
        self, numbers: Sequence[str], kept: Sequence[str], rejects: Rejects | None = None
    ) -> Iterator[pa.RecordBatch]:
        """The rows in order.

        Args:
            numbers: see `choose`.
            kept: see `choose`.
            rejects: takes the rows that do not fit, which are then left out.

        Raises:
            RowError: a row does not fit, and there are no `rejects`; the message names row and
                column.
            TableError: the file as a whole does not fit.
        """
        self.choose(numbers, kept)
        for piece in self.pieces():
            part = self.parse(piece, skip=rejects is not None)
            self.account(part, rejects)
            yield part.batch

    def check_count(self, written: int, rejected: int) -> None:
        """Compare the number of rows in the file with those written and those left out.

        Raises:
            LostRowsError: they differ, which is a mistake in this program.
        """
        if self.rows != written + rejected:
            raise LostRowsError(self.name, self.rows, written, rejected)

    # --- columns by name

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """The positions of the columns by header."""
        places: dict[str, list[int]] = {}
        for place, name in enumerate(self.header):
            places.setdefault(name, []).append(place)
        return places

    def require_inputs(self, headers: Mapping[str, str]) -> None:
        """Check that there is one column for each input.

        Args:
            headers: of the columns, by the ids of the inputs.

        Raises:
            TableError: a column is missing, or is there twice.
        """
        missing = [name for name, header in headers.items() if header not in self._places]
        if not missing:
            for header in headers.values():
                self.column(header)
            return
        first, *others = missing
        also = listed(others, SHOWN_COLUMNS, spell=in_quotes)
        raise self._absent(headers[first], f" for the input {in_quotes(first)}", first, also)

    def column(self, header: str, asked_by: str = "") -> int:
        """The position of a column.

        Args:
            header: its name.
            asked_by: the name of the option that asks for it, such as "keep"; for the message.

        Raises:
            TableError: the column is missing, or is there twice.
        """
        places = self._places.get(header, [])
        if len(places) == 1:
            return places[0]
        if places:
            raise TableError(f'{self.name}: {len(places)} columns are named "{header}"; rename one')
        several = header.split(",")
        if asked_by == "keep" and set(several) <= set(self._places):
            each = " ".join(option("keep", shlex.quote(name)) for name in several)
            say = at_door(command=each, page=each, python=f"keep={several!r}")
            absent = f"{self.name}: no column {in_quotes(header)} for {option('keep')}"
            raise TableError(f"{absent}; say {say}")
        raise self._absent(header, f" for {option(asked_by)}" if asked_by else "")

    def _absent(
        self, header: str, purpose: str, wanted: str | None = None, also: str = ""
    ) -> TableError:
        """The error about a missing column, with the option that would name another one."""
        hint = self._hint(header)
        if not hint and (same := header_hints.of_accents(header, self.header)):
            stored, hint = same
            hint += f"; {_columns(wanted, stored)} takes it" if wanted is not None else ""
        if not hint:
            near = Nearest(self.header).name(header)
            columns = listed(self.header, SHOWN_COLUMNS, spell=in_quotes)
            hint = f'did you mean "{near}"?' if near else f"the columns are {columns}"
            if wanted is not None and near and near != wanted:
                hint += f" {_columns(wanted, near)} takes it"
            elif wanted is not None and not near:
                hint += f"; {_columns(wanted)} names another"
            if also:
                purpose += f", nor for {also}"
        return TableError(f"{self.name}: no column {in_quotes(header)}{purpose}; {hint}")

    def _hint(self, wanted: str) -> str:
        """A guess at what is wrong with the header if this column is missing; may be empty."""
        return ""
