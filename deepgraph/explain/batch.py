"""Several rows together: the mean or sum of their losses and gradients, and one step of descent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Number, Partial, Symbol
from deepgraph.explain.loss import LOSS
from deepgraph.explain.records import Line, Quantity, Step
from deepgraph.explain.values import Term, Values, join
from deepgraph.graph.exact import shortest
from deepgraph.words.messages import listed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    import numpy as np
    from numpy.typing import NDArray

    from deepgraph.evaluate.gradient import Gradient

SHOWN = 40
"""A network with more parameters than this shows only the first and last of them."""


@dataclass(frozen=True)
class RowResult:
    """The result of one row.

    Attributes:
        loss, exact_loss: as a double, and exactly where that is known.
        parameters: (parameters,) ∂loss/∂ each.
        exact: the same exactly, or `None`, by number of each parameter that the row reached.
    """

    loss: float
    exact_loss: Fraction | None
    parameters: NDArray[np.float64]
    exact: dict[int, Fraction | None]


@dataclass
class Batch:
    """All rows together.

    Attributes:
        values: of the first row, for the names and the parameters.
        gradient: of all rows.
        reduction: "mean" or "sum".
        rows: the result of each.
    """

    values: Values
    gradient: Gradient
    reduction: str
    rows: list[RowResult]

    def __post_init__(self) -> None:
        self.reached = sorted({number for row in self.rows for number in row.exact})
        self.exact = dict(self.rows[0].exact) if len(self.rows) == 1 else {}

    def steps(self) -> Iterator[Step]:
        """The loss and the gradient of every parameter, over the rows."""
        yield Step("loss", (self._over_rows("loss", "", LOSS, None),))
        lines = []
        for number in self._shown():
            name = self.values.network.parameters.name(number)
            left = Partial(LOSS, self.values.parameter_name(number))
            lines.append(self._over_rows("dparameter", name, left, number))
            self.exact[number] = self.values.exact["dparameter", number]
        yield Step("gradient", tuple(lines), self._left_out())

    def _over_rows(
        self, quantity: Quantity, name: str, left: ex.Expression, number: int | None
    ) -> Line:
        terms = []
        for position, row in enumerate(self.rows, 1):
            if number is None:
                value, exact = row.loss, row.exact_loss
            else:
                value, exact = float(row.parameters[number]), row.exact.get(number)
            symbol = Symbol(f"row {position}", "word")
            terms.append(Term(symbol, Number(value, exact), value, exact))
        whole = self.gradient.loss if number is None else float(self.gradient.parameters[number])
        symbols, forms = join(terms, self.reduction)
        return self.values.line(quantity, name, left, symbols, forms, whole, keep=number or 0)

    def update(self, learning_rate: float) -> Iterator[Step]:
        """One step of gradient descent: value − learning rate · gradient."""
        values, parameters = self.values, self.values.network.parameters
        stepped = self.gradient.step(learning_rate)
        eta = Symbol("η", "word")
        rate = Number(learning_rate, shortest(learning_rate))
        lines = [values.given("updated", "", eta, rate)]
        frozen = [number for number in self.reached if not parameters.trainable[number]]
        for number in self._shown():
            if number in frozen:
                continue
            name, old = values.parameter_name(number), values.parameter(number)
            slope = Number(float(self.gradient.parameters[number]), self.exact.get(number))
            symbols = ex.Difference(name, ex.Product((eta, Partial(LOSS, name))))
            numbers = ex.Difference(old, ex.Product((rate, slope)))
            title, new = parameters.name(number), ex.Call("new", (name,))
            value = float(stepped[number])
            lines.append(values.line("updated", title, new, symbols, numbers, value))
        notes = [self._left_out()]
        if frozen:
            names = [parameters.name(number) for number in frozen]
            notes.append(f"not trainable, and left as they are: {listed(names, spell=str)}")
        yield Step("", tuple(lines), "; ".join(filter(None, notes)))

    def _shown(self) -> list[int]:
        found = self.reached
        return found if len(found) <= SHOWN else [*found[: SHOWN // 2], *found[-5:]]

    def _left_out(self) -> str:
        count = len(self.reached) - len(self._shown())
        return f"{count:,} more parameters likewise" if count else ""
