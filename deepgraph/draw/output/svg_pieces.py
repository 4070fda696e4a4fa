"""The pieces of SVG elements: texts, outlines, points and the data of paths."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from deepgraph.draw.layout.node_sizes import ROUNDING
from deepgraph.draw.layout.typography import script_size, usual_width
from deepgraph.words.notation import by_place, runs
from deepgraph.words.numbers import short

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from deepgraph.draw.layout.geometry import Point
    from deepgraph.draw.layout.records import Box
    from deepgraph.words.notation import Place, Run

DROP, RISE = 0.22, 0.36
"""The distance of an index below the line and of an exponent above it, in font sizes."""
STACK_DROP, STACK_RISE = 0.28, 0.44
"""The same where both stand at one letter."""
TALL = frozenset("bdfhklαβδζθλξφψABCDEFGHIJKLMNOPQRSTUVWXYZΓΔΘΛΞΠΣΥΦΨΩ")
LEAN = 0.05
"""The part of a font size by which an accent stands to the right, as the letter is slanted."""
_SPACING = {
    **{"\u0302": "ˆ", "\u0303": "˜", "\u0304": "ˉ", "\u0307": "˙", "\u0308": "¨"},
    "\u20d7": "→",
}
"""The character by itself of each accent."""

_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;"), ("\n", "&#10;"))
"""What XML has for a character; & comes first, since the others have one."""


def escape(text: str) -> str:
    """A text as content of an element, on one line whatever it holds.

    XML would read a bare carriage return as a line feed; and a line feed of a label would begin a
    line of its own, which a log that a picture is printed to could take for a command.

    The standard library's `xml.sax.saxutils` does the same, but imports half of `urllib` for it.

    >>> escape("a < b & c")
    'a &lt; b &amp; c'
    """
    for character, written in _ESCAPES:  # faster than `translate`, which is slow beyond ASCII
        if character in text:
            text = text.replace(character, written)
    return text


def spelled(text: str, size: float) -> str:
    """A text in a font size, its names set as mathematics.

    >>> spelled("y = 2", 20)
    '<tspan font-style="italic">y</tspan> = 2'
    """
    pieces = runs(text)
    if len(pieces) == 1 and not (pieces[0].italic or pieces[0].bold):
        return escape(pieces[0].text)
    return "".join(part.element for part in _parts(by_place(pieces), size))


def overlap(text: str, size: float) -> float:
    """The px by which parts of a text stand over one another, in the result of `spelled`.

    resvg places a text by the sum of its widths, and does not take off what `dx` moves back.
    """
    return -sum(part.dx for part in _parts(by_place(runs(text)), size))


class _Part(NamedTuple):
    """A piece of a text that is set, and how far it is moved."""

    text: str
    dx: float
    dy: float
    attributes: str

    @property
    def element(self) -> str:
        move = f' dx="{short(self.dx)}"' if abs(self.dx) >= 0.005 else ""
        move += f' dy="{short(self.dy)}"' if abs(self.dy) >= 0.005 else ""
        content = escape(self.text)
        attributes = self.attributes + move
        return f"<tspan{attributes}>{content}</tspan>" if attributes else content


def _parts(groups: list[tuple[Place, list[Run]]], size: float) -> Iterator[_Part]:
    """The parts of a text from left to right, indices, exponents and accents in their places."""
    height = dx = 0.0
    for place, group, back, stacked in _stacked(groups, script_size(size)):
        drop, rise = (STACK_DROP, STACK_RISE) if stacked else (DROP, RISE)
        aim = {"line": 0.0, "sub": size * drop, "sup": -size * rise}[place]
        font = size if place == "line" else script_size(size)
        dx -= back
        for run in group:
            style = ' font-style="italic"' if run.italic else ""
            style += ' font-weight="bold"' if run.bold else ""
            style += f' font-size="{short(font)}"' if place != "line" else ""
            letter, accent = _accent(run)
            yield _Part(letter, dx, aim - height, style)
            height, dx = aim, 0.0
            if accent:
                small, up = (0.55, 0.5) if accent == "→" else (1.0, 0.0)
                up = font * (up + 0.2 * (letter in TALL))
                wide, over = usual_width(letter, font), usual_width(accent, font * small)
                style = style.replace(' font-style="italic"', "")
                style = f'{style.split(" font-size")[0]} font-size="{short(font * small)}"'
                yield _Part(accent, font * LEAN - (wide + over) / 2, -up, style)
                height, dx = aim - up, (wide - over) / 2 - font * LEAN


def _stacked(
    groups: list[tuple[Place, list[Run]]], small: float
) -> Iterator[tuple[Place, list[Run], float, bool]]:
    """Groups in the order in which they are drawn, each with the px by which it starts earlier.

    Of an index and an exponent of the same letter the narrower comes first, and the other starts at
    the same place. So the text goes on behind the wider one.
    """
    done = 0
    while done < len(groups):
        pair = groups[done : done + 2]
        if len(pair) == 2 and (pair[0][0], pair[1][0]) == ("sub", "sup"):
            wide = [usual_width("".join(run.text for run in group), small) for _, group in pair]
            if wide[0] > wide[1]:
                pair.reverse()
            yield *pair[0], 0.0, True
            yield *pair[1], min(wide), True
            done += 2
        else:
            yield *pair[0], 0.0, False
            done += 1


def _accent(run: Run) -> tuple[str, str]:
    """The letter of a run and its accent, if there is no character for both together.

    Fonts place combining marks over few letters only, so the accent is a character of its own.
    """
    base = unicodedata.normalize("NFD", run.text)
    if not run.accented or len(run.text) == 1:
        return run.text, ""
    return base[0], _SPACING[base[1]]


def smallest_size(text: str, size: float) -> float:
    """The smallest font size in the result of `spelled`.

    >>> smallest_size("w1 = 2", 25.0), smallest_size("w = 2", 25.0)
    (18.0, 25.0)
    """
    return script_size(size) if any(run.place != "line" for run in runs(text)) else size


def outline(box: Box) -> str:
    """The start of the element that draws a node's shape, without its end."""
    if box.form == "circle":
        return f'<circle cx="{short(box.x)}" cy="{short(box.y)}" r="{short(box.width / 2)}"'
    radius = box.height / 2 if box.form == "pill" else ROUNDING
    return (
        f'<rect x="{short(box.x - box.width / 2)}" y="{short(box.y - box.height / 2)}" '
        f'width="{short(box.width)}" height="{short(box.height)}" rx="{short(radius)}"'
    )


def curve_data(points: Sequence[Point]) -> str:
    """The data of a path: a straight line between two points, a Bézier curve through more.

    >>> curve_data([(0, 0), (10.5, 20)])
    'M0 0L10.5 20'
    """
    if len(points) == 2:
        (x, y), (to_x, to_y) = points
        return f"M{short(x)} {short(y)}L{short(to_x)} {short(to_y)}"
    (x, y), *others = points
    return f"M{short(x)} {short(y)}C" + " ".join(f"{short(x)} {short(y)}" for x, y in others)


def line_data(points: Iterable[Point]) -> str:
    """The data of a path of straight lines.

    >>> line_data([(0, 0), (1, 1), (2, 0)])
    'M0 0L1 1L2 0'
    """
    return "M" + "L".join(f"{short(x)} {short(y)}" for x, y in points)


def closed(points: Iterable[Point]) -> str:
    """The data of a path around an area, each corner told from the one before.

    >>> closed([(700.5, 52.25), (695, 54), (695, 50)])
    'M700.5 52.25l-5.5 1.75 0-4z'
    """
    (x, y), *others = ((round(100 * x), round(100 * y)) for x, y in points)
    data, joint = f"M{short(x / 100)} {short(y / 100)}l", ""
    for to_x, to_y in others:
        for step in (to_x - x, to_y - y):
            data += short(step / 100) if step < 0 else joint + short(step / 100)
            joint = " "
        x, y = to_x, to_y
    return data + "z"


def corners(points: Iterable[Point]) -> str:
    """The points of a polygon or a polyline.

    >>> corners([(0, 0), (1, 1.25)])
    '0,0 1,1.25'
    """
    return " ".join(f"{short(x)},{short(y)}" for x, y in points)
