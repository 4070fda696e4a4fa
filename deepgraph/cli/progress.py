"""A line on standard error that shows progress and is drawn over."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable


class Line:
    """The line; nothing is drawn where standard error is no terminal.

    Args:
        seconds: the least time between two texts, and before the first.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._shown = time.monotonic()
        self._on = sys.stderr.isatty()
        self._drawn = False

    def show(self, text: Callable[[], str]) -> None:
        """Draw a text, if the last one was drawn long enough ago."""
        if self._on and time.monotonic() - self._shown > self._seconds:
            click.echo(f"\r{text()} \x1b[K", err=True, nl=False)
            self._shown, self._drawn = time.monotonic(), True

    def clear(self) -> None:
        """Clear the line."""
        if self._drawn:
            click.echo("\r\x1b[K", err=True, nl=False)
