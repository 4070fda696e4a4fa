"""Training as a library function: against the reference, autograd's Adam, and scikit-learn."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pytest
from autograd.misc.optimizers import adam
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

import deepgraph
from deepgraph.edit.templates import dense
from deepgraph.errors import DivergedError, InputError, UninitialisedError
from deepgraph.train import fit
from deepgraph.train.rows import Shuffle
from tests.support.strategies import SPECS, network

X = np.linspace(-1, 1, 150)[:, np.newaxis]
TARGETS = {"y": np.sin(3 * X[:, 0])}


@pytest.fixture(scope="module")
def net():
    return deepgraph.load(SPECS / "deep_state.json")


# --- steps ----------------------------------------------------------------------------------


def test_gradient_descent_is_that_of_the_reference(net):
    expected = net
    for _ in range(30):
        expected = expected.gradient(X, TARGETS).update(0.05)
    found = fit(net, X, TARGETS, epochs=30, learning_rate=0.05)
    np.testing.assert_allclose(
        found.network.parameters.values, expected.parameters.values, rtol=0, atol=1e-13
    )
    assert found.best.number == 30
    assert found.best.training.loss == pytest.approx(expected.loss(X, TARGETS), rel=1e-12)
    assert len(found.history) == 31
    assert found.history[0].training.loss == pytest.approx(net.loss(X, TARGETS), rel=1e-12)


def test_the_published_step_of_mazur():
    net = deepgraph.load(SPECS / "mazur.json")
    found = fit(net, [[0.05, 0.10]], {"o1": 0.01, "o2": 0.99}, epochs=1, learning_rate=0.5).network
    values = found.parameters.values
    for name, value in {"w5": 0.35891648, "w1": 0.149780716}.items():
        assert values[found.parameters.find(name)] == pytest.approx(value, abs=5e-9)


def test_momentum():
    net = deepgraph.load(SPECS / "deep_state.json")
    values, v = net.parameters.values, np.zeros(len(net.parameters))
    for _ in range(20):
        v = 0.9 * v + net.with_values(values).gradient(X, TARGETS).parameters
        values = values - 0.01 * v
    found = fit(net, X, TARGETS, epochs=20, learning_rate=0.01, momentum=0.9)
    np.testing.assert_allclose(found.network.parameters.values, values, rtol=0, atol=1e-13)


def test_adam_is_that_of_autograd(net):
    def slope(values, _):
        return net.with_values(values).gradient(X, TARGETS).parameters

    expected = adam(slope, net.parameters.values, num_iters=25, step_size=0.01)
    found = fit(net, X, TARGETS, epochs=25, optimiser="adam")
    np.testing.assert_allclose(found.network.parameters.values, expected, rtol=0, atol=1e-12)


def test_batches_are_shuffled_and_each_row_is_learned_from_once(net):
    order = Shuffle(5, "batches")(150)
    assert sorted(order.tolist()) == list(range(150))
    expected = net
    for start in range(0, 150, 40):  # 40, 40, 40, 30
        part = order[start : start + 40]
        targets = {"y": TARGETS["y"][part]}
        expected = expected.gradient(X[part], targets).update(0.1)
    found = fit(net, X, TARGETS, epochs=1, batch=40, seed=5)
    np.testing.assert_allclose(
        found.network.parameters.values, expected.parameters.values, rtol=0, atol=1e-13
    )


def test_a_batch_too_large_for_the_memory_is_added_up(net, monkeypatch):
    whole = [fit(net, X, TARGETS, epochs=5, batch=batch) for batch in (None, 140)]
    monkeypatch.setattr("deepgraph.train.descent.TILE_VALUES", 500)
    cut = [fit(net, X, TARGETS, epochs=5, batch=batch) for batch in (None, 140)]
    for left, right in zip(whole, cut, strict=True):
        np.testing.assert_allclose(
            left.network.parameters.values, right.network.parameters.values, rtol=0, atol=1e-13
        )
        assert left.best.training.loss == pytest.approx(right.best.training.loss, rel=1e-12)


def test_the_same_arguments_give_the_same_bits_and_another_seed_others(net):
    def values(seed):
        found = fit(net, X, TARGETS, epochs=20, batch=32, seed=seed, validation=0.2)
        return found.network.parameters.values.tobytes()

    assert values(1) == values(1)
    assert len({values(seed) for seed in (1, 2, -1)}) == 3


def test_threads_do_not_matter():
    spec = dense([200, 300, 10], output_activation="softmax", layers=True)
    net = deepgraph.Network(spec).initialised(0)
    rng = np.random.default_rng(0)
    rows, classes = rng.normal(size=(1000, 200)), rng.integers(0, 10, 1000)
    names = [net.output_names[number] for number in classes]
    written = set()
    for threads in (1, 2, 5):
        with threadpool_limits(threads, "blas"):
            found = fit(net, rows, names, epochs=3, learning_rate=0.01)
        written.add(found.network.parameters.values.tobytes())
    assert len(written) == 1


def test_the_kinks_of_the_documentation(net):
    """docs/training.md: seventeen points of a W move the four kinks of the seed; nine do not do."""
    x = np.linspace(-1, 1, 17)
    settings = {"epochs": 5000, "learning_rate": 0.2}
    found = fit(net, {"x": x}, {"y": np.abs(2 * np.abs(x) - 1)}, **settings).network
    places = [float(kink.position) for kink in found.kinks({"x": (-1, 1)})["y"].kinks]
    assert places == pytest.approx([-0.5, 0, 0, 0.5], abs=2e-3)
    nine = x[::2]
    settings = {"epochs": 2000, "learning_rate": 0.03, "optimiser": "adam"}
    other = fit(net, {"x": nine}, {"y": np.abs(2 * np.abs(nine) - 1)}, **settings).network
    assert np.abs(other({"x": nine})[:, 0] - np.abs(2 * np.abs(nine) - 1)).max() < 1e-10
    assert other({"x": np.linspace(-1, 1, 201)}).min() < -0.2


# --- what is trained ------------------------------------------------------------------------


def test_frozen_parameters_stay_and_shared_ones_learn_from_all_edges():
    builder = deepgraph.Builder()
    builder.input("x")
    builder.node("h", activation="tanh")
    builder.output("y")
    builder.bias("b", 0.5, "h", "y")
    builder.edge("x", "h", "w", 0.5)
    builder.edge("h", "y", "w", 0.5)
    builder.edge("x", "y", "v", 3)
    spec = json.loads(deepgraph.spec.writing.write(builder.build().spec))
    spec["edges"] = [
        edge | {"trainable": False} if edge.get("label") == "v" else edge for edge in spec["edges"]
    ]
    spec["nodes"].append({"id": "one", "kind": "bias", "value": 2})  # unit style, not 1
    spec["edges"].append({"source": "one", "target": "y", "label": "u", "weight": 0.25})
    net = network(spec)
    expected = net
    for _ in range(10):
        expected = expected.gradient(X, TARGETS).update(0.1)
    found = fit(net, X, TARGETS, epochs=10).network
    np.testing.assert_allclose(
        found.parameters.values, expected.parameters.values, rtol=0, atol=1e-13
    )
    assert found.parameters.values[found.parameters.find("v")] == 3
    again = deepgraph.loads(deepgraph.spec.writing.write(found.spec))
    assert np.array_equal(again.parameters.values, found.parameters.values)


def test_a_network_without_anything_to_train_is_refused():
    net = deepgraph.load(SPECS / "xor.json")
    spec = json.loads((SPECS / "xor.json").read_text())
    for record in (*spec["nodes"], *spec["edges"]):
        if record.get("kind") == "bias" or ("label" in record and "source" in record):
            record["trainable"] = False
    with pytest.raises(InputError, match="there is nothing to train: the targets depend on no"):
        fit(network(spec), np.zeros((1, len(net.inputs))), {"y": [1.0]})


# --- classes and validation -----------------------------------------------------------------


def iris():
    net = deepgraph.load(SPECS / "iris.json")
    lines = (SPECS / "iris.csv").read_text().splitlines()[1:]
    rows = [line.rsplit(",", 1) for line in lines]
    return net, np.array([row[0].split(",") for row in rows], float), [row[1] for row in rows]


def test_classes_are_learned_by_cross_entropy_and_counted():
    net, flowers, species = iris()
    found = fit(net, flowers, species, epochs=3, learning_rate=0.01)
    assert found.loss == "cross_entropy"
    first = found.history[0].training
    assert first.accuracy == 0.98
    hot = {name: np.array([name == s for s in species], float) for name in net.output_names}
    assert first.loss == pytest.approx(net.loss(flowers, hot, "cross_entropy"), rel=1e-12)
    with pytest.raises(InputError) as caught:
        fit(net, flowers[:2], ["setosa", "rose"])
    assert str(caught.value) == (
        'row 2: the class "rose" is no output; they are "setosa", "versicolor", "virginica"; '
        "the label of an output names its class"
    )
    with pytest.raises(InputError) as caught:
        fit(net, flowers, species, validation=(flowers[:1], ["Setosa"]))
    assert str(caught.value) == (
        'rows to validate with: row 1: the class "Setosa" is no output; did you mean "setosa"?'
    )


def test_outputs_of_one_name_are_no_classes():
    spec = json.loads((SPECS / "iris.json").read_text())
    spec["layers"][-1]["names"] = ["a", "b", "c"]
    text = json.dumps(spec)
    nodes = [{"id": "d", "kind": "output", "label": "a", "activation": "softmax"}]
    edges = [{"source": "h1", "target": "d", "label": "w"}]
    spec = json.loads(text) | {"nodes": nodes, "edges": edges, "examples": []}
    spec["parameters"]["w"] = 1
    net = network(spec)
    with pytest.raises(InputError) as caught:
        fit(net, iris()[1][:1], ["a"])
    assert str(caught.value) == (
        'two outputs are called "a", so that it is no class; give each a label of its own'
    )


def test_validation_decides_which_epoch_is_kept():
    net, flowers, species = iris()
    found = fit(net, flowers, species, epochs=60, optimiser="adam", validation=0.2)
    losses = [epoch.validation.loss for epoch in found.history]
    assert found.rows == 120
    assert found.best.number == int(np.argmin(losses)) < 60
    own = fit(net, flowers, species, epochs=60, optimiser="adam", validation=(flowers, species))
    assert [e.validation for e in own.history] == [e.training for e in own.history]
    with pytest.raises(InputError, match="leaves 0 to validate with"):
        fit(net, flowers, species, validation=0.001)


def test_digits_reach_the_accuracy_of_scikit_learn():
    digits = load_digits()
    x, x_test, y, y_test = train_test_split(
        digits.data / 16, digits.target, test_size=300, stratify=digits.target, random_state=0
    )
    spec = dense([64, 32, 10], output_activation="softmax", layers=True)
    ours, theirs = [], []
    for seed in (0, 1):
        net = deepgraph.Network(spec).initialised(seed, "xavier")
        names = [net.ids[node] for node in net.outputs]
        found = fit(
            net,
            x,
            [names[digit] for digit in y],
            epochs=100,
            optimiser="adam",
            learning_rate=0.001,
            batch=200,
            seed=seed,
        )
        ours.append(np.mean(np.argmax(found.network(x_test), axis=1) == y_test))
        model = MLPClassifier((32,), max_iter=100, random_state=seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it would go on for longer
            theirs.append(model.fit(x, y).score(x_test, y_test))
    assert np.mean(ours) >= np.mean(theirs) - 0.01
    assert min(ours) > 0.95


# --- what comes out -------------------------------------------------------------------------


def test_the_spec_states_its_training_and_keeps_what_still_holds(net, tmp_path):
    found = fit(net, X, TARGETS, epochs=4)
    source = found.network.spec.source
    assert source.startswith(
        f"Trained by deepgraph {deepgraph.__version__} with numpy {np.__version__}: sgd, learning "
        "rate 0.1, 4 epochs of full batches, seed 0, on 150 rows. half_squared_error 0.547651 "
        "before, "
    )
    assert source.endswith(f"after epoch 4 of 4. Before that: {net.spec.source}")
    assert found.network.spec.examples == []
    assert len(found.dropped) == 3
    same = fit(net, X, TARGETS, epochs=0)
    assert same.network.spec.examples == net.spec.examples
    found.save(tmp_path / "a.json")
    again = deepgraph.load(tmp_path / "a.json")
    assert np.array_equal(again.parameters.values, found.network.parameters.values)


def test_of_two_examples_with_one_name_the_one_that_holds_stays():
    holds = {"inputs": {"x": 0}, "expect": {"y": 0}}
    fails = {"inputs": {"x": 1}, "expect": {"y": 1}}
    spec = {
        "deepgraph": 1,
        "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
        "edges": [{"source": "x", "target": "y", "label": "w", "weight": 1}],
        "examples": [holds, fails | {"name": "example 1"}, fails, holds | {"name": "example 3"}],
    }
    found = fit(network(spec), [[1], [2]], {"y": [2, 4]}, epochs=1)
    assert [example.name for example in found.network.spec.examples] == [None, "example 3"]
    assert found.dropped == ["example 1", "example 3"]


def test_a_training_that_only_gets_worse_leaves_the_network_as_it_was():
    net = network(
        {
            "deepgraph": 1,
            "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
            "edges": [{"source": "x", "target": "y", "label": "w", "weight": "1/3"}],
        }
    )
    found = fit(net, [[1.0]], {"y": [0.0]}, epochs=5, learning_rate=2.5)
    assert found.best.number == 0
    assert bytes(found.network.spec.edges[0].weight) == b'"1/3"'


# --- what does not fit ----------------------------------------------------------------------


def test_divergence_names_epoch_and_node(net):
    flowers, species = iris()[1:]
    for options in ({}, {"batch": 50}):
        with pytest.raises(DivergedError) as caught:
            fit(iris()[0], flowers, species, learning_rate=1e200, **options)
        assert [epoch.number for epoch in caught.value.history] == [0]
        assert str(caught.value) == (
            "training stopped in epoch 1: the first node that is not finite is "
            '"setosa", where z is nan'
        )
    with pytest.raises(DivergedError) as caught:
        fit(net, X, {"y": 1e200})
    assert str(caught.value) == (
        "training stopped before the first epoch: the loss is too large for a double, with "
        '"y" as far as 1e+200 from its target'
    )


def test_a_parameter_without_bounds_is_named_where_the_loss_is_finite():
    net = network(
        {
            "deepgraph": 1,
            "nodes": [
                {"id": "x", "kind": "input"},
                {"id": "y", "kind": "output", "activation": "relu"},
            ],
            "edges": [{"source": "x", "target": "y", "label": "w", "weight": 1e-200}],
        }
    )
    with pytest.raises(DivergedError) as caught:
        fit(net, [[1e200]], {"y": [0.0]}, epochs=3, learning_rate=1e200)
    assert (
        str(caught.value) == 'training stopped after epoch 1, the best: the parameter "w" is -inf'
    )
    assert [epoch.training.loss for epoch in caught.value.history] == [0.5, 0, 0, 0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"loss": "output"}, 'the loss "output" is an output itself'),
        ({"loss": "hinge"}, 'unknown loss "hinge"; known: squared_error'),
        ({"loss": "cross_entropy"}, "cross_entropy is defined on softmax and sigmoid nodes"),
        ({"optimiser": "lbfgs"}, 'no optimiser "lbfgs"; known: sgd, adam'),
        ({"learning_rate": 0}, "a learning rate is a positive number, got 0"),
        ({"learning_rate": np.nan}, "a learning rate is a positive number, got nan"),
        ({"momentum": 1.0}, "momentum is at least 0 and less than 1, got 1"),
        ({"momentum": 0.5, "optimiser": "adam"}, "momentum belongs to sgd"),
        ({"batch": 0}, "a batch has at least one row, got 0"),
        ({"epochs": -1}, "epochs are counted from 0, got -1"),
        ({"X": np.zeros((0, 1)), "targets": {"y": []}}, "there are no rows to learn from"),
        ({"X": [[np.nan]], "targets": {"y": [1]}}, 'row 1: the input "x" is nan'),
        ({"targets": {"z": 1}}, 'a target for "z", and there is no such node'),
        ({"targets": {"x": 1}}, 'a target for "x", which is an input; training moves'),
        ({"targets": {"y": 1, "b1": 1}}, 'a target for "b1", which is a bias; training moves'),
        ({"targets": ["y"] * 150}, "classes need two outputs or more, and this network has one"),
        ({"targets": ["y"]}, "1 classes for 150 rows"),
        (
            {"validation": (X, {"h1": 1})},
            "rows to validate with: their targets are for other nodes",
        ),
    ],
)
def test_what_does_not_fit_is_refused(net, options, message):
    with pytest.raises(InputError) as caught:
        fit(net, **{"X": X, "targets": TARGETS, **options})
    assert str(caught.value).startswith(message)


def test_missing_weights_are_named():
    with pytest.raises(UninitialisedError, match="b1, b2, b3, w1"):
        fit(deepgraph.Network(dense([1, 2, 1])), X, TARGETS)
