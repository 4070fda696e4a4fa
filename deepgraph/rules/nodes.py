"""Rules about nodes and edges: ids, ends, kinds, cycles.

One slip is reported once, at its place. If a mistake may be a consequence of another one (a node
that nothing feeds, beside an edge that leads nowhere), only the other mistake is reported.
"""

from __future__ import annotations

import unicodedata
from itertools import islice, repeat
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.errors import FURTHER, LOCATED, Problem
from deepgraph.graph.kinds import INPUT, KINDS, OUTPUT
from deepgraph.graph.topology import Adjacency, cycle
from deepgraph.words.messages import Nearest, again, article, listed, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.graph.draft import Draft

LONGEST_ID = 256


def ids_are_sound(draft: Draft) -> Iterator[Problem]:
    """An id has 1 to 256 characters, none of them a control character."""
    for name, path in zip(draft.ids, draft.paths, strict=True):
        if not 1 <= len(name) <= LONGEST_ID:
            yield Problem(path, f"an id has 1 to {LONGEST_ID} characters, this one has {len(name)}")
        elif not name.isprintable() and any(unicodedata.category(c) == "Cc" for c in name):
            what = f"the id {name!a} has a control character (a line break, say); leave it out"
            yield Problem(path, what)


def ids_are_unique(draft: Draft) -> Iterator[Problem]:
    """Each id is made once, by a node or by a layer."""
    first: dict[str, str] = {}
    for name, path in zip(draft.ids, draft.paths, strict=True):
        if name in first:
            what = f'the id "{name}" is already used at {first[name]}; give each node its own'
            yield Problem(path, what)
        first.setdefault(name, path)


def edges_meet_nodes(draft: Draft) -> Iterator[Problem]:
    """Both ends of an edge are nodes."""
    if not draft.ids or not draft.dangling:
        return  # `network_has_ends` reports that there are no nodes
    nearest = Nearest(draft.index, f"the nodes are {listed(draft.ids)}")
    for name, places in islice(draft.dangling.items(), LOCATED):
        message = f'there is no node "{shown(name)}"{again(places)}{nearest(name)}'
        yield Problem(places[0], message)
    yield from repeat(FURTHER, len(draft.dangling) - LOCATED)


def edges_are_unique(draft: Draft) -> Iterator[Problem]:
    """There is at most one edge per pair of nodes."""
    repeats = np.flatnonzero(draft.repeats).tolist()
    if not repeats:
        return
    wanted = {(draft.source[edge], draft.target[edge]) for edge in repeats}
    first: dict[tuple[int, int], int] = {}
    for edge in np.flatnonzero(np.isin(draft.source, [source for source, _ in wanted])).tolist():
        first.setdefault((draft.source[edge], draft.target[edge]), edge)
    for edge in repeats:
        pair = draft.source[edge], draft.target[edge]
        if draft.repeated.isdisjoint(pair):
            yield Problem(
                draft.edge_path(edge),
                f'"{draft.ids[pair[0]]}" → "{draft.ids[pair[1]]}" is already an edge at '
                f"{draft.edge_path(first[pair])}; write one edge per pair",
            )


def edges_enter_neurons(draft: Draft) -> Iterator[Problem]:
    """Inputs and biases take no edges."""
    for node, edges in draft.entered.items():
        what = (
            f'"{draft.ids[node]}" is {article(KINDS[draft.kind[node]])} node, which takes no edges'
        )
        own = node >= len(draft.ids) - len(draft.spec.nodes)
        if own and (len(edges) > 1 or _computes(draft, node)):
            what += (
                f"; drop the {len(edges):,} edges into it"
                if len(edges) > 1
                else "; drop the edge into it"
            )
            yield Problem(f"{draft.paths[node]}.kind", f'{what}, or write another "kind"')
            continue
        for edge in edges:
            yield Problem(draft.edge_path(edge), f"{what}; turn the edge round, or drop it")


def _computes(draft: Draft, node: int) -> bool:
    function = draft.functions[draft.function[node]]
    return function != "identity" or draft.aggregations[node] != "sum"


def only_parameters_are_frozen(draft: Draft) -> Iterator[Problem]:
    """A wire has no weight that could be frozen."""
    own = draft.weighted[draft.layer_edges :]
    for position in np.flatnonzero(draft.edges.frozen & ~own).tolist():
        what = 'this edge has no weight to freeze; give it a "weight", or drop "trainable"'
        yield Problem(f"$.edges[{position}].trainable", what)


def neurons_have_sources(draft: Draft) -> Iterator[Problem]:
    """A hidden or output node has at least one incoming edge."""
    if draft.bare:
        return  # reported by `nodes_are_connected`
    unfed = [node for node in sorted(draft.unfed) if not draft.has_value(node)]
    # Each edge that ends at the wrong node may be the one that is missing here.
    nowhere = sum(any(p.endswith(".target") for p in ps) for ps in draft.dangling.values())
    astray = nowhere + sum(map(len, draft.entered.values())) + int(np.count_nonzero(draft.repeats))
    if len(unfed) <= astray:
        return
    given = {name for example in draft.spec.examples for name in example.inputs}
    valued = draft.spec.parameters
    for node in unfed[:LOCATED]:
        name = draft.ids[node]
        cure = 'add an edge into it, or give it "kind": "input"'
        if name in given:
            cure = 'if it is an input, write "kind": "input"'
        elif isinstance(valued, dict) and name in valued:
            cure = 'if it is a bias, write "kind": "bias"'
        yield Problem(draft.paths[node], f'nothing feeds "{name}"; {cure}')
    yield from repeat(FURTHER, len(unfed) - LOCATED)


def nodes_are_connected(draft: Draft) -> Iterator[Problem]:
    """There are edges."""
    if draft.ids and draft.bare and draft.spec.layers:
        what = 'nothing follows the input; add a layer with "weights" and "bias"'
        yield Problem("$.layers", what)
    elif draft.ids and draft.bare:
        yield Problem("$.edges", 'there are no edges; connect the nodes under "edges"')


def network_has_ends(draft: Draft) -> Iterator[Problem]:
    """There is an input and an output."""
    if not draft.ids:
        what = 'there are no nodes; write them under "nodes", or whole layers under "layers"'
        yield Problem("$.nodes", what)
        return
    if draft.bare and draft.spec.layers:
        return  # reported by `nodes_are_connected`
    # The input may be a node that nothing feeds, the output an input or bias that edges enter,
    # and either may be a missing node that an edge names.
    for kind, reported in ((INPUT, draft.unfed), (OUTPUT, draft.entered)):
        if kind not in draft.kind and not reported and not draft.dangling:
            name = KINDS[kind]
            yield Problem("$.nodes", f'no {name} node; give one "kind": "{name}"')


def no_cycles(draft: Draft) -> Iterator[Problem]:
    """Nothing depends on itself, a softmax on its group included."""
    source, target = draft.steps
    found = cycle(len(draft.ids) + len(draft.softmax_groups), source, target, draft.rank)
    if not found:
        return
    nodes, softmax = _around(draft, found)
    if not draft.repeated.isdisjoint(nodes) or not draft.entered.keys().isdisjoint(nodes):
        return  # reported by `ids_are_unique` or `edges_enter_neurons`
    closing = _edges_among(draft, nodes)
    if len(nodes) == 1:
        path = draft.edge_path(closing[nodes[0], nodes[0]])
        yield Problem(path, f'"{draft.ids[nodes[0]]}" feeds itself; remove the edge')
        return
    # The cycle is closed by its last edge in the file, and is written from behind that edge.
    pairs = [(tail, head) for tail, head in zip(nodes, [*nodes[1:], nodes[0]], strict=True)]
    edges = [-1 if pair[1] in softmax else closing[pair] for pair in pairs]
    last = edges.index(max(edges))
    order = [*nodes[last + 1 :], *nodes[: last + 1]]
    names = [
        f'{"softmax with " * (node in softmax)}"{draft.ids[node]}"' for node in [*order, order[0]]
    ]
    around = names if len(names) <= 12 else [*names[:6], "…", *names[-5:]]
    cure = "remove an edge"
    if softmax:
        cure += ', or give the softmax nodes another "group" each'
    yield Problem(
        draft.edge_path(edges[last]), f"these nodes form a cycle: {' → '.join(around)}; {cure}"
    )


def _around(draft: Draft, steps: list[int]) -> tuple[list[int], set[int]]:
    """A cycle of steps as nodes, and the nodes that it enters through their softmax group.

    The cycle leaves a group by an edge of one of its members. That is the member by which it
    entered the group, if possible, or else another member, which then stands for the group.
    """
    count = len(draft.ids)
    nodes: list[int] = []
    softmax: set[int] = set()
    tails = draft.source[draft.known]
    incoming = Adjacency.by(draft.target[draft.known], count)
    for position, step in enumerate(steps):
        if step < count:
            nodes.append(step)
            continue
        before, behind = steps[position - 1], steps[(position + 1) % len(steps)]
        into = set(tails[incoming.of(behind)].tolist())
        leaving = [node for node in draft.softmax_groups[step - count].tolist() if node in into]
        if before not in leaving:
            nodes.append(leaving[0])
            softmax.add(leaving[0])
    return nodes, softmax


def _edges_among(draft: Draft, nodes: list[int]) -> dict[tuple[int, int], int]:
    """The edges between some nodes by their ends; the last edge if several have the same ends."""
    among = np.zeros(len(draft.ids) + 1, np.bool)  # the last one is for unknown ends, −1
    among[nodes] = True
    edges = np.flatnonzero(among[draft.source] & among[draft.target])
    pairs = zip(draft.source[edges].tolist(), draft.target[edges].tolist(), strict=True)
    return dict(zip(pairs, edges.tolist(), strict=True))


def biases_keep_one_style(draft: Draft) -> Iterator[Problem]:
    """A bias node's edges are all wires, or all parameters."""
    doubled = set(draft.source[draft.repeats].tolist())  # reported by `edges_are_unique`
    for node in np.flatnonzero(draft.unit_bias & draft.feeds_by_wire).tolist():
        if node in doubled:
            continue
        yield Problem(
            draft.paths[node],
            f'"{draft.ids[node]}" feeds some nodes by a weight and some by a bare wire; give all '
            "of its edges weights, or none and the bias its value",
        )


def inputs_compute_nothing(draft: Draft) -> Iterator[Problem]:
    """Only hidden and output nodes have an activation and an aggregation, only biases a value."""
    own = len(draft.ids) - len(draft.spec.nodes)
    for position, node in enumerate(draft.spec.nodes):
        path = f"$.nodes[{position}]"
        kind = article(node.kind)
        if node.kind in ("input", "bias") and position + own not in draft.entered:
            for key, bare in (("activation", "identity"), ("aggregation", "sum")):
                if getattr(node, key) != bare:
                    yield Problem(f"{path}.{key}", f"{kind} node has no {key}; drop it")
        if node.kind != "bias" and bytes(node.value):
            what = f'{kind} node has no value; drop it, or write "kind": "bias"'
            yield Problem(f"{path}.value", what)
        elif node.kind != "bias" and not node.trainable:
            what = f'{kind} node is no parameter; put "trainable": false on the edges into it'
            if node.kind == "input":
                what = f'{kind} node is no parameter; drop "trainable"'
            yield Problem(f"{path}.trainable", what)


def unused_are_nodes(draft: Draft) -> Iterator[Problem]:
    """What is meant to reach no output are nodes that there are, or the nodes of a layer."""
    known = dict.fromkeys([*draft.ids, *draft.columns.values()])
    seen: set[str] = set()
    for place, name in enumerate(draft.spec.unused):
        path = f"$.unused[{place}]"
        if name in seen:
            yield Problem(path, f'"{shown(name)}" stands here twice')
        elif name not in known:
            near = Nearest(known, f"the nodes are {listed(draft.ids)}")(name)
            yield Problem(path, f'there is no node "{shown(name)}"{near}')
        seen.add(name)
