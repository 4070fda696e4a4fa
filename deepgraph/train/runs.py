"""The arrays and calls of each kind of block, forward and backward; see `deepgraph.train.walk`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.evaluate.reference import COMBINE
from deepgraph.functions.ordered_sums import all_but_one
from deepgraph.train import functions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.functions.activations import NodeFunction
    from deepgraph.train.functions import Backward, Call
    from deepgraph.train.packing import Matrix, Places, Softmax, Terms

    Array = NDArray[np.float64]


class FunctionRun:
    """An activation of a block.

    Args:
        function: elementwise, or softmax, which a `SoftmaxRun` applies.
        a: (nodes, rows) where the values go.

    Attributes:
        z: (nodes, rows) where z is to be written; `a` itself if the activation works in place.
        forward: the calls from z to a.
        backward: see `deepgraph.train.functions.Backward`.
    """

    def __init__(self, function: NodeFunction, a: Array) -> None:
        self.function, self.a = function, a
        in_place = functions.IN_PLACE.get(function.name)
        self.z = np.zeros_like(a) if in_place is None else a
        self.forward: list[Call]
        self.backward: Backward
        if in_place is None:
            self.forward = [partial(functions.forward, function, self.z, a)]
            self.backward = lambda d: [partial(functions.backward, function, self.z, d)]
        else:
            self.forward, self.backward = in_place(a)


class MatrixRun:
    """Nodes whose terms add up, as a product of matrices.

    Args:
        block: the nodes.
        W: (nodes, sources) their weights, a view of the slots.
        a: (places, rows) all values.
        z: (nodes, rows) where z goes.
    """

    def __init__(self, block: Matrix, W: Array, a: Array, z: Array) -> None:
        self.block, self.W = block, W
        self.forward: list[Call] = []
        if isinstance(block.sources, slice):
            self.sources = a[block.sources]
        else:
            self.sources = np.zeros((len(block.sources), a.shape[1]))
            self.forward.append(partial(np.take, a, block.sources, 0, self.sources, "clip"))
        self.forward.append(partial(np.dot, W, self.sources, z))
        if block.terms is not None:
            self.forward.append(partial(np.divide, z, block.terms, z))

    def backward(self, d: Array, gradient: Array, sent: Sent) -> list[Call]:
        """The calls from ∂L/∂z to the derivatives of the weights and the sources.

        Args:
            d: (places, rows) derivatives.
            gradient: (nodes, sources) where ∂L/∂W goes.
            sent: the places that hold a derivative already.
        """
        block, dz = self.block, d[self.block.nodes]
        calls: list[Call] = []
        if block.terms is not None:
            calls.append(partial(np.divide, dz, block.terms, dz))
        calls.append(partial(np.dot, dz, self.sources.T, gradient))
        for columns, places in block.back:
            if isinstance(places, slice) and sent.write(places):
                calls.append(partial(np.dot, self.W[:, columns].T, dz, d[places]))
            else:
                sent.add(places)
                calls.append(partial(self._add, columns, dz, d, places))
        return calls

    def _add(self, columns: Places, dz: Array, d: Array, places: Places) -> None:
        d[places] += self.W[:, columns].T @ dz


class TermsRun:
    """Nodes whose terms are computed one by one: a product, a maximum, or a sparse sum.

    Args:
        block: the nodes.
        weights: (terms, nodes) a view of the slots.
        a: (places, rows) all values.
        z: (nodes, rows) where z goes.
    """

    def __init__(self, block: Terms, weights: Array, a: Array, z: Array) -> None:
        self.block, self.a, self.z = block, a, z
        self.joined = np.zeros_like(z)  # the activation may write over z
        self.weights = weights[..., np.newaxis]
        self.read = self.terms = np.zeros((*block.sources.shape, a.shape[1]))
        self.forward: list[Call] = [self._forward]

    def _forward(self) -> None:
        self.read = self.a[self.block.sources]
        self.terms = self.weights * self.read
        COMBINE[self.block.aggregation].reduce(self.terms, axis=0, out=self.joined)
        if self.block.aggregation == "mean":
            self.joined /= len(self.terms)
        self.z[:] = self.joined

    def backward(self, d: Array, gradient: Array, sent: Sent) -> list[Call]:
        """The calls from ∂L/∂z to the weights and the sources; see `MatrixRun.backward`."""
        sent.add(self.block.places)
        return [partial(self._backward, d, gradient)]

    def _backward(self, d: Array, gradient: Array) -> None:
        by_term = self._by_term(d[self.block.nodes])
        np.einsum("tnr,tnr->tn", by_term, self.read, out=gradient)
        block = self.block
        if len(block.places):
            back = (by_term * self.weights).reshape(-1, d.shape[1])[block.back]
            d[block.places] += np.add.reduceat(back, block.starts, axis=0)

    def _by_term(self, dz: Array) -> Array:
        """(terms, nodes, rows) ∂L/∂term; all to the first of equal terms of a max or min."""
        terms, aggregation = self.terms, self.block.aggregation
        if aggregation == "product":
            return dz * all_but_one(np.multiply, terms)
        if aggregation in ("max", "min"):
            first = np.argmax(terms == self.joined, axis=0)
            return np.where(np.arange(len(terms))[:, np.newaxis, np.newaxis] == first, dz, 0.0)
        return np.broadcast_to(dz / (len(terms) if aggregation == "mean" else 1), terms.shape)


class SoftmaxRun:
    """A softmax group.

    Args:
        block: the nodes.
        a: (places, rows) all values; the members have z where their a goes.

    Attributes:
        shifted: (members, rows) z minus the largest z of the row.
        total: (rows,) Σ exp(shifted).
    """

    def __init__(self, block: Softmax, a: Array) -> None:
        self.a, self.nodes = a, block.nodes
        self.shifted = np.zeros_like(a[self.nodes])
        self.total = np.ones(a.shape[1])
        self._largest = np.zeros(a.shape[1])
        self._s = np.zeros_like(self.shifted)
        self.forward: list[Call] = [self._forward]

    @property
    def values(self) -> Array:
        """(members, rows) the values a."""
        return self.a[self.nodes]

    def _forward(self) -> None:
        z = self.a[self.nodes]
        np.maximum.reduce(z, axis=0, out=self._largest)
        np.subtract(z, self._largest, self.shifted)
        np.exp(self.shifted, self._s)
        np.add.reduce(self._s, axis=0, out=self.total)
        self.a[self.nodes] = np.divide(self._s, self.total, self._s)

    def backward(self, d: Array) -> list[Call]:
        """The calls from g = ∂L/∂a to ∂L/∂z = s·(g − Σ s·g), where s is the softmax."""
        return [partial(self._backward, d)]

    def _backward(self, d: Array) -> None:
        g = d[self.nodes]
        d[self.nodes] = self._s * (g - np.add.reduce(self._s * g, axis=0))


class Sent:
    """The places that hold a derivative so far on the way back, and those that must begin at 0.

    Attributes:
        written: (places,) true if a place holds a derivative.
        zero: (places,) true if a place must begin at 0, because its first derivative is added, or
            none ever comes.
    """

    def __init__(self, places: int) -> None:
        self.written = np.zeros(places, np.bool_)
        self.zero = np.zeros(places, np.bool_)

    def write(self, places: Places) -> bool:
        """Register a derivative; true if the places are empty, so that it is written, not added."""
        if self.written[places].any():
            self.add(places)
            return False
        self.written[places] = True
        return True

    def add(self, places: Places) -> None:
        """Register a derivative that is added; those of the places that are empty begin at 0."""
        fresh = np.zeros_like(self.written)
        fresh[places] = True
        self.zero |= fresh & ~self.written
        self.written |= fresh
