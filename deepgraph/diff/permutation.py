"""Finds hidden nodes that changed places: the same network, whose parameters look like others."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.diff.functions import function_of
from deepgraph.graph.kinds import BIAS, HIDDEN

if TYPE_CHECKING:
    from collections.abc import Hashable

    from deepgraph.diff.pairing import Pairing
    from deepgraph.graph.graph import Graph

MOST_EDGES = 100_000
"""In networks with more edges no nodes that changed places are looked for."""


def swapped(a: Graph, b: Graph, pairing: Pairing) -> list[str]:
    """The hidden nodes that changed places, by their ids in B; none unless that explains it all.

    Level by level from the inputs, each node of B is the one of A that has the same function and
    the same weights from the same nodes. So every weight of B is seen to be one of A.
    """
    edges = max(len(a.source), len(b.source))
    if len(pairing.removed) or len(pairing.added) or edges > MOST_EDGES:
        return []
    groups = [node for group in b.softmax_groups for node in group.tolist()]
    if np.any(pairing.b_of < 0) or np.any(pairing.a_of < 0) or np.any(b.kind[groups] == HIDDEN):
        return []
    found = {int(pairing.a_of[node]): node for node in np.flatnonzero(b.kind < HIDDEN).tolist()}
    same = {node: node for node in range(len(b.ids))}
    levels: dict[int, list[int]] = {}
    for node in np.flatnonzero(b.kind >= HIDDEN).tolist():
        levels.setdefault(int(b.rank[node]), []).append(node)
    for _, level in sorted(levels.items()):
        waiting: dict[Hashable, list[int]] = {}
        for node in level:
            waiting.setdefault(_computes(b, node, same), []).append(node)
        for own in level:
            node = int(pairing.a_of[own])
            there = waiting.get(_computes(a, node, found), [])
            if not there or (b.kind[own] != HIDDEN and own not in there):
                return []
            found[node] = own if own in there else there[0]
            there.remove(found[node])
    moved = {other for node, other in found.items() if other != pairing.b_of[node]}
    return [b.ids[node] for node in sorted(moved)]


def _computes(graph: Graph, node: int, names: dict[int, int]) -> Hashable:
    """What a node computes: its function, and its terms by the numbers of their sources in B."""
    terms: Counter[tuple[int, float]] = Counter()
    for edge in graph.incoming.of(node).tolist():
        source, weight = int(graph.source[edge]), float(graph.weights[edge])
        if graph.kind[source] == BIAS:
            terms[-1, weight * graph.bias_value(source)] += 1
        else:
            terms[names.get(source, -2), weight] += 1
    return graph.kind_name(node), function_of(graph, node), frozenset(terms.items())
