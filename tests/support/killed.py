"""Kills `deepgraph` at random moments: `python -m tests.support.killed SEED SECONDS PATTERN ...`.

This process has imported everything that a run needs, so that a fork of it works from its first
moment on: the kills meet the work, not the start of an interpreter. Each fork runs the command that
follows on the line, and is killed up to SECONDS after the first file of PATTERN that is new. Each
line of the output says, as JSON, whether it was still at work.
"""

from __future__ import annotations

import glob
import importlib
import json
import os
import random
import signal
import sys
import time


def main(seed, seconds, pattern, *arguments):
    chance = random.Random(int(seed))
    for _ in sys.stdin:  # a kill for each line, so that the test can look at what is left
        child = os.fork()
        if not child:
            run(arguments)
        known = set(glob.glob(pattern, recursive=True))
        ended = 0
        until = time.monotonic() + 30
        while not ended and set(glob.glob(pattern, recursive=True)) <= known:
            ended, _ = os.waitpid(child, os.WNOHANG)
            assert time.monotonic() < until
            time.sleep(0.001)
        until = time.monotonic() + chance.uniform(0, float(seconds))
        while not ended and time.monotonic() < until:
            ended, _ = os.waitpid(child, os.WNOHANG)
            time.sleep(0.001)
        if not ended:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        print(json.dumps(not ended), flush=True)


def run(arguments):
    """Run the command, and end as a process does."""
    from deepgraph.__main__ import main as deepgraph

    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    sys.argv = ["deepgraph", *arguments]
    try:
        deepgraph()
    except SystemExit:
        pass
    finally:
        os._exit(0)


WARM = ("pyarrow.csv", "pyarrow.parquet", "deepgraph.cli.eval_command", "deepgraph.network",
        "deepgraph.request.request", "deepgraph.scoring.completion", "deepgraph.scoring.jobs",
        "deepgraph.scoring.work")  # fmt: skip
"""What a run imports."""


if __name__ == "__main__":
    for name in WARM:
        importlib.import_module(name)
    main(*sys.argv[1:])
