"""Finds the exact curve of each node of a network, in topological order."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.errors import InputError, SmoothError
from deepgraph.functions.aggregations import AGGREGATIONS
from deepgraph.graph.exact import exact_constants, exact_parameters, exact_pieces
from deepgraph.graph.kinds import BIAS, INPUT
from deepgraph.graph.topology import ancestors
from deepgraph.kinks.activate import activated
from deepgraph.kinks.aggregate import CurvedError, maximum, product, weighted_sum
from deepgraph.kinks.exact_curve import Axis, TooLongError, TooManyError, scaled, too_long
from deepgraph.options import shared

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from deepgraph.functions.piecewise import Piecewise
    from deepgraph.graph.graph import Graph
    from deepgraph.graph.topology import Mask
    from deepgraph.kinks.exact_curve import ExactCurve
    from deepgraph.kinks.sweep import Sweep

LIMIT: int = shared.LIMIT.default
"""The most pieces that a node may have, unless the caller says otherwise."""


COUNTLESS = 10**12
"""A message does not say how many pieces there are, if there are more than these."""
MOST_BITS = 50_000
"""The most binary digits of all curves together, for each piece of the limit or of `LIMIT`. So many
take about ten seconds."""


def exact_curves(
    network: Graph, sweep: Sweep, nodes: Sequence[int], limit: int, *, pre_activations: bool
) -> dict[int, ExactCurve]:
    """The curves of chosen nodes along a line, by node number; of inputs and biases their value.

    Args:
        network: all of its parameters must have values.
        sweep: the line through the inputs.
        nodes: node numbers.
        limit: the most pieces that a curve may have.
        pre_activations: z instead of a; then the activations of the chosen nodes do not matter.

    Raises:
        InputError: a node that is chosen, or feeds a chosen one, is not piecewise linear, has
            more pieces, or numbers of too many digits.
        UninitialisedError: a parameter has no value.
    """
    network.require_values()
    chosen = np.asarray(nodes, np.int64)
    needed = active = _feeding(network, chosen)
    if pre_activations:
        active = _feeding(network, network.source[network.incoming.of_all(chosen)])
    found = _Propagation(network, sweep, limit)
    for node in _in_order(network, active):
        found.pieces(node)  # a smooth node is reported before any other error
    for node in _in_order(network, needed):
        found.propagate(node, activate=bool(active[node]))
    return {node: (found.z if pre_activations else found.a)[node] for node in nodes}


def exact_curves_where_possible(
    network: Graph, sweep: Sweep, nodes: Sequence[int], limit: int, *, pre_activations: bool
) -> dict[int, ExactCurve]:
    """The curves of those chosen nodes that are piecewise linear and have not too many pieces.

    The arguments and the result are those of `exact_curves`.

    Raises:
        UninitialisedError: a parameter has no value.
    """
    network.require_values()
    found = _Propagation(network, sweep, limit)
    for node in _in_order(network, _feeding(network, np.asarray(nodes, np.int64))):
        if all(source in found.a for source in network.source[network.incoming.of(node)].tolist()):
            with suppress(InputError):
                found.propagate(node)
    curves = found.z if pre_activations else found.a
    return {node: curves[node] for node in nodes if node in curves}


def _feeding(network: Graph, nodes: NDArray[np.signedinteger]) -> Mask:
    """(nodes,) true for these nodes and all that feed them, over any number of edges."""
    return ancestors(len(network.ids), network.source, network.target, nodes.astype(np.int64))


def _in_order(network: Graph, wanted: Mask) -> Iterator[int]:
    """The wanted nodes in the order of evaluation, whose steps hold softmax groups, too."""
    count = len(network.ids)
    return (step for step in network.steps.tolist() if step < count and wanted[step])


class _Propagation:
    """The curves z and a that are known so far, by node number."""

    def __init__(self, network: Graph, sweep: Sweep, limit: int) -> None:
        self.network, self.sweep, self.limit = network, sweep, limit
        self.axis = Axis(sweep.start, sweep.end)
        self.parameters = exact_parameters(network, doubles=True)
        self.constants = exact_constants(network)
        self._pieces: dict[int, Piecewise | None] = {}
        self._most_bits = MOST_BITS * max(limit, LIMIT)
        self._bits = 0
        self.z: dict[int, ExactCurve] = {}
        self.a: dict[int, ExactCurve] = {}

    def pieces(self, node: int) -> Piecewise:
        """The pieces of the activation of a node.

        Raises:
            SmoothError: it is not piecewise linear.
        """
        function, number = self.network.activation(node), int(self.network.function[node])
        key = -1 - node if function.texts else number  # constants of its own
        if key not in self._pieces:
            self._pieces[key] = exact_pieces(function)
        pieces = self._pieces[key]
        if pieces is None:
            raise SmoothError(
                f"{self.network.ids[node]} is {function.name}, which is not "
                "piecewise linear: its curve has no kinks to list, nor has what it feeds; list "
                "those of its z (pre-activations), choose nodes that it does not feed, or see the "
                "curve itself with `deepgraph plot`"
            )
        return pieces

    def propagate(self, node: int, *, activate: bool = True) -> None:
        """Find z of a node from a of its sources, then its own a if that is needed.

        Raises:
            InputError: one of the two is not piecewise linear, or has too many pieces.
        """
        network, kind = self.network, self.network.kind[node]
        if kind == BIAS:
            number = int(network.node_parameter[node])
            value = self.constants[node] if number < 0 else self.parameters[number]
            self.z[node] = self.a[node] = self.axis.straight((Fraction(0), value))
        else:
            try:
                self._find(node, activate=activate)
            except TooManyError as error:
                count = f"{error.pieces:,}" if error.pieces < COUNTLESS else "countless"
                raise InputError(
                    f"{network.ids[node]} has {count} pieces, more than the limit of "
                    f"{self.limit:,}; raise the limit, or take a shorter range"
                ) from None
            except TooLongError:
                raise too_long(network.ids[node]) from None

    def _find(self, node: int, *, activate: bool) -> None:
        """Find z, and a if that is needed, within the budget of digits."""
        if self.network.kind[node] == INPUT:
            z = self.axis.straight(self.sweep.inputs[self.network.ids[node]])
        else:
            sources = self.network.source[self.network.incoming.of(node)].tolist()
            self._spend(node, *(self.a[source] for source in sources))
            z = self._aggregated(node)
            self._spend(node, z)
        self.z[node] = z
        if not self.network.has_z(node):
            self.a[node] = z
        elif activate:
            a = activated(self.axis, z, self.pieces(node), node, self.limit)
            self._spend(node, a)
            self.a[node] = a

    def _spend(self, node: int, *curves: ExactCurve) -> None:
        self._bits += sum(curve.bits() for curve in curves)
        if self._bits > self._most_bits:
            most = float(f"{self._most_bits * 0.30103:.2g}")
            raise InputError(
                f"the exact curves up to {self.network.ids[node]} hold more than {most:,.0f} "
                "digits; take a shorter range, nodes nearer to the inputs or weights of fewer "
                "digits, raise the limit of pieces, or see the curve with `deepgraph plot`"
            )

    def _aggregated(self, node: int) -> ExactCurve:
        network = self.network
        edges = network.incoming.of(node).tolist()
        weights = [
            Fraction(1) if number < 0 else self.parameters[number]
            for number in network.edge_parameter[edges].tolist()
        ]
        sources = network.source[edges].tolist()
        curves = [self.a[source] for source in sources]
        row = AGGREGATIONS[network.aggregations[node]]
        if row.divides:
            weights = [weight / len(edges) for weight in weights]
        if row.adds:
            return weighted_sum(self.axis, weights, curves, self.limit)
        curves = [scaled(curve, weight) for weight, curve in zip(weights, curves, strict=True)]
        if row.extreme > 0:
            return maximum(self.axis, curves, node, self.limit)
        if row.extreme < 0:
            negated = [scaled(curve, Fraction(-1)) for curve in curves]
            return scaled(maximum(self.axis, negated, node, self.limit), Fraction(-1))
        try:
            return product(self.axis, curves, self.limit)
        except CurvedError as error:
            one, other = (network.ids[sources[number]] for number in error.factors)
            raise SmoothError(
                f"{network.ids[node]} multiplies {one} and {other}, which both vary between "
                f"{self.sweep.name} = {float(error.start):.6g} and {float(error.end):.6g}: their "
                "product is not piecewise linear"
            ) from None
