"""Draws the loss over the epochs of a training, as a small picture of its own."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deepgraph.draw.layout.typography import text_width
from deepgraph.draw.output.svg_paint import Paint
from deepgraph.draw.output.svg_pieces import escape
from deepgraph.words.numbers import number_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepgraph.draw.output.svg_paint import Mode
    from deepgraph.options.drawing import ThemeName

WIDTH, HEIGHT = 640.0, 360.0
LEFT, RIGHT, TOP, BOTTOM = 76.0, 28.0, 62.0, 52.0
"""The margins around the field of the curves."""
LEGEND = 40.0
"""The y of the middle of the legend."""
FONT, SMALL = 13.0, 12.0
DECADES = 1.3
"""Beyond so many powers of ten from the smallest to the largest loss the axis is logarithmic."""
MOST_POINTS = 1000
"""A longer curve is drawn by the smallest and the largest loss of each stretch."""


@dataclass(frozen=True)
class _Axis:
    """The upright axis.

    Attributes:
        low, high: its ends, after `log`.
        log: True if it is logarithmic.
        ticks: the values that have a line.
    """

    low: float
    high: float
    log: bool
    ticks: list[float]

    def __call__(self, value: float) -> float:
        """The y of a value, in px from the top of the picture."""
        inner = math.log10(value) if self.log else value
        return HEIGHT - BOTTOM - (inner - self.low) / (self.high - self.low) * _FIELD

    @classmethod
    def of(cls, losses: list[float]) -> _Axis:
        """The axis that holds some losses."""
        low, high = min(losses), max(losses)
        if low > 0 and math.log10(high / low) > DECADES:
            ends = math.log10(low), math.log10(high)
            first, last = max(math.floor(ends[0]), -323), min(math.ceil(ends[1]), 308)
            every = max(1, round(nice_step((last - first) / 8)))
            powers = [10.0**power for power in range(-(-first // every) * every, last + 1, every)]
            room = 0.04 * (ends[1] - ends[0])
            bottom, top = ends[0] - room, ends[1] + room
            ticks = [tick for tick in powers if bottom <= math.log10(tick) <= top]
            if every == 1 and len(ticks) < 4:
                finer = [f * 10.0**p for p in range(first, last) for f in (1, 2, 5)]
                ticks = [tick for tick in finer if bottom <= math.log10(tick) <= top]
            return cls(bottom, top, True, ticks)
        top = high * 1.05 or 1.0
        step = nice_step(top / 4)
        return cls(0.0, top, False, [step * n for n in range(int(top / step) + 1)])


_FIELD = HEIGHT - TOP - BOTTOM


def nice_step(rough: float) -> float:
    """The smallest of 1, 2, 5, 10 times a power of ten that is no smaller.

    >>> nice_step(0.03), nice_step(7)
    (0.05, 10.0)
    """
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)


def draw(
    training: Sequence[float],
    validation: Sequence[float] | None,
    best: int,
    loss: str,
    theme: ThemeName = "light",
    mode: Mode = "file",
) -> str:
    """The picture as SVG.

    Args:
        training: the finite losses of epoch 0, 1, …; at least one.
        validation: likewise, or `None`; losses that are not finite are left out.
        best: the number of the epoch that is marked.
        loss: the name of the axis.
        theme: its colours.
        mode: see `deepgraph.draw.output.svg_paint`.
    """
    paint = Paint(theme, mode)
    shown = [*training, *(value for value in validation or [] if math.isfinite(value))]
    axis = _Axis.of(shown)
    last = max(len(training) - 1, 1)
    parts = _grid(axis, last, paint)
    curves = [("training", training, "positive", "")]
    if validation is not None:
        curves.append(("validation", validation, "negative", ' stroke-dasharray="6 4"'))
    x = LEFT
    for name, losses, color, dash in curves:
        line = f'{paint(stroke=color)} stroke-width="2"{dash}'
        parts.append(
            f'<polyline points="{_points(losses, axis, last)}" fill="none"{line} '
            'stroke-linejoin="round"/>'
        )
        if len(curves) > 1:
            ends = f'x1="{x:g}" y1="{LEGEND:g}" x2="{x + 26:g}" y2="{LEGEND:g}"'
            parts.append(f"<line {ends}{line}/>")
            parts.append(_text(name, x + 32, LEGEND + 4, SMALL, paint("ink"), "start"))
            x += 32 + text_width(name, SMALL) + 24
    decisive = training if validation is None else validation
    parts += _mark(decisive[best], best, axis, last, curves[-1][2], paint)
    title = f"{loss} over {len(training) - 1:,} epochs"
    parts.append(_text(f"{loss}, mean over the rows", LEFT, 20, FONT, paint("muted"), "start"))
    said = (
        f"{loss} of training from {number_text(training[0])} to {number_text(training[-1])}; "
        f"the best epoch is {best:,} with {number_text(decisive[best])}."
    )
    return paint.whole("".join(parts), (WIDTH, HEIGHT), title, said)


def _grid(axis: _Axis, last: int, paint: Paint) -> list[str]:
    parts = []
    for tick in axis.ticks:
        y = axis(tick)
        parts.append(
            f'<line x1="{LEFT:g}" y1="{y:.1f}" x2="{WIDTH - RIGHT:g}" y2="{y:.1f}"'
            f'{paint(stroke="off")} stroke-width="0.7"/>'
        )
        label = number_text(tick, 3)
        parts.append(_text(label, LEFT - 8, y + 4, SMALL, paint("muted"), "end"))
    step = max(1, round(nice_step(last / 6)))
    bottom = HEIGHT - BOTTOM
    parts += [
        _text(f"{epoch:,}", _x(epoch, last), bottom + 20, SMALL, paint("muted"))
        for epoch in range(0, last + 1, step)
    ]
    parts.append(
        f'<line x1="{LEFT:g}" y1="{bottom:g}" x2="{WIDTH - RIGHT:g}" y2="{bottom:g}"'
        f'{paint(stroke="line")} stroke-width="1"/>'
    )
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(_text("epoch", middle, HEIGHT - 12, FONT, paint("muted")))
    return parts


def _mark(loss: float, epoch: int, axis: _Axis, last: int, color: str, paint: Paint) -> list[str]:
    """A dot at the best epoch, and its explanation above the field, where no curve runs."""
    label = f"best: {number_text(loss)} in epoch {epoch:,}"
    start = WIDTH - RIGHT - text_width(label, SMALL)
    places = [(_x(epoch, last), axis(loss)), (start - 11, LEGEND)]
    return [
        *(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5"{paint(color, "page")} stroke-width="1.5"/>'
            for x, y in places
        ),
        _text(label, start, LEGEND + 4, SMALL, paint("ink"), "start"),
    ]


def _points(losses: Sequence[float], axis: _Axis, last: int) -> str:
    numbers = [epoch for epoch, value in enumerate(losses) if math.isfinite(value)]
    stretch = math.ceil(2 * len(numbers) / MOST_POINTS)
    if stretch > 1:
        chosen = set()
        for at in range(0, len(numbers), stretch):
            part = sorted(numbers[at : at + stretch], key=lambda epoch: losses[epoch])
            chosen |= {part[0], part[-1]}
        numbers = sorted({*chosen, numbers[0], numbers[-1]})
    return " ".join(f"{_x(epoch, last):.1f},{axis(losses[epoch]):.1f}" for epoch in numbers)


def _x(epoch: int, last: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * epoch / last


def _text(text: str, x: float, y: float, size: float, paint: str, anchor: str = "middle") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}"{paint} '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )
