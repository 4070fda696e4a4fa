"""The union of two networks: one graph with all nodes and edges of both, to lay out once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.graph.assignment import Assignment
from deepgraph.graph.draft import Draft
from deepgraph.graph.graph import Graph
from deepgraph.graph.kinds import BIAS, INPUT
from deepgraph.graph.shape import columns
from deepgraph.spec.records import ABSENT, VERSION, Edge, Node, Spec
from deepgraph.spec.writing import number

if TYPE_CHECKING:
    from msgspec import Raw

    from deepgraph.diff.pairing import Pairing

LARGEST = float(np.finfo(np.float64).max)


@dataclass(frozen=True)
class Union:
    """All nodes and edges of two networks. Numbers that are −1 stand for none.

    An edge that both have with the same weight is a wire in it, so that pictures show no number;
    the weight of any other is how far it moved.

    Attributes:
        graph: the union.
        nodes: (its nodes,) numbers in A and in B.
        edges: (its edges,) numbers in A and in B.
        left_out: the edges of A that would close a cycle with those of B, by their ends.
    """

    graph: Graph
    nodes: list[tuple[int, int]]
    edges: list[tuple[int, int]]
    left_out: list[tuple[str, str]]


def union(a: Graph, b: Graph, pairing: Pairing) -> Union:
    """The union of two networks, in which the nodes and edges of A stand behind their like of B."""
    nodes = _nodes(a, b, pairing)
    place = {pair: at for at, pair in enumerate(nodes)}
    of_a = {one: at for (one, _), at in place.items() if one >= 0}
    of_b = {other: at for (_, other), at in place.items() if other >= 0}
    edges = dict(zip(pairing.edges_b.tolist(), pairing.edges_a.tolist(), strict=True))
    found = [(edges.get(edge, -1), edge) for edge in range(len(b.source))]
    ends = [(of_b[s], of_b[t]) for s, t in zip(b.source.tolist(), b.target.tolist(), strict=True)]
    found, ends, left_out = _with_removed(a, pairing, of_a, found, ends)
    records = [_node(a, b, pair) for pair in nodes]
    weights = [_moved(a, b, pair) for pair in found]
    names = [record.id for record in records]
    spec = Spec(
        deepgraph=VERSION,
        nodes=records,
        edges=[
            Edge(names[s], names[t], weight=ABSENT if weight is None else number(weight))
            for (s, t), weight in zip(ends, weights, strict=True)
        ],
    )
    draft = Draft(spec)
    circle = [(names[s], names[t]) for s, t in left_out]
    return Union(Graph(draft, Assignment(draft), "union"), nodes, found, circle)


def in_columns(both: Union) -> bool:
    """True if one of the two networks is layered where the union puts its nodes.

    Edges that only the other one has may skip columns then: those around a layer that came or went.
    """
    graph = both.graph
    column, inner = columns(graph), graph.kind[graph.source] != BIAS
    steps = column[graph.target] - column[graph.source]
    ends = np.all(column[graph.outputs] == column.max()) and np.all(
        graph.kind[column == 0] == INPUT
    )
    sides = np.array(both.edges, np.int64).reshape(-1, 2)
    return bool(ends) and any(
        bool(np.all(steps[inner & (sides[:, side] >= 0)] == 1)) for side in (0, 1)
    )


def _nodes(a: Graph, b: Graph, pairing: Pairing) -> list[tuple[int, int]]:
    """The nodes of B in their order, each one of A alone behind the one that it follows there."""
    behind: dict[int, list[int]] = {}
    last = -1
    for node, other in enumerate(pairing.b_of.tolist()):
        if other >= 0:
            last = other
        else:
            behind.setdefault(last, []).append(node)
    found = [(node, -1) for node in behind.get(-1, [])]
    for other, node in enumerate(pairing.a_of.tolist()):
        found.append((node, other))
        found += [(removed, -1) for removed in behind.get(other, [])]
    return found


def _with_removed(
    a: Graph,
    pairing: Pairing,
    of_a: dict[int, int],
    found: list[tuple[int, int]],
    ends: list[tuple[int, int]],
) -> tuple[list[tuple[int, int]], list[tuple[int, int]], list[tuple[int, int]]]:
    """The edges with those of A alone where A has them, but for those that would close a cycle."""
    following: dict[int, set[int]] = {}
    for source, target in ends:
        following.setdefault(source, set()).add(target)
    left_out = []
    placed = [((at, -1), *both) for at, both in enumerate(zip(found, ends, strict=True))]
    for edge, place in zip(pairing.removed.tolist(), _places(pairing), strict=True):
        source, target = of_a[int(a.source[edge])], of_a[int(a.target[edge])]
        if _leads(following, target, source):
            left_out.append((source, target))
            continue
        following.setdefault(source, set()).add(target)
        placed.append(((place, edge), (edge, -1), (source, target)))
    placed.sort(key=lambda part: part[0])
    return [part[1] for part in placed], [part[2] for part in placed], left_out


def _places(pairing: Pairing) -> list[int]:
    """The edge of B behind which each removed edge of A stands, as in A: −1 is the beginning.

    So a network and its comparison are laid out alike, since a layout may depend on the order.
    """
    order = np.argsort(pairing.edges_a, kind="stable")
    before = np.searchsorted(pairing.edges_a[order], pairing.removed) - 1
    # One more at the end, which the index −1 takes: the beginning.
    places = np.append(pairing.edges_b[order], -1)
    return [int(place) for place in places[before]]


def _leads(following: dict[int, set[int]], start: int, end: int) -> bool:
    """True if edges lead from one node to another."""
    seen, waiting = {start}, [start]
    while waiting:
        node = waiting.pop()
        if node == end:
            return True
        new = following.get(node, set()) - seen
        seen |= new
        waiting += new
    return False


def _node(a: Graph, b: Graph, pair: tuple[int, int]) -> Node:
    """A node as B has it, or A where B has none."""
    graph, node = (b, pair[1]) if pair[1] >= 0 else (a, pair[0])
    kind = graph.kind_name(node)
    return Node(
        id=graph.ids[node],
        kind=kind,  # type: ignore[arg-type]
        activation="identity" if kind in ("input", "bias") else graph.activation(node).written,
        aggregation=graph.aggregations[node],
        label=graph.labels.get(node),
        layer=graph.columns.get(node),
        value=_value(graph.bias_value(node)) if kind == "bias" else ABSENT,
    )


def _value(value: float) -> Raw:
    return ABSENT if np.isnan(value) else number(value)


def _moved(a: Graph, b: Graph, pair: tuple[int, int]) -> float | None:
    """How far a weight moved; that of an edge that only one side has; `None` for no change."""
    sides = [(g, e) for g, e in ((a, pair[0]), (b, pair[1])) if e >= 0]
    weighted = [int(graph.edge_parameter[edge]) >= 0 for graph, edge in sides]
    weights = [float(graph.weights[edge]) for graph, edge in sides]
    if len(sides) == 1:
        return (0.0 if np.isnan(weights[0]) else weights[0]) if weighted[0] else None
    if weighted[0] == weighted[1] and np.array_equal(weights[:1], weights[1:], equal_nan=True):
        return None
    moved = weights[1] - weights[0]  # of two huge ones infinite, which no spec can hold
    return 0.0 if np.isnan(moved) else float(np.clip(moved, -LARGEST, LARGEST))
