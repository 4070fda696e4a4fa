from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from deepgraph import load, loads, spec
from deepgraph.edit.templates import dense
from deepgraph.spec import gallery

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run

PARTLY = """{"deepgraph": 1, "note": "keep \\u00e9 me",
  "nodes": [{"id": "x", "kind": "input"}, {"id": "b \\"1", "kind": "bias"},
            {"id": "h", "note": "in the middle"}, {"id": "y", "kind": "output"}],
  "edges": [{"source": "x", "target": "h", "label": "w", "note": "shared"},
            {"source": "b \\"1", "target": "h"},
            {"source": "h", "target": "y", "label": "v", "weight": 1.50},
            {"source": "x", "target": "y", "label": "w"}],
  "examples": [{"inputs": {"x": 1.0}, "expect": {"y": 2.50}, "tolerance": 1e3}]}
"""


def test_in_place(run: Run, tmp_path: Path) -> None:
    (tmp_path / "net.json").write_text(PARTLY)
    done = run("init", "net.json", "--seed", "1", "--init", "he")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == 'Filled 2: b "1, w\n'
    found = load(tmp_path / "net.json")
    drawn = loads(PARTLY).initialised(1, "he").parameters.values
    assert found.parameters.values.tolist() == drawn.tolist()
    assert found.spec.note == "keep é me"
    assert [bytes(edge.weight) for edge in found.spec.edges[1:]] == [b"", b"1.50", b""]
    assert found.spec.edges[0].note == "shared"
    assert bytes(found.spec.examples[0].expect["y"]) == b"2.50"
    assert run("check", "net.json").returncode == 0


@pytest.mark.parametrize("output", [(), ("-o", "copy.json")])
def test_nothing_missing(run: Run, tmp_path: Path, output: tuple[str, ...]) -> None:
    text = gallery.path("xor").read_bytes()
    path = tmp_path / "xor.json"
    path.write_bytes(text)
    before = path.stat()
    done = run("init", "xor.json", "--seed", "1", *output)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "Nothing to fill: every parameter has a value.\n"
    after = path.stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)
    if output:
        assert (tmp_path / "copy.json").read_bytes() == text


def test_standard_input(run: Run) -> None:
    text = spec.write(dense([2, 3, 1], layers=True))
    done = run("init", "-", "--seed", "4", stdin=text)
    assert done.returncode == 0
    names = ", ".join([f"W1[{i},{j}]" for i in (1, 2, 3) for j in (1, 2)])
    assert done.stderr == f"Filled 13: {names}, b1[1], b1[2], b1[3], W2[1,1] and 3 more\n"
    drawn = loads(text).initialised(4).parameters.values
    assert loads(done.stdout).parameters.values.tolist() == drawn.tolist()
    assert run("new", "2-3-1", "--layers", "--seed", "4").stdout == done.stdout


def test_another_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "net.json").write_text(PARTLY)
    assert run("init", "net.json", "--seed", "1", "-o", "out.json").returncode == 0
    assert (tmp_path / "net.json").read_text() == PARTLY
    assert json.loads((tmp_path / "out.json").read_text())["edges"][0]["weight"]


def test_errors(run: Run, tmp_path: Path) -> None:
    done = run("init", "net.json")
    assert done.returncode == 2
    assert done.stderr.endswith("Error: Missing option '--seed'.\n")
    done = run("init", "net.json", "--seed", "1")
    assert (done.returncode, done.stderr) == (1, "Error: net.json: no such file\n")
    (tmp_path / "net.json").write_text('{"deepgraph": 1, "nodes": []}')
    done = run("init", "net.json", "--seed", "1")
    assert done.returncode == 1
    assert "net.json:1:27: $.nodes: there are no nodes" in done.stderr
    assert (tmp_path / "net.json").read_text() == '{"deepgraph": 1, "nodes": []}'
