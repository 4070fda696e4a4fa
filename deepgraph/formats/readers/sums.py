"""Tensors that are sums while a network is read: products, biases, and other shapes of them.

A matrix product, the addition of a bias and a batch normalisation go into the terms of one node.
What cannot go there becomes nodes of its own, which do nothing but add.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import FormatError
from deepgraph.formats.readers.banks import Bank, Nodes, Pending, spelled
from deepgraph.formats.readers.names import layer_of
from deepgraph.formats.readers.repeats import overlap
from deepgraph.formats.readers.store import Store
from deepgraph.formats.readers.terms import Bias, Dense, Sparse
from deepgraph.graph.layers import LARGEST_MATRIX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from deepgraph.formats.readers.banks import Shape, Tensor
    from deepgraph.formats.readers.terms import Term


class Sums(Store):
    """Adds to the nodes what is linear in them."""

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
                copied = self.bank(Bank(0, shape, terms=list(second.terms)))
                second = self.wired(copied)
        bias = first.bias or second.bias
        if first.bias and second.bias:
            bias = first.bias.changed(first.bias.by_row() + second.bias.by_row())
        return Pending(shape, (*first.terms, *second.terms), bias, name)

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


def _shifted(bias: Bias | None, offset: NDArray[Any], shape: Shape, name: str | None) -> Bias:
    """A bias with a constant added; a constant alone keeps its type, and is shared as in it."""
    if bias is not None:
        by_row = np.broadcast_to(offset, shape).reshape(-1).astype(np.float64)
        return bias.changed(bias.by_row() + by_row)
    entries = np.arange(offset.size).reshape(offset.shape)
    return Bias(offset.reshape(-1), np.broadcast_to(entries, shape).reshape(-1).copy(), name)
