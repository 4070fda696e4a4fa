"""The built site, once for all tests of this folder, whatever the number of their processes."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.live_page import browser  # a fixture

__all__ = ["browser"]

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages as HTML, built as a person would build them, with all warnings as errors."""
    common = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # a folder above those of the single processes
        common = common.parent
    folder = common / "site"
    with _one_at_a_time(common / "site.lock"):  # two builds would share docs/generated
        if not (folder / "done").exists():
            _build(folder)
            (folder / "done").touch()
    return folder / "html"


def _build(folder: Path) -> None:
    build = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-E", "-b", "html"]
    done = subprocess.run(
        [*build, "-j", "2", "-d", folder / "doctrees", DOCS, folder / "html"],
        capture_output=True,
        check=False,
        encoding="utf-8",
        # An empty path: no system Graphviz is found, and none may be needed.
        env={**os.environ, "PATH": "", "PYTHONUTF8": "1"},
        timeout=1200,
    )
    assert done.returncode == 0, done.stderr


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    """Hold a lock that other processes wait for."""
    import fcntl

    with path.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
