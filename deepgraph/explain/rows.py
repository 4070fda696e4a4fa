"""The sections of worked arithmetic, row by row: forward, loss, backward, and all rows together."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import InputError
from deepgraph.evaluate.gradient import gradient
from deepgraph.evaluate.loss import evaluate_loss
from deepgraph.evaluate.reference import Trace
from deepgraph.explain import forward, stages
from deepgraph.explain.backward import Backward
from deepgraph.explain.batch import Batch, RowResult
from deepgraph.explain.derivatives import Derivatives
from deepgraph.explain.loss import LossOf
from deepgraph.explain.paths import sums_over_paths
from deepgraph.explain.records import Section, Step
from deepgraph.explain.update import Memory, Update
from deepgraph.explain.values import Values
from deepgraph.explain.wording import say
from deepgraph.functions.losses import LOSSES
from deepgraph.graph.reach import ancestors, descendants, trained_parameters
from deepgraph.graph.stages import Member

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from fractions import Fraction

    from deepgraph.evaluate.optimisers import StepSettings, TakenStep
    from deepgraph.explain.given import Exact
    from deepgraph.explain.rounding import Printer
    from deepgraph.graph.graph import Graph


@dataclass(frozen=True)
class Task:
    """The loss that a backward pass starts from, and the step that follows.

    Attributes:
        targets: by node id, one number or (rows,) numbers.
        exact: the exact targets.
        loss: its name.
        of: the id of the node whose value the loss "output" is; `None` for the one output.
        reduction: "mean" or "sum" of the rows.
        settings: how a step is made of the gradient; `None` for no step.
        taken: the step, if it was taken elsewhere; else it is the first one of all.
    """

    targets: dict[str, Any]
    exact: Exact
    loss: str
    of: str | None
    reduction: str
    settings: StepSettings | None = None
    taken: TakenStep | None = None


@dataclass(frozen=True)
class Focus:
    """What is explained.

    Attributes:
        nodes: the numbers of the only nodes; `None` for all.
        members: the values that were asked for.
        staged: False if this is a single node, which is no stage.
    """

    nodes: frozenset[int] | None
    members: list[Member]
    staged: bool

    @classmethod
    def on(cls, network: Graph, name: str | None) -> Focus:
        """The focus on a node or on the members of a stage; on everything without a name."""
        members = [] if name is None else network.members([name])
        nodes = frozenset(member.node for member in members) or None
        return cls(nodes, members, name is None or name in network.stages)


@dataclass
class Rows:
    """Makes the sections, row by row.

    Attributes:
        network: the network.
        trace: the forward pass.
        printer: prints the numbers of lines.
        exact: the exact inputs.
        focus: what is explained.
        numbers: (rows,) their numbers in the table, from 0; by default they are all of it.
        memory: what earlier steps of a walk have left.
        deltas: True to write δ for ∂loss/∂z.
    """

    network: Graph
    trace: Trace
    printer: Printer
    exact: Exact
    focus: Focus
    numbers: Sequence[int] | None = None
    memory: Memory = field(default_factory=Memory)
    deltas: bool = False

    def forward(self) -> Iterator[Section]:
        """The forward pass of each row."""
        every, focus = range(len(self.network.ids)), self.focus.nodes
        needed = every if focus is None else ancestors(self.network, sorted(focus))
        for row in range(self.trace.rows):
            yield from self._forward(self._values(row), needed, row)

    def along_paths(self, limit: int) -> Iterator[Section]:
        """The forward pass, and the outputs, or the chosen nodes, as sums over paths."""
        outputs = [Member(node, False) for node in self.network.outputs.tolist()]
        chosen = self.focus.members or outputs
        needed = {member: ancestors(self.network, [member.node]) for member in chosen}
        for row in range(self.trace.rows):
            values, where = self._values(row), self._place(row)
            steps = forward.steps(values, set().union(*needed.values()))
            yield Section(say("Forward"), tuple(steps), where)
            found = sums_over_paths(values, needed, limit)
            yield Section("Paths", tuple(found), where)

    def backward(self, task: Task) -> Iterator[Section]:
        """Forward pass, loss and backward pass of each row, then what they come to together."""
        results = []
        targets = task.targets or None
        # First, since it looks at what is asked for.
        whole = gradient(self.trace, targets, task.loss, task.reduction, task.of)
        for row in range(self.trace.rows):
            values = self._values(row)
            sections, result = self._row(task, values, row)
            results.append(result)
            yield from sections
        places = [self._place(row) or 1 for row in range(self.trace.rows)]
        joint = Batch(self._values(0), whole, task.reduction, results, places)
        if self.trace.rows > 1:
            title = "All rows" if self.numbers is None else "All rows of the step"
            yield Section(title, tuple(joint.steps()))
        if task.settings is not None:
            direct = evaluate_loss(self.trace, targets, task.loss, of=task.of)
            trained = trained_parameters(self.network, [*direct.by_a, *direct.by_z])
            update = Update(joint, task.settings, trained, self.memory, task.taken)
            yield from update.sections()

    def _row(self, task: Task, values: Values, row: int) -> tuple[list[Section], RowResult]:
        derivatives = self._derivatives(task, values, row)
        needed, wanted = self._chosen(derivatives)
        sections = list(self._forward(values, needed, row))  # first: it fills the exact values
        part, where = derivatives.gradient, self._place(row)
        line = derivatives.loss.line(part.loss)
        if task.of is not None:
            line = replace(line, note=say("value as loss"))
        sections.append(Section(say("Loss"), (Step("", (line,)),), where))
        walk = Backward(derivatives, wanted, self.focus.nodes)
        sections.append(Section(say("Backward"), tuple(walk.steps()), where))
        exact = {n: values.exact.get(("dparameter", n)) for n in walk.reached}
        return sections, RowResult(part.loss, values.exact["loss", 0], part.parameters, exact)

    def _derivatives(self, task: Task, values: Values, row: int) -> Derivatives:
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
        network, focus, direct = self.network, self.focus.nodes, derivatives.direct
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
        if self.focus.staged:
            found = stages.steps(values, needed, whole=self.focus.nodes is None)
            if found:
                yield Section(say("Stages"), tuple(found), where)

    def _values(self, row: int) -> Values:
        trace = Trace(self.network, self.trace.z[:, [row]], self.trace.a[:, [row]])
        return Values(trace, self.printer, _exactly(self.exact, row), self.memory.parameters)

    def _place(self, row: int) -> int | None:
        if self.numbers is not None:
            return self.numbers[row] + 1
        return row + 1 if self.trace.rows > 1 else None


def _exactly(exact: Exact, row: int) -> dict[str, Fraction]:
    """The exact numbers of one row by name, as far as they are known."""
    found = {name: numbers[min(row, len(numbers) - 1)] for name, numbers in exact.items()}
    return {name: number for name, number in found.items() if number is not None}
