"""Ctrl-C and the request to end at moments at which Python itself would lose them.

Each program calls the command line as a process does, and lets the signal arrive at one instant.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tests.support.strategies import SPECS

EVAL = ("eval", str(SPECS / "xor.json"), "--input", "t.csv", "--threads", "2")
"""A command whose threads import."""

SIGNALS = [(signal.SIGINT, 130, "Interrupted"), (signal.SIGTERM, 143, "Terminated")]

posix = pytest.mark.skipif(
    sys.platform == "win32", reason="a process is asked to end in POSIX's way"
)

START = """
import _imp, gc, os, signal, sys, time
import importlib._bootstrap as bootstrap
import click
from deepgraph.__main__ import main
from deepgraph.cli import _Commands
number = int(sys.argv.pop(1))
def arrive():
    os.write(1, b"arrived ")
    os.kill(os.getpid(), number)
def first(step):  # before the command does anything else, under its own handlers
    whole = _Commands.invoke
    def invoke(self, ctx):
        step()
        return whole(self, ctx)
    _Commands.invoke = invoke
"""

LOCKED = """
class Locks:  # the import system's lock, and a signal as soon as a callback has taken it
    there = True
    def __getattr__(self, name):
        return getattr(_imp, name)
    def acquire_lock(self):
        _imp.acquire_lock()
        if sys._getframe(1).f_code.co_name == "cb" and Locks.there:
            Locks.there = False
            arrive()
def step():
    bootstrap._imp = Locks()
first(step)
"""

FINALISER = """
class Bell:
    def __del__(self):
        arrive()
def step():
    Bell()
    gc.collect()
    time.sleep(30)
first(step)
"""

SWALLOWING = """
def step():
    import swallowing
    assert swallowing.whole
    time.sleep(30)
first(step)
sys.modules["__main__"].arrive = arrive
"""

ENDLESS = """
def step():
    import endless
first(step)
"""

MODULES = {
    "swallowing.py": "whole = False\ntry:\n    import __main__\n    __main__.arrive()\n"
    "    import time\n    time.sleep(0.3)\n    whole = True\nexcept BaseException:\n    pass\n",
    "endless.py": "import __main__, time\n__main__.arrive()\nwhile True:\n    time.sleep(0.01)\n",
    "t.csv": "x1,x2\n0,1\n",
}


@pytest.fixture
def folder(tmp_path):
    for name, text in MODULES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def run(folder, program, number, *arguments, start=("program.py",)):
    (folder / "program.py").write_text(START + program + "main()\n")
    return subprocess.run(
        [sys.executable, *start, str(int(number)), *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(SPECS.parent)},
        capture_output=True,
        encoding="utf-8",
        timeout=25,
        check=False,
    )


@posix
@pytest.mark.parametrize(("number", "code", "word"), SIGNALS)
@pytest.mark.parametrize("program", [LOCKED, FINALISER, SWALLOWING, ENDLESS])
def test_a_signal_that_python_would_lose(folder, program, number, code, word):
    done = run(folder, program, number, *EVAL)
    assert done.stdout.startswith("arrived ")
    assert done.stderr == f"{word}; no file was left half written.\n"
    assert done.returncode == code


@posix
def test_other_errors_of_finalisers_are_told(folder):
    program = "class Bad:\n    def __del__(self):\n        1 / 0\nfirst(lambda: Bad() and None)\n"
    done = run(folder, program, signal.SIGINT, *EVAL)
    assert done.returncode == 0
    assert "ZeroDivisionError" in done.stderr


@posix
@pytest.mark.parametrize(("number", "code", "word"), SIGNALS)
def test_an_import_that_calls_the_command_line_can_be_interrupted(folder, number, code, word):
    """A script that is imported runs the command for as long as it likes."""
    program = """
from deepgraph.cli import interrupts
interrupts.PATIENCE = 1000
def step():
    arrive()
    time.sleep(30)
first(step)
"""
    done = run(folder, program, number, *EVAL, start=("-c", "import program"))
    assert (done.returncode, done.stderr) == (code, f"{word}; no file was left half written.\n")


@posix
def test_a_second_interrupt_of_a_training_reaches_whoever_listened_before(folder):
    """The first one lets the epoch end, the second one ends the command."""
    program = """
from deepgraph.cli import train_command
def step():
    with train_command._interruptible() as stopped:
        arrive()
        assert stopped()
        arrive()
        time.sleep(30)
first(step)
"""
    done = run(folder, program, signal.SIGINT, *EVAL)
    assert done.stdout == "arrived arrived "
    assert done.stderr == "Interrupted; no file was left half written.\n"
    assert done.returncode == 130
