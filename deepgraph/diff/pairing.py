"""Pairs the nodes and edges of two networks: by id, and by what shows that a node was renamed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.diff.functions import function_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph

    Numbers = NDArray[np.int64]
    EdgeAt = tuple[str, int, str | None]
    """An edge at a node: "in" or "out", the node at the other end, and the label."""
    Signature = tuple[Hashable, ...]

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
    known = (
        {node: int(b_of[node]) for node in range(len(a.ids)) if b_of[node] >= 0},
        {node: node for node in range(len(b.ids)) if a_of[node] >= 0},
    )
    edges = (
        {node: _edges_at(a, node) for node in only_a},
        {node: _edges_at(b, node) for node in only_b},
    )
    labels = [{name for at in side.values() for *_, name in at if name} for side in edges]
    signed = _Signed((a, b), edges, labels[0] & labels[1], known)
    found: dict[int, int] = {}
    while new := signed.pairs():
        found |= new
        signed.take(new)
    return found


class _Signed:
    """The nodes of one side only by their signatures, which grow with what is known.

    Only the neighbours of a pair get another signature, so a chain costs no search of all nodes for
    each of its links.

    Args:
        graphs: A and B.
        edges: by node the edges of those that only A has, and that only B has.
        common: the labels that edges of both bear.
        known: numbers in B of the nodes of A that are in both, and of B.
    """

    def __init__(
        self,
        graphs: tuple[Graph, Graph],
        edges: tuple[dict[int, list[EdgeAt]], dict[int, list[EdgeAt]]],
        common: set[str],
        known: tuple[dict[int, int], dict[int, int]],
    ) -> None:
        self.graphs, self.edges, self.common, self.known = graphs, edges, common, known
        self.of: tuple[dict[int, Signature], dict[int, Signature]] = ({}, {})
        self.nodes: tuple[dict[Signature, set[int]], dict[Signature, set[int]]] = ({}, {})
        self.touched: dict[Signature, None] = {}  # in an order, so that results have one
        for side in (0, 1):
            for node in edges[side]:
                self._put(side, node)

    def _put(self, side: int, node: int) -> None:
        """Give a node its signature anew."""
        self._drop(side, node)
        found = _signature(
            self.graphs[side], node, self.edges[side][node], self.common, self.known[side]
        )
        if found is not None:
            self.of[side][node] = found
            self.nodes[side].setdefault(found, set()).add(node)
            self.touched[found] = None

    def _drop(self, side: int, node: int) -> None:
        old = self.of[side].pop(node, None)
        if old is not None:
            self.nodes[side][old].discard(node)
            self.touched[old] = None

    def pairs(self) -> dict[int, int]:
        """The nodes whose signature stands once on each side: numbers in B by those in A."""
        found = {}
        for signature in self.touched:
            there = [nodes.get(signature, set()) for nodes in self.nodes]
            if len(there[0]) == len(there[1]) == 1:
                found[next(iter(there[0]))] = next(iter(there[1]))
        self.touched.clear()
        return found

    def take(self, pairs: Mapping[int, int]) -> None:
        """Make pairs known."""
        for one, other in pairs.items():
            self._drop(0, one)
            self._drop(1, other)
            self.known[0][one] = self.known[1][other] = other
        for side, nodes in ((0, pairs.keys()), (1, pairs.values())):
            near = {end for node in nodes for _, end, _ in self.edges[side][node]}
            for node in sorted(near):
                if node in self.edges[side] and node not in self.known[side]:
                    self._put(side, node)


def _edges_at(graph: Graph, node: int) -> list[EdgeAt]:
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
    graph: Graph, node: int, edges: list[EdgeAt], common: set[str], known: Mapping[int, int]
) -> Signature | None:
    """What a renamed node keeps; `None` for a node without an edge that would show it.

    Args:
        graph: of the node.
        node: its number.
        edges: at the node.
        common: the labels that stand in both networks.
        known: the numbers in B of the nodes of the graph that are known to be in both.
    """
    shown: Counter[tuple[str, str | int]]
    shown = Counter((way, name) for way, _, name in edges if name is not None and name in common)
    if not any(name is not None for _, _, name in edges):
        shown = Counter((way, known[end]) for way, end, _ in edges if end in known)
    if not shown:
        return None
    what = graph.kind_name(node), function_of(graph, node)
    return (*what, frozenset(shown.items()))
