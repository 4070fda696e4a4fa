"""Arithmetic as a tree: one side of a line of a worked example, before any format spells it.

The leaves of a tree are symbols or numbers. `evaluate` computes a tree of numbers in exact
fractions, intervals or any other kind of numbers; see `Arithmetic`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a line.

    Attributes:
        value: the double of the evaluator.
        exact: the rational number that it stands for, where that is known.
        text: the printed number, a decimal or p/q with a true minus sign; empty until printed.
        rounded: `True` if the text has fewer digits than the number.
        literal: `True` for a number of a formula, such as the 2 in z/2.
    """

    value: float
    exact: Fraction | None = None
    text: str = ""
    rounded: bool = False
    literal: bool = False


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name from the spec, or a word such as loss, η, π."""

    name: str
    kind: Literal["name", "word"] = "name"


@dataclass(frozen=True, slots=True)
class Edge:
    """The symbol for a weight without a label: w(x→h1)."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function of its arguments: max(1, 2) or z(h1)."""

    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Partial:
    """∂of/∂by; for a shared weight, the part of the edge whose ends are `at`."""

    of: Expression
    by: Expression
    at: Edge | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms from left to right."""

    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """left − right."""

    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Product:
    """Factors from left to right."""

    factors: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Quotient:
    """top / bottom."""

    top: Expression
    bottom: Expression


@dataclass(frozen=True, slots=True)
class Power:
    """A square or a cube."""

    base: Expression
    exponent: int


@dataclass(frozen=True, slots=True)
class Negative:
    """−inner."""

    inner: Expression


@dataclass(frozen=True, slots=True)
class Vector:
    """A row vector, or an upright column vector: [1 2]ᵀ."""

    entries: tuple[Expression, ...]
    upright: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """A row vector, or its name, times a column vector: [w3 w5]·[h1 h2]ᵀ."""

    row: Expression
    column: Vector


@dataclass(frozen=True, slots=True)
class Middle:
    """Some terms that are left out, how many and of which kind, and their joint value."""

    count: int
    what: str
    value: Number | None = None


Expression = (
    Number
    | Symbol
    | Edge
    | Call
    | Partial
    | Sum
    | Difference
    | Product
    | Quotient
    | Power
    | Negative
    | Vector
    | Dot
    | Middle
)

Relation = Literal["<", "≤", "=", "≥", ">"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A condition between two sides."""

    left: Expression
    relation: Relation
    right: Expression


def literal(number: int | Fraction) -> Number:
    """A number of a formula.

    >>> literal(2).text
    '2'
    """
    text = str(number).replace("-", "−")
    return Number(float(number), Fraction(number), text, literal=True)


def total(terms: list[Expression]) -> Expression:
    """The sum of terms; a single term is its own sum."""
    return terms[0] if len(terms) == 1 else Sum(tuple(terms))


def product(factors: list[Expression]) -> Expression:
    """The product of factors, with products among them unfolded; a single factor is itself."""
    flat: list[Expression] = []
    for factor in factors:
        flat += factor.factors if isinstance(factor, Product) else [factor]
    return flat[0] if len(flat) == 1 else Product(tuple(flat))


def replace(  # noqa: PLR0911 (a case for each kind)
    expression: Expression, leaf: Callable[[Expression], Expression]
) -> Expression:
    """Replace each leaf of a tree by what `leaf` makes of it."""

    def each(parts: tuple[Expression, ...]) -> tuple[Expression, ...]:
        return tuple(replace(part, leaf) for part in parts)

    match expression:
        case Sum(terms):
            return Sum(each(terms))
        case Product(factors):
            return Product(each(factors))
        case Call(function, arguments):
            return Call(function, each(arguments))
        case Difference(left, right):
            return Difference(replace(left, leaf), replace(right, leaf))
        case Quotient(top, bottom):
            return Quotient(replace(top, leaf), replace(bottom, leaf))
        case Power(base, exponent):
            return Power(replace(base, leaf), exponent)
        case Negative(inner):
            return Negative(replace(inner, leaf))
        case Vector(entries, upright):
            return Vector(each(entries), upright)
        case Dot(row, column):
            return Dot(replace(row, leaf), Vector(each(column.entries), column.upright))
        case Middle(count, what, Number() as value):
            inner = replace(value, leaf)
            return Middle(count, what, inner if isinstance(inner, Number) else None)
        case _:
            return leaf(expression)


def numbers(expression: Expression) -> Iterator[Number]:
    """The numbers in a tree."""
    found: list[Number] = []

    def keep(leaf: Expression) -> Expression:
        if isinstance(leaf, Number):
            found.append(leaf)
        return leaf

    replace(expression, keep)
    return iter(found)


class Arithmetic(Protocol[T]):
    """The operations that `evaluate` needs of a kind of numbers."""

    def number(self, number: Number) -> T: ...  # noqa: D102
    def constant(self, name: str) -> T: ...  # noqa: D102
    def add(self, left: T, right: T) -> T: ...  # noqa: D102
    def multiply(self, left: T, right: T) -> T: ...  # noqa: D102
    def divide(self, left: T, right: T) -> T: ...  # noqa: D102
    def negate(self, inner: T) -> T: ...  # noqa: D102
    def power(self, base: T, exponent: int) -> T: ...  # noqa: D102
    def call(self, function: str, arguments: list[T]) -> T: ...  # noqa: D102


def evaluate(expression: Expression, arithmetic: Arithmetic[T]) -> T:  # noqa: PLR0911 (a case for each kind)
    """The value of a tree of numbers.

    Raises:
        ValueError: a symbol stands where a number should, or a vector where one number should.
    """

    def inner(part: Expression) -> T:
        return evaluate(part, arithmetic)

    match expression:
        case Number():
            return arithmetic.number(expression)
        case Symbol(name, "word"):
            return arithmetic.constant(name)
        case Sum(terms):
            return reduce(arithmetic.add, map(inner, terms))
        case Difference(left, right):
            return arithmetic.add(inner(left), arithmetic.negate(inner(right)))
        case Product(factors):
            return reduce(arithmetic.multiply, map(inner, factors))
        case Quotient(top, bottom):
            return arithmetic.divide(inner(top), inner(bottom))
        case Power(base, exponent):
            return arithmetic.power(inner(base), exponent)
        case Negative(part):
            return arithmetic.negate(inner(part))
        case Call(function, arguments):
            return arithmetic.call(function, [inner(part) for part in arguments])
        case Dot(Vector(row), column):
            pairs = zip(row, column.entries, strict=True)
            return reduce(arithmetic.add, (inner(Product(pair)) for pair in pairs))
        case Middle(_, _, Number() as value):
            return inner(value)
        case _:
            raise ValueError(expression)
