"""The plan: a network as blocks of nodes in the order of evaluation, for the engines.

A block is a set of nodes that are computed together: none feeds another, all join their terms and
activate alike. Values lie node by node in a buffer of *slots*, each a row of numbers, one per
row of a tile of the table. A slot is taken again once nothing later reads the node in it, so that
depth does not cost memory. Biases need no slot: their terms are numbers.

A plan knows the structure alone; an engine binds the weights to it. No step here loops over edges
in Python.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.activations import AGGREGATIONS
from deepgraph.resolve import BIAS, HIDDEN, step_edges, steps_of
from deepgraph.topology import Adjacency, ancestors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from deepgraph.network import Network

    Numbers = NDArray[np.int64]

CONSTANT = -1
"""In the pattern of a dense block: here every node has a bias of its own."""

ALIKE = 8
"""So many nodes with the same sources are split off as a dense block; fewer only if they are all
the nodes that could be computed together."""

LONG = 256
"""A single node with so many terms is a dense block of one row."""


@dataclass(eq=False)
class Block:
    """Nodes that are computed together.

    Attributes:
        nodes: (n,) node numbers.
        slots: (n,) where their values go; this and the next are filled in when slots are given.
        z_slots: (n,) where z is kept beside them, −1 where it is not wanted; `None` if nowhere.
        rank: topological rank.
        function: the number of their activation; that of softmax waits for its `SoftmaxBlock`.
    """

    nodes: Numbers
    slots: Numbers
    z_slots: Numbers | None
    rank: int
    function: int
    aggregation: str

    @property
    def terms(self) -> int:
        """How many edges end here."""
        raise NotImplementedError

    @property
    def sources(self) -> Numbers:
        """The nodes that are read, some perhaps repeatedly; biases may be among them."""
        raise NotImplementedError

    def csr(self) -> tuple[Numbers, Numbers, Numbers]:
        """Edges as compressed sparse rows.

        Returns:
            start (n + 1,), source (edges,) node numbers, edge (edges,) edge numbers; the edges of
            one node stand in the order of summation.
        """
        raise NotImplementedError


@dataclass(eq=False)
class SparseBlock(Block):
    """Nodes with any sources, those with most edges first.

    Attributes:
        start: (n + 1,) where each node's edges begin.
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
    """Nodes that all read the same nodes in the same order, up to biases: a matrix.

    Attributes:
        pattern: (k,) node numbers, `CONSTANT` where each node has its own bias.
        source: (n, biases) the bias nodes of the constant columns.
        first_edge: of a layer, whose matrix is stored row by row, then its biases; else `None`.
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
    def rows(self) -> Numbers:
        """(k − biases,) the nodes that all of them read: the columns of the matrix."""
        read: Numbers = self.pattern[self.pattern != CONSTANT]
        return read

    @property
    def sources(self) -> Numbers:
        """See `Block`."""
        return self.rows

    def edges(self) -> Numbers:
        """(n, k) edge numbers."""
        if self.edge is not None:
            return self.edge
        assert self.first_edge is not None
        n, k = len(self.nodes), len(self.rows)
        matrix: Numbers = np.arange(n * k).reshape(n, k) + self.first_edge
        biases = np.arange(self.source.size) + self.first_edge + n * k
        return np.column_stack([matrix, biases.reshape(n, -1)])

    def matrix(self, weights: NDArray[Any]) -> NDArray[Any]:
        """(n, rows) the weights of the columns that are no biases, of (edges,) weights."""
        if self.first_edge is None:
            return weights[self.edges()[:, self.pattern != CONSTANT]]
        n, k = len(self.nodes), len(self.rows)
        return weights[self.first_edge : self.first_edge + n * k].reshape(n, k)

    def csr(self) -> tuple[Numbers, Numbers, Numbers]:
        """See `Block`."""
        n, k = len(self.nodes), len(self.pattern)
        source = np.tile(self.pattern, (n, 1))
        source[:, self.pattern == CONSTANT] = self.source
        return np.arange(n + 1) * k, source.ravel(), self.edges().ravel()


@dataclass(eq=False)
class SoftmaxBlock(Block):
    """The members of one softmax, whose z have all been computed."""

    @property
    def terms(self) -> int:
        """See `Block`."""
        return 0

    @property
    def sources(self) -> Numbers:
        """See `Block`."""
        return self.nodes


@dataclass(frozen=True, eq=False)
class Plan:
    """What to compute in which order, and where the values lie.

    Attributes:
        chosen: (chosen,) the nodes whose values are wanted.
        blocks: in the order of evaluation.
        slots: how many the buffer has.
        slot: (nodes,) the slot of each node while it lives, −1 for biases and what is not needed.
        a_slots: (chosen,) where a is found at the end, −1 for a bias.
        z_slots: (chosen,) likewise z; the same as `a_slots` where z is a, or is not wanted.
        inputs: positions of the inputs that are needed; `input_slots` says where they go.
    """

    chosen: Numbers
    blocks: list[Block]
    slots: int
    slot: Numbers
    a_slots: Numbers
    z_slots: Numbers
    inputs: Numbers
    input_slots: Numbers

    @cached_property
    def edges(self) -> int:
        """How many edges are computed."""
        return sum(block.terms for block in self.blocks)


def plan(network: Network, chosen: Numbers, *, pre_activations: bool = False) -> Plan:
    """Plan the evaluation of chosen nodes; what they do not depend on is left out.

    Args:
        network: its parameters may lack values.
        chosen: (chosen,) node numbers, in any order, also repeated.
        pre_activations: whether z of the chosen nodes is wanted too.
    """
    wanted = needed(network, chosen)
    drafts = sorted(_drafts(network, wanted), key=lambda draft: draft.rank)
    return _Allocation(network, chosen, drafts, wanted, pre_activations).plan()


def needed(network: Network, chosen: Numbers) -> NDArray[np.bool_]:
    """(nodes + softmax groups,) what the chosen nodes depend on, themselves included."""
    nodes = len(network.ids)
    if not network.softmax_groups:
        reads = np.bincount(network.source, minlength=nodes)
        reads[chosen] += 1
        if (reads > 0)[network.kind >= HIDDEN].all():
            return reads > 0
    step = steps_of(nodes, network.softmax_groups)
    source, target = step_edges(network.source, network.target, network.softmax_groups, step)
    return ancestors(len(network.step_rank), source, target, step[chosen].astype(np.int64))


def _drafts(network: Network, needed: NDArray[np.bool_]) -> Iterator[Block]:
    """The blocks without slots: layers, softmax groups, and the rest by its edges."""
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
            _NONE,
            None,
            int(network.step_rank[targets[0]]),
            int(network.function[targets[0]]),
            "sum",
            np.append(layer.sources, np.full(own, CONSTANT)),
            network.source[biases].astype(np.int64).reshape(len(targets), own),
            layer.first_edge,
            None,
        )
    for group, members in enumerate(network.softmax_groups, nodes):
        if needed[group]:
            rank, function = int(network.step_rank[group]), int(network.function[members[0]])
            yield SoftmaxBlock(members.astype(np.int64), _NONE, None, rank, function, "")
    if loose.any():
        yield from _loose_blocks(network, np.flatnonzero(loose))


_NONE = np.zeros(0, np.int64)


def _loose_blocks(network: Network, nodes: Numbers) -> Iterator[Block]:
    """Blocks of nodes known by their edges alone; dense pieces are found among them."""
    number = np.full(len(network.ids), len(nodes), np.int32)
    number[nodes] = np.arange(len(nodes), dtype=np.int32)
    edges = np.flatnonzero(number[network.target] < len(nodes))
    into = Adjacency.by(number[network.target[edges]], len(nodes))
    edge = edges[into.edges]
    source = network.source[edge].astype(np.int64)
    terms = np.diff(into.start)
    codes = {name: code for code, name in enumerate(AGGREGATIONS)}
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
        common = (nodes[order[first:end]], _NONE, None, rank, function, AGGREGATIONS[code])
        if of_piece < 0:
            start = starts[first : end + 1] - starts[first]
            yield SparseBlock(*common, start, source[some], edge[some])
            continue
        shape = (end - first, -1)
        shared = pattern[some].reshape(shape)[0]
        own = source[some].reshape(shape)[:, shared == CONSTANT]
        yield DenseBlock(*common, shared, own, None, edge[some].reshape(shape))


def _pieces(pattern: Numbers, start: Numbers, terms: Numbers, alike: Numbers) -> Numbers:
    """Which nodes read the same nodes in the same order, and so make a matrix.

    Lists are compared by a hash first, and then in full with the first of their class.

    Args:
        pattern: (edges,) sources, node by node.
        start: (nodes + 1,) where each node's begin.
        terms: (nodes,) how many each has.
        alike: (3, nodes) what else must agree.

    Returns:
        (nodes,) the number of a node's piece, −1 where it is in none.
    """
    position = np.arange(len(pattern)) - np.repeat(start[:-1], terms)
    mixed = pattern.astype(np.uint64) * _ODD[0] + position.astype(np.uint64) * _ODD[1]
    mixed ^= mixed >> np.uint64(29)
    mixed *= _ODD[2]
    mixed ^= mixed >> np.uint64(32)
    keys = np.vstack([np.add.reduceat(mixed, start[:-1]).view(np.int64), terms, alike])
    order = np.lexsort(keys)
    fresh = np.ones(len(order), np.bool_)
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
"""Odd multipliers that mix bits well: the golden ratio's, xxHash's and SplitMix64's."""


class _Allocation:
    """Gives every node of a plan its slot, block by block, and takes it back."""

    def __init__(
        self,
        network: Network,
        chosen: Numbers,
        drafts: list[Block],
        needed: NDArray[np.bool_],
        pre_activations: bool,
    ) -> None:
        self.network = network
        self.chosen = chosen
        self.drafts = drafts
        self.needed = needed[: len(network.ids)]
        self.slots = 0
        self.free: list[int] = []
        self.slot = np.full(len(network.ids), -1, np.int64)
        self.z_slot = np.full(len(network.ids), -1, np.int64)
        self.wants_z = np.zeros(len(network.ids), np.bool_)
        if pre_activations:
            named = [function.name != "identity" for function in network.functions]
            self.wants_z[chosen] = np.array(named)[network.function[chosen]]
            self.wants_z &= network.kind >= HIDDEN

    def plan(self) -> Plan:
        """The plan, in one walk over the blocks."""
        network = self.network
        inputs = np.flatnonzero(self.needed[network.inputs])
        self.slot[network.inputs[inputs]] = self._take(len(inputs), together=True)
        dying = self._last_readers()
        for number, draft in enumerate(self.drafts):
            self._place(draft)
            self.free += self.slot[dying.of(number)].tolist()
        return Plan(
            self.chosen,
            self.drafts,
            self.slots,
            self.slot,
            self.slot[self.chosen],
            np.where(self.wants_z, self.z_slot, self.slot)[self.chosen],
            inputs,
            self.slot[network.inputs[inputs]],
        )

    def _last_readers(self) -> Adjacency:
        """Of each block the nodes that nothing reads after it."""
        last = np.full(len(self.slot), -1, np.int64)
        for number, draft in enumerate(self.drafts):
            last[draft.nodes] = number  # one that nothing reads: a member of a softmax
            last[draft.sources] = number
        last[self.chosen] = -1
        last[self.network.kind == BIAS] = -1
        nodes = np.flatnonzero(last >= 0)
        grouped = Adjacency.by(last[nodes].astype(np.int32), len(self.drafts))
        return Adjacency(grouped.start, nodes[grouped.edges])

    def _place(self, draft: Block) -> None:
        """Give a block its slots; those of a softmax exist, and only z may want others."""
        nodes = draft.nodes
        if not isinstance(draft, SoftmaxBlock):
            self.slot[nodes] = self._take(len(nodes), together=isinstance(draft, DenseBlock))
        z_slots = None
        waits = self.network.functions[draft.function].row is None  # for its SoftmaxBlock
        if (isinstance(draft, SoftmaxBlock) or not waits) and self.wants_z[nodes].any():
            wanted = nodes[self.wants_z[nodes]]
            self.z_slot[wanted] = self._new(len(wanted))
            z_slots = self.z_slot[nodes]
        draft.slots, draft.z_slots = self.slot[nodes], z_slots

    def _take(self, count: int, *, together: bool) -> list[int]:
        """Free slots, or new ones; a dense block is faster with slots that lie together."""
        if not count or len(self.free) < count:
            return self._new(count)
        taken = sorted(self.free[-count:])
        if together and taken[-1] - taken[0] >= count:
            taken = self._run(count) or taken
            self.free = sorted(set(self.free) - set(taken), reverse=True)
        else:
            del self.free[-count:]
        return taken

    def _run(self, count: int) -> list[int]:
        """So many free slots in a row, if there are any."""
        free = np.sort(np.array(self.free))
        found = np.flatnonzero(free[count - 1 :] - free[: len(free) - count + 1] == count - 1)
        return free[found[0] : found[0] + count].tolist() if len(found) else []

    def _new(self, count: int) -> list[int]:
        self.slots += count
        return list(range(self.slots - count, self.slots))
