"""The built site, once for all tests of this folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages as HTML, built as a person would build them, with all warnings as errors."""
    folder = tmp_path_factory.mktemp("site")
    build = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-E", "-b", "html"]
    done = subprocess.run(
        [*build, "-j", "2", "-d", folder / "doctrees", DOCS, folder / "html"],
        capture_output=True,
        check=False,
        encoding="utf-8",
        # An empty path: no system Graphviz is found, and none may be needed.
        env={**os.environ, "PATH": "", "PYTHONUTF8": "1"},
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return folder / "html"
