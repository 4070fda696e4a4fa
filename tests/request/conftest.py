"""A folder with specs and tables of the gallery."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from deepgraph.spec import gallery

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def here(tmp_path: Path) -> Path:
    for name in ("xor", "iris", "deep_state"):
        shutil.copy(gallery.path(name), tmp_path)
        table = gallery.table(name)
        if table is not None:
            shutil.copy(table, tmp_path)
    return tmp_path
