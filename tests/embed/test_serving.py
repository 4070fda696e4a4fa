"""A site that is served goes on when a spec breaks, says so in the page, and recovers.

`mkdocs serve --strict` shows the old page until all is well: MkDocs itself writes none with errors.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.embed.setups.table import SETUPS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 90.0
"""Seconds until a change is to be seen, on a machine with much else to do."""

PAUSE = 3.0
"""Seconds that a person takes to mend a mistake; Zensical 0.0.73 misses a change that comes while
it still writes the last one, and none after a second where nothing else is to do."""


@contextmanager
def served(tool: str, folder: Path, log: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A server of the site in a folder, and the address of its page."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", tool, "serve", "--dev-addr", f"127.0.0.1:{port}"]
    given = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONUNBUFFERED": "1"}
    with log.open("wb") as said:
        process = subprocess.Popen(
            words, cwd=folder, env=given, stdout=said, stderr=said, start_new_session=True
        )
    try:
        yield process, f"http://127.0.0.1:{port}/"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def shows(address: str, word: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a page holds a word; the server must not end."""
    end, text = time.monotonic() + PATIENCE, ""
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text(encoding="utf-8", errors="replace")
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                text = answer.read().decode("utf-8", "replace")
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            text = ""
        if word in text:
            return
        time.sleep(0.3)
    told = log.read_text(encoding="utf-8", errors="replace")
    raise AssertionError(f"{word!r} is not in the page after {PATIENCE} s:\n{told[-3000:]}")


@pytest.mark.parametrize("name", ["MkDocs", "Material", "Zensical"])
def test_serving_goes_on_after_a_mistake(name: str, tmp_path: Path) -> None:
    setup = next(setup for setup in SETUPS if setup.name == name)
    setup.write(tmp_path)
    spec, log = tmp_path / "docs/specs/xor.json", tmp_path / "said.txt"
    sound = spec.read_text(encoding="utf-8")
    with served(setup.environment, tmp_path, log) as (process, address):
        shows(address, "XOR with two ReLU nodes", process, log)
        spec.write_text(sound.replace('"target": "h1"', '"target": "h11"', 1), encoding="utf-8")
        shows(address, "there is no node &quot;h11&quot;", process, log)
        assert "xor.json:17:32" in log.read_text(encoding="utf-8", errors="replace")
        time.sleep(PAUSE)
        spec.write_text(sound.replace("two ReLU nodes", "two ReLU neurons"), encoding="utf-8")
        shows(address, "XOR with two ReLU neurons", process, log)
