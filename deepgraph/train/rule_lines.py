"""The steps of a learning rule in lines, row by row, and in a table as textbooks print it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.evaluate.reference import trace
from deepgraph.explain import expressions as ex
from deepgraph.explain import forward
from deepgraph.explain.expressions import Expression, Number, Partial, Symbol
from deepgraph.explain.formula import slope_forms
from deepgraph.explain.grid import Cell, Grid
from deepgraph.explain.new_values import ETA
from deepgraph.explain.records import Line, Section
from deepgraph.explain.records import Step as Lines
from deepgraph.explain.spelling import SPELLER
from deepgraph.explain.values import Values
from deepgraph.explain.walk import cell_text, shown_parameters
from deepgraph.graph.exact import exact_parameters
from deepgraph.train.rule_numbers import is_threshold
from deepgraph.words.messages import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from numpy.typing import NDArray

    from deepgraph.explain.given import Exact
    from deepgraph.explain.rounding import Printer
    from deepgraph.network import Network
    from deepgraph.train.rule_run import Step
    from deepgraph.train.rules import Learned

    Array = NDArray[np.float64]

MOST_INPUTS = 8
"""A network with more inputs has none of them in the table."""


@dataclass(frozen=True)
class RuleWalk:
    """The steps of a learning rule, and what they were made of.

    Attributes:
        network: before the first step.
        inputs: (inputs, rows) of the table.
        exact_inputs, exact_targets: over the rows of the table, by name.
        learned: what the rule came to.
        rate: η.
    """

    network: Network
    inputs: Array
    exact_inputs: Exact
    exact_targets: Exact
    learned: Learned
    rate: Number

    def sections(self, printer: Printer) -> Iterator[Section]:
        """The arithmetic of every step."""
        carried: list[Fraction | None] | None = None
        for number, step in enumerate(self.learned.steps, 1):
            written = _WrittenStep(self, step, self._before(number), printer, carried)
            for section in written.sections():
                yield Section(section.title, section.steps, step.row, number)
            carried = written.carried()

    def _before(self, number: int) -> Network:
        """The network before a step, counted from 1."""
        if number == 1:
            return self.network
        values = self.learned.steps[number - 2].values
        return self.network.with_computed(np.array(list(values.values())))

    # --- the table -----------------------------------------------------------------------

    def table(self, printer: Printer) -> Section:
        """Every step in a row: what came in and out, and the parameters after it."""
        network, steps = self.network, self.learned.steps
        names = Values(trace(network, np.zeros((len(network.inputs), 1))), printer)
        shown, left_out = shown_parameters(network)
        inputs = network.inputs.tolist() if len(network.inputs) <= MOST_INPUTS else []
        columns: list[Expression] = [Symbol(word, "word") for word in ("step", "epoch", "row")]
        columns += [names.name(node) for node in inputs]
        for node in network.outputs.tolist():
            columns += self._heads(names, node)
        columns += [names.parameter_name(number) for number in shown]
        found = [self._cells(step, number, inputs) for number, step in enumerate(steps, 1)]
        found.insert(0, [(0, None), *[(None, None)] * (len(columns) - len(shown) - 1)])
        rows = [[cell for cell, _ in row] for row in found]
        values = [network.parameters.values.tolist(), *(list(s.values.values()) for s in steps)]
        whole = [(*row, *after) for row, after in zip(rows, values, strict=True)]
        reals: list[Sequence[Fraction | None]] = [exact_parameters(network)]
        reals += [*(self._reals(step) for step in steps)]
        cells = tuple(
            (
                *(_text(printer, cell, real) for cell, real in row),
                *(_text(printer, after[n], real[n]) for n in shown),
            )
            for row, after, real in zip(found, values, reals, strict=True)
        )
        keys = [SPELLER.spell(column) for column in columns[: len(rows[0])]]
        keys += map(network.parameters.name, range(len(network.parameters)))
        numeric, note = (True,) * len(columns), "; ".join(filter(None, [self._note(), left_out]))
        grid = Grid(tuple(columns), cells, numeric, note, tuple(keys), tuple(whole))
        return Section("Weights", (), table=grid)

    def _reals(self, step: Step) -> list[Fraction | None]:
        """(parameters,) their real values after a step, as far as they are known."""
        return [step.real_values.get(name) for name in step.values]

    def _heads(self, names: Values, node: int) -> list[Expression]:
        """The target, z, a and error of an output; z only where it is another number."""
        name = names.name(node)
        found: list[Expression] = [ex.Call("t", (name,))]
        found += [] if names.plain(node) else [names.z_name(node)]
        return [*found, name, *([] if self.learned.rule == "hebb" else [error_name(name)])]

    def _cells(
        self, step: Step, number: int, inputs: list[int]
    ) -> list[tuple[Cell, Fraction | None]]:
        """The cells of a step before its parameters, and the real values behind them."""
        network = self.network
        row: list[tuple[Cell, Fraction | None]] = [
            (n, None) for n in (number, step.epoch, step.row)
        ]
        row += [(step.inputs[network.ids[node]], None) for node in inputs]
        for node in network.outputs.tolist():
            name = network.ids[node]
            plain = not network.has_z(node) or network.activation(node).is_identity
            z = [] if plain else [(step.z[name], step.real_z.get(name))]
            row += [(step.targets[name], None), *z, (step.a[name], None)]
            row += [] if self.learned.rule == "hebb" else [(step.errors[name], None)]
        return row

    def _note(self) -> str:
        if self.learned.right:
            rounded = self.learned.rounded
            return f"All rows are right; {rounded}" if rounded else "All rows are right"
        why = self.learned.why
        return f"{why[0].upper()}{why[1:]}" if why else "Not all rows are right so far"


def _text(printer: Printer, cell: Cell, real: Fraction | None) -> str:
    """A cell of the table, as a fraction if its real value is known and asked for."""
    if real is None or not isinstance(cell, float):
        return cell_text(printer, cell)
    return printer.given(Number(cell, real)).text


def error_name(output: Symbol) -> Expression:
    """The symbol for what a rule multiplies by: t − a or the like."""
    return ex.Call("error", (output,))


class _WrittenStep:
    """One step in lines."""

    def __init__(
        self,
        walk: RuleWalk,
        step: Step,
        network: Network,
        printer: Printer,
        carried: Sequence[Fraction | None] | None,
    ) -> None:
        self.walk, self.step, self.network = walk, step, network
        inputs = walk.inputs[:, [step.row - 1]]
        with np.errstate(all="ignore"):
            seen = trace(network, inputs)
        for name in step.z:  # as the rule has them, which computes exactly
            node = network.index[name]
            seen.z[node], seen.a[node] = step.z[name], step.a[name]
        exact = {name: self._exactly(walk.exact_inputs, name) for name in step.inputs}
        known = {name: number for name, number in exact.items() if number is not None}
        self.values = Values(seen, printer, known, carried)

    def _exactly(self, exact: Exact, name: str) -> Fraction | None:
        numbers = exact.get(name, [None])
        return numbers[min(self.step.row - 1, len(numbers) - 1)]

    def sections(self) -> Iterator[Section]:
        """Forward, the error, and the new values."""
        every = range(len(self.network.ids))
        yield Section("Forward", tuple(forward.steps(self.values, every)))
        if self.walk.learned.rule != "hebb":
            lines = [line for node in self._outputs for line in self._error(node)]
            yield Section("Error", (Lines("", tuple(lines)),))
        lines = [self.values.given("updated", "", ETA, self.walk.rate)]
        lines += [self._new(number) for number in self._terms]
        step = Lines("", tuple(lines), self._frozen())
        if not any(self.step.errors.values()):
            why = "the target is 0" if self.walk.learned.rule == "hebb" else "there is no error"
            step = Lines("", (), f"{why}, so nothing changes", unsaid=step.lines)
        yield Section("Update", (step,))

    @property
    def _outputs(self) -> list[int]:
        return [int(node) for node in self.network.outputs]

    def _target(self, node: int) -> tuple[Expression, Number]:
        name = self.network.ids[node]
        exact = self._exactly(self.walk.exact_targets, name)
        symbol = ex.Call("t", (self.values.name(node),))
        return symbol, Number(self.step.targets[name], exact, of=symbol)

    def _error(self, node: int) -> Iterator[Line]:
        """t − a of the perceptron, t − z of the delta rule, or (t − a)·∂a/∂z."""
        values, title = self.values, self.network.ids[node]
        function = self.network.activation(node)
        symbol, target = self._target(node)
        delta = self.walk.learned.rule == "delta"
        by_z = delta and (function.is_identity or is_threshold(self.network, node))
        name, number = (
            (values.z_name(node), values.z(node)) if by_z else (values.name(node), values.a(node))
        )
        symbols: Expression = ex.Difference(symbol, name)
        numbers: Expression = ex.Difference(target, number)
        if delta and not by_z:
            slope = self._slope(node)
            yield slope
            assert slope.result is not None
            symbols = ex.Product((symbols, slope.left))
            numbers = ex.Product((numbers, Number(slope.value, slope.result.exact, of=slope.left)))
        left, value = error_name(values.name(node)), self.step.errors[title]
        yield values.line("error", title, left, symbols, numbers, value, keep=node)

    def _slope(self, node: int) -> Line:
        values, function = self.values, self.network.activation(node)
        z, a = values.z(node), values.a(node)
        left = Partial(values.name(node), values.z_name(node))
        value = float(function.derivative(np.array([z.value]))[0])

        def in_symbols(numbers: Expression) -> Expression:
            return ex.replace(numbers, lambda leaf: getattr(leaf, "of", None) or leaf)

        forms = slope_forms(function, z, a)
        return values.line("slope", self.network.ids[node], left, in_symbols, forms, value)

    @cached_property
    def _terms(self) -> dict[int, list[tuple[int, int | None]]]:
        """By trained parameter its outputs, each with the source of x; `None` for a bias, x = 1."""
        network = self.network
        found: dict[int, list[tuple[int, int | None]]] = {}
        for node in self._outputs:
            for edge in network.incoming.of(node).tolist():
                source: int | None = int(network.source[edge])
                number = int(network.edge_parameter[edge])
                if number < 0:
                    number, source = int(network.node_parameter[source]), None
                if number >= 0 and network.parameters.trainable[number]:
                    found.setdefault(number, []).append((node, source))
        return dict(sorted(found.items()))

    def _new(self, number: int) -> Line:
        """new w = w + η·error·x."""
        values = self.values
        name, old = values.parameter_name(number), values.parameter(number)
        symbols: list[Expression] = [name]
        numbers: list[Expression] = [old]
        for node, source in self._terms[number]:
            by, by_number = self._factor(node)
            x = [] if source is None else [(values.name(source), values.a(source))]
            symbols.append(ex.Product((ETA, by, *(symbol for symbol, _ in x))))
            numbers.append(ex.Product((self.walk.rate, by_number, *(value for _, value in x))))
        title = self.network.parameters.name(number)
        left, value = ex.Call("new", (name,)), self.step.values[title]
        total = ex.Sum(tuple(symbols)), ex.Sum(tuple(numbers))
        return values.line("updated", title, left, *total, value, keep=number)

    def _factor(self, node: int) -> tuple[Expression, Number]:
        """What the rule multiplies x by, before the learning rate."""
        if self.walk.learned.rule == "hebb":
            return self._target(node)
        value, exact = self.step.errors[self.network.ids[node]], self.values.exact["error", node]
        name = error_name(self.values.name(node))
        return name, Number(value, exact, of=name)

    def _frozen(self) -> str:
        parameters = self.network.parameters
        names = [parameters.name(n) for n in np.flatnonzero(~parameters.trainable).tolist()]
        return f"not trainable, and left as they are: {listed(names, spell=str)}" if names else ""

    def carried(self) -> list[Fraction | None]:
        """(parameters,) the real values after the step, as far as they are known."""
        new, old = self.values.exact, self.values.parameters
        return [
            new["updated", number] if ("updated", number) in new else old[number]
            for number in range(len(old))
        ]
