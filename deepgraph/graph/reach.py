"""What nodes depend on and what depends on them; a softmax group is reached as a whole.

What nodes depend on is asked by every evaluation, so it is found by arrays, which a million edges
do not slow down. What depends on a node, and the longest path, a person asks: they go to networkx.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.graph import topology
from deepgraph.graph.kinds import HIDDEN
from deepgraph.graph.steps import step_edges, steps_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import networkx as nx
    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph


def needed(network: Graph, chosen: Sequence[int] | NDArray[np.int64]) -> NDArray[np.bool]:
    """(nodes + softmax groups,) true for the steps that chosen nodes depend on, and their own."""
    nodes, groups = len(network.ids), network.softmax_groups
    chosen = np.asarray(chosen, np.int64)
    if not groups:
        reads = np.bincount(network.source, minlength=nodes)
        reads[chosen] += 1
        if (reads > 0)[network.kind >= HIDDEN].all():  # then every path leads to a chosen node
            return reads > 0
    step, source, target = _steps(network)
    return topology.ancestors(nodes + len(groups), source, target, step[chosen].astype(np.int64))


def ancestors(network: Graph, chosen: Sequence[int]) -> set[int]:
    """Some nodes and everything that they depend on."""
    return set(np.flatnonzero(needed(network, chosen)[: len(network.ids)]).tolist())


def descendants(network: Graph, chosen: int | Iterable[int]) -> set[int]:
    """A node, or several, and everything that depends on them."""
    graph, step = _dependences(network)
    return _reached(graph, step, chosen if isinstance(chosen, Iterable) else [chosen])


def descendants_of_each(network: Graph, nodes: Iterable[int]) -> dict[int, set[int]]:
    """Each of some nodes with everything that depends on it."""
    graph, step = _dependences(network)
    return {node: _reached(graph, step, [node]) for node in nodes}


def _reached(graph: nx.DiGraph, step: list[int], chosen: Iterable[int]) -> set[int]:
    """The nodes that are reached from some; all whose step is reached."""
    import networkx as nx  # a person waits for an answer about a few nodes

    found = set(chain.from_iterable(nx.bfs_layers(graph, list(chosen))))
    return {number for number, own in enumerate(step) if number in found or own in found}


def longest_path(network: Graph) -> list[int]:
    """The neurons of a longest path, from the first to an output; the first found of equal ones."""
    import networkx as nx  # likewise

    neurons = network.kind >= HIDDEN
    inner = neurons[network.source]
    graph = nx.DiGraph()
    graph.add_nodes_from(np.flatnonzero(neurons).tolist())
    graph.add_edges_from(
        zip(network.source[inner].tolist(), network.target[inner].tolist(), strict=True)
    )
    return list(nx.dag_longest_path(graph))


def _dependences(network: Graph) -> tuple[nx.DiGraph, list[int]]:
    """The dependences of steps as a graph, and the step that computes a of each node."""
    import networkx as nx  # likewise

    step, source, target = _steps(network)
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(network.ids) + len(network.softmax_groups)))
    graph.add_edges_from(zip(source.tolist(), target.tolist(), strict=True))
    return graph, step.tolist()


def _steps(network: Graph) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """(nodes,) the step that computes each node; tails and heads of the dependences of steps."""
    groups = network.softmax_groups
    step = steps_of(len(network.ids), groups)
    return step, *step_edges(network.source, network.target, groups, step)


def trained_parameters(network: Graph, targets: Iterable[int]) -> NDArray[np.bool]:
    """(parameters,) true for those that may change, and that a loss of some nodes depends on."""
    live = np.zeros(len(network.ids), np.bool)
    live[list(ancestors(network, list(targets)))] = True
    found = np.zeros(len(network.parameters), np.bool)
    found[network.edge_parameter[live[network.target] & (network.edge_parameter >= 0)]] = True
    found[network.node_parameter[live & (network.node_parameter >= 0)]] = True
    return found & network.parameters.trainable
