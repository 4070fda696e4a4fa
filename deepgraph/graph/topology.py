"""Topological order, ancestors and cycles, without recursion and without an object per edge.

The graphs may have a million edges, and a legal spec is read without networkx.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Indices = NDArray[np.int32]
    Mask = NDArray[np.bool]

THIN = 24
"""Generations of fewer nodes are walked node by node, which then is faster than numpy."""


@dataclass(frozen=True)
class Adjacency:
    """Edges grouped by one of their ends, as compressed sparse rows.

    Attributes:
        start: (nodes + 1,) the position in `edges` at which the edges of each node begin.
        edges: (edges,) edge numbers; those of one node are in the order of the file.
    """

    start: NDArray[np.int64]
    edges: NDArray[np.int64]

    @classmethod
    def by(cls, ends: Indices, nodes: int) -> Adjacency:
        """Group the edges 0, 1, … by their end, in their order."""
        start = np.zeros(nodes + 1, np.int64)
        np.cumsum(np.bincount(ends, minlength=nodes), out=start[1:])
        return cls(start, _stable_order(ends))

    def of(self, node: int) -> NDArray[np.int64]:
        """The edges of one node."""
        return self.edges[self.start[node] : self.start[node + 1]]

    def of_all(self, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
        """The edges of several nodes, node by node."""
        first, count = self.start[nodes], self.start[nodes + 1] - self.start[nodes]
        ends = np.cumsum(count)
        total = int(ends[-1]) if len(ends) else 0
        places: NDArray[np.int64] = np.arange(total) + np.repeat(first - (ends - count), count)
        return self.edges[places]


def _stable_order(ends: Indices) -> NDArray[np.int64]:
    """The stable order of non-negative numbers; numpy sorts 16 bits at a time in linear time."""
    low = (ends & 0xFFFF).astype(np.uint16)
    order = np.argsort(low, kind="stable")
    high = (ends >> 16).astype(np.uint16)
    return order[np.argsort(high[order], kind="stable")] if np.any(high) else order


def ranks(nodes: int, source: Indices, target: Indices) -> Indices:
    """The topological rank of every node: the length of the longest path that ends there.

    This is Kahn's algorithm, one generation of nodes at a time.

    Args:
        nodes: the number of nodes.
        source: (edges,) node number at the tail of each edge.
        target: (edges,) node number at the head of each edge.

    Returns:
        (nodes,) ranks from 0; −1 for a node on a cycle or behind one.
    """
    outgoing = Adjacency.by(source, nodes)
    waiting = np.bincount(target, minlength=nodes)
    rank = np.full(nodes, -1, np.int32)
    generation: NDArray[np.int64] | list[int] = np.flatnonzero(waiting == 0)
    heads = target[outgoing.edges]
    # Views of the same memory that give Python integers, for small generations.
    slow_start, slow_heads = outgoing.start.data, heads.data
    slow_waiting, slow_rank = waiting.data, rank.data
    current = 0
    while len(generation):
        if len(generation) < THIN:
            following = []
            for node in generation:
                slow_rank[node] = current
                for position in range(slow_start[node], slow_start[node + 1]):
                    head = slow_heads[position]
                    slow_waiting[head] -= 1
                    if not slow_waiting[head]:
                        following.append(head)
            generation = following
        else:
            generation = np.asarray(generation, np.int64)
            rank[generation] = current
            met = target[outgoing.of_all(generation)]
            if len(met) > nodes // 8:
                times = np.bincount(met, minlength=nodes)
                reached = np.flatnonzero(times)
                waiting -= times
            else:
                reached, times = np.unique(met, return_counts=True)
                waiting[reached] -= times
            generation = reached[waiting[reached] == 0]
        current += 1
    return rank


def ancestors(nodes: int, source: Indices, target: Indices, of: NDArray[np.int64]) -> Mask:
    """The nodes from which a path leads to some given nodes.

    Args:
        nodes: the number of nodes.
        source: (edges,) tails.
        target: (edges,) heads.
        of: the given nodes, which count as their own ancestors.

    Returns:
        (nodes,) true for ancestors.
    """
    incoming = Adjacency.by(target, nodes)
    found = np.zeros(nodes, np.bool)
    found[of] = True
    tails = source[incoming.edges]
    slow_start, slow_tails, slow_found = incoming.start.data, tails.data, found.data
    generation: NDArray[np.int64] | list[int] = np.flatnonzero(found)
    while len(generation):
        if len(generation) < THIN:
            following = []
            for node in generation:
                for position in range(slow_start[node], slow_start[node + 1]):
                    tail = slow_tails[position]
                    if not slow_found[tail]:
                        slow_found[tail] = True
                        following.append(tail)
            generation = following
        else:
            met = source[incoming.of_all(np.asarray(generation, np.int64))]
            if len(met) > nodes // 8:
                reached = np.zeros(nodes, np.bool)
                reached[met] = True
                generation = np.flatnonzero(reached & ~found)
            else:
                generation = np.unique(met[~found[met]]).astype(np.int64)
            found[generation] = True
    return found


def cycle(nodes: int, source: Indices, target: Indices, rank: Indices) -> list[int]:
    """One cycle, node by node along its edges; empty if there is none.

    Args:
        nodes: the number of nodes.
        source: (edges,) tails.
        target: (edges,) heads.
        rank: the result of `ranks` for this graph.
    """
    stuck = rank < 0
    if not stuck.any():
        return []
    import networkx as nx  # only a spec with a mistake pays for it

    # Every stuck node has a stuck predecessor, and the last one of each is enough to meet a cycle.
    inside = stuck[source] & stuck[target]
    before = dict(zip(target[inside].tolist(), source[inside].tolist(), strict=True))
    graph = nx.DiGraph((tail, head) for head, tail in before.items())
    first = int(np.flatnonzero(stuck)[0])
    found = nx.find_cycle(graph, first, orientation="reverse")  # against the edges, from this one
    return [head for _, head, _ in reversed(found)]
