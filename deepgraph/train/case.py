"""A training as a case to look into: its start, its rows, and what a constant would reach."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.evaluate.reference import trace
from deepgraph.graph.kinds import BIAS, INPUT
from deepgraph.train.packing import Blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.evaluate.reference import Trace
    from deepgraph.graph.graph import Graph
    from deepgraph.train.objective import Goal
    from deepgraph.train.records import Settings
    from deepgraph.train.rows import Rows

    Array = NDArray[np.float64]

SAMPLE = 500
"""Rows that are looked at: enough that a share of one in a hundred is seen, few enough to be quick
beside the training itself."""


@dataclass(frozen=True)
class Case:
    """What a training began with.

    Attributes:
        network: with the values before the first epoch, and the parameters that are frozen.
        goal: the loss and its target nodes.
        rows: all rows that were learned from.
        settings: of the training.
        kept_apart: the rows by which the best epoch was chosen, if they are others.
    """

    network: Graph
    goal: Goal
    rows: Rows
    settings: Settings
    kept_apart: Rows | None = None

    @cached_property
    def sample(self) -> Rows:
        """Rows at equal distances in the table, at most `SAMPLE`; all of them if they are few."""
        return evenly(self.rows, SAMPLE)

    @cached_property
    def judged(self) -> Rows:
        """The rows whose loss counts, at most `SAMPLE`: those kept apart, if there are any."""
        return self.sample if self.kept_apart is None else evenly(self.kept_apart, SAMPLE)

    @cached_property
    def needed(self) -> NDArray[np.intp]:
        """(nodes,) the numbers of the neurons that the targets depend on."""
        blocks = Blocks(self.network, self.goal.nodes)
        kinds = self.network.kind
        return np.flatnonzero(blocks.needed & (kinds != INPUT) & (kinds != BIAS))

    @cached_property
    def hidden(self) -> list[int]:
        """The numbers of the needed neurons that have no target."""
        wanted = set(self.goal.nodes.tolist())
        return [node for node in self.needed.tolist() if node not in wanted]

    def look(self, values: Array | None = None) -> Trace:
        """The forward pass on the sample, with other (parameters,) values than those before."""
        return self._look(self.sample, values)

    def judge(self, values: Array | None = None) -> Trace:
        """The same on the rows whose loss counts."""
        return self._look(self.judged, values)

    def _look(self, rows: Rows, values: Array | None) -> Trace:
        network = self.network if values is None else self.network.with_computed(values)
        with np.errstate(all="ignore"):
            return trace(network, rows.inputs, normalised=True)

    def loss(self, outputs: Array) -> float:
        """The mean loss of the rows whose loss counts.

        Args:
            outputs: (targets, rows) the values of the target nodes.
        """
        with np.errstate(all="ignore"):
            return mean_loss(self.network, self.goal, outputs, self.judged.targets)

    @cached_property
    def baseline(self) -> float:
        """The smallest loss that the same outputs for every row can have, or nearly so."""
        targets = self.judged.targets
        mean = targets.mean(axis=1, keepdims=True)
        found = [mean]
        if self.goal.loss.f is not None:  # an absolute error is least at a median
            middle = np.median(targets, axis=1, keepdims=True)
            found += [middle, np.sign(middle), (mean + middle) / 2.0]
        return min(self.loss(np.broadcast_to(one, targets.shape)) for one in found)


def evenly(rows: Rows, most: int) -> Rows:
    """At most so many rows, at equal distances."""
    if len(rows) <= most:
        return rows
    return rows.take(np.linspace(0, len(rows) - 1, most).astype(np.intp))


def mean_loss(network: Graph, goal: Goal, outputs: Array, targets: Array) -> float:
    """The mean loss over rows of the values of the target nodes, (targets, rows) as the targets.

    A cross-entropy of 0 or 1 is infinite where the target is another.
    """
    loss = goal.loss
    if loss.f is not None:
        terms = loss.f(outputs, targets) / loss.divisor_for(len(goal.nodes))
        return float(terms.sum(axis=0).mean())
    terms = -_times_log(targets, outputs)
    alone = [network.activation(node).row is not None for node in goal.nodes.tolist()]
    terms[alone] -= _times_log(1.0 - targets[alone], 1.0 - outputs[alone])
    return float(terms.sum(axis=0).mean())


def _times_log(t: Array, a: Array) -> Array:
    return np.where(t == 0, 0.0, t * np.log(a))
