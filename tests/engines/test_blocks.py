"""Blocks: dense pieces among edges, layers as they stand, and the edges of each block."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given

from deepgraph.engines.blocks import CONSTANT, DenseBlock, SoftmaxBlock, SparseBlock
from deepgraph.engines.plan import plan
from tests.support.engines import as_edges
from tests.support.strategies import examples, network, specs


def test_dense_pieces_are_found_in_edge_lists():
    """A skip edge makes one node unlike the others; the rest stay a matrix."""
    extra = [{"source": "l0_0", "target": "l2_0", "weight": 0.5}]
    net = network(as_edges([5, 9, 10], extra=extra))
    planned = plan(net, net.outputs)
    kinds = [(type(block), len(block.nodes)) for block in planned.blocks]
    assert sorted(kinds, key=str) == [(DenseBlock, 9), (DenseBlock, 9), (SparseBlock, 1)]
    dense = planned.blocks[0]
    assert [net.ids[node] for node in dense.sources] == [f"l0_{i}" for i in range(5)]
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


@given(specs())
@examples(100)
def test_the_edges_of_a_block_are_those_of_its_nodes(spec):
    net = network(spec)
    for block in plan(net, net.outputs).blocks:
        start, source, edge = block.csr()
        assert len(start) == len(block.nodes) + 1
        assert start[-1] == len(source) == len(edge) == block.terms
        if not isinstance(block, SoftmaxBlock):
            assert set(net.target[edge].tolist()) <= set(block.nodes.tolist())
