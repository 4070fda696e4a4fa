from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from deepgraph.spec import gallery

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run

SPECS = gallery.folder()


def spec(*examples: dict[str, Any], **more: Any) -> str:
    return json.dumps(
        {
            "deepgraph": 1,
            "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
            "edges": [{"source": "x", "target": "y", "label": "w", "weight": 2}],
            "examples": examples,
            **more,
        }
    )


GOOD = {"inputs": {"x": 1}, "expect": {"y": 2}}
BAD = {"name": "off", "inputs": {"x": [1, 2]}, "expect": {"y": [2, 5.0]}}


def test_the_gallery(run: Run) -> None:
    done = run("check", SPECS)
    assert done.returncode == 0
    assert done.stderr == ""
    assert "deep_state: 43 ok, 0 failed\n" in done.stdout
    last = done.stdout.splitlines()[-1]
    assert last.startswith("27 specs: ")
    assert last.endswith(" ok, 0 failed")


def test_table(run: Run, tmp_path: Path) -> None:
    (tmp_path / "two.json").write_text(spec(GOOD, BAD))
    done = run("check", "two.json")
    assert done.returncode == 1
    assert done.stdout == (
        "example    quantity  expected  computed  difference  verdict\n"
        "example 1  y                2         2           0  ok\n"
        "off        y, row 1         2         2           0  ok\n"
        "off        y, row 2       5.0         4    -1.0e+00  FAIL\n"
        "two: 2 ok, 1 failed\n\n"
    )
    for option in ("-q", "--failed"):
        done = run("check", "two.json", option)
        assert done.returncode == 1
        assert done.stdout == (
            "example  quantity  expected  computed  difference  verdict\n"
            "off      y, row 2       5.0         4    -1.0e+00  FAIL\n"
            "two: 2 ok, 1 failed\n\n"
        )


def test_json(run: Run, tmp_path: Path) -> None:
    (tmp_path / "two.json").write_text(spec(GOOD, BAD, name="two\n"))
    (tmp_path / "none.json").write_text(spec())
    done = run("check", "two.json", "none.json", "missing.json", "--json")
    assert done.returncode == 1
    assert done.stderr == "Error: missing.json: no such file\n"
    whole = json.loads(done.stdout)
    counts = {key: number for key, number in whole.items() if key != "specs"}
    assert counts == {
        "ok": 2,
        "failed": 1,
        "without_examples": 1,
        "errors": 1,
        "passed_over": [],
    }
    two, none, missing = whole["specs"]
    assert two["name"] == "two\n"
    assert two["results"][2] == {
        "example": "off",
        "quantity": "y, row 2",
        "expected": "5.0",
        "computed": 4.0,
        "difference": -1.0,
        "tolerance": 0.05 + 5e-12,
        "verdict": "FAIL",
        "message": None,
    }
    assert none["examples"] == 0
    assert missing == {"path": "missing.json", "error": "missing.json: no such file"}


def test_json_of_nan(run: Run) -> None:
    nodes = [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output", "activation": "log"}]
    text = spec({"inputs": {"x": [-1, 0]}, "expect": {"y": 0}}, nodes=nodes)
    done = run("check", "-", "--json", stdin=text)
    assert done.returncode == 1
    (found,) = json.loads(done.stdout)["specs"]
    assert [result["computed"] for result in found["results"]] == ["NaN", "-Infinity"]


def test_folder(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "all"
    (folder / "below").mkdir(parents=True)
    (folder / "below" / "good.json").write_text(spec(GOOD))
    (folder / "broken.json").write_text('{"deepgraph": 1, "edges": [{"source": "x"}]}')
    (folder / "none.json").write_text(spec())
    (folder / "package.json").write_text('{"name": "something else"}')
    done = run("check", "all")
    assert done.returncode == 1
    assert done.stderr == (
        'Note: all/package.json: skipped, it has no key "deepgraph"\n'
        'Error: all/broken.json:1:1: $.nodes: there are no nodes; write them under "nodes", or '
        'whole layers under "layers"\n'
        'all/broken.json:1:28: $.edges[0]: "target" is missing; write "target": and the id of the '
        "node where the edge ends\n"
    )
    assert "good: 1 ok, 0 failed\n" in done.stdout
    assert "none: no examples, nothing to check\n" in done.stdout
    assert done.stdout.endswith(
        "3 specs: 1 ok, 0 failed, 1 without examples, 1 with an error; 1 JSON "
        "file passed over, which --strict takes for specs\n"
    )


def test_a_folder_without_specs(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "good.json").write_text(spec(GOOD))
    done = run("check", "good.json", "empty")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "Error: empty: no spec in this folder; `deepgraph new 1-2-1` writes one\n"
    )


def test_no_examples(run: Run) -> None:
    done = run("check", "-", stdin=spec(name="bare"))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "bare: no examples, nothing to check\n"


def test_uninitialised(run: Run) -> None:
    edges = [{"source": "x", "target": "y", "label": "w"}]
    text = spec({**GOOD, "tolerance": 9}, edges=edges)
    done = run("check", "-", stdin=text)
    assert done.returncode == 1
    assert done.stderr.startswith(
        "Error: standard input: w has no value. Write the numbers into the spec"
    )
    assert run("check", "-", "--seed", "1", stdin=text).returncode == 0


@pytest.mark.parametrize("arguments", [(), ("-", "-"), ("x.json", "--init", "best")])
def test_usage(run: Run, arguments: tuple[str, ...]) -> None:
    done = run("check", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Usage: ")


def test_a_missing_table_names_the_example(run: Run, tmp_path: Path) -> None:
    shutil.copy(SPECS / "iris.json", tmp_path)
    done = run("check", "iris.json", "-q")
    assert done.returncode == 1
    assert "all 150 flowers  accuracy (iris.csv)" in done.stdout
    assert "FAIL: iris.csv: no such file beside the spec\n" in done.stdout
    assert "iris: 20 ok, 1 failed\n" in done.stdout


def test_texts_cannot_steer_the_terminal(run: Run) -> None:
    example = {**GOOD, "name": "\u001b[31m\r\n\u2028", "expect": {"y": 3}}
    done = run("check", "-", stdin=spec(example, name="\u001b]0;\u0007"))
    assert not {"\u001b", "\r", "\u2028", "\u0007"} & set(done.stdout)
    assert "\\x1b[31m\\r\\n\\u2028" in done.stdout


def test_a_console_without_the_letters(run: Run) -> None:
    done = run("check", SPECS / "karpathy_neuron.json", PYTHONIOENCODING="cp1252")
    assert done.returncode == 0
    assert "\\u2202loss/\\u2202w1" in done.stdout


def test_the_same_bits_as_eval(run: Run) -> None:
    values = json.loads(run("check", SPECS / "statquest_dosage.json", "--json").stdout)
    result = values["specs"][0]["results"][0]
    evaluated = run("eval", SPECS / "statquest_dosage.json", "--set", "x=0.5", "--format", "jsonl")
    assert json.loads(evaluated.stdout)["y"] == result["computed"]


def test_a_closed_pipe_ends_quietly() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "deepgraph", "check", str(SPECS)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    process.wait()
