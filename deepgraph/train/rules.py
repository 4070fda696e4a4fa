"""Learning rules older than gradient descent, for units without hidden nodes below them.

    perceptron    w ← w + η·(t − a)·x         Rosenblatt, The perceptron, 1958
    delta         w ← w + η·(t − z)·x         Widrow, Hoff, Adaptive switching circuits, 1960
    hebb          w ← w + η·t·x               Hebb, The organization of behavior, 1949

A bias has x = 1. z is the weighted sum and a what the threshold unit makes of it. The delta rule of
a unit that is neither the identity nor a threshold is η·(t − a)·f'(z)·x, a step of gradient descent
(Rumelhart, Hinton, Williams 1986). Rows are taken in the order of the table, one step each.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec.structs import replace

from deepgraph.errors import DivergedError, InputError
from deepgraph.evaluate.reference import trace
from deepgraph.functions.aggregations import AGGREGATIONS
from deepgraph.graph.inputs import targets_in_memory
from deepgraph.graph.kinds import BIAS, INPUT
from deepgraph.options.training import RULES
from deepgraph.train.outcome import holding_examples
from deepgraph.train.rows import one_hot
from deepgraph.words.messages import counted, either, listed, shown
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from deepgraph.network import Network
    from deepgraph.options.training import Rule

    Array = NDArray[np.float64]

RATES: dict[str, float] = {"perceptron": 1.0, "delta": 0.1, "hebb": 1.0}
"""The default learning rate of each rule, as textbooks take it."""
EPOCHS: dict[str, int] = {"perceptron": 100, "delta": 100, "hebb": 1}
"""The default number of epochs; Hebb's rule sees every row once."""


@dataclass(frozen=True)
class Step:
    """One row and what was learned from it.

    Attributes:
        epoch: from 1.
        row: its number in the table, from 1.
        inputs: by name, as they flow in.
        z, a, targets: by output.
        errors: by output, what the rule multiplies x by, before the learning rate.
        changes: by name of a parameter, what was added to it.
        values: by name of a parameter, after the step.
    """

    epoch: int
    row: int
    inputs: dict[str, float]
    z: dict[str, float]
    a: dict[str, float]
    targets: dict[str, float]
    errors: dict[str, float]
    changes: dict[str, float]
    values: dict[str, float]

    @property
    def corrects(self) -> bool:
        """True if a parameter changed."""
        return any(self.changes.values())


@dataclass(frozen=True)
class Learned:
    """What a rule came to.

    Attributes:
        network: with the values after the last step, in its spec too.
        rule: its name.
        steps: all of them, in order.
        wrong: the number of rows that were wrong in each epoch, when they were seen.
        right: True if every row is right at the end.
        circle: the epochs of two equal ends, from which on the rule goes round; or `None`.
        why: a sentence about a rule that does not get all rows right; else empty.
        dropped: the names of the spec's examples that no longer hold, and were left out.
    """

    network: Network
    rule: Rule
    steps: list[Step]
    wrong: list[int]
    right: bool
    circle: tuple[int, int] | None
    why: str
    dropped: list[str]


def learn(
    network: Network,
    X: Any,
    targets: Any,
    rule: Rule = "perceptron",
    *,
    learning_rate: float | None = None,
    epochs: int | None = None,
    freeze: Sequence[str] = (),
    source: str | None = None,
    folder: Path | None = None,
    stop: Callable[[], bool] | None = None,
) -> Learned:
    """Learn by a rule, row by row, until an epoch sees every row right.

    Args:
        network: outputs that are fed by inputs and biases alone; all parameters have values.
        X: inputs as in `Network.__call__`.
        targets: by output one number for each row, or a class for each row, as in `fit`.
        rule: "perceptron" for step and sign, "delta" or "hebb".
        learning_rate: η; by default 1 for perceptron and hebb, 0.1 for delta.
        epochs: the most passes through the rows; by default 100, and 1 for hebb.
        freeze: names of parameters that stay, beside those that the spec freezes.
        source: text for the `source` of the spec; by default the settings.
        folder: where the spec will lie, with the tables of its examples.
        stop: asked before each step; true ends the learning.

    Raises:
        InputError: network, inputs or targets do not fit the rule.
        UninitialisedError: a parameter has no value.
        DivergedError: a value is no longer finite.
    """
    run = _Run(network.frozen(freeze), X, targets, rule, learning_rate, stop)
    most = EPOCHS[rule] if epochs is None else epochs
    if most < 0:
        raise InputError(f"epochs are counted from 0, got {most}")
    run.learn(most)
    trained = network.rewritten(run.values)
    said = source or f"rule {rule}, learning rate {run.rate:g}, rows in order"
    if freeze and source is None:
        said += f", frozen: {', '.join(freeze)}"
    from deepgraph import __version__

    said = (
        f"Trained by deepgraph {__version__} with numpy {np.__version__}: {said}, on "
        f"{counted(run.rows, 'row')}. {_score(run)}"
    )
    if network.spec.source:
        said += f" Before that: {network.spec.source}"
    where = network.folder if folder is None else folder
    examples, dropped = holding_examples(trained, where)
    spec = replace(trained.spec, source=said, examples=examples)
    result = type(network)(spec, network.name, network.folder)
    return Learned(result, rule, run.steps, run.wrong, run.right, run.circle, _why(run), dropped)


class _Run:
    """A rule at work."""

    def __init__(
        self,
        network: Network,
        X: Any,
        targets: Any,
        rule: Rule,
        learning_rate: float | None,
        stop: Callable[[], bool] | None,
    ) -> None:
        if rule not in RULES[1:]:
            raise InputError(f'{option("rule")} is {either("or", list(RULES[1:]))}, got "{rule}"')
        network.require_values()
        self.network, self.rule, self.stop = network, rule, stop
        self.rate = RATES[rule] if learning_rate is None else learning_rate
        if not 0 < self.rate < np.inf:
            raise InputError(f"a learning rate is a positive number, got {self.rate:g}")
        self.nodes = network.outputs.tolist()
        _require_single_layer(network, rule)
        self.inputs = network.input_array(X)
        self.rows = self.inputs.shape[1]
        if not self.rows or not np.isfinite(self.inputs).all():
            raise InputError("a rule learns from rows of finite numbers, at least one")
        self.targets = self._wanted(targets)
        self.values = network.parameters.values.copy()
        self.steps: list[Step] = []
        self.wrong: list[int] = []
        self.right = False
        self.circle: tuple[int, int] | None = None

    def _wanted(self, targets: Any) -> Array:
        """(outputs, rows) targets; those of a threshold unit are the values that it has."""
        network = self.network
        wanted: Any = targets_in_memory(targets)
        if not hasattr(wanted, "keys"):
            names = [str(name) for name in wanted]
            if len(names) != self.rows:
                raise InputError(f"{len(names):,} classes for {self.rows:,} rows")
            wanted, _ = one_hot(network, names)
        odd = [str(name) for name in wanted if str(name) not in network.output_names]
        lacking = [name for name in network.output_names if name not in wanted]
        if odd or lacking:
            what = listed(network.output_names)
            raise InputError(f"a rule needs a target for each output, and no other: {what}")
        found = np.array(
            [np.broadcast_to(wanted[n], self.rows) for n in network.output_names], np.float64
        )
        for node, row in zip(self.nodes, found, strict=True):
            levels = self._levels(node)
            wrong = np.flatnonzero(~np.isin(row, levels))
            if levels and len(wrong):
                both, first = " and ".join(f"{level:g}" for level in levels), int(wrong[0])
                raise InputError(
                    f'"{shown(network.ids[node])}" gives {both}, and its target in row '
                    f"{first + 1:,} is {row[first]:g}"
                )
        return found

    def _levels(self, node: int) -> tuple[float, ...]:
        """The two values of a threshold unit; none of another unit."""
        function = self.network.activation(node)
        if not is_threshold(self.network, node):
            return ()
        return tuple(float(v) for v in function(np.array([-1.0, 1.0])))

    def learn(self, epochs: int) -> None:
        """Pass through the rows until all are right, the values repeat, or the epochs are over."""
        ends = {self.values.tobytes(): 0}
        for epoch in range(1, epochs + 1):
            wrong = 0
            for row in range(self.rows):
                if self.stop is not None and self.stop():
                    return
                wrong += self._step(epoch, row)
            self.wrong.append(wrong)
            # What was right when it was seen may be wrong after a later step.
            self.right = not self.left()
            if self.right and (not wrong or self.rule != "perceptron"):
                return
            key = self.values.tobytes()
            if key in ends and self.rule != "hebb":
                self.circle = ends[key], epoch
                return
            ends[key] = epoch

    def _step(self, epoch: int, row: int) -> bool:
        """Learn from a row; true if it was wrong."""
        network = self.network.with_computed(self.values)
        with np.errstate(all="ignore"):
            seen = trace(network, self.inputs[:, row : row + 1])
        z, a, t = seen.z[self.nodes, 0], seen.a[self.nodes, 0], self.targets[:, row]
        errors = self._errors(z, a, t)
        change = np.zeros(len(self.values))
        for node, error in zip(self.nodes, errors.tolist(), strict=True):
            for edge in network.incoming.of(node).tolist():
                source = int(network.source[edge])
                code, x = int(network.edge_parameter[edge]), float(seen.a[source, 0])
                if code < 0:  # a wire, from a bias that is a parameter itself
                    code, x = int(network.node_parameter[source]), 1.0
                if code >= 0 and network.parameters.trainable[code]:
                    change[code] += self.rate * error * x
        self.values = self.values + change
        self._record(epoch, row, seen, (z, a, t, errors), change)
        if not np.isfinite(self.values).all():
            where = f"in epoch {epoch:,}, row {row + 1:,}"
            raise DivergedError(f"the rule stopped {where}: a parameter is no longer finite")
        return self._is_wrong(a, t)

    def _errors(self, z: Array, a: Array, t: Array) -> Array:
        if self.rule == "hebb":
            return t
        if self.rule == "perceptron":
            return t - a
        errors = t - z
        for place, node in enumerate(self.nodes):
            function = self.network.activation(node)
            if not (function.is_identity or is_threshold(self.network, node)):
                slope = float(function.derivative(z[place : place + 1])[0])
                errors[place] = (t[place] - a[place]) * slope
        return errors

    def _is_wrong(self, a: Array, t: Array) -> bool:
        """True if a row is wrong: by its classes if there are some, else by its values."""
        classes = self.network.classes
        if classes is not None and not any(is_threshold(self.network, n) for n in self.nodes):
            return bool(classes.decided(a[:, None])[0] != classes.decided(t[:, None])[0])
        return bool((a != t).any())

    def left(self) -> int:
        """How many rows are wrong with the present values."""
        with np.errstate(all="ignore"):
            a = trace(self.network.with_computed(self.values), self.inputs).a[self.nodes]
        return sum(self._is_wrong(a[:, r], self.targets[:, r]) for r in range(self.rows))

    def _record(
        self, epoch: int, row: int, seen: Any, of: tuple[Array, ...], change: Array
    ) -> None:
        network, names = self.network, self.network.output_names
        z, a, t, errors = (dict(zip(names, map(float, part), strict=True)) for part in of)
        inputs = {network.ids[n]: float(seen.a[n, 0]) for n in network.inputs.tolist()}
        name = network.parameters.name
        moves = {name(n): float(x) for n, x in enumerate(change)}
        values = {name(n): float(x) for n, x in enumerate(self.values)}
        self.steps.append(Step(epoch, row + 1, inputs, z, a, t, errors, moves, values))


def is_threshold(network: Network, node: int) -> bool:
    """Check whether a node has the step or the sign, whose slope is 0."""
    row = network.activation(node).row
    return row is not None and row.name in ("step", "sign")


def _require_single_layer(network: Network, rule: Rule) -> None:
    """Refuse a network that the rule says nothing about."""
    for node in network.outputs.tolist():
        sources = network.source[network.incoming.of(node)]
        kinds = network.kind[sources]
        name = shown(network.ids[node])
        if ((kinds != INPUT) & (kinds != BIAS)).any():
            hidden = network.ids[int(sources[(kinds != INPUT) & (kinds != BIAS)][0])]
            raise InputError(
                f'the {rule} rule is for outputs that are fed by inputs alone, and "{name}" is fed '
                f'by "{shown(hidden)}"; hidden nodes learn by gradient descent: '
                f"{option('rule', 'gradient')}"
            )
        function = network.activation(node)
        if function.row is None or not AGGREGATIONS[network.aggregations[node]].adds:
            raise InputError(f'the {rule} rule is for sums, and "{name}" is none')
        if rule == "perceptron" and not is_threshold(network, node):
            raise InputError(
                f'the perceptron rule is for threshold units, and "{name}" has {function.name}; '
                "write the activation step (0 and 1) or sign (−1 and 1), or take "
                f"{option('rule', 'delta')}"
            )


def _score(run: _Run) -> str:
    corrections = sum(step.corrects for step in run.steps)
    done = counted(len(run.wrong), "epoch")
    what = "all rows are right" if run.right else f"{run.left()} of {run.rows:,} rows are wrong"
    return f"{what[0].upper()}{what[1:]} after {done}, {counted(corrections, 'correction')}."


def _why(run: _Run) -> str:
    """Why rows are still wrong: the rule goes round, or the epochs were over."""
    if run.right or not run.wrong:
        return ""
    if run.rule == "hebb":
        return (
            f"{run.left()} of {counted(run.rows, 'row')} are wrong: Hebb's rule sees what goes "
            "together and corrects no error; inputs and targets of −1 and 1 suit it best"
        )
    if run.circle is None:
        return (
            f"{run.left()} of {counted(run.rows, 'row')} are wrong after "
            f"{counted(len(run.wrong), 'epoch')}; more {option('epochs')} may be needed, or no "
            "weights do it"
        )
    first, last = run.circle
    start = f"epoch {first:,}" if first else "the start"
    text = f"epoch {last:,} ends with the numbers of {start}, so the rule goes round for ever"
    if run.rule != "perceptron" or len(run.nodes) > 1:
        return text
    inside = [step for step in run.steps if step.epoch > first and step.corrects]
    rows = Counter(step.row for step in inside)
    names = listed([f"{row}" for row in sorted(rows)[:8]], count=len(rows))
    return (
        f"{text}. Its corrections for the rows {names} cancel out, which weights that get all of "
        "these rows right would forbid: there are none, for no straight line (or plane) parts the "
        "rows"
    )
