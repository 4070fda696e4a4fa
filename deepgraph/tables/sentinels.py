"""Numbers that mark a missing value, such as −999, among the values of an input."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from deepgraph.words.messages import counted
from deepgraph.words.numbers import number_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

_NINES = tuple(float("9" * digits) for digits in range(2, 7))
SENTINELS = frozenset((*(-nines for nines in _NINES), *_NINES[1:], -32768.0))
"""What data sets write where nothing was measured; whoever measures 99 is left in peace."""


class _Mark(NamedTuple):
    times: int
    row: int


@dataclass
class Sentinels:
    """The sentinels in the columns of a table, and the range of all other numbers.

    Attributes:
        rows: that were looked at.
        marks: how many there are of each sentinel, and its first row (from 1), by column.
        low, high: (columns,) of all finite numbers but the sentinels.
    """

    rows: int = 0
    marks: dict[tuple[int, float], _Mark] = field(default_factory=dict)
    low: NDArray[np.float64] | None = None
    high: NDArray[np.float64] | None = None

    @classmethod
    def of(cls, columns: NDArray[np.floating]) -> Sentinels:
        """Look at numbers, (columns, rows)."""
        found = cls(columns.shape[1])
        if not columns.size:
            return found
        low = np.fmin.reduce(columns, axis=1).astype(np.float64)
        high = np.fmax.reduce(columns, axis=1).astype(np.float64)
        for number, ends in enumerate(zip(low.tolist(), high.tolist(), strict=True)):
            if SENTINELS.isdisjoint(ends) and np.isfinite(ends).all():
                continue
            column = columns[number].astype(np.float64)
            others = column[np.isfinite(column)]
            for value in SENTINELS:
                rows = np.flatnonzero(column == value)
                if len(rows):
                    found.marks[number, value] = _Mark(len(rows), int(rows[0]) + 1)
                    others = others[others != value]
            low[number] = others.min(initial=np.inf)
            high[number] = others.max(initial=-np.inf)
        found.low, found.high = low, high
        return found

    def add(self, other: Sentinels) -> None:
        """Add what was found in the rows behind these."""
        for key, mark in other.marks.items():
            first = self.marks.get(key, _Mark(0, self.rows + mark.row))
            self.marks[key] = _Mark(first.times + mark.times, first.row)
        if other.low is not None and other.high is not None:
            self.low = other.low if self.low is None else np.minimum(self.low, other.low)
            self.high = other.high if self.high is None else np.maximum(self.high, other.high)
        self.rows += other.rows

    def notes(
        self, names: Sequence[str], file_row: Callable[[int], int] = lambda row: row
    ) -> Iterator[str]:
        """A sentence for each sentinel that lies further from all others than these lie apart.

        Args:
            names: of the columns.
            file_row: the number in the file of a row that was looked at.
        """
        if self.low is None or self.high is None:
            return
        for (column, value), mark in sorted(self.marks.items()):
            low, high = float(self.low[column]), float(self.high[column])
            gap = max(low - value, value - high)
            if not low <= high or gap <= high - low or abs(value) <= max(abs(low), abs(high)):
                continue
            verb = "holds" if mark.times == 1 else "hold"
            rows, last = counted(mark.times, "row"), number_text(high, 4)
            yield (
                f'{rows} of the input "{names[column]}" {verb} {number_text(value, 6)}, far from '
                f"the others ({number_text(low, 4)} to {last}), the first in row "
                f"{file_row(mark.row):,}; if that marks a missing value, leave such rows out."
            )
