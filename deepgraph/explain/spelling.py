"""Spells a tree of arithmetic as plain text, and decides where parentheses stand."""

from __future__ import annotations

import re
from typing import ClassVar

from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Comparison, Expression, Number
from deepgraph.explain.wording import say
from deepgraph.words.notation import runs, unicode, whole

SUM, PRODUCT, FACTOR, BASE = range(4)
"""Binding strengths, loosest first; an expression in a tighter place needs parentheses."""

_PLAIN = re.compile(r"[^\W\d][\w.\[\],]*")
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Speller:
    """Spells expressions as plain text; a subclass for another format spells the pieces anew."""

    minus = "−"
    times = "·"
    wide_times = " · "
    """Between fractions of differentials."""
    arrow = "→"
    relations: ClassVar[dict[str, str]] = {}
    """The signs that the format writes in another way."""

    def spell(self, expression: Expression, place: int = SUM) -> str:
        """Spell an expression, in parentheses if it binds more loosely than its place."""
        text, binding = self._spelled(expression)
        return text if binding >= place else self.parentheses(text)

    def comparison(self, reason: Comparison) -> str:
        """Spell a comparison, such as `−0.5 < 0`."""
        sign = self.relations.get(reason.relation, reason.relation)
        return f"{self.spell(reason.left)} {sign} {self.spell(reason.right)}"

    def _spelled(self, expression: Expression) -> tuple[str, int]:  # noqa: PLR0911, PLR0912
        match expression:
            case Number():
                return self.number(expression)
            case ex.Symbol(name, kind):
                if kind == "name":
                    return self.name(name), _binding(name)
                return self.word(f'"{name}"' if kind == "verbatim" else name), BASE
            case ex.Edge():
                return f"w({self.ends(expression)})", BASE
            case ex.Route(names):
                return self.arrow.join(self.spell(name, BASE) for name in names), BASE
            case ex.Partial():
                return self.partial(expression), FACTOR
            case ex.Sum(terms):
                return " + ".join(self.terms(terms)), SUM
            case ex.Difference(left, right):
                return f"{self.spell(left)} {self.minus} {self._later(right, PRODUCT)}", SUM
            case ex.Product(factors):
                return self._product(factors), PRODUCT
            case ex.Quotient(top, bottom):
                return self.quotient(top, bottom)
            case ex.Power(base, exponent):
                return self.power(self.spell(base, BASE), exponent), FACTOR
            case ex.Negative(inner):
                return f"{self.minus}{self._later(inner, PRODUCT)}", PRODUCT
            case ex.Call(function, arguments):
                return self.call(function, arguments), BASE
            case ex.Vector():
                return self.vector(expression), BASE
            case ex.Matrix(rows):
                return self.matrix(rows), BASE
            case ex.Dot(row, column):
                return f"{self.spell(row, BASE)}{self.times}{self.spell(column)}", PRODUCT
            case ex.Middle():
                return self.middle(expression), BASE
            case ex.Gap(number):
                return self.gap(number), BASE

    def terms(self, terms: tuple[Expression, ...]) -> list[str]:
        """Spell the terms of a sum, negative ones behind the first in parentheses."""
        first, *others = terms
        return [self.spell(first), *(self._later(other, PRODUCT) for other in others)]

    def _product(self, factors: tuple[Expression, ...]) -> str:
        first, *others = factors
        parts = [self.spell(first, FACTOR), *(self._later(other, FACTOR) for other in others)]
        wide = any(isinstance(factor, ex.Partial) for factor in factors)
        return (self.wide_times if wide else self.times).join(parts)

    def _later(self, expression: Expression, place: int) -> str:
        """Spell what stands behind an operator, where a minus sign needs parentheses."""
        text = self.spell(expression, place)
        return self.parentheses(text) if text.startswith(self.minus) else text

    def parentheses(self, text: str) -> str:
        """Put a text in parentheses."""
        return f"({text})"

    def number(self, number: Number) -> tuple[str, int]:
        """Spell a number, and say how tightly it binds."""
        binds = PRODUCT if "/" in number.text else FACTOR if "e" in number.text else BASE
        if number.text.startswith("−"):
            binds = min(binds, FACTOR)
        return number.text, binds

    def name(self, name: str) -> str:
        """Spell a name from the spec."""
        return subscripts(name)

    def word(self, word: str) -> str:
        """Spell a word that is no name, such as loss or η."""
        return word

    def ends(self, edge: ex.Edge) -> str:
        """Spell the ends of an edge."""
        return f"{self.name(edge.source)}{self.arrow}{self.name(edge.target)}"

    def partial(self, partial: ex.Partial) -> str:
        """Spell ∂of/∂by."""
        at = f"({self.ends(partial.at)})" if partial.at else ""
        return f"∂{self.spell(partial.of, BASE)}/∂{self.spell(partial.by, BASE)}{at}"

    def quotient(self, top: Expression, bottom: Expression) -> tuple[str, int]:
        """Spell a quotient, and say how tightly it binds."""
        over = self.spell(top, FACTOR if isinstance(top, ex.Quotient) else PRODUCT)
        if isinstance(top, (ex.Partial, ex.Quotient)):
            over = self.parentheses(over)
        under = self._later(bottom, FACTOR)
        if isinstance(bottom, ex.Partial):
            under = self.parentheses(under)
        return f"{over}/{under}", PRODUCT

    def power(self, base: str, exponent: int) -> str:
        """Spell a square, a cube, or a higher power."""
        return f"{base}{str(exponent).translate(_SUPERSCRIPTS)}"

    def call(self, function: str, arguments: tuple[Expression, ...]) -> str:
        """Spell a function of its arguments."""
        if function == "√":
            return f"√{self.spell(arguments[0], BASE)}"
        if function.startswith("Σ_"):
            return self.indexed_sum(function[2:], arguments[0])
        inside = ", ".join(map(self.spell, arguments))
        return f"{say('new')} {inside}" if function == "new" else f"{function}({inside})"

    def indexed_sum(self, index: str, term: Expression) -> str:
        """Spell a sum over an index: Σₖ."""
        return f"{unicode(runs(f'Σ_{index}'))} {self.spell(term, PRODUCT)}"

    def vector(self, vector: ex.Vector) -> str:
        """Spell a row or column vector."""
        inside = " ".join(self.spell(entry, FACTOR) for entry in vector.entries)
        return f"[{inside}]{'ᵀ' * vector.upright}"

    def matrix(self, rows: tuple[tuple[Expression, ...], ...]) -> str:
        """Spell a matrix, row by row."""
        inside = "; ".join(" ".join(self.spell(entry, FACTOR) for entry in row) for row in rows)
        return f"[{inside}]"

    def middle(self, middle: ex.Middle) -> str:
        """Spell the mark for terms that are left out."""
        if middle.what == "numbers":
            return "…"
        what = say(middle.what, f"{middle.count:,}")
        return f"… {what} …" if middle.value is None else f"[{what}: {middle.value.text}]"

    def gap(self, number: int) -> str:
        """Spell a place to write a number into, with its number if it has one."""
        return f"({number}) ________" if number else "____"


def _binding(name: str) -> int:
    """A name with an exponent is no base of a further one."""
    return FACTOR if any(run.place == "sup" for run in runs(name)) else BASE


SPELLER = Speller()


def subscripts(name: str) -> str:
    r"""Spell a name as Unicode can, in quotes if it would not read as a name.

    >>> subscripts("w35"), subscripts(r"\theta_{12}"), subscripts("b_or"), subscripts("x 1")
    ('w₃₅', 'θ₁₂', 'b_or', '"x 1"')
    """
    if _PLAIN.fullmatch(name) or whole(name):
        return unicode(runs(name))
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
