from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepgraph.graph import topology
from deepgraph.graph.topology import Adjacency, cycle, ranks


@st.composite
def graphs(draw, acyclic=True):
    nodes = draw(st.integers(1, 60))
    edges = draw(
        st.lists(
            st.tuples(st.integers(0, nodes - 1), st.integers(0, nodes - 1)),
            max_size=120,
            unique=True,
        )
    )
    if acyclic:
        order = draw(st.permutations(range(nodes)))
        edges = [(order[min(e)], order[max(e)]) for e in edges if e[0] != e[1]]
    return nodes, list(dict.fromkeys(edges))


def arrays(edges):
    source, target = np.array(edges, np.int32).reshape(-1, 2).T
    return source, target


def as_networkx(nodes, edges):
    graph = nx.DiGraph(edges)
    graph.add_nodes_from(range(nodes))
    return graph


@pytest.mark.parametrize("thin", [0, 24, 1000])
@given(graphs())
def test_ranks_are_the_generations_of_networkx(thin, graph):
    nodes, edges = graph
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(topology, "THIN", thin)
        rank = ranks(nodes, *arrays(edges))
    for generation, members in enumerate(nx.topological_generations(as_networkx(nodes, edges))):
        assert {int(node) for node in np.flatnonzero(rank == generation)} == set(members)
    assert not cycle(nodes, *arrays(edges), rank)


@pytest.mark.parametrize("thin", [0, 24])
@given(graphs(acyclic=False))
def test_cycles(thin, graph):
    nodes, edges = graph
    source, target = arrays(edges)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(topology, "THIN", thin)
        rank = ranks(nodes, source, target)
    found = cycle(nodes, source, target, rank)
    whole = as_networkx(nodes, edges)
    assert bool(found) == (not nx.is_directed_acyclic_graph(whole))
    assert bool(found) == bool((rank < 0).any())
    if found:
        assert len(set(found)) == len(found)
        assert all(pair in edges for pair in zip(found, [*found[1:], found[0]], strict=True))
        inside = set().union(*(c for c in nx.strongly_connected_components(whole) if len(c) > 1))
        inside |= {node for node in whole if whole.has_edge(node, node)}
        behind = set().union(*(nx.descendants(whole, node) for node in inside)) | inside
        assert behind == set(np.flatnonzero(rank < 0).tolist())


def test_a_long_cycle_needs_no_recursion():
    nodes = 50_000
    source = np.arange(nodes, dtype=np.int32)
    target = np.roll(source, -1)
    found = cycle(nodes, source, target, ranks(nodes, source, target))
    assert len(found) == nodes


def test_no_nodes_at_all():
    assert len(ranks(0, *arrays([]))) == 0


@given(graphs(acyclic=False))
def test_adjacency_keeps_the_order_of_the_edges(graph):
    nodes, edges = graph
    _, target = arrays(edges)
    incoming = Adjacency.by(target, nodes)
    expected = [[e for e, (_, head) in enumerate(edges) if head == node] for node in range(nodes)]
    assert [incoming.of(node).tolist() for node in range(nodes)] == expected
    some = np.arange(0, nodes, 2)
    assert incoming.of_all(some).tolist() == [e for node in some for e in expected[node]]
    assert incoming.of_all(some[:0]).tolist() == []
