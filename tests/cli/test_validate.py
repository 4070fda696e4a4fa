from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from tests.support.strategies import SPECS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run

GOOD = '{"deepgraph": 1, "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],\n'
GOOD += '"edges": [{"source": "x", "target": "y"}]}'
WRONG = GOOD.replace('"target": "y"', '"target": "Y", "wieght": 1')


def test_the_gallery_has_no_problems(run: Run) -> None:
    done = run("validate", SPECS)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "27 specs: no problems\n"


def test_every_problem_has_its_place(run: Run, tmp_path: Path) -> None:
    (tmp_path / "net.json").write_text(WRONG)
    done = run("validate", "net.json")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == (
        'net.json:2:37: $.edges[0].target: there is no node "Y"; did you mean "y"?\n'
        'net.json:2:42: $.edges[0].wieght: unknown key "wieght"; did you mean "weight"?\n'
        "1 spec: 2 errors\n"
    )


def test_annotations_of_a_pull_request(run: Run, tmp_path: Path) -> None:
    (tmp_path / "net,1.json").write_text(WRONG)
    (tmp_path / "lost").mkdir()
    done = run("validate", "net,1.json", "--format", "github")
    assert (done.returncode, done.stderr) == (1, "")
    first, second, last = done.stdout.splitlines()
    assert first == (
        "::error file=net%2C1.json,line=2,col=37,title=deepgraph edges_meet_nodes::"
        '$.edges[0].target: there is no node "Y"; did you mean "y"?'
    )
    assert second == (
        "::error file=net%2C1.json,line=2,col=42,title=deepgraph unknown_key::$.edges[0].wieght: "
        'unknown key "wieght"; did you mean "weight"?'
    )
    assert last == "1 spec: 2 errors"
    (tmp_path / "torn.json").write_text('{"deepgraph": 1, "nodes": [}')
    found = run("validate", "torn.json", "none.json", "--format", "github").stdout.splitlines()
    assert found[0].startswith("::error file=torn.json,line=1,col=")
    assert found[1].startswith("::error file=none.json,title=deepgraph file::$: ")
    assert run("validate", "torn.json", "--json", "--format", "github").returncode == 2
    both = [run("validate", "torn.json", *form).stdout for form in (["--json"], ["--format=json"])]
    assert both[0] == both[1]


CLASSES = """{"deepgraph": 1,
 "nodes": [{"id": "x", "kind": "input"}, {"id": "no", "kind": "output"},
  {"id": "yes", "kind": "output"}],
 "edges": [{"source": "x", "target": "no", "weight": -1},
  {"source": "x", "target": "yes", "weight": 1}],
 "examples": [
  {"table": "t.csv", "class": "c", "accuracy": 1}]}"""


AT = ":7:13: $.examples[0].table: t.csv: "
NO_CLASS = (
    ':7:31: $.examples[0].class: "c" of t.csv holds no class of this network in any row ("Yes" in '
    'the first); the outputs are "no", "yes"'
)


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ("x,c\n1,yes\n", None),
        ("x,c\n1,maybe\n-1,no\n", None),
        (None, f"{AT}no such file beside the spec"),
        ("x,d\n1,yes\n", f'{AT}no column "c"; the columns are "x", "d"'),
        ("a,c\n1,yes\n", f'{AT}no column "x"; the columns are "a", "c"'),
        ("x,c\n1,Yes\n-1,No\n", NO_CLASS),
    ],
)
def test_the_tables_of_examples(
    run: Run, tmp_path: Path, table: str | None, problem: str | None
) -> None:
    (tmp_path / "net.json").write_text(CLASSES)
    if table is not None:
        (tmp_path / "t.csv").write_text(table)
    done = run("validate", "net.json")
    assert done.returncode == (problem is not None)
    assert done.stdout.splitlines()[0] == (
        "1 spec: no problems" if problem is None else f"net.json{problem}"
    )
    assert run("validate", "-", stdin=CLASSES).returncode == 0  # which has no folder


def test_a_warning_is_no_error(run: Run) -> None:
    extra = GOOD.replace('"edges": [', '"edges": [{"source": "x", "target": "h"}, ')
    extra = extra.replace('"nodes": [', '"nodes": [{"id": "h"}, ')
    done = run("validate", "-", stdin=extra)
    assert done.returncode == 0
    assert done.stdout == (
        'standard input:1:28: $.nodes[0]: warning: "h" reaches no output; add an edge from it, or '
        'remove it; or name it under "unused" if it is meant to\n1 spec: 1 warning\n'
    )


def test_a_folder(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "all"
    folder.mkdir()
    (folder / "a.json").write_text(GOOD)
    (folder / "b.json").write_text('{"deepgraph": 1,')
    (folder / "c.json").write_text('{"other": 1}')
    done = run("validate", "all")
    assert done.returncode == 1
    assert done.stderr == 'Note: all/c.json: skipped, it has no key "deepgraph"\n'
    assert done.stdout == (
        "all/b.json:1:17: $: not valid JSON: the file ends here, before its last closing bracket\n"
        "2 specs, 1 of them wrong: 1 error; 1 JSON file passed over, which --strict takes for "
        "specs\n"
    )
    (folder / "b.json").unlink()
    done = run("validate", "all")
    assert done.returncode == 0
    assert done.stdout.startswith("1 spec: no problems; 1 JSON file passed over")
    assert json.loads(run("validate", "all", "--json").stdout)["passed_over"] == ["all/c.json"]


def test_no_file_of_a_folder_is_passed_over(run: Run, tmp_path: Path) -> None:
    """The hole in CI: a file whose key is misspelled, that is empty, or that is no object."""
    folder = tmp_path / "all"
    folder.mkdir()
    (folder / "a.json").write_text(GOOD)
    for name, text in (("b", GOOD.replace('"deepgraph"', '"deepgrpah"')), ("c", ""), ("d", "[]")):
        (folder / f"{name}.json").write_text(text)
        assert run("validate", "all").returncode == 0
        done = run("validate", "all", "--strict")
        assert done.returncode == 1
        assert done.stdout.startswith(f"all/{name}.json:1:")
        assert done.stdout.endswith("2 specs, 1 of them wrong: 1 error\n")
        assert done.stderr == ""
        document = json.loads(run("validate", "all", "--strict", "--json").stdout)
        assert (document["errors"], document["passed_over"]) == (1, [])
        assert run("check", "all").returncode == 0
        assert run("check", "all", "--strict").returncode == 1
        assert run("fmt", "all", "--strict", "--check").returncode == 1
        named = run("validate", f"all/{name}.json")  # a file named outright always counts
        assert named.returncode == 1
        (folder / f"{name}.json").unlink()
    assert run("validate", "all", "--strict").returncode == 0


def test_json(run: Run, tmp_path: Path) -> None:
    (tmp_path / "net.json").write_text(WRONG)
    done = run("validate", "net.json", "missing.json", "--json")
    assert (done.returncode, done.stderr) == (1, "")
    found = json.loads(done.stdout)
    assert (found["errors"], found["warnings"]) == (3, 0)
    first, missing = found["specs"]
    assert first["problems"][1] == {
        "severity": "error",
        "rule": "unknown_key",
        "path": "$.edges[0].wieght",
        "line": 2,
        "column": 42,
        "message": 'unknown key "wieght"; did you mean "weight"?',
    }
    assert missing["problems"] == [
        {"severity": "error", "rule": "file", "path": "$", "message": "no such file"}
    ]


def test_files_that_cannot_be_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.json").write_text("")
    (tmp_path / "bytes.json").write_bytes(b'{"deepgraph": 1,\n "name": "\xfc"}')
    (tmp_path / "wide.json").write_text(GOOD, encoding="utf-16")
    (tmp_path / "closed.json").write_text(GOOD)
    (tmp_path / "closed.json").chmod(0)
    done = run("validate", "empty.json", "bytes.json", "wide.json", "closed.json")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[:3] == [
        "empty.json:1:1: $: the file is empty; `deepgraph new 1-2-1` writes one",
        "bytes.json:2:11: $: the byte 0xfc is no UTF-8; save the file as UTF-8",
        "wide.json:1:1: $: this is UTF-16; save the file as UTF-8",
    ]
    if os.geteuid():  # root may read everything
        assert lines[3] == "closed.json: cannot be read: permission denied"


def test_many_problems_are_counted(run: Run, tmp_path: Path) -> None:
    edges = ", ".join(f'{{"source": "x", "target": "z{number}"}}' for number in range(5000))
    (tmp_path / "net.json").write_text(GOOD.replace('"edges": [', f'"edges": [{edges}, '))
    done = run("validate", "net.json")
    lines = done.stdout.splitlines()
    assert len(lines) == 22
    assert lines[-2:] == ["net.json: … and 4,980 more", "1 spec: 5,000 errors"]
