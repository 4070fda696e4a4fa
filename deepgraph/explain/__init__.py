"""Worked arithmetic: the forward and backward pass of a network, line by line, to be printed.

    h₁ = ReLU(0.225) = 0.225

The values are those of the evaluator, to the last bit. `rounding` says what `=` and `≈` promise
about the printed numbers.

forward, stages: the lines of the forward pass, node by node and layer by layer
loss, backward: the lines of the loss and of the backward pass
paths: the lines of a value as a sum over paths
derivation: why the backward pass begins with p − t, in letters
exercise: a sheet with gaps, and its answers
batch: the lines about all rows together, and a step of gradient descent
values, derivatives: the numbers of one row, with the names for them
formula, local: the formulas of activations, and the derivatives of aggregations
expressions, records: a line as a tree of arithmetic; lines, steps, sections
rounding, arithmetic: printed numbers, and whether they give the result
spelling, text, latex, as_json: the formats; explanation: the result in any of them
wording: the sentences, which the live page has, too
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
from deepgraph.evaluate.reference import Trace
from deepgraph.evaluate.reference import trace as forward_pass
from deepgraph.explain import batch, derivation, forward, stages
from deepgraph.explain.backward import Backward
from deepgraph.explain.derivatives import Derivatives
from deepgraph.explain.explanation import Explanation
from deepgraph.explain.loss import LossOf
from deepgraph.explain.paths import PATHS_LIMIT, sums_over_paths
from deepgraph.explain.records import Section, Step
from deepgraph.explain.rounding import Printer
from deepgraph.explain.values import Values
from deepgraph.explain.wording import say
from deepgraph.functions.losses import DEFAULT_LOSS, LOSSES, OUTPUT_LOSS
from deepgraph.graph.reach import ancestors, descendants
from deepgraph.graph.stages import Member
from deepgraph.options.explanation_formats import NOTATIONS, Notation
from deepgraph.spec import literals
from deepgraph.words.messages import Nearest, either
from deepgraph.words.numbers import is_whole

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from deepgraph.explain.arithmetic import Precision
    from deepgraph.graph.graph import Graph

    Given = Mapping[str, Any]
    Exact = dict[str, list[Fraction | None]]


def write_out(
    network: Graph,
    X: Given,
    targets: Given | None = None,
    *,
    backward: bool | None = None,
    loss: str = DEFAULT_LOSS,
    of: str | None = None,
    reduction: str = "mean",
    learning_rate: float | None = None,
    node: str | None = None,
    derive: bool = False,
    notation: Notation = NOTATIONS[0],
    fractions: bool = False,
    precision: Precision = None,
    paths: bool = False,
    paths_limit: int = PATHS_LIMIT,
) -> Explanation:
    """Write a network's arithmetic out; see `Network.explain`."""
    if precision is not None and precision != "full" and not is_whole(precision, 1, 17):
        raise InputError(f'the precision is 1 to 17 significant digits, or "full", got {precision}')
    if learning_rate is not None and not math.isfinite(learning_rate):
        raise InputError(f"the learning rate is a finite number, got {learning_rate}")
    members = [] if node is None else network.members([node])
    focus = frozenset(member.node for member in members) or None
    inputs, exact_inputs = _numbers(X)
    given, exact_targets = (None, {}) if targets is None else _numbers(targets)
    if backward is None:
        backward = given is not None or loss == OUTPUT_LOSS or learning_rate is not None
    if notation not in NOTATIONS:
        known = either("or", [f'"{one}"' for one in NOTATIONS])
        raise InputError(f'the notation is {known}, got "{notation}"{Nearest(NOTATIONS)(notation)}')
    if derive and not backward:
        raise InputError("a derivation belongs to the backward pass: give targets")
    if paths and backward:
        raise InputError("paths add up to values, not to derivatives: leave one of the two out")
    if not is_whole(paths_limit, 1):
        raise InputError(f"the limit is a number of paths, at least 1, got {paths_limit}")
    trace = forward_pass(network, network.input_array(inputs))
    if not trace.rows:
        raise InputError("there is nothing to explain without a row of inputs")
    staged = node is None or node in network.stages
    printer = Printer(precision, fractions)
    rows = _Rows(network, trace, printer, exact_inputs, focus, members, staged, notation == "delta")
    if paths:
        sections = rows.along_paths(paths_limit)
    elif backward:
        whole = gradient(trace, given, loss, reduction, of)
        task = _Task(given or {}, exact_targets, loss, of, reduction, whole)
        sections = rows.backward(task, learning_rate)
        if derive:
            sections = derivation.put_in(sections, network, loss, list(given or {}))
    else:
        sections = rows.forward()
    return Explanation(network.spec.title or network.spec.name or network.name, tuple(sections))


@dataclass(frozen=True)
class _Task:
    """The loss that a backward pass starts from, and the gradient over all rows."""

    targets: dict[str, Any]
    exact: Exact
    loss: str
    of: str | None
    reduction: str
    gradient: Gradient


@dataclass(frozen=True)
class _Rows:
    """Makes the sections, row by row.

    Attributes:
        network: the network.
        trace: the forward pass.
        printer: prints the numbers of lines.
        exact: the exact inputs.
        focus: the numbers of the only nodes to explain; `None` for all.
        members: the values that the focus means.
        staged: False if the focus is a single node, which is no stage.
        deltas: True to write δ for ∂loss/∂z.
    """

    network: Graph
    trace: Trace
    printer: Printer
    exact: Exact
    focus: frozenset[int] | None
    members: list[Member]
    staged: bool
    deltas: bool

    def forward(self) -> Iterator[Section]:
        every = range(len(self.network.ids))
        needed = every if self.focus is None else ancestors(self.network, sorted(self.focus))
        for row in range(self.trace.rows):
            yield from self._forward(self._values(row), needed, row)

    def along_paths(self, limit: int) -> Iterator[Section]:
        """The forward pass, and the outputs, or the chosen nodes, as sums over paths."""
        outputs = [Member(node, False) for node in self.network.outputs.tolist()]
        chosen = self.members or outputs
        needed = {member: ancestors(self.network, [member.node]) for member in chosen}
        for row in range(self.trace.rows):
            values, where = self._values(row), self._place(row)
            steps = forward.steps(values, set().union(*needed.values()))
            yield Section(say("Forward"), tuple(steps), where)
            found = sums_over_paths(values, needed, limit)
            yield Section("Paths", tuple(found), where)

    def backward(self, task: _Task, learning_rate: float | None) -> Iterator[Section]:
        results = []
        for row in range(self.trace.rows):
            values = self._values(row)
            sections, result = self._row(task, values, row)
            results.append(result)
            yield from sections
        joint = batch.Batch(self._values(0), task.gradient, task.reduction, results)
        if self.trace.rows > 1:
            yield Section("All rows", tuple(joint.steps()))
        if learning_rate is not None:
            yield Section("Update", tuple(joint.update(learning_rate)))

    def _row(self, task: _Task, values: Values, row: int) -> tuple[list[Section], batch.RowResult]:
        derivatives = self._derivatives(task, values, row)
        needed, wanted = self._chosen(derivatives)
        sections = list(self._forward(values, needed, row))  # first: it fills the exact values
        part, where = derivatives.gradient, self._place(row)
        line = derivatives.loss.line(part.loss)
        sections.append(Section(say("Loss"), (Step("", (line,)),), where))
        walk = Backward(derivatives, wanted, self.focus)
        sections.append(Section(say("Backward"), tuple(walk.steps()), where))
        exact = {n: values.exact.get(("dparameter", n)) for n in walk.reached}
        return sections, batch.RowResult(part.loss, values.exact["loss", 0], part.parameters, exact)

    def _derivatives(self, task: _Task, values: Values, row: int) -> Derivatives:
        index, rows = self.network.index, self.trace.rows
        given = {n: float(np.broadcast_to(t, rows)[row]) for n, t in task.targets.items()}
        exact = {index[name]: number for name, number in _exactly(task.exact, row).items()}
        targets = {index[name]: number for name, number in given.items()}
        of = int(self.network.outputs[0]) if task.of is None else index[task.of]
        loss = LossOf(values, LOSSES[task.loss], targets, exact, of)
        part = gradient(values.trace, given or None, task.loss, "sum", task.of)
        direct = evaluate_loss(values.trace, given or None, task.loss, "sum", task.of)
        return Derivatives(loss, part, direct, self.deltas)

    def _chosen(self, derivatives: Derivatives) -> tuple[Collection[int], Collection[int]]:
        """The nodes to write out in the forward and in the backward pass.

        Raises:
            InputError: the loss does not depend on the node that is asked for.
        """
        network, focus, direct = self.network, self.focus, derivatives.direct
        if focus is None:
            return range(len(network.ids)), derivatives.live
        for node in sorted(focus):
            if node not in derivatives.live:
                raise InputError(f'the loss does not depend on "{network.ids[node]}"')
        needed = ancestors(network, [*direct.by_a, *direct.by_z, *sorted(focus)])
        return needed, descendants(network, sorted(focus))

    def _forward(self, values: Values, needed: Collection[int], row: int) -> Iterator[Section]:
        where = self._place(row)
        yield Section(say("Forward"), tuple(forward.steps(values, needed)), where)
        if self.staged:
            found = stages.steps(values, needed, whole=self.focus is None)
            if found:
                yield Section(say("Stages"), tuple(found), where)

    def _values(self, row: int) -> Values:
        trace = Trace(self.network, self.trace.z[:, [row]], self.trace.a[:, [row]])
        return Values(trace, self.printer, _exactly(self.exact, row))

    def _place(self, row: int) -> int | None:
        return row + 1 if self.trace.rows > 1 else None


def _exactly(exact: Exact, row: int) -> dict[str, Fraction]:
    """The exact numbers of one row by name, as far as they are known."""
    found = {name: numbers[min(row, len(numbers) - 1)] for name, numbers in exact.items()}
    return {name: number for name, number in found.items() if number is not None}


def _numbers(given: Given) -> tuple[dict[str, Any], Exact]:
    """Doubles for the evaluator, and exact numbers for fractions, by name."""
    doubles: dict[str, Any] = {}
    exact: Exact = {}
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
            return value, literals.decimal(given) if math.isfinite(value) else None
        if isinstance(given, (str, Fraction)):
            text = literals.encode(given)
            return literals.value(text), literals.exact(text)
        value = float(given)
    except (TypeError, ValueError) as error:
        raise InputError(f'"{name}": {error}') from None
    return value, Fraction(repr(value)) if math.isfinite(value) else None


__all__ = ["Explanation", "write_out"]
