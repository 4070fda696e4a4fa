from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

import deepgraph
from deepgraph.check.tables import table_problems
from deepgraph.errors import SpecError
from tests.support.examples import CLASSES, DOUBLE, one

if TYPE_CHECKING:
    from pathlib import Path

TABLE: dict[str, Any] = {"table": "t.csv", "class": "c", "accuracy": 0.75}


def test_accuracy_of_a_table(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("c,x\nno,-1\nyes,1\nyes,2\nyes,-2\n")
    result = one(TABLE, CLASSES, folder=tmp_path)
    assert (result.quantity, result.computed, result.verdict) == ("accuracy (t.csv)", 0.75, "ok")
    assert one({**TABLE, "accuracy": 0.74}, CLASSES, folder=tmp_path).verdict == "FAIL"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "t.csv: no such file beside the spec"),
        ("x,d\n1,yes\n", 't.csv: no column "c"; the columns are "x", "d"'),
        ("a\n1\n", 't.csv: no column "x", "c"; the columns are "a"'),
        ("x,c\n1,yes\n,no\n", 't.csv: row 2, column "x": the cell is empty'),
        ("x,c\n", "the table has no rows"),
        ("x,c\n1,Yes\n", '"Yes" (row 1) is no output; the outputs are "no", "yes"'),
    ],
)
def test_mistakes_in_a_table(tmp_path: Path, content: str | None, message: str) -> None:
    if content is not None:
        (tmp_path / "t.csv").write_text(content)
    result = one(TABLE, CLASSES, folder=tmp_path)
    assert result.verdict == "FAIL"
    assert message in str(result.message)


@pytest.mark.parametrize("name", ["../t.csv", "/etc/passwd", "sub/t.csv", "..", ".", "", "a\\b"])
def test_a_table_lies_beside_the_spec(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "specs"
    (folder / "sub").mkdir(parents=True)
    for place in (tmp_path, folder / "sub"):
        (place / "t.csv").write_text("x,c\n1,yes\n")
    result = one({**TABLE, "table": name, "accuracy": 1}, CLASSES, folder=folder)
    assert result.verdict == "FAIL"
    assert "a plain file name belongs here, of a file beside the spec" in str(result.message)


def test_a_link_out_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "specs"
    folder.mkdir()
    (tmp_path / "t.csv").write_text("x,c\n1,yes\n")
    (folder / "t.csv").symlink_to(tmp_path / "t.csv")
    (folder / "u.csv").write_text("x,c\n1,yes\n")
    (folder / "inner.csv").symlink_to(folder / "u.csv")
    result = one({**TABLE, "accuracy": 1}, CLASSES, folder=folder)
    assert result.message == "t.csv: the link leads out of the spec's folder; put the file there"
    inner = one({**TABLE, "table": "inner.csv", "accuracy": 1}, CLASSES, folder=folder)
    assert inner.verdict == "ok"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_no_table(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "t.csv")
    assert one(TABLE, CLASSES, folder=tmp_path).message == "t.csv: this is no plain file"


def test_a_table_needs_a_folder_and_stands_alone(tmp_path: Path) -> None:
    assert "standard input has no folder" in str(one(TABLE, CLASSES).message)
    with pytest.raises(SpecError, match="put them into another example"):
        one({**TABLE, "inputs": {"x": 1}}, CLASSES, folder=tmp_path)
    with pytest.raises(SpecError, match="this network has one output"):
        one(TABLE, DOUBLE, folder=tmp_path)


@pytest.mark.parametrize(
    ("content", "path", "message"),
    [
        ("c,x\nno,-1\n", None, None),
        ("c,x\nmaybe,-1\nno,1\n", None, None),
        ("c,x\n", None, None),
        (None, "$.examples[1].table", "t.csv: no such file beside the spec"),
        ("x\n1\n", "$.examples[1].table", 't.csv: no column "c"; the columns are "x"'),
        (
            "c,x\nmaybe,-1\nnever,1\n",
            "$.examples[1].class",
            '"c" of t.csv holds no class of this network in any row ("maybe" in the first); ',
        ),
    ],
)
def test_problems_before_any_row_is_evaluated(
    tmp_path: Path, content: str | None, path: str | None, message: str | None
) -> None:
    if content is not None:
        (tmp_path / "t.csv").write_text(content)
    examples = [{"inputs": {"x": 1}, "expect": {"no": -1}}, TABLE]
    network = deepgraph.loads(json.dumps({**CLASSES, "examples": examples}))
    found = [(problem.path, problem.message) for problem in table_problems(network, tmp_path)]
    assert [place for place, _ in found] == [path] * (path is not None)
    assert all(said.startswith(str(message)) for _, said in found)
