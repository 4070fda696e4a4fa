"""`render --watch`: draws again when a file changes, and outlives one that is half written."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SECONDS = 30


def wait_until(happened, what: str) -> None:
    end = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < end, f"waited {SECONDS} s for {what}"
        time.sleep(0.05)


@contextmanager
def watching(*arguments: str | Path, errors: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A watching process; it ends by Ctrl-C, without a traceback."""
    with errors.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "deepgraph", *map(str, arguments)],
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
    try:
        wait_until(lambda: b"Watching" in errors.read_bytes(), "the watch to begin")
        yield process
        assert process.poll() is None, errors.read_text()
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(SECONDS)
    assert code == 130
    assert b"Traceback" not in errors.read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="ends the process by a signal")
def test_it_goes_on_after_everything_that_happens_to_files(tmp_path: Path) -> None:
    spec, picture, errors = tmp_path / "net.json", tmp_path / "net.svg", tmp_path / "errors"
    text = (ROOT / "specs" / "deep_state.json").read_text(encoding="utf-8")
    spec.write_text(text, encoding="utf-8")

    def shows(value: str) -> bool:
        return picture.exists() and f">{value}<" in picture.read_text("utf-8")

    with watching("render", spec, "--set", "x=0.5", "-o", picture, "--watch", errors=errors):
        assert shows("0.4872")
        picture.unlink()
        wait_until(lambda: shows("0.4872"), "the deleted picture")

        before = spec.stat()
        spec.write_text(text.replace('"value": -0.90', '"value": -0.80'), encoding="utf-8")
        os.utime(spec, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert spec.stat().st_size == before.st_size
        wait_until(lambda: shows("0.5872"), "a change of the same size and time")

        for number, hostile in enumerate([b"\xff\xfe\0", b"[" * 100_000, b"", b"null", None], 1):
            said = len(errors.read_bytes())
            spec.unlink()
            if hostile is None:
                spec.mkdir()
            else:
                spec.write_bytes(hostile)
            wait_until(lambda said=said: len(errors.read_bytes()) > said, f"error {number}")
            spec.rmdir() if spec.is_dir() else spec.unlink()
            wait_until(
                lambda said=said: b"no such file" in errors.read_bytes()[said:], "the missing file"
            )
            spec.write_text(text.replace('"value": -0.90', f'"value": -0.{number}0'))
            wait_until(
                lambda n=number: shows(f"{1.3872175 - n / 10:.4g}"), f"the spec after {number}"
            )


@pytest.mark.skipif(sys.platform == "win32", reason="ends the process by a signal")
def test_it_follows_spec_table_and_parameters_and_outlives_a_half_written_file(
    tmp_path: Path,
) -> None:
    spec, table, picture = tmp_path / "net.json", tmp_path / "x.csv", tmp_path / "net.svg"
    text = (ROOT / "specs" / "deep_state.json").read_text(encoding="utf-8")
    spec.write_text(text, encoding="utf-8")
    table.write_text("x\n0.5\n")
    errors = tmp_path / "errors"
    arguments = ["render", spec, "--input", table, "--row", "1", "-o", picture, "--watch"]
    with errors.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "deepgraph", *map(str, arguments)],
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
    try:
        shows = lambda value: picture.exists() and f">{value}<" in picture.read_text("utf-8")  # noqa: E731
        wait_until(lambda: shows("0.4872"), "the first picture")
        wait_until(lambda: b"Watching" in errors.read_bytes(), "the watch to begin")

        table.write_text("x\n1\n")
        wait_until(lambda: shows("0.4384"), "the other row")

        spec.write_text(text[: len(text) // 2], encoding="utf-8")
        wait_until(
            lambda: b"net.json" in errors.read_bytes().partition(b"Watching")[2][60:], "the error"
        )
        assert shows("0.4384")
        assert process.poll() is None

        spec.write_text(text.replace('"value": -0.90', '"value": -0.80'), encoding="utf-8")
        wait_until(lambda: shows("0.5384"), "the changed bias")

        content = json.loads(text)
        values = {edge["label"]: edge.pop("weight") for edge in content["edges"] if "label" in edge}
        values |= {n["id"]: n.pop("value") for n in content["nodes"] if n.get("kind") == "bias"}
        np.savez(tmp_path / "w.npz", **{**values, "b5": -0.7})
        spec.write_text(json.dumps({**content, "parameters": "w.npz"}), encoding="utf-8")
        wait_until(lambda: shows("0.6384"), "values from the file that the spec names now")
        np.savez(tmp_path / "w.npz", **{**values, "b5": -0.6})
        wait_until(lambda: shows("0.7384"), "the changed file of parameters")
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(SECONDS)
    assert code == 130
    assert b"Traceback" not in errors.read_bytes()
