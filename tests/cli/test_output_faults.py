"""Each write, fsync and rename of each command fails once, and once the process is killed there."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest

import deepgraph
from tests.support.broken_writes import outcomes
from tests.support.strategies import SPECS

pytestmark = pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="processes of Linux")

XOR, DEEP = SPECS / "xor.json", SPECS / "deep_state.json"
TABLE = ("--input", "t.csv")
COMMANDS = {
    "eval csv": ("eval", XOR, *TABLE, "-o", "o.csv"),
    "eval jsonl": ("eval", XOR, *TABLE, "-o", "o.jsonl"),
    "eval parquet": ("eval", XOR, *TABLE, "-o", "o.parquet"),
    "eval errors": (
        *("eval", XOR, "--input", "flawed.csv", "-o", "o.csv"),
        *("--on-error", "skip", "--errors", "e.csv"),
    ),
    "eval one": ("eval", DEEP, "--set", "x=0.5", "-o", "o.jsonl"),
    "explain text": ("explain", DEEP, "--set", "x=0.5", "-o", "o.txt"),
    "explain json": ("explain", DEEP, "--set", "x=0.5", "--format", "json", "-o", "o.json"),
    "kinks": ("kinks", DEEP, "--over", "x=-1:1", "--format", "csv", "-o", "o.csv"),
    "render svg": ("render", DEEP, "--set", "x=0.5", "-o", "o.svg"),
    "render png": ("render", DEEP, "--set", "x=0.5", "-o", "o.png"),
    "render mermaid": ("render", DEEP, "--format", "mermaid", "-o", "o.mmd"),
    "train": (
        *("train", "open.json", "--input", "xy.csv", "--target", "y=y", "--epochs", "3"),
        *("--init", "he", "--seed", "1", "--log", "log.csv", "-o", "o.json"),
    ),
    "plot": ("plot", "other.json", "--over", "x=0:1", "-o", "o.svg"),
    "jacobian": ("jacobian", DEEP, "--set", "x=1", "--format", "csv", "-o", "o.csv"),
    "live": ("live", XOR, "-o", "o.html"),
    "export onnx": ("export", XOR, "-o", "o.onnx"),
    "export sql": ("export", XOR, "-o", "o.sql"),
    "import": ("import", "xor.onnx", "--force", "-o", "o.json"),
    "diff picture": ("diff", "open.json", "other.json", "-o", "o.svg"),
    "diff patch": ("diff", "open.json", "other.json", "--format", "json", "-o", "o.txt"),
    "patch": ("patch", "open.json", "changes.json", "-o", "o.json"),
    "new": ("new", "2-3-1", "--force", "-o", "o.json"),
    "init": ("init", "open.json", "--seed", "1"),
    "fmt": ("fmt", "open.json"),
    "schema": ("schema", "-o", "o.json"),
    "embed": ("embed", "page.md"),
}
WRITTEN = ("o.csv", "o.jsonl", "o.parquet", "o.json", "o.txt", "o.svg", "o.png", "o.mmd", "e.csv",
           "log.csv", "o.html", "o.onnx", "o.sql")  # fmt: skip
OPEN = (
    '{"deepgraph": 1, "nodes": [{"id": "x", "kind": "input"},\n{"id": "y", "kind": "output"}],'
    '"edges": [{"source": "x", "target": "y", "label": "w"}]}'
)


def prepared(folder, old):
    """A folder with everything that the commands read, and with old files in the way, or none."""
    folder.mkdir()
    (folder / "t.csv").write_text("x1,x2\n" + "0.5,0.25\n" * 3000)
    (folder / "flawed.csv").write_text("x1,x2\n0.5,0.25\n0.5,a\n")
    (folder / "xy.csv").write_text("x,y\n1,2\n2,4\n3,6\n")
    (folder / "open.json").write_text(OPEN)
    (folder / "other.json").write_text(OPEN.replace('"w"', '"w", "weight": 3'))
    (folder / "changes.json").write_text(
        '[{"op": "replace", "path": "/edges/0/label", "value": "u"}]'
    )
    deepgraph.load(XOR).export(folder / "xor.onnx")
    (folder / "page.md").write_text(
        "<!-- deepgraph: open.json --init he --seed 1 -->\n<!-- /deepgraph -->\n\n"
        "<!-- deepgraph: explain open.json --init he --seed 1 --set x=1 -->\n<!-- /deepgraph -->\n"
    )
    for name in WRITTEN if old else ():
        # A schema replaces nothing but a schema, or an empty file.
        (folder / name).write_bytes(b"" if name == "o.json" else b"old")
    return folder


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(
    ("name", "old"), [*((name, True) for name in COMMANDS), ("eval csv", False), ("new", False)]
)
def test_a_step_that_fails_and_a_kill_leave_old_files_or_whole_new_ones(tmp_path, name, old):
    arguments, start = COMMANDS[name], prepared(tmp_path / "start", old)
    whole = shutil.copytree(start, tmp_path / "whole")
    [(code, err, steps)] = outcomes([(whole, arguments, None, "kill")])
    done, failed = (1, 2) if name.startswith("diff") else (0, 1)  # diff: 1 is "they differ"
    assert code == done, err
    assert {"write", "fsync", "replace"} <= set(steps)
    cases = [
        (shutil.copytree(start, tmp_path / f"{how}{number}"), arguments, number, how)
        for number in range(len(steps))
        for how in ((errno.ENOSPC, errno.EIO)[number % 2], "kill")
    ]
    before, after = contents(start), contents(whole)
    assert before != after
    for (folder, _, number, how), (code, err, _) in zip(cases, outcomes(cases), strict=True):
        found = contents(folder)
        about = (how, number, steps[number], code, err)
        for file in sorted(found.keys() | before.keys() | after.keys()):
            if file.endswith(".deepgraph.tmp"):
                assert how == "kill", about
                continue
            assert found.get(file) in (before.get(file), after.get(file)), (file, about)
        assert "Traceback" not in err, about
        if how == "kill":
            assert code == -signal.SIGKILL
        elif code == done:  # the folder could not be synced, which some file systems never can
            assert steps[number] == "fsync"
            assert found == after
        else:
            assert code == failed, about
            assert err.splitlines()[-1].startswith("Error: "), about
            assert err.endswith(f": cannot be written: {os.strerror(how).lower()}\n"), about
            assert err.count("Error: ") == 1, about


def killed(folder, arguments, old, whole, seconds):
    """Kill a command after some seconds; check that a file is the old or the whole new one."""
    target = folder / arguments[-1]
    target.write_bytes(old)
    process = subprocess.Popen(
        [sys.executable, "-m", "deepgraph", *map(str, arguments)],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(seconds)
    process.kill()
    process.wait()
    for left in folder.glob(".*.deepgraph.tmp"):
        left.unlink()
    found = target.read_bytes()
    assert found in (old, whole), (seconds, len(found))
    return found == whole


def kills(folder, name, count):
    """Kill a command at so many random moments; how often the new file was there already."""
    chance = random.Random(name)
    arguments = COMMANDS[name]
    begin = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "deepgraph", *map(str, arguments)], cwd=folder, check=True
    )
    took, whole = time.monotonic() - begin, (folder / arguments[-1]).read_bytes()
    moments = [chance.uniform(0.2, 1.2) * took for _ in range(count)]
    return sum(killed(folder, arguments, b"old", whole, moment) for moment in moments)


@pytest.mark.parametrize("name", ["eval csv", "render svg"])
def test_a_kill_at_any_moment(tmp_path, name):
    """A few moments; a thousand by hand: `python -m tests.cli.test_output_faults 1000`."""
    kills(prepared(tmp_path / "here", old=False), name, 8)


if __name__ == "__main__":
    import tempfile
    from pathlib import Path

    for name in ("eval csv", "eval parquet", "render svg", "new"):
        place = prepared(Path(tempfile.mkdtemp(), "here"), old=False)
        new = kills(place, name, int(sys.argv[1]) // 4)
        print(f"{name}: {int(sys.argv[1]) // 4} kills, {new} behind the rename")
