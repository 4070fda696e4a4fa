"""Arithmetic as a tree: one side of a line of a worked example, before any format spells it.

The leaves of a tree are symbols or numbers. `evaluate` computes a tree of numbers in doubles, exact
fractions or intervals.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from operator import add, eq, ge, gt, le, lt, mul
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self, TypeVar

from deepgraph.words.numbers import true_minus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a line.

    Attributes:
        value: the double of the evaluator.
        exact: its real value, where that is known: where all that it was made of is rational.
        text: the printed number, a decimal or p/q with a true minus sign; empty until printed.
        rounded: `True` unless the text is known to spell the real value.
        literal: `True` for a number of a formula, such as the 2 in z/2.
        of: the symbol that it stands for, such as h1 or ∂loss/∂w; `None` if it has none.
    """

    value: float
    exact: Fraction | None = None
    text: str = ""
    rounded: bool = False
    literal: bool = False
    of: Expression | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name from the spec, or a word such as loss, η, π.

    Attributes:
        name: as the spec has it.
        kind: "verbatim" for a name that is shown as it stands.
        place: tells symbols apart that look alike, such as Σe of two softmax groups.
    """

    name: str
    kind: Literal["name", "word", "verbatim"] = "name"
    place: int = 0


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
    """A square, a cube, or a higher power."""

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
class Matrix:
    """Rows below each other: [w3 w5; w4 w6]; a row of one entry may be the name of a vector."""

    rows: tuple[tuple[Expression, ...], ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """A row vector, a matrix or a name, times a column vector: [w3 w5]·[h1 h2]ᵀ."""

    row: Expression
    column: Vector


@dataclass(frozen=True, slots=True)
class Middle:
    """Some terms that are left out, how many and of which kind, and their joint value."""

    count: int
    what: str
    value: Number | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """The symbol for what a path carries: x→h→y, the names along it."""

    names: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A place of an exercise where a number is to be written.

    Attributes:
        number: of the question; 0 where nothing is asked.
        rounded: as that of the number that is hidden here.
    """

    number: int = 0
    rounded: bool = False


Leaf = Number | Symbol | Edge | Partial | Middle | Route | Gap
Operation = Call | Sum | Difference | Product | Quotient | Power | Negative
Expression = Leaf | Operation | Vector | Matrix | Dot

Relation = Literal["<", "≤", "=", "≥", ">"]
_HOLDS: dict[Relation, Callable[[Any, Any], bool]]
_HOLDS = {"<": lt, "≤": le, "=": eq, "≥": ge, ">": gt}


@dataclass(frozen=True, slots=True)
class Comparison:
    """A condition between two sides."""

    left: Expression
    relation: Relation
    right: Expression

    def holds(self, value: Callable[[Expression], Any]) -> bool:
        """Check the condition for the values that a function gives to its sides."""
        return _HOLDS[self.relation](value(self.left), value(self.right))


Form = tuple[Expression, tuple[Comparison, ...]]
"""Arithmetic in numbers, and the conditions under which it holds."""


def literal(number: int | Fraction) -> Number:
    """A number of a formula.

    >>> literal(2).text
    '2'
    """
    text = true_minus(str(number))
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
        case Matrix(rows):
            return Matrix(tuple(map(each, rows)))
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


def has_rounded_gap(expression: Expression) -> bool:
    """Check whether a tree has a gap in the place of a rounded number."""
    found = False

    def look(leaf: Expression) -> Expression:
        nonlocal found
        found = found or (isinstance(leaf, Gap) and leaf.rounded)
        return leaf

    replace(expression, look)
    return found


def has_names(expression: Expression) -> bool:
    """Check whether a tree has a leaf that is no number, or a name such as z(h)."""
    found = isinstance(expression, Middle)

    def look(leaf: Expression) -> Expression:
        nonlocal found
        found = found or not (isinstance(leaf, Number) or leaf == Symbol("π", "word"))
        return leaf

    replace(expression, look)
    return found


class Value(Protocol):
    """A kind of numbers that a tree can be computed in."""

    def __add__(self, other: Self, /) -> Self: ...
    def __mul__(self, other: Self, /) -> Self: ...
    def __truediv__(self, other: Self, /) -> Self: ...
    def __neg__(self) -> Self: ...
    def __pow__(self, exponent: int, /) -> Self: ...


V = TypeVar("V", bound=Value)


def evaluate(  # noqa: PLR0911 (a case for each kind)
    expression: Expression, number: Callable[[Number], V], call: Callable[[str, list[V]], V]
) -> V:
    """The value of a tree of numbers.

    Args:
        expression: the tree.
        number: gives the value of a number.
        call: gives the value of a function by its name, of a constant by its name alone.

    Raises:
        ValueError: a symbol stands where a number should, or a vector where one number should.
    """

    def inner(part: Expression) -> V:
        return evaluate(part, number, call)

    match expression:
        case Number():
            return number(expression)
        case Symbol(name, "word"):
            return call(name, [])
        case Sum(terms):
            return reduce(add, map(inner, terms))
        case Difference(left, right):
            return inner(left) + -inner(right)
        case Product(factors):
            return reduce(mul, map(inner, factors))
        case Quotient(top, bottom):
            return inner(top) / inner(bottom)
        case Power(base, exponent):
            return inner(base) ** exponent
        case Negative(part):
            return -inner(part)
        case Call(function, arguments):
            return call(function, [inner(part) for part in arguments])
        case Dot(Vector(row), column):
            pairs = zip(row, column.entries, strict=True)
            return reduce(add, (inner(Product(pair)) for pair in pairs))
        case Middle(_, _, Number() as value):
            return inner(value)
        case _:
            raise ValueError(expression)


def in_doubles(side: Expression) -> float:
    """One side of a condition, in doubles, so that it decides as the evaluator did."""

    def call(function: str, arguments: list[float]) -> float:
        raise ValueError((function, arguments))

    return evaluate(side, lambda number: number.value, call)
