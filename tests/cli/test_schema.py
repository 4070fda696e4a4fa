from __future__ import annotations

import json
from typing import TYPE_CHECKING

from deepgraph.rules.json_schema import schema

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run


def test_schema(run: Run, tmp_path: Path) -> None:
    done = run("schema")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == schema()
    assert run("schema", "-o", "s.json").stdout == ""
    assert (tmp_path / "s.json").read_text() == done.stdout


def test_no_other_file_is_replaced(run: Run, tmp_path: Path) -> None:
    """A spec is no input of this command, and would be lost all the same."""
    for text in (
        '{"deepgraph": 1, "title": "deepgraph"}',
        '{"$schema": "deepgraph"}',
        "[]",
        "x,y\n",
    ):
        (tmp_path / "s.json").write_text(text)
        done = run("schema", "-o", "s.json")
        assert (done.returncode, (tmp_path / "s.json").read_text()) == (1, text)
        assert done.stderr == (
            "Error: s.json: this file is there, and is no schema of deepgraph; name another, or "
            "remove it\n"
        )
    for text in ("", json.dumps({**schema(), "properties": {}})):  # an older one
        (tmp_path / "s.json").write_text(text)
        assert run("schema", "-o", "s.json").returncode == 0
        assert json.loads((tmp_path / "s.json").read_text()) == schema()
    assert run("schema", "-o", "-").returncode == 0
