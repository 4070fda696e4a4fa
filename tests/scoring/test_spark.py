"""The network in Spark, on a local cluster of two workers; needs pyspark and a JVM."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.dataset as ds
import pytest

import deepgraph
from tests.support.folders import make_tables
from tests.support.strategies import SPECS

XOR = deepgraph.load(SPECS / "xor.json")

pytestmark = pytest.mark.skipif(
    not (importlib.util.find_spec("pyspark") and shutil.which("java")),
    reason="pyspark or a JVM is missing (pip install --group cluster, apt-get install "
    "default-jre-headless)",
)


def test_rows_and_rejects_of_a_cluster_are_those_of_one_machine(tmp_path):
    faulty = make_tables(tmp_path / "data", files=6, rows=200, bad=0.02)
    command = [sys.executable, "-m", "tests.support.spark_job", str(tmp_path)]
    root = str(Path(deepgraph.__file__).parent.parent)
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=300, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([root, *sys.path])},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["read"] == 1200 == found["written"] + found["rejected"]
    assert found["rejected"] == len(faulty)
    assert found["schema"] == "struct<k:string,year:int,h1:double,y:double>"
    assert found["missing"] == 'no column "x2"; the columns are "x1", "k"'
    assert found["texts"] == 'column "x1" holds string, not numbers; cast it to float64 first'
    assert "has empty cells; numbers belong there" in found["nulls"]

    rejected = ds.dataset(tmp_path / "rejects").to_table().to_pylist()
    wanted = sorted((name[5:9], f"k{row}", column, text) for name, row, column, text in faulty)
    assert sorted((str(r["year"]), r["k"], r["column"], r["text"]) for r in rejected) == wanted
    bad = {(name, row) for name, row, *_ in faulty}
    values = []
    for path in sorted((tmp_path / "data").rglob("*.csv")):
        name = path.relative_to(tmp_path / "data").as_posix()
        for row, line in enumerate(path.read_text().splitlines()[1:], 1):
            if (name, row) not in bad:
                x1, x2, k = line.split(",")
                trace = XOR.trace({"x1": float(x1), "x2": float(x2)})
                values.append((int(name[5:9]), k, trace["h1"].item(), trace["y"].item()))
    rows = ds.dataset(tmp_path / "rows").to_table().to_pylist()
    assert sorted((r["year"], r["k"], r["h1"], r["y"]) for r in rows) == sorted(values)
