"""The goal of training: its target nodes and their values."""

from __future__ import annotations

import numpy as np

import deepgraph
from deepgraph.train.objective import goal
from tests.support.strategies import SPECS
from tests.support.training import iris


def test_cross_entropy_takes_whole_softmax_groups_with_0_for_members_without_a_target():
    net, _, _ = iris()
    aim, targets = goal(net, {"versicolor": [1, 0.5]}, "cross_entropy", 2)
    assert [net.ids[node] for node in aim.nodes] == net.output_names
    assert targets.tolist() == [[0, 0], [1, 0.5], [0, 0]]


def test_other_losses_take_the_targets_as_they_are_given():
    net = deepgraph.load(SPECS / "deep_state.json")
    aim, targets = goal(net, {"y": 2, "h1": np.array([3.0, 4.0])}, "squared_error", 2)
    found = dict(zip([net.ids[node] for node in aim.nodes], targets.tolist(), strict=True))
    assert found == {"y": [2, 2], "h1": [3, 4]}
