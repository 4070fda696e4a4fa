"""Several steps of gradient descent, one after the other, and the weights after each in a table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.evaluate.loss import evaluate_loss
from deepgraph.evaluate.reference import trace as forward_pass
from deepgraph.explain.expressions import Number, Symbol
from deepgraph.explain.grid import Cell, Grid
from deepgraph.explain.number_texts import SHORT
from deepgraph.explain.records import Section
from deepgraph.explain.rows import Rows, Task
from deepgraph.explain.update import Memory
from deepgraph.explain.values import Values
from deepgraph.words.messages import counted, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from deepgraph.evaluate.optimisers import StepSettings, TakenStep
    from deepgraph.explain.expressions import Expression
    from deepgraph.explain.given import Exact
    from deepgraph.explain.rounding import Printer
    from deepgraph.explain.rows import Focus
    from deepgraph.graph.graph import Graph

    Array = NDArray[np.float64]

MOST_COLUMNS = 40
"""A network with more parameters than this has only the first and last of them in the table."""
LAST_COLUMNS = 5


@dataclass(frozen=True)
class DescentWalk:
    """Steps of gradient descent that were taken, and what they were made of.

    Attributes:
        network: before the first step.
        inputs, exact_inputs: (inputs, rows) of the whole table, and exactly by input.
        targets, exact_targets: by node id, (rows,) each, and exactly.
        loss: its name.
        settings: how a step is made of the gradient.
        steps: in order, at least one.
        reduction: "mean" or "sum" of the rows, of which a step is made.
        of: the id of the node whose value the loss "output" is; `None` for the one output.
    """

    network: Graph
    inputs: Array
    exact_inputs: Exact
    targets: dict[str, Array]
    exact_targets: Exact
    loss: str
    settings: StepSettings
    steps: Sequence[TakenStep]
    reduction: str = "mean"
    of: str | None = None

    def sections(self, printer: Printer, focus: Focus, deltas: bool = False) -> Iterator[Section]:
        """The arithmetic of every step; with `deltas` δ stands for ∂loss/∂z."""
        memory = Memory()
        for step in self.steps:
            yield from self._step(step, printer, focus, memory, deltas)

    def _step(
        self, step: TakenStep, printer: Printer, focus: Focus, memory: Memory, deltas: bool
    ) -> Iterator[Section]:
        network, rows = self._before(step), list(step.rows)
        trace = forward_pass(network, self.inputs[:, rows])
        inputs, targets = _chosen(self.exact_inputs, rows), _chosen(self.exact_targets, rows)
        numbers = rows if self.inputs.shape[1] > 1 else None
        making = Rows(
            network, trace, printer, inputs, replace(focus, staged=False), numbers, memory, deltas
        )
        of_rows, how = self._targets(rows), self.reduction
        task = Task(of_rows, targets, self.loss, self.of, how, self.settings, step)
        for section in making.backward(task):
            yield replace(section, step=step.number)

    def _before(self, step: TakenStep) -> Graph:
        return self.network.with_computed(step.before)

    def _targets(self, rows: list[int]) -> dict[str, Any]:
        return {name: numbers[rows] for name, numbers in self.targets.items()}

    def _loss(self, network: Graph, rows: list[int]) -> float:
        """The mean or sum of the losses of some rows."""
        trace = forward_pass(network, self.inputs[:, rows])
        targets = self._targets(rows) or None
        return evaluate_loss(trace, targets, self.loss, self.reduction, self.of).value

    # --- the table -----------------------------------------------------------------------

    def table(self, printer: Printer) -> Section:
        """The weights before the first step, and after each."""
        count = self.inputs.shape[1]
        whole = all(len(step.rows) == count for step in self.steps)
        single = all(len(step.rows) == 1 for step in self.steps)
        epochs = self.steps[-1].epoch > 1 and not whole
        heads = ["step", *["epoch"] * epochs, *["row" if single else "rows"] * (not whole), "loss"]
        rows: list[list[Cell]] = [[0, *[None] * (len(heads) - 1)]]
        for step in self.steps:
            row: list[Cell] = [step.number, *[step.epoch] * epochs]
            row += [step.rows[0] + 1 if single else _named(step.rows)] * (not whole)
            rows.append([*row, self._loss(self._before(step), list(step.rows))])
        values = [self.steps[0].before, *(step.after for step in self.steps)]
        return Section("Weights", (), table=self._grid(printer, heads, rows, values))

    def _grid(
        self,
        printer: Printer,
        heads: list[str],
        rows: list[list[Cell]],
        values: list[Array],
    ) -> Grid:
        parameters = self.network.parameters
        count = len(parameters)
        shown, left_out = shown_parameters(self.network)
        names = Values(forward_pass(self.network, self.inputs[:, :1]), printer)
        columns: list[Expression] = [Symbol(head, "word") for head in heads]
        columns += [names.parameter_name(number) for number in shown]
        cells = [
            (*(cell_text(printer, cell) for cell in (*row, *after[shown].tolist())),)
            for row, after in zip(rows, values, strict=True)
        ]
        whole = [(*row, *after.tolist()) for row, after in zip(rows, values, strict=True)]
        numeric = tuple(head != "rows" for head in heads) + (True,) * len(shown)
        header = (*heads, *map(parameters.name, range(count)))
        note = "; ".join(filter(None, [self._note(printer), left_out]))
        return Grid(tuple(columns), tuple(cells), numeric, note, header, tuple(whole))

    def _note(self, printer: Printer) -> str:
        """What the losses in the table are, what the walk comes to, and a default rate."""
        every = list(range(self.inputs.shape[1]))
        ends = [self.network, self.network.with_computed(self.steps[-1].after)]
        first, last = (cell_text(printer, self._loss(network, every)) for network in ends)
        if len(every) > 1:
            of_all = f"the {self.reduction} of all {counted(len(every), 'row')}"
            notes = ["The loss is that of the rows of the step, before it"]
            notes.append(f"{of_all} goes from {first} to {last}")
        else:
            notes = ["The loss is that before the step", f"after the last step it is {last}"]
        settings = self.settings
        if settings.learning_rate is None:
            notes.append(f"η is {settings.rate}, the default of {settings.optimiser}")
        return "; ".join(notes)


def shown_parameters(network: Graph) -> tuple[list[int], str]:
    """The parameters that have a column, and in words those that have none.

    Those are what is frozen, and the middle ones of many.
    """
    parameters = network.parameters
    shown = np.flatnonzero(parameters.trainable).tolist()
    frozen = [parameters.name(n) for n in np.flatnonzero(~parameters.trainable).tolist()]
    notes = [f"not trainable: {listed(frozen, spell=str)}"] if frozen else []
    if len(shown) > MOST_COLUMNS:
        left_out = len(shown) - MOST_COLUMNS // 2 - LAST_COLUMNS
        notes.insert(0, f"{left_out:,} more parameters likewise")
        shown = [*shown[: MOST_COLUMNS // 2], *shown[-LAST_COLUMNS:]]
    return shown, "; ".join(notes)


def _chosen(exact: Exact, rows: list[int]) -> Exact:
    """The exact numbers of some rows."""
    return {
        name: [found[min(row, len(found) - 1)] for row in rows] for name, found in exact.items()
    }


def _named(rows: tuple[int, ...]) -> str:
    """The numbers of the rows of a step, from 1; they lie one after the other."""
    return f"{rows[0] + 1}–{rows[-1] + 1}" if len(rows) > 1 else str(rows[0] + 1)


def cell_text(printer: Printer, content: Cell) -> str:
    """A cell as it is printed; nothing for `None`.

    A double whose decimal is long was rounded, and is no fraction.
    """
    if content is None or isinstance(content, str):
        return content or ""
    value = float(content)
    exact = Fraction(repr(content)) if float(f"{value:.{SHORT}g}") == value else None
    return printer.given(Number(value, exact)).text
