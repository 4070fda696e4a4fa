"""The nodes of a network while it is read, and the bounds on how many there may be.

A tensor is made of nodes, or is still *pending*: a pre-activation, whose activation comes later in
the file.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import FormatError
from deepgraph.formats.readers.banks import Bank, Nodes, Pending
from deepgraph.formats.readers.record import MOST_EDGES
from deepgraph.formats.readers.repeats import without_repeats
from deepgraph.formats.readers.terms import Bias, Dense, Sparse
from deepgraph.graph.layers import LARGEST_LAYER
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from deepgraph.formats.readers.banks import Tensor
    from deepgraph.formats.readers.terms import Term
    from deepgraph.functions.written import Function


class Store:
    """Collects the nodes and terms of a network.

    Attributes:
        banks: all nodes, in an order in which they can be computed.
        outputs: the nodes that are outputs, in their order.
        classes: the names of the two classes of a lone output.
        threshold: from which value on its class is the second, if the file says it.
        max_edges: the most single edges; dense layers do not count.
    """

    def __init__(self, max_edges: int = MOST_EDGES) -> None:
        self.banks: list[Bank] = []
        self.outputs: list[int] = []
        self.classes: list[str] | None = None
        self.threshold: float | None = None
        self.max_edges = max_edges
        self._size = 0
        self._edges = 0
        self._zero: int | None = None
        self._taken: set[int] = set()  # inputs and outputs, which no further output can be

    def input(self, shape: Sequence[int], name: str | None = None, ids: Any = None) -> Nodes:
        """Make input nodes."""
        size = math.prod(shape)
        if not 1 <= size <= LARGEST_LAYER:
            what = f'the input "{name}"' if name else "the input"
            raise FormatError(f"{what} has {size:,} entries; a spec has 1 to {LARGEST_LAYER:,}")
        made = self.bank(Bank(0, tuple(shape), "input", name=name, ids=ids))
        self._taken.update(made.numbers.reshape(-1).tolist())
        return made

    def constant(self, array: NDArray[Any]) -> Pending:
        """A tensor of constants: sums of biases alone."""
        self.check_edges(array.size)
        values = np.asarray(array, np.float64).reshape(-1)
        return Pending(array.shape, (), Bias.each(values))

    def zero(self) -> int:
        """The number of a node that is always 0, as what stands around a padded tensor."""
        if self._zero is None:
            bias = Bias(np.zeros(1), np.zeros(1, np.int64), "zero", trainable=False)
            made = self.bank(Bank(0, (1,), name="zero", bias=bias))
            self._zero = int(made.numbers[0])
        return self._zero

    @property
    def input_nodes(self) -> NDArray[np.int64]:
        """The numbers of all inputs."""
        found = [bank.nodes for bank in self.banks if bank.kind == "input"]
        return np.concatenate([*found, np.zeros(0, np.int64)])

    def bank(self, bank: Bank) -> Nodes:
        """Add nodes; their `first` is set here. Nodes that nothing feeds are fed by 0."""
        bank = replace(bank)
        if bank.aggregation == "sum":
            bank.terms = [without_repeats(term, self._zero) for term in bank.terms]
        if bank.kind == "hidden":
            fed = np.zeros(bank.size, bool) if bank.bias is None else bank.bias.entry >= 0
            for term in bank.terms:
                fed = fed | (isinstance(term, Dense) or np.isin(np.arange(bank.size), term.rows))
            alone = np.flatnonzero(~fed)
            if len(alone):  # as a window that lies beside its tensor
                bank.terms.append(Sparse(alone, np.full(len(alone), self.zero())))
        bank.first = self._size
        self.require_edges(sum(term.size for term in bank.terms if isinstance(term, Sparse)))
        self.banks.append(bank)
        self._size += bank.size
        return Nodes(bank.nodes.reshape(bank.shape))

    def require_edges(self, more: int) -> None:
        """Count edges that are made.

        Raises:
            FormatError: they are too many.
        """
        self.check_edges(more)
        self._edges += more

    def check_edges(self, more: int) -> None:
        """Check that there may be so many edges more, before they are made.

        Raises:
            FormatError: they would be too many.
        """
        if self._edges + more > self.max_edges:
            raise FormatError(
                f"edge by edge this network has {self._edges + more:,} edges or more, and at most "
                f"{self.max_edges:,} are made; {option('max_edges', 'N')} allows more"
            )

    def commit(
        self,
        tensor: Tensor,
        activation: Function | list[Function] = "identity",
        name: str | None = None,
    ) -> Nodes:
        """Make nodes of a tensor, with an activation; nodes that need none stay as they are."""
        if isinstance(tensor, Nodes):
            if activation == "identity":
                return tensor
            tensor = self.wired(tensor)
        bank = Bank(0, tensor.shape, activation=activation, name=name or tensor.name)
        bank.terms, bank.bias = list(tensor.terms), tensor.bias
        return self.bank(bank)

    def wired(self, tensor: Tensor) -> Pending:
        """A tensor as a pre-activation: a wire for each entry."""
        if isinstance(tensor, Pending):
            return tensor
        flat = tensor.numbers.reshape(-1)
        return Pending(tensor.shape, (Sparse(np.arange(len(flat)), flat),))

    def output(self, tensor: Tensor, name: str | None = None, ids: Any = None) -> None:
        """Make a tensor an output of the network.

        An input, a node that is an output already, and the node that is always 0 get a node behind.
        """
        nodes = self.commit(tensor, name=name).numbers.reshape(-1)
        own = set(nodes.tolist())
        if len(own) < len(nodes) or not own.isdisjoint(self._taken) or self._zero in own:
            terms: list[Term] = [Sparse(np.arange(len(nodes)), nodes)]
            nodes = self.bank(Bank(0, (len(nodes),), name=name, terms=terms)).numbers
        bank = self.banks[-1]
        if np.array_equal(bank.nodes, nodes):
            bank.name, bank.ids = name or bank.name, ids or bank.ids
        self.outputs += nodes.tolist()
        self._taken.update(nodes.tolist())
