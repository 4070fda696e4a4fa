"""Repeats an action whenever files change, and survives a file that is half written."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deepgraph.errors import DeepgraphError

if TYPE_CHECKING:
    from collections.abc import Callable

Stamps = dict[Path, tuple[int, int] | None]

SECONDS = 0.2
"""Seconds between two looks at the time stamps of the files."""


def watch(files: Callable[[], list[Path]], seen: Stamps, action: Callable[[], None]) -> None:
    """Call `action` after every change of a file, until the user ends it.

    An action that fails is reported and tried again after the next change: an editor may have been
    caught in the middle of writing.

    Args:
        files: returns the files to watch; called again after every change.
        seen: their `stamps` before the first action, so that no change is missed.
        action: is called after every change.
    """
    click.echo(f"Watching {', '.join(map(str, seen))}; Ctrl-C ends it.", err=True)
    while True:
        time.sleep(SECONDS)
        if stamps(list(seen)) == seen:
            continue
        seen = stamps(files())
        try:
            action()
        except DeepgraphError as error:
            click.echo(f"Error: {error}", err=True)


def stamps(paths: list[Path]) -> Stamps:
    """Time and size of each file; `None` while it is missing."""
    found: Stamps = {}
    for path in paths:
        try:
            status = path.stat()
            found[path] = (status.st_mtime_ns, status.st_size)
        except OSError:
            found[path] = None
    return found
