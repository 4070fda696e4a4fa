"""Worked arithmetic as plain text, in lines that fit a terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Expression, Number, Symbol
from deepgraph.explain.spelling import BASE, FACTOR, PRODUCT, Speller
from deepgraph.words.numbers import runs, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deepgraph.explain.records import Line, Section

WIDTH = 96
INDENT = "  "
CONTINUED = 6
"""Spaces before the rest of a broken line; nothing else is indented so far."""

_PLAIN = re.compile(r"[^\W\d][\w.\[\],]*")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SUPERSCRIPTS = {2: "²", 3: "³"}


def subscripts(name: str) -> str:
    """Spell a name, its digits as subscripts, in quotes if it would not read as a name.

    >>> subscripts("w35"), subscripts("pixel_0_1"), subscripts("x 1")
    ('w₃₅', 'pixel_0_1', '"x 1"')
    """
    if not _PLAIN.fullmatch(name):
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return "".join(
        piece.translate(_SUBSCRIPTS) if style == "sub" else piece for piece, style in runs(name)
    )


class _Text(Speller):
    def parentheses(self, text: str) -> str:
        return f"({text})"

    def number(self, number: Number) -> tuple[str, int]:
        binds = PRODUCT if "/" in number.text else FACTOR if "e" in number.text else BASE
        if number.text.startswith("−"):
            binds = min(binds, FACTOR)
        return number.text, binds

    def name(self, name: str) -> str:
        return subscripts(name)

    def word(self, word: str) -> str:
        return word

    def edge(self, edge: ex.Edge) -> str:
        return f"w({self._ends(edge)})"

    def _ends(self, edge: ex.Edge) -> str:
        return f"{subscripts(edge.source)}→{subscripts(edge.target)}"

    def partial(self, partial: ex.Partial) -> str:
        at = f"({self._ends(partial.at)})" if partial.at else ""
        return f"∂{self.spell(partial.of, BASE)}/∂{self.spell(partial.by, BASE)}{at}"

    def quotient(self, top: Expression, bottom: Expression) -> tuple[str, int]:
        over = self.spell(top, FACTOR if isinstance(top, ex.Quotient) else PRODUCT)
        if isinstance(top, (ex.Partial, ex.Quotient)):
            over = self.parentheses(over)
        under = self._later(bottom, FACTOR)
        if isinstance(bottom, ex.Partial):
            under = self.parentheses(under)
        return f"{over}/{under}", PRODUCT

    def power(self, base: str, exponent: int) -> str:
        return f"{base}{_SUPERSCRIPTS[exponent]}"

    def call(self, function: str, arguments: list[Expression]) -> str:
        if function == "√":
            return f"√{self.spell(arguments[0], BASE)}"
        inside = ", ".join(self.spell(argument) for argument in arguments)
        return f"new {inside}" if function == "new" else f"{function}({inside})"

    def vector(self, vector: ex.Vector) -> str:
        inside = " ".join(self.spell(entry, FACTOR) for entry in vector.entries)
        return f"[{inside}]{'ᵀ' * vector.upright}"

    def middle(self, middle: ex.Middle) -> str:
        if middle.what == "numbers":
            return "…"
        what = f"{middle.count:,} {middle.what if middle.count > 1 else middle.what[:-1]}"
        if middle.value is None:
            return f"… {what} …"
        return f"[{what}: {middle.value.text}]"

    def relation(self, relation: str) -> str:
        return relation


SPELLER = _Text()


def text(title: str, sections: Sequence[Section]) -> str:
    """Spell a whole worked example."""
    parts = [title]
    for section in sections:
        parts += ["", heading(section)]
        parts += _section(section)
    return visible("\n".join(parts) + "\n")


def heading(section: Section) -> str:
    """The heading of a section, such as `Row 2 · Forward`."""
    return section.title if section.row is None else f"Row {section.row} · {section.title}"


def _section(section: Section) -> Iterator[str]:
    longest = max((len(step.lines) for step in section.steps), default=0)
    for step in section.steps:
        if longest > 1 and len(section.steps) > 1:
            yield ""
        if isinstance(step.title, Symbol):
            title = SPELLER.spell(step.title)
        else:
            title = step.title if isinstance(step.title, str) else ""
        if title and not isinstance(step.title, Symbol):
            yield f"{INDENT}{title}{': ' + step.note if step.note else ''}"
        for line in step.lines:
            yield from _broken(line)
        if step.note and (isinstance(step.title, Symbol) or not title):
            yield f"{INDENT}({step.note})"


def behind(line: Line) -> str:
    """The conditions and the remark behind the result of a line."""
    reasons = " and ".join(map(SPELLER.comparison, line.reasons))
    return f"{', as ' + reasons if reasons else ''}{f'   ({line.note})' if line.note else ''}"


def one_line(line: Line) -> str:
    """Spell a line without a break, however long it is."""
    parts = [f"{sign} {SPELLER.spell(part)}".strip() for sign, part in line.segments]
    return " ".join(parts) + behind(line)


def _broken(line: Line) -> Iterator[str]:
    """Break a line so that it fits: before its signs, and between terms if that is not enough."""
    whole = one_line(line)
    if len(whole) <= WIDTH:
        yield f"{INDENT}{whole}"
        return
    left, *others = [f"{sign} {SPELLER.spell(part)}".strip() for sign, part in line.segments]
    rows = [f"{left} {others[0]}"]
    for part in others[1:]:
        joined = f"{rows[-1]} {part}"
        if len(joined) + CONTINUED <= WIDTH and len(rows) > 1:
            rows[-1] = joined
        else:
            rows.append(part)
    rows[-1] += behind(line)
    for position, row in enumerate(rows):
        indent = INDENT if not position else " " * CONTINUED
        for piece in _wrapped(row, WIDTH - CONTINUED - 2):
            yield f"{indent}{piece}"
            indent = " " * (CONTINUED + 2)


def _wrapped(row: str, width: int) -> Iterator[str]:
    """Cut a row before plus signs and behind commas, but not inside quotes."""
    pieces = re.split(r'(?<=,) (?=(?:[^"]*"[^"]*")*[^"]*$)| (?=\+ (?:[^"]*"[^"]*")*[^"]*$)', row)
    current = pieces[0]
    for piece in pieces[1:]:
        if len(current) + 1 + len(piece) > width:
            yield current
            current = piece
        else:
            current = f"{current} {piece}"
    yield current
