"""`render --watch`: draws again when a file changes, and outlives one that is half written."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
SECONDS = 30


def wait_until(happened, what: str) -> None:
    end = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < end, f"waited {SECONDS} s for {what}"
        time.sleep(0.05)


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
