"""Standard input and output that are closed: an error that says so, and no traceback."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.needs import need
from tests.support.strategies import SPECS

if TYPE_CHECKING:
    from pathlib import Path

SPEC, TABLE = str(SPECS / "xor.json"), str(SPECS / "xor.csv")
OVER = ("--over", "x1=0:1")
TRAIN = ("--target", "y=target_y", "-o", "t.json")


def closed(mark: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, with a stream closed by the shell."""
    return subprocess.run(
        ["sh", "-c", f'exec "$@" {mark}', "sh", sys.executable, "-m", "deepgraph", *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=120,
        check=False,
    )


@pytest.fixture(autouse=True)
def _with_a_shell() -> None:
    need(sys.platform != "win32", "a shell", "run on Linux or macOS")


@pytest.mark.parametrize(
    "arguments",
    [
        ("eval", "-", "--set", "x1=1"),
        ("eval", SPEC, "--input", "-"),
        ("eval", SPEC, "--input", "-", "--row", "1"),
        ("render", "-"),
        ("explain", "-"),
        ("kinks", "-", *OVER),
        ("plot", "-", *OVER),
        ("check", "-"),
        ("validate", "-"),
        ("info", "-"),
        ("train", "-", "--input", TABLE, *TRAIN),
        ("train", SPEC, "--input", "-", *TRAIN),
        ("init", "-", "--seed", "1"),
        ("fmt", "-"),
    ],
    ids=" ".join,
)
def test_closed_input(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = closed("<&-", tmp_path, *arguments)
    assert done.returncode == 1
    assert "standard input is closed; name a file instead of -, or pipe one in" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("eval", SPEC, "--set", "x1=1", "--set", "x2=0"),
        ("eval", SPEC, "--input", TABLE),
        ("render", SPEC),
        ("explain", SPEC, "--set", "x1=1", "--set", "x2=0"),
        ("schema",),
        ("fmt", SPEC, "-o", "-"),
    ],
    ids=" ".join,
)
def test_closed_output(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = closed(">&-", tmp_path, *arguments)
    assert (done.returncode, done.stderr) == (
        1,
        "Error: standard output is closed; name a file with -o\n",
    )


def test_closed_errors_hide_no_result(tmp_path: Path) -> None:
    done = closed("2>&-", tmp_path, "eval", SPEC, "--input", TABLE, "-o", "-")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 1 + 4  # the header, and the rows of xor.csv
