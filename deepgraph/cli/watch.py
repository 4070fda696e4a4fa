"""Does something again whenever files change, and survives a file that is half written."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from deepgraph.errors import DeepgraphError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Stamps = list[tuple[int, int] | None]

SECONDS = 0.2
"""Between two looks at the files; asking for a few time stamps costs nothing."""


def watch(paths: list[Path], seen: Stamps, action: Callable[[], None]) -> None:
    """Call `action` after every change of a file, until the user ends it.

    An action that fails is told and tried again after the next change: an editor may have been
    caught in the middle of writing.

    Args:
        paths: the files to look at.
        seen: their `stamps` before the first action, so that no change is missed meanwhile.
        action: what to do.
    """
    click.echo(f"Watching {', '.join(map(str, paths))}; Ctrl-C ends it.", err=True)
    while True:
        time.sleep(SECONDS)
        now = stamps(paths)
        if now == seen:
            continue
        seen = now
        try:
            action()
        except DeepgraphError as error:
            click.echo(f"Error: {error}", err=True)


def stamps(paths: list[Path]) -> Stamps:
    """Time and size of each file, `None` where it is missing for the moment."""
    found: Stamps = []
    for path in paths:
        try:
            status = path.stat()
            found.append((status.st_mtime_ns, status.st_size))
        except OSError:
            found.append(None)
    return found
