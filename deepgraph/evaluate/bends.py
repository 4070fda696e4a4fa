"""Nodes that stand exactly where their function bends or jumps, so that it has two slopes there.

A derivative takes one of the two, by the conventions of the tables of activations and aggregations;
whoever reads it as "what happens if the input grows a little" has to know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from deepgraph.functions.aggregations import AGGREGATIONS
from deepgraph.graph.kinds import HIDDEN
from deepgraph.graph.reach import needed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deepgraph.evaluate.reference import Trace
    from deepgraph.functions.node_function import NodeFunction
    from deepgraph.functions.special import Array
    from deepgraph.graph.graph import Graph

APART = 1e-6
"""The difference between the two sides, for numbers above 1 a part of their size, that is no
rounding: doubles beside each other differ by far less where a function is smooth."""


class Bend(NamedTuple):
    """A node with two slopes.

    Attributes:
        node: its number.
        word: what its activation does, "bends" or "jumps"; empty for a tie.
        ties: the sources whose terms are equally large, or small, for a node of max or min that
            has several such terms; empty for the bend of an activation.
    """

    node: int
    word: str
    ties: list[int]


def at_bends(trace: Trace, nodes: Sequence[str]) -> list[Bend]:
    """The bends at which the first row of a trace stands, in the order of evaluation.

    Args:
        trace: the forward pass of one row or more.
        nodes: names of nodes, `z(id)` or stages; what they do not depend on is left out.
    """
    network = trace.network
    members = network.members(nodes)
    wanted = needed(network, [node for node, _ in members])[: len(network.ids)]
    only_z = {node for node, is_z in members if is_z}
    only_z -= {node for node, is_z in members if not is_z}
    only_z -= set(network.source[wanted[network.target]].tolist())
    return list(_found(trace, network, wanted, only_z))


def _found(trace: Trace, network: Graph, wanted: Array, only_z: set[int]) -> Iterator[Bend]:
    nodes = len(network.ids)
    for node in network.steps.tolist():
        if node >= nodes or not wanted[node] or network.kind[node] < HIDDEN:
            continue  # a softmax group, which is smooth, what nobody asked for, or no neuron
        if node not in only_z:
            function = network.activation(node)
            if function.row is not None and (word := bends(function, float(trace.z[node, 0]))):
                yield Bend(node, word, [])
        if AGGREGATIONS[network.aggregations[node]].extreme:
            edges = network.incoming.of(node)
            sources = network.source[edges]
            terms = network.weights[edges] * trace.a[sources, 0]
            equal = sources[terms == trace.z[node, 0]].tolist()
            if len(equal) > 1:
                yield Bend(node, "", equal)


def bends(function: NodeFunction, z: float) -> Literal["", "bends", "jumps"]:
    """What a function of one node does at z: nothing, or it has another slope or value beside it.

    >>> from deepgraph.functions.node_function import NodeFunction
    >>> [bends(NodeFunction.of(name), 0.0) for name in ("tanh", "relu", "step")]
    ['', 'bends', 'jumps']
    """
    if not np.isfinite(z):
        return ""
    sides = np.nextafter([z, z], [-np.inf, np.inf])
    if _differ(function(sides)):
        return "jumps"
    return "bends" if _differ(function.derivative(sides)) else ""


def _differ(sides: Array) -> bool:
    """True if two finite numbers are further apart than rounding."""
    below, above = np.ravel(sides).tolist()
    with np.errstate(all="ignore"):
        return bool(APART * max(1.0, abs(above), abs(below)) < abs(above - below) < np.inf)
