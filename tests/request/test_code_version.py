"""The version that keys of caches hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import deepgraph
from deepgraph.request.code_version import code_version

if TYPE_CHECKING:
    from pathlib import Path


def test_it_changes_with_the_code_and_with_nothing_else(tmp_path: Path) -> None:
    def version(name: str, **files: str) -> str:
        folder = tmp_path / name / "room"
        folder.mkdir(parents=True)
        for stem, text in files.items():
            (folder / f"{stem}.py").write_text(text)
        (folder / "a.pyc").write_text(name)
        return code_version(tmp_path / name)

    one = version("one", a="x = 1\n", b="")
    assert one.startswith(f"{deepgraph.__version__}+")
    assert version("same", a="x = 1\n", b="") == one
    assert version("another", a="x = 2\n", b="") != one
    assert version("renamed", c="x = 1\n", b="") != one
    assert code_version() == code_version() != one
