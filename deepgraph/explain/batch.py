"""Several rows together: the mean or sum of their losses and gradients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deepgraph.explain.expressions import Number, Partial, Symbol
from deepgraph.explain.loss import LOSS
from deepgraph.explain.origins import of_row
from deepgraph.explain.records import Line, Quantity, Step
from deepgraph.explain.values import Term, Values, join

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    import numpy as np
    from numpy.typing import NDArray

    from deepgraph.evaluate.gradient import Gradient
    from deepgraph.explain import expressions as ex

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
        places: the number of each row in the table, from 1.
    """

    values: Values
    gradient: Gradient
    reduction: str
    rows: list[RowResult]
    places: Sequence[int]

    def __post_init__(self) -> None:
        self.reached = sorted({number for row in self.rows for number in row.exact})
        self.exact = dict(self.rows[0].exact) if len(self.rows) == 1 else {}

    def steps(self) -> Iterator[Step]:
        """The loss and the gradient of every parameter, over the rows."""
        how = f"the {self.reduction} of the rows"
        yield Step("loss", (self._over_rows("loss", "", LOSS, None),), how)
        lines = []
        for number in self.shown():
            name = self.values.network.parameters.name(number)
            left = Partial(LOSS, self.values.parameter_name(number))
            lines.append(self._over_rows("dparameter", name, left, number))
            self.exact[number] = self.values.exact["dparameter", number]
        yield Step("gradient", tuple(lines), "; ".join(filter(None, [how, self.left_out()])))

    def _over_rows(
        self, quantity: Quantity, name: str, left: ex.Expression, number: int | None
    ) -> Line:
        terms = []
        for place, row in zip(self.places, self.rows, strict=True):
            if number is None:
                value, exact = row.loss, row.exact_loss
            else:
                value, exact = float(row.parameters[number]), row.exact.get(number)
            symbol = Symbol(f"row {place}", "word")
            one = Number(value, exact, of=of_row(place, left))
            terms.append(Term(symbol, one, value, exact))
        whole = self.gradient.loss if number is None else float(self.gradient.parameters[number])
        symbols, forms = join(terms, self.reduction)
        return self.values.line(quantity, name, left, symbols, forms, whole, keep=number or 0)

    def slope(self, number: int) -> Number:
        """∂loss/∂parameter over the rows, after `steps` if there are several of them."""
        of = Partial(LOSS, self.values.parameter_name(number))
        return Number(float(self.gradient.parameters[number]), self.exact.get(number), of=of)

    def shown(self) -> list[int]:
        """The numbers of the parameters that have a line."""
        found = self.reached
        return found if len(found) <= SHOWN else [*found[: SHOWN // 2], *found[-5:]]

    def left_out(self) -> str:
        """How many parameters have none; empty if all have one."""
        count = len(self.reached) - len(self.shown())
        return f"{count:,} more parameters likewise" if count else ""
