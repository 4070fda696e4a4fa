"""Sensitivity: how much each output moves with each input, over the rows of a table.

The entries of the Jacobian ∂output/∂input are taken at every row, and summed up in three numbers:
their mean, which says the direction on the average; the mean of their absolute values, which says
how strongly, whatever the sign; and the largest absolute value. They are derivatives, per unit of
the input: inputs in different units are compared after a multiplication by a spread of each.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np

from deepgraph.evaluate.gradient import jacobian
from deepgraph.functions.ordered_sums import ordered_sum

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from deepgraph.evaluate.reference import Trace
    from deepgraph.graph.graph import Graph

    Array = NDArray[np.float64]


@dataclass
class Sensitivity:
    """The derivatives of some nodes by all inputs, over rows that are added batch by batch.

    The numbers do not depend on how the rows are cut into batches, to the last bit. NaN in a row
    makes the numbers that it reaches NaN.

    Attributes:
        nodes: the names of what is differentiated: ids, or `z(id)`.
        inputs: the names of the inputs.
        rows: the number of rows so far.
        largest: (nodes, inputs) the largest absolute derivative.
        largest_row: (nodes, inputs) the row, from 1, in which it first is that large.
    """

    nodes: list[str]
    inputs: list[str]
    rows: int = 0
    largest: Array = field(default_factory=lambda: np.zeros(0))
    largest_row: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    _sums: Array = field(default_factory=lambda: np.zeros(0), repr=False)

    @classmethod
    def of(cls, network: Graph, nodes: Sequence[str] | None = None) -> Self:
        """No rows yet; errors as in `jacobian`."""
        members = network.members(network.output_names if nodes is None else nodes)
        named = [network.member_name(one) for one in members]
        shape = (len(named), len(network.inputs))
        found = cls(named, network.input_names, 0, np.zeros(shape), np.zeros(shape, np.int64))
        found._sums = np.zeros((2, *shape))
        return found

    def add(self, trace: Trace) -> Self:
        """Take in the rows of a trace; errors as in `jacobian`."""
        if not trace.rows:
            return self
        found = jacobian(trace, self.nodes)
        sizes = np.abs(found)
        both = np.stack([found, sizes], axis=1)
        self._sums = np.asarray(ordered_sum(np.concatenate([self._sums[np.newaxis], both])))
        row = np.argmax(sizes, axis=0)  # the first; NaN counts as the largest
        size = np.take_along_axis(sizes, row[np.newaxis], axis=0)[0]
        is_larger = ~(size <= self.largest) & ~np.isnan(self.largest) | (self.largest_row == 0)
        self.largest_row = np.where(is_larger, row + 1 + self.rows, self.largest_row)
        self.largest = np.where(is_larger, size, self.largest)
        self.rows += trace.rows
        return self

    @property
    def mean(self) -> Array:
        """(nodes, inputs) the mean derivative; NaN without rows."""
        return self._mean(0)

    @property
    def mean_absolute(self) -> Array:
        """(nodes, inputs) the mean of the absolute derivative; NaN without rows."""
        return self._mean(1)

    def _mean(self, place: int) -> Array:
        with np.errstate(all="ignore"):
            return np.asarray(self._sums[place] / self.rows, np.float64)
