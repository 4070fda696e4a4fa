"""Spells expressions in the languages that have infix operators and calls."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.errors import InputError
from deepgraph.functions.recorded import CONSTANT, NAME, SIMPLER, Expression

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CHOICE, COMPARISON, SUM, PRODUCT, SIGN, ATOM = range(6)
"""How tightly the outermost operator of a text binds."""

_INFIX = {
    "add": ("+", SUM),
    "subtract": ("-", SUM),
    "multiply": ("*", PRODUCT),
    "divide": ("/", PRODUCT),
    "less": ("<", COMPARISON),
    "less_equal": ("<=", COMPARISON),
    "greater": (">", COMPARISON),
    "greater_equal": (">=", COMPARISON),
    "equal": ("==", COMPARISON),
    "not_equal": ("!=", COMPARISON),
}


def plain_number(value: float) -> str:
    """A double as the shortest decimal that reads back to it, always with a point or exponent."""
    return repr(float(value))


def plus(name: str, number: int) -> str:
    """An index that begins at a number.

    >>> plus("k", 2), plus("k", 0)
    ('k + 2', 'k')
    """
    return f"{name} + {number}" if number else name


def single_number(value: float) -> str:
    """Likewise for the nearest float32.

    Raises:
        InputError: there is none.
    """
    if abs(value) > float(np.finfo(np.float32).max):
        raise InputError(f"{value:g} is too large for float32; export float64")
    return str(np.float32(value))


@dataclass(frozen=True)
class Spelling:
    """How a language writes expressions.

    Attributes:
        calls: the names of functions, by numpy's name.
        choice: "where", with the places {0} condition, {1} and {2} values; a call if `choice_call`.
        choice_call: true if `choice` needs no parentheses around it or in it.
        number: writes a number.
        equal: the sign for "equal".
        forms: texts with the places {0} and {1} of functions that are no calls.
        signed_zeros: false if the sign of a zero is lost anyway, so that z + 0 is z.
        many: true if maximum and minimum take any number of operands.
        divides: true if `/` divides by 0 as IEEE 754 says; else "divide" is a call.
    """

    calls: Mapping[str, str]
    choice: str
    choice_call: bool = False
    number: Callable[[float], str] = plain_number
    equal: str = "=="
    divides: bool = True
    many: bool = False
    forms: Mapping[str, str] = field(default_factory=dict)
    signed_zeros: bool = True

    def text(self, expression: Expression) -> str:
        """The text of an expression."""
        return self._spelled(expression)[0]

    def whole(self, expression: Expression) -> str:
        """The text of an expression, by functions that the language has."""
        return self.text(self._simplified(expression))

    def statements(
        self, expression: Expression, prefix: str = "t"
    ) -> tuple[list[tuple[str, str]], str]:
        """An expression as names with their texts, one for each part that occurs twice, and a text.

        Args:
            expression: parts that are the same object are written once.
            prefix: of the names: t1, t2, ….
        """
        expression = self._simplified(expression)
        times: Counter[Expression] = Counter()
        order: list[Expression] = []
        _count(expression, times, order, self._repeats)
        named: dict[Expression, Expression] = {}
        lines: list[tuple[str, str]] = []
        for part in order:  # a part comes after those in it
            if times[part] > 1 and part.operation not in (CONSTANT, NAME):
                text = self._spelled(part, named)[0]
                name = f"{prefix}{len(lines) + 1}"
                lines.append((name, text))
                named[part] = Expression(NAME, value=name)
        return lines, self._spelled(expression, named)[0]

    def _simplified(self, expression: Expression) -> Expression:
        native = frozenset([*self.calls, *self.forms])
        return simplified(expression, native, signed_zeros=self.signed_zeros)

    def _spelled(
        self, expression: Expression, named: Mapping[Expression, Expression] | None = None
    ) -> tuple[str, int]:
        """The text and how tightly its outermost operator binds."""
        if named and expression in named:
            expression = named[expression]
        if expression.operation == NAME:
            return str(expression.value), ATOM
        if expression.operation == CONSTANT:
            text = self.number(float(expression.value))
            return text, SIGN if text.startswith("-") else ATOM
        return self._applied(expression, named)

    def _applied(
        self, expression: Expression, named: Mapping[Expression, Expression] | None
    ) -> tuple[str, int]:
        """Likewise for an operation."""
        name = expression.operation
        flat = self.many and name in ("maximum", "minimum")
        operands = _joined(expression, named or {}) if flat else expression.operands
        parts = [self._spelled(operand, named) for operand in operands]
        if name == "where":
            return self._choice(parts)
        if name == "negative":
            return f"-{_around(parts[0], SIGN + 1)}", SIGN
        if name in _INFIX and (name != "divide" or self._may_divide(expression)):
            sign, level = _INFIX[name]
            sign = self.equal if name == "equal" else sign
            # Operators of a level join from the left; comparisons are not joined at all.
            left = _around(parts[0], level + (level == COMPARISON))
            return f"{left} {sign} {_around(parts[1], level + 1)}", level
        if name in self.forms:
            return self.forms[name].format(*(_around(part, ATOM) for part in parts)), ATOM
        return f"{self.calls[name]}({', '.join(text for text, _ in parts)})", ATOM

    def _repeats(self, operation: str) -> bool:
        """True if the text of an operation has that of an operand more than once."""
        return any(self.forms.get(operation, "").count(place) > 1 for place in ("{0}", "{1}"))

    def _may_divide(self, expression: Expression) -> bool:
        divisor = expression.operands[1]
        return self.divides or (divisor.operation == CONSTANT and divisor.value != 0)

    def _choice(self, parts: list[tuple[str, int]]) -> tuple[str, int]:
        if self.choice_call:
            return self.choice.format(*(text for text, _ in parts)), ATOM
        condition, chosen, other = parts
        texts = _around(condition, COMPARISON), _around(chosen, SUM), other[0]
        return self.choice.format(*texts), CHOICE


def _joined(expression: Expression, named: Mapping[Expression, Expression]) -> list[Expression]:
    """The operands of a maximum or minimum, and those of the same operations in it."""
    found, stack = [], [*expression.operands[::-1]]
    while stack:
        part = stack.pop()
        if part.operation == expression.operation and part not in named:
            stack += part.operands[::-1]
        else:
            found.append(part)
    return found


def without_far_bounds(expression: Expression, most: float) -> Expression:
    """An expression without bounds beyond the largest number, which bound nothing.

    Args:
        expression: parts that are the same object stay one.
        most: the largest finite number of the type that it is computed in.
    """
    done: dict[Expression, Expression] = {}

    def is_far(part: Expression) -> bool:
        return part.operation == CONSTANT and abs(float(part.value)) > most

    def changed(part: Expression) -> Expression:
        if part not in done:
            operands = tuple(changed(operand) for operand in part.operands)
            near = [operand for operand in operands if not is_far(operand)]
            name = part.operation
            if name in ("maximum", "minimum") and len(near) == 1:
                done[part] = near[0]
            elif name == "clip" and len(near) < len(operands):
                found, *bounds = operands
                for kind, end in zip(("maximum", "minimum"), bounds, strict=True):
                    if not is_far(end):
                        found = replace(part, operation=kind, operands=(found, end))
                done[part] = found
            else:
                done[part] = replace(part, operands=operands) if operands else part
        return done[part]

    return changed(expression)


def _around(part: tuple[str, int], least: int) -> str:
    """A text, in parentheses if its operator binds less tightly than it has to."""
    return part[0] if part[1] >= least else f"({part[0]})"


def _count(
    expression: Expression,
    times: Counter[Expression],
    order: list[Expression],
    repeats: Callable[[str], bool],
) -> None:
    """Count how often the text of each part occurs, and list the parts from the inside out."""
    times[expression] += 1
    if times[expression] > 1:
        return
    for operand in expression.operands:
        _count(operand, times, order, repeats)
        times[operand] += repeats(expression.operation)
    order.append(expression)


def simplified(
    expression: Expression, native: frozenset[str] = frozenset(), *, signed_zeros: bool = True
) -> Expression:
    """The same expression by functions that a language has, without factors and divisors of 1.

    Args:
        expression: parts that are the same object stay the same object.
        native: the functions of `SIMPLER` that the language has.
        signed_zeros: false to leave out terms of 0, too, which turn -0.0 into 0.0.
    """
    neutral = {("multiply", 1.0), ("divide", 1.0)} | (set() if signed_zeros else {("add", 0.0)})
    return _simplified(expression, native, neutral, {})


def _simplified(
    expression: Expression,
    native: frozenset[str],
    neutral: set[tuple[str, float]],
    known: dict[Expression, Expression],
) -> Expression:
    if expression in known:
        return known[expression]
    operands = tuple(
        _simplified(operand, native, neutral, known) for operand in expression.operands
    )
    name = expression.operation
    if name in SIMPLER and name not in native:
        done = {part: part for part in operands}
        found = _simplified(SIMPLER[name](*operands), native, neutral, done)
    elif len(operands) == 2 and _is_constant(operands[1]) and (name, operands[1].value) in neutral:
        found = operands[0]
    elif name == "multiply" and _is_constant(operands[0]) and operands[0].value == 1.0:
        found = operands[1]
    elif operands:
        found = Expression(name, operands, dtype=expression.dtype)
    else:
        found = expression
    known[expression] = found
    return found


def _is_constant(expression: Expression) -> bool:
    return expression.operation == CONSTANT
