"""The entry point of the command `deepgraph` and of `python -m deepgraph`."""

from __future__ import annotations

import atexit
import os
import signal
import sys


def main() -> None:
    """Run the command line; Ctrl-C outside of the command ends the process without a traceback."""
    usual = signal.getsignal(signal.SIGINT)
    ours = usual is signal.default_int_handler  # a program with its own handler keeps it
    if ours:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from deepgraph import cli  # takes a tenth of a second
    from deepgraph.cli import interrupts

    code: str | int | None = None
    try:
        if ours:
            signal.signal(signal.SIGINT, usual)
        try:
            cli.main()
        except SystemExit as stop:
            code = stop.code
        interrupts.fall_silent()
    except (KeyboardInterrupt, interrupts.Terminated) as stop:  # before or after the command
        interrupts.fall_silent()
        signal.raise_signal(
            signal.SIGINT if isinstance(stop, KeyboardInterrupt) else signal.SIGTERM
        )
        raise
    _end(code)


def _end(code: str | int | None) -> None:
    """End the process like the interpreter, but without the teardown of numpy and pyarrow.

    The teardown takes a tenth of the time of a short command and has no use: files are closed,
    threads have ended, and exit functions are called here.
    """
    watched = sys.gettrace() or sys.getprofile() or sys.flags.interactive
    if not watched and isinstance(code, int | None):
        try:
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
        except (AttributeError, OSError, ValueError):  # a closed stream: the interpreter reports it
            sys.exit(code)
        atexit._run_exitfuncs()
        os._exit(code or 0)
    sys.exit(code)


if __name__ == "__main__":
    main()
