"""The plan: what it leaves out, what it finds, where it puts values."""

from __future__ import annotations

import random
import sys
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from deepgraph.engines.blocks import CONSTANT, DenseBlock, SoftmaxBlock, SparseBlock
from deepgraph.engines.plan import plan
from tests.support.strategies import network, specs


def chain(nodes, activation="identity"):
    ids = [f"n{i}" for i in range(nodes)]
    kinds = ["input", *["hidden"] * (nodes - 2), "output"]
    return {
        "deepgraph": 1,
        "nodes": [
            {"id": name, "kind": kind, **({"activation": activation} if kind != "input" else {})}
            for name, kind in zip(ids, kinds, strict=True)
        ],
        "edges": [{"source": a, "target": b, "weight": 1.5} for a, b in pairwise(ids)],
    }


def as_edges(sizes, seed=0, extra=()):
    """A dense network written edge by edge, edges into one node in the same order, with biases."""
    rng = random.Random(seed)
    layers = [[f"l{i}_{j}" for j in range(size)] for i, size in enumerate(sizes)]
    nodes = [{"id": name, "kind": "input"} for name in layers[0]]
    edges = []
    for i, (sources, targets) in enumerate(pairwise(layers), 1):
        for name in targets:
            kind = "output" if i == len(sizes) - 1 else "hidden"
            nodes.append({"id": name, "kind": kind, "activation": "relu"})
            nodes.append({"id": f"b_{name}", "kind": "bias", "value": rng.uniform(-1, 1)})
            edges += [
                {"source": source, "target": name, "weight": rng.uniform(-1, 1)}
                for source in sources
            ]
            edges.append({"source": f"b_{name}", "target": name})
    return {"deepgraph": 1, "nodes": nodes, "edges": [*edges, *extra]}


def lives(planned, net):
    """Walk a plan and hold every read and write against the slots: nothing is lost too early."""
    holder = dict(zip(planned.input_slots.tolist(), net.inputs[planned.inputs], strict=True))
    for block in planned.blocks:
        for source in block.sources.tolist():
            if planned.slot[source] >= 0:
                assert holder[int(planned.slot[source])] == source
        assert len(set(block.slots.tolist())) == len(block.slots)
        holder.update(zip(block.slots.tolist(), block.nodes.tolist(), strict=True))
        if block.z_slots is not None:
            wanted = block.z_slots >= 0
            kept = zip(block.z_slots[wanted].tolist(), block.nodes[wanted].tolist(), strict=True)
            holder.update({slot: ("z", node) for slot, node in kept})
    places = planned.chosen, planned.a_slots, planned.z_slots
    for node, a, z in zip(*(array.tolist() for array in places), strict=True):
        if a >= 0:
            assert holder[a] == node
            assert holder[z] in (node, ("z", node))
    assert max(holder, default=-1) < planned.slots


@settings(max_examples=100)
@given(st.data(), st.booleans())
def test_a_slot_is_taken_again_only_when_nothing_reads_it(data, pre_activations):
    net = network(data.draw(specs()))
    nodes = data.draw(st.lists(st.integers(0, len(net.ids) - 1), min_size=1))
    planned = plan(net, np.array(nodes), pre_activations=pre_activations)
    lives(planned, net)
    computed = np.concatenate(
        [b.nodes for b in planned.blocks if not isinstance(b, SoftmaxBlock)] or [np.zeros(0, int)]
    )
    assert len(set(computed.tolist())) == len(computed)
    needed = {int(node) for node in nodes}
    waiting = list(needed)
    groups = {int(node): group.tolist() for group in net.softmax_groups for node in group}
    while waiting:
        node = waiting.pop()
        more = {*net.source[net.incoming.of(node)].tolist(), *groups.get(node, ())} - needed
        needed |= more
        waiting += more
    assert set(computed.tolist()) == {node for node in needed if len(net.incoming.of(node))}


@given(specs())
@settings(max_examples=100)
def test_the_edges_of_a_block_are_those_of_its_nodes(spec):
    net = network(spec)
    for block in plan(net, net.outputs).blocks:
        start, source, edge = block.csr()
        assert len(start) == len(block.nodes) + 1
        assert start[-1] == len(source) == len(edge) == block.terms
        if not isinstance(block, SoftmaxBlock):
            assert set(net.target[edge].tolist()) <= set(block.nodes.tolist())


def test_depth_costs_no_slots():
    net = network(chain(1000, "tanh"))
    assert plan(net, net.outputs).slots == 2
    assert plan(net, np.arange(1000)).slots == 1000


def test_what_the_chosen_nodes_do_not_need_is_left_out():
    net = network(as_edges([3, 4, 4, 2]))
    planned = plan(net, np.array([net.index["l1_2"]]))
    assert [block.nodes.tolist() for block in planned.blocks] == [[net.index["l1_2"]]]


def test_dense_pieces_are_found_in_edge_lists():
    """A skip edge makes one node unlike the others; the rest stay a matrix."""
    extra = [{"source": "l0_0", "target": "l2_0", "weight": 0.5}]
    net = network(as_edges([5, 9, 10], extra=extra))
    planned = plan(net, net.outputs)
    kinds = [(type(block), len(block.nodes)) for block in planned.blocks]
    assert sorted(kinds, key=str) == [(DenseBlock, 9), (DenseBlock, 9), (SparseBlock, 1)]
    dense = planned.blocks[0]
    assert [net.ids[node] for node in dense.rows] == [f"l0_{i}" for i in range(5)]
    assert dense.pattern[-1] == CONSTANT
    assert [net.ids[node] for node in dense.source[:, 0]] == [
        f"b_{net.ids[node]}" for node in dense.nodes
    ]
    matrix = dense.matrix(net.weights)
    for row, node in zip(matrix, dense.nodes, strict=True):
        assert row.tolist() == net.weights[net.incoming.of(int(node))[:5]].tolist()


def test_the_order_of_a_list_counts():
    """Nodes that read the same sources in another order are no matrix: their sums would differ."""
    spec = as_edges([3, 9])
    first = [edge for edge in spec["edges"] if edge["target"] == "l1_0"]
    spec["edges"] = [edge for edge in spec["edges"] if edge["target"] != "l1_0"] + first[::-1]
    net = network(spec)
    kinds = [(type(block), len(block.nodes)) for block in plan(net, net.outputs).blocks]
    assert sorted(kinds, key=str) == [(DenseBlock, 8), (SparseBlock, 1)]


def test_a_layer_is_a_matrix_as_it_stands():
    sizes, rng = (3, 5, 2), np.random.default_rng(0)
    layers = [{"id": "x", "size": 3}]
    parameters = {}
    for i, (columns, rows) in enumerate(pairwise(sizes), 1):
        layers.append({"id": f"h{i}", "size": rows, "weights": f"W{i}", "bias": f"b{i}"})
        parameters[f"W{i}"] = rng.standard_normal((rows, columns)).tolist()
        parameters[f"b{i}"] = rng.standard_normal(rows).tolist()
    net = network({"deepgraph": 1, "layers": layers, "parameters": parameters})
    first, second = plan(net, net.outputs).blocks
    for block, name in ((first, "W1"), (second, "W2")):
        assert isinstance(block, DenseBlock)
        assert block.matrix(net.weights).tolist() == parameters[name]
        assert np.shares_memory(block.matrix(net.weights), net.weights)
        start, source, edge = block.csr()
        for node, begin, end in zip(block.nodes, start, start[1:], strict=False):
            assert edge[begin:end].tolist() == net.incoming.of(int(node)).tolist()
            assert source[begin:end].tolist() == net.source[edge[begin:end]].tolist()


def test_a_million_edges_are_planned_without_a_loop():
    rng = np.random.default_rng(0)
    nodes, per = 20_000, 50
    spec = {
        "deepgraph": 1,
        "nodes": [{"id": f"n{i}", "kind": "input" if i < 100 else "output"} for i in range(nodes)],
        "edges": [{"source": "n0", "target": f"n{i}", "weight": 1} for i in range(100, nodes)],
    }
    net = network(spec)
    # The edges of a large network, without the minutes that its text would take to write and read.
    target = np.repeat(np.arange(100, nodes, dtype=np.int32), per)
    net.target = target
    net.source = (rng.random(len(target)) * (target // 100 * 100)).astype(np.int32)
    net.step_rank = net.rank = (np.arange(nodes) // 100).astype(np.int32)
    lines = 0

    def count(frame, event, argument):
        nonlocal lines
        lines += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        planned = plan(net, net.outputs)
    finally:
        sys.settrace(before)
    assert planned.edges == len(target) == 995_000
    assert lines < 100_000
