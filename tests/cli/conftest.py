from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


class Run(Protocol):
    def __call__(
        self, *arguments: str | Path, stdin: str | bytes = b"", **environment: str
    ) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the command line as a real process in an empty folder."""

    def start(
        *arguments: str | Path, stdin: str | bytes = b"", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "deepgraph", *map(str, arguments)],
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            cwd=tmp_path,
            # A crash of compiled code, which has no traceback, says where it was.
            env={
                **os.environ,
                "PYTHONIOENCODING": "utf-8",
                "PYTHONFAULTHANDLER": "1",
                **environment,
            },
            timeout=120,
            check=False,
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        assert "Traceback" not in err, err
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    return start


@pytest.fixture(scope="module")
def one_process() -> Iterator[subprocess.Popen[str]]:
    """A process that runs one command line after the other."""
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "tests.support.many_runs"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONFAULTHANDLER": "1"},
        text=True,
    ) as process:
        yield process
        process.stdin.close()


@pytest.fixture
def run_again(tmp_path: Path, one_process: subprocess.Popen[str]) -> Run:
    """As `run`, in a process that ran others before: for hundreds of command lines of one kind."""

    def start(
        *arguments: str | Path, stdin: str | bytes = b"", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        assert not stdin
        assert not environment
        line = json.dumps([str(tmp_path), *map(str, arguments)])
        one_process.stdin.write(f"{line}\n")
        one_process.stdin.flush()
        done = json.loads(one_process.stdout.readline())
        assert done["code"] in (0, 1, 2), done
        return subprocess.CompletedProcess(
            done["arguments"], done["code"], done["printed"], done["said"]
        )

    return start
