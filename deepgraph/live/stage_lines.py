"""The lines of stages, layers and matrices without their numbers, which the page puts in.

What such a line says depends on the network alone; only its numbers change while a reader moves
them. So `deepgraph.explain.stages` writes the lines once, with numbers that say where they come
from, and the scripts fill them in: `js/words/stages.js`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.evaluate.reference import Trace
from deepgraph.explain import expressions as ex
from deepgraph.explain import stages
from deepgraph.explain.expressions import Number
from deepgraph.explain.records import Line
from deepgraph.explain.rounding import Printer
from deepgraph.explain.values import Values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepgraph.explain.expressions import Expression
    from deepgraph.explain.records import Quantity, Step
    from deepgraph.graph.graph import Graph


def stage_steps(network: Graph) -> list[dict[str, Any]]:
    """The steps behind the forward pass: {title, lines}, in the order of `explain`.

    A line is {quantity, left, symbols, note} with the trees of `js/words/tree.js`, and either
    numbers, a tree or null, and value, the number that it gives, with boxed true for a vector of
    this one number; or vector, the numbers of several nodes, with upright. A number is [quantity,
    its number]: "a" and "z" of a node, "p" for a parameter.
    """
    return [_step(step) for step in stages.steps(places(network), range(len(network.ids)))]


def places(network: Graph) -> Values:
    """Values that make lines without computing: a number says by its text where it comes from."""
    nodes = np.arange(len(network.ids), dtype=np.float64)[:, np.newaxis]
    return _Places(Trace(network, nodes, nodes), Printer())


class _Places(Values):
    """See `places`."""

    def a(self, node: int) -> Number:
        return _place("a", node)

    def z(self, node: int) -> Number:
        return _place("z", node)

    def parameter(self, number: int) -> Number:
        return _place("p", number)

    def line(
        self,
        quantity: Quantity,
        name: str,
        left: Expression,
        symbols: Any,
        forms: Any,
        value: float,
        note: str = "",
        keep: int | None = None,
    ) -> Line:
        del keep
        result = _place("z", int(value))  # stages compute no other number
        return Line(quantity, name, left, symbols, forms, "=", result, value, note=note)

    def given(self, quantity: Quantity, name: str, left: Expression, number: Number) -> Line:
        return Line(quantity, name, left, None, None, "=", number, number.value)

    def vector_line(
        self,
        left: Expression,
        symbols: Expression | None,
        numbers: Sequence[Number],
        note: str = "",
        *,
        upright: bool = False,
    ) -> Line:
        shown = ex.Vector(tuple(numbers), upright)
        return Line("stage", "", left, symbols, None, "=", None, 0.0, note=note, vector=shown)


def _place(quantity: str, number: int) -> Number:
    return Number(float(number), text=f"{quantity} {number}")


def _step(step: Step) -> dict[str, Any]:
    return {"title": step.title, "lines": [_line(line) for line in step.lines]}


def _line(line: Line) -> dict[str, Any]:
    found = {
        "quantity": line.quantity,
        "left": tree(line.left),
        "symbols": None if line.symbols is None else tree(line.symbols),
        "note": line.note,
    }
    if line.result is None:
        assert isinstance(line.vector, ex.Vector)
        places = [_where(entry) for entry in line.vector.entries]
        return found | {"vector": places, "upright": line.vector.upright}
    numbers = None if line.numbers is None else tree(line.numbers)
    boxed = line.vector is not None
    return found | {"numbers": numbers, "value": _where(line.result), "boxed": boxed}


def _where(number: Expression) -> list[Any]:
    assert isinstance(number, Number)
    quantity, place = number.text.split()
    return [quantity, int(place)]


def tree(expression: Expression) -> dict[str, Any]:  # noqa: PLR0911, PLR0912 (a case for each kind)
    """An expression as the scripts have it; see `js/words/tree.js`."""

    def parts(kind: str, *expressions: Expression, **more: Any) -> dict[str, Any]:
        return {"k": kind, "parts": [tree(part) for part in expressions], **more}

    match expression:
        case Number(value, exact, text, literal=True):
            return {"k": "n", "value": value, "exact": str(exact), "text": text, "literal": True}
        case Number():
            return {"k": "place", "at": _where(expression)}
        case ex.Symbol(name, kind):
            return {"k": kind, "name": name}
        case ex.Edge(source, target):
            return {"k": "edge", "source": source, "target": target}
        case ex.Call(function, arguments):
            return parts("call", *arguments, name=function)
        case ex.Sum(terms):
            return parts("+", *terms)
        case ex.Difference(left, right):
            return parts("-", left, right)
        case ex.Product(factors):
            return parts("·", *factors)
        case ex.Quotient(top, bottom):
            return parts("/", top, bottom)
        case ex.Negative(inner):
            return parts("neg", inner)
        case ex.Vector(entries, upright):
            return parts("vector", *entries, upright=upright)
        case ex.Matrix(rows):
            return parts("matrix", *(ex.Vector(row) for row in rows))
        case ex.Dot(row, column):
            return parts("dot", row, column)
        case ex.Middle(count, what):
            return {"k": "…", "count": count, "what": what, "parts": []}
    raise ValueError(expression)
