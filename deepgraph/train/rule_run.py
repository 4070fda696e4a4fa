"""A learning rule at work, row by row; see `deepgraph.train.rules`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import DivergedError, InputError
from deepgraph.explain.given import numbers
from deepgraph.functions.aggregations import AGGREGATIONS
from deepgraph.graph.exact import double, exact_pieces, shortest
from deepgraph.graph.kinds import BIAS, INPUT
from deepgraph.options.training import RULES
from deepgraph.train.given import named_targets
from deepgraph.train.rows import one_hot
from deepgraph.train.rule_numbers import Doubles, Exact, Table, is_threshold, nearest
from deepgraph.words.messages import either, listed, shown
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from deepgraph.explain.given import Exact as Known
    from deepgraph.network import Network
    from deepgraph.options.training import Rule
    from deepgraph.train.rule_numbers import Real, Seen

    Array = NDArray[np.float64]

RATES: dict[str, float] = {"perceptron": 1.0, "delta": 0.1, "hebb": 1.0}
"""The default learning rate of each rule, as textbooks take it."""


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
        real_z, real_values: z and values without rounding; empty for a rule that is computed in
            doubles.
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
    real_z: dict[str, Fraction]
    real_values: dict[str, Fraction]

    @property
    def corrects(self) -> bool:
        """True if a parameter changed."""
        return any(self.changes.values())


class RuleRun:
    """A rule at work; see `learn`."""

    def __init__(
        self,
        network: Network,
        X: Any,
        targets: Any,
        rule: Rule,
        learning_rate: float | Fraction | None,
        stop: Callable[[], bool] | None,
    ) -> None:
        if rule not in RULES[1:]:
            raise InputError(f'{option("rule")} is {either("or", list(RULES[1:]))}, got "{rule}"')
        network.require_values()
        self.network, self.rule, self.stop = network, rule, stop
        self.rate = RATES[rule] if learning_rate is None else learning_rate
        if not 0 < self.rate < np.inf:
            raise InputError(f"a learning rate is a positive number, got {float(self.rate):g}")
        self.nodes = network.outputs.tolist()
        _require_single_layer(network, rule)
        X, exact_inputs = _read(X)
        self.inputs = network.input_array(X)
        self.rows = self.inputs.shape[1]
        if not self.rows or not np.isfinite(self.inputs).all():
            raise InputError("a rule learns from at least one row of finite numbers")
        targets, exact_targets = _read(targets)
        self.targets = self._wanted(targets)
        self.numbers = (
            Doubles(network, self.inputs, self.targets, float(self.rate))
            if rule == "delta"
            else self._exact(exact_inputs, exact_targets)
        )
        self.values = self.numbers.start
        self.doubles = np.array(list(map(nearest, self.values)))
        self.names = [*map(network.parameters.name, range(len(self.values)))]
        self.steps: list[Step] = []
        self.wrong: list[int] = []
        self.right = False
        self.circle: tuple[int, int] | None = None

    def _exact(self, inputs: Known, targets: Known) -> Exact:
        """The rows without rounding; what was given as a fraction is one."""
        network, rate = self.network, self.rate
        given = [inputs.get(name) for name in network.input_names]
        wanted = [targets.get(name) for name in network.output_names]
        return Exact(
            network,
            Table(self.inputs, given),
            Table(self.targets, wanted),
            rate if isinstance(rate, Fraction) else shortest(rate),
        )

    def _wanted(self, targets: Any) -> Array:
        """(outputs, rows) targets; those of a threshold unit are the values that it has."""
        network = self.network
        wanted = named_targets(network, targets)
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
        if not np.isfinite(found).all():
            raise InputError("a rule learns from targets that are finite numbers")
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
        if not is_threshold(self.network, node):
            return ()
        function = self.network.activation(node)
        pieces = exact_pieces(function)
        if self.rule == "delta" or pieces is None:
            return tuple(float(v) for v in function(np.array([-1.0, 1.0])))
        return tuple(double(pieces(Fraction(side))) for side in (-1, 1))

    def learn(self, epochs: int) -> None:
        """Pass through the rows until all are right, the values repeat, or the epochs are over."""
        ends = {tuple(self.values): 0}
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
            key = tuple(self.values)
            if key in ends and self.rule != "hebb":
                self.circle = ends[key], epoch
                return
            ends[key] = epoch

    def _step(self, epoch: int, row: int) -> bool:
        """Learn from a row; true if it was wrong."""
        network, rate = self.network, self.numbers.rate
        seen, t = self.numbers.see(self.values, row), self.numbers.targets(row)
        errors = self._errors(seen, t)
        change: dict[int, Real] = {}
        for node, error in zip(self.nodes, errors, strict=True):
            for edge in network.incoming.of(node).tolist() if error else []:
                source = int(network.source[edge])
                code, x = int(network.edge_parameter[edge]), seen.x[source]
                if code < 0:  # a wire, from a bias that is a parameter itself
                    code, x = int(network.node_parameter[source]), 1
                if x and code >= 0 and network.parameters.trainable[code]:
                    change[code] = change.get(code, 0) + rate * error * x
        for code, by in change.items():
            self.values[code] += by
            self.doubles[code] = nearest(self.values[code])
        a = self._record(epoch, row, seen, errors, change)
        if not np.isfinite(self.doubles).all():
            where = f"in epoch {epoch:,}, row {row + 1:,}"
            raise DivergedError(f"the rule stopped {where}: a parameter is no longer finite")
        return self._is_wrong(a, self.targets[:, row])

    def _errors(self, seen: Seen, t: list[Real]) -> list[Real]:
        if self.rule == "hebb":
            return t
        if self.rule == "perceptron":
            return [wanted - a for wanted, a in zip(t, seen.a, strict=True)]
        errors = [wanted - z for wanted, z in zip(t, seen.z, strict=True)]
        for place, node in enumerate(self.nodes):
            function = self.network.activation(node)
            if not (function.is_identity or is_threshold(self.network, node)):
                slope = float(function.derivative(np.array(seen.z[place : place + 1], float))[0])
                errors[place] = (t[place] - seen.a[place]) * slope
        return errors

    def _is_wrong(self, a: Array, t: Array) -> bool:
        """True if a row is wrong: by its classes if there are some, else by its values."""
        classes = self.network.classes
        if classes is not None and not any(is_threshold(self.network, n) for n in self.nodes):
            return bool(classes.decided(a[:, None])[0] != classes.decided(t[:, None])[0])
        return bool((a != t).any())

    def left(self) -> int:
        """How many rows are wrong with the present values."""
        a = self.numbers.outputs(self.values)
        return sum(self._is_wrong(a[:, r], self.targets[:, r]) for r in range(self.rows))

    def _record(
        self, epoch: int, row: int, seen: Seen, errors: list[Real], change: dict[int, Real]
    ) -> Array:
        """Keep a step, in doubles; return the (outputs,) values of its row."""
        network, names = self.network, self.network.output_names
        parts = (seen.z, seen.a, self.targets[:, row].tolist(), errors)
        z, a, t, off = (dict(zip(names, map(nearest, part), strict=True)) for part in parts)
        inputs = {network.ids[n]: nearest(seen.x.get(n, 0.0)) for n in network.inputs.tolist()}
        moves = dict.fromkeys(self.names, 0.0)
        moves |= {self.names[n]: nearest(x) for n, x in change.items()}
        values = dict(zip(self.names, self.doubles.tolist(), strict=True))
        reals = (_fractions(names, seen.z), _fractions(self.names, self.values))
        self.steps.append(Step(epoch, row + 1, inputs, z, a, t, off, moves, values, *reals))
        return np.array(list(a.values()))


def _fractions(names: list[str], numbers: list[Real]) -> dict[str, Fraction]:
    """Those of some numbers that are exact, by their names."""
    pairs = zip(names, numbers, strict=True)
    return {name: number for name, number in pairs if isinstance(number, Fraction)}


def _read(given: Any) -> tuple[Any, Known]:
    """What was given, and its exact numbers where it has fractions."""
    plain = (str, int, float, Fraction, list, tuple)
    if isinstance(given, Mapping) and all(isinstance(given[name], plain) for name in given):
        return numbers(given)
    return given, {}


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
            raise InputError(f'the {rule} rule is for sums, and "{name}" is not a sum')
        if rule == "perceptron" and not is_threshold(network, node):
            raise InputError(
                f'the perceptron rule is for threshold units, and "{name}" has {function.name}; '
                "write the activation step (0 and 1) or sign (−1 and 1), or take "
                f"{option('rule', 'delta')}"
            )
