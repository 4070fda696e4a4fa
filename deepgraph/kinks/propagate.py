"""From a network to the exact curve of each of its nodes, in topological order."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.errors import InputError
from deepgraph.kinks.curve import (
    Axis,
    CurvedError,
    TooManyError,
    activated,
    highest,
    product,
    scaled,
    weighted_sum,
)
from deepgraph.rational import exact_constants, exact_parameters, exact_settings
from deepgraph.resolve import BIAS, INPUT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepgraph.kinks.curve import Curve
    from deepgraph.kinks.sweep import Sweep
    from deepgraph.network import Network


def curves(
    network: Network, sweep: Sweep, nodes: Sequence[int], most: int
) -> dict[int, tuple[Curve, Curve]]:
    """The curves z and a of chosen nodes.

    Args:
        network: all of its parameters must have values.
        sweep: the way through the inputs.
        nodes: node numbers.
        most: how many pieces a curve may have.

    Returns:
        By node number z and a; of inputs and biases their value twice.

    Raises:
        InputError: a node that is not piecewise linear, or one with more pieces.
        UninitialisedError: a parameter has no value.
    """
    network.require_values()
    needed = ancestors(network, nodes)
    refuse_smooth(network, needed)
    walk = _Walk(network, sweep, most)
    for step in network.steps.tolist():
        if step < len(network.ids) and needed[step]:
            walk.visit(step)
    return {node: walk.found[node] for node in nodes}


def where_possible(
    network: Network, sweep: Sweep, nodes: Sequence[int], most: int
) -> dict[int, tuple[Curve, Curve]]:
    """The curves of those chosen nodes that are piecewise linear and have not too many pieces.

    Raises:
        UninitialisedError: a parameter has no value.
    """
    network.require_values()
    needed = ancestors(network, nodes)
    walk = _Walk(network, sweep, most)
    for step in network.steps.tolist():
        if step >= len(network.ids) or not needed[step]:
            continue
        sources = network.source[network.incoming.of(step)].tolist()
        if all(source in walk.found for source in sources):
            with suppress(InputError):
                walk.visit(step)
    return {node: walk.found[node] for node in nodes if node in walk.found}


def ancestors(network: Network, nodes: Sequence[int]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """(nodes,) whether a node is one of these, or feeds one, over any number of edges."""
    needed = np.zeros(len(network.ids), np.bool_)
    needed[list(nodes)] = True
    waiting = list(nodes)
    while waiting:
        for source in network.source[network.incoming.of(waiting.pop())].tolist():
            if not needed[source]:
                needed[source] = True
                waiting.append(source)
    return needed


def refuse_smooth(network: Network, needed: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> None:
    """Check that every node needed has a piecewise-linear activation.

    Raises:
        InputError: one has not; it names the first of them in the order of evaluation.
    """
    for step in network.steps.tolist():
        if step >= len(network.ids) or not needed[step] or network.kind[step] in (BIAS, INPUT):
            continue
        row = network.functions[network.function[step]].row
        if row is None or row.pieces is None:
            raise _smooth(network, step)


def _smooth(network: Network, node: int) -> InputError:
    function = network.functions[network.function[node]].name
    return InputError(
        f"{network.ids[node]} is {function}, which is not piecewise linear: its curve has no kinks "
        "to list, nor has what it feeds; choose nodes that it does not feed, or see the curve "
        "itself with `deepgraph plot`"
    )


class _Walk:
    """Adds one node after the other.

    Attributes:
        found: z and a by node number.
    """

    def __init__(self, network: Network, sweep: Sweep, most: int) -> None:
        self.network = network
        self.sweep = sweep
        self.most = most
        self.axis = Axis(sweep.start, sweep.end)
        self.parameters = exact_parameters(network, doubles=True)
        self.constants = exact_constants(network)
        self.pieces = [
            function.row.pieces(**exact_settings(function))
            if function.row is not None and function.row.pieces is not None
            else None
            for function in network.functions
        ]
        self.found: dict[int, tuple[Curve, Curve]] = {}

    def visit(self, node: int) -> None:
        """Find the curves of a node whose sources have theirs.

        Raises:
            InputError: it is not piecewise linear, or has too many pieces.
        """
        network = self.network
        kind = network.kind[node]
        if kind == INPUT:
            z = a = self.axis.straight(self.sweep.inputs[network.ids[node]])
        elif kind == BIAS:
            number = int(network.node_parameter[node])
            value = self.constants[node] if number < 0 else self.parameters[number]
            z = a = self.axis.straight((Fraction(0), value))
        else:
            pieces = self.pieces[network.function[node]]
            if pieces is None:
                raise _smooth(network, node)
            try:
                z = self._aggregated(node)
                a = activated(self.axis, z, pieces, node, self.most)
            except TooManyError as error:
                raise InputError(
                    f"{network.ids[node]} has {error.pieces:,} pieces, more than the limit of "
                    f"{self.most:,}; raise the limit, or take a shorter range"
                ) from None
        self.found[node] = z, a

    def _aggregated(self, node: int) -> Curve:
        network = self.network
        edges = network.incoming.of(node).tolist()
        weights = [
            Fraction(1) if number < 0 else self.parameters[number]
            for number in network.edge_parameter[edges].tolist()
        ]
        sources = network.source[edges].tolist()
        curves = [self.found[source][1] for source in sources]
        aggregation = network.aggregations[node]
        if aggregation == "mean":
            weights = [weight / len(edges) for weight in weights]
        if aggregation in ("sum", "mean"):
            return weighted_sum(self.axis, weights, curves, self.most)
        curves = [scaled(curve, weight) for weight, curve in zip(weights, curves, strict=True)]
        if aggregation == "max":
            return highest(self.axis, curves, node, self.most)
        if aggregation == "min":
            negated = [scaled(curve, Fraction(-1)) for curve in curves]
            return scaled(highest(self.axis, negated, node, self.most), Fraction(-1))
        try:
            return product(self.axis, curves, self.most)
        except CurvedError as error:
            one, other = (network.ids[sources[number]] for number in error.factors)
            raise InputError(
                f"{network.ids[node]} multiplies {one} and {other}, which both vary between "
                f"{self.sweep.name} = {float(error.start):.6g} and {float(error.end):.6g}: their "
                "product is not piecewise linear"
            ) from None
