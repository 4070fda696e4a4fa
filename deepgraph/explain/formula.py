"""Reads the formulas of the tables of functions from their text.

    z/2·(1 + erf(z/√2))
    z if z > 0 else alpha·(exp(z) - 1)
    0 if z < 0, at_zero if z = 0, 1 if z > 0

A piecewise formula is read for one z: the result is the piece that holds there, and why it does.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Comparison, Expression, Form, Number, Relation
from deepgraph.explain.real_values import really_holds
from deepgraph.explain.wording import say
from deepgraph.functions.activations import IDENTITY
from deepgraph.graph.exact import double, exact_rescaling, exact_settings, shortest
from deepgraph.words.numbers import number_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from deepgraph.functions.node_function import NodeFunction

FULL = 17
"""Significant digits with which a double reads back the same."""
_TOKEN = re.compile(r"\s*([0-9.]+|[A-Za-z_]+|.)")
_NEGATED: dict[Relation, Relation] = {"<": "≥", "≤": ">", ">": "≤", "≥": "<"}
_MIRRORED: dict[Relation, Relation] = {"<": ">", "≤": "≥", ">": "<", "≥": "≤", "=": "="}
_POWERS = {"²": 2, "³": 3}


def at(text: str, values: Mapping[str, Expression]) -> Form:
    """A formula with numbers for its letters, and the conditions of the chosen piece.

    >>> piece, reasons = at("z if z > 0 else 2·z", {"z": Number(-3.0)})
    >>> [number.value for number in ex.numbers(piece)], reasons[0].relation
    ([2.0, -3.0], '≤')
    """
    reader = _Reader(text, values)
    found = reader.pieces()
    assert not reader.tokens, text
    return found, tuple(reader.reasons)


def value_forms(function: NodeFunction, z: Number, *, fractions: bool = False) -> list[Form]:
    """The value of an activation at z, in numbers; see `_by_real_value` for `fractions`."""
    row = function.row
    assert row is not None
    text, settings = row.shown or row.formula, parameters(function)

    def forms(z: Number) -> list[Form]:
        form, why = at(text, {"z": argument(function, z), **settings})
        return [(rescaled(function, form), why)]

    return _by_real_value(forms, z) if fractions else forms(z)


def _by_real_value(forms: Callable[[Number], list[Form]], z: Number) -> list[Form]:
    """Forms at z, and before them those at its real value where that lies on another piece.

    Where 0.1 + 0.2 − 0.3 is 5.6e-17 in doubles, the step of its real value is that of 0.
    """
    found = forms(z)
    if z.exact is None or all(really_holds(why) is not False for _, whys in found for why in whys):
        return found
    return [*forms(replace(z, value=double(z.exact))), *found]


def in_symbols(function: NodeFunction, z: Expression) -> Expression:
    """f(z) in symbols with the numbers that a spec adds: ReLU(z), 5·tanh(2·z) + 3, (z − 1)/2."""
    inside, row = argument(function, z), function.row
    if row is not None and row.spelled_out:
        return at(row.formula, {"z": inside, **parameters(function)})[0]
    shown = inside if row is IDENTITY else ex.Call(function.title, (inside,))
    return rescaled(function, shown)


def rescaled(function: NodeFunction, inner: Expression) -> Expression:
    """What a rescaled node makes of f(z): scale·f(z) + mean, without a part that does nothing."""
    if not function.rescaled:
        return inner
    scale, mean = exact_rescaling(function)
    if scale != 1:
        inner = ex.product([constant(float(function.scale), scale), inner])
    if mean < 0:
        return ex.Difference(inner, constant(-float(function.mean), -mean))
    return ex.Sum((inner, constant(float(function.mean), mean))) if mean else inner


def slope_forms(
    function: NodeFunction, z: Number, a: Number, *, fractions: bool = False
) -> list[Form]:
    """The derivative of an activation at z, in numbers; the usual form comes first.

    See `_by_real_value` for `fractions`.
    """
    row = function.row
    assert row is not None
    by_a = None if function.rescaled else row.derivative_by_a  # else a is not f(z)

    def forms(z: Number) -> list[Form]:
        values = {"z": argument(function, z), "a": a, **parameters(function)}
        return [at(form, values) for form in (by_a, row.derivative_formula) if form]

    found = _by_real_value(forms, z) if fractions else forms(z)
    factors: list[Expression] = []
    if function.rescaled and (scale := exact_rescaling(function)[0]) != 1:
        factors.append(constant(float(function.scale), scale))
    if function.gain != 1.0:
        factors.append(gain(function))
    return [(_scaled(factors, slope), why) for slope, why in found] if factors else found


def _scaled(factors: list[Expression], slope: Expression) -> Expression:
    """A slope times its factors; a slope of 1 leaves them alone, and a slope of 0 stays."""
    if isinstance(slope, Number) and slope.literal and slope.value in (0.0, 1.0):
        return ex.product(factors) if slope.value else slope
    return ex.product([*factors, slope])


def gain(function: NodeFunction) -> Number:
    """The gain of an activation, printed in full like the numbers of its formula."""
    return constant(function.gain, shortest(function.gain))


def constant(value: float, exact: Fraction) -> Number:
    """A number that a spec adds to a function, in full; a fraction as it stands."""
    if _is_decimal(exact):
        return Number(value, exact, number_text(value, FULL), literal=True)
    return ex.literal(exact)


def argument(function: NodeFunction, z: Expression) -> Expression:
    """What a function of the table is applied to: z, or gain·z."""
    return z if function.gain == 1.0 else ex.product([gain(function), z])


def flat(function: NodeFunction) -> str:
    """A remark on the slope of a function of levels, which no condition explains; else empty."""
    row = function.row
    if row is None or not row.jumps:
        return ""
    return say("flat", function.title, row.jumps)


def born_of(z: Number, result: Number) -> bool:
    """Check whether a function has made a NaN of a finite number."""
    return math.isfinite(z.value) and math.isnan(result.value)


def undefined(function: NodeFunction, z: Number) -> str:
    """The remark on a NaN that a function has made of a number, with its text."""
    return say("undefined", function.caption, z.text)


def parameters(function: NodeFunction) -> dict[str, Number]:
    """The parameters of an activation by name; a default like 1/6, no decimal, stays a fraction."""
    exact = exact_settings(function)
    if function.row is not None and function.row.spelled_out:
        return {name: constant(value, exact[name]) for name, value in function.parameters.items()}
    return {
        name: Number(value, exact[name]) if _is_decimal(exact[name]) else ex.literal(exact[name])
        for name, value in function.settings.items()
    }


def _is_decimal(number: Fraction) -> bool:
    """Check whether a fraction is a finite decimal: its denominator has the factors 2 and 5."""
    rest = number.denominator
    for factor in (2, 5):
        while rest % factor == 0:
            rest //= factor
    return rest == 1


class _Reader:
    """Recursive descent over one formula."""

    def __init__(self, text: str, values: Mapping[str, Expression]) -> None:
        self.tokens = [token for token in _TOKEN.findall(text) if token.strip()]
        self.values = values
        self.reasons: list[Comparison] = []

    def pieces(self) -> Expression:
        """Read one expression, or pieces with their conditions; return the piece that holds."""
        chosen: Expression | None = None
        while True:
            before = len(self.reasons)
            piece = self.sum()
            if not self._takes("if"):
                return piece if chosen is None else chosen
            behind = len(self.reasons)
            reasons, holds = self._condition()
            if holds and chosen is None:
                chosen = piece
                self.reasons[behind:] = reasons
            else:
                del self.reasons[behind if chosen is not None else before :]
            if self._takes("else"):
                if chosen is None:
                    self.reasons += reasons
                    return self.pieces()
                kept = list(self.reasons)
                self.pieces()
                self.reasons = kept
                return chosen
            if not self._takes(","):
                return piece if chosen is None else chosen  # NaN: no condition holds

    def _condition(self) -> tuple[list[Comparison], bool]:
        """Read a chain of comparisons: all of them and True, or the negated failure and False."""
        left, found = self.sum(), []
        while self.tokens and self.tokens[0] in "<≤=≥>":
            relation: Relation = self.tokens.pop(0)
            right = self.sum()
            found.append(Comparison(left, relation, right))
            left = right
        for comparison in found:
            if not comparison.holds(ex.in_doubles):
                if comparison.relation == "=":
                    return [], False
                return [self._denied(comparison)], False
        return found, True

    def _denied(self, comparison: Comparison) -> Comparison:
        """The opposite of a comparison, with the side of z in front: 3 ≥ 1 rather than 1 ≤ 3."""
        left, relation, right = comparison.left, _NEGATED[comparison.relation], comparison.right
        of_z = [id(number) for number in ex.numbers(self.values.get("z", ex.literal(0)))]
        if any(id(number) in of_z for number in ex.numbers(right)):
            return Comparison(right, _MIRRORED[relation], left)
        return Comparison(left, relation, right)

    def sum(self) -> Expression:
        found: Expression = self.product()
        while self.tokens and self.tokens[0] in "+-":
            plus, right = self.tokens.pop(0) == "+", self.product()
            if not plus:
                found = ex.Difference(found, right)
            elif isinstance(found, ex.Sum):
                found = ex.Sum((*found.terms, right))
            else:
                found = ex.Sum((found, right))
        return found

    def product(self) -> Expression:
        if self._takes("-"):
            inner = self.product()
            if isinstance(inner, Number) and inner.literal and inner.exact is not None:
                return ex.literal(-inner.exact)
            return ex.Negative(inner)
        found = self.power()
        while self.tokens and self.tokens[0] in "·/":
            if self.tokens.pop(0) == "/":
                found = ex.Quotient(found, self.power())
                continue
            factor = self.power()
            if not (isinstance(factor, Number) and factor.literal and factor.value == 1):
                found = ex.product([found, factor])  # gamma·1, of a piece, is gamma
        return found

    def power(self) -> Expression:
        base = self.atom()
        if self.tokens and self.tokens[0] in _POWERS:
            return ex.Power(base, _POWERS[self.tokens.pop(0)])
        return base

    def atom(self) -> Expression:
        token = self.tokens.pop(0)
        if token == "(":
            return self._closed(self.pieces())
        if token == "√":
            return ex.Call("√", (self.atom(),))
        if token == "π":
            return ex.Symbol("π", "word")
        if token[0].isdigit():
            return replace(ex.literal(Fraction(token)), text=token)
        if self._takes("("):
            arguments = [self.sum()]
            while self._takes(","):
                arguments.append(self.sum())
            return self._closed(ex.Call(token, tuple(arguments)))
        return self.values[token]

    def _takes(self, token: str) -> bool:
        if self.tokens and self.tokens[0] == token:
            self.tokens.pop(0)
            return True
        return False

    def _closed(self, inside: Expression) -> Expression:
        assert self._takes(")")
        return inside
