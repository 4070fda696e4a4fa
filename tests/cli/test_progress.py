"""How far the work has come, told on a terminal and nowhere else."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from deepgraph.cli.eval_tables import PROGRESS_SECONDS
from tests.support.strategies import SPECS

if TYPE_CHECKING:
    from pathlib import Path

pty = pytest.importorskip("pty", reason="needs terminals")
XOR = SPECS / "xor.json"


def started(terminal: int, *arguments: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "deepgraph", *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=terminal)


def seen(screen: int) -> str:
    """The text that the terminal showed; its end is an error on Linux."""
    parts = []
    try:
        while part := os.read(screen, 4096):
            parts.append(part)
    except OSError:
        pass
    return b"".join(parts).decode()


def test_rows_of_eval() -> None:
    screen, terminal = pty.openpty()
    with started(terminal, "eval", XOR, "--input", "-") as process:
        os.close(terminal)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"x1,x2\n0,1\n")
        process.stdin.flush()
        assert process.stdout.readline() + process.stdout.readline() == b"y\n1\n"
        time.sleep(2 * PROGRESS_SECONDS)
        process.stdin.write(b"1,1\n")
        process.stdin.close()
        shown = seen(screen)
    assert process.returncode == 0
    assert "\r2 rows, " in shown
    assert shown.endswith("\r\x1b[K")


def test_epochs_of_train(tmp_path: Path) -> None:
    screen, terminal = pty.openpty()
    table = ("--input", XOR.with_suffix(".csv"), "--target", "y=target_y")
    with started(terminal, "train", XOR, *table, "--epochs", 9000, "-o", tmp_path / "o") as process:
        os.close(terminal)
        shown = seen(screen)
    assert process.returncode == 0
    assert " of 9,000  loss 0 \x1b[K" in shown
    assert "\r\x1b[Khalf_squared_error" in shown


@pytest.mark.parametrize(("no_color", "painted"), [("", True), ("1", False)])
def test_what_is_wrong_is_painted(tmp_path: Path, no_color: str, painted: bool) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text(XOR.read_text().replace('"y": [0, 1, 1, 0]', '"y": [0, 1, 1, 2]'))
    screen, terminal = pty.openpty()
    words = [sys.executable, "-m", "deepgraph", "check", "--failed", wrong]
    with subprocess.Popen(
        words, stdout=terminal, env={**os.environ, "NO_COLOR": no_color, "TERM": "xterm"}
    ):
        os.close(terminal)
        shown = seen(screen)
    assert "FAIL" in shown
    assert ("\x1b[31mthe truth table" in shown) == painted
    assert ("\x1b[" in shown) == painted
