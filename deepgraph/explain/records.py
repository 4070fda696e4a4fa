"""What `explain` tells: lines, gathered in steps, gathered in sections. The formats spell these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from fractions import Fraction

    from deepgraph.explain.expressions import Comparison, Expression, Number
    from deepgraph.explain.rounding import Sign

Quantity = Literal[
    "a",
    "z",
    "largest",
    "exp",
    "total",
    "stage",
    "group",
    "loss",
    "da",
    "slope",
    "dz",
    "local",
    "dweight",
    "dparameter",
    "updated",
]


@dataclass(frozen=True)
class Line:
    """One line of arithmetic: left = symbols = numbers = result.

    Attributes:
        quantity: what is computed: a node's "a" or "z"; of a softmax the "largest" z, "exp" and
            "total"; a "stage" of a layered network, a "group" in matrix form; the "loss"; "da",
            "slope" and "dz", which are ∂loss/∂a, ∂a/∂z and ∂loss/∂z; "local" ∂z/∂source or
            ∂z/∂weight of an aggregation that is no sum; "dweight" of one edge, "dparameter" of a
            parameter; its "updated" value.
        name: of the node or parameter; empty where there is none.
        left: its symbol.
        symbols: the arithmetic in names, or `None`.
        numbers: the same in numbers as they are printed, or `None` if there is nothing to compute.
        sign: "=", "≈" or "→" before the result; see `deepgraph.explain.rounding`.
        result: as it is printed; `None` for a vector, which is `vector`.
        value: of the evaluator, to its last bit; NaN for a vector.
        exact: the rational number, where it is known and was asked for.
        reasons: conditions under which the line holds.
        note: a remark.
        vector: the result of a line about several nodes.
    """

    quantity: Quantity
    name: str
    left: Expression
    symbols: Expression | None
    numbers: Expression | None
    sign: Sign
    result: Number | None
    value: float
    exact: Fraction | None = None
    reasons: tuple[Comparison, ...] = ()
    note: str = ""
    vector: Expression | None = None

    @property
    def segments(self) -> list[tuple[str, Expression]]:
        """What stands in a row, each with the sign before it: "" before the first."""
        parts: list[tuple[str, Expression]] = [("", self.left)]
        if self.symbols is not None:
            parts.append(("=", self.symbols))
        if self.numbers is not None:
            parts.append(("=", self.numbers))
        outcome = self.result if self.vector is None else self.vector
        if outcome is not None:
            parts.append((self.sign, outcome))
        return parts


@dataclass(frozen=True)
class Step:
    """The lines about one node, or about one thing.

    Attributes:
        title: a node as an expression, or words; empty for none.
        lines: in the order in which they are computed.
        note: what a reader should know beforehand, empty for nothing.
    """

    title: Expression | str
    lines: tuple[Line, ...]
    note: str = ""


@dataclass(frozen=True)
class Section:
    """Steps under a heading.

    Attributes:
        title: "Forward", "Stages", "Loss", "Backward", "Update".
        steps: what stands in it.
        row: of the table, from 1; `None` where there is only one, or for all rows together.
    """

    title: str
    steps: tuple[Step, ...]
    row: int | None = None
