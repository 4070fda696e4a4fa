"""The steps of evaluation: one for each node, and one more for each softmax group.

A softmax group is computed after the z of all its members.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepgraph.functions.softmax import softmax_group

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.functions.written import Function


def softmax_groups(functions: list[Function], function: list[int]) -> list[NDArray[np.int32]]:
    """The members of each group of softmax nodes, in the order of the nodes.

    Args:
        functions: the distinct activations of the spec.
        function: (nodes,) numbers into `functions`.
    """
    named = [softmax_group(written) for written in functions]
    members: dict[object, list[int]] = {}
    grouped = [number for number, group in enumerate(named) if group is not None]
    if not grouped:
        return []
    for node in np.flatnonzero(np.isin(function, grouped)).tolist():
        members.setdefault(named[function[node]], []).append(node)
    return [np.array(nodes, np.int32) for nodes in members.values()]


def steps_of(nodes: int, groups: list[NDArray[np.int32]]) -> NDArray[np.int32]:
    """(nodes,) the step that computes a of each node: its own, or nodes + g in group g."""
    step = np.arange(nodes, dtype=np.int32)
    for group, members in enumerate(groups, nodes):
        step[members] = group
    return step


def step_edges(
    source: NDArray[np.int32],
    target: NDArray[np.int32],
    groups: list[NDArray[np.int32]],
    step: NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Tails and heads of the dependences between steps, softmax groups included."""
    if not groups:
        return source, target
    members = np.concatenate(groups)
    return np.concatenate([step[source], members]), np.concatenate([target, step[members]])
