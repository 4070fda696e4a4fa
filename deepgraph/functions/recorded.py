"""Records what an activation computes, so that it can be written in other languages.

A function of the table is run on an `Expression` in place of an array: numpy passes each of its
operations to the expression, which notes it. So the text of an exported function has the very
operations of the table in their order, and a new row of the table needs nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

if TYPE_CHECKING:
    from collections.abc import Callable

CONSTANT = "constant"
NAME = "name"


@dataclass(frozen=True, eq=False)
class Expression(NDArrayOperatorsMixin):
    """A number, a name, or an operation of numpy on other expressions.

    Attributes:
        operation: the name of a function of numpy ("add", "maximum", "where", "clip", …), or
            `CONSTANT`, or `NAME`.
        operands: what it is applied to.
        value: a float of a constant, the text of a name.
        dtype: of every number in it.
    """

    operation: str
    operands: tuple[Expression, ...] = ()
    value: float | str = ""
    dtype: np.dtype[Any] = np.dtype(np.float64)  # noqa: RUF009 - it cannot be changed

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **given: Any) -> Any:
        if method != "__call__" or given:
            return NotImplemented
        if ufunc is np.positive:
            return self
        return self._of(ufunc.__name__, *inputs)

    def __array_function__(self, function: Any, types: Any, inputs: Any, given: Any) -> Any:
        if given:
            return NotImplemented
        if function is np.full_like:
            return self._operand(inputs[1])
        return self._of(function.__name__, *inputs)

    def clip(self, min: float | None = None, max: float | None = None) -> Expression:
        """The method of arrays, of which losses make use since they import no numpy."""
        found = self
        if min is not None:
            found = found._of("maximum", found, min)
        return found if max is None else found._of("minimum", found, max)

    def _of(self, operation: str, *operands: Any) -> Expression:
        return Expression(operation, tuple(map(self._operand, operands)), dtype=self.dtype)

    def _operand(self, operand: Any) -> Expression:
        if isinstance(operand, Expression):
            return operand
        return Expression(CONSTANT, value=float(operand), dtype=self.dtype)

    # numpy's mixin gives comparisons; an expression is a key of a dictionary by itself.
    __hash__ = object.__hash__


def named(name: str, dtype: np.dtype[Any] = np.dtype(np.float64)) -> Expression:  # noqa: B008
    """The expression that is a name, such as z."""
    return Expression(NAME, value=name, dtype=dtype)


def constant(value: float) -> Expression:
    """The expression that is a number."""
    return Expression(CONSTANT, value=value)


def operation(name: str, *operands: Expression) -> Expression:
    """The expression that applies a function of numpy."""
    return Expression(name, operands, dtype=operands[0].dtype)


# --- functions of numpy by simpler ones -----------------------------------------------------------


def _clip(z: Any, low: Any, high: Any) -> Any:
    return np.minimum(np.maximum(z, low), high)


def _sign(z: Any) -> Any:
    return np.where(z < 0, -1.0, np.where(z > 0, 1.0, np.where(z == 0, 0.0, z)))  # z is NaN


def _heaviside(z: Any, at_zero: Any) -> Any:
    return np.where(z < 0, 0.0, np.where(z > 0, 1.0, np.where(z == 0, at_zero, z)))


def _logaddexp(left: Any, right: Any) -> Any:
    distance = right if left.value == 0 else left - right
    return np.maximum(left, right) + np.log1p(np.exp(-np.abs(distance)))


def _rint(z: Any) -> Any:
    down = np.floor(z)
    rest = z - down
    is_even = np.floor(0.5 * down) * 2.0 == down
    nearest_even = np.where(is_even, down, down + 1.0)
    return np.where(rest < 0.5, down, np.where(rest > 0.5, down + 1.0, nearest_even))


SIMPLER: dict[str, Callable[..., Any]] = {
    "clip": _clip,
    "sign": _sign,
    "heaviside": _heaviside,
    "logaddexp": _logaddexp,
    "rint": _rint,
}
"""Functions of numpy that few languages have, by functions that all have."""
