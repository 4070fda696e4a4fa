"""The table of aggregations: how a node joins its terms, each weight · source value, to z.

A new aggregation is one row of `AGGREGATIONS`, and a loop in `deepgraph.engines.kernel`.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from deepgraph.functions.ordered_sums import all_but_one

if TYPE_CHECKING:
    from collections.abc import Callable

    from deepgraph.functions.special import Array


@dataclass(frozen=True, eq=False)
class Aggregation:
    """One row of the table.

    Attributes:
        name: the name in a spec; in arithmetic without a symbol also that of the function.
        symbol: what stands between two terms, "" where they are arguments of a function.
        join: joins one more term, in arrays.
        join_exactly: the same for two fractions.
        kernel: the number in `deepgraph.engines.kernel`.
        divides: True if the joined terms are divided by their number at the end.
        extreme: 1 if z is the largest term, -1 if it is the smallest, else 0.
        derivative: `derivative(terms, z, dz)` is the derivative of a loss by each term, of the
            shape of `terms`, (terms, …), from its derivative dz by z, (…); `None` where that is
            dz itself.
    """

    name: str
    symbol: Literal["+", "·", ""]
    join: np.ufunc
    join_exactly: Callable[[Any, Any], Any]
    kernel: int
    divides: bool = False
    extreme: Literal[-1, 0, 1] = 0
    derivative: Callable[[Array, Array, Array], Array] | None = None

    @property
    def adds(self) -> bool:
        """True for a sum, divided at the end or not: z is linear in all sources at once."""
        return self.symbol == "+"


def _to_first_extreme(terms: Array, z: Array, dz: Array) -> Array:
    """All goes to the first of the terms that equal z; a NaN among the terms reaches all."""
    first = np.argmax(terms == z, axis=0)
    position = np.arange(len(terms)).reshape(-1, *[1] * z.ndim)
    return np.where((position == first) | np.isnan(z), dz, 0.0)


SUM = "sum"
"""The aggregation of a node for which a spec names none."""

_TABLE = (
    Aggregation(SUM, "+", np.add, operator.add, kernel=0),
    Aggregation(
        "product",
        "·",
        np.multiply,
        operator.mul,
        kernel=1,
        derivative=lambda terms, z, dz: dz * all_but_one(np.multiply, terms),
    ),
    Aggregation(
        "mean",
        "+",
        np.add,
        operator.add,
        kernel=2,
        divides=True,
        derivative=lambda terms, z, dz: np.broadcast_to(dz / len(terms), terms.shape),
    ),
    Aggregation("max", "", np.maximum, max, 3, extreme=1, derivative=_to_first_extreme),
    Aggregation("min", "", np.minimum, min, 4, extreme=-1, derivative=_to_first_extreme),
)

AGGREGATIONS: dict[str, Aggregation] = {row.name: row for row in _TABLE}
"""Every aggregation by its name, the default first."""
