"""The table of losses: every consumer reads its column from here.

    loss = Σ f(a, t) / divisor        over the nodes with a target t, a being the value of the node

A new loss is one row of `LOSSES`. Two rows are exceptions of structure: a loss that names the
`activations` of its nodes is computed from z, see `deepgraph.functions.cross_entropy`; one without
targets is the value of the output itself.

This module does not import numpy, because `--help` lists the names: arrays bring their operators
along, as in `abs(a - t)` or `(a - t).clip(-1, 1)`. A row is a `NamedTuple` for the same reason: the
class of a frozen dataclass takes five times as long to make, half a millisecond.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from deepgraph.words import elsewhere

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from deepgraph.functions.special import Array

    OfTarget = Callable[[Array, Array], Array]

Reduction = Literal["mean", "sum"]
"""The ways to join the losses of several rows."""
REDUCTIONS: tuple[Reduction, ...] = get_args(Reduction)
"""The first is the default."""

Range = tuple[float, float]
ANY: Range = (-math.inf, math.inf)


class Loss(NamedTuple):
    """One row of the table.

    `f(a, t)` and `derivative(a, t)` take float64 arrays of one shape and return a new one.

    Attributes:
        name: the name in a spec.
        note: the value, for readers, as a line of Markdown.
        formula: the part of one target node, in a and t, in the grammar that
            `deepgraph.explain.formula` reads; likewise `derivative_formula`, the derivative of the
            loss by a, which is still to be divided by the number of nodes if it is a `mean`.
        f: the part of one target node, before the division.
        derivative: the derivative of f by a.
        divisor: what the sum is divided by; if it is a `mean`, by the number of nodes, too.
        aliases: what other tools call it; taken by options and functions, but not legal in a spec.
        activations: the legal activations of target nodes, each with the range of its targets;
            empty if any is legal. A loss with such a list has no f: it is taken together with the
            activation.
        targets: the only legal targets; any number is legal if there are none.
        needs_targets: False for the value of an output, which has no smallest value to train to.
    """

    name: str
    note: str
    formula: str = ""
    derivative_formula: str = ""
    f: OfTarget | None = None
    derivative: OfTarget | None = None
    divisor: int = 1
    mean: bool = False
    aliases: tuple[str, ...] = ()
    activations: Mapping[str, Range] = {}
    targets: tuple[float, ...] = ()
    needs_targets: bool = True

    def divisor_for(self, nodes: int) -> int:
        """The divisor of the sum over this many target nodes."""
        return self.divisor * nodes if self.mean else self.divisor


def squared(a: Array, t: Array) -> Array:
    """(a − t)²."""
    error: Array = a - t
    return error * error


def squared_derivative(a: Array, t: Array) -> Array:
    """2(a − t)."""
    return 2.0 * (a - t)


def absolute(a: Array, t: Array) -> Array:
    """|a − t|."""
    distance: Array = abs(a - t)
    return distance


def absolute_derivative(a: Array, t: Array) -> Array:
    """The sign of a − t, and 0 where they are equal."""
    import numpy as np  # --help lists the names and computes nothing

    sign: Array = np.sign(a - t)
    return sign


def huber(a: Array, t: Array) -> Array:
    """(a − t)²/2 up to a distance of 1, and beyond it |a − t| − 1/2 (Huber 1964, with k = 1)."""
    distance = abs(a - t)
    inner = distance.clip(max=1.0)
    loss: Array = inner * (distance - inner / 2.0)
    return loss


def huber_derivative(a: Array, t: Array) -> Array:
    """The error a − t, cut off at −1 and 1."""
    error: Array = a - t
    return error.clip(-1.0, 1.0)


def hinge(a: Array, t: Array) -> Array:
    """max(0, 1 − t·a) (Cortes, Vapnik 1995)."""
    margin: Array = 1.0 - t * a
    return margin.clip(min=0.0)


def hinge_derivative(a: Array, t: Array) -> Array:
    """−t within the margin, where t·a < 1, and 0 beyond it and at its border."""
    import numpy as np  # --help lists the names and computes nothing

    margin = 1.0 - t * a
    return np.where(np.isnan(margin), margin, np.where(margin > 0, -t, 0.0))


_TABLE = (
    Loss(
        "squared_error",
        "Σ(a − t)²",
        formula="(a - t)²",
        derivative_formula="2·(a - t)",
        f=squared,
        derivative=squared_derivative,
        aliases=("sse", "l2"),
    ),
    Loss(
        "half_squared_error",
        "½·Σ(a − t)²",
        formula="(a - t)²",
        derivative_formula="a - t",
        f=squared,
        derivative=squared_derivative,
        divisor=2,
    ),
    Loss(
        "mean_squared_error",
        "Σ(a − t)², divided by the number of nodes",
        formula="(a - t)²",
        derivative_formula="2·(a - t)",
        f=squared,
        derivative=squared_derivative,
        mean=True,
        aliases=("mse",),
    ),
    Loss(
        "absolute_error",
        "Σ|a − t|; its derivative is the sign of a − t, and 0 where they are equal",
        formula="abs(a - t)",
        derivative_formula="-1 if a < t, 0 if a = t, 1 if a > t",
        f=absolute,
        derivative=absolute_derivative,
        aliases=("sae", "l1"),
    ),
    Loss(
        "mean_absolute_error",
        "Σ|a − t|, divided by the number of nodes",
        formula="abs(a - t)",
        derivative_formula="-1 if a < t, 0 if a = t, 1 if a > t",
        f=absolute,
        derivative=absolute_derivative,
        mean=True,
        aliases=("mae",),
    ),
    Loss(
        "huber",
        "Σ of (a − t)²/2 where |a − t| ≤ 1, and of |a − t| − ½ elsewhere",
        formula="(a - t)²/2 if -1 ≤ a - t ≤ 1 else abs(a - t) - 1/2",
        derivative_formula="-1 if a - t < -1, a - t if -1 ≤ a - t ≤ 1, 1 if a - t > 1",
        f=huber,
        derivative=huber_derivative,
        aliases=("huber_loss", "smooth_l1"),
    ),
    Loss(
        "hinge",
        "Σ max(0, 1 − t·a), for targets −1 and 1; its derivative is 0 from t·a = 1 on",
        formula="max(0, 1 - t·a)",
        derivative_formula="-t if t·a < 1 else 0",
        f=hinge,
        derivative=hinge_derivative,
        targets=(-1.0, 1.0),
        aliases=("hinge_loss", "svm"),
    ),
    Loss(
        "cross_entropy",
        "with softmax nodes −Σ t·ln a; with sigmoid nodes −Σ (t·ln a + (1 − t)·ln(1 − a))",
        aliases=("bce", "ce", "nll", "log_loss"),
        activations={"softmax": ANY, "sigmoid": (0.0, 1.0)},
    ),
    Loss(
        "output",
        "the one output itself, without targets: for plain derivatives",
        needs_targets=False,
    ),
)

LOSSES: dict[str, Loss] = {row.name: row for row in _TABLE}
"""Every loss by its name, in the order in which they are listed to a user."""

ALIASES: dict[str, str] = {
    elsewhere.bare(alias): row.name for row in _TABLE for alias in row.aliases
}
"""The names of losses by their aliases, in the `bare` letters of these."""
ELSEWHERE: dict[str, str] = elsewhere.LOSSES | ALIASES
"""The name of a loss by what other tools call it, in the `bare` letters of that."""

DEFAULT_LOSS = "half_squared_error"
CLASSES_LOSS = "cross_entropy"
"""The loss that training takes for classes, if the activations of the outputs allow it."""
OUTPUT_LOSS = "output"
"""The loss without targets."""


def by_alias(name: str) -> str:
    """The name of a loss that is called by an alias; any other name as it is.

    >>> by_alias("MSE"), by_alias("huber"), by_alias("none")
    ('mean_squared_error', 'huber', 'none')
    """
    return ALIASES.get(elsewhere.bare(name), name)
