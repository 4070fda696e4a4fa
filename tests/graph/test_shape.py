from __future__ import annotations

import random
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest

import deepgraph
from deepgraph.graph import shape
from deepgraph.graph.reach import longest_path


def network(edges: str, **kinds: str) -> deepgraph.Network:
    """A network from `x>h h>y b>h`: x… are inputs, b… biases, y… outputs."""
    pairs = [pair.split(">") for pair in edges.split()]
    net = deepgraph.Builder()
    for name in dict.fromkeys(name for pair in pairs for name in pair):
        if name[0] == "b":
            net.bias(name, 1)
        elif name[0] == "x":
            net.input(name)
        else:
            net.node(name, kind="output" if name[0] == "y" else "hidden")
    for source, target in pairs:
        net.wire(source, target)
    return net.build()


@pytest.mark.parametrize(
    ("edges", "columns", "layered", "depth"),
    [
        ("x>y", {"x": 0, "y": 1}, True, 1),
        ("x>h h>y b>y", {"x": 0, "h": 1, "y": 2, "b": -1}, True, 2),
        ("x>h h>y x>y", {"x": 0, "h": 1, "y": 2}, False, 2),  # a skip edge
        ("x>h h>y1 x>y2", {"x": 0, "h": 1, "y1": 2, "y2": 1}, False, 2),  # an early output
        ("x>y1 y1>y2", {"x": 0, "y1": 1, "y2": 2}, False, 2),  # an output that feeds another
        ("x>y b>h h>y", {"x": 0, "h": 0, "y": 1, "b": -1}, False, 2),  # fed by a bias alone
        ("x1>h x1>g h>y", {"x1": 0, "h": 1, "g": 1, "y": 2}, True, 2),  # a dead end
    ],
)
def test_columns(edges: str, columns: dict[str, int], layered: bool, depth: int) -> None:
    net = network(edges)
    found = shape.columns(net)
    assert found.dtype == np.int32
    assert dict(zip(net.ids, found.tolist(), strict=True)) == columns
    assert shape.is_layered(net) is layered
    assert len(longest_path(net)) == depth


def test_layers_of_the_gallery() -> None:
    shapes = {"deep_state": [1, 2, 2, 1], "iris": [4, 8, 3], "digits": [64, 32, 10]}
    for name, sizes in shapes.items():
        net = deepgraph.load(f"specs/{name}.json")
        assert shape.is_layered(net)
        assert shape.layer_sizes(net) == sizes
    assert not shape.is_layered(deepgraph.load("specs/irregular.json"))


@pytest.mark.parametrize("seed", range(20))
def test_random_graphs_against_networkx(seed: int) -> None:
    chance = random.Random(seed)
    nodes = ["x0", *(f"h{i}" for i in range(12)), "y"]
    chance.shuffle(nodes[1:-1])
    pairs = [f"{nodes[max(0, i - 1)]}>{nodes[i]}" for i in range(1, len(nodes))]
    for j in range(2, len(nodes)):
        pairs += [f"{nodes[i]}>{nodes[j]}" for i in range(j - 1) if chance.random() < 0.3]
    pairs += [f"b{j}>{nodes[j]}" for j in range(1, len(nodes)) if chance.random() < 0.5]
    chance.shuffle(pairs)
    net = network(" ".join(pairs))
    graph = net.graph.copy()
    graph.remove_nodes_from([name for name in net.ids if name[0] == "b"])
    longest = dict.fromkeys(graph, 0)
    for name in nx.topological_sort(graph):
        for target in graph.succ[name]:
            longest[target] = max(longest[target], longest[name] + 1)
    for name, column in zip(net.ids, shape.columns(net).tolist(), strict=True):
        assert column == longest.get(name, -1)
    path = [net.ids[node] for node in longest_path(net)]
    assert len(path) == longest["y"] == max(longest.values())
    assert all(graph.has_edge(*pair) for pair in pairwise(path))


def test_a_long_chain() -> None:
    net = deepgraph.Builder()
    net.input("n0")
    for i in range(1, 20_000):
        net.node(f"n{i}", kind="output" if i == 19_999 else "hidden")
        net.wire(f"n{i - 1}", f"n{i}")
    assert longest_path(net.build()) == list(range(1, 20_000))
