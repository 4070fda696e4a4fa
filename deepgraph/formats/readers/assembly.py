"""A network while it is read: tensors that become nodes and the terms between them.

A tensor is made of nodes, or is still *pending*: a pre-activation, whose activation comes later in
the file. So a matrix product, the addition of a bias and a batch normalisation go into the terms
of one node. What cannot go there becomes nodes of its own, which do nothing but add.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import FormatError
from deepgraph.formats.readers.banks import Bank, Nodes, Pending, spelled
from deepgraph.formats.readers.names import layer_of
from deepgraph.formats.readers.record import MOST_EDGES
from deepgraph.formats.readers.repeats import overlap, without_repeats
from deepgraph.formats.readers.terms import Bias, Dense, Sparse
from deepgraph.functions.softmax import SOFTMAX
from deepgraph.graph.layers import LARGEST_LAYER, LARGEST_MATRIX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from deepgraph.formats.readers.banks import Shape, Tensor
    from deepgraph.formats.readers.terms import Term
    from deepgraph.functions.written import Function


class Assembly:
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

    # --- nodes ----------------------------------------------------------------------------

    def input(self, shape: Sequence[int], name: str | None = None, ids: Any = None) -> Nodes:
        """Make input nodes."""
        size = math.prod(shape)
        if not 1 <= size <= LARGEST_LAYER:
            what = f'the input "{name}"' if name else "the input"
            raise FormatError(f"{what} has {size:,} entries; a spec has 1 to {LARGEST_LAYER:,}")
        made = self._bank(Bank(self._size, tuple(shape), "input", name=name, ids=ids))
        self._taken.update(made.numbers.reshape(-1).tolist())
        return made

    def bank(self, bank: Bank) -> Nodes:
        """Add nodes that a reader has made itself; their `first` is set here."""
        return self._bank(replace(bank))

    def constant(self, array: NDArray[Any]) -> Pending:
        """A tensor of constants: sums of biases alone."""
        self.check_edges(array.size)
        values = np.asarray(array, np.float64).reshape(-1)
        return Pending(array.shape, (), Bias.each(values))

    def zero(self) -> int:
        """The number of a node that is always 0, as what stands around a padded tensor."""
        if self._zero is None:
            bias = Bias(np.zeros(1), np.zeros(1, np.int64), "zero", trainable=False)
            made = self._bank(Bank(self._size, (1,), name="zero", bias=bias))
            self._zero = int(made.numbers[0])
        return self._zero

    def _bank(self, bank: Bank) -> Nodes:
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
                f"{self.max_edges:,} are made; a larger number for max_edges allows more"
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
        bank = Bank(self._size, tensor.shape, activation=activation, name=name or tensor.name)
        bank.terms, bank.bias = list(tensor.terms), tensor.bias
        return self._bank(bank)

    def wired(self, tensor: Tensor) -> Pending:
        """A tensor as a pre-activation: a wire for each entry."""
        if isinstance(tensor, Pending):
            return tensor
        flat = tensor.numbers.reshape(-1)
        return Pending(tensor.shape, (Sparse(np.arange(len(flat)), flat),))

    def normalised(
        self,
        tensor: Tensor,
        mean: NDArray[Any],
        scale: NDArray[Any],
        low: NDArray[Any] | None = None,
        high: NDArray[Any] | None = None,
    ) -> Tensor:
        """A tensor behind a scaler, (clip(z) − mean)/scale: inputs do it themselves.

        Args:
            tensor: with one axis.
            mean: what is taken away, (inputs,).
            scale: what it is divided by, (inputs,).
            low: the least value of each input, if it has one.
            high: the largest value of each input, if it has one.
        """
        bank = self.banks[0]
        whole = isinstance(tensor, Nodes) and np.array_equal(tensor.numbers, bank.nodes)
        if whole and bank.kind == "input" and not bank.normalise:
            given = {"min": low, "max": high, "mean": mean, "scale": scale}
            bank.normalise = {
                key: np.asarray(value, np.float64)
                for key, value in given.items()
                if value is not None
            }
            return tensor
        if low is not None and high is not None:
            bounds: list[Function] = [
                {"name": "hard_tanh", "min": float(least), "max": float(most)}
                for least, most in zip(low, high, strict=True)
            ]
            tensor = self.commit(tensor, bounds)
        factor = 1 / np.asarray(scale, np.float64)
        return self.affine(tensor, factor, -np.asarray(mean) * factor)

    def rescaled(self, tensor: Tensor, mean: NDArray[Any], scale: NDArray[Any]) -> Nodes:
        """A tensor of outputs times a scale plus a mean, in the units of targets."""
        nodes = self.commit(tensor)
        bank = self.banks[-1]
        whole = np.array_equal(bank.nodes, nodes.numbers.reshape(-1))
        if whole and bank.kind == "hidden" and "softmax" not in str(bank.activation):
            bank.rescale = {"mean": np.asarray(mean, float), "scale": np.asarray(scale, float)}
            return nodes
        return self.commit(self.affine(nodes, scale, mean))

    def softmax(self, tensor: Tensor, axis: int = -1, name: str | None = None) -> Nodes:
        """Softmax along an axis: one group for each row."""
        axis = _axis_of(tensor, axis)
        number = len(self.banks) + 1
        rows = np.arange(math.prod(tensor.shape)).reshape(tensor.shape)
        groups = np.moveaxis(rows, axis, -1).reshape(-1, tensor.shape[axis])
        if len(groups) == 1:
            return self.commit(tensor, SOFTMAX, name)
        functions: list[Function] = [""] * rows.size
        for group, members in enumerate(groups.tolist()):
            for row in members:
                functions[row] = {"name": SOFTMAX, "group": f"s{number}.{group + 1}"}
        return self.commit(tensor, functions, name)

    def log_softmax(self, tensor: Tensor, axis: int = -1, name: str | None = None) -> Tensor:
        """The logarithm of softmax along an axis, as d − log Σ exp(d) with d = z − max z."""
        axis = _axis_of(tensor, axis)
        moved = np.moveaxis(self.commit(tensor).numbers, axis, -1)
        groups = moved.reshape(-1, moved.shape[-1])
        column = (len(groups), 1)
        largest = self.affine(self.pooled(groups, column, "max"), -1.0)
        below = self.commit(self.add(Nodes(groups), largest))
        powers = self.commit(below, "exp").numbers.reshape(-1)
        rows = np.repeat(np.arange(len(groups)), groups.shape[1])
        total = self.commit(Pending(column, (Sparse(rows, powers),)), "log")
        made = self.add(below, self.affine(total, -1.0), name)
        places = np.moveaxis(np.arange(math.prod(moved.shape)).reshape(moved.shape), -1, axis)
        return self.picked(made, places)

    def joined(self, tensors: Sequence[Tensor], aggregation: str, name: str | None = None) -> Nodes:
        """Nodes that join tensors of one shape entry by entry: `max`, `min`, `product`, `mean`."""
        numbers = np.broadcast_arrays(*[self.commit(tensor).numbers for tensor in tensors])
        shape = numbers[0].shape
        flat = np.stack([part.reshape(-1) for part in numbers], axis=1)
        return self.pooled(flat, shape, aggregation, name)

    def pooled(
        self, windows: NDArray[np.int64], shape: Shape, aggregation: str, name: str | None = None
    ) -> Nodes:
        """Nodes that join some nodes each; `windows` is (nodes, members), −1 for no member."""
        rows, places = np.nonzero(windows >= 0)
        if len(np.unique(rows)) < len(windows):
            raise FormatError("a window that holds no entry of its tensor")
        sources = windows[rows, places]
        first = np.unique(np.stack([rows, sources]), axis=1, return_index=True)[1]
        again = np.setdiff1d(np.arange(len(rows)), first)
        if len(again) and aggregation in ("max", "min"):
            rows, sources = np.delete(rows, again), np.delete(sources, again)
        elif len(again):  # the same node twice: one of the two edges comes from a copy
            terms: list[Term] = [Sparse(np.arange(len(again)), sources[again])]
            copies = self._bank(Bank(self._size, (len(again),), terms=terms))
            sources[again] = copies.numbers
        bank = Bank(self._size, shape, aggregation=aggregation, name=name)
        bank.terms = [Sparse(rows, sources)]
        return self._bank(bank)

    # --- pre-activations ------------------------------------------------------------------

    def linear(
        self, tensor: Tensor, matrix: NDArray[Any], name: str | None = None, at: str = ""
    ) -> Pending:
        """The last axis of a tensor times a matrix, (outputs, inputs).

        Args:
            tensor: of any number of axes.
            matrix: (outputs, inputs) weights.
            name: of the matrix in the file.
            at: the layer or node of the file, for messages.
        """
        folded = self._folded(tensor, matrix, name)
        if folded is not None:
            return folded
        numbers = self.commit(tensor).numbers
        *leading, width = numbers.shape
        if matrix.ndim != 2 or matrix.shape[1] != width:
            raise FormatError(
                f"{at or 'a layer'}: a matrix of shape {spelled(matrix.shape)} meets "
                f"{width:,} inputs"
            )
        if matrix.size > LARGEST_MATRIX:
            raise FormatError(f"{at}: {matrix.size:,} weights; at most {LARGEST_MATRIX:,}")
        shape, height = (*leading, len(matrix)), len(matrix)
        count = math.prod(leading)
        if count == 1:
            dense = Dense(numbers.reshape(-1), matrix, name)
            return Pending(shape, (dense,), name=layer_of(name))
        self.check_edges(count * matrix.size)
        one = Dense(np.arange(width), matrix, name or "W").sparse()
        sources = numbers.reshape(count, width)[:, one.sources]
        rows = np.arange(count)[:, None] * height + one.rows
        return Pending(
            shape,
            (
                Sparse(
                    rows.reshape(-1),
                    sources.reshape(-1),
                    np.tile(np.asarray(one.weights), count),
                    np.tile(np.asarray(one.labels), count),
                    one.name,
                ),
            ),
        )

    def _folded(self, tensor: Tensor, matrix: NDArray[Any], name: str | None) -> Pending | None:
        """The product where the tensor is hidden nodes times and plus constants, merged into it.

        A batch norm behind an activation is such a tensor. One of inputs is not merged: the inputs
        say so themselves.
        """
        if not isinstance(tensor, Pending) or len(tensor.terms) != 1:
            return None
        term, width = tensor.terms[0], math.prod(tensor.shape)
        if not isinstance(term, Sparse) or term.weights is None or matrix.ndim != 2:
            return None
        one_each = np.array_equal(term.rows, np.arange(width))
        if not one_each or tensor.shape[-1] != width or matrix.shape[1] != width:
            return None
        if np.any(np.isin(term.sources, self.input_nodes)):
            return None
        double = matrix.astype(np.float64)
        bias = tensor.bias and Bias.each(double @ tensor.bias.by_row())
        dense = Dense(term.sources, double * term.weights, name)
        return Pending((*tensor.shape[:-1], len(matrix)), (dense,), bias, layer_of(name))

    @property
    def input_nodes(self) -> NDArray[np.int64]:
        """The numbers of all inputs."""
        found = [bank.nodes for bank in self.banks if bank.kind == "input"]
        return np.concatenate([*found, np.zeros(0, np.int64)])

    def affine(
        self,
        tensor: Tensor,
        scale: ArrayLike = 1.0,
        shift: ArrayLike = 0.0,
        *,
        name: str | None = None,
    ) -> Tensor:
        """A tensor times a constant plus a constant, both broadcast to its shape.

        Args:
            tensor: of any number of axes.
            scale: what it is multiplied with.
            shift: what is added then.
            name: of the vector in the file, where the shift is the bias of a layer.
        """
        factor, offset = np.asarray(scale), np.asarray(shift)
        shape = np.broadcast_shapes(tensor.shape, factor.shape, offset.shape)
        tensor = self.wired(self.broadcast(tensor, shape))
        by_row = np.broadcast_to(factor, shape).reshape(-1).astype(np.float64)
        terms, bias = tensor.terms, tensor.bias
        if np.any(by_row != 1):
            terms = tuple(term.scaled(by_row) for term in terms)
            bias = bias and bias.changed(bias.by_row() * by_row)
        if np.any(offset != 0) or name:
            bias = _shifted(bias, offset, shape, name)
        return replace(tensor, terms=terms, bias=bias)

    def add(self, one: Tensor, other: Tensor, name: str | None = None) -> Pending:
        """The sum of two tensors; a node that would feed an entry twice gets nodes between."""
        shape = np.broadcast_shapes(one.shape, other.shape)
        first = self.wired(self.broadcast(one, shape))
        second = self.wired(self.broadcast(other, shape))
        if overlap(first, second):
            if isinstance(other, Pending):
                second = self.wired(self.broadcast(self.commit(other), shape))
            else:
                first = self.wired(self.broadcast(self.commit(one), shape))
            if overlap(first, second):  # both are made of nodes: x + x
                copied = self._bank(Bank(self._size, shape, terms=list(second.terms)))
                second = self.wired(copied)
        bias = first.bias or second.bias
        if first.bias and second.bias:
            bias = first.bias.changed(first.bias.by_row() + second.bias.by_row())
        return Pending(shape, (*first.terms, *second.terms), bias, name)

    # --- form -----------------------------------------------------------------------------

    def broadcast(self, tensor: Tensor, shape: Shape) -> Tensor:
        """A tensor repeated along new axes and axes of one entry."""
        if tensor.shape == shape:
            return tensor
        if len(tensor.shape) < len(shape) and math.prod(tensor.shape) == math.prod(shape):
            return self.reshaped(tensor, shape)
        numbers = self.commit(tensor).numbers
        return Nodes(np.broadcast_to(numbers, shape))

    def reshaped(self, tensor: Tensor, shape: Sequence[int]) -> Tensor:
        """The same entries in another shape."""
        if isinstance(tensor, Nodes):
            return Nodes(tensor.numbers.reshape(shape))
        return replace(tensor, shape=tuple(shape))

    def picked(self, tensor: Tensor, entries: NDArray[np.int64]) -> Tensor:
        """Some entries of a tensor, by their numbers in it when it is flattened."""
        if isinstance(tensor, Nodes):
            return Nodes(tensor.numbers.reshape(-1)[entries])
        order = entries.reshape(-1)
        if len(np.unique(order)) < len(order):  # an entry that is there twice is one node
            return self.picked(self.commit(tensor), entries)
        terms = tuple(term.rows_at(order) for term in tensor.terms)
        bias = tensor.bias and tensor.bias.rows_at(order)
        return replace(tensor, shape=entries.shape, terms=terms, bias=bias)

    def concatenated(self, tensors: Sequence[Tensor], axis: int) -> Tensor:
        """Tensors one after the other along an axis."""
        if all(isinstance(tensor, Pending) for tensor in tensors) and len(tensors) > 1:
            return self._concatenated_pending([self.wired(tensor) for tensor in tensors], axis)
        return Nodes(np.concatenate([self.commit(tensor).numbers for tensor in tensors], axis))

    def _concatenated_pending(self, tensors: list[Pending], axis: int) -> Tensor:
        """Join the rows one tensor after the other, then put them into their order."""
        terms: list[Term] = []
        rows, places, start = [], [], 0
        for tensor in tensors:
            size = math.prod(tensor.shape)
            for term in tensor.terms:
                edges = term.sparse() if isinstance(term, Dense) else term
                terms.append(edges.moved(start))
            bias = tensor.bias
            rows.append(np.zeros(size) if bias is None else bias.by_row())
            places.append(np.arange(start, start + size).reshape(tensor.shape))
            start += size
        order = np.concatenate(places, axis)
        values = np.concatenate(rows)
        bias = Bias.each(values) if np.any(values) else None
        whole = Pending((start,), tuple(terms), bias)
        return self.reshaped(self.picked(whole, order.reshape(-1)), order.shape)

    # --- outputs --------------------------------------------------------------------------

    def output(self, tensor: Tensor, name: str | None = None, ids: Any = None) -> None:
        """Make a tensor an output of the network.

        An input, a node that is an output already, and the node that is always 0 get a node behind.
        """
        nodes = self.commit(tensor, name=name).numbers.reshape(-1)
        own = set(nodes.tolist())
        if len(own) < len(nodes) or not own.isdisjoint(self._taken) or self._zero in own:
            terms: list[Term] = [Sparse(np.arange(len(nodes)), nodes)]
            nodes = self._bank(Bank(self._size, (len(nodes),), name=name, terms=terms)).numbers
        bank = self.banks[-1]
        if np.array_equal(bank.nodes, nodes):
            bank.name, bank.ids = name or bank.name, ids or bank.ids
        self.outputs += nodes.tolist()
        self._taken.update(nodes.tolist())


def _axis_of(tensor: Tensor, axis: int) -> int:
    """The number of an axis from the front."""
    rank = len(tensor.shape)
    if not -rank <= axis < rank:
        raise FormatError(f"a softmax along axis {axis} of a tensor of {rank} axes")
    return axis % rank


def _shifted(bias: Bias | None, offset: NDArray[Any], shape: Shape, name: str | None) -> Bias:
    """A bias with a constant added; a constant alone keeps its type, and is shared as in it."""
    if bias is not None:
        by_row = np.broadcast_to(offset, shape).reshape(-1).astype(np.float64)
        return bias.changed(bias.by_row() + by_row)
    entries = np.arange(offset.size).reshape(offset.shape)
    return Bias(offset.reshape(-1), np.broadcast_to(entries, shape).reshape(-1).copy(), name)
