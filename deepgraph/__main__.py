"""Where the command `deepgraph` begins, and `python -m deepgraph`, where it is not on the path."""

from __future__ import annotations

import atexit
import os
import signal
import sys


def main() -> None:
    """Run the command line; Ctrl-C while it is still being imported ends it without a traceback."""
    usual = signal.getsignal(signal.SIGINT)
    if usual is signal.default_int_handler:  # not in a program that has its own, or wants none
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from deepgraph import cli  # takes a tenth of a second

    if usual is signal.default_int_handler:
        signal.signal(signal.SIGINT, usual)
    code: str | int | None = None
    try:
        cli.main()
    except SystemExit as stop:
        code = stop.code
    _end(code)


def _end(code: str | int | None) -> None:
    """End the process as the interpreter would, but without taking numpy and pyarrow apart.

    That would cost a short command a tenth of its time, and give nothing: files are closed, threads
    ended, and exit functions called here.
    """
    watched = sys.gettrace() or sys.getprofile() or sys.flags.interactive
    if not watched and isinstance(code, int | None):
        try:
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
        except (AttributeError, OSError, ValueError):  # closed, or lost: the interpreter's to tell
            sys.exit(code)
        atexit._run_exitfuncs()
        os._exit(code or 0)
    sys.exit(code)


if __name__ == "__main__":
    main()
