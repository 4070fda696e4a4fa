"""Nodes that stand exactly where their function bends or jumps.

There a derivative is a convention of the tables of activations and aggregations: the slope of one
side, or a number between. Whoever reads it as "what happens if the input grows a little" has to
know.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from deepgraph.functions.aggregations import AGGREGATIONS
from deepgraph.graph.exact import exact_pieces, shortest
from deepgraph.graph.kinds import HIDDEN
from deepgraph.graph.reach import needed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deepgraph.evaluate.reference import Trace
    from deepgraph.functions.node_function import NodeFunction
    from deepgraph.functions.special import Array
    from deepgraph.graph.graph import Graph

APART = 1e-6
"""The share of a slope by which the slopes on both sides of a bend differ at least."""


class Bend(NamedTuple):
    """A node at a bend, a jump or a tie.

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
    >>> [bends(NodeFunction.of(name), 0.0) for name in ("tanh", "relu", "step", "selu")]
    ['', 'bends', 'jumps', 'bends']
    """
    if not np.isfinite(z):
        return ""
    # Neither depends on how a node is rescaled, whose numbers may be long texts.
    pieces = exact_pieces(replace(function, rescaled=False, texts={}))
    if pieces is None:
        return "bends" if _has_two_slopes(function, z) else ""
    place = shortest(z)  # 0.1 is a tenth, where the spec says that it bends at 0.1
    if not pieces.breaks_at(place):
        return ""
    lines = [pieces.line(pieces.region(place, side)) for side in (-1, 1)]
    values = {pieces(place), *(slope * place + intercept for slope, intercept in lines)}
    return "bends" if len(values) == 1 else "jumps"


def _has_two_slopes(function: NodeFunction, z: float) -> bool:
    """True if the slopes beside z differ, and not the more the further away they are taken.

    Where a function is smooth, slopes at twice the distance differ twice as much.
    """
    assert function.row is not None
    argument = float(function.gain * z)
    below, above = np.nextafter([argument, argument], [-np.inf, np.inf])
    further = np.nextafter([below, above], [-np.inf, np.inf])
    at = np.array([below, above, *further])
    with np.errstate(all="ignore"):
        slopes = function.row.derivative(at, **function.parameters)
        near, far = slopes[1] - slopes[0], slopes[3] - slopes[2]
        size = np.abs(slopes[:2]).max()
        return bool(abs(near) > APART * size and abs(far - near) < abs(near) / 2)
