"""A step of gradient descent in lines: weight decay, and the new value of each parameter.

With weight decay the objective takes the place of the loss: loss + λ/2·Σw², a sum over the weights
that are trained and no biases. `new_values` has the lines of each optimiser.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.evaluate.optimisers import (
    StepSettings,
    TakenStep,
    stepper,
    weight_parameters,
)
from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Expression, Form, Number, Partial, Symbol
from deepgraph.explain.loss import LOSS
from deepgraph.explain.new_values import NewValues
from deepgraph.explain.records import Line, Section, Step
from deepgraph.explain.values import Term, join
from deepgraph.words.messages import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from numpy.typing import NDArray

    from deepgraph.explain.batch import Batch
    from deepgraph.graph.graph import Graph

    Array = NDArray[np.float64]

OBJECTIVE = Symbol("objective", "word")
LAMBDA = Symbol("λ", "word")
SAME = 1e-9
"""Derivatives that differ by less than this share of the largest differ by rounding alone."""


@dataclass
class Memory:
    """The real values that one step of a walk leaves for the next one, as far as they are known.

    Attributes:
        parameters: (parameters,) the values; `None` before the first step.
        state: by letter and parameter what the optimiser carries along; 0 before the first step.
    """

    parameters: list[Fraction | None] | None = None
    state: dict[tuple[str, int], Fraction | None] = field(default_factory=dict)


def first_step(
    network: Graph, gradient: Array, settings: StepSettings, trained: NDArray[np.bool]
) -> TakenStep:
    """The first step of an optimiser, which carries nothing along so far.

    Args:
        network: before the step.
        gradient: (parameters,) of the loss.
        settings: of the step.
        trained: (parameters,) those that change.
    """
    values = network.parameters.values.copy()
    theta, g = values[trained], gradient[trained]
    if settings.weight_decay:
        g = g + theta * weight_parameters(network)[trained] * settings.weight_decay
    with np.errstate(all="ignore"):
        mover = stepper(settings, theta, g)
        mover.step()
    values[trained] = theta
    whole = np.zeros(len(values))
    whole[trained] = g
    nothing = {letter: np.zeros(len(values)) for letter in mover.state}
    after = {letter: part.copy() for letter, part in nothing.items()}
    for letter, part in mover.state.items():
        after[letter][trained] = part
    return TakenStep(1, 1, (), network.parameters.values, values, whole, nothing, after)


class Update:
    """The lines of one step.

    Args:
        joint: the rows of the step, their lines being made.
        settings: how a step is made of the gradient.
        trained: (parameters,) those that it changes.
        memory: what earlier steps have left; this one adds to it.
        taken: the step, if it was taken elsewhere.
    """

    def __init__(
        self,
        joint: Batch,
        settings: StepSettings,
        trained: NDArray[np.bool],
        memory: Memory,
        taken: TakenStep | None = None,
    ) -> None:
        self.joint, self.settings, self.memory = joint, settings, memory
        self.values, self.network = joint.values, joint.values.network
        self.trained = trained
        gradient = joint.gradient.parameters
        self.step = taken or first_step(self.network, gradient, settings, trained)
        # Weight decay alone asks for the objective, and for no step.
        alone = settings.weight_decay and settings == StepSettings(
            weight_decay=settings.weight_decay
        )
        self.wanted = taken is not None or not alone
        decays = bool(settings.weight_decay)
        self.decayed = trained & weight_parameters(self.network) & decays

    def sections(self) -> Iterator[Section]:
        """The penalty of weight decay, if there is one, and the step."""
        if self.settings.weight_decay:
            yield Section("Weight decay", tuple(self._decay()))
        if self.wanted:
            yield Section("Update", tuple(self._steps()))
            self._remember()

    @cached_property
    def _learning(self) -> list[int]:
        """The parameters that have lines here: those of the gradient that are trained."""
        return [number for number in self.joint.shown() if self.trained[number]]

    # --- weight decay --------------------------------------------------------------------

    def _decay(self) -> Iterator[Step]:
        """λ/2·Σw², the objective, and its derivative by each weight."""
        values = self.values
        rate = Number(self.settings.weight_decay, self.settings.exactly("weight_decay"), of=LAMBDA)
        yield Step("", (values.given("setting", "", LAMBDA, rate), *self._objective(rate)))
        lines = [self._by_weight(number, rate) for number in self._learning if self.decayed[number]]
        yield Step("", tuple(lines), self._without_penalty())

    def _objective(self, rate: Number) -> Iterator[Line]:
        values, joint = self.values, self.joint
        terms = []
        for number in np.flatnonzero(self.decayed).tolist():
            w = values.parameter(number)
            exact = None if w.exact is None else w.exact**2
            name = values.parameter_name(number)
            terms.append(Term(ex.Power(name, 2), ex.Power(w, 2), w.value**2, exact))
        total = sum(term.value for term in terms) * rate.value / 2
        symbols: Expression = ex.literal(0)
        forms: list[Form] = [(symbols, ())]
        if terms:
            symbols, found = join(terms)
            half: Expression = ex.Quotient(rate, ex.literal(2))
            symbols = ex.Product((ex.Quotient(LAMBDA, ex.literal(2)), symbols))
            forms = [(ex.Product((half, form)), why) for form, why in found]
        penalty = Symbol("penalty", "word")
        line = values.line("penalty", "", penalty, symbols, forms, total, keep=0)
        yield line
        alone = joint.rows[0].exact_loss if len(joint.rows) == 1 else values.exact["loss", 0]
        loss = Number(joint.gradient.loss, alone, of=LOSS)
        added = Number(total, values.exact["penalty", 0], of=penalty)
        numbers, value = ex.Sum((loss, added)), joint.gradient.loss + total
        yield values.line("objective", "", OBJECTIVE, ex.Sum((LOSS, penalty)), numbers, value)

    def _by_weight(self, number: int, rate: Number) -> Line:
        values, w = self.values, self.values.parameter(number)
        name, slope = values.parameter_name(number), self.joint.slope(number)
        symbols = ex.Sum((Partial(LOSS, name), ex.Product((LAMBDA, name))))
        numbers = ex.Sum((slope, ex.Product((rate, w))))
        value, title = slope.value + rate.value * w.value, self._title(number)
        left = Partial(OBJECTIVE, name)
        return values.line("dobjective", title, left, symbols, numbers, value, keep=number)

    def _without_penalty(self) -> str:
        """The parameters that are trained and have no penalty, in words."""
        names = [self._title(n) for n in self._learning if not self.decayed[n]]
        if not names:
            return ""
        what = "biases have" if len(names) > 1 else "a bias has"
        return f"{what} no penalty: {listed(names, spell=str)}"

    # --- the step ------------------------------------------------------------------------

    def _steps(self) -> Iterator[Step]:
        """The settings, and the new value of each parameter."""
        new = NewValues(self.values, self.settings, self.step, self.memory.state, self._slope)
        lines, groups = list(new.given()), [tuple(new.of(number)) for number in self._learning]
        if all(len(group) == 1 for group in groups):
            yield Step("", (*lines, *(line for group in groups for line in group)), self._remark())
            return
        yield Step("", tuple(lines), self._remark())
        for group in groups:
            yield Step("", group)

    def _remark(self) -> str:
        """What has no line here: parameters that are left out, and those that are frozen."""
        network, notes = self.network, [self.joint.left_out()]
        frozen = [n for n in self.joint.reached if not network.parameters.trainable[n]]
        if frozen:
            names = [self._title(number) for number in frozen]
            notes.append(f"not trainable, and left as they are: {listed(names, spell=str)}")
        if self._other_side:
            names = [self._title(number) for number in sorted(self._other_side)]
            notes.append(
                "at a kink, where rounding decides, training was on the other side of it, so that "
                f"the derivative by {listed(names, spell=str)} is another one"
            )
        return "; ".join(filter(None, notes))

    def _title(self, number: int) -> str:
        return self.network.parameters.name(number)

    def _slope(self, number: int) -> tuple[Expression, Number]:
        """∂loss/∂w, or ∂objective/∂w with weight decay."""
        name, slope = self.values.parameter_name(number), self.joint.slope(number)
        symbol: Expression = Partial(LOSS, name)
        if self.decayed[number]:
            value = slope.value + self.settings.weight_decay * self.values.parameter(number).value
            symbol = Partial(OBJECTIVE, name)
            slope = Number(value, self.values.exact.get(("dobjective", number)), of=symbol)
        taken = float(self.step.gradient[number])
        return symbol, Number(taken, of=symbol) if number in self._other_side else slope

    @cached_property
    def _other_side(self) -> frozenset[int]:
        """The parameters whose derivative was another one when the step was taken.

        Training adds up in another order. A z that is 0 but for rounding may then lie on the other
        side of a kink, where the slope is another.
        """
        expected = self.joint.gradient.parameters.copy()
        expected[self.decayed] += self.settings.weight_decay * self._old[self.decayed]
        with np.errstate(invalid="ignore"):  # two infinities are alike
            away = np.abs(expected - self.step.gradient)
        far = self.trained & (away > SAME * np.abs(expected[self.trained]).max(initial=0.0))
        return frozenset(np.flatnonzero(far).tolist())

    @property
    def _old(self) -> Array:
        return self.network.parameters.values

    def _remember(self) -> None:
        """Leave the real values to the next step; those without a line are not known any more."""
        values, memory = self.values, self.memory
        known: Sequence[Fraction | None] = values.parameters
        memory.parameters = [
            values.exact.get(("updated", number)) if self.trained[number] else known[number]
            for number in range(len(known))
        ]
        memory.state = {
            (letter, number): values.exact.get((letter, number))  # type: ignore[arg-type]
            for letter in self.step.state_after
            for number in self._learning
        }
