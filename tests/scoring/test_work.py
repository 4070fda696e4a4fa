"""Tasks and what their records say: nothing that changed is taken for done."""

from __future__ import annotations

import json
import os
import time
from contextlib import contextmanager

import numpy as np
import pytest

import deepgraph
from deepgraph.edit.templates import dense
from deepgraph.loading import loads
from deepgraph.scoring import Evaluation, Work, stores
from deepgraph.spec import writing
from tests.support.folders import make_tables
from tests.support.strategies import SPECS

XOR = deepgraph.load(SPECS / "xor.json")


def put(url, content):
    with stores.written(url) as stream:
        stream.write(content)


def test_a_changed_object_of_equal_size_is_evaluated_anew():
    put("memory://work1/in/a.csv", b"x1,x2\n0,1\n")
    work = Work(Evaluation(XOR), "memory://work1/in/", "memory://work1/out/")
    for task in work.tasks:
        task()
    put("memory://work1/in/a.csv", b"x1,x2\n1,1\n")
    again = Work(Evaluation(XOR), "memory://work1/in/", "memory://work1/out/")
    assert again.done() == [None]
    for task in again.tasks:
        task()
    assert stores.read_whole("memory://work1/out/a.csv") == b"y\n0\n"


def test_a_partition_that_is_read_is_part_of_the_record(tmp_path):
    """A single table has the same name, size and time in another folder, and another column."""
    path = tmp_path / "year=2025" / "t.csv"
    path.parent.mkdir()
    path.write_text("x1,x2\n0,1\n")
    stamp = path.stat().st_mtime_ns

    def work(folder, **options):
        path = str(tmp_path / folder / "t.csv")
        return Work(Evaluation(XOR, **options), path, str(tmp_path / "out"))

    (record,) = [task() for task in work("year=2025", keep=["year"]).tasks]
    assert record.input["partitions"] == {"year": 2025}
    assert work("year=2025", keep=["year"]).done() == [record]
    (tmp_path / "year=2025").rename(tmp_path / "year=2026")
    os.utime(tmp_path / "year=2026" / "t.csv", ns=(stamp, stamp))
    assert work("year=2026", keep=["year"]).done() == [None]
    (record,) = [task() for task in work("year=2026", keep=["year"]).tasks]
    assert "2026" in (tmp_path / "out" / "t.csv").read_text()
    (record,) = [task(resume=False) for task in work("year=2026").tasks]  # not read, so no matter
    assert record.input["partitions"] == {}


def test_a_copied_folder_of_results_is_as_good_as_before(tmp_path):
    make_tables(tmp_path / "data", files=3, rows=5)
    work = Work(Evaluation(XOR), str(tmp_path / "data"), str(tmp_path / "out"))
    records = [task() for task in work.tasks]
    for path in (tmp_path / "out").rglob("*.csv"):
        os.utime(path, ns=(1, 1))
    assert work.done() == records
    changed = tmp_path / "out" / records[1].output["name"]
    changed.write_bytes(changed.read_bytes()[:-2] + b"9\n")
    assert work.done() == [records[0], None, records[2]]


def test_many_records_of_a_store_are_asked_for_at_once(monkeypatch):
    """Each request waits; one after the other, ten thousand results would wait for minutes."""
    for number in range(12):
        put(f"memory://work2/in/{number:02}.csv", b"x1,x2\n0,1\n")
    work = Work(Evaluation(XOR), "memory://work2/in/", "memory://work2/out/")
    for task in work.tasks:
        task()
    under_way, most = [], []
    opened = stores.opened

    @contextmanager
    def slow(path):
        under_way.append(path)
        most.append(len(under_way))
        deadline = 200
        while len(under_way) < 4 and deadline and len(most) < 4:
            deadline -= 1
            time.sleep(0.01)
        with opened(path) as stream:
            yield stream
        under_way.remove(path)

    monkeypatch.setattr(stores, "opened", slow)
    assert None not in work.done()
    assert max(most) >= 4


def test_records_and_messages_hold_no_key(tmp_path):
    url = "memory://AKIAKEY:SECRETKEY@work3"
    for name in ("in/a.csv", "in/b.csv"):
        put(f"{url}/{name}", b"x1,x2\n0,1\nbad,1\n")
    work = Work(Evaluation(XOR), f"{url}/in/", f"{url}/out/", skip=True, rejects=f"{url}/bad/")
    for task in work.tasks:
        task()
    from deepgraph.scoring import finish

    finish(work)
    written = stores.read_whole(f"{url}/out/_manifest.json")
    written += stores.read_whole(f"{url}/out/_deepgraph/a.csv.json")
    written += stores.read_whole(f"{url}/bad/a.csv")
    assert json.loads(stores.read_whole(f"{url}/out/_manifest.json"))["rows"]["rejected"] == 2
    assert b"SECRET" not in written
    assert b"AKIA" not in written
    mistakes = [
        lambda: Work(Evaluation(XOR), f"{url}/none/", f"{url}/out/").tasks,
        lambda: Work(Evaluation(XOR), [f"{url}/in/a.csv"] * 2, f"{url}/out/").tasks,
        lambda: Work(Evaluation(XOR), f"{url}/in/", f"{url}/in/out/").tasks,
        lambda: Work(Evaluation(XOR), f"{url}/in/a.csv", f"{url}/in/").tasks,
        lambda: Work(Evaluation(XOR, dtype="float32"), f"{url}/in/", f"{url}/out/").done(),
        Work(Evaluation(XOR, keep=["z"]), f"{url}/in/", f"{url}/out2/").tasks[0],
        Work(Evaluation(XOR), f"{url}/in/a.csv", f"{url}/out2/").tasks[0],
        lambda: Work(Evaluation(XOR), f"{url}/in/none.csv", f"{url}/out2/").tasks,
        lambda: Work(Evaluation(XOR), f"{url}/in/[c-z]*.csv", f"{url}/out2/").tasks,
    ]
    for mistake in mistakes:
        with pytest.raises(deepgraph.DeepgraphError) as caught:
            mistake()
        assert "work3" in str(caught.value)
        assert "SECRET" not in str(caught.value)
        assert "AKIA" not in str(caught.value)


def test_wide_layers_have_the_same_bytes_from_a_store_and_from_a_disk(tmp_path):
    """BLAS sums by how many rows come at once, so the tables must be cut at the same rows."""
    spec = dense([2, 64, 64, 1], "tanh", "identity", layers=True)
    network = loads(writing.write(spec), "wide").initialised(0, "xavier")
    evaluation = Evaluation(network)
    assert evaluation.prepared.name == "numpy"
    points = np.random.default_rng(0).random((150_000, 2)).tolist()
    content = ("x1,x2\n" + "".join(f"{a!r},{b!r}\n" for a, b in points)).encode()
    assert len(content) > 5 << 20  # more than one part of reading ahead
    put("memory://work4/in/t.csv", content)
    (tmp_path / "t.csv").write_bytes(content)
    here, there, shard = (
        Work(evaluation, given, output)
        for given, output in (
            (str(tmp_path / "t.csv"), str(tmp_path / "out")),
            ("memory://work4/in/", "memory://work4/out/"),
            (str(tmp_path / "t.csv"), str(tmp_path / "sharded")),
        )
    )
    digest = here.tasks[0](threads=2).output["sha256"]
    assert there.tasks[0]().output["sha256"] == digest
    assert shard.shard(1, 1)[0]().output["sha256"] == digest
