"""The arrays and calls of each kind of block, forward and backward; see `deepgraph.train.walk`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.functions import in_place
from deepgraph.functions.aggregations import AGGREGATIONS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.functions.in_place import Backward, Call
    from deepgraph.functions.node_function import NodeFunction
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
        backward: see `deepgraph.functions.in_place.Backward`.
    """

    def __init__(self, function: NodeFunction, a: Array) -> None:
        self.function, self.a = function, a
        prepare = in_place.nothing if function.row is None else function.in_place
        self.z = np.zeros_like(a) if prepare is None else a
        self.forward: list[Call] = [self._forward]
        self.backward: Backward = lambda d: [partial(self._backward, d)]
        if prepare is not None:
            self.forward, self.backward = prepare(a)

    def _forward(self) -> None:
        self.a[:] = self.function(self.z)

    def _backward(self, d: Array) -> None:
        d *= self.function.derivative(self.z)


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
        self.aggregation = AGGREGATIONS[block.aggregation]
        self.joined = np.zeros_like(z)  # the activation may write over z
        self.weights = weights[..., np.newaxis]
        self.read = self.terms = np.zeros((*block.sources.shape, a.shape[1]))
        self.forward: list[Call] = [self._forward]

    def _forward(self) -> None:
        self.read = self.a[self.block.sources]
        self.terms = self.weights * self.read
        self.aggregation.join.reduce(self.terms, axis=0, out=self.joined)
        if self.aggregation.divides:
            self.joined /= len(self.terms)
        self.z[:] = self.joined

    def backward(self, d: Array, gradient: Array, sent: Sent) -> list[Call]:
        """The calls from ∂L/∂z to the weights and the sources; see `MatrixRun.backward`."""
        sent.add(self.block.places)
        return [partial(self._backward, d, gradient)]

    def _backward(self, d: Array, gradient: Array) -> None:
        dz, derivative = d[self.block.nodes], self.aggregation.derivative
        by_term = np.broadcast_to(dz, self.terms.shape)
        if derivative is not None:
            by_term = derivative(self.terms, self.joined, dz)
        np.einsum("tnr,tnr->tn", by_term, self.read, out=gradient)
        block = self.block
        if len(block.places):
            back = (by_term * self.weights).reshape(-1, d.shape[1])[block.back]
            d[block.places] += np.add.reduceat(back, block.starts, axis=0)


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
        self.written = np.zeros(places, np.bool)
        self.zero = np.zeros(places, np.bool)

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
