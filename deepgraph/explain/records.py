"""The records of worked arithmetic: lines, in steps, in sections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from deepgraph.explain.rounding import put_in

if TYPE_CHECKING:
    from fractions import Fraction

    from deepgraph.explain.expressions import Comparison, Expression, Number, Symbol
    from deepgraph.explain.grid import Grid
    from deepgraph.explain.rounding import Sign

Quantity = Literal[
    "a", "z", "largest", "exp", "total", "stage", "group",
    "loss", "da", "slope", "dz", "local", "dweight", "dparameter", "updated",
    "path", "class", "derivation", "setting", "penalty", "objective", "dobjective", "m", "v",
    "m_hat", "v_hat", "error",
]  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line of arithmetic: left = symbols = numbers = result, with ≈ where it is rounded.

    Attributes:
        quantity: the kind of the result: "a" or "z" of a node; "largest" z, "exp" and "total" of
            a softmax; a "stage" of a layered network, a "group" in matrix form; the "loss"; "da",
            "slope" and "dz" for ∂loss/∂a, ∂a/∂z and ∂loss/∂z; "local" for ∂z/∂source and
            ∂z/∂weight of an aggregation other than the sum; "dweight" of one edge, "dparameter"
            of a parameter; the "updated" value of a parameter, and without a name the learning
            rate; another "setting" of a step; the "penalty" of weight decay, the "objective" and
            its derivative, "dobjective"; "m", "v", "m_hat" and "v_hat" of an optimiser, for each
            parameter; the "error" that a learning rule multiplies by; what a "path" carries to a
            node; the "class" of the one output, with its number as `value` and its name as
            `vector`; an equation of a "derivation", in letters.
        name: of the node or parameter; empty if there is none.
        left: the symbol of the result.
        symbols: the arithmetic in names, or `None`.
        numbers: the arithmetic in printed numbers; `None` if there is nothing to compute.
        sign: "=", "≈" or "→" before the result; see `deepgraph.explain.rounding`. The signs before
            the other parts are in `segments`.
        result: the printed result; `None` in a line about several nodes.
        value: the result of the evaluator, to its last bit; NaN for a vector.
        exact: the result as a rational number, where it is known and fractions were asked for.
        reasons: conditions under which the line holds.
        note: a remark.
        vector: the printed results of a line about several nodes.
        values: these results, to their last bit.
        same: the symbol of the one number that is the result, where there is nothing to compute.
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
    values: tuple[float, ...] = ()
    same: Expression | None = None

    @property
    def segments(self) -> list[tuple[str, Expression]]:
        """The parts of the line from left to right, each with the sign before it or ""."""
        parts: list[tuple[str, Expression]] = [("", self.left)]
        for part in (self.symbols, self.numbers):
            if part is not None:
                parts.append((put_in(part, parts[-1][1]), part))
        outcome = self.result if self.vector is None else self.vector
        if outcome is not None:
            parts.append((self.sign, outcome))
        return parts

    @property
    def sign_of_numbers(self) -> str | None:
        """The sign before the numbers; `None` if there are none."""
        signs = [sign for sign, part in self.segments if part is self.numbers]
        return signs[0] if self.numbers is not None else None


@dataclass(frozen=True)
class Step:
    """The lines about one node, or about one subject.

    Attributes:
        title: the symbol of the node, or words; may be empty.
        lines: in the order of computation.
        note: a remark to read first; may be empty.
        unsaid: lines that nobody needs to read, since nothing changes, and whose absence would tell
            the answer of an exercise.
    """

    title: Symbol | str
    lines: tuple[Line, ...]
    note: str = ""
    unsaid: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Section:
    """Steps under a heading.

    Attributes:
        title: "Forward", "Paths", "Stages", "Loss", "Backward", "All rows", "All rows of the
            step", "Weight decay", "Error", "Update", "Weights" or that of a derivation.
        steps: in order.
        row: the row that it is about, from 1; `None` if there is only one, or for all together.
        step: of a walk of several, from 1; `None` for all together, and without a walk.
        table: numbers in a table; `None` where there is none.
    """

    title: str
    steps: tuple[Step, ...]
    row: int | None = None
    step: int | None = None
    table: Grid | None = None
