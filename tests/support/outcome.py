"""The outcome of a run of the command line, and the tables that it wrote."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path


def good(done: subprocess.CompletedProcess[str]) -> str:
    """The text that a run printed, which must have gone well."""
    assert done.returncode == 0, done.stderr
    return done.stdout


def error(done: subprocess.CompletedProcess[str], code: int = 1) -> str:
    """The one message of a run that ended with an error."""
    assert done.returncode == code, (done.stdout, done.stderr)
    assert done.stderr.count("Error: ") == 1
    return done.stderr.split("Error: ")[1].rstrip("\n")


def rows(path: Path) -> list[list[str]]:
    """The cells of a CSV."""
    with path.open(newline="") as stream:
        return list(csv.reader(stream))
