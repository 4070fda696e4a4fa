"""Runs a network forward and backward, block by block, in arrays that are made once and reused.

    z = W · sources                      of a matrix; a = activation(z)
    ∂L/∂z = ∂L/∂a · activation'(z)       written over ∂L/∂a
    ∂L/∂W = ∂L/∂z · sourcesᵀ
    ∂L/∂sources = Wᵀ · ∂L/∂z             added up over the blocks that read a source

The chain rule is that of `deepgraph.evaluate.gradient`, block by block instead of node by node; a
test compares the two. A walk is two lists of calls without arguments, which have their arrays
already, because a small network spends nearly all of its time between the calls of numpy.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.train.objective import objective
from deepgraph.train.packing import Matrix, Softmax
from deepgraph.train.runs import FunctionRun, MatrixRun, Sent, SoftmaxRun, TermsRun

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.functions.in_place import Call
    from deepgraph.train.objective import Goal
    from deepgraph.train.packing import Blocks, Terms
    from deepgraph.train.rows import Rows

    Array = NDArray[np.float64]


class Walk:
    """The calls that run a network forward and backward on a given number of rows.

    Args:
        blocks: of the network.
        goal: the loss and its target nodes.
        rows: how many.
        share: the factor of a row's derivatives: 1/rows of the whole batch, or 1 for their sum.
        slots: (slots,) the weights; they may change between two calls of `forward`.
        gradient: (slots,) where ∂loss/∂slot goes; `None` for a walk that only goes forward.

    Attributes:
        a: (places, rows) values, those of the inputs first.
        targets: (targets, rows) of the goal.
    """

    def __init__(
        self,
        blocks: Blocks,
        goal: Goal,
        rows: int,
        share: float,
        slots: Array,
        gradient: Array | None = None,
    ) -> None:
        self.a = np.repeat(np.nan_to_num(blocks.constants)[:, np.newaxis], rows, axis=1)
        self.targets = np.zeros((len(goal.nodes), rows))
        self._loaded: tuple[Rows, int] | None = None
        self._blocks = blocks
        self._functions: list[FunctionRun | SoftmaxRun] = []
        self._terms: dict[int, MatrixRun | TermsRun] = {}
        self._forward: list[Call] = []
        for number, block in enumerate(blocks.steps):
            if isinstance(block, Softmax):
                run: FunctionRun | SoftmaxRun = SoftmaxRun(block, self.a)
            else:
                function = blocks.activation(block)
                run = FunctionRun(function, self.a[block.nodes])
                terms = self._terms[number] = self._run(block, slots, run.z)
                self._forward += terms.forward
            self._functions.append(run)
            self._forward += run.forward
        self._objective = objective(goal, blocks, self._functions, self.a, self.targets, share)
        self._back = [] if gradient is None else self._backward(gradient)

    def load(self, rows: Rows, start: int) -> None:
        """Copy inputs and targets from row `start` on, unless they are in the arrays already."""
        if self._loaded is None or self._loaded[0] is not rows or self._loaded[1] != start:
            part = slice(start, start + self.a.shape[1])
            self.a[: len(rows.inputs)] = rows.inputs[:, part]
            self.targets[:] = rows.targets[:, part]
            self._loaded = rows, start

    def forward(self) -> float:
        """Compute every value; return the sum of the losses of all rows."""
        for call in self._forward:
            call()
        return self._objective.value()

    def back(self) -> None:
        """Write the derivatives of the loss by the slots, after `forward`."""
        for call in self._back:
            call()

    def _run(self, block: Matrix | Terms, slots: Array, z: Array) -> MatrixRun | TermsRun:
        if isinstance(block, Matrix):
            return MatrixRun(block, _shaped(block, slots), self.a, z)
        return TermsRun(block, _shaped(block, slots), self.a, z)

    def _backward(self, gradient: Array) -> list[Call]:
        """The calls that lead from the derivatives of the loss to those of the slots."""
        d, sent = np.zeros_like(self.a), Sent(len(self.a))
        calls = self._objective.backward(d, sent)
        for number, block in reversed(list(enumerate(self._blocks.steps))):
            run = self._functions[number]
            if sent.written[block.nodes].any():
                sent.add(block.nodes)
                calls += run.backward(d if isinstance(block, Softmax) else d[block.nodes])
            calls += self._objective.at(number, d, sent)
            sent.add(block.nodes)
            if not isinstance(block, Softmax):
                calls += self._terms[number].backward(d, _shaped(block, gradient), sent)
        zero = np.flatnonzero(sent.zero)
        return [partial(d.__setitem__, zero, 0.0), *calls] if len(zero) else calls


def _shaped(block: Matrix | Terms, slots: Array) -> Array:
    """The slots of a block, in its shape."""
    shape = block.shape if isinstance(block, Matrix) else block.sources.shape
    return slots[block.slots].reshape(shape)
