"""Where the command `deepgraph` begins, and `python -m deepgraph`, where it is not on the path."""

from __future__ import annotations

import signal


def main() -> None:
    """Run the command line; Ctrl-C while it is still being imported ends it without a traceback."""
    usual = signal.getsignal(signal.SIGINT)
    if usual is signal.default_int_handler:  # not in a program that has its own, or wants none
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from deepgraph import cli  # takes a tenth of a second

    if usual is signal.default_int_handler:
        signal.signal(signal.SIGINT, usual)
    cli.main()


if __name__ == "__main__":
    main()
