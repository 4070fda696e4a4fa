"""Runs command lines one after the other in this process, each with a limit of its own.

A process for each of 2,000 command lines would take ten minutes. Standard input holds the command
lines as JSON lists, one a line, each begun by the folder in which it runs; standard output gets a
record for each.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import sys
import time
import traceback

from deepgraph import cli

SECONDS = 5


class Late(BaseException):
    """A run has used up its time."""


def late(*_: object) -> None:
    raise Late


def run(folder: str, *arguments: str, limit: float = SECONDS) -> dict[str, object]:
    """What a command line does: its exit code, what it says, seconds of this processor."""
    os.chdir(folder)
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    err = io.StringIO()
    sys.argv = ["deepgraph", *arguments]
    start = time.process_time()
    signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, limit)
    code: object = 0
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            cli.main()
    except SystemExit as stop:
        code = stop.code or 0
    except BaseException:
        code = traceback.format_exc()[-800:]
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    seconds = time.process_time() - start
    out.flush()
    printed = out.buffer.getvalue().decode()
    return {"arguments": arguments, "code": code, "printed": printed, "said": err.getvalue(),
            "seconds": seconds}  # fmt: skip


if __name__ == "__main__":
    answers = sys.stdout  # `main` may close what stands in its place
    for line in sys.stdin:
        print(json.dumps(run(*json.loads(line))), file=answers, flush=True)
