"""What tables of every format share: their columns by name, the count of their rows."""

from __future__ import annotations

import shlex
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from deepgraph.errors import LostRowsError, RowError, TableError
from deepgraph.words.messages import Nearest, in_quotes, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from deepgraph.tables.rejects import Rejection, Rejects

SHOWN_COLUMNS = 20


def not_numbers(header: str, kind: pa.DataType) -> str:
    """What to say of a column that cannot be an input."""
    return f'column "{header}" holds {kind}, not numbers; cast it to float64 first'


@dataclass(frozen=True, slots=True)
class Part:
    """What a piece of a table became.

    Attributes:
        rows: how many it has by the text in the file.
        batch: those that fit.
        rejections: the others, their rows counted from 1 within the piece.
    """

    rows: int
    batch: pa.RecordBatch
    rejections: Sequence[Rejection] = ()


class Table(ABC):
    """An opened table: its column names, then its rows, once.

    The rows come in pieces. Cutting them is quick and happens in order; `parse` does the work, is
    pure, and may run in many threads; `account` counts the parts, in order again. `batches` is
    all of it, one piece after the other.

    Attributes:
        name: what to call it in messages.
        header: the names of its columns.
        rows: how many were accounted for so far, counted by the text in the file.
        schema: of the batches, once columns were chosen.
    """

    def __init__(self, name: str, header: list[str]) -> None:
        self.name = name
        self.header = header
        self.rows = 0
        self.schema = pa.schema([])

    def choose(self, numbers: Sequence[str], kept: Sequence[str]) -> None:
        """Say which columns to read.

        Args:
            numbers: headers of columns to read as float64, first in the result.
            kept: headers of columns to pass on, behind them; those that are numbers already are
                not repeated.

        Raises:
            TableError: one is not there, is there twice, or cannot hold numbers.
        """
        numbers = list(dict.fromkeys(numbers))
        kept = [name for name in dict.fromkeys(kept) if name not in numbers]
        self._choose(numbers, kept)

    @abstractmethod
    def _choose(self, numbers: list[str], kept: list[str]) -> None:
        """`choose`, of headers that all differ."""

    @abstractmethod
    def pieces(self) -> Iterator[Any]:
        """Pieces of the file for `parse`, once.

        Raises:
            TableError: the file as a whole does not fit.
        """

    @abstractmethod
    def parse(self, piece: Any, *, skip: bool = False) -> Part:
        """The rows of a piece.

        Args:
            piece: one of `pieces`.
            skip: whether to look behind the first row that does not fit.
        """

    def account(self, part: Part, rejects: Rejects | None = None) -> None:
        """Count the rows of the next part.

        Args:
            part: of the piece behind the last one that was accounted for.
            rejects: takes the rows that do not fit.

        Raises:
            RowError: without `rejects`: the first row that does not fit.
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
            TableError: without `rejects`, a row or a cell does not fit, and the message names
                both; with them, the file as a whole does not.
        """
        self.choose(numbers, kept)
        for piece in self.pieces():
            part = self.parse(piece, skip=rejects is not None)
            self.account(part, rejects)
            yield part.batch

    def check_count(self, written: int, rejected: int) -> None:
        """Hold the rows that were met against those that were passed on and left out.

        Raises:
            LostRowsError: they differ, which is a mistake in this program.
        """
        if self.rows != written + rejected:
            raise LostRowsError(self.name, self.rows, written, rejected)

    # --- columns by name

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """Where the columns stand, by header."""
        places: dict[str, list[int]] = {}
        for place, name in enumerate(self.header):
            places.setdefault(name, []).append(place)
        return places

    def require_inputs(self, headers: Mapping[str, str]) -> None:
        """Check that there is a column for each input.

        Args:
            headers: by the ids of the inputs.

        Raises:
            TableError: there is none, or there are two.
        """
        missing = [name for name, header in headers.items() if header not in self._places]
        if not missing:
            for header in headers.values():
                self.column(header)
            return
        first, *others = missing
        also = listed(others, SHOWN_COLUMNS, spell=in_quotes)
        raise self._absent(headers[first], f" for the input {in_quotes(first)}", first, also)

    def column(self, header: str, option: str = "") -> int:
        """The position of a column.

        Args:
            header: its name.
            option: what asks for it, `--keep`.

        Raises:
            TableError: it is not there, or there twice.
        """
        places = self._places.get(header, [])
        if len(places) == 1:
            return places[0]
        if places:
            raise TableError(f'{self.name}: {len(places)} columns are named "{header}"; rename one')
        several = header.split(",")
        if option == "--keep" and set(several) <= set(self._places):
            each = " ".join(f"--keep {shlex.quote(name)}" for name in several)
            raise TableError(f"{self.name}: no column {in_quotes(header)} for --keep; say {each}")
        raise self._absent(header, f" for {option}" if option else "")

    def _absent(
        self, header: str, purpose: str, wanted: str | None = None, also: str = ""
    ) -> TableError:
        """The error about a missing column, with what to write for the input that wants one."""
        hint = self._hint()
        if not hint:
            near = Nearest(self.header).name(header)
            hint = f'did you mean "{near}"?' if near else self._columns()
            if wanted is not None and near and near != wanted:
                hint += f" --column {shlex.quote(f'{wanted}={near}')} takes it"
            elif wanted is not None and not near:
                hint += f"; --column {shlex.quote(wanted)}=HEADER names another"
            if also:
                purpose += f", nor for {also}"
        return TableError(f"{self.name}: no column {in_quotes(header)}{purpose}; {hint}")

    def _columns(self) -> str:
        return f"the columns are {listed(self.header, SHOWN_COLUMNS, spell=in_quotes)}"

    def _hint(self) -> str:
        """What may be wrong with a header in which a column is missing; empty if nothing shows."""
        return ""
