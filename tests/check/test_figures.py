from __future__ import annotations

import json
import math
from itertools import chain
from typing import Any

import pyarrow as pa
import pytest

import deepgraph
from deepgraph.check import Checks, Result, recompute
from deepgraph.check.figures import results_by_example
from deepgraph.errors import SpecError, UninitialisedError
from deepgraph.graph.examples import title_of
from deepgraph.scoring.evaluation import Evaluation, evaluate
from deepgraph.spec import gallery
from tests.support.examples import DOUBLE, checked, one


@pytest.mark.parametrize(
    ("figure", "verdict"),
    [
        ("1", "ok"),
        ("1.0", "ok"),
        ("1.05", "FAIL"),
        ("0.95", "FAIL"),
        ("1.1", "FAIL"),
        ("1.000000000002", "FAIL"),
        ("1.0000000000005", "ok"),  # 1e-12 of its size
        ("1e0", "ok"),
        ("10.0e-1", "ok"),
        ('"2/2"', "ok"),
        ('"3/2"', "FAIL"),
        ("2", "FAIL"),
    ],
)
def test_tolerance_of_the_written_decimals(figure: str, verdict: str) -> None:
    result = one(f'{{"inputs": {{"x": 0.5}}, "expect": {{"y": {figure}}}}}')
    assert result.verdict == verdict
    assert result.expected == figure.strip('"')
    assert result.computed == 1.0


@pytest.mark.parametrize(
    ("input_", "figure", "verdict"),
    [("0.517", "1.03", "ok"), ("0.5124", "1.02", "ok"), ("0.51251", "1.02", "FAIL")],
)
def test_half_a_unit_either_way(input_: str, figure: str, verdict: str) -> None:
    assert one(f'{{"inputs": {{"x": {input_}}}, "expect": {{"y": {figure}}}}}').verdict == verdict


@pytest.mark.parametrize(
    ("input_", "figure", "message"),
    [
        ("0.025", "0.0", "but 0.0 is anything up to 0.05; write more digits"),
        ("0.0002", "0.00", "but 0.00 is anything up to 0.005; write more digits"),
        ("0", "0.0", None),
        ("0", "0", None),
        ("0.025", "0.1", None),  # has a digit
    ],
)
def test_a_zero_with_decimals_says_little(input_: str, figure: str, message: str | None) -> None:
    result = one(f'{{"inputs": {{"x": {input_}}}, "expect": {{"y": {figure}}}}}')
    assert (result.verdict, result.message) == ("ok", message)
    given = f'{{"inputs": {{"x": {input_}}}, "expect": {{"y": {figure}}}, "tolerance": 0.1}}'
    assert one(given).message is None


def test_a_given_tolerance_is_absolute_and_for_every_figure() -> None:
    example = {"inputs": {"x": 50}, "expect": {"y": 100.5, "h": 99.4}, "tolerance": 0.5}
    assert [result.verdict for result in checked(example).results] == ["ok", "FAIL"]
    assert [result.tolerance for result in checked(example).results] == [0.5, 0.5]


def test_record() -> None:
    assert one({"name": "half", "inputs": {"x": 0.5}, "expect": {"y": 1.5}}) == Result(
        "double", "half", "y", "1.5", 1.0, -0.5, 0.05 + 1.5e-12, "FAIL"
    )


def test_rows() -> None:
    example = {
        "inputs": {"x": [-1, "1/2", 2]},
        "expect": {"y": [0, 1, 5], "h": 0},
        "pre_activations": {"h": [-2, 1, 4]},
    }
    found = [(r.quantity, r.computed, r.verdict) for r in checked(example).results]
    assert found == [
        ("y, row 1", 0.0, "ok"),
        ("y, row 2", 1.0, "ok"),
        ("y, row 3", 4.0, "FAIL"),
        ("h, row 1", 0.0, "ok"),
        ("h, row 2", 1.0, "FAIL"),
        ("h, row 3", 4.0, "FAIL"),
        ("z(h), row 1", -2.0, "ok"),
        ("z(h), row 2", 1.0, "ok"),
        ("z(h), row 3", 4.0, "ok"),
    ]
    assert one({"inputs": {"x": [1]}, "expect": {"y": [2]}}).quantity == "y"


STEP: dict[str, Any] = {
    "name": "step",
    "inputs": {"x": 1},
    "targets": {"y": 0},
    "loss": {"name": "half_squared_error", "expect": 2.00},
    "gradients": {"w": 2},
    "node_gradients": {"x": 4},
    "learning_rate": 1,
    "updated": {"w": 0},
}
"""Loss, gradients and a step of y = 2x."""


def test_loss_gradients_and_a_step() -> None:
    found = [(r.quantity, r.computed, r.verdict) for r in checked(STEP).results]
    assert found == [
        ("loss half_squared_error", 2.0, "ok"),
        ("∂loss/∂w", 2.0, "ok"),
        ("∂loss/∂a(x)", 4.0, "ok"),
        ("w after the step", 0.0, "ok"),
    ]


def test_gradients_over_rows() -> None:
    rows: dict[str, Any] = {"inputs": {"x": [1, 2]}, "targets": {"y": [0, 5]}}
    wanted: dict[str, Any] = {"gradients": {"w": 0}, "node_gradients": {"y": [2, -1]}}
    loss = {"name": "half_squared_error", "expect": 1.25}
    assert checked({**rows, **wanted, "loss": loss}).count("ok") == 4
    summed = {"loss": {"name": "half_squared_error", "expect": 2.5, "reduction": "sum"}}
    assert checked({**rows, **wanted, **summed}).count("ok") == 4  # w is 0 either way


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"loss": None}, "$.examples[0].gradients"),
        ({"targets": {}}, "$.examples[0].loss"),
        ({"learning_rate": None}, "$.examples[0].updated"),
        ({"loss": {"name": "output"}}, "$.examples[0].targets"),
        ({"inputs": {"x": [1, 2]}, "expect": {"y": [2, 4, 6]}}, "$.examples[0].expect.y"),
        ({"accuracy": 1}, "$.examples[0].accuracy"),
    ],
)
def test_what_cannot_be_computed_is_a_mistake_of_the_spec(
    change: dict[str, Any], path: str
) -> None:
    with pytest.raises(SpecError) as caught:
        checked({**STEP, **change})
    assert [problem.path for problem in caught.value.problems] == [path]


def test_a_step_to_nan_fails() -> None:
    spec = {**DOUBLE, "nodes": [*DOUBLE["nodes"][:1], {"id": "h", "activation": "log"}]}
    spec["nodes"].append({"id": "y", "kind": "output"})
    result = checked({**STEP, "inputs": {"x": -1}}, spec).results[-1]
    assert result.verdict == "FAIL"
    assert result.computed is not None
    assert math.isnan(result.computed)


def test_nan_and_infinity_fail() -> None:
    spec = {**DOUBLE, "nodes": [*DOUBLE["nodes"][:1], {"id": "h", "activation": "log"}]}
    spec["nodes"].append({"id": "y", "kind": "output"})
    for x in (-1, 0):
        for tolerance in ({}, {"tolerance": 1e308}):
            result = one({"inputs": {"x": x}, "expect": {"y": 0}, **tolerance}, spec)
            assert result.verdict == "FAIL"
            assert result.computed is not None
            assert not math.isfinite(result.computed)


def test_values_are_required_for_examples_only() -> None:
    spec = {**DOUBLE, "edges": [{**DOUBLE["edges"][0], "weight": None}, DOUBLE["edges"][1]]}
    assert recompute(deepgraph.loads(json.dumps(spec))) == Checks("double", 0)
    with pytest.raises(UninitialisedError, match=r"w has no value"):
        checked({"inputs": {"x": 1}}, spec)


def test_results_by_example_and_their_names() -> None:
    examples = [
        {"inputs": {"x": 1}, "expect": {"h": 2, "y": 3}},
        {"name": "two", "inputs": {"x": 2}, "expect": {"y": 4}},
    ]
    network = deepgraph.loads(json.dumps({**DOUBLE, "examples": examples}))
    found = [[result.verdict for result in results] for results in results_by_example(network)]
    assert found == [["ok", "FAIL"], ["ok"]]
    titles = [title_of(example, number) for number, example in enumerate(network.spec.examples, 1)]
    assert titles == ["example 1", "two"]
    whole = recompute(network)
    assert (whole.name, whole.examples, whole.count("FAIL")) == ("double", 2, 1)
    assert [result.example for result in whole.results] == ["example 1", "example 1", "two"]


# --- the same bits as eval ---------------------------------------------------------------


@pytest.mark.parametrize("name", gallery.names(more=False))
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_agrees_with_the_record_batches_to_the_last_bit(name: str, size: int) -> None:
    network = deepgraph.load(gallery.path(name))
    results = iter(recompute(network, gallery.folder()).results)
    for example in network.spec.examples:
        if example.table is not None:
            next(results)
            continue
        columns = {k: json.loads(bytes(raw)) for k, raw in example.inputs.items()}
        rows = max((len(v) for v in columns.values() if isinstance(v, list)), default=1)
        arrays = {
            k: pa.array([float(n) for n in (v if isinstance(v, list) else [v] * rows)])
            for k, v in columns.items()
        }
        batch = pa.RecordBatch.from_pydict(arrays)
        batches = [batch.slice(at, size) for at in range(0, rows, size)]
        # BLAS, which wide layers go to otherwise, has last bits of its own.
        evaluation = Evaluation(network, nodes=network.ids, pre_activations=True, exact=True)
        values = pa.Table.from_batches(list(evaluate(evaluation, batches))).to_pydict()
        named = [*example.expect, *(f"z({node})" for node in example.pre_activations)]
        for header in chain.from_iterable(network.spec.stages.get(name, [name]) for name in named):
            for value in values[header]:
                assert next(results).computed == value
        for _ in range(bool(example.loss and bytes(example.loss.expect))):
            assert next(results).quantity.startswith("loss ")
        for key in [*example.gradients, *example.node_gradients, *example.updated]:
            assert key in next(results).quantity
    assert next(results, None) is None


# --- deltas, whole matrices, tolerances by figure -------------------------------------------------


LAYERS = """{"deepgraph": 1,
 "layers": [{"id": "x", "size": 2}, {"id": "h", "size": 2, "activation": "tanh", "weights": "W1",
             "bias": "b1"}, {"id": "y", "size": 1, "weights": "W2", "bias": "b2"}],
 "parameters": {"W1": [[0.1, 0.2], [0.3, 0.4]], "b1": [0.5, 0.6], "W2": [[0.7, 0.8]], "b2": [0.9]},
 "examples": [%s]}"""
TASK = '"inputs": {"x1": 1, "x2": 2}, "targets": {"y": 1}, "loss": {"name": "squared_error"}'


def results_of(example: str) -> list[Result]:
    return recompute(deepgraph.loads(LAYERS % f"{{{TASK}, {example}}}")).results


def test_published_deltas_of_a_textbook() -> None:
    """Mazur's page: δ of o1 is 0.138498562."""
    net = gallery.path("mazur").read_text(encoding="utf-8")
    content = json.loads(net)
    content["examples"] = [content["examples"][1] | {"deltas": {"o1": 0.138498562, "h1": 0.1}}]
    first, second = recompute(deepgraph.loads(json.dumps(content))).results[1:]
    assert (first.quantity, first.verdict) == ("∂loss/∂z(o1)", "ok")
    assert (second.quantity, second.verdict) == ("∂loss/∂z(h1)", "FAIL")


def test_every_entry_of_a_matrix_and_a_vector_is_a_figure() -> None:
    net = deepgraph.loads(LAYERS % f"{{{TASK}}}")
    wanted = net.gradient(example=1)
    found = results_of('"gradients": {"W1": [[1.5, null], [0, -1]], "b1": [1, 2]}')
    assert [result.quantity for result in found] == [
        *("∂loss/∂W1[1,1]", "∂loss/∂W1[2,1]", "∂loss/∂W1[2,2]"),
        *("∂loss/∂b1[1]", "∂loss/∂b1[2]"),
    ]
    assert [result.expected for result in found] == ["1.5", "0", "-1", "1", "2"]
    matrix, vector = wanted["W1"].ravel(), wanted["b1"]
    assert [result.computed for result in found] == [matrix[0], *matrix[2:], *vector]


def test_a_matrix_after_a_step_is_that_of_the_library() -> None:
    net = deepgraph.loads(LAYERS % f"{{{TASK}}}")
    stepped = net.gradient(example=1).update(0.25)
    written = json.dumps(stepped.parameters["W1"].tolist())
    found = results_of(f'"learning_rate": 0.25, "updated": {{"W1": {written}}}')
    assert [result.verdict for result in found] == ["ok"] * 4
    assert found[0].quantity == "W1[1,1] after the step"


def test_the_figures_of_a_group() -> None:
    content = json.loads(gallery.path("mazur").read_text(encoding="utf-8"))
    example = content["examples"][4]
    content["examples"] = [example | {"gradients": {"w56": [0.082167041, 0.123]}}]
    found = recompute(deepgraph.loads(json.dumps(content))).results
    verdicts = {result.quantity: result.verdict for result in found}
    assert verdicts["∂loss/∂w5"] == "ok"
    assert verdicts["∂loss/∂w6"] == "FAIL"


def test_a_tolerance_of_each_figure() -> None:
    figures = '"expect": {"h1": 0.7, "y": 1.9}, "deltas": {"y": 2, "h1": 1}'
    by_name = results_of(f'{figures}, "tolerance": {{"expect": {{"y": 0.5}}, "deltas": 1e-9}}')
    assert [result.tolerance for result in by_name] == [
        pytest.approx(0.05),  # half a unit of its last decimal
        0.5,
        1e-9,
        1e-9,
    ]
    whole = results_of(f'{figures}, "tolerance": 0.25')
    assert [result.tolerance for result in whole] == [0.25] * 4


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_the_delta_of_a_row_is_that_of_its_own_loss_at_every_door(reduction):
    """What `check` compares is what `explain` writes for the row, whatever the reduction."""
    content = json.loads(gallery.path("mazur").read_text(encoding="utf-8"))
    content["examples"] = [
        {
            "inputs": {"i1": [0.05, 1.5], "i2": [0.1, -2]},
            "targets": {"o1": [0.01, 0.4], "o2": [0.99, 0.5]},
            "loss": {"name": "half_squared_error", "reduction": reduction},
            "deltas": {"h1": [0.0, 0.0], "o2": [0.0, 0.0]},
            "node_gradients": {"h2": [0.0, 0.0], "i1": [0.0, 0.0]},
            "tolerance": 10,
        }
    ]
    net = deepgraph.loads(json.dumps(content))
    checked = {
        result.quantity: result.computed for result in deepgraph.check.recompute(net).results
    }
    written = {}
    for section in net.explain(example=1).sections:
        for line in (line for step in section.steps for line in step.lines):
            if line.quantity in ("da", "dz"):
                letter = line.quantity[1]
                written[f"∂loss/∂{letter}({line.name}), row {section.row}"] = line.value
    assert checked
    assert checked == {quantity: written[quantity] for quantity in checked}
    whole = net.gradient(example=1, reduction="sum")
    assert whole.nodes_z[net.index["h1"]].tolist() == [
        checked[f"∂loss/∂z(h1), row {row}"] for row in (1, 2)
    ]


def test_a_delta_of_the_mean_is_told_from_one_of_the_row():
    found = checked_results([1, -0.5])
    assert [result.verdict for result in found] == ["FAIL", "FAIL"]
    wanted = "the figure is that of the mean over the 2 rows; write that of the row's own loss"
    assert {result.message for result in found} == {wanted}
    assert [result.message for result in checked_results([2, -1])] == [None, None]


def checked_results(figures):
    content = {
        "deepgraph": 1,
        "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
        "edges": [{"source": "x", "target": "y", "weight": 2}],
        "examples": [
            {
                "inputs": {"x": [1, 2]},
                "targets": {"y": [0, 5]},
                "loss": {"name": "half_squared_error"},
                "node_gradients": {"y": figures},
            }
        ],
    }
    return recompute(deepgraph.loads(json.dumps(content))).results
