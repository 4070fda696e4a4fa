"""The parameters of a network: one flat array of values, and names made on demand.

The parameters of dense layers come first, matrix by matrix. The value-style bias nodes follow, then
the edges, both in the order of the file. Edges with the same label share one parameter.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import UnknownNameError
from deepgraph.words.messages import Nearest, listed, shown, shown_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

ENTRY = re.compile(r"(.+)\[([1-9][0-9]{0,8})(?:,([1-9][0-9]{0,8}))?\]", re.DOTALL)
"""The name of an entry, `W1[2,3]` or `b1[2]`: matrix or vector, row, column of a matrix."""

EdgeKey = tuple[str, str]
"""Source and target of an unlabelled edge; they identify its parameter."""


@dataclass(frozen=True)
class ParameterBlock:
    """The matrix or the bias vector of a dense layer.

    Attributes:
        name: the name that the layer gives it.
        offset: the number of its first parameter.
        shape: (targets, sources) of a matrix, (targets,) of a vector.
        path: the path in the file at which the layer names it.
    """

    name: str
    offset: int
    shape: tuple[int, ...]
    path: str

    @cached_property
    def size(self) -> int:
        """The number of its parameters."""
        return math.prod(self.shape)

    def entry_name(self, number: int) -> str:
        """The name of entry `number`, counted row by row: `W1[2,3]` or `b1[2]`, from 1."""
        if len(self.shape) == 1:
            return f"{self.name}[{number + 1}]"
        row, column = divmod(number, self.shape[1])
        return f"{self.name}[{row + 1},{column + 1}]"

    def entry(self, indices: list[int]) -> int | None:
        """The parameter number of an entry by indices from 1; `None` outside the shape."""
        if len(indices) != len(self.shape) or any(
            i > n for i, n in zip(indices, self.shape, strict=True)
        ):
            return None
        return self.offset + int(np.ravel_multi_index([i - 1 for i in indices], self.shape))


@dataclass(frozen=True)
class Parameters:
    """The values and names of all parameters.

    Attributes:
        values: (parameters,) nearest doubles; NaN if uninitialised.
        trainable: (parameters,) false for frozen ones.
        blocks: matrices and vectors of the layers, in the order of their offsets.
        keys: the name of each parameter outside blocks, or source and target of its unlabelled
            edge.
        groups: the labels of each group, by its name.
    """

    values: NDArray[np.float64]
    trainable: NDArray[np.bool]
    blocks: list[ParameterBlock] = field(default_factory=list)
    keys: Sequence[str | EdgeKey] = field(default_factory=list)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __getitem__(self, name: str | EdgeKey) -> Any:
        """The value of what has a name: a float, or an array of its own.

        Args:
            name: a label or the id of a bias, `w3`; an entry, `W1[2,3]`; a group, `w35`, for its
                vector (labels,); a matrix, `W1`, (targets, sources), or a vector, `b1`, (targets,)
                of a layer; source and target of an edge without a label.

        Raises:
            UnknownNameError: there is no such parameter; this is a `KeyError`, too.
        """
        return self.of(name, self.values)

    def of(self, name: str | EdgeKey, values: NDArray[np.float64]) -> Any:
        """The part that a name means of values for all parameters, (parameters,), as above."""
        found = values[self.where(name)]
        return float(found) if found.ndim == 0 else found

    def where(self, name: str | EdgeKey) -> NDArray[np.int64]:
        """The parameter numbers that a name means, in the shape that `parameters[name]` has.

        Raises:
            UnknownNameError: there is no such parameter; the message has the nearest name.
        """
        found = self._where(name)
        if found is None:
            raise UnknownNameError(self._unknown(name))
        return found

    def _where(self, name: object) -> NDArray[np.int64] | None:
        """The numbers that a name means; `None` for what is the name of nothing."""
        if not isinstance(name, str):
            number = self.numbers.get(name) if isinstance(name, tuple) else None
            return None if number is None else np.array(number, np.int64)
        if name in self.groups:
            return np.array([self.find(label) for label in self.groups[name]], np.int64)
        for block in self.blocks:
            if block.name == name:
                numbers = np.arange(block.offset, block.offset + block.size)
                return numbers.reshape(block.shape)
        number = self.find(name)
        return None if number is None else np.array(number, np.int64)

    def _unknown(self, name: object) -> str:
        """The message about a name of nothing."""
        if isinstance(name, tuple) and [type(end) for end in name] == [str, str]:
            edge = spelled(name)
            edges = [spelled(key) for key in self.keys if not isinstance(key, str)]
            there = f"those are {listed(edges)}" if edges else "name an edge by its label"
            return f'no edge without a label is "{shown(edge)}"{Nearest(edges, there)(edge)}'
        if not isinstance(name, str):
            what = "a parameter is named by a text, or by source and target of its edge"
            return f"{what}, got {shown_value(name)}"
        names = self.names
        nearest = Nearest(names, f"the parameters are {listed(names)}" if names else "")
        return f'no parameter or group is named "{shown(name)}"{nearest(name)}'

    def __iter__(self) -> Iterator[str | EdgeKey]:
        """The name of each single parameter, in the order of `values`."""
        return map(self.key, range(len(self)))

    def __contains__(self, name: object) -> bool:
        """Check whether `parameters[name]` has a value."""
        return self._where(name) is not None

    @property
    def names(self) -> list[str]:
        """Every name that `parameters[name]` takes: matrices, vectors, groups, single ones."""
        single = [key for key in self.keys if isinstance(key, str)]
        return [*(block.name for block in self.blocks), *self.groups, *single]

    def __len__(self) -> int:
        return len(self.values)

    @property
    def first_key(self) -> int:
        """The number of the first parameter outside blocks."""
        return len(self.values) - len(self.keys)

    @cached_property
    def numbers(self) -> dict[str | EdgeKey, int]:
        """The numbers of the parameters outside blocks, by key."""
        return {key: number for number, key in enumerate(self.keys, self.first_key)}

    def key(self, number: int) -> str | EdgeKey:
        """The name of a parameter, or source and target of its unlabelled edge."""
        if number >= self.first_key:
            return self.keys[number - self.first_key]
        for block in self.blocks:
            if number < block.offset + block.size:
                return block.entry_name(number - block.offset)
        raise IndexError(number)

    def name(self, number: int) -> str:
        """The name of a parameter for readers; `x→h1` for an unlabelled edge."""
        return spelled(self.key(number))

    def find(self, name: str) -> int | None:
        """The number of a parameter by its name, `w3` or `W1[2,3]`; `None` if there is none."""
        number = self.numbers.get(name)
        if number is not None:
            return number
        return entry_number(self.blocks, name)

    @property
    def missing(self) -> NDArray[np.int64]:
        """The numbers of the uninitialised parameters."""
        return np.flatnonzero(np.isnan(self.values))


def spelled(key: str | EdgeKey) -> str:
    """The key of a parameter for readers.

    >>> spelled("w3"), spelled(("x", "h1"))
    ('w3', 'x→h1')
    """
    return key if isinstance(key, str) else f"{key[0]}→{key[1]}"


def entry_number(blocks: list[ParameterBlock], name: str) -> int | None:
    """The number of the parameter that a name such as `W1[2,3]` means; `None` for other names."""
    match = ENTRY.fullmatch(name)
    if match is None:
        return None
    indices = [int(text) for text in match.groups()[1:] if text is not None]
    for block in blocks:
        if block.name == match[1]:
            number = block.entry(indices)
            if number is not None:
                return number
    return None
