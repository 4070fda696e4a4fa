"""The parameters of a network: one flat array of values, and their names made on demand.

Parameters of dense layers come first, matrix by matrix; then the value-style bias nodes and
the edges, in the order of the file. Edges with one label share one entry.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

ENTRY = re.compile(r"(.+)\[([1-9][0-9]{0,8})(?:,([1-9][0-9]{0,8}))?\]", re.DOTALL)
"""The name of an entry, `W1[2,3]` or `b1[2]`: that of its matrix or vector, row, column if any."""

EdgeKey = tuple[str, str]
"""Source and target of an unlabelled edge, which name its parameter."""


@dataclass(frozen=True)
class Block:
    """The matrix or the bias vector of a dense layer.

    Attributes:
        name: as the layer calls it.
        offset: the number of its first parameter.
        shape: (targets, sources) of a matrix, (targets,) of a vector.
        path: where the layer names it.
    """

    name: str
    offset: int
    shape: tuple[int, ...]
    path: str

    @property
    def size(self) -> int:
        """How many parameters it holds."""
        return math.prod(self.shape)

    def entry_name(self, number: int) -> str:
        """`W1[2,3]` or `b1[2]`, counted from 1: the name of its entry `number`, row by row."""
        if len(self.shape) == 1:
            return f"{self.name}[{number + 1}]"
        row, column = divmod(number, self.shape[1])
        return f"{self.name}[{row + 1},{column + 1}]"

    def entry(self, indices: list[int]) -> int | None:
        """The parameter number of an entry by its indices from 1; `None` outside the shape."""
        if len(indices) != len(self.shape) or any(
            i > n for i, n in zip(indices, self.shape, strict=True)
        ):
            return None
        return self.offset + int(np.ravel_multi_index([i - 1 for i in indices], self.shape))


@dataclass(frozen=True)
class Parameters:
    """Values by number, numbers by name.

    Attributes:
        values: (parameters,) nearest doubles; NaN where uninitialised.
        trainable: (parameters,) false for frozen ones.
        blocks: matrices and vectors of the layers, in the order of their offsets.
        keys: of each later parameter its name, or source and target of its unlabelled edge.
    """

    values: NDArray[np.float64]
    trainable: NDArray[np.bool_]
    blocks: list[Block] = field(default_factory=list)
    keys: Sequence[str | EdgeKey] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.values)

    @property
    def first_key(self) -> int:
        """The number of the first parameter that is not part of a block."""
        return len(self.values) - len(self.keys)

    @cached_property
    def numbers(self) -> dict[str | EdgeKey, int]:
        """The numbers of the parameters outside blocks, by key."""
        return {key: number for number, key in enumerate(self.keys, self.first_key)}

    def key(self, number: int) -> str | EdgeKey:
        """The name of a parameter, or source and target where it has none."""
        if number >= self.first_key:
            return self.keys[number - self.first_key]
        for block in self.blocks:
            if number < block.offset + block.size:
                return block.entry_name(number - block.offset)
        raise IndexError(number)

    def name(self, number: int) -> str:
        """What a person reads: the name, or `x→h1` for an unlabelled edge."""
        key = self.key(number)
        return key if isinstance(key, str) else f"{key[0]}→{key[1]}"

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


def entry_number(blocks: list[Block], name: str) -> int | None:
    """The parameter that `name` means as an entry of a block, `W1[2,3]`; `None` if it is none."""
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
