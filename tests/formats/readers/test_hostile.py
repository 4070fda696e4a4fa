"""Hostile files are refused in words, soon; no other file is opened and nothing is run."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deepgraph.errors import FormatError
from deepgraph.formats.readers import table
from deepgraph.formats.readers.record import Options
from tests.support.hostile import CASES, OPTIONS, content_of
from tests.support.models import REAL, RECORDS, made

SECONDS = 5


def test_there_are_enough():
    assert len(CASES) >= 40
    assert {Path(name).suffix for name in CASES} >= {
        ".pkl",
        ".pth",
        ".onnx",
        ".h5",
        ".keras",
        ".pmml",
    }


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_in_words(name, tmp_path):
    _, words = CASES[name]
    path = tmp_path / name
    path.write_bytes(content_of(name))
    start = time.process_time()
    with pytest.raises(FormatError) as caught:
        table.read(str(path), Options(**OPTIONS.get(path.suffix, {})))
    assert time.process_time() - start < SECONDS
    text = str(caught.value)
    assert text.startswith(f"{path}: ")
    assert re.search(words, text), text
    assert len(text) < 700
    assert "\n" not in text
    assert "Traceback" not in text


HOOK = """
import json, sys
events = None
def hook(event, arguments):
    if events is not None:
        events.append((event, [str(a)[:300] for a in arguments[:2]]))
sys.addaudithook(hook)
from deepgraph.errors import DeepgraphError
from deepgraph.formats.readers import table
from deepgraph.formats.readers.record import Options
calls = json.loads(sys.argv[1])
def run(paths):
    for path, options in paths:
        try:
            table.read(path, Options(**options))
        except DeepgraphError:
            pass
run(calls["warm"])
events = []
run(calls["paths"])
found, events = events, None
json.dump(found, open(calls["report"], "w"))
"""

HARMLESS = (
    "object.__getattr__",
    "object.__setattr__",
    "sys._getframe",
    "array.__new__",
    "gc.",
    "builtins.id",
)


@pytest.mark.slow
def test_no_other_file_is_opened_and_nothing_is_imported(tmp_path):
    """Of all formats, after one sound file of each has brought in what its reader needs."""
    warm, paths = [], []
    for path in REAL.iterdir():
        if path.suffix != ".md":
            sizes = {".out": (5, 1), ".pickle": (24, 4)}.get(path.suffix)
            options = {} if sizes is None else {"inputs": sizes[0], "outputs": sizes[1]}
            warm.append((str(path), options))
    (tmp_path / "good").mkdir()
    for name, told in RECORDS.items():
        if "scaler" not in told["options"]:
            warm.append((str(made(name, tmp_path / "good")), told["options"]))
    for name in CASES:
        (tmp_path / name).write_bytes(content_of(name))
        paths.append((str(tmp_path / name), OPTIONS.get(Path(name).suffix, {})))
    report = tmp_path / "report.json"
    calls = {"warm": [*warm, *paths], "paths": [*paths, *warm], "report": str(report)}
    done = subprocess.run(
        [sys.executable, "-c", HOOK, json.dumps(calls)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert report.exists(), done.stderr
    named = {path for path, _ in calls["paths"]}
    beside = {f"{path}.data" for path in named} | {str(tmp_path / "w.data")}  # it does not exist
    opened = set()
    for event, arguments in json.loads(report.read_text()):
        if event == "open":
            if arguments[0].isdecimal():
                continue  # a file that is open already
            opened.add(arguments[0])
            assert arguments[0] in named | beside, arguments
        else:
            assert event.startswith(HARMLESS), (event, arguments)
    assert opened >= named  # the hook sees what is opened
    assert not (tmp_path / "pwned").exists()
