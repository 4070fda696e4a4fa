"""From a network to the exact curve of each of its nodes, in topological order."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.errors import InputError
from deepgraph.functions.aggregations import AGGREGATIONS
from deepgraph.graph.exact import exact_constants, exact_parameters, exact_settings
from deepgraph.graph.kinds import BIAS, INPUT
from deepgraph.graph.topology import ancestors
from deepgraph.kinks.activate import activated
from deepgraph.kinks.aggregate import CurvedError, highest, product, weighted_sum
from deepgraph.kinks.exact_curve import Axis, TooManyError, scaled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph
    from deepgraph.graph.topology import Mask
    from deepgraph.kinks.exact_curve import Curve
    from deepgraph.kinks.sweep import Sweep


def curves(
    network: Graph, sweep: Sweep, nodes: Sequence[int], most: int, *, pre_activations: bool
) -> dict[int, Curve]:
    """The curves of chosen nodes.

    Args:
        network: all of its parameters must have values.
        sweep: the way through the inputs.
        nodes: node numbers.
        most: how many pieces a curve may have.
        pre_activations: z instead of a; then the activations of the chosen nodes do not matter.

    Returns:
        By node number z or a; of inputs and biases their value.

    Raises:
        InputError: a node that is not piecewise linear, or one with more pieces.
        UninitialisedError: a parameter has no value.
    """
    network.require_values()
    chosen = np.asarray(nodes, np.int64)
    needed = active = _feeding(network, chosen)
    if pre_activations:
        active = _feeding(network, network.source[network.incoming.of_all(chosen)])
    refuse_smooth(network, active)
    walk = _Walk(network, sweep, most)
    for step in network.steps.tolist():
        if step < len(network.ids) and needed[step]:
            walk.aggregate(step)
            if active[step]:
                walk.activate(step)
    return {node: (walk.z if pre_activations else walk.a)[node] for node in nodes}


def where_possible(
    network: Graph, sweep: Sweep, nodes: Sequence[int], most: int, *, pre_activations: bool
) -> dict[int, Curve]:
    """The curves of those chosen nodes that are piecewise linear and have not too many pieces.

    Arguments and what is returned are as in `curves`.

    Raises:
        UninitialisedError: a parameter has no value.
    """
    network.require_values()
    needed = _feeding(network, np.asarray(nodes, np.int64))
    walk = _Walk(network, sweep, most)
    for step in network.steps.tolist():
        if step >= len(network.ids) or not needed[step]:
            continue
        sources = network.source[network.incoming.of(step)].tolist()
        if all(source in walk.a for source in sources):
            with suppress(InputError):
                walk.aggregate(step)
                walk.activate(step)
    found = walk.z if pre_activations else walk.a
    return {node: found[node] for node in nodes if node in found}


def _feeding(network: Graph, nodes: NDArray[np.signedinteger]) -> Mask:
    """(nodes,) whether a node is one of these, or feeds one, over any number of edges."""
    return ancestors(len(network.ids), network.source, network.target, nodes.astype(np.int64))


def refuse_smooth(network: Graph, active: Mask) -> None:
    """Check that every node whose activation is needed has a piecewise-linear activation.

    Raises:
        InputError: one has not; it names the first of them in the order of evaluation.
    """
    for step in network.steps.tolist():
        if step >= len(network.ids) or not active[step] or network.kind[step] in (BIAS, INPUT):
            continue
        row = network.functions[network.function[step]].row
        if row is None or row.pieces is None:
            raise _smooth(network, step)


def _smooth(network: Graph, node: int) -> InputError:
    function = network.functions[network.function[node]].name
    return InputError(
        f"{network.ids[node]} is {function}, which is not piecewise linear: its curve has no kinks "
        "to list, nor has what it feeds; list those of its z (pre-activations), choose nodes that "
        "it does not feed, or see the curve itself with `deepgraph plot`"
    )


class _Walk:
    """The curves of nodes, one after the other.

    Attributes:
        z: by node number.
        a: by node number.
    """

    def __init__(self, network: Graph, sweep: Sweep, most: int) -> None:
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
        self.z: dict[int, Curve] = {}
        self.a: dict[int, Curve] = {}

    def aggregate(self, node: int) -> None:
        """Find z of a node whose sources have their a; for an input or a bias it is the value.

        Raises:
            InputError: it is not piecewise linear, or has too many pieces.
        """
        network = self.network
        kind = network.kind[node]
        if kind == INPUT:
            self.z[node] = self.axis.straight(self.sweep.inputs[network.ids[node]])
        elif kind == BIAS:
            number = int(network.node_parameter[node])
            value = self.constants[node] if number < 0 else self.parameters[number]
            self.z[node] = self.axis.straight((Fraction(0), value))
        else:
            with self._limited(node):
                self.z[node] = self._aggregated(node)

    def activate(self, node: int) -> None:
        """Find a of a node whose z is known; errors as in `aggregate`."""
        network = self.network
        if network.kind[node] in (INPUT, BIAS):
            self.a[node] = self.z[node]
            return
        pieces = self.pieces[network.function[node]]
        if pieces is None:
            raise _smooth(network, node)
        with self._limited(node):
            self.a[node] = activated(self.axis, self.z[node], pieces, node, self.most)

    @contextmanager
    def _limited(self, node: int) -> Iterator[None]:
        """Name the node that has too many pieces."""
        try:
            yield
        except TooManyError as error:
            raise InputError(
                f"{self.network.ids[node]} has {error.pieces:,} pieces, more than the limit of "
                f"{self.most:,}; raise the limit, or take a shorter range"
            ) from None

    def _aggregated(self, node: int) -> Curve:
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
            return weighted_sum(self.axis, weights, curves, self.most)
        curves = [scaled(curve, weight) for weight, curve in zip(weights, curves, strict=True)]
        if row.extreme > 0:
            return highest(self.axis, curves, node, self.most)
        if row.extreme < 0:
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
