"""What differs in the structure of two networks: nodes, edges, layers, functions, orders."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.diff.functions import function_of, function_words, node_words, softmax_members
from deepgraph.diff.parameters import bias_words, weight_name, weight_words
from deepgraph.diff.records import Change, OnDemand
from deepgraph.diff.texts import text_change
from deepgraph.functions.scaling import NEUTRAL
from deepgraph.graph.kinds import BIAS
from deepgraph.words.messages import counted, listed
from deepgraph.words.numbers import number_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from deepgraph.diff.pairing import Pairing
    from deepgraph.diff.records import Mark
    from deepgraph.graph.graph import Graph
    from deepgraph.spec.records import Layer

_LAYER = re.compile(r"\$\.layers\[(\d+)\]")
"""The path of a node that a layer makes."""

SHOWN = 8
"""Neighbours of a node, and places in an order, that a line names."""


def structure(a: Graph, b: Graph, pairing: Pairing) -> list[Sequence[Change]]:
    """The changes of nodes, layers and edges, and of the order of the columns of a table."""
    layers, in_layers = _layers(a, b, pairing)
    removed = _alone(a, pairing.b_of, in_layers[0])
    added = _alone(b, pairing.a_of, in_layers[1])
    return [
        layers,
        [Change("removed", "node", a.ids[n], before=_with_edges(a, n)) for n in removed],
        [Change("added", "node", b.ids[n], after=_with_edges(b, n)) for n in added],
        list(_changed_nodes(a, b, pairing)),
        _edges("removed", a, pairing.removed, pairing.b_of),
        _edges("added", b, pairing.added, pairing.a_of),
        list(_wires(a, b, pairing)),
        list(_columns(a, b, pairing)),
    ]


# --- layers ---------------------------------------------------------------------------------------


def _layers(a: Graph, b: Graph, pairing: Pairing) -> tuple[list[Change], tuple[set[int], set[int]]]:
    """Layers that grew, shrank, came or went; and their nodes, in A and in B.

    Only layers that no node of the other side knows count as come or gone: those that are spelled
    out as nodes and edges are there all the same.
    """
    found: list[Change] = []
    told: tuple[set[int], set[int]] = (set(), set())
    layers_a = {layer.id: layer for layer in a.spec.layers}
    layers_b = {layer.id: layer for layer in b.spec.layers}
    alone_a, alone_b = (
        nodes_by_layer(graph, np.flatnonzero(of < 0).tolist())
        for graph, of in ((a, pairing.b_of), (b, pairing.a_of))
    )
    for name in dict.fromkeys([*layers_a, *layers_b]):
        gone, come = alone_a.get(name, []), alone_b.get(name, [])
        before, after = layers_a.get(name), layers_b.get(name)
        if before is not None and after is not None and before.size != after.size:
            found.append(_layer("changed", name, before, after))
            if np.any(a.kind[gone] != BIAS) and np.any(b.kind[come] != BIAS):
                continue  # its nodes have other names, too
        elif before is not None and after is None and len(gone) == _size(a, before):
            found.append(_layer("removed", name, before, None))
        elif after is not None and before is None and len(come) == _size(b, after):
            found.append(_layer("added", name, None, after))
        else:
            continue
        told[0].update(gone)
        told[1].update(come)
    return found, told


def nodes_by_layer(graph: Graph, nodes: Iterable[int]) -> dict[str, list[int]]:
    """Those of some nodes that layers make, by the id of the layer."""
    found: dict[str, list[int]] = {}
    for node in nodes:
        made = _LAYER.match(graph.paths[node])
        if made is not None:
            found.setdefault(graph.spec.layers[int(made[1])].id, []).append(node)
    return found


def _size(graph: Graph, layer: Layer) -> int:
    """The number of nodes that a layer makes, its biases among them."""
    first = layer.id == graph.spec.layers[0].id
    return layer.size * (2 if isinstance(layer.bias, str) and not first else 1)


def _layer(mark: Mark, name: str, before: Layer | None, after: Layer | None) -> Change:
    biased = {isinstance(layer.bias, str) for layer in (before, after) if layer is not None}

    def words(layer: Layer | None) -> str | None:
        if layer is None:
            return None
        biases = "with" if isinstance(layer.bias, str) else "without"
        return counted(layer.size, "node") + f" {biases} biases" * (len(biased) > 1)

    return Change(mark, "layer", name, words(before), words(after))


# --- nodes ----------------------------------------------------------------------------------------


def _alone(graph: Graph, other: NDArray[np.int64], told: set[int]) -> list[int]:
    """The nodes that only one side has, without those that a layer tells."""
    return [node for node in np.flatnonzero(other < 0).tolist() if node not in told]


def _with_edges(graph: Graph, node: int) -> str:
    """A node in words, with what feeds it and what it feeds."""
    text = node_words(graph, node)
    for word, edges, ends in (
        ("from", graph.incoming.of(node), graph.source),
        ("to", graph.outgoing.of(node), graph.target),
    ):
        if len(edges):
            text += f", {word} {_names(graph, ends[edges].tolist())}"
    return text


def _changed_nodes(a: Graph, b: Graph, pairing: Pairing) -> Iterator[Change]:
    """The kind, the function, the scaling and the classes of the nodes that are in both."""
    groups = softmax_members(a), softmax_members(b)
    same_functions: dict[tuple[int, int], bool] = {}
    plain = not (a.normalise or b.normalise or a.rescale or b.rescale)
    for node in np.flatnonzero(pairing.b_of >= 0).tolist():
        other = int(pairing.b_of[node])
        name = b.ids[other]
        if a.kind[node] != b.kind[other]:
            yield Change("changed", "node", name, a.kind_name(node), b.kind_name(other))
        key = int(a.function[node]), int(b.function[other])
        same = same_functions.get(key) if plain else None
        if same is None or a.aggregations[node] != b.aggregations[other]:
            same = function_of(a, node) == function_of(b, other)
            if plain and a.aggregations[node] == b.aggregations[other]:
                same_functions[key] = same
        if not same and BIAS not in (a.kind[node], b.kind[other]):
            before, after = function_words(a, node), function_words(b, other)
            if a.kind_name(node) == b.kind_name(other) == "input":
                before, after = _scaling(a, node), _scaling(b, other)
            yield Change("changed", "node", name, before, after)
        members, others = groups[0].get(node), groups[1].get(other)
        if members is not None and others is not None:
            mapped = {int(pairing.b_of[member]) for member in members}
            if mapped != others:
                texts = _softmax(a, members), _softmax(b, others)
                yield text_change("softmax", name, *texts)
    yield from _classes(a, b)


def _softmax(graph: Graph, members: frozenset[int]) -> str:
    return f"softmax of {', '.join(graph.ids[node] for node in sorted(members))}"


def _scaling(graph: Graph, node: int) -> str:
    """The constants by which an input is normalised: `mean 3, scale 2`."""
    given = graph.normalise.given(node) if graph.has_z(node) and graph.normalise else {}
    texts = [f"{key} {number_text(given[key], 17)}" for key in NEUTRAL if key in given]
    return ", ".join(texts) or "not normalised"


def _classes(a: Graph, b: Graph) -> Iterator[Change]:
    """The two classes of a lone output, and its threshold."""
    before, after = a.classes, b.classes
    texts = [
        f"{' and '.join(found.names)} at {number_text(found.threshold, 17)}"
        if found is not None and found.threshold is not None
        else None
        for found in (before, after)
    ]
    if texts[0] != texts[1] and len(a.outputs) == len(b.outputs) == 1:
        mark = "added" if texts[0] is None else "removed" if texts[1] is None else "changed"
        yield Change(mark, "classes", b.output_names[0], *texts)  # type: ignore[arg-type]


# --- edges ----------------------------------------------------------------------------------------


def _edges(
    mark: str, graph: Graph, edges: NDArray[np.int64], other: NDArray[np.int64]
) -> Sequence[Change]:
    """The edges that only one side has, between nodes that both have; others go with their node.

    Their weights are told with the parameters.
    """
    both = (other[graph.source[edges]] >= 0) & (other[graph.target[edges]] >= 0)
    kept = edges[both]

    def make(at: int) -> Change:
        edge = int(kept[at])
        texts = {"before" if mark == "removed" else "after": weight_name(graph, edge)}
        return Change(mark, "edge", edge_name(graph, edge), **texts)  # type: ignore[arg-type]

    return OnDemand(len(kept), make)


def edge_name(graph: Graph, edge: int) -> str:
    """`x → h1`."""
    return f"{graph.ids[graph.source[edge]]} → {graph.ids[graph.target[edge]]}"


def _wires(a: Graph, b: Graph, pairing: Pairing) -> Iterator[Change]:
    """Edges that bear a parameter on one side and none on the other; biases that became units."""
    weighted_a = a.edge_parameter[pairing.edges_a] >= 0
    weighted_b = b.edge_parameter[pairing.edges_b] >= 0
    for at in np.flatnonzero(weighted_a != weighted_b).tolist():
        one, other = int(pairing.edges_a[at]), int(pairing.edges_b[at])
        texts = weight_words(a, one), weight_words(b, other)
        yield Change("changed", "edge", edge_name(b, other), *texts)
    for node in np.flatnonzero((pairing.b_of >= 0) & (a.kind == BIAS)).tolist():
        other = int(pairing.b_of[node])
        if b.kind[other] != BIAS:
            continue
        if (a.node_parameter[node] >= 0) != (b.node_parameter[other] >= 0) or (
            a.node_parameter[node] < 0 and a.node_constant[node] != b.node_constant[other]
        ):
            texts = bias_words(a, node), bias_words(b, other)
            yield Change("changed", "bias", b.ids[other], *texts)


# --- order ----------------------------------------------------------------------------------------


def _columns(a: Graph, b: Graph, pairing: Pairing) -> Iterator[Change]:
    """The order of inputs and outputs, which is that of the columns of a table."""
    for what, mine, yours in (
        ("order of inputs", a.inputs, b.inputs),
        ("order of outputs", a.outputs, b.outputs),
    ):
        kept = [int(pairing.b_of[n]) for n in mine.tolist()]
        there = set(kept) & set(yours.tolist())
        before = [n for n in kept if n in there]
        after = [n for n in yours.tolist() if n in there]
        if before != after:
            texts = _parted(b, before, after)
            yield Change("changed", what, "", *texts)


def _names(graph: Graph, nodes: list[int]) -> str:
    return listed([graph.ids[node] for node in nodes[:SHOWN]], SHOWN, count=len(nodes))


def _parted(graph: Graph, before: list[int], after: list[int]) -> tuple[str, str]:
    """Two orders of the same nodes; of long ones the part that differs."""
    first = next(n for n, (x, y) in enumerate(zip(before, after, strict=True)) if x != y)
    cut = first if len(before) > SHOWN else 0
    start = "… " if cut else ""
    return start + _names(graph, before[cut:]), start + _names(graph, after[cut:])


def order_of_terms(a: Graph, b: Graph, pairing: Pairing) -> list[Sequence[Change]]:
    """The nodes whose terms, as far as both sides have them, are joined in another order.

    And the order of the nodes themselves, which is that of drawing, and of a softmax's sum.
    """
    return [_terms(a, b, pairing), list(_nodes(a, b, pairing))]


def _terms(a: Graph, b: Graph, pairing: Pairing) -> Sequence[Change]:
    target = b.target[pairing.edges_b]
    # Edges in B's order of targets and terms; within a target the numbers of A must ascend.
    order = np.argsort(target, kind="stable")
    mine, ends = pairing.edges_a[order], target[order]
    falls = (mine[1:] < mine[:-1]) & (ends[1:] == ends[:-1])
    nodes = sorted(set(ends[1:][falls].tolist()))  # numpy.unique would import numpy.ma

    def make(at: int) -> Change:
        node = nodes[at]
        there = np.flatnonzero(ends == node)
        after = b.source[pairing.edges_b[order[there]]].tolist()
        before = pairing.b_of[a.source[np.sort(mine[there])]].tolist()
        texts = _parted(b, before, after)
        return Change("changed", "terms", b.ids[node], *texts)

    return OnDemand(len(nodes), make)


def _nodes(a: Graph, b: Graph, pairing: Pairing) -> Iterator[Change]:
    """The order of the hidden nodes; that of biases means nothing, others are columns."""
    both = [n for n in np.flatnonzero(pairing.b_of >= 0).tolist() if a.kind_name(n) == "hidden"]
    before = [int(pairing.b_of[n]) for n in both if b.kind_name(int(pairing.b_of[n])) == "hidden"]
    after = sorted(before)
    if before != after:
        texts = _parted(b, before, after)
        yield Change("changed", "order of nodes", "", *texts)
