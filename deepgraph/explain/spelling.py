"""Spells a tree of arithmetic in any format, and decides where parentheses stand."""

from __future__ import annotations

from abc import ABC, abstractmethod

from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Comparison, Expression, Number

SUM, PRODUCT, FACTOR, BASE = range(4)
"""How tightly an expression or its place binds; in a tighter place it needs parentheses."""


class Speller(ABC):
    """Spells expressions; each format is a subclass that spells the pieces."""

    minus = "−"
    times = "·"
    wide_times = " · "
    """Between fractions of differentials."""

    def spell(self, expression: Expression, place: int = SUM) -> str:
        """Spell an expression, in parentheses if it binds more loosely than its place."""
        text, binding = self._spelled(expression)
        return text if binding >= place else self.parentheses(text)

    def comparison(self, reason: Comparison) -> str:
        """Spell a comparison, such as `−0.5 < 0`."""
        sides = self.spell(reason.left), self.spell(reason.right)
        return f"{sides[0]} {self.relation(reason.relation)} {sides[1]}"

    def _spelled(self, expression: Expression) -> tuple[str, int]:  # noqa: PLR0911, PLR0912
        match expression:
            case Number():
                return self.number(expression)
            case ex.Symbol(name, kind):
                return (self.name(name) if kind == "name" else self.word(name)), BASE
            case ex.Edge():
                return self.edge(expression), BASE
            case ex.Partial():
                return self.partial(expression), FACTOR
            case ex.Sum(terms):
                return self.sum(list(terms)), SUM
            case ex.Difference(left, right):
                return f"{self.spell(left)} {self.minus} {self._later(right, PRODUCT)}", SUM
            case ex.Product(factors):
                return self._product(list(factors)), PRODUCT
            case ex.Quotient(top, bottom):
                return self.quotient(top, bottom)
            case ex.Power(base, exponent):
                return self.power(self.spell(base, BASE), exponent), FACTOR
            case ex.Negative(inner):
                return f"{self.minus}{self._later(inner, PRODUCT)}", PRODUCT
            case ex.Call(function, arguments):
                return self.call(function, list(arguments)), BASE
            case ex.Vector():
                return self.vector(expression), BASE
            case ex.Dot(row, column):
                return f"{self.spell(row, BASE)}{self.times}{self.spell(column)}", PRODUCT
            case ex.Middle():
                return self.middle(expression), BASE

    def sum(self, terms: list[Expression]) -> str:
        """Spell terms with plus signs between them."""
        return " + ".join(self.terms(terms))

    def terms(self, terms: list[Expression]) -> list[str]:
        """Spell the terms of a sum, negative ones behind the first in parentheses."""
        first, *others = terms
        return [self.spell(first), *(self._later(other, PRODUCT) for other in others)]

    def _product(self, factors: list[Expression]) -> str:
        first, *others = factors
        parts = [self.spell(first, FACTOR), *(self._later(other, FACTOR) for other in others)]
        wide = any(isinstance(factor, ex.Partial) for factor in factors)
        return (self.wide_times if wide else self.times).join(parts)

    def _later(self, expression: Expression, place: int) -> str:
        """Spell what stands behind an operator, where a minus sign needs parentheses."""
        text = self.spell(expression, place)
        return self.parentheses(text) if text.startswith(self.minus) else text

    @abstractmethod
    def parentheses(self, text: str) -> str:
        """Put a text in parentheses."""

    @abstractmethod
    def number(self, number: Number) -> tuple[str, int]:
        """Spell a number, and say how tightly it binds."""

    @abstractmethod
    def name(self, name: str) -> str:
        """Spell a name from the spec."""

    @abstractmethod
    def word(self, word: str) -> str:
        """Spell a word that is no name, such as loss or η."""

    @abstractmethod
    def edge(self, edge: ex.Edge) -> str:
        """Spell the weight of an edge without a label."""

    @abstractmethod
    def partial(self, partial: ex.Partial) -> str:
        """Spell ∂of/∂by."""

    @abstractmethod
    def quotient(self, top: Expression, bottom: Expression) -> tuple[str, int]:
        """Spell a quotient, and say how tightly it binds."""

    @abstractmethod
    def power(self, base: str, exponent: int) -> str:
        """Spell a square or cube."""

    @abstractmethod
    def call(self, function: str, arguments: list[Expression]) -> str:
        """Spell a function of its arguments."""

    @abstractmethod
    def vector(self, vector: ex.Vector) -> str:
        """Spell a row or column vector."""

    @abstractmethod
    def middle(self, middle: ex.Middle) -> str:
        """Spell the mark for terms that are left out."""

    @abstractmethod
    def relation(self, relation: str) -> str:
        """Spell the sign of a comparison."""
