"""An irregular network cut into levels: the rank of each node, and stops for edges between them.

Edges run from a level to the next. One that spans more is cut into pieces at stops, one in each
level between, so that the later stages see only edges between neighbours.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deepgraph.draw.layout.network_simplex import Arc, solve

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Pair = tuple[int, int]


@dataclass
class Levels:
    """Nodes and stops by level; stops have the numbers behind those of the nodes.

    Attributes:
        nodes: the number of nodes.
        rank: of each node and stop.
        chains: for each edge the nodes and stops on its way, from source to target.
        order: the nodes and stops of each level, in their order.
        above, below: for each node and stop its neighbours in the level before and behind.
    """

    nodes: int
    rank: list[int]
    chains: list[list[int]]
    order: list[list[int]]
    above: list[list[int]]
    below: list[list[int]]

    @classmethod
    def of(cls, rank: Sequence[int], edges: Sequence[Pair]) -> Levels:
        """Cut the edges of ranked nodes into pieces; levels are in the order of numbers."""
        ranks, chains = list(rank), []
        for source, target in edges:
            chain = [source]
            for level in range(rank[source] + 1, rank[target]):
                chain.append(len(ranks))
                ranks.append(level)
            chains.append([*chain, target])
        order: list[list[int]] = [[] for _ in range(max(ranks, default=-1) + 1)]
        for number, level in enumerate(ranks):
            order[level].append(number)
        return cls(len(rank), ranks, chains, order, *_neighbours(len(ranks), chains))

    def part(self, nodes: Sequence[int], edges: Sequence[int]) -> Levels:
        """A part of all, in the same order, without the levels that become empty.

        Args:
            nodes: of the part, by their numbers in the whole; −1 for one that the whole lacks,
                which stands behind the one before it.
            edges: of the part, by their numbers in the whole.
        """
        new = {old: number for number, old in enumerate(nodes) if old >= 0}
        chains, count = [], len(nodes)
        for edge in edges:
            source, *stops, target = self.chains[edge]
            new |= {stop: count + number for number, stop in enumerate(stops)}
            count += len(stops)
            chains.append([new[source], *(new[stop] for stop in stops), new[target]])
        order = []
        for level in self.order:
            kept = []
            for old in level:
                if old in new:
                    kept.append(new[old])
                    while kept[-1] + 1 < len(nodes) and nodes[kept[-1] + 1] < 0:
                        kept.append(kept[-1] + 1)
            if kept:
                order.append(kept)
        rank = [0] * count
        for number, level in enumerate(order):
            for node in level:
                rank[node] = number
        return Levels(len(nodes), rank, chains, order, *_neighbours(count, chains))

    @property
    def pieces(self) -> int:
        """The number of pieces of edges."""
        return sum(map(len, self.below))

    def climb(self, across: Sequence[float]) -> float:
        """How far all edges climb together, by the place of each node and stop across the flow."""
        return sum(
            abs(across[one] - across[other])
            for one, others in enumerate(self.below)
            for other in others
        )

    def is_stop(self, number: int) -> bool:
        """Whether it is a stop of an edge, not a node."""
        return number >= self.nodes


def _neighbours(count: int, chains: list[list[int]]) -> tuple[list[list[int]], list[list[int]]]:
    """For each node and stop its neighbours in the level before it, and in the one behind."""
    above: list[list[int]] = [[] for _ in range(count)]
    below: list[list[int]] = [[] for _ in range(count)]
    for chain in chains:
        for one, other in itertools.pairwise(chain):
            below[one].append(other)
            above[other].append(one)
    return above, below


def ranked(count: int, edges: Sequence[Pair], first: set[int], last: set[int]) -> list[int]:
    """(count,) the rank of each node, so that all edges together are as short as possible.

    Args:
        count: of nodes.
        edges: from source to target.
        first: the nodes of rank 0; all others come behind it if there are any.
        last: the nodes of the last rank.
    """
    root, end = count, count + 1
    arcs = [Arc(source, target, 1, 1) for source, target in edges]
    for node in range(count):
        if node in first:
            arcs += [Arc(root, node, 0, 0), Arc(node, end, 1, 0)]
        else:
            arcs += [Arc(root, node, 1 if first else 0, 0), Arc(node, end, 0, 0)]
    # A weight above all others holds a node at its end of the picture.
    heavy = len(edges) + 1
    arcs += [Arc(root, node, 0, heavy) for node in sorted(first)]
    arcs += [Arc(node, end, 0, heavy) for node in sorted(last)]
    found = solve(count + 2, arcs)
    low = min(found[:count], default=0)
    return [value - low for value in found[:count]]


def longest_chains(count: int, edges: Sequence[Pair], rank: Sequence[int]) -> Iterator[list[int]]:
    """The nodes of each longest way, its last ones chosen first, ties by the file's order."""
    before: list[set[int]] = [set() for _ in range(count)]
    for source, target in edges:
        before[target].add(source)
    length = [1] * count
    for node in sorted(range(count), key=rank.__getitem__):
        length[node] = 1 + max((length[source] for source in before[node]), default=0)
    longest = max(length, default=0)
    begun = [[node] for node in range(count) if length[node] == longest][::-1]
    while begun:
        chain = begun.pop()
        left = longest - len(chain)
        if left:
            sources = sorted(before[chain[-1]], reverse=True)
            begun += [[*chain, source] for source in sources if length[source] == left]
        else:
            yield chain[::-1]
