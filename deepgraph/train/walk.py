"""Forward and backward through the blocks, in arrays that are made once and used again.

    z = W · sources                      of a matrix; a = activation(z)
    ∂L/∂z = ∂L/∂a · activation'(z)       written over ∂L/∂a
    ∂L/∂W = ∂L/∂z · sourcesᵀ
    ∂L/∂sources = Wᵀ · ∂L/∂z             added up over the blocks that read a source

The same chain rule as in `deepgraph.evaluate.gradient`, block by block instead of node by node; a
test holds the two together. A walk is two lists of calls without arguments, each of which has its
arrays
already: in a small network nearly all of the time goes by between the calls of numpy.
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

    Array = NDArray[np.float64]


class Walk:
    """The way through the blocks for a given number of rows.

    Args:
        blocks: of the network.
        goal: the loss and its target nodes.
        rows: how many.
        share: what the derivative of a row's loss is multiplied by: 1/rows of the whole batch.
        slots: (slots,) the weights; they may change between two walks.
        gradient: (slots,) where ∂loss/∂slot goes; `None` for a walk that only goes forward.

    Attributes:
        a: (places, rows) values; those of the inputs, which come first, are for the caller.
        targets: (targets, rows) for the caller, too.
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
        self._blocks = blocks
        self._functions: list[FunctionRun | SoftmaxRun] = []
        self._terms: dict[int, MatrixRun | TermsRun] = {}
        self._forward: list[Call] = []
        for number, block in enumerate(blocks.steps):
            if isinstance(block, Softmax):
                run: FunctionRun | SoftmaxRun = SoftmaxRun(block, self.a)
            else:
                function = blocks.network.functions[block.function]
                run = FunctionRun(function, self.a[block.nodes])
                terms = self._terms[number] = self._run(block, slots, run.z)
                self._forward += terms.forward
            self._functions.append(run)
            self._forward += run.forward
        self._objective = objective(goal, blocks, self._functions, self.a, self.targets, share)
        self._back = [] if gradient is None else self._backward(gradient)

    def forward(self) -> float:
        """Compute every value; the sum of the losses of all rows."""
        for call in self._forward:
            call()
        return self._objective.value()

    def back(self) -> None:
        """After `forward`: write the derivatives of the loss by the slots."""
        for call in self._back:
            call()

    def _run(self, block: Matrix | Terms, slots: Array, z: Array) -> MatrixRun | TermsRun:
        if isinstance(block, Matrix):
            return MatrixRun(block, _shaped(block, slots), self.a, z)
        return TermsRun(block, _shaped(block, slots), self.a, z)

    def _backward(self, gradient: Array) -> list[Call]:
        """From the derivatives of the loss to those of the slots, the last block first."""
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
    """The part of all slots that a block owns, in its shape."""
    shape = block.shape if isinstance(block, Matrix) else block.sources.shape
    return slots[block.slots].reshape(shape)
