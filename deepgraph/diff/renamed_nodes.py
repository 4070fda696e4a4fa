"""Finds the nodes that were renamed, by what a new id leaves as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from deepgraph.diff.functions import function_of
from deepgraph.diff.parameter_names import named, numbers_there
from deepgraph.graph.kinds import BIAS

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph

    Numbers = NDArray[np.int64]
    Signature = tuple[Hashable, ...]

MOST_RENAMED = 20_000
"""With more nodes than this on one side only, no renamed ones are looked for among them."""

WIRE = np.inf
"""Stands for the weight of an edge that has none."""
PLAIN, ELSEWHERE = -1, -2
"""Stand for the label of an edge without one, and for one that B has nowhere."""


class _EdgesAt(NamedTuple):
    """The edges at a node, (edges,) each.

    Attributes:
        way: 0 for those that lead in, 1 for those that lead out.
        end: the node at the other end.
        label: the number in B of the parameter with that name, or `PLAIN` or `ELSEWHERE`.
        weight: NaN for none that is known; of the edge of a bias the bias.
    """

    way: Numbers
    end: Numbers
    label: Numbers
    weight: NDArray[np.float64]


def renamed_nodes(a: Graph, b: Graph, b_of: Numbers, a_of: Numbers) -> dict[int, int]:
    """The renamed nodes: numbers in B by those in A.

    A pair is of one kind and one function, and each is the only one that fits the other. It fits
    by the labels of its edges that stand in both networks, or for edges without a label by their
    other ends. Where labels were changed, too, it fits by its numbers: all edges have the same
    weights, and the same other ends as far as those are known. A pair that is found makes its
    neighbours known, so the search goes on until none is new.

    Args:
        a: the network before.
        b: that after.
        b_of: (nodes of A,) the numbers in B of the nodes with the same id, −1 for none.
        a_of: (nodes of B,) the other way round.
    """
    only_a, only_b = np.flatnonzero(b_of < 0).tolist(), np.flatnonzero(a_of < 0).tolist()
    if not only_a or not only_b or too_many(len(only_a), len(only_b)):
        return {}
    known = b_of.copy(), np.where(a_of >= 0, np.arange(len(a_of)), -1)
    labels = _labels(a, b, b_of, a_of)
    edges = (
        {node: _edges_at(a, node, labels[0]) for node in only_a},
        {node: _edges_at(b, node, labels[1]) for node in only_b},
    )
    common = _in_both(edges, len(b.parameters))
    by_labels = _Search((a, b), edges, known, lambda e, k: _by_labels(e, k, common))
    found = _taken(by_labels)
    if len(found) == min(len(only_a), len(only_b)):
        return found
    left = (
        {node: at for node, at in edges[0].items() if node not in found},
        {node: at for node, at in edges[1].items() if node not in set(found.values())},
    )
    by_numbers = _Search((a, b), left, known, _by_numbers)
    while new := _taken(by_numbers):
        found |= new
        by_labels.take(new)
        more = _taken(by_labels)
        found |= more
        by_numbers.take(more)
        if not more:
            break
    return found


def too_many(only_a: int, only_b: int) -> bool:
    """Whether so many nodes are on one side only that no renamed ones are looked for."""
    return min(only_a, only_b) > 0 and max(only_a, only_b) > MOST_RENAMED


def _taken(search: _Search) -> dict[int, int]:
    """All pairs that a search finds, one after the other."""
    found: dict[int, int] = {}
    while new := search.pairs():
        found |= new
        search.take(new)
    return found


class _Search:
    """The nodes of one side only by their signatures, which grow with what is known.

    Only the neighbours of a pair get another signature, so a chain costs no search of all nodes for
    each of its links.

    Args:
        graphs: A and B.
        edges: by node the edges of those that only A has, and that only B has.
        known: (nodes,) of A and of B the numbers in B of those that are in both, −1 for others.
        sign: what a node keeps of its edges, given what is known; `None` for nothing that shows it.
    """

    def __init__(
        self,
        graphs: tuple[Graph, Graph],
        edges: tuple[dict[int, _EdgesAt], dict[int, _EdgesAt]],
        known: tuple[Numbers, Numbers],
        sign: Callable[[_EdgesAt, Numbers], Hashable | None],
    ) -> None:
        self.graphs, self.edges, self.known, self.sign = graphs, edges, known, sign
        self.of: tuple[dict[int, Signature], dict[int, Signature]] = ({}, {})
        self.nodes: tuple[dict[Signature, set[int]], dict[Signature, set[int]]] = ({}, {})
        self.touched: dict[Signature, None] = {}  # in an order, so that results have one
        for side in (0, 1):
            for node in edges[side]:
                self._put(side, node)

    def _put(self, side: int, node: int) -> None:
        """Give a node its signature anew."""
        self._drop(side, node)
        kept = self.sign(self.edges[side][node], self.known[side])
        if kept is not None:
            graph = self.graphs[side]
            found = (graph.kind_name(node), function_of(graph, node), kept)
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
            there = self.edges[side]
            near = {end for node in nodes if node in there for end in there[node].end.tolist()}
            for node in sorted(near):
                if node in there and self.known[side][node] < 0:
                    self._put(side, node)


def _labels(a: Graph, b: Graph, b_of: Numbers, a_of: Numbers) -> tuple[Numbers, Numbers]:
    """(edges,) of A and of B the labels of the edges at nodes without a pair; see `_EdgesAt`."""
    found = []
    for graph, other in ((a, b_of), (b, a_of)):
        labels = np.full(len(graph.source), PLAIN, np.int64)
        alone = (other[graph.source] < 0) | (other[graph.target] < 0)
        places = np.flatnonzero(alone & (graph.edge_parameter >= 0))
        numbers = graph.edge_parameter[places].astype(np.int64)
        have = named(graph.parameters, numbers)
        places, numbers = places[have], numbers[have]
        if graph is a:
            there = numbers_there(a.parameters, numbers, b.parameters, _renamed_matrices(a, b))
            numbers = np.where(there < 0, ELSEWHERE, there)
        labels[places] = numbers
        found.append(labels)
    return found[0], found[1]


def _in_both(
    edges: tuple[dict[int, _EdgesAt], dict[int, _EdgesAt]], count: int
) -> NDArray[np.bool]:
    """(parameters of B,) whether a label stands at nodes of both sides."""
    found = np.zeros((2, count), np.bool)
    for side in (0, 1):
        for at in edges[side].values():
            found[side, at.label[at.label >= 0]] = True
    return np.asarray(found.all(axis=0))


def _edges_at(graph: Graph, node: int, labels: Numbers) -> _EdgesAt:
    """The edges at a node; `labels` are those of all edges."""
    into, out = graph.incoming.of(node), graph.outgoing.of(node)
    edges = np.concatenate([into, out]).astype(np.int64)
    end = np.concatenate([graph.source[into], graph.target[out]]).astype(np.int64)
    weight = np.where(graph.edge_parameter[edges] >= 0, graph.weights[edges], WIRE)
    for at in np.flatnonzero((weight == WIRE) & (graph.kind[end] == BIAS)).tolist():
        weight[at] = graph.bias_value(int(end[at]))
    way = np.repeat([0, 1], [len(into), len(out)])
    return _EdgesAt(way, end, labels[edges], weight + 0.0)  # -0.0 is 0.0


def _renamed_matrices(a: Graph, b: Graph) -> dict[str, str]:
    """The new names of the matrices of layers that both networks have, where names differ."""
    layers = {layer.id: layer for layer in b.spec.layers}
    names = [{block.name for block in side.parameters.blocks} for side in (a, b)]
    found = {}
    for layer in a.spec.layers:
        old, now = layer.weights, layers.get(layer.id)
        new = None if now is None else now.weights
        if old and new and old not in names[1] and new not in names[0]:
            found[old] = new
    return found


def _by_labels(edges: _EdgesAt, known: Numbers, common: NDArray[np.bool]) -> Hashable | None:
    """The labels of a node's edges that stand in both networks; without any label their ends."""
    has_label = edges.label != PLAIN
    if has_label.any():
        told = edges.label
        shown = (told >= 0) & common[np.maximum(told, 0)] if len(common) else told >= 0
    else:
        told = known[edges.end]
        shown = told >= 0
    if not shown.any():
        return None
    kept = np.sort(2 * told[shown] + edges.way[shown])
    return bool(has_label.any()), kept.tobytes()


def _by_numbers(edges: _EdgesAt, known: Numbers) -> Hashable | None:
    """All weights of a node's edges, and their other ends as far as those are known.

    It is `None` if that could be so by chance: no end is known, and no two weights differ.
    """
    telling = edges.weight[np.isfinite(edges.weight) & (np.abs(edges.weight) != 1)]
    telling = telling[telling != 0]
    ends = known[edges.end]
    sure = len(telling) and ((ends >= 0).any() or (telling != telling[0]).any())
    if not sure:
        return None
    order = np.lexsort((edges.weight, ends, edges.way))
    weight = np.where(np.isnan(edges.weight), np.nan, edges.weight)  # NaN of one pattern of bits
    return edges.way[order].tobytes(), ends[order].tobytes(), weight[order].tobytes()
