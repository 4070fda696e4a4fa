"""Runs commands in which a write, fsync or rename of a file fails, or during which they are killed.

`python -m tests.support.broken_writes` reads a list of cases as JSON from stdin and answers with
what happened in each. Every case is a forked child of this process, so a thousand of them take as
long as a few starts of Python. What a case counts and breaks are the steps by which a file comes to
its name: the writes to a temporary file, its fsync, and the rename to its final name.
"""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.support.strategies import SPECS


def outcomes(cases):
    """The outcome of each case: exit code (negative for a signal), stderr, and its steps.

    Args:
        cases: of folder, arguments, the number of the step that breaks (from 0; `None` for none),
            and how: the number of an error of the operating system, or "kill".
    """
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.broken_writes"],
        input=json.dumps(
            [[str(folder), [*map(str, arguments)], *how] for folder, arguments, *how in cases]
        ),
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


class _Steps:
    """Counts the steps of this process, writes their names to a file, and breaks one."""

    def __init__(self, log, broken, how):
        self.log, self.broken, self.how, self.count = log, broken, how, 0

    def __call__(self, name):
        number, self.count = self.count, self.count + 1
        os.write(self.log, f"{name}\n".encode())
        if number != self.broken:
            return
        if self.how == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        raise OSError(self.how, os.strerror(self.how))


def _install(steps):
    """Put `steps` in front of the calls by which files are written."""

    class Raw(io.FileIO):
        def write(self, content):
            steps("write")
            return super().write(content)

    io_open, fsync, replace = io.open, os.fsync, os.replace

    def opened(file, mode="r", *arguments, **keys):
        if "b" in mode and set(mode) & set("wxa") and not isinstance(file, int):
            return io.BufferedWriter(Raw(file, mode.replace("b", "")))
        return io_open(file, mode, *arguments, **keys)

    def synced(number):
        steps("fsync")
        fsync(number)

    def replaced(*arguments, **keys):
        steps("replace")
        replace(*arguments, **keys)

    io.open, os.fsync, os.replace = opened, synced, replaced


def _run(folder, arguments, broken, how):
    """One case in a child."""
    notes = [os.memfd_create(name) for name in ("stdout", "stderr", "steps")]
    child = os.fork()
    if child == 0:
        os.chdir(folder)
        os.dup2(notes[0], 1)
        os.dup2(notes[1], 2)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        _install(_Steps(notes[2], broken, how))
        code = _called(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    texts = []
    for number in notes:
        with open(number, "rb") as stream:
            stream.seek(0)
            texts.append(stream.read().decode())
    return code, texts[1], texts[2].split()


def _called(arguments):
    from deepgraph.__main__ import main

    sys.argv = ["deepgraph", *arguments]
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


if __name__ == "__main__":
    # What every child would import and prepare for itself.
    import deepgraph.cli
    import deepgraph.diff
    import deepgraph.draw
    import deepgraph.evaluate.sensitivity
    import deepgraph.formats.writers
    import deepgraph.live.asked
    import deepgraph.network
    import deepgraph.plot

    deepgraph.load(SPECS / "xor.json").live()  # the scripts of a page are prepared once

    json.dump([_run(*case) for case in json.load(sys.stdin)], sys.stdout)
