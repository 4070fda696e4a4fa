"""The numbers that a learning rule computes with: exact ones, or doubles.

A perceptron starts at z = 0 and comes back to it, so its rule is decided at the very border of the
step. With a learning rate of 0.1, which no double is, rounding would decide: 0.1 + 0.2 − 0.3 is
5.6e-17 in double precision. Rules that only add multiples of the inputs are therefore computed with
fractions, as a textbook computes with decimals. The delta rule multiplies errors by weights in each
step, so that its fractions would grow without end; it is computed in doubles.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.evaluate.reference import trace
from deepgraph.functions.aggregations import AGGREGATIONS
from deepgraph.graph.exact import (
    double,
    exact_constants,
    exact_parameters,
    exact_pieces,
    shortest,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from deepgraph.network import Network

    Array = NDArray[np.float64]

Real = float | Fraction
KEPT = 1_000_000
"""The most inputs that are kept as fractions from one epoch to the next; a fraction and its whole
number take some 200 bytes."""


@dataclass(frozen=True)
class Seen:
    """What a network makes of one row.

    Attributes:
        x: by number of a node that feeds an output, its value.
        z, a: by output.
    """

    x: dict[int, Real]
    z: list[Real]
    a: list[Real]


class Doubles:
    """Numbers of double precision, as the evaluator has them.

    Args:
        network: the network.
        inputs: (inputs, rows) of the table.
        targets: (outputs, rows).
        rate: η.
    """

    def __init__(self, network: Network, inputs: Array, targets: Array, rate: float) -> None:
        self.network, self.inputs, self.rate = network, inputs, rate
        self._targets = targets
        self.start: list[Real] = network.parameters.values.tolist()

    def targets(self, row: int) -> list[Real]:
        """What the outputs should be in a row."""
        return [*self._targets[:, row].tolist()]

    def see(self, values: Sequence[Real], row: int) -> Seen:
        """The forward pass of a row with other values of the parameters."""
        network = self.network.with_computed(np.array(values))
        with np.errstate(all="ignore"):
            seen = trace(network, self.inputs[:, row : row + 1])
        outputs = network.outputs
        x: dict[int, Real] = dict(enumerate(seen.a[:, 0].tolist()))
        return Seen(x, seen.z[outputs, 0].tolist(), seen.a[outputs, 0].tolist())

    def outputs(self, values: Sequence[Real]) -> Array:
        """(outputs, rows) of all rows."""
        with np.errstate(all="ignore"):
            network = self.network.with_computed(np.array(values))
            return trace(network, self.inputs).a[network.outputs]


@dataclass(frozen=True)
class Table:
    """Numbers of rows, exactly where they were given so.

    Attributes:
        values: (columns, rows) as doubles, each of which means the decimal that it is printed as.
        given: by column the exact numbers, one for all rows or one for each; `None` if there are
            none.
    """

    values: Array
    given: list[list[Fraction | None] | None]

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return int(self.values.shape[1])

    def column(self, row: int) -> Iterator[Fraction]:
        """The numbers of a row."""
        for known, value in zip(self.given, self.values[:, row].tolist(), strict=True):
            exact = None if known is None else known[min(row, len(known) - 1)]
            yield shortest(value) if exact is None else exact


class Exact:
    """Numbers without rounding, see the head of this module.

    Sums are computed with whole numbers over one denominator, which is quick; the values of the
    parameters are fractions.

    Args:
        network: outputs that are sums over inputs and biases.
        inputs: (inputs, rows) of the table.
        targets: (outputs, rows).
        rate: η.
    """

    def __init__(self, network: Network, inputs: Table, targets: Table, rate: Fraction) -> None:
        self.network, self.rate = network, rate
        self._inputs, self._targets = inputs, targets
        self.start: list[Real] = [*exact_parameters(network)]
        self._activations = [self._function(node) for node in network.outputs.tolist()]
        nodes = network.inputs.tolist()
        self._flows = {n: self._function(n) if network.has_z(n) else None for n in nodes}
        self._constants = exact_constants(network)
        kept = max(1, KEPT // max(1, len(nodes)))
        self._row = lru_cache(kept)(self._read_row)

    def targets(self, row: int) -> list[Real]:
        """What the outputs should be in a row."""
        return [*self._targets.column(row)]

    def _read_row(self, row: int) -> tuple[dict[int, Fraction], dict[int, int], int]:
        """By node what flows out of inputs and biases, also as whole numbers over a denominator."""
        x = dict(self._constants)
        for (node, flow), value in zip(self._flows.items(), self._inputs.column(row), strict=True):
            x[node] = value if flow is None else flow(value)
        whole, share = in_whole([*x.values()])
        return x, dict(zip(x, whole, strict=True)), share

    def _function(self, node: int) -> Callable[[Fraction], Fraction]:
        """What a node makes of its z; of a function that is no line, the double that it gives."""
        function = self.network.activation(node)
        pieces = exact_pieces(function)
        if pieces is not None:
            return pieces
        return lambda z: Fraction(float(function(np.array([double(z)]))[0]))

    @cached_property
    def _terms(self) -> list[list[tuple[int, int]]]:
        """By output its terms: the numbers of the parameter, −1 for a wire, and of the source."""
        network = self.network
        return [
            [
                (int(network.edge_parameter[edge]), int(network.source[edge]))
                for edge in network.incoming.of(node).tolist()
            ]
            for node in network.outputs.tolist()
        ]

    def see(self, values: Sequence[Real], row: int) -> Seen:
        """The forward pass of a row with other values of the parameters."""
        x: dict[int, Real] = dict(self._row(row)[0])
        own = self.network.node_parameter
        for source in {source for terms in self._terms for _, source in terms} - x.keys():
            x[source] = values[own[source]]  # a bias that is a parameter itself
        z, a = self._see(values, in_whole(values), row)
        return Seen(x, [*z], [*a])

    def _see(
        self, values: Sequence[Real], whole: tuple[list[int], int], row: int
    ) -> tuple[list[Fraction], list[Fraction]]:
        """z and a of the outputs; `whole` has the values as whole numbers."""
        (weights, unit), (_, x, share) = whole, self._row(row)
        own, found = self.network.node_parameter, []
        for node, terms in zip(self.network.outputs.tolist(), self._terms, strict=True):
            z, more = 0, Fraction(0)
            for code, source in terms:
                if source in x:
                    z += x[source] * (unit if code < 0 else weights[code])
                elif code < 0:
                    z += weights[own[source]] * share
                else:
                    more += Fraction(values[code]) * Fraction(values[own[source]])
            total = Fraction(z, unit * share) + more
            divides = AGGREGATIONS[self.network.aggregations[node]].divides
            found.append(total / len(terms) if divides else total)
        return found, [f(z) for f, z in zip(self._activations, found, strict=True)]

    def outputs(self, values: Sequence[Real]) -> Array:
        """(outputs, rows) of all rows, as the nearest doubles."""
        whole = in_whole(values)
        rows = [self._see(values, whole, row)[1] for row in range(self._inputs.rows)]
        return np.array([[*map(nearest, row)] for row in rows]).T


def in_whole(numbers: Sequence[Real]) -> tuple[list[int], int]:
    """Exact numbers as whole numbers over a common denominator.

    >>> in_whole([Fraction(1, 2), Fraction(2, 3)])
    ([3, 4], 6)
    """
    exact = [Fraction(number) for number in numbers]
    unit = math.lcm(*{number.denominator for number in exact})
    return [number.numerator * (unit // number.denominator) for number in exact], unit


def nearest(number: Real) -> float:
    """The double next to a number."""
    return double(number) if isinstance(number, Fraction) else float(number)


def is_threshold(network: Network, node: int) -> bool:
    """Check whether a node has the step or the sign, whose slope is 0."""
    row = network.activation(node).row
    return row is not None and row.name in ("step", "sign")
