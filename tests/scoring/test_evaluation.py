from __future__ import annotations

import io
import json
import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import deepgraph
from deepgraph.errors import InputError, TableError, UninitialisedError
from deepgraph.scoring.evaluation import Evaluation, evaluate
from deepgraph.scoring.report import Report
from deepgraph.tables import Source
from tests.support.strategies import GALLERY, examples, inputs, network, same, specs

NAN, INF = math.nan, math.inf
COMPUTED = ("hidden", "output")
"""The kinds of nodes that have a z."""
CUTS = (1, 7, 1000)


def table(net, X):
    columns = [pa.array(column) for column in np.asarray(X).T]
    return pa.table(columns, net.input_names)


def cut(whole, size):
    return whole.to_batches(max_chunksize=size) if whole.num_rows else []


def column(batches, name):
    return np.concatenate([batch.column(name).to_numpy() for batch in batches])


def run(evaluation, whole, size=1000):
    report = Report()
    return list(evaluate(evaluation, cut(whole, size), report)), report


def classifier():
    """Two outputs a = x and b = -x, b shown as "B"."""
    return network(
        {
            "deepgraph": 1,
            "nodes": [
                {"id": "x", "kind": "input"},
                {"id": "a", "kind": "output"},
                {"id": "b", "kind": "output", "label": "B"},
            ],
            "edges": [
                {"source": "x", "target": "a"},
                {"source": "x", "target": "b", "weight": -1},
            ],
        }
    )


@examples(60)
@given(st.data())
def test_a_row_has_the_same_bits_in_any_batch(data):
    net = network(data.draw(specs()))
    X = data.draw(inputs(net))
    for dtype in ("float64", "float32"):
        trace = net.trace(X, dtype=dtype)
        try:
            evaluation = Evaluation(
                net, nodes=net.ids, pre_activations=len(set(net.ids)) > 0, dtype=dtype
            )
        except InputError:  # a node is named like the z of another
            evaluation = Evaluation(net, nodes=net.ids, dtype=dtype)
        for size in CUTS:
            batches, report = run(evaluation, table(net, X), size)
            assert report.rows == len(X)
            for node, name in enumerate(net.ids):
                assert same(column(batches, name), trace.a[node])
                if evaluation.pre_activations and net.kind_name(node) in COMPUTED:
                    assert same(column(batches, f"z({name})"), trace.z[node])


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_gallery_from_files_in_any_block(path, dtype, tmp_path):
    """CSV and Parquet, a row, seven and all at once: the bits of `Network.trace`."""
    import pyarrow.csv as arrow_csv
    import pyarrow.parquet as pq

    net = deepgraph.load(path)
    csv_path = path.with_suffix(".csv")
    content = b"".join(csv_path.read_bytes().splitlines(keepends=True)[:50])
    whole = arrow_csv.read_csv(io.BytesIO(content)).select(net.input_names)
    X = np.column_stack([c.to_numpy().astype(np.float64) for c in whole.columns])
    pq.write_table(whole, tmp_path / "t.parquet")
    trace = net.trace(X, dtype=dtype)
    evaluation = Evaluation(net, nodes=net.ids, pre_activations=True, dtype=dtype, exact=True)
    for form, table_bytes, blocks in (
        ("csv", content, (1, 100, None)),
        ("parquet", (tmp_path / "t.parquet").read_bytes(), (1, 7, 1000)),
    ):
        for block in blocks:
            source = Source(io.BytesIO(table_bytes), "t", form, block=block)
            batches = evaluate(evaluation, source.open().batches(evaluation.headers, []))
            found = [pa.Table.from_batches(batches)]
            for node, name in enumerate(net.ids):
                assert same(column(found, name), trace.a[node])
                if net.kind_name(node) in COMPUTED:
                    assert same(column(found, f"z({name})"), trace.z[node])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"keep": "key"}, "keep is a list of headers, got one text: write ['key']"),
        ({"nodes": "a"}, "nodes are a list of ids, got one text: write ['a']"),
        ({"dtype": "float16"}, "dtype is float64 or float32, got float16"),
        ({"engine": "cuda"}, "engine is auto, numpy or numba, got 'cuda'"),
        ({"threads": 0}, "threads is a whole number, 1 or more, got 0"),
    ],
)
def test_options_are_looked_at_before_they_are_sent_anywhere(options, message):
    with pytest.raises(InputError) as caught:
        Evaluation(classifier(), **options)
    assert str(caught.value) == message


def test_a_whole_table_is_no_list_of_batches():
    whole = pa.table({"x": [1.0]})
    evaluation = Evaluation(classifier())
    with pytest.raises(InputError, match=r"got one Table: give X\.to_batches\(\)$"):
        evaluation(whole)
    with pytest.raises(InputError, match=r"got one RecordBatch: give \[X\]$"):
        evaluation(whole.to_batches()[0])
    with pytest.raises(TableError, match=r'^no column "k"; the columns are "x"$'):
        Evaluation(classifier(), keep=["k"]).schema(whole.schema)


def test_columns_of_the_result():
    net = classifier()
    whole = pa.table({"key": ["r", "s"], "other": [1, 2], "value": [1.5, -2.0]})
    evaluation = Evaluation(
        net, {"x": "value"}, ["b", "x"], pre_activations=True, keep=["key", "value"], argmax=True
    )
    assert evaluation.names == ["key", "value", "z(b)", "b", "x", "prediction"]
    batches, _ = run(evaluation, whole)
    assert batches[0].schema.names == evaluation.names
    assert batches[0].schema == evaluation.schema(whole.schema)
    assert batches[0].to_pydict() == {
        "key": ["r", "s"],
        "value": [1.5, -2.0],
        "z(b)": [-1.5, 2.0],
        "b": [-1.5, 2.0],
        "x": [1.5, -2.0],
        "prediction": ["a", "B"],
    }


def test_a_prediction_is_the_first_of_equals_and_null_for_nan():
    batches, _ = run(Evaluation(classifier(), argmax=True), pa.table({"x": [0.0, NAN, INF, -INF]}))
    assert batches[0].column("prediction").to_pylist() == ["a", None, "a", "B"]


@pytest.mark.parametrize("size", CUTS)
def test_accuracy_over_batches(size):
    targets = ["a", "a", "B", "b", "?", "b", "", None] * 5
    x = [1.0, -1.0, -1.0, -1.0, 1.0, -1.0, 1.0, 1.0] * 5
    evaluation = Evaluation(classifier(), target="t")
    batches, report = run(evaluation, pa.table({"x": x, "t": targets}), size)
    assert report.rows == 40
    assert report.correct == 10
    assert report.accuracy == 0.25
    assert report.strange == {"b": 4, "?": 5, "": 7}
    assert batches[0].schema.names == ["t", "a", "b", "prediction"]


@pytest.mark.slow
@pytest.mark.parametrize("size", [10, 30_000])
def test_a_wrong_target_is_not_remembered_row_by_row(size):
    """Every text another: each was looked up from the start, minutes for a million rows."""
    whole = pa.table({"x": np.ones(60_000), "t": [f"r{i}" for i in range(60_000)]})
    report = run(Evaluation(classifier(), target="t"), whole, size)[1]
    assert report.strange == {f"r{i}": i + 1 for i in range(100)}


def test_a_target_may_be_a_number_or_a_dictionary():
    net = classifier()
    net = network(
        {
            "deepgraph": 1,
            "nodes": [
                {"id": "x", "kind": "input"},
                {"id": "0", "kind": "output"},
                {"id": "1", "kind": "output"},
            ],
            "edges": [
                {"source": "x", "target": "0", "weight": -1},
                {"source": "x", "target": "1"},
            ],
        }
    )
    whole = pa.table({"x": [1.0, -1.0], "t": [1, 1]})
    assert run(Evaluation(net, target="t"), whole)[1].correct == 1
    texts = pa.table({"x": [1.0, -1.0], "t": pa.array(["1", "0"]).dictionary_encode()})
    assert run(Evaluation(net, target="t"), texts)[1].accuracy == 1


def test_a_target_that_is_no_text():
    with pytest.raises(TableError) as caught:
        run(Evaluation(classifier(), target="t"), pa.table({"x": [1.0], "t": [[1]]}))
    assert str(caught.value) == 'column "t" holds list<item: int64>, not the names of classes'


def test_no_rows_have_no_accuracy():
    assert math.isnan(Report().accuracy)
    batches, report = run(Evaluation(classifier()), pa.table({"x": pa.array([], pa.float64())}))
    assert (batches, report) == ([], Report())
    empty = pa.record_batch({"x": pa.array([], pa.float64())})
    assert next(evaluate(Evaluation(classifier()), [empty])).num_rows == 0


def logarithm():
    return network(
        {
            "deepgraph": 1,
            "nodes": [
                {"id": "x", "kind": "input"},
                {"id": "v", "kind": "input"},
                {"id": "h", "activation": "log"},
                {"id": "y", "kind": "output"},
            ],
            "edges": [{"source": "x", "target": "h"}, {"source": "h", "target": "y"},
                      {"source": "v", "target": "y"}],
        }
    )  # fmt: skip


@pytest.mark.parametrize("size", CUTS)
def test_what_is_noticed_has_its_first_place(size):
    x = [1.0] * 9 + [1.0, -1.0, -1.0, NAN, 1.0]
    v = [0.0] * 9 + [INF, 0.0, NAN, -INF, 0.0]
    _, report = run(Evaluation(logarithm()), pa.table({"x": x, "v": v}), size)
    assert report == Report(rows=14, nonfinite=4, first_nonfinite=(10, "v"), first_nan=(11, "h"))


def test_nan_that_came_in_is_not_born_here():
    _, report = run(Evaluation(logarithm()), pa.table({"x": [NAN, -INF], "v": [0.0, 0.0]}))
    assert report.first_nan is None
    assert report.first_nonfinite == (1, "x")


def test_overflow_to_float32_is_reported_and_warns_not():
    _, report = run(
        Evaluation(logarithm(), dtype="float32"), pa.table({"x": [1.0, 1e300], "v": [0.0, 0.0]})
    )
    assert report.first_nonfinite == (2, "x")


def test_integers_and_slices_are_taken_and_empty_cells_refused():
    evaluation = Evaluation(classifier())
    batch = pa.record_batch({"x": pa.array([9, 1, 2], pa.int16())}).slice(1)
    assert next(evaluate(evaluation, [batch])).column("a").to_pylist() == [1.0, 2.0]
    with pytest.raises(TableError) as caught:
        run(evaluation, pa.table({"x": [1.0, None]}))
    assert str(caught.value) == 'column "x" has empty cells; numbers belong there'


def test_it_is_lazy():
    def forever():
        while True:
            yield pa.record_batch({"x": [1.0]})

    stream = evaluate(Evaluation(classifier()), forever())
    assert [next(stream).num_rows for _ in range(3)] == [1, 1, 1]


TWO = 'two columns of the result would be named "{}"'
KEPT = "; rename={{'{0}': '{0}_given'}} renames the one that is kept"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"columns": {"q": "h"}}, 'no input is named "q"; known: x'),
        ({"columns": {"a": "h"}}, 'no input is named "a"; known: x'),
        ({"nodes": ["q"]}, 'no node is named "q"; known: "x", "a", "b"'),
        ({"keep": ["a"]}, TWO.format("a") + KEPT.format("a")),
        ({"nodes": ["a", "a"]}, TWO.format("a")),
        (
            {"keep": ["prediction"], "argmax": True},
            TWO.format("prediction") + KEPT.format("prediction"),
        ),
    ],
)
def test_options_that_do_not_fit(options, message):
    with pytest.raises(InputError) as caught:
        Evaluation(classifier(), **options)
    assert str(caught.value) == message


def test_one_output_has_no_classes():
    with pytest.raises(InputError) as caught:
        Evaluation(logarithm(), argmax=True)
    assert str(caught.value) == (
        "a prediction is the largest of several outputs; this network has one, which names no "
        'classes: write "classes": ["no", "yes"] on it'
    )


def test_values_are_required():
    net = network(
        {
            "deepgraph": 1,
            "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
            "edges": [{"source": "x", "target": "y", "label": "w"}],
        }
    )
    with pytest.raises(UninitialisedError):
        Evaluation(net)


def test_a_class_that_is_the_same_number():
    """Programs write 1 as 1.0 where a column has an empty cell; a Parquet file has doubles then."""
    nodes = [
        {"id": "x", "kind": "input"},
        {"id": "a", "kind": "output", "label": "0"},
        {"id": "b", "kind": "output", "label": "1"},
    ]
    edges = [{"source": "x", "target": name, "weight": w} for name, w in (("a", -1), ("b", 1))]
    net = deepgraph.loads(json.dumps({"deepgraph": 1, "nodes": nodes, "edges": edges}))
    for column in (["1.0", "0.0", "1", "2.0"], [1.0, 0.0, 1.0, 2.0], [1, 0, 1, 2]):
        report = Report()
        batch = pa.RecordBatch.from_pydict({"x": [1.0, -1.0, 2.0, 1.0], "c": column})
        list(evaluate(Evaluation(net, target="c"), [batch], report))
        assert report.correct == 3
        assert list(report.strange) in (["2.0"], ["2"])
