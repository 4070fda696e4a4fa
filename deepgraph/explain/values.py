"""The values of one row, the names for them, and the lines that are made of both."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Comparison, Expression, Form, Number, Symbol
from deepgraph.explain.number_texts import is_short
from deepgraph.explain.records import Line, Quantity
from deepgraph.explain.rounding import stated
from deepgraph.explain.wording import say
from deepgraph.functions.aggregations import AGGREGATIONS
from deepgraph.graph.exact import digits, exact_constants, exact_parameters
from deepgraph.graph.kinds import BIAS
from deepgraph.spec.literals import LONGEST
from deepgraph.words.notation import runs, unicode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from deepgraph.evaluate.reference import Trace
    from deepgraph.explain.rounding import Printed, Printer, Sign
    from deepgraph.functions.aggregations import Aggregation

MOST = 12
"""A sum of more terms shows only its first and last ones."""
FIRST, LAST = 3, 2
UNNAMED = Symbol("", "word")
"""The symbol of a term that is left out."""


@dataclass(frozen=True)
class Term:
    """A term of an aggregation: in symbols, in numbers, its value, and exactly if known.

    `reasons` say why a piece of a formula holds, for a loss that is defined in pieces.
    """

    symbols: Expression
    numbers: Expression
    value: float
    exact: Fraction | None = None
    reasons: tuple[Comparison, ...] = ()


def weighted(factors: Sequence[tuple[Expression, Number]]) -> Term:
    """The product of factors as a term; of none it is 1."""
    if not factors:
        return Term(ex.literal(1), ex.literal(1), 1.0, Fraction(1))
    value = factors[0][1].value
    for _, number in factors[1:]:
        value *= number.value
    exact = _exact_product([number for _, number in factors])
    symbols = ex.product([symbol for symbol, _ in factors])
    return Term(symbols, ex.product([number for _, number in factors]), value, exact)


def _exact_product(numbers: Sequence[Number]) -> Fraction | None:
    """The exact product, if it is known: 0 as soon as one factor is 0, and no other is infinite."""
    known = [number.exact for number in numbers if number.exact is not None]
    if 0 in known and all(math.isfinite(number.value) for number in numbers):
        return Fraction(0)
    return math.prod(known, start=Fraction(1)) if len(known) == len(numbers) else None


def join(terms: Sequence[Term], aggregation: str = "sum") -> tuple[Expression, list[Form]]:
    """Join terms, in symbols and in numbers.

    The middle of many is one term of its own; a second form has all of their numbers.
    """
    row = AGGREGATIONS[aggregation]
    symbols = [term.symbols for term in terms]
    numbers = [term.numbers for term in terms]
    reasons = tuple(reason for term in terms for reason in term.reasons)
    whole: Form = (_joined(numbers, row, len(terms)), reasons)
    if len(terms) <= MOST:
        return _joined(symbols, row, len(terms)), [whole]
    inner = terms[FIRST:-LAST]
    value, exact = _fold(inner, row)
    what = "factors" if row.symbol == "·" else "terms"
    symbols[FIRST:-LAST] = [ex.Middle(len(inner), what)]
    numbers[FIRST:-LAST] = [ex.Middle(len(inner), what, Number(value, exact))]
    short: Form = (_joined(numbers, row, len(terms)), ())
    return _joined(symbols, row, len(terms)), [short, whole]


def _fold(terms: Sequence[Term], row: Aggregation) -> tuple[float, Fraction | None]:
    value, exact = np.float64(terms[0].value), terms[0].exact
    with np.errstate(all="ignore"):
        for term in terms[1:]:
            value = np.float64(row.join(value, term.value))
            known = exact is not None and term.exact is not None
            exact = row.join_exactly(exact, term.exact) if known else None
            if exact is not None and digits(exact) > LONGEST:
                exact = None  # long sums of long fractions take ages
    return float(value), exact


def _joined(parts: list[Expression], row: Aggregation, count: int) -> Expression:
    if len(parts) == 1:
        return parts[0]
    if not row.symbol:
        return ex.Call(row.name, tuple(parts))
    whole = ex.total(parts) if row.adds else ex.product(parts)
    return ex.Quotient(whole, ex.literal(count)) if row.divides else whole


def shown_as(name: str) -> str:
    """A name as it is set, by which h1, h_1 and h₁ are one."""
    return unicode(runs(name))


@dataclass
class Values:
    """The numbers of one row, and the names for them.

    Attributes:
        trace: the forward pass of the row alone.
        printer: prints the numbers of lines.
        inputs: the exact inputs by id, where they are finite.
        carried: (parameters,) their exact values, where an earlier step has made them; `None` for
            one that is not known, and for all of them if they are those of the network.
        exact: real values by quantity and by number of node, edge or parameter; `None` where one
            is not rational, or not known. The lines fill it as they are made.
    """

    trace: Trace
    printer: Printer
    inputs: dict[str, Fraction] = field(default_factory=dict)
    carried: Sequence[Fraction | None] | None = None
    exact: dict[tuple[Quantity, int], Fraction | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.network = self.trace.network
        for node in self.network.inputs.tolist():
            kind: Quantity = "z" if self.network.has_z(node) else "a"
            self.exact[kind, node] = self.inputs.get(self.network.ids[node])
        constants = exact_constants(self.network)
        for node in np.flatnonzero(self.network.kind == BIAS).tolist():
            number = int(self.network.node_parameter[node])
            self.exact["a", node] = constants[node] if number < 0 else self.parameters[number]

    @cached_property
    def parameters(self) -> Sequence[Fraction | None]:
        """(parameters,) the exact values, as far as they are known."""
        return exact_parameters(self.network) if self.carried is None else self.carried

    # --- names -----------------------------------------------------------------------------------

    @cached_property
    def names(self) -> list[str]:
        """(nodes,) names to print: the label, or the id where the label is a number or shared."""
        network = self.network
        shown = [network.label(node) for node in range(len(network.ids))]
        others = [*network.parameters.names, *network.parameters.groups, *network.stages]
        often = Counter(map(shown_as, [*shown, *(network.ids[n] for n in network.labels)]))
        if network.labels:  # a node without one keeps its id, whatever else is called like it
            often.update(map(shown_as, others))
        return [
            name
            if node not in network.labels
            or (often[shown_as(name)] == 1 and not re.fullmatch(r"[\d.,\s−-]*", name))
            else network.ids[node]
            for node, name in enumerate(shown)
        ]

    @cached_property
    def _alike(self) -> Counter[str]:
        """How many nodes have names that are set alike, as h1 and h_1 are."""
        return Counter(map(shown_as, self.names))

    def name(self, node: int) -> Symbol:
        """The symbol for the value of a node."""
        return self._symbol(self.names[node], among=1)

    def _symbol(self, name: str, among: int = 0) -> Symbol:
        """A name set as notation, or as it stands if more than so many nodes are shown so."""
        return Symbol(name, "name" if self._alike[shown_as(name)] <= among else "verbatim")

    def is_a_node(self, name: str) -> bool:
        """Check whether a node is called like a parameter, a group or a stage, as it is set."""
        return self._alike[shown_as(name)] > 0

    def stage_name(self, name: str) -> Symbol:
        """The symbol for a stage."""
        return self._symbol(name)

    def plain(self, node: int) -> bool:
        """True for a node whose a and z are one number: an input, a bias, an identity."""
        return not self.network.has_z(node) or self.network.activation(node).is_identity

    def z_name(self, node: int) -> Expression:
        """The symbol for z of a node; the symbol for a where the two are one number."""
        return self.name(node) if self.plain(node) else ex.Call("z", (self.name(node),))

    def parameter_name(self, number: int) -> Expression:
        """The symbol for a parameter."""
        key = self.network.parameters.key(number)
        if not isinstance(key, str):
            return ex.Edge(*key)
        own = self.network.index.get(key)
        bias = own is not None and self.network.node_parameter[own] == number
        return ex.Call("w", (Symbol(key),)) if self.is_a_node(key) and not bias else Symbol(key)

    def edge_ends(self, edge: int) -> ex.Edge:
        """The name of an edge by its ends."""
        ids = self.network.ids
        return ex.Edge(ids[self.network.source[edge]], ids[self.network.target[edge]])

    # --- numbers ---------------------------------------------------------------------------------

    def a(self, node: int) -> Number:
        """The value of a node."""
        return replace(self._bare(node), of=self.name(node))

    def _bare(self, node: int) -> Number:
        return Number(float(self.trace.a[node, 0]), self.exact.get(("a", node)))

    def z(self, node: int) -> Number:
        """The z of a node."""
        kind: Quantity = "a" if self.plain(node) else "z"
        exact = self.exact.get((kind, node))
        return Number(float(self.trace.z[node, 0]), exact, of=self.z_name(node))

    def parameter(self, number: int) -> Number:
        """The value of a parameter."""
        return replace(self._bare_parameter(number), of=self.parameter_name(number))

    def _bare_parameter(self, number: int) -> Number:
        return Number(float(self.network.parameters.values[number]), self.parameters[number])

    def weight(self, edge: int) -> tuple[Expression, Number] | None:
        """Symbol and value of the weight of an edge; `None` for a wire."""
        number = int(self.network.edge_parameter[edge])
        return None if number < 0 else (self.parameter_name(number), self.parameter(number))

    def factors(self, edge: int) -> list[tuple[Expression, Number]]:
        """The factors of the term of an edge: its weight, if it has one, and its source's value."""
        source, weight = int(self.network.source[edge]), self.weight(edge)
        value = (self.name(source), self.a(source))
        return [value] if weight is None else [weight, value]

    def terms(self, edges: Sequence[int]) -> list[Term]:
        """The terms of edges that are joined; those in the middle of many have no symbols.

        Nobody reads the names of terms that a line leaves out, and making them takes most of the
        time in a network of a million edges.
        """
        if len(edges) <= MOST:
            return [weighted(self.factors(edge)) for edge in edges]
        inner = [self._unnamed(edge) for edge in edges[FIRST:-LAST]]
        outer = [weighted(self.factors(edge)) for edge in (*edges[:FIRST], *edges[-LAST:])]
        return [*outer[:FIRST], *inner, *outer[FIRST:]]

    def _unnamed(self, edge: int) -> Term:
        source, number = int(self.network.source[edge]), int(self.network.edge_parameter[edge])
        value = self._bare(source)
        factors = [value] if number < 0 else [self._bare_parameter(number), value]
        return weighted([(UNNAMED, factor) for factor in factors])

    # --- lines -----------------------------------------------------------------------------------

    def line(
        self,
        quantity: Quantity,
        name: str,
        left: Expression,
        symbols: Expression | Callable[[Expression], Expression] | None,
        forms: Expression | list[Form],
        value: float,
        note: str = "",
        keep: int | None = None,
    ) -> Line:
        """A computed line; see `Line` for its parts.

        Of several `forms` of the arithmetic in numbers, the first that agrees is taken, and a
        function for `symbols` makes the symbols from this form. `keep` is the number under which
        `exact` keeps the result.
        """
        given: Sequence[Form] = forms if isinstance(forms, list) else [(forms, ())]
        form, printed = self._best(given, value)
        symbols = symbols(form) if callable(symbols) else symbols
        if symbols == left or (symbols is not None and not ex.has_names(symbols)):
            symbols = None
        numbers: Expression | None = printed.numbers
        sign, result = printed.sign, printed.result
        same: Expression | None = None
        if isinstance(numbers, Number) and not (numbers.literal and numbers.text != result.text):
            # There is nothing to compute: the number is the result.
            same = numbers.of
            numbers, sign = None, sign if sign == "→" else stated(result)
        cause = say("in decimals", printed.cause) if printed.cause else ""
        if keep is not None:
            self.exact[quantity, keep] = result.exact
        note = "; ".join(filter(None, [note, printed.note, cause]))
        reasons = tuple(map(_saying_more, printed.reasons))
        exact = self.shown_exactly(result)
        return Line(
            quantity, name, left, symbols, numbers, sign, result, value, exact, reasons, note,
            same=same,
        )  # fmt: skip

    def shown_exactly(self, result: Number) -> Fraction | None:
        """The real value of a result, if fractions are asked for and it is short enough for one."""
        return result.exact if self.printer.fractions and is_short(result.exact) else None

    def _best(self, forms: Sequence[Form], value: float) -> tuple[Expression, Printed]:
        """The first form that agrees, else one that is clear, or has `=` or `≈`, else the first."""
        found: list[tuple[Expression, Printed]] = []
        for numbers, reasons in forms:
            found.append((numbers, self.printer.computed(numbers, value, reasons)))
            if found[-1][1].agrees:
                return found[-1]
        clear = [pair for pair in found if pair[1].clear]
        honest = [pair for pair in found if pair[1].sign != "→"]
        return [*clear, *honest, found[0]][0]

    def given(self, quantity: Quantity, name: str, left: Expression, number: Number) -> Line:
        """A line that states a number."""
        shown = self.printer.given(number)
        sign, exact = stated(shown), self.shown_exactly(shown)
        return Line(quantity, name, left, None, None, sign, shown, number.value, exact)

    def vector_line(
        self,
        left: Expression,
        symbols: Expression | None,
        numbers: Sequence[Number],
        note: str = "",
        *,
        upright: bool = False,
    ) -> Line:
        """A line that states several numbers."""
        given = [self.printer.given(number) for number in numbers]
        shown, results = vector(given, upright=upright), tuple(number.value for number in given)
        sign: Sign = stated(*given) if all(map(math.isfinite, results)) else "→"
        nan = float("nan")
        return Line(
            "stage", "", left, symbols, None, sign, None, nan,
            note=note, vector=shown, values=results,
        )  # fmt: skip


def _saying_more(reason: Comparison) -> Comparison:
    """A condition that says more than that a number is itself: z(y) = 0 instead of 0 = 0."""
    left = reason.left
    if reason.relation == "=" and isinstance(left, Number) and left.of is not None:
        return replace(reason, left=left.of)
    return reason


def vector(entries: Sequence[Expression], *, upright: bool = False) -> ex.Vector:
    """A vector; of many entries it shows the first and last."""
    shown = list(entries)
    if len(shown) > MOST:
        shown[FIRST:-LAST] = [ex.Middle(len(shown) - FIRST - LAST, "numbers")]
    return ex.Vector(tuple(shown), upright)
