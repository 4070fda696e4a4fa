"""The two classes of one output: in tables, checks, training, maps, pictures and arithmetic."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest

import deepgraph
from deepgraph import Builder, InputError, Network, train
from deepgraph.check import recompute
from deepgraph.edit import formatting
from deepgraph.graph.classes import Classes
from deepgraph.scoring.evaluation import Evaluation, evaluate
from deepgraph.scoring.report import Report
from tests.support.drawn import shown
from tests.support.strategies import network

YES_NO = Classes(["no", "yes"], 0.4, True)


def churn(activation="sigmoid", **keys):
    """One input, one output; a is f(x)."""
    return {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input"},
            {"id": "y", "kind": "output", "activation": activation, **keys},
        ],
        "edges": [{"source": "x", "target": "y", "label": "w", "weight": 1}],
    }


def told(net, x, target=None, **options):
    columns = {"x": pa.array(x, pa.float64())}
    columns |= {} if target is None else {"t": target}
    evaluation, report = (
        Evaluation(net, argmax=True, target="t" if target else None, **options),
        Report(),
    )
    batches = pa.table(columns).to_batches(max_chunksize=2)
    found = [
        row
        for batch in evaluate(evaluation, batches, report)
        for row in batch["prediction"].to_pylist()
    ]
    return found, report


def test_the_second_class_begins_at_the_threshold():
    net = network(churn("identity", classes=["no", "yes"], threshold=0.4))
    below = np.nextafter(0.4, 0)
    assert told(net, [0.4, below, -1.0, 7.0, np.nan])[0] == ["yes", "no", "no", "yes", None]
    assert YES_NO.predicted(np.array([[0.4, below, np.nan, np.inf]])).tolist() == [1, 0, -1, 1]
    single = network(churn("identity", classes=["no", "yes"]))
    assert told(single, [0.5, 0.49], dtype="float32")[0] == ["yes", "no"]


@pytest.mark.parametrize(
    ("spec", "names"),
    [
        (churn("sigmoid"), ["0", "1"]),
        (churn("logistic"), ["0", "1"]),
        (churn({"name": "sigmoid", "gain": 5}), ["0", "1"]),
        (churn("sigmoid", classes=["a", "b"]), ["a", "b"]),
        (churn("tanh", threshold=0), ["0", "1"]),
        (churn("tanh"), None),
        (churn("sigmoid", rescale={"scale": 2}), None),
        (churn("sigmoid", rescale={"scale": 2}, threshold=1), ["0", "1"]),
    ],
)
def test_which_outputs_tell_classes(spec, names):
    classes = network(spec).classes
    assert (None if classes is None else classes.names) == names
    given = "classes" in spec["nodes"][1] or "threshold" in spec["nodes"][1]
    assert classes is None or classes.given == given


def test_the_largest_of_several_outputs():
    builder = Builder()
    builder.input("x")
    builder.output("a")
    builder.output("b", label="B")
    builder.edge("x", "a", "w1", 1)
    builder.edge("x", "b", "w2", -1)
    classes = builder.build().classes
    assert (classes.names, classes.threshold) == (["a", "B"], None)
    assert classes.predicted(np.array([[1.0, 0.0, np.nan], [0.0, 0.0, 1.0]])).tolist() == [0, 0, -1]
    assert classes.meant("True") == "True"


@pytest.mark.parametrize(
    "target",
    [
        pa.array([True, False, True]),
        pa.array([1, 0, 1]),
        pa.array([1.0, 0.0, 1.0]),
        pa.array(["1", "0", "1.0"]),
        pa.array(["TRUE", "False", "true"]),
    ],
    ids=["truth", "integers", "floats", "numbers", "words"],
)
def test_truth_values_and_numbers_mean_0_and_1(target):
    found, report = told(network(churn()), [3.0, -3.0, -1.0], target)
    assert found == ["1", "0", "0"]
    assert (report.correct, report.rows, report.strange) == (2, 3, {})


def test_a_cell_that_is_no_class_is_told():
    net = network(churn("identity", classes=["no", "yes"]))
    _, report = told(net, [1.0, 0.0, 1.0], pa.array(["yes", "maybe", None]))
    assert (report.correct, report.strange) == (1, {"maybe": 2, "": 3})


def test_check_knows_the_accuracy(tmp_path):
    spec = churn(classes=["stays", "leaves"], threshold=0.6)
    spec["examples"] = [{"table": "t.csv", "class": "c", "accuracy": 0.75}]
    (tmp_path / "t.csv").write_text("x,c\n1,leaves\n-1,stays\n0.1,stays\n0.2,leaves\n")
    net = deepgraph.loads(json.dumps(spec), folder=tmp_path)
    assert [result.verdict for result in recompute(net, tmp_path).results] == ["ok"]
    (tmp_path / "t.csv").write_text("x,c\n1,goes\n")
    [result] = recompute(net, tmp_path).results
    assert result.message == ('"goes" (row 1) is no class; the classes are "stays", "leaves"')


@pytest.mark.parametrize(
    ("keys", "classes", "wanted"),
    [
        ({"activation": "sigmoid"}, ["0", "1"], [0.0, 1.0]),
        ({"activation": "sigmoid"}, ["false", "true"], [0.0, 1.0]),
        (
            {"activation": "sigmoid", "classes": ["no", "yes"], "threshold": 0.3},
            ["no", "yes"],
            [0.0, 1.0],
        ),
        (
            {"activation": "tanh", "classes": ["no", "yes"], "threshold": 0},
            ["no", "yes"],
            [-1.0, 1.0],
        ),
    ],
)
def test_training_towards_classes(keys, classes, wanted):
    net = network(churn(**keys))
    X = np.linspace(-2, 2, 8)[:, np.newaxis]
    rows = [classes[int(x > 0.3)] for x in X[:, 0]]
    numbers = np.array(wanted)[[int(x > 0.3) for x in X[:, 0]]]
    result = train.fit(net, X, rows, epochs=3)
    loss = "cross_entropy" if keys["activation"] == "sigmoid" else "half_squared_error"
    assert result.loss == loss
    by_numbers = train.fit(net, X, {"y": numbers}, loss=loss, epochs=3)
    assert (
        result.network.parameters.values.tolist() == by_numbers.network.parameters.values.tolist()
    )
    predicted = result.network.classes.predicted(result.network(X).T)
    right = np.mean(
        [
            net.classes.names[p] == net.classes.meant(row)
            for p, row in zip(predicted, rows, strict=True)
        ]
    )
    assert result.best.training.accuracy == right


def test_what_training_cannot_know():
    far = network(churn("identity", classes=["low", "high"], threshold=50))
    with pytest.raises(InputError, match="threshold 50 lies beyond −1 and 1"):
        train.fit(far, [[1.0]], ["low"])
    with pytest.raises(
        InputError, match='row 1: the class "x" is no class; the classes are "0", "1"'
    ):
        train.fit(network(churn()), [[1.0]], ["x"])


def test_graph_expand_compact_and_builder():
    net = network(churn("tanh", classes=["no", "yes"], threshold=0.25))
    assert net.graph.nodes["y"]["classes"] == '["no", "yes"]'
    assert Network.from_networkx(net.graph).classes == net.classes
    layers = {
        "deepgraph": 1,
        "layers": [
            {"id": "x", "size": 2},
            {"id": "y", "size": 1, "activation": "tanh", "weights": "W", "bias": None,
             "classes": ["no", "yes"], "threshold": 0.250},
        ],
        "parameters": {"W": [[1, 2]]},
    }  # fmt: skip
    content = json.dumps(layers).replace("0.25", "0.250").encode()
    assert deepgraph.loads(content).classes == net.classes
    text = formatting.expanded(content)
    assert '"classes": ["no", "yes"], "threshold": 0.250' in text
    assert deepgraph.loads(text).classes == net.classes
    assert json.loads(formatting.compacted(text.encode()))["layers"] == layers["layers"]
    builder = Builder()
    builder.input("x")
    builder.output("y", "tanh", classes=("no", "yes"), threshold=0.25)
    builder.edge("x", "y", "w", 1)
    assert builder.build().classes == net.classes


def test_pictures_and_arithmetic_tell_the_class():
    net = network(churn(classes=["stays", "leaves"], threshold=0.4))
    trace = net.trace({"x": [0.0]})
    nodes = {node.texts[0]: node.texts[1:] for node in shown(net, trace).nodes}
    assert nodes["y"][:2] == ["0.5", "class = leaves"]
    explanation = net.explain({"x": 0})
    assert "class = leaves, as 0.5 ≥ 0.4" in str(explanation)
    assert r"\text{class} &= \text{leaves},\quad\text{as } 0.5 \ge 0.4" in explanation.latex()
    assert [line.value for line in explanation.lines if line.quantity == "class"] == [1.0]
    [found] = [
        line
        for step in json.loads(explanation.json())["sections"][0]["steps"]
        for line in step["lines"]
        if line["quantity"] == "class"
    ]
    assert (found["class"], found["value"]) == ("leaves", 1.0)
    below = net.explain({"x": float(np.log(0.4 / 0.6)) - 1e-9}, precision=3)
    assert "class = stays, as 0.3999999998 < 0.4" in str(below)
    plain = network(churn())
    assert "class" not in str(plain.explain({"x": 0}))
    assert "class" not in str(net.explain({"x": float("nan")}))


def test_the_border_of_a_map_is_the_threshold():
    pytest.importorskip("matplotlib")
    from deepgraph.plot.maps import Map

    net = network(churn("tanh", classes=["no", "yes"], threshold=0.25))
    assert Map(net, None, ["y"], False, None).usual_level(None) == 0.25
    assert Map(net, None, ["y"], True, None).usual_level(None) == 0.0
    assert Map(network(churn()), None, ["y"], False, None).usual_level(None) == 0.5
