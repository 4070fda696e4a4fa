"""What the parameters that two networks share are called in each; entries of matrices in arrays."""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from deepgraph.diff.records import Change, OnDemand
from deepgraph.graph.parameters import ENTRY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from deepgraph.graph.parameters import ParameterBlock, Parameters

    Numbers = NDArray[np.int64]


class _Entries(NamedTuple):
    """The places of parameters in the matrices and vectors of layers, (parameters,) each.

    Attributes:
        block: the number of the matrix or vector; −1 for a parameter outside.
        row, column: in it, from 0.
    """

    block: Numbers
    row: Numbers
    column: Numbers

    @classmethod
    def of(cls, parameters: Parameters, numbers: Numbers) -> _Entries:
        offsets = np.array([block.offset for block in parameters.blocks], np.int64)
        widths = np.array([_width(block.shape) for block in parameters.blocks], np.int64)
        inside = numbers < parameters.first_key
        block = np.where(inside, np.searchsorted(offsets, numbers, side="right") - 1, -1)
        place = np.where(inside, numbers - (offsets[block] if len(offsets) else 0), 0)
        width = np.where(inside, widths[block] if len(widths) else 1, 1)
        return cls(block, place // width, place % width)


def _width(shape: tuple[int, ...]) -> int:
    return shape[1] if len(shape) == 2 else 1


class ParameterNames:
    """The names of the parameters of edges that both networks have.

    Args:
        a, b: the parameters of both.
        mine, yours: (pairs,) the numbers in A and in B of what is one parameter.
    """

    def __init__(self, a: Parameters, b: Parameters, mine: Numbers, yours: Numbers) -> None:
        self._a, self._b, self._mine, self._yours = a, b, mine, yours

    # --- what is called otherwise ---------------------------------------------------------

    @cached_property
    def _entries(self) -> tuple[_Entries, _Entries]:
        return _Entries.of(self._a, self._mine), _Entries.of(self._b, self._yours)

    @cached_property
    def _apart(self) -> Numbers:
        """The places of the pairs whose names differ, or of which one alone has a name."""
        one, other = self._entries
        inside = (one.block >= 0) & (other.block >= 0)
        same = inside & (one.row == other.row) & (one.column == other.column)
        if same.any():
            alike = np.array(
                [[_alike(x, y) for y in self._b.blocks] for x in self._a.blocks], np.bool
            )
            same[same] = alike[one.block[same], other.block[same]]
        rest = np.flatnonzero(~inside)
        if len(rest):
            keys = _keys(self._a, self._mine[rest]), _keys(self._b, self._yours[rest])
            equal = [x == y for x, y in zip(*keys, strict=True)]
            same[rest] = equal
        return np.flatnonzero(~same)

    @cached_property
    def _called_otherwise(self) -> Numbers:
        """The places of the pairs that have another name, and no other partner on either side."""
        found = self._apart
        if not len(found):
            return found
        keep = np.ones(len(found), np.bool)
        for parameters, numbers in ((self._a, self._mine), (self._b, self._yours)):
            keep &= np.bincount(numbers, minlength=1)[numbers[found]] == 1
            keep &= named(parameters, numbers[found])
        return found[keep]

    @cached_property
    def _renamed(self) -> tuple[Numbers, Numbers]:
        """The numbers in A, ascending, and in B of the renamed parameters.

        A parameter of which only some edges have the new name is no renamed one. Neither is one
        whose old name other edges of B have, or its new name others of A.
        """
        places = self._called_otherwise
        old, new = self._mine[places], self._yours[places]
        if not len(places):
            return old, new
        there, before = numbers_there(self._a, old, self._b), numbers_there(self._b, new, self._a)
        free = ((there < 0) | _among(there, new)) & ((before < 0) | _among(before, old))
        old, new = old[free], new[free]
        order = np.argsort(old)
        return old[order], new[order]

    def new_name(self, name: str) -> str | None:
        """The name in B of a parameter of A that was renamed."""
        old, new = self._renamed
        number = self._a.find(name) if len(old) else None
        if number is None:
            return None
        place = int(np.searchsorted(old, number))
        if place == len(old) or old[place] != number:
            return None
        return self._b.name(int(new[place]))

    # --- as changes -----------------------------------------------------------------------

    def renamed(self) -> list[Sequence[Change]]:
        """The renamed parameters; matrices and vectors that were renamed as a whole once."""
        one, other = self._entries
        places = self._called_otherwise
        inside = (one.block[places] >= 0) & (other.block[places] >= 0)
        alike = one.row[places] == other.row[places]
        alike &= one.column[places] == other.column[places]
        whole = places[inside & alike]
        pairs = one.block[whole] * max(1, len(self._b.blocks)) + other.block[whole]
        blocks = [
            (self._a.blocks[mine].name, self._b.blocks[yours].name)
            for mine, yours in (
                divmod(pair, len(self._b.blocks))
                for pair in np.flatnonzero(np.bincount(pairs, minlength=1)).tolist()
            )
        ]
        # A layer that is spelled out as nodes and edges has labels that look like its entries.
        spelled = [self._spelled(place) for place in places[~inside].tolist()]
        blocks += [pair for pair in spelled if pair is not None]
        lone = np.array([pair is None for pair in spelled], np.bool)
        single = np.concatenate([places[~inside][lone], places[inside & ~alike]])

        def make(at: int) -> Change:
            old = self._a.name(int(self._mine[single[at]]))
            new = self._b.name(int(self._yours[single[at]]))
            return Change("changed", "parameter", new, old, new)

        told = [
            Change("changed", "parameters", new, old, new) for old, new in dict.fromkeys(blocks)
        ]
        return [told, OnDemand(len(single), make)]

    def _spelled(self, place: int) -> tuple[str, str] | None:
        """The matrices of a pair whose names are those of one entry, `W1[2,3]` and `V1[2,3]`."""
        names = self._a.name(int(self._mine[place])), self._b.name(int(self._yours[place]))
        old, new = map(ENTRY.fullmatch, names)
        if old and new and old.groups()[1:] == new.groups()[1:]:
            return old[1], new[1]
        return None

    def labelled(self) -> Iterator[Change]:
        """The edges whose weight got a name, or lost it."""
        places = self._apart
        have = [
            named(parameters, numbers[places])
            for parameters, numbers in ((self._a, self._mine), (self._b, self._yours))
        ]
        for place in places[have[0] != have[1]].tolist():
            old = self._a.key(int(self._mine[place]))
            new = self._b.key(int(self._yours[place]))
            texts = [key if isinstance(key, str) else None for key in (old, new)]
            ends = new if isinstance(old, str) else old
            mark = "removed" if texts[1] is None else "added"
            yield Change(mark, "label", " → ".join(ends), *texts)  # type: ignore[arg-type]


def _alike(
    one: ParameterBlock, other: ParameterBlock, new_names: Mapping[str, str] = MappingProxyType({})
) -> bool:
    """True if the entries of two blocks at one row and column have one name."""
    return new_names.get(one.name, one.name) == other.name and len(one.shape) == len(other.shape)


def _keys(parameters: Parameters, numbers: Numbers) -> list[str | tuple[str, str]]:
    """The keys of some parameters."""
    first, keys = parameters.first_key, parameters.keys[:]
    return [
        keys[number - first] if number >= first else parameters.key(number)
        for number in numbers.tolist()
    ]


def named(parameters: Parameters, numbers: Numbers) -> NDArray[np.bool]:
    """Whether parameters have a name: those of edges without a label have none."""
    found = np.ones(len(numbers), np.bool)
    outside = np.flatnonzero(numbers >= parameters.first_key)
    if len(outside):
        found[outside] = [isinstance(key, str) for key in _keys(parameters, numbers[outside])]
    return found


def numbers_there(
    parameters: Parameters,
    numbers: Numbers,
    others: Parameters,
    new_names: Mapping[str, str] = MappingProxyType({}),
) -> Numbers:
    """The numbers in another network of the parameters with the same names; −1 where none is.

    Args:
        parameters: of the one network.
        numbers: of some of them.
        others: of the other network.
        new_names: what matrices are called there, where that is something else.
    """
    found = np.full(len(numbers), -1, np.int64)
    entries = _Entries.of(parameters, numbers)
    for at, block in enumerate(parameters.blocks):
        here = np.flatnonzero(entries.block == at)
        other = next((known for known in others.blocks if _alike(block, known, new_names)), None)
        if other is None or not len(here):
            continue
        row, column, width = entries.row[here], entries.column[here], _width(other.shape)
        fits = (row < other.shape[0]) & (column < width)
        found[here[fits]] = (other.offset + row * width + column)[fits]
    # A label of an edge may be that of an entry, where layers are spelled out as nodes and edges.
    left = found < 0 if len(others.keys) else (found < 0) & (entries.block < 0)
    places = np.flatnonzero(left)
    for place, key in zip(places.tolist(), _keys(parameters, numbers[places]), strict=True):
        number = others.find(key) if isinstance(key, str) else None
        found[place] = -1 if number is None else number
    return found


def _among(numbers: Numbers, known: Numbers) -> NDArray[np.bool]:
    """Whether numbers are among others; numpy.isin would import numpy.ma."""
    ordered = np.sort(known)
    place = np.minimum(np.searchsorted(ordered, numbers), len(ordered) - 1)
    return np.asarray(ordered[place] == numbers)
