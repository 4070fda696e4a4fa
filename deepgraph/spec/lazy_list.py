"""A list that is built on first access."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar, overload

Item = TypeVar("Item")


class LazyList(Sequence[Item]):
    """A sequence of known length whose items are all made when the first one is needed.

    Args:
        length: the number of items.
        make: makes the list.
    """

    def __init__(self, length: int, make: Callable[[], list[Item]]) -> None:
        self._length = length
        self._make: Callable[[], list[Item]] | None = make
        self._made: list[Item] = []

    @property
    def items(self) -> list[Item]:
        """The list itself."""
        make = self._make  # another thread may be here at the same time
        if make is not None:
            self._made = make()
            self._make = None
        return self._made

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    @overload
    def __getitem__(self, place: int) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> list[Item]: ...
    def __getitem__(self, place: int | slice) -> Item | list[Item]:
        return self.items[place]

    def __eq__(self, other: object) -> bool:
        return self.items == (other.items if isinstance(other, LazyList) else other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self.items)

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (self.items,)  # pickled as a list
