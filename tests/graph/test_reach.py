from __future__ import annotations

import json

import pytest
from hypothesis import given

import deepgraph
from deepgraph.graph.reach import ancestors, descendants, descendants_of_each, needed
from tests.support.strategies import network, specs


def net(edges, softmax=()):
    """A network of one-letter nodes; x, … are inputs, z the output."""
    names = sorted({name for edge in edges for name in edge})
    kinds = {"x": "input", "w": "input", "b": "bias", "z": "output"}
    nodes = [{"id": name, "kind": kinds.get(name, "hidden")} for name in names]
    for node in nodes:
        if node["id"] in softmax:
            node["activation"] = "softmax"
    pairs = [{"source": source, "target": target} for source, target in edges]
    return deepgraph.loads(json.dumps({"deepgraph": 1, "nodes": nodes, "edges": pairs}))


def names(network, numbers):
    return "".join(sorted(network.ids[number] for number in numbers))


DIAMOND = ["xf", "xg", "bg", "fz", "gz", "wh", "hz"]
GROUP = ["xf", "wg", "fi", "gj", "iz", "jz"]


@pytest.mark.parametrize(
    ("edges", "softmax", "node", "above", "below"),
    [
        (DIAMOND, "", "z", "bfghwxz", "z"),
        (DIAMOND, "", "g", "bgx", "gz"),
        (DIAMOND, "", "x", "x", "fgxz"),
        (DIAMOND, "", "b", "b", "bgz"),
        (GROUP, "", "i", "fix", "iz"),
        (GROUP, "fg", "i", "fgiwx", "iz"),  # through a member the whole group
        (GROUP, "fg", "f", "fgwx", "fgijz"),
        (GROUP, "fg", "x", "x", "fgijxz"),
    ],
)
def test_ancestors_and_descendants(edges, softmax, node, above, below):
    network = net(edges, softmax)
    number = network.index[node]
    assert names(network, ancestors(network, [number])) == above
    assert names(network, descendants(network, number)) == below


def test_no_node_has_no_ancestors():
    assert ancestors(net(DIAMOND), []) == set()


def test_needed_counts_steps_of_groups_too():
    network = net(GROUP, "fg")
    assert needed(network, [network.index["f"]])[len(network.ids) :].tolist() == [True]
    assert needed(network, [network.index["x"]]).sum() == 1
    assert needed(net(DIAMOND), [net(DIAMOND).index["z"]]).all()


@given(specs())
def test_networkx_and_arrays_agree_with_a_walk_over_the_edges(spec):
    net = network(spec)
    for node in range(len(net.ids)):
        above, below = walked(net, node, up=True), walked(net, node, up=False)
        assert ancestors(net, [node]) == above
        assert descendants(net, node) == below
    of_each = descendants_of_each(net, range(len(net.ids)))
    assert of_each == {node: descendants(net, node) for node in range(len(net.ids))}
    assert descendants(net, net.inputs) == set().union(*(of_each[n] for n in net.inputs.tolist()))
    assert descendants(net, []) == set()


def walked(net, node, *, up):
    """The nodes that a plain search meets, whose unit is (node, z) or (node, a)."""
    group = {n: g for g, members in enumerate(net.softmax_groups) for n in members.tolist()}
    edges = list(zip(net.source.tolist(), net.target.tolist(), strict=True))

    def neighbours(place):
        number, quantity = place
        if up and quantity == "a":
            joint = net.softmax_groups[group[number]].tolist() if number in group else [number]
            return [(member, "z") for member in joint]
        if up:
            return [(source, "a") for source, target in edges if target == number]
        if quantity == "z":
            joint = net.softmax_groups[group[number]].tolist() if number in group else [number]
            return [(member, "a") for member in joint]
        return [(target, "z") for source, target in edges if source == number]

    found, waiting = set(), [(node, "a" if up else "z")]
    while waiting:
        place = waiting.pop()
        if place not in found:
            found.add(place)
            waiting += neighbours(place)
    return {number for number, _ in found}
