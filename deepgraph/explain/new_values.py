"""The new value of a parameter in lines, with what the optimiser carries along.

sgd     new w = w − η·∂loss/∂w
new v = μ·v + ∂loss/∂w                  with momentum; then new w = w − η·new v
adam    new m = β₁·m + (1 − β₁)·∂loss/∂w        m̂ = new m/(1 − β₁ᵗ)
new v = β₂·v + (1 − β₂)·(∂loss/∂w)²     v̂ = new v/(1 − β₂ᵗ)
new w = w − η·m̂/(√v̂ + ε)
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from deepgraph.evaluate.optimisers import BETA1, BETA2, EPSILON
from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Expression, Number, Symbol
from deepgraph.explain.formula import constant
from deepgraph.graph.exact import shortest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from deepgraph.evaluate.optimisers import StepSettings, TakenStep
    from deepgraph.explain.records import Line, Quantity
    from deepgraph.explain.values import Values

ETA, MU, EPS, T = (Symbol(letter, "word") for letter in ("η", "μ", "ε", "t"))
BETAS = Symbol("β₁", "word"), Symbol("β₂", "word")
ONE = ex.literal(1)
_HATS: dict[str, Quantity] = {"m": "m_hat", "v": "v_hat"}


@dataclass(frozen=True)
class NewValues:
    """The lines of one step.

    Attributes:
        values: before the step; the lines leave their real values there.
        settings: how the step was made of the gradient.
        step: the step.
        state: by letter and parameter the real values of what the optimiser carries along.
        slope: the derivative by a parameter, in symbols and in numbers.
    """

    values: Values
    settings: StepSettings
    step: TakenStep
    state: Mapping[tuple[str, int], Fraction | None]
    slope: Callable[[int], tuple[Expression, Number]]

    @cached_property
    def rate(self) -> Number:
        """η."""
        return Number(self.settings.rate, self.settings.exactly("learning_rate"), of=ETA)

    @cached_property
    def _mu(self) -> Number:
        return Number(self.settings.momentum, self.settings.exactly("momentum"), of=MU)

    def given(self) -> Iterator[Line]:
        """The settings of the optimiser, and for Adam the number of the step."""
        values = self.values
        yield values.given("updated", "", ETA, self.rate)
        if self.settings.momentum:
            yield values.given("setting", "", MU, self._mu)
        if self.settings.optimiser == "adam":
            for symbol, value in zip((*BETAS, EPS), (BETA1, BETA2, EPSILON), strict=True):
                yield values.given("setting", "", symbol, Number(value, shortest(value)))
            t = self.step.number
            yield values.given("setting", "", T, Number(float(t), Fraction(t)))

    def of(self, number: int) -> Iterator[Line]:
        """What is carried along for a parameter, and its new value."""
        if self.settings.optimiser == "adam":
            return self._adam(number)
        return self._momentum(number) if self.settings.momentum else iter([self._plain(number)])

    def _title(self, number: int) -> str:
        return self.values.network.parameters.name(number)

    def _new(self, number: int, change: tuple[Expression, Expression]) -> Line:
        """new w = w − change, in symbols and in numbers."""
        name, old = self.values.parameter_name(number), self.values.parameter(number)
        left, value = ex.Call("new", (name,)), float(self.step.after[number])
        symbols, numbers = ex.Difference(name, change[0]), ex.Difference(old, change[1])
        title = self._title(number)
        return self.values.line("updated", title, left, symbols, numbers, value, keep=number)

    def _plain(self, number: int) -> Line:
        symbol, slope = self.slope(number)
        change = ex.Product((ETA, symbol)), ex.Product((self.rate, slope))
        return self._new(number, change)

    def _momentum(self, number: int) -> Iterator[Line]:
        symbol, slope = self.slope(number)
        kept = ex.Product((MU, self._letter("v", number)))
        in_numbers = ex.Product((self._mu, self._before("v", number)))
        both = ex.Sum((kept, symbol)), ex.Sum((in_numbers, slope))
        yield self._carried("v", number, *both)
        new = ex.Product((ETA, self._new_letter("v", number)))
        yield self._new(number, (new, ex.Product((self.rate, self._after("v", number)))))

    def _adam(self, number: int) -> Iterator[Line]:
        symbol, slope = self.slope(number)
        squared = ex.Power(symbol, 2), ex.Power(slope, 2)
        means: list[tuple[Quantity, Symbol, float, tuple[Expression, Expression]]] = [
            ("m", BETAS[0], BETA1, (symbol, slope)),
            ("v", BETAS[1], BETA2, squared),
        ]
        for letter, beta, value, (in_symbols, in_numbers) in means:
            share = constant(value, shortest(value))
            rest, rest_in_numbers = ex.Difference(ONE, beta), ex.Difference(ONE, share)
            before = ex.Product((beta, self._letter(letter, number)))
            added = ex.Product((rest, in_symbols))
            before_in_numbers = ex.Product((share, self._before(letter, number)))
            added_in_numbers = ex.Product((rest_in_numbers, in_numbers))
            symbols = ex.Sum((before, added))
            yield self._carried(
                letter, number, symbols, ex.Sum((before_in_numbers, added_in_numbers))
            )
        found = {}
        for letter, beta, value, _ in means:
            line = found[letter] = self._corrected(letter, beta, value, number)
            yield line
        yield self._new(number, self._change(found["m"], found["v"]))

    def _corrected(self, letter: Quantity, beta: Symbol, value: float, number: int) -> Line:
        """m̂ or v̂: without the bias towards 0, with which the mean began."""
        t, quantity, mark = self.step.number, _HATS[letter], f"{letter}\u0302"
        share = constant(value, shortest(value))
        power, in_numbers = (beta, share) if t == 1 else (ex.Power(beta, t), ex.Power(share, t))
        below: Expression = ex.Difference(ONE, power)
        symbols = ex.Quotient(self._new_letter(letter, number), below)
        after = self._after(letter, number)
        numbers = ex.Quotient(after, ex.Difference(ONE, in_numbers))
        result = after.value / (1.0 - math.prod([value] * t))  # the product that Adam makes
        title = self._title(number)
        left = self._letter(mark, number)
        return self.values.line(quantity, title, left, symbols, numbers, result, keep=number)

    def _change(self, m_hat: Line, v_hat: Line) -> tuple[Expression, Expression]:
        """η·m̂/(√v̂ + ε), in symbols and in numbers."""
        assert m_hat.result is not None
        assert v_hat.result is not None
        m, v = (
            Number(line.value, line.result.exact, of=line.left)
            for line in (m_hat, v_hat)
            if line.result
        )
        epsilon = constant(EPSILON, shortest(EPSILON))
        below = ex.Sum((ex.Call("√", (v_hat.left,)), EPS))
        in_numbers = ex.Sum((ex.Call("√", (v,)), epsilon))
        return (
            ex.Quotient(ex.Product((ETA, m_hat.left)), below),
            ex.Quotient(ex.Product((self.rate, m)), in_numbers),
        )

    def _letter(self, letter: str, number: int) -> Expression:
        return ex.Call(letter, (self.values.parameter_name(number),))

    def _new_letter(self, letter: str, number: int) -> Expression:
        return ex.Call("new", (self._letter(letter, number),))

    def _before(self, letter: str, number: int) -> Number:
        value = float(self.step.state_before[letter][number])
        start = None if self.step.number > 1 else Fraction(0)
        exact = self.state.get((letter, number), start)
        return Number(value, exact, of=self._letter(letter, number))

    def _after(self, letter: Quantity, number: int) -> Number:
        value = float(self.step.state_after[letter][number])
        exact = self.values.exact.get((letter, number))
        return Number(value, exact, of=self._new_letter(letter, number))

    def _carried(
        self, letter: Quantity, number: int, symbols: Expression, numbers: Expression
    ) -> Line:
        """The new value of what the optimiser carries along."""
        left, value = self._new_letter(letter, number), float(self.step.state_after[letter][number])
        title = self._title(number)
        return self.values.line(letter, title, left, symbols, numbers, value, keep=number)
