"""Pairs the nodes and edges of two networks: by id, and by what shows that a node was renamed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.diff.functions import function_of
from deepgraph.graph.parameters import spelled

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph

    Numbers = NDArray[np.int64]

MOST_RENAMED = 5_000
"""With more nodes than this on one side only, no renamed ones are looked for among them."""


@dataclass(frozen=True)
class Pairing:
    """Which node and which edge of B is which of A.

    Attributes:
        b_of: (nodes of A,) numbers of the nodes of B, −1 for a node that is only in A.
        a_of: (nodes of B,) the other way round.
        renamed: numbers in A and in B of the nodes with another id.
        edges_a, edges_b: (common,) numbers of the edges that are in both, in the order of B.
        removed: the edges that are only in A.
        added: the edges that are only in B.
    """

    b_of: Numbers
    a_of: Numbers
    renamed: tuple[tuple[int, int], ...]
    edges_a: Numbers
    edges_b: Numbers
    removed: Numbers
    added: Numbers


def paired(a: Graph, b: Graph) -> Pairing:
    """Pair two networks.

    Nodes of one id are one node. A node that is only in A and one that is only in B are one node
    if nothing but their ids tells them apart, and no other node could be meant; see `_renamed`.
    """
    b_of = np.array([b.index.get(name, -1) for name in a.ids], np.int64)
    a_of = _inverse(b_of, len(b.ids))
    found = _renamed(a, b, b_of, a_of)
    for one, other in found.items():
        b_of[one], a_of[other] = other, one
    both = _edges(a, b, b_of, a_of)
    return Pairing(b_of, a_of, tuple(sorted(found.items())), *both)


def _inverse(b_of: Numbers, count: int) -> Numbers:
    a_of = np.full(count, -1, np.int64)
    known = np.flatnonzero(b_of >= 0)
    a_of[b_of[known]] = known
    return a_of


def _edges(a: Graph, b: Graph, b_of: Numbers, a_of: Numbers) -> tuple[Numbers, ...]:
    """The edges in both, in A alone and in B alone, by sorted keys of their ends."""
    size = len(b.ids)
    source, target = b_of[a.source], b_of[a.target]
    keys_a = np.where((source >= 0) & (target >= 0), source * size + target, -1)
    keys_b = b.source.astype(np.int64) * size + b.target
    if np.array_equal(keys_a, keys_b):  # the usual case, which needs no sorting
        every, none = np.arange(len(keys_a)), np.zeros(0, np.int64)
        return every, every, none, none
    order = np.argsort(keys_a, kind="stable")
    ordered = keys_a[order]
    place = np.minimum(np.searchsorted(ordered, keys_b), max(len(ordered) - 1, 0))
    same = ordered[place] == keys_b if len(ordered) else np.zeros(len(keys_b), np.bool)
    edges_b = np.flatnonzero(same)
    edges_a = order[place[edges_b]]
    left = np.ones(len(keys_a), np.bool)
    left[edges_a] = False
    return edges_a, edges_b, np.flatnonzero(left), np.flatnonzero(~same)


# --- renamed nodes ------------------------------------------------------------------------------


def _renamed(a: Graph, b: Graph, b_of: Numbers, a_of: Numbers) -> dict[int, int]:
    """The renamed nodes: numbers in B by those in A.

    A pair is of one kind and one function, and has the same edges as far as both networks have
    them: the same labels, where edges have labels that stand in both; and for edges without one the
    same neighbours. It must have an edge that shows it, and each must be the only one that fits the
    other. A pair that is found makes its neighbours known, so the search goes on until none is new.
    """
    only_a, only_b = np.flatnonzero(b_of < 0).tolist(), np.flatnonzero(a_of < 0).tolist()
    if not only_a or not only_b or max(len(only_a), len(only_b)) > MOST_RENAMED:
        return {}
    labels = _labels(a, only_a), _labels(b, only_b)
    common = set().union(*labels[0].values()) & set().union(*labels[1].values())
    found: dict[int, int] = {}
    while True:
        known_a = {node: int(b_of[node]) for node in range(len(a.ids)) if b_of[node] >= 0} | found
        known_b = set(known_a.values())
        mine = {n: _signature(a, n, common, known_a) for n in only_a if n not in found}
        taken = set(found.values())
        yours = {
            n: _signature(b, n, common, {m: m for m in known_b}) for n in only_b if n not in taken
        }
        new = _unique_pairs(mine, yours)
        if not new:
            return found
        found |= new


def _labels(graph: Graph, nodes: list[int]) -> dict[int, set[str]]:
    """The labels of the edges at each of some nodes."""
    return {
        node: {name for _, _, name in _edges_at(graph, node) if name is not None} for node in nodes
    }


def _edges_at(graph: Graph, node: int) -> list[tuple[str, int, str | None]]:
    """The edges at a node: "in" or "out", the node at the other end, and the label."""
    found = []
    for way, edges, ends in (
        ("in", graph.incoming.of(node), graph.source),
        ("out", graph.outgoing.of(node), graph.target),
    ):
        for edge in edges:
            number = int(graph.edge_parameter[edge])
            key = graph.parameters.key(number) if number >= 0 else None
            found.append((way, int(ends[edge]), key if isinstance(key, str) else None))
    return found


def _signature(
    graph: Graph, node: int, common: set[str], known: Mapping[int, int]
) -> tuple[Hashable, ...] | None:
    """What a renamed node keeps; `None` for a node without an edge that would show it.

    Args:
        graph: of the node.
        node: its number.
        common: the labels that stand in both networks.
        known: the numbers in B of the nodes of the graph that are known to be in both.
    """
    edges = _edges_at(graph, node)
    shown = Counter((way, name) for way, _, name in edges if name in common)
    if not any(name is not None for _, _, name in edges):
        shown = Counter((way, str(known[end])) for way, end, _ in edges if end in known)
    if not shown:
        return None
    what = graph.kind_name(node), function_of(graph, node)
    return (*what, frozenset(shown.items()))


def _unique_pairs(
    mine: dict[int, tuple[Hashable, ...] | None], yours: dict[int, tuple[Hashable, ...] | None]
) -> dict[int, int]:
    """The nodes whose signature stands once on each side."""
    counts = Counter(mine.values()), Counter(yours.values())
    there = {signature: node for node, signature in yours.items()}
    return {
        node: there[signature]
        for node, signature in mine.items()
        if signature is not None and counts[0][signature] == counts[1][signature] == 1
    }


def parameter_name(graph: Graph, number: int) -> str:
    """The name of a parameter for readers; of an edge without a label its two ends."""
    return spelled(graph.parameters.key(number)).replace("→", " → ", 1)
