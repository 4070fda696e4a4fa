"""Numbers of names, for texts one by one and for columns of bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepgraph.spec.uniform_records import LONGEST, WORDS, field_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.spec.uniform_records import Field

BITS = 20
"""Of a name's hash that choose its place in the table."""
ENTERED = 1 << 17
"""Names in the table at most; the others are looked up one by one."""


class Numbering(dict[str, int]):
    """Numbers by name, given in the order in which the names are first asked for.

    In front of the dictionary stands a table for columns of names: by the first bits of a hash
    the number of a name with that hash. It is only a short cut, what it gives is compared.
    """

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[str] = []  # to be entered into the table
        self._entered = 0
        self._by_hash = np.zeros(1 << BITS, np.int32)
        self._words = np.zeros((WORDS, ENTERED), np.uint64)
        self._length = np.full(ENTERED, -1)

    def __missing__(self, name: str) -> int:
        number = self[name] = len(self)
        if number < ENTERED:
            self._waiting.append(name)
        return number

    def of(self, column: Field) -> NDArray[np.int32]:
        """(records,) those of a column of names."""
        hashes = column.hashes()
        numbers = self._found(column, hashes)
        missing = numbers < 0
        if np.any(missing):
            # The same name often stands many times in a row: it need not be asked for each time.
            again = column.length[1:] == column.length[:-1]
            for word in column.words:
                again &= word[1:] == word[:-1]
            missing[1:] &= ~again
            for name in column.texts(np.flatnonzero(missing)):
                self[name]  # gets a number
            numbers = self._found(column, hashes)
            others = np.flatnonzero(numbers < 0)  # not in the table
            numbers[others] = [self[name] for name in column.texts(others)]
        return numbers

    def _found(self, column: Field, hashes: NDArray[np.uint64]) -> NDArray[np.int32]:
        """(records,) those that the table knows, -1 for the others."""
        if self._waiting:
            self._enter()
        numbers = self._by_hash[_place(hashes)]
        right = self._length[numbers] == column.length
        for known, words in zip(self._words, column.words, strict=False):
            right &= known[numbers] == words
        numbers[~right] = -1
        return numbers

    def _enter(self) -> None:
        column = field_of(self._waiting)
        numbers = np.arange(self._entered, self._entered + len(self._waiting))
        self._entered += len(self._waiting)
        self._waiting = []
        self._words[: len(column.words), numbers] = column.words
        self._length[numbers] = np.where(column.length > LONGEST, -1, column.length)
        self._by_hash[_place(column.hashes())] = numbers


def _place(hashes: NDArray[np.uint64]) -> NDArray[np.intp]:
    return (hashes >> np.uint64(64 - BITS)).astype(np.intp)
