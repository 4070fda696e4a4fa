"""What a comparison finds: changes in sections."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, overload

import numpy as np

from deepgraph.errors import InputError
from deepgraph.options.difference import KEYS
from deepgraph.words.messages import Nearest, counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

Mark = Literal["added", "removed", "changed"]

HEADINGS = {key: "Order of terms" if key == "order" else key.capitalize() for key in KEYS}
"""The sections by their keys, in the order in which they are told, and their headings."""


@dataclass(frozen=True)
class Change:
    """One difference.

    Attributes:
        mark: whether B has it more, has it no longer, or has it otherwise.
        what: the kind of thing: "node", "edge", "parameter", "order of inputs", …
        name: of the thing, as B has it, or A for what is only there.
        before: how it is in A, of a parameter its number, NaN where it has no value; `None` if it
            is not there.
        after: how it is in B; likewise.
        size: of a number, how far it moved; `None` where that is no finite number.
    """

    mark: Mark
    what: str
    name: str
    before: str | float | None = None
    after: str | float | None = None
    size: float | None = None

    @property
    def is_number(self) -> bool:
        """True for the change of a number."""
        return isinstance(self.before, float) or isinstance(self.after, float)


class ParameterCounts(NamedTuple):
    """How many parameters both have, differ in value or freedom, are only in B, and only in A."""

    common: int
    changed: int
    added: int
    removed: int

    def __str__(self) -> str:
        """Those that differ in words, of which there is one at least.

        >>> print(ParameterCounts(13, 2, 0, 0), ParameterCounts(13, 2, 4, 1), sep="; ")
        2 of 13 parameters; 2 of 13 parameters, 4 added, 1 removed
        >>> print(ParameterCounts(13, 0, 4, 1), ParameterCounts(13, 0, 0, 1), sep="; ")
        4 parameters added, 1 removed; 1 parameter removed
        """
        parts = [f"{self.changed:,} of {self.common:,} parameters"] * bool(self.changed)
        for count, word in ((self.added, "added"), (self.removed, "removed")):
            if count:
                what = f"{count:,}" if parts else counted(count, "parameter")
                parts.append(f"{what} {word}")
        return ", ".join(parts)


class OnDemand(Sequence[Change]):
    """Changes of known number that are made one by one when they are asked for.

    Args:
        count: how many.
        make: makes one by its position.
        sizes: (count,) how large they are, for `largest`.
    """

    def __init__(
        self,
        count: int,
        make: Callable[[int], Change],
        sizes: NDArray[np.float64] | None = None,
    ) -> None:
        self._count, self._make, self._sizes = count, make, sizes

    def largest(self, most: int) -> list[Change]:
        """So many changes, the largest first; the first ones if they have no sizes."""
        if self._sizes is None:
            return self[:most]
        sizes = np.where(np.isnan(self._sizes), np.inf, self._sizes)
        return [self._make(at) for at in np.argsort(-sizes, kind="stable")[:most].tolist()]

    @property
    def has_sizes(self) -> bool:
        """True if `largest` picks by size."""
        return self._sizes is not None

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> Change: ...
    @overload
    def __getitem__(self, place: slice) -> list[Change]: ...
    def __getitem__(self, place: int | slice) -> Change | list[Change]:
        if isinstance(place, slice):
            return [self._make(at) for at in range(*place.indices(self._count))]
        if not -self._count <= place < self._count:
            raise IndexError(place)
        return self._make(place % self._count)


@dataclass(frozen=True)
class ChangeGroup:
    """The differences of one kind.

    Attributes:
        key: of `HEADINGS`.
        parts: the changes, in the order in which they are told.
    """

    key: str
    parts: tuple[Sequence[Change], ...]

    @property
    def title(self) -> str:
        """Its heading."""
        return HEADINGS[self.key]

    def first(self, most: int) -> list[Change]:
        """So many changes in their order; of more numbers than that, the largest."""
        found: list[Change] = []
        for part in self.parts:
            left = most - len(found)
            large = isinstance(part, OnDemand) and len(part) > left
            found += part.largest(left) if large else part[:left]  # type: ignore[attr-defined]
        return found

    def largest_first(self, most: int) -> bool:
        """True if `first` picks the largest ones of the first part."""
        part = self.parts[0]
        return isinstance(part, OnDemand) and part.has_sizes and len(part) > most

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    def __iter__(self) -> Iterator[Change]:
        return chain.from_iterable(self.parts)


class Outcome(Protocol):
    """What the two networks compute, compared; false where it is the same."""

    def __bool__(self) -> bool: ...

    def lines(self, digits: int | None = None) -> list[str]:
        """The lines of a report, the first its heading; `digits` as in `figures.moved_texts`."""

    def json(self) -> dict[str, Any]:
        """The same as values of JSON."""


@dataclass(frozen=True)
class Findings:
    """What a comparison found, for reports.

    Attributes:
        names: what the two networks are called.
        sections: the changes by kind; only those in which something differs.
        parameters: how many both have, and how many differ.
        values: what they compute on some rows, if that was asked for.
        kinks: where they bend along a line, if that was asked for.
        hints: sentences about what the changes mean.
    """

    names: tuple[str, str]
    sections: tuple[ChangeGroup, ...]
    parameters: ParameterCounts
    values: Outcome | None
    kinks: Outcome | None
    hints: tuple[str, ...]

    @property
    def equal(self) -> bool:
        """True if nothing differs that was not to be ignored, in values and kinks, too."""
        return not self.sections and not (self.values or self.kinks)

    def __getitem__(self, key: str) -> list[Change]:
        """The changes of a section by its key; none if nothing differs there."""
        if key not in HEADINGS:
            raise InputError(f'no section is named "{key}"{Nearest(HEADINGS)(key)}')
        return [change for section in self.sections if section.key == key for change in section]

    @property
    def summary(self) -> str:
        """One line: `2 changes in structure, 3 of 13 parameters`; `no difference`."""
        parts = []
        for section in self.sections:
            if section.key == "parameters":
                parts.append(str(self.parameters))
            else:
                parts.append(f"{counted(len(section), 'change')} in {section.title.lower()}")
        parts += ["other values"] * bool(self.values) + ["other kinks"] * bool(self.kinks)
        return ", ".join(parts) or "no difference"
