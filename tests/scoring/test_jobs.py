"""Tables to results: the bytes depend on no thread and no cut, and every row is accounted for."""

from __future__ import annotations

import io
import pickle
import random
import threading
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from functools import partial
from multiprocessing import get_context

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import deepgraph
from deepgraph.errors import FileError, RowError, TableError
from deepgraph.scoring.evaluation import Evaluation
from deepgraph.scoring.jobs import Job, block_bytes, score
from deepgraph.tables import Source
from deepgraph.tables.rejects import Listing
from tests.support.strategies import SPECS, network, same

IRIS = deepgraph.load(SPECS / "iris.json")
EVALUATION = Evaluation(
    IRIS, nodes=IRIS.ids, pre_activations=True, keep=["key"], target="species", exact=True
)


def table(seed, rows=700, bad=0.0):
    chance = random.Random(seed)
    lines = [",".join([*IRIS.input_names, "species", "key"])]
    for row in range(rows):
        cells = [repr(chance.uniform(0, 8)) for _ in IRIS.input_names]
        if chance.random() < bad:
            cells[0] = chance.choice(["", "NA", "1,5"])
        kind = chance.choice([*EVALUATION.classes.names, "weed"])
        lines.append(",".join([*cells, kind, f'"k{row}\n"' if row % 9 == 0 else f"k{row}"]))
    return "\n".join(lines).encode() + b"\n"


class Outputs:
    """Streams in memory, and whether they were finished."""

    def __init__(self):
        self.content = {}

    def opened(self, name):
        @contextmanager
        def open_output():
            stream = io.BytesIO()
            yield stream
            self.content[name] = stream.getvalue()

        return open_output


def run(contents, form="csv", *, block=None, one=True, source="csv", **options):
    """The results, what was told of each table, and the list of what was left out."""
    outputs, told, listed = Outputs(), [], io.BytesIO()
    jobs = []
    for number, (name, content) in enumerate(contents.items()):
        opened = Source(io.BytesIO(content), name, source, block=block)
        output = outputs.opened("all" if one else name) if not (one and number) else None
        jobs.append(Job(lambda opened=opened: nullcontext(opened.open()), output, form, one))
    if options.get("skip"):
        options["listing"] = Listing(listed, named=True)
    score(EVALUATION, jobs, on_table=told.append, **options)
    return outputs.content, told, listed.getvalue()


CONTENTS = {"a.csv": table(1), "b.csv": table(2, 0), "c.csv": table(3, bad=0.02)}


@pytest.mark.slow
@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("one", [True, False])
def test_threads_and_cuts_leave_no_trace(form, one):
    first = None
    for threads, block in ((1, None), (2, 300), (16, 1000), (2, 1 << 14), (16, None)):
        content, told, listed = run(
            CONTENTS, form, one=one, block=block, threads=threads, skip=True
        )
        summary = [(s.name, s.rows, s.written, s.left_out, s.report) for s in told]
        found = (content, summary, listed)
        first = first or found
        assert repr(found) == repr(first)
    content, summary, listed = first
    assert [entry[1] for entry in summary] == [700, 0, 700]
    assert all(rows == written + left_out for _, rows, written, left_out, _ in summary)
    assert summary[2][3] == listed.count(b"\nc.csv,") > 5
    assert len(content) == (1 if one else 3)


def test_a_result_has_the_values_of_the_trace():
    content, _, _ = run({"a": CONTENTS["a.csv"]}, "parquet", threads=2, block=3000)
    found = pq.read_table(io.BytesIO(content["all"]))
    given = Source(io.BytesIO(CONTENTS["a.csv"]), "a").open()
    (batch,) = given.batches(IRIS.input_names, [])
    trace = IRIS.trace(np.array([column.to_numpy() for column in batch.columns]).T)
    for node, name in enumerate(IRIS.ids):
        assert same(found.column(name).to_numpy(), trace.a[node])
        if IRIS.kind_name(node) in ("hidden", "output"):
            assert same(found.column(f"z({name})").to_numpy(), trace.z[node])


def test_parquet_tables_in_any_cut():
    stream = io.BytesIO()
    columns = {name: np.random.default_rng(4).normal(size=5000) for name in IRIS.input_names}
    whole = pa.table({**columns, "species": ["weed"] * 5000, "key": list(range(5000))})
    pq.write_table(whole, stream, row_group_size=1700)
    found = {
        repr(run({"t": stream.getvalue()}, form, block=block, source="parquet", threads=threads))
        for block, threads in ((None, 1), (999, 2), (64, 16))
        for form in ("csv",)
    }
    assert len(found) == 1


@pytest.mark.parametrize("threads", [1, 2, 16])
def test_an_error_names_file_row_and_column_and_finishes_nothing(threads):
    lines = CONTENTS["a.csv"].splitlines(keepends=True)
    broken = lines[0] + b"1,2,3,4,weed,k\n" * 500 + b"1,2,x,4,weed,k\n" + b"1\n" * 500
    header = IRIS.input_names[2]
    outputs = Outputs()
    jobs = [
        Job(lambda: nullcontext(Source(io.BytesIO(CONTENTS["a.csv"]), "a", block=500).open()),
            outputs.opened("a"), "csv"),
        Job(lambda: nullcontext(Source(io.BytesIO(broken), "b", block=500).open()),
            outputs.opened("b"), "csv"),
    ]  # fmt: skip
    with pytest.raises(RowError) as caught:
        score(EVALUATION, jobs, threads=threads)
    assert str(caught.value) == f"b: row 501, column \"{header}\": 'x' is not a number"
    assert list(outputs.content) == ["a"]


def test_kept_columns_of_two_types_do_not_go_into_one_result():
    written = {}
    for name, keys in (("a", [1, 2]), ("b", ["x", "y"])):
        stream = io.BytesIO()
        columns = {name: [1.0, 2.0] for name in IRIS.input_names}
        pq.write_table(pa.table({**columns, "species": ["s", "t"], "key": keys}), stream)
        written[name] = stream.getvalue()
    with pytest.raises(TableError) as caught:
        run(written, "parquet", source="parquet")
    assert str(caught.value) == (
        'b: column "key" holds string, and int64 in a; one result needs one type: name a folder '
        "with output, for a result each"
    )
    content, _, _ = run(written, "parquet", source="parquet", one=False)
    assert list(content) == ["a", "b"]


def test_row_groups_of_a_result_do_not_follow_the_batches():
    content, _, _ = run({"a": CONTENTS["a.csv"]}, "parquet", block=500)
    assert pq.ParquetFile(io.BytesIO(content["all"])).metadata.num_row_groups == 1


def test_a_row_that_is_much_work_comes_in_small_pieces():
    assert block_bytes(EVALUATION) == 1 << 20
    layers = [
        {"id": "x", "size": 100},
        {"id": "h", "size": 1000, "weights": "W1", "bias": None},
        {"id": "y", "size": 1, "weights": "W2", "bias": None},
    ]
    wide = network({"deepgraph": 1, "layers": layers}).initialised(1)
    assert 1 << 12 < block_bytes(Evaluation(wide, nodes=wide.ids)) < 1 << 20


# --- the record-batch function elsewhere --------------------------------------------------------


def in_another_process(pickled, batches):
    return list(pickle.loads(pickled)(iter(batches)))


def test_an_evaluation_travels_to_other_processes():
    """As Spark's mapInArrow and a process pool send it; it is used here, first, all the same."""
    evaluation = Evaluation(IRIS, keep=["key"], argmax=True)
    names = [*IRIS.input_names, "key"]
    columns = [np.random.default_rng(1).uniform(0, 8, 600) for _ in IRIS.input_names]
    whole = pa.table([*columns, [f"k{i}" for i in range(600)]], names)
    batches = whole.to_batches(max_chunksize=100)
    here = list(evaluation(batches))
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        jobs = [
            pool.submit(in_another_process, pickle.dumps(evaluation), batches[part::2])
            for part in (0, 1)
        ]
        there = [job.result() for job in jobs]
    assert there[0] == here[0::2]
    assert there[1] == here[1::2]
    assert here[0].schema == evaluation.schema(whole.schema)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"X1": [1.0], "x2": [1.0]}, 'no column "x1"; did you mean "X1"?'),
        ({"x1": ["1"], "x2": [1.0]},
         'column "x1" holds string, not numbers; cast it to float64 first'),
        ({"x1": [None, 1.0], "x2": [1.0, 1.0]},
         'column "x1" has empty cells; numbers belong there'),
    ],
)  # fmt: skip
def test_batches_that_do_not_fit(columns, message):
    evaluation = Evaluation(deepgraph.load(SPECS / "xor.json"))
    with pytest.raises(TableError) as caught:
        list(evaluation([pa.record_batch(columns)]))
    assert str(caught.value) == message


def test_results_that_wait_for_a_store_come_while_others_are_made():
    """The first upload is under way until the last table is read; the bytes are the same."""
    whole, _, listed = run(CONTENTS, one=False, skip=True)
    outputs, lists, told, reading = Outputs(), Outputs(), [], threading.Event()

    def slow(name):
        @contextmanager
        def opened():
            with outputs.opened(name)() as stream:
                yield stream
                assert name != "a.csv" or reading.wait(20)

        return opened

    def table(name, content):
        if name == "c.csv":
            reading.set()
        return nullcontext(Source(io.BytesIO(content), name, block=1000).open())

    jobs = [
        Job(partial(table, name, content), slow(name), "csv", waits=True,
            rejects=lists.opened(name), on_done=lambda scored: told.append(scored.name))
        for name, content in CONTENTS.items()
    ]  # fmt: skip
    tables = []
    score(EVALUATION, jobs, skip=True, on_table=lambda scored: tables.append(scored.name))
    assert outputs.content == whole
    header, *lines = listed.splitlines(keepends=True)
    assert lists.content == {
        name: header + b"".join(line for line in lines if line.startswith(name.encode()))
        for name in CONTENTS
    }
    assert tables == list(CONTENTS)
    assert sorted(told) == tables


def test_an_upload_that_fails_ends_the_run_and_is_not_told():
    outputs, told = Outputs(), []

    @contextmanager
    def full():
        yield io.BytesIO()
        raise FileError("s3://b/a.csv: cannot be written: no room")

    content = CONTENTS["a.csv"]
    jobs = [
        Job(lambda: nullcontext(Source(io.BytesIO(content), "a").open()), output, "csv",
            waits=True, on_done=lambda scored: told.append(scored.name))
        for output in (full, outputs.opened("b"))
    ]  # fmt: skip
    with pytest.raises(FileError, match="no room"):
        score(EVALUATION, jobs)
    assert len(told) == len(outputs.content) <= 1


@pytest.mark.parametrize("waits", [False, True])
def test_a_table_that_fails_leaves_neither_its_result_nor_its_list(waits):
    outputs, lists = Outputs(), Outputs()
    names = [*IRIS.input_names, "species", "key"]
    bad = (",".join(names) + "\n" + "1,2,3,4,weed,k\n" * 900 + '1,2,3,4,"weed,k\n').encode()

    def table(text):
        return nullcontext(Source(io.BytesIO(text), "t", block=900).open())

    jobs = [
        Job(partial(table, text),
            outputs.opened(name), "csv", rejects=lists.opened(name), waits=waits)
        for name, text in (("a", CONTENTS["a.csv"]), ("b", bad))
    ]  # fmt: skip
    with pytest.raises(TableError, match="a quote"):
        score(EVALUATION, jobs, skip=True)
    assert list(outputs.content) == list(lists.content) == ["a"]
