"""Reading a spec runs no code, and opens no file but those that were named.

Python tells an audit hook of every file, import, compilation, process and socket. Each command is
run twice in one process: the first time, everything that it needs is imported; the second time,
nothing but the named files may be opened.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import numpy as np
import pytest

import deepgraph

HOOK = """
import os, sys, json
events = []
def hook(event, arguments):
    if events is not None:
        shown = [f"#{a}" if isinstance(a, int) else str(a) for a in arguments]
        if event == "exec":
            shown = [getattr(arguments[0], "co_filename", "?")]
        events.append((event, shown[:3]))
sys.addaudithook(hook)
sys.modules["pandas"] = None  # pyarrow imports it with its first array, where it is installed

from deepgraph.cli import main
def run(arguments):
    sys.argv[1:] = arguments
    try:
        main()
    except SystemExit as stop:
        return stop.code or 0
    return 0
calls = json.loads(sys.argv[1])
codes, cold = [run(c) for c in calls["first"]], list(events)
events.clear()
codes += [run(c) for c in calls["second"]]
warm, events = list(events), None
with open(calls["report"], "w") as stream:
    json.dump({"codes": codes, "cold": cold, "warm": warm}, stream)
"""

NEVER = (
    "socket.", "subprocess.", "os.system", "os.exec", "os.spawn", "os.posix_spawn", "os.fork",
    "os.startfile", "pty.", "ftplib.", "http.", "urllib.", "smtplib.", "webbrowser.", "pickle.",
    "shutil.", "winreg.", "ctypes.dlsym", "code.__new__", "function.__new__", "os.putenv",
    "builtins.input", "sys.settrace", "sys.setprofile", "os.kill", "os.link", "os.symlink",
)  # fmt: skip
"""What no reading of a spec has to do with, however it starts."""

HARMLESS = (
    "object.__getattr__", "object.__setattr__", "object.__delattr__", "sys._getframe", "os.listdir",
    "sys._current_frames", "array.__new__", "sys.unraisablehook", "os.chmod", "time.sleep",
    "os.fwalk", "sys.excepthook", "gc.get_objects", "msvcrt.", "os.truncate", "signal.",
)  # fmt: skip


def audited(folder, first, second):
    report = folder / "report.json"
    calls = {"first": first, "second": second, "report": str(report)}
    done = subprocess.run(
        [sys.executable, "-c", HOOK, json.dumps(calls)],
        cwd=folder,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert report.exists(), done.stderr
    return json.loads(report.read_text())


def spec(parameters, text):
    """A network whose every text is the same."""
    return {
        "deepgraph": 1,
        "$schema": text,
        "name": text,
        "title": text,
        "description": text,
        "source": text,
        "note": text,
        "nodes": [
            {"id": "x", "kind": "input", "label": text},
            {"id": "y", "kind": "output", "label": text, "layer": text, "note": text},
        ],
        "edges": [{"source": "x", "target": "y", "label": "w", "note": text}],
        "parameters": parameters,
        "groups": {"g": ["w"]},
        "examples": [{"name": text, "source": text, "inputs": {"x": 1}, "expect": {"y": 2}}],
    }


HOSTILE = [
    "__import__('os').system('touch pwned')",
    "{{7*7}}${jndi:ldap://localhost/a}",
    "file:///etc/passwd",
    "http://localhost:9/x.svg",
    "/etc/passwd",
    "../../etc/passwd",
    "$(touch pwned)`touch pwned`",
    '<img src="http://localhost:9/a"><script>fetch("http://localhost:9/b")</script>',
    "!!python/object/apply:os.system ['touch pwned']",
    "%(asctime)s {0.__class__} %n",
]


def write(folder, name, parameters, text):
    (folder / name).write_text(json.dumps(spec(parameters, text)))
    return name


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE)
def test_a_spec_opens_only_what_it_names(tmp_path, text):
    np.savez(tmp_path / "w.npz", w=np.array(2.0))
    (tmp_path / "t.csv").write_text("x\n1\n2\n")
    calls = {}
    for name, words in (("mild.json", "words"), ("wild.json", text)):
        write(tmp_path, name, "w.npz", words)
        calls[name] = [
            ["eval", name, "--set", "x=1", "-o", "o.csv"],
            ["eval", name, "--input", "t.csv", "-o", "o.csv"],
            ["check", name],
            ["info", name],
            ["render", name, "--set", "x=1", "-o", "o.svg"],
            ["render", name, "--set", "x=1", "-o", "o.dot"],
        ]
    found = audited(tmp_path, calls["mild.json"], calls["wild.json"])
    assert found["codes"] == [0] * 12

    # Warm: the named files, the temporary ones beside the results, and nothing run.
    named = {"wild.json", "w.npz", "t.csv", "o.csv", "o.svg", "o.dot", "null", tmp_path.name}
    for event, arguments in found["warm"]:
        assert not event.startswith(NEVER), (event, arguments)
        if event == "open" and arguments[0].startswith("#"):
            continue  # a file that is open already
        if event == "open":
            place = Path(arguments[0])
            temporary = place.name.startswith(".o.") and place.name.endswith(".deepgraph.tmp")
            assert place.name in named or temporary, arguments
            if not place.is_absolute():
                place = tmp_path / place
            assert tmp_path in (place.parent, place) or place == Path(os.devnull)
            assert "w" not in arguments[1] or temporary
        elif event in ("os.rename", "os.remove"):
            assert Path(arguments[0]).parent == tmp_path
        else:
            assert event.startswith(HARMLESS), (event, arguments)

    # Cold: as much again, and what Python itself needs to import modules.
    library = [
        Path(sysconfig.get_path(k)).resolve()
        for k in ("stdlib", "platstdlib", "purelib", "platlib")
    ]
    library += [
        Path(deepgraph.__file__).parent,
        Path(sys.base_prefix).resolve(),
        Path("/proc/self"),
    ]
    for event, arguments in found["cold"]:
        assert not event.startswith(
            ("socket.connect", "subprocess.", "os.system", "os.exec", "os.fork")
        )
        if event == "open" and not arguments[0].startswith("#"):
            place = (tmp_path / arguments[0]).resolve()
            inside = any(place.is_relative_to(folder) for folder in (*library, tmp_path))
            assert (
                inside or place == Path(os.devnull) or str(place).startswith(("/proc", "/sys"))
            ), arguments
    assert not (tmp_path / "pwned").exists()


def test_the_hook_sees_what_it_should(tmp_path):
    """A test of the test: an import of a new module is seen in the warm run."""
    write(tmp_path, "a.json", {"w": 2}, "a")
    found = audited(tmp_path, [["info", "a.json"]], [["render", "a.json", "-o", "o.dot"]])
    assert found["codes"] == [0, 0]
    assert {event for event, _ in found["warm"]} >= {"open", "import", "exec"}
