"""The objectives of training against the losses of the reference, and their targets."""

from __future__ import annotations

import numpy as np
import pytest

import deepgraph
from deepgraph.errors import InputError
from deepgraph.functions.losses import LOSSES
from deepgraph.train.objective import ByNode, CrossEntropy, SquaredError, goal, objective
from deepgraph.train.packing import Blocks
from deepgraph.train.runs import FunctionRun
from tests.support.strategies import SPECS, network
from tests.support.training import check_gradient, iris


def net(*activations):
    builder = deepgraph.Builder()
    builder.input("x")
    for number, activation in enumerate(activations, 1):
        builder.output(f"y{number}", activation)
        builder.edge("x", f"y{number}", f"w{number}", 0.5 * number)
    return builder.build()


@pytest.mark.parametrize(
    ("loss", "kind"),
    [
        ("squared_error", SquaredError),
        ("half_squared_error", SquaredError),
        ("mean_squared_error", SquaredError),
        ("cross_entropy", CrossEntropy),
    ],
)
def test_each_loss_has_its_objective(loss, kind):
    one = net("sigmoid")
    aim, t = goal(one, {"y1": 1}, loss, 1)
    blocks = Blocks(one, aim.nodes)
    a = np.zeros((blocks.height, 1))
    runs = [FunctionRun(one.functions[block.function], a[block.nodes]) for block in blocks.steps]
    assert type(objective(aim, blocks, runs, a, t, 1.0)) is kind


def test_the_general_objective_is_that_of_squares():
    """`SquaredError` is only faster: value and derivatives are those of `ByNode`."""
    two, targets = net("identity", "identity"), {"y1": [1.0, 2.0], "y2": -1.0}
    for loss in ("squared_error", "half_squared_error", "mean_squared_error"):
        aim, t = goal(two, targets, loss, 2)
        blocks = Blocks(two, aim.nodes)
        a = np.random.default_rng(0).standard_normal((blocks.height, 2))
        found = []
        for kind in (SquaredError, ByNode):
            made_one, d = kind(aim, blocks, a, t, 0.5), np.zeros_like(a)
            value = made_one.value()
            for call in made_one.backward(d, _Anywhere()):
                call()
            found.append((value, d[blocks.places_of(aim.nodes)].tolist()))
        (value, slopes), (general, other) = found
        assert general == pytest.approx(value, rel=1e-15)
        assert np.array(other) == pytest.approx(np.array(slopes), rel=1e-15)


@pytest.mark.parametrize("loss", ["half_squared_error", "cross_entropy"])
def test_a_gain_is_in_loss_and_derivatives(loss):
    some = net({"name": "sigmoid", "gain": 5}, {"name": "sigmoid", "gain": -0.5}, "sigmoid")
    X = np.linspace(-1, 1, 7)[:, np.newaxis]
    targets = {"y1": (X[:, 0] > 0).astype(float), "y2": 0.25, "y3": 1.0}
    check_gradient(some, X, targets, loss)


class _Anywhere:
    """As `deepgraph.train.runs.Sent` where nothing has been sent before."""

    def write(self, places):
        return True


def test_a_softmax_group_is_whole_among_the_targets():
    aim, t = goal(net("softmax", "softmax", "sigmoid"), {"y3": 0.5, "y1": 1}, "cross_entropy", 1)
    assert aim.loss is LOSSES["cross_entropy"]
    assert aim.nodes.tolist() == [1, 2, 3]
    assert t.tolist() == [[1.0], [0.0], [0.5]]


@pytest.mark.parametrize(
    ("node", "message"),
    [
        ("x", 'a target for "x", which is an input; training moves the values of hidden and'),
        ("b", 'a target for "b", which is a bias; training moves the values of hidden and'),
    ],
)
def test_only_neurons_have_targets(node, message):
    spec = {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input"},
            {"id": "b", "kind": "bias", "value": 1},
            {"id": "y", "kind": "output"},
        ],
        "edges": [
            {"source": "x", "target": "y", "weight": 1},
            {"source": "b", "target": "y"},
        ],
    }
    with pytest.raises(InputError, match=message):
        goal(network(spec), {node: 1.0}, "squared_error", 1)


def test_targets_of_sigmoid_nodes_lie_between_0_and_1():
    with pytest.raises(InputError, match=r"needs targets from 0 to 1, got 1\.5 in row 2"):
        goal(net("sigmoid"), {"y1": [0.5, 1.5]}, "cross_entropy", 2)


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
