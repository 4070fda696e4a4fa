from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.support.strategies import SPECS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run

PLAIN = '{"edges": [], "deepgraph": 1, "nodes": [{"kind": "input", "id": "x"}]}'
FORMATTED = """{
  "deepgraph": 1,
  "nodes": [
    {"id": "x", "kind": "input"}
  ],
  "edges": []
}
"""


def test_the_gallery_is_formatted(run: Run) -> None:
    done = run("fmt", SPECS, "--check")
    assert (done.returncode, done.stdout) == (0, "")


def test_in_place(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    path.write_text(PLAIN)
    done = run("fmt", "net.json", "--check")
    assert (done.returncode, done.stdout) == (1, "net.json: would be changed\n")
    assert path.read_text() == PLAIN
    done = run("fmt", "net.json")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "net.json: changed\n")
    assert path.read_text() == FORMATTED
    done = run("fmt", "net.json")
    assert (done.returncode, done.stderr) == (0, "")


def test_standard_input_and_output(run: Run, tmp_path: Path) -> None:
    assert run("fmt", "-", stdin=PLAIN).stdout == FORMATTED
    (tmp_path / "net.json").write_text(PLAIN)
    assert run("fmt", "net.json", "-o", "-").stdout == FORMATTED
    assert run("fmt", "net.json", "-o", "new.json").returncode == 0
    assert (tmp_path / "new.json").read_text() == FORMATTED
    assert (tmp_path / "net.json").read_text() == PLAIN


def test_expand_and_compact(run: Run, tmp_path: Path) -> None:
    done = run("fmt", SPECS / "iris.json", "--expand", "-o", "edges.json")
    assert done.returncode == 0
    assert "layers" not in json.loads((tmp_path / "edges.json").read_text())
    done = run("fmt", "edges.json", "--compact", "-o", "-")
    assert done.stdout == (SPECS / "iris.json").read_text()
    done = run("fmt", SPECS / "xor.json", "--compact", "-o", "-")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith(
        "xor.json: these are no dense layers: no edge has a label such as "
        '"W1[1,2]", an entry of a matrix\n'
    )


def test_a_broken_file_stops_no_other(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"deepgraph": 1,}')
    (tmp_path / "b.json").write_text(PLAIN)
    done = run("fmt", "a.json", "b.json")
    assert done.returncode == 1
    assert done.stderr == (
        "Error: a.json:1:17: $: not valid JSON: there is a comma too many before this closing "
        "bracket\nb.json: changed\n"
    )
    assert (tmp_path / "a.json").read_text() == '{"deepgraph": 1,}'
    assert (tmp_path / "b.json").read_text() == FORMATTED


def test_usage(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(PLAIN)
    for arguments, words in (
        (("a.json", "--expand", "--compact"), "--expand and --compact exclude each other"),
        (("a.json", "--check", "-o", "-"), "--check writes nothing; leave -o out"),
        (("a.json", "a.json", "-o", "-"), "-o takes one SPEC"),
        (("-", "-"), "standard input can be read only once; name a file"),
    ):
        done = run("fmt", *arguments)
        assert done.returncode == 2
        assert words in done.stderr
