"""Tensors while a network is read: nodes that were made together, or sums that are no nodes yet."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from deepgraph.formats.readers.terms import Bias, Term
    from deepgraph.functions.written import Function

LARGEST = float(np.finfo(np.float64).max)
"""The largest double, which bounds nothing."""

Shape = tuple[int, ...]


@dataclass(eq=False)
class Bank:
    """Nodes that were made together and are computed alike.

    Attributes:
        first: the number of the first node.
        shape: of the tensor that they are.
        kind: `input` or `hidden`; which nodes are outputs is for `Assembly.outputs` to say.
        activation: of all nodes, or a list with one for each.
        aggregation: of all nodes, or a list with one for each.
        name: what the file calls them; `None` if nothing that a person would know.
        ids: the name of each node, if the file has them.
        terms: what the pre-activations are made of.
        bias: their biases.
        normalise: for inputs: mean, scale, min and max by name, arrays of (nodes,).
        rescale: for outputs: mean and scale by name, arrays of (nodes,).
    """

    first: int
    shape: Shape
    kind: str = "hidden"
    activation: Function | list[Function] = "identity"
    aggregation: str | list[str] = "sum"
    name: str | None = None
    ids: list[str] | None = None
    terms: list[Term] = field(default_factory=list)
    bias: Bias | None = None
    normalise: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    rescale: dict[str, NDArray[np.float64]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The number of nodes."""
        return math.prod(self.shape)

    @property
    def nodes(self) -> NDArray[np.int64]:
        """(nodes,) their numbers."""
        return np.arange(self.first, self.first + self.size)


@dataclass(frozen=True)
class Nodes:
    """A tensor whose entries are nodes; `numbers` has its shape."""

    numbers: NDArray[np.int64]

    @property
    def shape(self) -> Shape:
        """The shape of the tensor."""
        return self.numbers.shape


@dataclass(frozen=True)
class Pending:
    """A tensor of pre-activations that are no nodes yet."""

    shape: Shape
    terms: tuple[Term, ...]
    bias: Bias | None = None
    name: str | None = None


Tensor = Nodes | Pending


def spelled(shape: Sequence[int]) -> str:
    """A shape as a person writes it.

    >>> spelled((3, 4))
    '3×4'
    """
    return "×".join(map(str, shape)) or "one number"
