"""The steps of evaluation: one for each node, one more for each group of softmax nodes."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from deepgraph import load
from deepgraph.graph.steps import softmax_groups, step_edges, steps_of
from tests.support.strategies import SPECS

SOFTMAX = {"name": "softmax", "group": "g"}


@pytest.mark.parametrize(
    ("functions", "function", "groups"),
    [
        (["relu"], [0, 0], []),
        (["softmax"], [0, 0], [[0, 1]]),
        (["relu", "softmax"], [1, 0, 1], [[0, 2]]),
        (["softmax", SOFTMAX], [1, 0, 1, 0], [[0, 2], [1, 3]]),
    ],
)
def test_the_members_of_softmax_groups(functions, function, groups):
    assert [group.tolist() for group in softmax_groups(functions, function)] == groups


def test_a_group_waits_for_all_of_its_members_and_they_are_its_values():
    groups = [np.array([2, 3], np.int32)]
    step = steps_of(5, groups)
    assert step.tolist() == [0, 1, 5, 5, 4]
    source, target = np.array([0, 1, 2], np.int32), np.array([2, 3, 4], np.int32)
    order = nx.DiGraph(list(zip(*step_edges(source, target, groups, step), strict=True)))
    assert set(nx.ancestors(order, 5)) == {0, 1, 2, 3}
    assert set(nx.descendants(order, 5)) == {4}


def test_a_network_is_evaluated_in_an_order_that_respects_its_edges():
    net = load(SPECS / "iris.json")
    place = {step: number for number, step in enumerate(net.steps.tolist())}
    step = steps_of(len(net.ids), net.softmax_groups)
    assert net.softmax_groups, "iris ends in a softmax"
    for tail, head in zip(
        *step_edges(net.source, net.target, net.softmax_groups, step), strict=True
    ):
        assert place[int(tail)] < place[int(head)]
