"""A network's arithmetic written out: Trace and gradient -> lines -> text, Markdown, LaTeX, JSON.

    h₁ = ReLU(0.225) = 0.225

The values are those of the evaluator, to the last bit; `deepgraph.explain.rounding` says what `=`
and `≈` promise about the numbers that are printed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import InputError
from deepgraph.evaluate.gradient import Gradient, gradient
from deepgraph.evaluate.loss import evaluate_loss
from deepgraph.evaluate.reference import trace as forward_pass
from deepgraph.explain import batch, forward, stages
from deepgraph.explain.backward import Backward, live
from deepgraph.explain.loss import LossOf
from deepgraph.explain.records import Explanation, Section, Step
from deepgraph.explain.rounding import Teller
from deepgraph.explain.values import Values
from deepgraph.functions.losses import DEFAULT_LOSS, LOSSES, OUTPUT_LOSS
from deepgraph.graph.reach import ancestors, descendants
from deepgraph.spec import literals

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from deepgraph.evaluate.reference import Trace
    from deepgraph.explain.arithmetic import Precision
    from deepgraph.graph.graph import Graph

    Given = Mapping[str, Any]


def explain(
    network: Graph,
    X: Given,
    targets: Given | None = None,
    *,
    backward: bool | None = None,
    loss: str = DEFAULT_LOSS,
    reduction: str = "mean",
    learning_rate: float | None = None,
    node: str | None = None,
    fractions: bool = False,
    precision: Precision = None,
) -> Explanation:
    """Write a network's arithmetic out; see `Network.explain`."""
    if precision is not None and precision != "full" and not 1 <= precision <= 17:
        raise InputError(f'the precision is 1 to 17 significant digits, or "full", got {precision}')
    if node is not None:
        network.node_numbers([node])
    if learning_rate is not None and not math.isfinite(learning_rate):
        raise InputError(f"the learning rate is a finite number, got {learning_rate}")
    inputs, exact_inputs = _numbers(X)
    given, exact_targets = (None, {}) if targets is None else _numbers(targets)
    if backward is None:
        backward = given is not None or loss == OUTPUT_LOSS or learning_rate is not None
    trace = forward_pass(network, network.input_array(inputs))
    if not trace.rows:
        raise InputError("there is nothing to explain without a row of inputs")
    worker = _Worker(
        network, trace, Teller(precision, fractions), exact_inputs,
        _focus(network, node), learning_rate,
    )  # fmt: skip
    title = network.spec.title or network.spec.name or network.name
    if not backward:
        sections = [part for row in range(trace.rows) for part in worker.forward(row)]
        return Explanation(title, tuple(sections))
    whole = gradient(trace, given, loss, reduction)
    task = _Task(given or {}, exact_targets, loss, reduction, whole)
    return Explanation(title, tuple(worker.backward(task)))


@dataclass(frozen=True)
class _Task:
    """The loss that a backward pass starts from."""

    targets: dict[str, Any]
    exact: dict[str, list[Fraction | None]]
    loss: str
    reduction: str
    gradient: Gradient


@dataclass(frozen=True)
class _Worker:
    network: Graph
    trace: Trace
    teller: Teller
    exact: dict[str, list[Fraction | None]]
    focus: int | None
    learning_rate: float | None

    def forward(self, row: int) -> Iterator[Section]:
        roots = range(len(self.network.ids)) if self.focus is None else [self.focus]
        yield from self._forward(self._values(row), ancestors(self.network, roots), row)

    def backward(self, task: _Task) -> Iterator[Section]:
        found = []
        for row in range(self.trace.rows):
            values = self._values(row)
            parts, exact = self._row(task, values, row)
            found.append(exact)
            yield from parts
        many = self.trace.rows > 1
        joint = batch.Batch(self._values(0), task.gradient, task.reduction, found, self.focus)
        if many:
            yield Section("All rows", tuple(joint.steps()))
        if self.learning_rate is not None:
            yield Section("Update", tuple(joint.update(self.learning_rate)))

    def _row(self, task: _Task, values: Values, row: int) -> tuple[list[Section], batch.RowResult]:
        network = self.network
        single = values.trace
        one = {name: _at(numbers, row) for name, numbers in task.targets.items()}
        part = gradient(single, one or None, task.loss, "sum")
        direct = evaluate_loss(single, one or None, task.loss, "sum")
        exact = {
            network.index[name]: numbers[min(row, len(numbers) - 1)]
            for name, numbers in task.exact.items()
        }
        loss = LossOf(
            values,
            LOSSES[task.loss],
            {network.index[name]: float(number) for name, number in one.items()},
            {node: number for node, number in exact.items() if number is not None},
        )
        reached = live(values, direct)
        roots = [*direct.by_a, *direct.by_z, *([] if self.focus is None else [self.focus])]
        everything = self.focus is None
        needed: Collection[int] = (
            range(len(network.ids)) if everything else ancestors(network, roots)
        )
        wanted: Collection[int] = reached
        if self.focus is not None:
            if self.focus not in reached:
                raise InputError(f'the loss does not depend on "{network.ids[self.focus]}"')
            wanted = descendants(network, self.focus)
        sections = list(self._forward(values, needed, row))  # its values are used below
        line = loss.line(part.loss)
        walk = Backward(loss, part, direct, wanted, self.focus)
        where = self._place(row)
        sections.append(Section("Loss", (Step("", (line,)),), where))
        sections.append(Section("Backward", tuple(walk.steps()), where))
        parameters = {n: values.exact.get(("dparameter", n)) for n in walk.reached}
        return sections, batch.RowResult(part.loss, line.exact, part.parameters, parameters)

    def _forward(self, values: Values, needed: Collection[int], row: int) -> Iterator[Section]:
        where = self._place(row)
        yield Section("Forward", tuple(forward.steps(values, needed)), where)
        if self.focus is None:
            found = stages.steps(values)
            if found:
                yield Section("Stages", tuple(found), where)

    def _values(self, row: int) -> Values:
        inputs = {
            name: number
            for name, numbers in self.exact.items()
            if (number := numbers[min(row, len(numbers) - 1)]) is not None
        }
        trace = type(self.trace)(self.network, self.trace.z[:, [row]], self.trace.a[:, [row]])
        return Values(trace, 0, self.teller, inputs)

    def _place(self, row: int) -> int | None:
        return row + 1 if self.trace.rows > 1 else None


def _focus(network: Graph, node: str | None) -> int | None:
    return None if node is None else network.index[node]


def _at(numbers: Any, row: int) -> float:
    array = np.atleast_1d(np.asarray(numbers, np.float64))
    return float(array[min(row, len(array) - 1)])


def _numbers(given: Given) -> tuple[dict[str, Any], dict[str, list[Fraction | None]]]:
    """Doubles for the evaluator, and exact numbers for fractions, by name."""
    doubles: dict[str, Any] = {}
    exact: dict[str, list[Fraction | None]] = {}
    for name in given:
        content = given[name]
        listed = not isinstance(content, (str, int, float, Fraction)) and np.ndim(content) > 0
        pairs = [_number(str(name), entry) for entry in (content if listed else [content])]
        values = [value for value, _ in pairs]
        doubles[str(name)] = values if listed else values[0]
        exact[str(name)] = [number for _, number in pairs]
    return doubles, exact


def _number(name: str, given: Any) -> tuple[float, Fraction | None]:
    try:
        if isinstance(given, str) and "/" not in given:
            value = float(given)
            return value, Fraction(given) if math.isfinite(value) else None
        if isinstance(given, (str, Fraction)):
            text = literals.encode(given)
            return literals.value(text), literals.exact(text)
        value = float(given)
    except (TypeError, ValueError) as error:
        raise InputError(f'"{name}": {error}') from None
    return value, Fraction(repr(value)) if math.isfinite(value) else None


__all__ = ["Explanation", "explain"]
