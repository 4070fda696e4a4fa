"""Training as a library function: the result, the kept epoch, the errors."""

from __future__ import annotations

import json
import warnings
from importlib import import_module
from importlib.util import find_spec

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import csv as arrow_csv
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

import deepgraph
from deepgraph.edit.templates import dense
from deepgraph.errors import InputError, UninitialisedError
from deepgraph.train import fit
from tests.support.strategies import SPECS, network
from tests.support.training import TARGETS, X, iris


def test_the_same_arguments_give_the_same_bits_and_another_seed_others(net):
    def values(seed):
        found = fit(net, X, TARGETS, epochs=20, batch=32, seed=seed, validation=0.2)
        return found.network.parameters.values.tobytes()

    assert values(1) == values(1)
    assert len({values(seed) for seed in (1, 2, -1)}) == 3


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


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"loss": "output"}, 'the loss "output" is an output itself'),
        ({"loss": "triplet"}, 'unknown loss "triplet"; known: squared_error'),
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


def flowers():
    return arrow_csv.read_csv(SPECS / "iris.csv")


def frames():
    """The flowers in every library, and their classes as one column of it."""
    pandas, polars, duckdb = (find_spec(name) for name in ("pandas", "polars", "duckdb"))
    table = flowers()
    yield table, table["species"]
    yield table.to_reader(), table["species"].to_pylist()
    if pandas:
        yield (frame := table.to_pandas()), frame["species"]
        yield frame[::-1][::-1], frame["species"].astype("category")
    if polars:
        frame = import_module("polars").from_arrow(table)
        yield frame, frame["species"]
        yield frame.lazy(), frame["species"]
    if duckdb:
        yield import_module("duckdb").from_arrow(table), table["species"]


def test_tables_of_every_library_train_alike():
    net = deepgraph.load(SPECS / "iris.json").initialised(1)
    table = flowers()
    plain = {name: table[name].to_numpy() for name in net.input_names}
    expected = fit(net, plain, table["species"].to_pylist(), epochs=3)
    for frame, classes in frames():
        found = fit(net, frame, classes, epochs=3)
        assert (
            found.network.parameters.values.tolist() == expected.network.parameters.values.tolist()
        )


def test_targets_may_be_a_table():
    net = deepgraph.load(SPECS / "deep_state.json")
    X, y = {"x": [0.0, 0.5, 1.0]}, {"y": [1.0, 0.0, 1.0]}
    expected = fit(net, X, y, epochs=3).network.parameters.values.tolist()
    tables = [pa.table(y), pa.table(y).to_reader()]
    if find_spec("pandas"):
        tables.append(pa.table(y).to_pandas())
    for targets in tables:
        assert fit(net, X, targets, epochs=3).network.parameters.values.tolist() == expected
    assert net.gradient(X, pa.table(y)).loss == net.gradient(X, y).loss


def test_a_missing_class_or_target_is_told():
    net = deepgraph.load(SPECS / "deep_state.json")
    with pytest.raises(InputError, match='the target of "y": the cell in row 2 is missing'):
        fit(net, {"x": [0.0, 1.0]}, pa.table({"y": [1.0, None]}))
    with pytest.raises(InputError, match="the input x: the cell in row 1 is missing"):
        fit(net, pa.table({"x": [None, 1.0]}), {"y": 1})
