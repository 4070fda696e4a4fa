"""One row of a small network in plain Python, where calls of numpy cost more than arithmetic.

Python's numbers are doubles; their +, · and / are those of IEEE 754, like numpy's. For everything
else (a maximum, tanh, a softmax) numpy itself is called, so the bits are the same.
"""

from __future__ import annotations

from functools import partial, reduce
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.engines.blocks import SoftmaxBlock
from deepgraph.functions.aggregations import AGGREGATIONS, SUM
from deepgraph.functions.softmax import softmax
from deepgraph.graph.kinds import BIAS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from deepgraph.engines.blocks import Block
    from deepgraph.engines.program import PlanValues
    from deepgraph.functions.aggregations import Aggregation
    from deepgraph.functions.node_function import NodeFunction

    Activate = Callable[[float], float]
    Term = tuple[float, int]
    """A weight and the place of the source in the list of values."""
    Sum = tuple[float, int, list[Term], Activate | None]
    """The first term, the other terms, and the activation of their sum."""

NODE, CALL = 3, 20
"""The cost of a node, and of a call of numpy, in terms of one term in plain Python."""


def worth_a_row(numbers: PlanValues) -> bool:
    """True if plain Python is probably faster than calls of numpy, for one row."""
    blocks = numbers.plan.blocks
    calls = sum(2 * (block.terms // len(block.nodes)) + 3 for block in blocks)
    return numbers.plan.edges + NODE * sum(len(block.nodes) for block in blocks) <= CALL * calls


class RowProgram:
    """A plan with its numbers, for one row of doubles at a time.

    The values are a list in the order of computation: the inputs, 1 for the terms of biases, the
    nodes. One loop computes runs of nodes that sum; between two runs stands a function of the list,
    for other nodes. A program holds no values of a row, so several threads may use it at once.
    """

    def __init__(self, numbers: PlanValues) -> None:
        plan, network = numbers.plan, numbers.network
        self._inputs = plan.inputs.tolist()
        self._runs: list[tuple[list[Sum], Callable[[list[float]], None] | None]] = [([], None)]
        place = np.full(len(network.ids), len(self._inputs))  # where biases find their 1
        place[network.inputs[plan.inputs]] = np.arange(len(self._inputs))
        self._normalised = _constants(numbers)
        following = len(self._inputs) + 1
        for block in plan.blocks:
            function = network.functions[block.function]
            if isinstance(block, SoftmaxBlock):
                self._call(partial(_softmax, place[block.nodes].tolist()))
                continue
            place[block.nodes] = np.arange(following, following + len(block.nodes))
            following += len(block.nodes)
            activate = _activation(function)
            for node, terms in zip(
                block.nodes.tolist(), _terms(block, numbers, place), strict=True
            ):
                if function.rescaled:
                    activate = _activation(network.activation(node))
                if block.aggregation == SUM:
                    self._runs[-1][0].append((*terms[0], terms[1:], activate))
                else:
                    row = AGGREGATIONS[block.aggregation]
                    self._call(partial(_node, terms, row, activate))
        places: list[int] = place[plan.chosen].tolist()
        values: list[float] = numbers.bias[plan.chosen].tolist()
        constant: list[bool] = (network.kind[plan.chosen] == BIAS).tolist()
        own = [value if given else None for value, given in zip(values, constant, strict=True)]
        self._chosen: list[tuple[int, float | None]] = list(zip(places, own, strict=True))

    def _call(self, function: Callable[[list[float]], None]) -> None:
        self._runs[-1] = (self._runs[-1][0], function)
        self._runs.append(([], None))

    def run(self, row: list[float]) -> list[float]:
        """The values a of the chosen nodes, from those of the inputs."""
        values = [row[position] for position in self._inputs]
        for at, low, high, mean, scale in self._normalised:
            z = low if values[at] < low else high if values[at] > high else values[at]
            values[at] = (z + 0.0 - mean) / scale
        append = values.append
        append(1.0)
        for sums, call in self._runs:
            for weight, source, others, activate in sums:
                z = weight * values[source]
                for w, s in others:
                    z += w * values[s]
                if activate is _relu:  # a call less
                    append(0.0 if z <= 0.0 else z)
                else:
                    append(z if activate is None else activate(z))
            if call is not None:
                call(values)
        return [values[at] if bias is None else bias for at, bias in self._chosen]


def _constants(numbers: PlanValues) -> list[tuple[int, float, float, float, float]]:
    """Of each needed input that is normalised its place among them, and its constants."""
    network = numbers.network
    if network.normalise is None:
        return []
    needed = network.inputs[numbers.plan.inputs]
    places = np.flatnonzero(np.isin(needed, network.normalise.nodes))
    columns = network.normalise.columns(needed[places], np.dtype(np.float64)).values()
    return list(zip(places.tolist(), *(column[:, 0].tolist() for column in columns), strict=True))


def _terms(block: Block, numbers: PlanValues, place: NDArray[np.int64]) -> Iterator[list[Term]]:
    """For each node of a block the weights and places of its terms."""
    start, source, edge = block.csr()
    weights = numbers.terms[edge].tolist()
    terms = list(zip(weights, place[source].tolist(), strict=True))
    for first, end in pairwise(start.tolist()):
        yield terms[first:end]


def _node(
    terms: list[Term], row: Aggregation, activate: Activate | None, values: list[float]
) -> None:
    """Append the value of a node that does not sum."""
    joined = [w * values[s] for w, s in terms]
    # Python's max and min treat NaN and zeros differently from numpy's.
    join: Callable[[Any, Any], Any] = row.join if row.extreme else row.join_exactly
    z = float(reduce(join, joined))
    if row.divides:
        z /= len(joined)
    values.append(z if activate is None else activate(z))


def _softmax(places: list[int], values: list[float]) -> None:
    """Replace z of the members of a softmax group by a."""
    z = np.array([[values[place]] for place in places])
    for place, a in zip(places, softmax(z)[:, 0].tolist(), strict=True):
        values[place] = a


def _activation(function: NodeFunction) -> Activate | None:
    """The function from z to a; `None` for the identity and for softmax, which has its own step."""
    if function.row is None or function.is_identity:
        return None
    if function.leak == 0:
        return _relu
    return lambda z: float(function(np.array(z)))


def _relu(z: float) -> float:
    return 0.0 if z <= 0.0 else z  # NaN stays
