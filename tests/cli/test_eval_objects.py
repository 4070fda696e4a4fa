"""`deepgraph eval` from and to a local S3, and other stores through fsspec."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
import time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support import peak
from tests.support.folders import data_in, make_tables
from tests.support.object_store import content, files, keys, local_s3
from tests.support.outcome import error, good
from tests.support.strategies import SPECS

XOR = SPECS / "xor.json"


@pytest.fixture(scope="module")
def s3():
    with local_s3() as environment:
        yield environment


def upload(environment, folder, to):
    store = files(environment)
    for path in folder.rglob("*"):
        if path.is_file():
            with store.open_output_stream(f"{to}/{path.relative_to(folder)}") as stream:
                stream.write(path.read_bytes())


def digests(environment, folder):
    """The SHA-256 of each object below a folder that is data, by name in it."""
    return {
        key.removeprefix(f"{folder}/"): hashlib.sha256(content(environment, key)).hexdigest()
        for key in keys(environment)
        if key.startswith(f"{folder}/") and "/_" not in key
    }


def test_shards_from_bucket_to_bucket(run, tmp_path, s3):
    make_tables(tmp_path / "data", files=5, rows=50, bad=0.02)
    upload(s3, tmp_path / "data", "bucket/in")
    skip = ("--on-error", "skip", "--errors")
    good(run("eval", XOR, "--input", "data", "-o", "out/", *skip, "bad/"))
    arguments = ("eval", XOR, "--input", "s3://bucket/in/", "-o", "s3://bucket/out/", *skip,
                 "s3://bucket/bad/")  # fmt: skip
    for number in (1, 2):
        good(run(*arguments, "--shard", f"{number}/2", **s3))
    done = run(*arguments, "--finish", **s3)
    assert (good(done), done.stderr[-27:]) == ("", "; s3://bucket/out/_SUCCESS\n"), done.stderr
    assert digests(s3, "out") == data_in(tmp_path / "out")
    assert "out/_SUCCESS" in keys(s3)
    done = run(*arguments, "--resume", **s3)
    assert (good(done), done.stderr) == ("", "Note: 5 of 5 tables have their results.\n")
    with files(s3).open_output_stream("bucket/in/year=2020/part-00.csv") as stream:
        stream.write(b"x1,x2\n1,0\n")
    assert "table or result has changed: 1 of 5" in error(run(*arguments, "--finish", **s3))
    good(run(*arguments, "--resume", **s3))
    good(run(*arguments, "--finish", **s3))


def test_one_object_from_a_pattern_and_a_column_of_its_folder(run, tmp_path, s3):
    for year in (1, 2):
        path = tmp_path / "tables" / f"year={year}" / "t 1%.parquet"
        path.parent.mkdir(parents=True)
        pq.write_table(pa.table({"x1": [0.0, 1.0], "x2": [1.0, 1.0]}), path)
    (tmp_path / "tables" / "year=1" / "u.parquet").write_text("no table")
    upload(s3, tmp_path / "tables", "bucket/tables")
    given = ("--input", "s3://bucket/tables/*/t*.parquet", "--keep", "year")
    good(run("eval", XOR, *given, "-o", "s3://bucket/all.jsonl", **s3))
    assert content(s3, "all.jsonl") == (
        b'{"year": 1, "y": 1.0}\n{"year": 1, "y": 0.0}\n'
        b'{"year": 2, "y": 1.0}\n{"year": 2, "y": 0.0}\n'
    )


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--input", "s3://bucket/none.csv"), 1, "s3://bucket/none.csv: no such object"),
        (("--input", "s3://bucket/none/"), 1,
         ("s3://bucket/none/: no table (.csv, .txt, .tsv, .tab, .parquet, .pq) in this folder")),
        (("--input", "s3://bucket/in*/*.tsv"), 1, "s3://bucket/in*/*.tsv: no file matches"),
        (("--input", "s3://bucket/a.csv", "-o", "s3://bucket/a.csv"), 2,
         "s3://bucket/a.csv is a table that is read; name another file with -o"),
        (("--input", "s3://bucket/a.csv", "-o", "s3a://bucket/", "--format", "csv"), 2,
         "s3a://bucket/a.csv is a table that is read; name another folder for the results"),
        (("--input", "s3://bucket/a.csv", "--input", "s3a://bucket/a.csv"), 2,
         "s3a://bucket/a.csv is named twice; its rows would be there twice"),
        (("--input", "nowhere://bucket/a.csv"), 1,
         "nowhere://bucket/a.csv: Protocol not known: nowhere"),
    ],
)  # fmt: skip
def test_mistakes(run, s3, arguments, code, message):
    with files(s3).open_output_stream("bucket/a.csv") as stream:
        stream.write(b"x1,x2\n0,1\n")
    assert error(run("eval", XOR, *arguments, **s3), code) == message


def peak_of(environment, *command):
    """The most megabytes that a process held."""
    done = subprocess.run(
        [sys.executable, peak.__file__, sys.executable, *command],
        env={**os.environ, **environment}, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return float(done.stdout)


def test_large_objects_need_no_memory_of_their_size(tmp_path, s3):
    """Two tables of 3,000,000 rows, the second of which is read while the result of one is sent."""
    values = np.random.default_rng(1).random((2, 3_000_000))
    pq.write_table(pa.table({"x1": values[0], "x2": values[1]}), tmp_path / "t")
    for name in ("a", "b"):
        with files(s3).open_output_stream(f"bucket/large/{name}.parquet") as stream:
            stream.write((tmp_path / "t").read_bytes())
    given = ("--input", "s3://bucket/large/", "-o", "s3://bucket/answers/", "--shard", "1/1")
    assert peak_of(s3, "-m", "deepgraph", "eval", XOR, *given) < 300


WRITE = """
import sys
from deepgraph.scoring import stores
with stores.written(sys.argv[1]) as stream:
    for _ in range(int(sys.argv[2])):
        stream.write(bytes(1 << 20))
"""


def test_a_large_result_does_not_wait_in_memory(s3):
    """On its way to a store that takes it more slowly than the disk gives it."""
    few, many = (peak_of(s3, "-c", WRITE, f"s3://bucket/{n}.bin", str(n)) for n in (1, 200))
    assert many < few + 100
    assert len(content(s3, "200.bin")) == 200 << 20


def test_an_error_in_the_middle_leaves_no_object(run, s3):
    with files(s3).open_output_stream("bucket/faulty.csv") as stream:
        stream.write(b"x1,x2\n" + b"0,1\n" * 200_000 + b"0,one\n")
    before = sorted(keys(s3))
    arguments = ("--input", "s3://bucket/faulty.csv", "-o", "s3://bucket/never.csv")
    assert "row 200,001" in error(run("eval", XOR, *arguments, **s3))
    assert sorted(keys(s3)) == before


def test_an_upload_that_is_killed_leaves_no_object(run, tmp_path, s3):
    """At ten moments: an object is there with all of its bytes, or not at all."""
    (tmp_path / "t.csv").write_text("x1,x2\n" + "0.25,0.75\n" * 1_200_000)
    given = ("eval", XOR, "--input", "t.csv", "--keep", "x1", "--keep", "x2", "-o")
    began = time.monotonic()
    good(run(*given, "s3://bucket/whole.csv", **s3))
    whole = time.monotonic() - began
    wanted = content(s3, "whole.csv")
    assert len(wanted) > 5 << 20  # more than one part
    chance = random.Random(1)
    lacking = 0
    for number in range(10):
        name = f"killed-{number}.csv"
        command = [sys.executable, "-m", "deepgraph", *map(str, given), f"s3://bucket/{name}"]
        process = subprocess.Popen(command, cwd=tmp_path, env={**os.environ, **s3})
        time.sleep(chance.uniform(0.5, 1.1) * whole)
        process.kill()
        process.wait()
        is_there = name in keys(s3)
        lacking += not is_there
        assert not is_there or content(s3, name) == wanted
    assert lacking
    assert [key for key in keys(s3) if "tmp" in key] == []
