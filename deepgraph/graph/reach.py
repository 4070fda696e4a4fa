"""Ancestors and descendants of nodes; a softmax group is reached as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepgraph.graph import topology
from deepgraph.graph.kinds import HIDDEN
from deepgraph.graph.steps import step_edges, steps_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph


def needed(network: Graph, chosen: Sequence[int] | NDArray[np.int64]) -> NDArray[np.bool_]:
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
    return _numbers(needed(network, chosen)[: len(network.ids)])


def descendants(network: Graph, node: int) -> set[int]:
    """A node and everything that depends on it."""
    nodes = len(network.ids)
    step, source, target = _steps(network)
    steps = nodes + len(network.softmax_groups)
    found = topology.ancestors(steps, target, source, np.array([node]))  # edges turned round
    return _numbers(found[:nodes] | found[step])


def _steps(network: Graph) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """(nodes,) the step that computes each node; tails and heads of the dependences of steps."""
    groups = network.softmax_groups
    step = steps_of(len(network.ids), groups)
    return step, *step_edges(network.source, network.target, groups, step)


def _numbers(found: NDArray[np.bool_]) -> set[int]:
    return set(np.flatnonzero(found).tolist())
