"""The recipes of docs/cluster.md, as they stand there."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from dataclasses import asdict

import pytest

import deepgraph
from tests.support.folders import data_in, make_tables
from tests.support.recipes import recipe
from tests.support.strategies import SPECS


@pytest.fixture
def folder(tmp_path):
    make_tables(tmp_path / "data", files=24, rows=1000, bad=0.01)
    shutil.copy(SPECS / "xor.json", tmp_path / "net.json")
    return tmp_path


def whole(folder):
    """What one process writes."""
    arguments = ["--keep", "k", "--on-error", "skip", "--errors", "badly/"]
    command = [sys.executable, "-m", "deepgraph", "eval", "net.json", "--input", "data"]
    subprocess.run([*command, "-o", "whole/", *arguments], cwd=folder, check=True, timeout=100)
    return data_in(folder / "whole"), data_in(folder / "badly")


def run(folder, text):
    (folder / "recipe.py").write_text(text)
    done = subprocess.run(
        [sys.executable, "recipe.py"], cwd=folder, capture_output=True, text=True, check=False,
        timeout=200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert "'read': 24000" in done.stdout
    assert (folder / "out" / "_SUCCESS").exists()


KILL = """
        import os, signal
        from dask.distributed import wait
        wait(futures, return_when="FIRST_COMPLETED")
        address, process = next(iter(client.run(os.getpid).items()))
        os.kill(process, signal.SIGKILL)
        assert not all(future.done() for future in futures)
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(__import__("signal"), "SIGKILL"), reason="not on Windows")
def test_dask_with_a_worker_that_is_killed(folder):
    text = recipe("cluster", "dask")
    assert len(text.strip().splitlines()) <= 20
    run(folder, text.replace("        client.gather", KILL + "        client.gather"))
    assert (data_in(folder / "out"), data_in(folder / "bad")) == whole(folder)


@pytest.mark.skipif(not importlib.util.find_spec("ray"), reason="ray is missing (pip install ray)")
def test_ray(folder):
    text = recipe("cluster", "ray")
    assert len(text.strip().splitlines()) <= 20
    run(folder, text)
    assert (data_in(folder / "out"), data_in(folder / "bad")) == whole(folder)


def untagged(record):
    """A record without the time at which its result was written."""
    return {**asdict(record), "output": {**record.output, "tag": None}}


def test_a_task_that_runs_twice_changes_nothing(folder):
    from deepgraph.scoring import Evaluation, Work, finish

    evaluation = Evaluation(deepgraph.load(folder / "net.json"))
    given, out = str(folder / "data"), str(folder / "out")
    work = Work(evaluation, given, out, skip=True)
    records = [task() for task in work.tasks]
    before = data_in(folder / "out")
    assert [task() for task in work.tasks] == records
    again = [task(resume=False, threads=2) for task in work.tasks]
    assert [untagged(record) for record in again] == [untagged(record) for record in records]
    assert data_in(folder / "out") == before
    rows = finish(work)
    assert rows["read"] == rows["written"] + rows["rejected"] == 24_000
