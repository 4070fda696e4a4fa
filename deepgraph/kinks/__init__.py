"""The exact kinks of piecewise-linear networks along one line through their inputs.

Along such a line every node is a piecewise-linear function of one number t. These functions are
propagated through the graph in topological order, in rational arithmetic over the numbers that the
spec writes, so that no kink is missed and none is found twice.

    sweep         the line through the inputs
    exact_curve   a piecewise-linear function in fractions
    aggregate     weighted sums, maxima and products of such functions
    activate      their activations
    propagate     from node to node
    records       the result: kinks and pieces of each node
    curves        the functions of all nodes as doubles to draw, sampled where they are smooth
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph.errors import InputError
from deepgraph.kinks.propagate import LIMIT, exact_curves
from deepgraph.kinks.records import Kink, Kinks, NodeKinks, Piece, node_kinks
from deepgraph.kinks.sweep import chosen_sweep
from deepgraph.words.numbers import is_whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deepgraph.graph.graph import Graph
    from deepgraph.kinks.exact_curve import ExactCurve
    from deepgraph.kinks.sweep import Number

__all__ = ["LIMIT", "Kink", "Kinks", "NodeKinks", "Piece", "find"]


def find(
    network: Graph,
    over: Mapping[str, tuple[Number, Number]] | None = None,
    *,
    at: Mapping[str, Number] | None = None,
    between: tuple[Mapping[str, Number], Mapping[str, Number]] | None = None,
    nodes: Sequence[str] | None = None,
    pre_activations: bool = False,
    limit: int = LIMIT,
) -> Kinks:
    """Find every kink of chosen nodes; arguments and errors are those of `Network.kinks`."""
    sweep = chosen_sweep(network, over, at, between)
    if not is_whole(limit, 1):
        raise InputError(f"the limit is a number of pieces, at least 1, got {limit}")
    chosen = network.members(network.output_names if nodes is None else nodes)
    wanted = dict.fromkeys((node, is_z or pre_activations) for node, is_z in chosen)
    curves: dict[tuple[int, bool], ExactCurve] = {}
    for before in dict.fromkeys(is_z for _, is_z in wanted):
        numbers = [node for node, is_z in wanted if is_z == before]
        found = exact_curves(network, sweep, numbers, limit, pre_activations=before)
        curves |= {(node, before): curve for node, curve in found.items()}
    return Kinks(
        sweep,
        tuple(node_kinks(network, node, curves[node, is_z], "az"[is_z]) for node, is_z in wanted),
    )
