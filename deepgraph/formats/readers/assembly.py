"""A network while it is read: what the readers of all formats build it with.

`store` keeps its nodes, `sums` has what is linear in them, and here stands what is not: softmax,
pooling, the scaling of inputs and outputs.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import FormatError
from deepgraph.formats.readers.banks import Bank, Nodes, Pending
from deepgraph.formats.readers.sums import Sums
from deepgraph.formats.readers.terms import Sparse
from deepgraph.functions.softmax import SOFTMAX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from deepgraph.formats.readers.banks import Shape, Tensor
    from deepgraph.formats.readers.terms import Term
    from deepgraph.functions.written import Function


class Assembly(Sums):
    """Collects the nodes and terms of a network; the attributes are those of `Store`."""

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
            copies = self.bank(Bank(0, (len(again),), terms=terms))
            sources[again] = copies.numbers
        bank = Bank(0, shape, aggregation=aggregation, name=name)
        bank.terms = [Sparse(rows, sources)]
        return self.bank(bank)


def _axis_of(tensor: Tensor, axis: int) -> int:
    """The number of an axis from the front."""
    rank = len(tensor.shape)
    if not -rank <= axis < rank:
        raise FormatError(f"a softmax along axis {axis} of a tensor of {rank} axes")
    return axis % rank
