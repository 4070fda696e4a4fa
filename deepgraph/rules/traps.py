"""Warnings: what is legal in a spec and hardly ever meant; a network with warnings can be used."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, islice, repeat
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.errors import FURTHER, LOCATED, Problem
from deepgraph.functions.softmax import softmax_group
from deepgraph.graph.kinds import BIAS
from deepgraph.graph.topology import ancestors
from deepgraph.rules import alike
from deepgraph.words.messages import listed
from deepgraph.words.numbers import number_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from deepgraph.graph.graph import Graph


def warnings(graph: Graph) -> list[Problem]:
    """All warnings about a network, rule by rule."""
    rules = (
        *(unused_nodes, biases_are_no_constants, ones_are_wires, softmax_heads_are_apart),
        names_look_different,
    )
    return list(chain.from_iterable(rule(graph) for rule in rules))


def _warned(rule: str, found: Iterable[tuple[str, str]], count: int) -> Iterator[Problem]:
    """Warnings of paths and messages; behind the first `LOCATED` of `count` they only count."""
    for path, message in islice(found, LOCATED):
        yield Problem(path, message, rule=rule, severity="warning")
    yield from repeat(replace(FURTHER, severity="warning"), count - LOCATED)


def unused_nodes(graph: Graph) -> Iterator[Problem]:
    """Every node leads to an output."""
    used = ancestors(len(graph.ids), graph.source, graph.target, graph.outputs)
    names = set(graph.spec.unused)
    unused = [
        node
        for node in np.flatnonzero(~used).tolist()
        if names.isdisjoint((graph.ids[node], graph.columns.get(node)))
    ]
    cure = 'add an edge from it, or remove it; or name it under "unused" if it is meant to'
    found = ((graph.paths[n], f'"{graph.ids[n]}" reaches no output; {cure}') for n in unused)
    yield from _warned("unused_nodes", found, len(unused))
    wrong = [
        (f"$.unused[{place}]", f'"{name}" reaches an output, so it is not unused; drop it here')
        for place, name in enumerate(graph.spec.unused)
        if name in graph.index and used[graph.index[name]]
    ]
    yield from _warned("unused_nodes", wrong, len(wrong))


def biases_are_no_constants(graph: Graph) -> Iterator[Problem]:
    """The value of a bias is a parameter, unless its edges have weights that say something.

    With a `weight` of 1 on its edge, the value of a bias is a constant and the 1 is the parameter.
    """
    with_value = np.isfinite(graph.node_constant) & (graph.node_constant != 1)
    trapped = [n for n in np.flatnonzero(with_value).tolist() if _has_plain_ones(graph, n)]
    found = ((graph.paths[node], _constant(graph, node)) for node in trapped)
    yield from _warned("biases_are_no_constants", found, len(trapped))


def _constant(graph: Graph, node: int) -> str:
    value = number_text(float(graph.node_constant[node]), 17)
    return (
        f'the value {value} of the bias "{graph.ids[node]}" is a constant, since its edge has a '
        "weight, and that 1 is the parameter; drop the weight, and the value is the parameter"
    )


def _has_plain_ones(graph: Graph, node: int) -> bool:
    """True if all edges of a node have a weight of 1 without a label."""
    parameters = graph.edge_parameter[graph.outgoing.of(node)]
    return bool(np.all(graph.parameters.values[parameters] == 1)) and all(
        isinstance(graph.parameters.key(number), tuple) for number in parameters.tolist()
    )


def ones_are_wires(graph: Graph) -> Iterator[Problem]:
    """A 1 on an edge is a parameter, which training changes, while a wire has no weight.

    It is taken for a slip only where all other weights have labels.
    """
    parameters = graph.parameters
    first, count = parameters.first_key, len(parameters)
    if not np.any(parameters.values[first:] == 1):
        return
    plain = [n for n in range(first, count) if isinstance(parameters.key(n), tuple)]
    if not plain or len(plain) == count or np.any(parameters.values[plain] != 1):
        return
    moved = np.zeros(count + 1, np.bool)  # the last one is for wires, −1
    moved[plain] = parameters.trainable[plain]
    edges = np.flatnonzero(moved[graph.edge_parameter] & (graph.kind[graph.source] != BIAS))
    above = len(graph.source) - len(graph.spec.edges)  # edges of layers have names
    found = ((f"$.edges[{n - above}].weight", _moved_one(graph, n)) for n in edges.tolist())
    yield from _warned("ones_are_wires", found, len(edges))


def _moved_one(graph: Graph, edge: int) -> str:
    source, target = graph.ids[graph.source[edge]], graph.ids[graph.target[edge]]
    return (
        f'the weight 1 of "{source}" → "{target}" has no label, and training changes it; drop it '
        'for a wire, or add "trainable": false'
    )


def softmax_heads_are_apart(graph: Graph) -> Iterator[Problem]:
    """All softmax nodes without a `group` are one group, though they may look like several."""
    for members in graph.softmax_groups:
        written = graph.functions[graph.function[members[0]]].written
        if softmax_group(written) != "":
            continue
        heads = _heads(graph, members.tolist())
        if len(heads) > 1 and min(map(len, heads)) > 1:
            spelled = " and ".join(listed([graph.ids[n] for n in head], 4) for head in heads[:3])
            message = (
                f'softmax nodes without a "group" are one group, with one sum: {spelled}; if these '
                'are separate heads, give each its own, {"name": "softmax", "group": "…"}'
            )
            path = f"{graph.paths[heads[1][0]]}.activation"
            yield Problem(path, message, rule="softmax_heads_are_apart", severity="warning")


def _heads(graph: Graph, members: list[int]) -> list[list[int]]:
    """The members of a group in parts: of one kind and caption, and connected by common sources."""
    alike: dict[tuple[int, str], list[int]] = {}
    for node in members:
        alike.setdefault((int(graph.kind[node]), graph.columns.get(node, "")), []).append(node)
    return sorted(part for nodes in alike.values() for part in _connected(graph, nodes))


def _connected(graph: Graph, members: list[int]) -> list[list[int]]:
    """The members in parts that share no source but biases."""
    part = np.full(len(graph.ids), -1)  # of each source
    found: list[list[int]] = []
    for node in members:
        sources = graph.source[graph.incoming.of(node)]
        sources = sources[graph.kind[sources] != BIAS]
        met = [number for number in np.unique(part[sources]).tolist() if number >= 0]
        own = met[0] if met else len(found)
        if not met:
            found.append([])
        for other in met[1:]:  # this member connects them
            found[own] += found[other]
            found[other] = []
            part[part == other] = own
        found[own].append(node)
        part[sources] = own
    return [sorted(nodes) for nodes in found if nodes]


def names_look_different(graph: Graph) -> Iterator[Problem]:
    """Two names that are not the same are not shown alike."""
    found = list(alike.pairs(graph))
    yield from _warned("names_look_different", found, len(found))
