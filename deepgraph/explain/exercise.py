"""Worked arithmetic as an exercise: a sheet with gaps, and the answers to it.

A value that is asked for leaves a numbered gap where its arithmetic is put into numbers, and a gap
without a number wherever another line would give it away.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from deepgraph.errors import InputError
from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Expression, Number
from deepgraph.explain.records import Line, Section, Step
from deepgraph.words.messages import Nearest, listed, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

ALL = "all"
"""Asks for everything that is computed."""


def sheet(sections: Sequence[Section], names: Iterable[str]) -> tuple[Section, ...]:
    """The arithmetic with gaps for what the names mean.

    Args:
        sections: the arithmetic.
        names: of nodes, which hide their z, their value and their derivatives; `z(id)` hides z
            alone; of parameters, which hide their derivatives and new values; "loss"; or "all".

    Raises:
        InputError: nothing of this name is computed here.
    """
    exercise = _Exercise.of(sections, names)
    return tuple(_kept(sections, exercise.line))


def answers(sections: Sequence[Section], names: Iterable[str]) -> tuple[Section, ...]:
    """The lines that the sheet for the same names hides, with the numbers of their gaps."""
    exercise = _Exercise.of(sections, names)
    return tuple(_kept(sections, exercise.answer))


@dataclass
class _Exercise:
    """Some lines that are asked for.

    Attributes:
        asked: the number of the gap of each line, by `id` of the line; 0 where a line asks for
            a value anew.
        values: the hidden values.
        symbols: the names of them.
    """

    asked: dict[int, int]
    values: frozenset[float]
    symbols: frozenset[Expression]

    @classmethod
    def of(cls, sections: Sequence[Section], names: Iterable[str]) -> _Exercise:
        """The lines that names ask for; errors as in `sheet`."""
        placed = [
            ((s.step, s.row), line) for s in sections for step in s.steps for line in step.lines
        ]
        placed = [(row, line) for row, line in placed if _is_computed(line)]
        computed = [line for _, line in placed]
        chosen: set[int] = set()
        for name in names:
            meant = {id(line) for line in computed if _is_meant(line, name)}
            if not meant:
                there = dict.fromkeys(n for line in computed for n in _names_of(line))
                near = Nearest(there, f"there are {listed([ALL, *there], 20)}")(name)
                raise InputError(f'nothing is computed here that "{shown(name)}" names{near}')
            chosen |= meant
        lefts = {(row, line.left) for row, line in placed if id(line) in chosen}
        chosen |= {id(line) for row, line in placed if (row, line.left) in lefts}
        asked: dict[int, int] = {}
        known = set[tuple[tuple[int | None, int | None], Expression]]()
        for row, line in placed:
            if id(line) in chosen:
                asked[id(line)] = 0 if (row, line.left) in known else len(known) + 1
                known.add((row, line.left))
        hidden = [line for line in computed if id(line) in chosen]
        values = frozenset(n for line in hidden for n in (line.value, *line.values))
        symbols = frozenset(leaf for line in hidden for leaf in _leaves(line.left))
        return cls(asked, values, symbols)

    def line(self, line: Line) -> Line:
        """A line of the sheet."""
        number = self.asked.get(id(line))
        if number is not None:
            return _with_gap(line, number)
        made = self._without_hidden(line) if _is_computed(line) else line
        if not self._reveals(made):
            return made
        # Such as `∂h/∂z(h) = 1, as 0.225 > 0`, where z is asked for.
        if not _is_computed(made):
            made = replace(made, result=None, vector=ex.Gap(), value=math.nan, exact=None)
        return replace(made, reasons=())

    def _reveals(self, line: Line) -> bool:
        """True if a reason of a line holds a value that is asked for."""
        sides = (side for reason in line.reasons for side in (reason.left, reason.right))
        numbers = (number for side in sides for number in ex.numbers(side))
        return any(not number.literal and number.value in self.values for number in numbers)

    def answer(self, line: Line) -> Line | None:
        """A line of the answers; `None` if it is not asked for."""
        number = self.asked.get(id(line))
        if not number:
            return None
        return replace(line, note="; ".join(filter(None, [f"{number}", line.note])))

    def _without_hidden(self, line: Line) -> Line:
        """A line that is not asked for, without the values that are."""
        # These name a value as ∂z/∂w, which is that of a source, or as ∂z/∂a, which is a weight.
        by_value = line.quantity in ("dweight", "dparameter", "da", "local", "stage", "group")
        by_value = by_value or line.vector is not None or line.symbols is None
        if not by_value and self.symbols.isdisjoint(_leaves(line.symbols)):
            return line  # equal numbers in it are others

        def leaf(part: Expression) -> Expression:
            is_hidden = isinstance(part, Number) and not part.literal and part.value in self.values
            return ex.Gap() if is_hidden else part

        numbers, vector = (
            None if part is None else ex.replace(part, leaf) for part in (line.numbers, line.vector)
        )
        if numbers is None and vector is None and line.value in self.values:
            return replace(line, result=None, vector=ex.Gap(), value=math.nan, exact=None)
        if numbers == line.numbers and vector == line.vector:
            return line
        return replace(line, numbers=numbers, vector=vector, reasons=(), values=())


def _kept(sections: Sequence[Section], spell: Callable[[Line], Line | None]) -> Iterator[Section]:
    """Sections of the lines that a function makes, without steps and sections that have none.

    A table of a walk would give everything away, and is left out.
    """
    for section in sections:
        steps = []
        for step in section.steps:
            lines = tuple(made for line in step.lines if (made := spell(line)) is not None)
            if lines:
                steps.append(Step(step.title, lines, step.note))
        if steps:
            yield replace(section, steps=tuple(steps), table=None)


def _leaves(expression: Expression | None) -> set[Expression]:
    """The leaves of a tree."""
    found: set[Expression] = set()

    def keep(leaf: Expression) -> Expression:
        found.add(leaf)
        return leaf

    if expression is not None:
        ex.replace(expression, keep)
    return found


def _is_computed(line: Line) -> bool:
    """True for a line with arithmetic in it; a given number or a learning rate has none."""
    return line.symbols is not None or line.numbers is not None or line.vector is not None


def _names_of(line: Line) -> tuple[str, ...]:
    """The names that ask for a line."""
    if line.quantity == "loss":
        return ("loss",)
    if not line.name:
        return ()
    return (line.name, f"z({line.name})") if line.quantity == "z" else (line.name,)


def _is_meant(line: Line, name: str) -> bool:
    return (name == ALL and bool(_names_of(line))) or name in _names_of(line)


def _with_gap(line: Line, number: int) -> Line:
    """A line that ends with a numbered gap behind its arithmetic in symbols."""
    return replace(
        line,
        numbers=None,
        result=None,
        value=math.nan,
        exact=None,
        reasons=(),
        note="",
        vector=ex.Gap(number),
        values=(),
    )
