"""The numba engine: one compiled kernel computes runs of blocks over a tile of rows.

The kernel joins terms and computes functions that are z above 0 and leak·z below. Other
activations, softmax and BLAS are left to numpy between two runs of the kernel, so the bits are
those of the numpy engine.
"""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.engines import kernel
from deepgraph.engines.program import Backend, Program
from deepgraph.functions.aggregations import AGGREGATIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from deepgraph.engines.blocks import Block
    from deepgraph.engines.program import PlanValues
    from deepgraph.functions.node_function import NodeFunction

    Array = NDArray[Any]


class NumbaBackend(Backend):
    """Blocks in the kernel where it can, and in numpy between its runs."""

    widest = 1 << 14

    def __init__(self, numbers: PlanValues, *, exact: bool) -> None:
        super().__init__(numbers, exact=exact)
        codes = [_code(function) for function in numbers.network.functions]
        inside = list(compress(numbers.plan.blocks, self.joins))
        rows = [block.csr() for block in inside]
        of = np.repeat(np.arange(len(inside)), [len(block.nodes) for block in inside])
        aggregations = [AGGREGATIONS[block.aggregation].kernel for block in inside]
        activations = [codes[block.function] for block in inside]
        edge, source = _joined(row[2] for row in rows), _joined(row[1] for row in rows)
        count = _joined(np.diff(row[0]) for row in rows)
        self._arrays = (
            _joined(block.slots for block in inside),
            _joined(block.z_slots for block in inside),
            np.array(aggregations, np.int8)[of],
            np.array([code for code, _ in activations], np.int8)[of],
            np.array([alpha for _, alpha in activations], numbers.dtype)[of],
            np.concatenate([[0], np.cumsum(count, dtype=np.int64)]),
            numbers.slot[source].astype(np.int32),
            numbers.terms[edge],
        )

    def program(self, width: int) -> Program:
        """See `Backend`."""
        program = Program(self, width)
        functions = self.numbers.network.functions
        first = end = 0
        pending: list[Block] = []

        def flush() -> None:
            nonlocal first
            if end > first:
                program.add(_run, first, end, self._arrays, out=program.values)
            first = end
            for block in pending:
                program.add_activation_of(block)
            pending.clear()

        for i, block in enumerate(self.numbers.plan.blocks):
            if not self.joins[i] or (pending and pending[0].rank != block.rank):
                flush()
            if not self.joins[i]:
                program.add_shared(block, self.products.get(i))
                continue
            end += len(block.nodes)
            if not in_kernel(functions[block.function]):
                pending.append(block)
        flush()
        return program


def _run(first: int, end: int, arrays: tuple[Array, ...], out: Array) -> None:
    kernel.run(out, first, end, *arrays)


def _joined(parts: Iterable[Array]) -> Array:
    """The parts as one array, empty if there are none."""
    return np.concatenate([np.zeros(0, np.int64), *parts])


def _code(function: NodeFunction) -> tuple[int, float]:
    """The activation within the kernel, with its leak; `kernel.NONE` if it has none there."""
    leak = function.leak
    if leak is None:
        return kernel.NONE, 0.0
    return (kernel.LEAKY_RELU if leak else kernel.RELU), leak


def in_kernel(function: NodeFunction) -> bool:
    """True if nothing is left to do after the kernel; a softmax has a step of its own."""
    return function.row is None or function.is_identity or function.leak is not None
