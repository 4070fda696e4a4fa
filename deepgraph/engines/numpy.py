"""The numpy engine: each block takes a few calls of numpy over a tile of rows.

The terms of a block are joined one by one, in the order of the file: the first terms of all its
nodes, then the second terms, and so on (jagged diagonals). So one call of numpy serves all nodes
that have such a term, and the result is still that of the reference, bit for bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.engines.program import Backend, Program, gather, rows_of
from deepgraph.functions.aggregations import AGGREGATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from deepgraph.engines.blocks import Block
    from deepgraph.engines.program import PlanValues

    Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Term:
    """The j-th term of the first n nodes of a block.

    Attributes:
        weights: (n, 1), `None` if all are 1; for biases the terms themselves.
        slots: (n,) the slots that are read; one number if all are the same; `None` for biases.
    """

    weights: Array | None
    slots: Array | int | None
    n: int


def terms(block: Block, numbers: PlanValues) -> Iterator[Term]:
    """The terms of a block in the order in which they are joined."""
    start, source, edge = block.csr()
    weights = numbers.terms[edge]
    slots = numbers.slot[source]
    if len(block.nodes) == 1:
        for weight, slot in zip(weights.reshape(-1, 1, 1), slots.tolist(), strict=True):
            constant = slot == numbers.ones
            wire = not constant and weight == 1
            yield Term(None if wire else weight, None if constant else slot, 1)
        return
    count = np.diff(start)
    for j in range(int(count[0])):
        n = int(np.searchsorted(-count, -j))
        places = start[:n] + j
        weight, read = weights[places].reshape(n, 1), slots[places]
        if (read == numbers.ones).all():
            yield Term(weight, None, n)
        else:
            same = bool((read == read[0]).all())
            wires = bool((weight == 1).all())
            yield Term(None if wires else weight, int(read[0]) if same else read, n)


class NumpyBackend(Backend):
    """Every block in calls of numpy."""

    widest = 1 << 15

    def __init__(self, numbers: PlanValues, *, exact: bool) -> None:
        super().__init__(numbers, exact=exact)
        blocks = numbers.plan.blocks
        self._terms = [
            list(terms(block, numbers)) if joins else []
            for block, joins in zip(blocks, self.joins, strict=True)
        ]
        self._largest = max((len(block.nodes) for block in blocks), default=0)
        self.scratch = 2 * self._largest

    def program(self, width: int) -> Program:
        """See `Backend`."""
        program = Program(self, width)
        scratch = np.empty((2, self._largest, width), self.numbers.dtype)
        for i, block in enumerate(self.numbers.plan.blocks):
            if not self.joins[i]:
                program.add_shared(block, self.products.get(i))
                continue
            rows = rows_of(program.values, block.slots)
            z = scratch[0, : len(block.nodes)] if rows is None else rows
            _join(program, block.aggregation, self._terms[i], z, scratch[1])
            program.add_finish(block, z, scattered=rows is None)
        return program


def _join(program: Program, aggregation: str, parts: list[Term], z: Array, scratch: Array) -> None:
    """The steps that join the terms of a block."""
    row, values = AGGREGATIONS[aggregation], program.values
    count = np.zeros((len(z), 1), z.dtype)
    for j, term in enumerate(parts):
        count[: term.n] += 1
        some = z[: term.n]
        into = scratch[: term.n] if j else some
        if term.slots is None:
            read = term.weights
        elif isinstance(term.slots, int):
            read = values[term.slots : term.slots + 1]
        else:
            read = into
            program.add(gather, values, term.slots, out=into)
        if term.slots is not None and term.weights is not None:
            program.add(np.multiply, term.weights, read, out=into)
            read = into
        if j:
            program.add(row.join, some, read, out=some)
        elif read is not into:
            program.add(np.positive, read, out=into)
    if row.divides:
        program.add(np.divide, z, count, out=z)
