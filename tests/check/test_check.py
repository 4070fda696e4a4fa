from __future__ import annotations

import json
import math
import os
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

import deepgraph
from deepgraph.check.figures import recompute
from deepgraph.check.records import Checks, Result
from deepgraph.errors import SpecError, UninitialisedError
from deepgraph.scoring.evaluation import Evaluation, evaluate
from deepgraph.spec import gallery
from deepgraph.spec.folders import find_specs

if TYPE_CHECKING:
    from pathlib import Path

DOUBLE: dict[str, Any] = {
    "deepgraph": 1,
    "name": "double",
    "nodes": [
        {"id": "x", "kind": "input"},
        {"id": "h", "activation": "relu"},
        {"id": "y", "kind": "output"},
    ],
    "edges": [
        {"source": "x", "target": "h", "label": "w", "weight": 2},
        {"source": "h", "target": "y"},
    ],
}
CLASSES: dict[str, Any] = {
    "deepgraph": 1,
    "nodes": [
        {"id": "x", "kind": "input"},
        {"id": "no", "kind": "output"},
        {"id": "yes", "kind": "output"},
    ],
    "edges": [
        {"source": "x", "target": "no", "weight": -1},
        {"source": "x", "target": "yes", "weight": 1},
    ],
}


def checked(example: str | dict[str, Any], spec: dict[str, Any] = DOUBLE, **options: Any) -> Checks:
    """The report on a spec with one example; as a text its numbers stay as they are written."""
    text = example if isinstance(example, str) else json.dumps(example)
    whole = json.dumps({**spec, "examples": ["@"]}).replace('"@"', text)
    return recompute(deepgraph.loads(whole), **options)


def one(example: str | dict[str, Any], spec: dict[str, Any] = DOUBLE, **options: Any) -> Result:
    (result,) = checked(example, spec, **options).results
    return result


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
    wanted: dict[str, Any] = {"gradients": {"w": 0}, "node_gradients": {"y": [1, -0.5]}}
    loss = {"name": "half_squared_error", "expect": 1.25}
    assert checked({**rows, **wanted, "loss": loss}).count("ok") == 4
    summed = {"loss": {"name": "half_squared_error", "expect": 2.5, "reduction": "sum"}}
    assert checked({**rows, **wanted, **summed}).count("ok") == 2  # the loss, and w: 0 either way


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


# --- tables ------------------------------------------------------------------------------

TABLE: dict[str, Any] = {"table": "t.csv", "class": "c", "accuracy": 0.75}


def test_accuracy_of_a_table(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("c,x\nno,-1\nyes,1\nyes,2\nyes,-2\n")
    result = one(TABLE, CLASSES, folder=tmp_path)
    assert (result.quantity, result.computed, result.verdict) == ("accuracy (t.csv)", 0.75, "ok")
    assert one({**TABLE, "accuracy": 0.74}, CLASSES, folder=tmp_path).verdict == "FAIL"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "t.csv: no such file beside the spec"),
        ("x,d\n1,yes\n", 't.csv: no column "c"; the columns are "x", "d"'),
        ("a\n1\n", 't.csv: no column "x", "c"; the columns are "a"'),
        ("x,c\n1,yes\n,no\n", 't.csv: row 2, column "x": the cell is empty'),
        ("x,c\n", "the table has no rows"),
        ("x,c\n1,Yes\n", '"Yes" (row 1) is no output; the outputs are "no", "yes"'),
    ],
)
def test_mistakes_in_a_table(tmp_path: Path, content: str | None, message: str) -> None:
    if content is not None:
        (tmp_path / "t.csv").write_text(content)
    result = one(TABLE, CLASSES, folder=tmp_path)
    assert result.verdict == "FAIL"
    assert message in str(result.message)


@pytest.mark.parametrize("name", ["../t.csv", "/etc/passwd", "sub/t.csv", "..", ".", "", "a\\b"])
def test_a_table_lies_beside_the_spec(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "specs"
    (folder / "sub").mkdir(parents=True)
    for place in (tmp_path, folder / "sub"):
        (place / "t.csv").write_text("x,c\n1,yes\n")
    result = one({**TABLE, "table": name, "accuracy": 1}, CLASSES, folder=folder)
    assert result.verdict == "FAIL"
    assert "a plain file name belongs here, of a file beside the spec" in str(result.message)


def test_a_link_out_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "specs"
    folder.mkdir()
    (tmp_path / "t.csv").write_text("x,c\n1,yes\n")
    (folder / "t.csv").symlink_to(tmp_path / "t.csv")
    (folder / "u.csv").write_text("x,c\n1,yes\n")
    (folder / "inner.csv").symlink_to(folder / "u.csv")
    result = one({**TABLE, "accuracy": 1}, CLASSES, folder=folder)
    assert result.message == "t.csv: the link leads out of the spec's folder; put the file there"
    inner = one({**TABLE, "table": "inner.csv", "accuracy": 1}, CLASSES, folder=folder)
    assert inner.verdict == "ok"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_no_table(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "t.csv")
    assert one(TABLE, CLASSES, folder=tmp_path).message == "t.csv: this is no plain file"


def test_a_table_needs_a_folder_and_stands_alone(tmp_path: Path) -> None:
    assert "standard input has no folder" in str(one(TABLE, CLASSES).message)
    with pytest.raises(SpecError, match="put them into another example"):
        one({**TABLE, "inputs": {"x": 1}}, CLASSES, folder=tmp_path)
    with pytest.raises(SpecError, match="this network has one output"):
        one(TABLE, DOUBLE, folder=tmp_path)


# --- the same bits as eval ---------------------------------------------------------------


@pytest.mark.parametrize("name", gallery.names())
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
        for header in [*example.expect, *(f"z({node})" for node in example.pre_activations)]:
            for value in values[header]:
                assert next(results).computed == value
        for _ in range(bool(example.loss and bytes(example.loss.expect))):
            assert next(results).quantity.startswith("loss ")
        for key in [*example.gradients, *example.node_gradients, *example.updated]:
            assert key in next(results).quantity
    assert next(results, None) is None


def test_find_specs(tmp_path: Path) -> None:
    files = {
        "b.json": '{"deepgraph": 1}',
        "a/c.json": '\ufeff{"deepgraph": 1}',
        "a/broken.json": '{"deepgraph": 1,}',
        "package.json": "{}",
        "list.json": '["deepgraph"]',
        "empty.json": "",
        ".hidden/d.json": '{"deepgraph": 1}',
        "a/notes.txt": '{"deepgraph": 1}',
    }
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    specs, others = find_specs(tmp_path)
    assert [str(path.relative_to(tmp_path)) for path in specs] == [
        "a/broken.json",
        "a/c.json",
        "b.json",
    ]
    assert [path.name for path in others] == ["empty.json", "list.json", "package.json"]
