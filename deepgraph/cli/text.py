"""Text for a terminal: safe lines, lists cut short, columns, a progress line."""

from __future__ import annotations

import itertools
import math
import sys
import time
from typing import TYPE_CHECKING

import click

from deepgraph.cli.colors import colored, paint
from deepgraph.words import messages
from deepgraph.words.messages import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def say(text: str, *, err: bool = False, tone: str | None = None) -> None:
    """Write one line on standard output or error, made safe by `printable`.

    On a terminal it has the colour of its `tone`, one of `colors.STYLES`.
    """
    line = printable(text)
    if tone is not None and colored("auto"):
        line = paint(tone, line).removesuffix("\n")
    click.echo(line, err=err)


def printable_list(names: Sequence[str], count: int | None = None) -> str:
    r"""The first names, made `printable`, and how many more there are; see `messages.listed`.

    >>> printable_list(["w\n1", "w2"], 12)
    'w\\n1, w2 and 2 more'
    """
    return messages.listed(names, count=count, spell=printable)


BARS = "▁▂▃▄▅▆▇█"
DECADES = 1.3
"""Beyond so many powers of ten from the least to the greatest value, heights are logarithmic; as in
the curve of losses."""


def sparkline(values: Sequence[float], columns: int = 40) -> str:
    """Values as a row of bars, each the mean of a stretch of them.

    >>> sparkline([4, 3, 2, 1, 1])
    '█▆▃▁▁'
    >>> sparkline([1000, 100, 10, 1])
    '█▆▃▁'
    """
    count = min(columns, len(values))
    ends = [len(values) * place // count for place in range(count + 1)]
    means = [sum(values[a:b]) / (b - a) for a, b in itertools.pairwise(ends)]
    if min(means) > 0 and math.log10(max(means) / min(means)) > DECADES:
        means = [math.log10(mean) for mean in means]
    low, high = min(means), max(means)
    if not high > low:
        return BARS[0] * count
    return "".join(BARS[round((mean - low) / (high - low) * (len(BARS) - 1))] for mean in means)


class Progress:
    """A line on standard error that is drawn over, and cleared when its `with` block ends.

    Nothing is drawn where standard error is no terminal.

    Args:
        interval: the least number of seconds between two texts, and before the first.
    """

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._start = self._shown = time.monotonic()
        self._on = sys.stderr is not None and sys.stderr.isatty()
        self._drawn = False

    @property
    def seconds(self) -> float:
        """The time since the start."""
        return time.monotonic() - self._start

    def show(self, text: Callable[[], str]) -> None:
        """Draw a text, if the last one was drawn long enough ago."""
        if self._on and time.monotonic() - self._shown > self._interval:
            click.echo(f"\r{printable(text())} \x1b[K", err=True, nl=False)
            self._shown, self._drawn = time.monotonic(), True

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._drawn:
            click.echo("\r\x1b[K", err=True, nl=False)
