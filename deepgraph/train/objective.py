"""The objective of training: the losses of the format, in arrays that are reused.

The value is a sum over the rows; the derivatives are those of the mean over a batch. As in
`deepgraph.evaluate.loss`, cross-entropy is taken together with its softmax or sigmoid: ∂loss/∂z of
a softmax group is a·Σt − t, and of a sigmoid a − t.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.errors import InputError
from deepgraph.evaluate.loss import require_fit, require_known, require_range, targets_by_node
from deepgraph.functions.losses import LOSSES, squared
from deepgraph.graph.kinds import BIAS, INPUT
from deepgraph.train.packing import tidy
from deepgraph.train.runs import SoftmaxRun
from deepgraph.words.messages import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from deepgraph.functions.in_place import Call
    from deepgraph.functions.losses import Loss
    from deepgraph.network import Network
    from deepgraph.train.packing import Blocks, Numbers, Places
    from deepgraph.train.runs import FunctionRun, Sent

    Array = NDArray[np.float64]
    Runs = list[SoftmaxRun | FunctionRun]


@dataclass(frozen=True)
class Goal:
    """A loss and its target nodes.

    Attributes:
        loss: a loss that needs targets.
        nodes: (targets,) node numbers; for cross-entropy whole softmax groups, one after another.
    """

    loss: Loss
    nodes: Numbers


def goal(
    network: Network, targets: Mapping[str, ArrayLike], loss: str, rows: int
) -> tuple[Goal, Array]:
    """The goal of a loss, and its targets, (targets, rows).

    Raises:
        InputError: see `deepgraph.evaluate.loss.evaluate_loss`; or a target for an input or a bias.
    """
    require_fit(network, targets, loss)
    nodes, given = targets_by_node(network, targets, rows)
    require_known(network, nodes, given, LOSSES[loss])
    kinds = {INPUT: "an input", BIAS: "a bias"}
    for node in nodes:
        kind = kinds.get(int(network.kind[node]))
        if kind is not None:
            raise InputError(
                f'a target for "{shown(network.ids[node])}", which is {kind}; training moves the '
                "values of hidden and output nodes"
            )
    wanted = dict(zip(nodes, given, strict=True))
    row = LOSSES[loss]
    if row.activations:
        for group in network.softmax_groups:
            members = group.tolist()
            if not wanted.keys().isdisjoint(members):  # a member without a target has 0
                whole = {node: wanted.pop(node, np.zeros(rows)) for node in members}
                wanted = {**whole, **wanted}
        require_range(network, wanted, row)
    return Goal(row, np.array(list(wanted), np.intp)), np.array(list(wanted.values()))


class Objective(ABC):
    """The loss of a walk."""

    @abstractmethod
    def value(self) -> float:
        """The sum of the losses of the rows, for the values that are now in the arrays."""

    def backward(self, d: Array, sent: Sent) -> list[Call]:
        """Calls that, after `value`, write ∂loss/∂a of the targets if the loss reads a."""
        return []

    def at(self, number: int, d: Array, sent: Sent) -> list[Call]:
        """Calls that, after `value`, write ∂loss/∂z of the targets of a block if it reads z."""
        return []


class ByNode(Objective):
    """A loss that is a sum over the target nodes, Σ f(a, t) / divisor; see `objective`."""

    def __init__(self, goal: Goal, blocks: Blocks, a: Array, t: Array, share: float) -> None:
        self.loss, self.a, self.t = goal.loss, a, t
        self.places = blocks.places_of(goal.nodes)
        self.divisor = goal.loss.divisor_for(len(goal.nodes))
        self.share = share
        self._y = a[self.places]  # a view if the places are a slice

    def values(self) -> Array:
        """(targets, rows) the values of the target nodes."""
        if not isinstance(self.places, slice):
            np.take(self.a, self.places, 0, self._y, "clip")
        return self._y

    def value(self) -> float:
        """See `Objective`."""
        assert self.loss.f is not None
        return float(np.add.reduce(self.loss.f(self.values(), self.t).ravel())) / self.divisor

    def backward(self, d: Array, sent: Sent) -> list[Call]:
        """See `Objective`."""
        sent.write(self.places)
        return [partial(self._write, d)]

    def _write(self, d: Array) -> None:
        assert self.loss.derivative is not None
        slope = self.loss.derivative(self._y, self.t)
        d[self.places] = slope * (self.share / self.divisor)


class SquaredError(ByNode):
    """Σ(a − t)² / divisor, in two calls of numpy forward and one back."""

    def __init__(self, goal: Goal, blocks: Blocks, a: Array, t: Array, share: float) -> None:
        super().__init__(goal, blocks, a, t, share)
        self._error = np.zeros_like(t)
        self._flat = self._error.ravel()
        self._slope = np.array(2.0 / self.divisor * share)

    def value(self) -> float:
        """See `Objective`."""
        np.subtract(self.values(), self.t, self._error)
        return float(np.dot(self._flat, self._flat)) / self.divisor

    def backward(self, d: Array, sent: Sent) -> list[Call]:
        """See `Objective`."""
        if not isinstance(self.places, slice):
            return super().backward(d, sent)
        sent.write(self.places)
        return [partial(np.multiply, self._error, self._slope, d[self.places])]

    def _write(self, d: Array) -> None:
        d[self.places] = self._error * self._slope


class CrossEntropy(Objective):
    """−Σ t·ln a on softmax groups, and the binary form on sigmoid nodes; see `objective`."""

    def __init__(self, goal: Goal, blocks: Blocks, runs: Runs, t: Array, share: float) -> None:
        self._parts: dict[int, _Part] = {}
        place = blocks.place[goal.nodes]
        for number, (block, run) in enumerate(zip(blocks.steps, runs, strict=True)):
            nodes = block.nodes
            own = np.arange(nodes.start, nodes.stop) if isinstance(nodes, slice) else nodes
            rows = np.flatnonzero(np.isin(place, own))
            if not len(rows):
                continue
            if isinstance(run, SoftmaxRun):
                self._parts[number] = _Softmax(run, t[tidy(rows)], share)
            elif run.function.row is not None:
                places = place[rows]
                self._parts[number] = _Sigmoid(run, places, own[0], t[tidy(rows)], share)

    def value(self) -> float:
        """See `Objective`."""
        return sum(part.value() for part in self._parts.values())

    def at(self, number: int, d: Array, sent: Sent) -> list[Call]:
        """See `Objective`."""
        if number not in self._parts:
            return []
        part = self._parts[number]
        return [partial(part.assign if sent.write(part.places) else part.add, d)]


class _Part(ABC):
    """A softmax group, or the sigmoid nodes of a block; `slope` is ∂loss/∂z, (nodes, rows)."""

    places: Places

    @abstractmethod
    def value(self) -> float: ...

    @abstractmethod
    def slope(self) -> Array: ...

    def assign(self, d: Array) -> None:
        d[self.places] = self.slope()

    def add(self, d: Array) -> None:
        d[self.places] += self.slope()


class _Softmax(_Part):
    def __init__(self, run: SoftmaxRun, t: Array, share: float) -> None:
        self.places, self._run, self._t, self._share = run.nodes, run, t, share

    def value(self) -> float:
        """−ln a = ln Σ exp − shifted."""
        run, t = self._run, self._t
        all_together = float(np.dot(np.add.reduce(t, axis=0), np.log(run.total)))
        return all_together - float(np.dot(t.ravel(), run.shifted.ravel()))

    def slope(self) -> Array:
        slope: Array = self._run.a[self._run.nodes] * np.add.reduce(self._t, axis=0)
        slope -= self._t
        slope *= self._share
        return slope


class _Sigmoid(_Part):
    def __init__(
        self, run: FunctionRun, places: Numbers, first: int, t: Array, share: float
    ) -> None:
        self.places, self._t, self._share = tidy(places), t, share
        self._run, self._nodes = run, tidy(places - first)

    def value(self) -> float:
        """t·softplus(−z) + (1 − t)·softplus(z) = softplus(z) − t·z, for z the argument of σ."""
        z = self._run.function.argument(self._run.z[self._nodes])
        return float(np.add.reduce((np.logaddexp(0.0, z) - self._t * z).ravel()))

    def slope(self) -> Array:
        slope: Array = self._run.a[self._nodes] - self._t
        slope *= self._share * self._run.function.gain
        return slope


def objective(
    goal: Goal, blocks: Blocks, runs: Runs, a: Array, t: Array, share: float
) -> Objective:
    """The objective of a walk.

    Args:
        goal: the loss and its target nodes.
        blocks: of the network.
        runs: for each block its softmax group, or its activation.
        a: (places, rows) values.
        t: (targets, rows) targets.
        share: 1/rows of the batch.
    """
    if goal.loss.activations:
        return CrossEntropy(goal, blocks, runs, t, share)
    by_node = SquaredError if goal.loss.f is squared else ByNode
    return by_node(goal, blocks, a, t, share)
