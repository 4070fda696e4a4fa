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
