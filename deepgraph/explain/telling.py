"""What the printed results of a sheet tell about its gaps, and which of them have to go.

Each gap is an unknown. A line that shows its result is an equation in the unknowns of its
arithmetic; a line that hides it says how one unknown is made of others. To first order, near a
point, an equation fixes one direction among the unknowns, and a gap is told where its own
direction lies among those that are fixed: ∂loss/∂h·∂h/∂z is told by ____·____·2 = −0.0154, and two
sums of the same two gaps tell both. The point is moved a little off the values of the network, so
that a slope that happens to be 0 there, as that of (____ − 1)² at 1, counts, too.

Nothing is computed back through the exponential or trigonometric function of an activation:
1/(1 + exp(−____)) = 0.7514 tells nothing, and stays for a student to compare with.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.explain import expressions as ex

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from numpy.typing import NDArray

    from deepgraph.explain.expressions import Expression, Number
    from deepgraph.explain.origins import Origins, Scope
    from deepgraph.explain.records import Line

    Array = NDArray[np.float64]

Key = tuple["Scope", "Expression"]
"""A result: the scope of its section, and its symbol."""

_STEP = 1e-3
"""How far the point lies from the values, as a share of each."""
_ALIKE = 1e-7
"""A direction of length 1 is told where less than this of it is left."""
_ACTIVATION = frozenset(["a", "exp", "slope"])
"""The lines through whose functions nothing is computed back."""
_ERRORS = (ValueError, ArithmeticError, IndexError, KeyError)


class _OneWayError(ValueError):
    """A value comes out of the function of an activation."""


def with_telling(
    lines: Sequence[tuple[Scope, Line]], origins: Origins, hidden: set[Key]
) -> set[Key]:
    """The hidden results, and those besides that would give away one of them.

    Args:
        lines: of the sheet, in the order of computation.
        origins: the results that the numbers of the lines stand for.
        hidden: the results that the sheet asks for, and what is the same value again.
    """
    while True:
        grown = _Pass(lines, origins, hidden).found()
        if grown == hidden:
            return hidden
        hidden = grown


@dataclass(frozen=True)
class _Dual:
    """A number at the point and its derivatives by the unknowns, by their numbers."""

    value: float
    by: dict[int, float] = field(default_factory=dict)

    def _scaled(self, factor: float, value: float) -> _Dual:
        return _Dual(value, {key: slope * factor for key, slope in self.by.items()})

    def __add__(self, other: _Dual) -> _Dual:
        by = dict(self.by)
        for key, slope in other.by.items():
            by[key] = by.get(key, 0.0) + slope
        return _Dual(self.value + other.value, by)

    def __neg__(self) -> _Dual:
        return self._scaled(-1.0, -self.value)

    def __mul__(self, other: _Dual) -> _Dual:
        value = self.value * other.value
        return self._scaled(other.value, value) + other._scaled(self.value, 0.0)

    def __truediv__(self, other: _Dual) -> _Dual:
        return self * other._scaled(-(other.value**-2), 1 / other.value)

    def __pow__(self, exponent: int) -> _Dual:
        return self._scaled(exponent * self.value ** (exponent - 1), self.value**exponent)


_SLOPES: dict[str, Callable[[float], tuple[float, float]]] = {
    "exp": lambda z: (math.exp(z), math.exp(z)),
    "ln": lambda z: (math.log(z), 1 / z),
    "tanh": lambda z: (math.tanh(z), 1 - math.tanh(z) ** 2),
    "erf": lambda z: (math.erf(z), 2 / math.sqrt(math.pi) * math.exp(-z * z)),
    "sin": lambda z: (math.sin(z), math.cos(z)),
    "cos": lambda z: (math.cos(z), -math.sin(z)),
    "√": lambda z: (math.sqrt(z), 1 / (2 * math.sqrt(z))),
    "ReLU": lambda z: (max(z, 0.0), float(z > 0)),
    "abs": lambda z: (abs(z), math.copysign(1.0, z)),
    "floor": lambda z: (float(math.floor(z)), 0.0),
    "round": lambda z: (float(round(z)), 0.0),
}
"""The value and the slope of each function of one number."""
_ONE_WAY = frozenset(["exp", "ln", "tanh", "erf", "sin", "cos"])


class _Pass:
    """One way through the lines, with what is hidden so far."""

    def __init__(
        self,
        lines: Sequence[tuple[Scope, Line]],
        origins: Origins,
        hidden: Collection[Key],
    ) -> None:
        self.lines, self.origins = lines, origins
        self.hidden = set(hidden)
        self.unknown: dict[Key, _Dual] = {}
        self.scales: list[float] = []

    def found(self) -> set[Key]:
        """All that is to be hidden, as far as one pass can say."""
        shown = self._equations()
        gaps = [self.unknown[key] for key in self.hidden if key in self.unknown]
        if not shown or not gaps:
            return self.hidden
        left = self._directions(gaps)  # what no equation has fixed so far
        fixed = np.zeros((0, len(self.scales)))
        for key, direction in zip(shown, self._directions(shown.values()), strict=True):
            new = direction - (fixed @ direction) @ fixed
            length = float(np.linalg.norm(new))
            if length < _ALIKE:
                continue
            new -= (fixed @ new) @ fixed  # takes away what rounding has left
            new /= np.linalg.norm(new)
            rest = left - np.outer(left @ new, new)
            if (np.linalg.norm(rest, axis=1) < _ALIKE).any():
                self.hidden.add(key)
                continue
            left, fixed = rest, np.vstack([fixed, new])
        return self.hidden

    def _directions(self, duals: Collection[_Dual]) -> Array:
        """(numbers, unknowns): the direction of each, of length 1, by shares of the unknowns."""
        found = np.zeros((len(duals), len(self.scales)))
        for row, dual in enumerate(duals):
            for number, slope in dual.by.items():
                found[row, number] = slope * self.scales[number]
        found /= np.abs(found).max(
            axis=1, keepdims=True
        )  # first, for the square of a tiny one is 0
        found /= np.linalg.norm(found, axis=1, keepdims=True)
        return found

    def _equations(self) -> dict[Key, _Dual]:
        """The results that are shown although unknowns are in them, in the order of computation."""
        shown: dict[Key, _Dual] = {}
        for scope, line in self.lines:
            key = (scope, line.left)
            if line.result is None or key in shown or key in self.unknown:
                continue
            made = self._made(scope, line)
            if key in self.hidden:
                self.unknown[key] = made or self._new(line.value)
            elif made is not None:
                shown[key] = made
        return shown

    def _made(self, scope: Scope, line: Line) -> _Dual | None:
        """A result by the unknowns that it is made of; `None` if nothing is told of them."""
        is_activation = line.quantity in _ACTIVATION

        def call(function: str, arguments: list[_Dual]) -> _Dual:
            if function == "π":
                return _Dual(math.pi)
            if function in ("max", "min"):
                choose = max if function == "max" else min
                return choose(arguments, key=lambda one: one.value)
            [argument] = arguments
            if is_activation and function in _ONE_WAY and argument.by:
                raise _OneWayError
            value, slope = _SLOPES[function](argument.value)
            return argument._scaled(slope, value)

        try:
            if line.numbers is not None:
                made = ex.evaluate(line.numbers, lambda number: self._number(scope, number), call)
            elif line.same is not None:
                made = self._of(scope, line.same) or _Dual(line.value)
            else:
                return None
        except _ERRORS:
            return None
        slopes = {
            number: slope for number, slope in made.by.items() if slope and math.isfinite(slope)
        }
        if not slopes or len(slopes) < sum(map(bool, made.by.values())):
            return None
        return _Dual(made.value, slopes)

    def _number(self, scope: Scope, number: Number) -> _Dual:
        found = None if number.of is None else self._of(scope, number.of)
        return found or _Dual(number.value)

    def _of(self, scope: Scope, symbol: Expression) -> _Dual | None:
        """The unknown that a symbol stands for; `None` if its value is shown."""
        key = self.origins.of(scope, symbol)
        if key is None or key not in self.hidden:
            return None
        if key not in self.unknown:  # of a line below
            self.unknown[key] = self._new(1.0)
        return self.unknown[key]

    def _new(self, value: float) -> _Dual:
        """An unknown that is made of no other."""
        number = len(self.scales)
        share = 0.5 + (number + 1) * 0.6180339887498949 % 1
        point = value * (1 + _STEP * share) if value and math.isfinite(value) else _STEP * share
        self.scales.append(abs(point))
        return _Dual(point, {number: 1.0})
