"""`python -m deepgraph`: how the process ends."""

from __future__ import annotations

import subprocess
import sys

import pytest

from deepgraph import __version__


def called(*arguments, flags=(), program=None):
    start = ["-m", "deepgraph"] if program is None else ["-c", program]
    return subprocess.run(
        [sys.executable, *flags, *start, *arguments],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "code"), [(("--version",), 0), (("nonsense",), 2), (("info", "none.json"), 1)]
)
def test_the_exit_code(arguments, code):
    done = called(*arguments)
    assert done.returncode == code
    assert (__version__ in done.stdout) == (code == 0)
    assert "Traceback" not in done.stderr


def test_exit_functions_are_called_and_output_is_written():
    program = (
        "import atexit, sys; atexit.register(print, 'bye'); sys.argv = ['deepgraph', '--version']; "
        "from deepgraph.__main__ import main; main()"
    )
    done = called(program=program)
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "bye"


def test_a_handler_for_interrupts_stays():
    program = (
        "import atexit, signal, sys; mine = lambda *_: None; signal.signal(signal.SIGINT, mine); "
        "atexit.register(lambda: print(signal.getsignal(signal.SIGINT) is mine)); "
        "sys.argv = ['deepgraph', '--version']; from deepgraph.__main__ import main; main()"
    )
    assert called(program=program).stdout.splitlines()[-1] == "True"
