"""Finds blocks: nodes of a network that are computed together, as matrices where possible.

No node of a block feeds another, and all have the same aggregation and activation. A layer of the
spec is a matrix as it stands; dense pieces are found among single edges, too. No step here loops
over edges in Python.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.functions.aggregations import AGGREGATIONS, SUM
from deepgraph.graph.kinds import BIAS, HIDDEN
from deepgraph.graph.topology import Adjacency

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph

    Numbers = NDArray[np.int64]

CONSTANT = -1
"""In the pattern of a dense block: the column where every node has its own bias."""

ALIKE = 8
"""From this number on, nodes with the same sources are split off as a dense block; fewer only if
they are all the nodes that could be computed together."""

LONG = 256
"""A single node with this many terms or more is a dense block of one row."""


@dataclass(eq=False)
class Block:
    """Nodes that are computed together; without edges of its own, as a softmax has none.

    Attributes:
        nodes: (n,) node numbers.
        slots: (n,) the slots of their values; the plan fills in this and the next attribute.
        z_slots: (n,) the slots of their z, −1 where it is not wanted.
        rank: topological rank.
        function: the number of their activation; a softmax is applied by its `SoftmaxBlock`.
        aggregation: the name of their aggregation.
    """

    nodes: Numbers
    slots: Numbers = field(init=False)
    z_slots: Numbers = field(init=False)
    rank: int
    function: int
    aggregation: str

    @property
    def terms(self) -> int:
        """The number of edges that end here."""
        return 0

    @property
    def sources(self) -> Numbers:
        """The nodes that are read, possibly with repetitions and biases."""
        return self.nodes

    def csr(self) -> tuple[Numbers, Numbers, Numbers]:
        """Edges as compressed sparse rows.

        Returns:
            start (n + 1,), source (edges,) node numbers, and edge (edges,) edge numbers; the edges
            of one node are in the order of summation.
        """
        none = np.zeros(0, np.int64)
        return np.zeros(len(self.nodes) + 1, np.int64), none, none


@dataclass(eq=False)
class SparseBlock(Block):
    """Nodes with any sources; those with most edges come first.

    Attributes:
        start: (n + 1,) where the edges of each node begin.
        source: (edges,) node numbers.
        edge: (edges,) edge numbers.
    """

    start: Numbers
    source: Numbers
    edge: Numbers

    @property
    def terms(self) -> int:
        """See `Block`."""
        return len(self.edge)

    @property
    def sources(self) -> Numbers:
        """See `Block`."""
        return self.source

    def csr(self) -> tuple[Numbers, Numbers, Numbers]:
        """See `Block`."""
        return self.start, self.source, self.edge


@dataclass(eq=False)
class DenseBlock(Block):
    """Nodes that read the same nodes in the same order, apart from biases: a matrix.

    Attributes:
        pattern: (k,) node numbers, `CONSTANT` where each node has its own bias.
        source: (n, biases) the bias nodes of the constant columns.
        first_edge: for a layer, the first edge of its matrix, which is stored row by row and
            followed by its biases; else `None`.
        edge: (n, k) edge numbers; `None` for a layer.
    """

    pattern: Numbers
    source: Numbers
    first_edge: int | None
    edge: Numbers | None

    @property
    def terms(self) -> int:
        """See `Block`."""
        return len(self.nodes) * len(self.pattern)

    @property
    def sources(self) -> Numbers:
        """(k − biases,) the nodes that all nodes of the block read: the columns of the matrix."""
        read: Numbers = self.pattern[self.pattern != CONSTANT]
        return read

    def edges(self) -> Numbers:
        """(n, k) edge numbers."""
        if self.edge is not None:
            return self.edge
        assert self.first_edge is not None
        n, k = len(self.nodes), len(self.sources)
        matrix: Numbers = np.arange(n * k).reshape(n, k) + self.first_edge
        biases = np.arange(self.source.size) + self.first_edge + n * k
        return np.column_stack([matrix, biases.reshape(n, -1)])

    def matrix(self, weights: NDArray[Any]) -> NDArray[Any]:
        """(n, sources) the weights of the columns that are no biases; `weights` is (edges,)."""
        if self.first_edge is None:
            return weights[self.edges()[:, self.pattern != CONSTANT]]
        n, k = len(self.nodes), len(self.sources)
        return weights[self.first_edge : self.first_edge + n * k].reshape(n, k)

    def csr(self) -> tuple[Numbers, Numbers, Numbers]:
        """See `Block`."""
        n, k = len(self.nodes), len(self.pattern)
        source = np.tile(self.pattern, (n, 1))
        source[:, self.pattern == CONSTANT] = self.source
        return np.arange(n + 1) * k, source.ravel(), self.edges().ravel()


@dataclass(eq=False)
class SoftmaxBlock(Block):
    """The members of one softmax group, after other blocks have computed the z of all of them."""


def find(network: Graph, needed: NDArray[np.bool]) -> Iterator[Block]:
    """The blocks of a network, in any order and without slots.

    Layers come first, then softmax groups, then all other nodes, by their edges.

    Args:
        network: its parameters may lack values.
        needed: (nodes + softmax groups,) True for those that are to be computed.
    """
    nodes = len(network.ids)
    loose = needed[:nodes] & (network.kind >= HIDDEN)
    terms = np.bincount(network.target, minlength=nodes)
    for layer in network.dense:
        targets = np.arange(layer.targets.start, layer.targets.stop)
        columns, own = len(layer.sources), int(layer.bias is not None)
        if not loose[targets].all() or (terms[targets] != columns + own).any():
            continue
        loose[targets] = False
        biases = layer.first_edge + len(targets) * columns + np.arange(len(targets) * own)
        yield DenseBlock(
            targets,
            int(network.step_rank[targets[0]]),
            int(network.function[targets[0]]),
            SUM,
            np.append(layer.sources, np.full(own, CONSTANT)),
            network.source[biases].astype(np.int64).reshape(len(targets), own),
            layer.first_edge,
            None,
        )
    for group, members in enumerate(network.softmax_groups, nodes):
        if needed[group]:
            rank, function = int(network.step_rank[group]), int(network.function[members[0]])
            yield SoftmaxBlock(members.astype(np.int64), rank, function, "")
    if loose.any():
        yield from _loose_blocks(network, np.flatnonzero(loose))


def _loose_blocks(network: Graph, nodes: Numbers) -> Iterator[Block]:
    """Blocks of nodes that belong to no layer; dense pieces are found among their edges."""
    number = np.full(len(network.ids), len(nodes), np.int32)
    number[nodes] = np.arange(len(nodes), dtype=np.int32)
    edges = np.flatnonzero(number[network.target] < len(nodes))
    into = Adjacency.by(number[network.target[edges]], len(nodes))
    edge = edges[into.edges]
    source = network.source[edge].astype(np.int64)
    terms = np.diff(into.start)
    names = tuple(AGGREGATIONS)
    codes = {name: code for code, name in enumerate(names)}
    aggregation = np.array([codes[name] for name in network.aggregations])[nodes]
    alike = np.stack([network.step_rank[nodes], aggregation, network.function[nodes]])

    pattern = np.where(network.kind[source] == BIAS, CONSTANT, source)
    piece = _pieces(pattern, into.start, terms, alike)
    order = np.lexsort((-terms, piece, alike[2], alike[1], alike[0]))
    keys = np.vstack([alike, piece])[:, order]
    cuts = np.flatnonzero((keys[:, 1:] != keys[:, :-1]).any(axis=0)) + 1
    ordered = Adjacency(into.start, np.arange(len(edge))).of_all(order)  # positions, block by block
    starts = np.concatenate([[0], np.cumsum(terms[order])])
    edge, source, pattern = edge[ordered], source[ordered], pattern[ordered]
    bounds = [0, *cuts.tolist(), len(order)]
    for first, end in pairwise(bounds):
        some = slice(starts[first], starts[end])
        rank, code, function, of_piece = keys[:, first].tolist()
        common = (nodes[order[first:end]], rank, function, names[code])
        if of_piece < 0:
            start = starts[first : end + 1] - starts[first]
            yield SparseBlock(*common, start, source[some], edge[some])
            continue
        shape = (end - first, -1)
        shared = pattern[some].reshape(shape)[0]
        own = source[some].reshape(shape)[:, shared == CONSTANT]
        yield DenseBlock(*common, shared, own, None, edge[some].reshape(shape))


def _pieces(pattern: Numbers, start: Numbers, terms: Numbers, alike: Numbers) -> Numbers:
    """Find nodes that read the same nodes in the same order, and so make a matrix.

    Their lists of sources are compared by a hash first, and then in full with the first list that
    has this hash.

    Args:
        pattern: (edges,) sources, node by node.
        start: (nodes + 1,) where the sources of each node begin.
        terms: (nodes,) the number of sources of each node.
        alike: (3, nodes) other numbers that must be equal within a piece.

    Returns:
        (nodes,) the number of each node's piece, −1 for a node in none.
    """
    position = np.arange(len(pattern)) - np.repeat(start[:-1], terms)
    mixed = pattern.astype(np.uint64) * _ODD[0] + position.astype(np.uint64) * _ODD[1]
    mixed ^= mixed >> np.uint64(29)
    mixed *= _ODD[2]
    mixed ^= mixed >> np.uint64(32)
    keys = np.vstack([np.add.reduceat(mixed, start[:-1]).view(np.int64), terms, alike])
    order = np.lexsort(keys)
    fresh = np.ones(len(order), np.bool)
    fresh[1:] = (keys[:, order[1:]] != keys[:, order[:-1]]).any(axis=0)
    piece = np.empty(len(order), np.int64)
    piece[order] = np.cumsum(fresh) - 1
    leader = order[fresh][piece]

    differs = pattern != pattern[np.repeat(start[leader], terms) + position]
    piece[np.logical_or.reduceat(differs, start[:-1])] = -1
    size = np.bincount(piece + 1)[piece + 1]
    _, group, together = np.unique(alike, axis=1, return_inverse=True, return_counts=True)
    piece[(size < ALIKE) & (size != together[group.ravel()])] = -1
    piece[(size == 1) & (terms < LONG)] = -1
    return piece


_ODD = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xBF58476D1CE4E5B9], np.uint64)
"""Odd multipliers that mix bits well: those of the golden ratio, xxHash and SplitMix64."""
