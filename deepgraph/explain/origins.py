"""Where a number in a line comes from: the line that has it as its result.

A number knows the symbol that it stands for. What the symbol means depends on the section: h₁ is
that of the same row and step, w₅ is what the step before has made of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph.explain import expressions as ex

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deepgraph.explain.expressions import Expression

Scope = tuple[int | None, int | None]
"""The step and the row of a section, each `None` where there is only one, or for all together."""


def of_row(place: int, symbol: Expression) -> Expression:
    """The symbol for a value of one row, from 1, in a line about several of them."""
    return ex.Call("row", (ex.Symbol(str(place), "word"), symbol))


class Origins:
    """The results of lines, by symbol.

    Args:
        results: the left side of every line, with the scope of its section.
    """

    def __init__(self, results: Iterable[tuple[Scope, Expression]]) -> None:
        self._there = set(results)
        self._scopes: dict[tuple[int | None, Expression], list[Scope]] = {}
        self._renewed: dict[Expression, list[Scope]] = {}
        for scope, symbol in sorted(self._there, key=lambda one: (one[0][0] or 0, one[0][1] or 0)):
            self._scopes.setdefault((scope[0], symbol), []).append(scope)
            if isinstance(symbol, ex.Call) and symbol.function == "new":
                self._renewed.setdefault(symbol.arguments[0], []).append(scope)

    def of(self, scope: Scope, symbol: Expression) -> tuple[Scope, Expression] | None:
        """The line that a symbol in a section stands for; `None` for what no line has made."""
        step, _ = scope
        match symbol:
            case ex.Call("row", (ex.Symbol(number, "word"), inner)):
                scope, symbol = (step, int(number)), inner
        for place in (scope, (step, None), (None, None)):
            if (place, symbol) in self._there:
                return place, symbol
        only = self._scopes.get((step, symbol), [])
        if len(only) == 1:  # a step that was made of one row
            return only[0], symbol
        earlier = [one for one in self._renewed.get(symbol, []) if (one[0] or 0) < (step or 0)]
        return (earlier[-1], ex.Call("new", (symbol,))) if earlier else None
