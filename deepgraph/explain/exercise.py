"""Worked arithmetic as an exercise: a sheet with gaps, and the answers to it.

A value that is asked for leaves a numbered gap where its arithmetic is put into numbers, and a gap
without a number wherever it is put in later. What is the same value by construction, as ReLU(z) of
a unit that is on, or ∂loss/∂b beside ∂loss/∂z, is hidden with it. The weights and targets that the
hidden arithmetic needs stand at the head of the sheet.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from deepgraph.errors import InputError
from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Expression, Number
from deepgraph.explain.origins import Origins, Scope
from deepgraph.explain.records import Line, Section, Step
from deepgraph.explain.rounding import stated
from deepgraph.explain.telling import with_telling
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
    exercise = _Exercise(sections)
    exercise.ask(names)
    return tuple(exercise.sheet())


def answers(sections: Sequence[Section], names: Iterable[str]) -> tuple[Section, ...]:
    """The lines that the sheet for the same names hides, with the numbers of their gaps."""
    exercise = _Exercise(sections)
    exercise.ask(names)
    return tuple(_kept(exercise.sections, exercise.answer))


class _Placed(NamedTuple):
    """A line and the section that it stands in."""

    scope: Scope
    line: Line


@dataclass
class _Exercise:
    """Some lines that are asked for.

    Attributes:
        sections: the arithmetic, with the lines that only an exercise shows.
        asked: the number of the gap of each line that is asked for, by `id` of the line; 0 where it
            asks for a value anew.
        hidden: the values that no other line may give away.
    """

    sections: Sequence[Section]
    asked: dict[int, int] = field(default_factory=dict)
    hidden: set[tuple[Scope, Expression]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.sections = [_with_unsaid(section) for section in self.sections]
        self.lines = [
            _Placed((section.step, section.row), line)
            for section in self.sections
            for step in section.steps
            for line in step.lines
        ]
        self.origins = Origins((scope, line.left) for scope, line in self.lines)

    def ask(self, names: Iterable[str]) -> None:
        """Find the lines that names ask for, and what they hide; errors as in `sheet`."""
        computed = [placed for placed in self.lines if _is_computed(placed.line)]
        for name in names:
            meant = {(scope, line.left) for scope, line in computed if _is_meant(line, name)}
            if not computed:
                raise InputError("there is no arithmetic here to leave gaps in")
            if not meant:
                there = dict.fromkeys(n for _, line in computed for n in _names_of(line))
                near = Nearest(there, f"there are {listed([ALL, *there], 20)}")(name)
                raise InputError(f'nothing that is computed here is called "{shown(name)}"{near}')
            self.hidden |= meant
        known = set[tuple[Scope, Expression]]()
        for scope, line in computed:
            key = (scope, line.left)
            if key in self.hidden:
                self.asked[id(line)] = 0 if key in known else len(known) + 1
                known.add(key)
        for scope, line in self.lines:  # in the order of computation, so that once is enough
            if line.result is not None and self._repeats(scope, line):
                self.hidden.add((scope, line.left))
        self.hidden = with_telling(self.lines, self.origins, self.hidden)

    def _repeats(self, scope: Scope, line: Line) -> bool:
        """True if the result of a line is a hidden value by construction, as that of ReLU(z).

        A sum that happens to be as large as one of its terms is not.
        """
        assert line.result is not None
        same = line.same
        match line.numbers:
            case ex.Call(_, (Number(text=text, of=of),)) if text == line.result.text:
                same = of
        return same is not None and self._is_hidden(scope, same)

    def _is_hidden(self, scope: Scope, symbol: Expression) -> bool:
        return self.origins.of(scope, symbol) in self.hidden

    # --- the sheet -----------------------------------------------------------------------

    def sheet(self) -> Iterator[Section]:
        """What is given, and the arithmetic with its gaps."""
        given = self._given()
        for section in _kept(self.sections, None):
            scope = (section.step, section.row)
            for place in [(None, None), scope] if section is not None else []:
                lines = given.pop(place, ())
                if lines:
                    yield Section("Given", (Step("", tuple(lines)),), place[1], place[0])
            steps = tuple(
                replace(step, lines=tuple(self._line(scope, line) for line in step.lines))
                for step in section.steps
            )
            yield replace(section, steps=steps)

    def _given(self) -> dict[Scope, list[Line]]:
        """The weights and targets that hidden arithmetic needs and that no line states, by scope.

        Weights hold for all rows and steps, targets for one row.
        """
        found: dict[Scope, dict[Expression, Number]] = {}
        for scope, line in self.lines:
            if id(line) not in self.asked or line.numbers is None:
                continue
            for number in ex.numbers(line.numbers):
                symbol = number.of
                if symbol is None or number.literal or self.origins.of(scope, symbol) is not None:
                    continue
                if isinstance(symbol, ex.Partial):
                    continue
                of_row = isinstance(symbol, (ex.Call, ex.Difference)) and not _is_weight(symbol)
                place = found.setdefault(scope if of_row else (None, None), {})
                if symbol not in place or len(place[symbol].text) < len(number.text):
                    place[symbol] = number  # some lines need more digits than others
        return {
            scope: [_stating(symbol, number) for symbol, number in symbols.items()]
            for scope, symbols in found.items()
        }

    def _line(self, scope: Scope, line: Line) -> Line:
        """A line of the sheet."""
        number = self.asked.get(id(line))
        if number is not None:
            return _with_gap(line, number)
        made = self._without_hidden(scope, line)
        if (scope, line.left) in self.hidden and made.result is not None and made.vector is None:
            gap = ex.Gap(rounded=made.result.rounded)
            made = replace(
                made, result=None, vector=gap, value=math.nan, exact=None, note="", reasons=()
            )
        return made

    def _without_hidden(self, scope: Scope, line: Line) -> Line:
        """A line that is not asked for, without the values that are."""

        def leaf(part: Expression) -> Expression:
            if isinstance(part, Number) and part.of is not None and self._is_hidden(scope, part.of):
                return ex.Gap(rounded=part.rounded)
            return part

        numbers, vector = (
            None if part is None else ex.replace(part, leaf) for part in (line.numbers, line.vector)
        )
        sides = (side for reason in line.reasons for side in (reason.left, reason.right))
        told = any(ex.replace(side, leaf) != side or self._is_hidden(scope, side) for side in sides)
        if numbers == line.numbers and vector == line.vector and not told:
            return line
        values = line.values if vector == line.vector else ()
        return replace(line, numbers=numbers, vector=vector, reasons=(), values=values)

    def answer(self, line: Line) -> Line | None:
        """A line of the answers; `None` if it is not asked for."""
        number = self.asked.get(id(line))
        if not number:
            return None
        return replace(line, note="; ".join(filter(None, [f"{number}", line.note])))


def _with_unsaid(section: Section) -> Section:
    """A section with the lines of its steps that only an exercise shows."""
    if not any(step.unsaid for step in section.steps):
        return section
    steps = [
        Step(step.title, step.unsaid) if step.unsaid and not step.lines else step
        for step in section.steps
    ]
    return replace(section, steps=tuple(steps))


def _kept(
    sections: Iterable[Section], spell: Callable[[Line], Line | None] | None
) -> Iterator[Section]:
    """Sections of the lines that a function makes, without steps and sections that have none.

    A table of a walk would give everything away, and is left out.
    """
    for section in sections:
        steps = []
        for step in section.steps:
            made = step.lines if spell is None else map(spell, step.lines)
            lines = tuple(line for line in made if line is not None)
            if lines:
                steps.append(replace(step, lines=lines))
        if steps:
            yield replace(section, steps=tuple(steps), table=None)


def _is_computed(line: Line) -> bool:
    """True for a line that one can be asked for; a given number or a learning rate is none."""
    if line.quantity in ("slope", "da"):
        return True
    return line.symbols is not None or line.numbers is not None or line.vector is not None


def _is_weight(symbol: Expression) -> bool:
    """True for w(id), the name of a weight that is called like a node."""
    return isinstance(symbol, ex.Call) and symbol.function == "w"


def _names_of(line: Line) -> tuple[str, ...]:
    """The names that ask for a line."""
    if line.quantity == "loss":
        return ("loss",)
    if not line.name:
        return ()
    return (line.name, f"z({line.name})") if line.quantity == "z" else (line.name,)


def _is_meant(line: Line, name: str) -> bool:
    return (name == ALL and bool(_names_of(line))) or name in _names_of(line)


def _stating(symbol: Expression, number: Number) -> Line:
    """A line that states a number."""
    exact = number.exact if "/" in number.text else None
    return Line("setting", "", symbol, None, None, stated(number), number, number.value, exact)


def _with_gap(line: Line, number: int) -> Line:
    """A line that ends with a numbered gap behind its arithmetic in symbols."""
    is_rounded = line.sign == "=" and line.sign_of_numbers == "≈"
    return replace(
        line,
        numbers=None,
        sign="≈" if is_rounded else line.sign,
        result=None,
        value=math.nan,
        exact=None,
        reasons=(),
        note="",
        vector=ex.Gap(number),
        values=(),
    )
