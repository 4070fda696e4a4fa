"""Numbers of worked arithmetic in a table, such as the weights after each step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deepgraph.explain.spelling import SPELLER
from deepgraph.words.columns import aligned, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepgraph.explain.expressions import Expression

Cell = float | int | str | None
GAP = 2
"""Blanks between two columns of text."""


@dataclass(frozen=True)
class Grid:
    """A table. The first column tells the rows apart.

    Attributes:
        columns: what stands above each column.
        rows: the cells, as texts.
        numeric: for each column, true if it holds numbers.
        note: a remark; may be empty.
        names: of all columns, those that are not shown with them.
        values: by row and column of `names` the values, to their last bit.
    """

    columns: tuple[Expression, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    note: str = ""
    names: tuple[str, ...] = ()
    values: tuple[tuple[Cell, ...], ...] = ()

    @property
    def header(self) -> tuple[str, ...]:
        """What stands above each column, as plain text."""
        return tuple(map(SPELLER.spell, self.columns))

    def parts(self, most: int) -> list[Grid]:
        """The table cut into tables of at most so many characters, each with the first column."""
        cells = [self.header, *self.rows]
        widths = [GAP + max(map(width, column)) for column in zip(*cells, strict=True)]
        groups: list[list[int]] = []
        room = 0
        for place in range(1, len(widths)):
            if not groups or widths[place] > room:
                groups.append([0])
                room = most + GAP - widths[0]
            groups[-1].append(place)
            room -= widths[place]
        return [self._only(group) for group in groups] or [self]

    def _only(self, places: Sequence[int]) -> Grid:
        rows = tuple(tuple(row[place] for place in places) for row in self.rows)
        columns = tuple(self.columns[place] for place in places)
        return Grid(columns, rows, tuple(self.numeric[place] for place in places))

    def lines(self, most: int) -> list[str]:
        """The table as lines of at most so many characters, an empty one between its parts."""
        found: list[str] = []
        for part in self.parts(most):
            right = [place for place, numeric in enumerate(part.numeric) if numeric]
            found += ["", *aligned([part.header, *part.rows], right)]
        return found[1:]
