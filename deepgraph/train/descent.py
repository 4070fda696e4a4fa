"""Gradient descent over the rows of a table, epoch by epoch."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.engines.threads import one_blas_thread
from deepgraph.errors import DivergedError, InputError
from deepgraph.evaluate.reference import trace
from deepgraph.train.optimisers import LEARNING_RATES, OPTIMISERS, Optimiser, stepper
from deepgraph.train.packing import Blocks
from deepgraph.train.rows import Rows, Shuffle
from deepgraph.train.walk import Walk
from deepgraph.train.weights import Weights

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from deepgraph.network import Network
    from deepgraph.train.objective import Goal

    Array = NDArray[np.float64]

TILE_VALUES = 1 << 22
"""Values that a walk may hold: 32 MB; a batch of more rows is added up tile by tile."""


@dataclass(frozen=True)
class Settings:
    """How to train.

    Attributes:
        epochs: how often every row is learned from.
        learning_rate: by default what `LEARNING_RATES` says of the optimiser.
        optimiser: "sgd" or "adam".
        momentum: of sgd, from 0 to less than 1.
        batch: rows for each step; by default all, in the order of the table. Fewer are shuffled
            anew in every epoch.
        seed: of the shuffling.
    """

    epochs: int = 100
    learning_rate: float | None = None
    optimiser: Optimiser = "sgd"
    momentum: float = 0.0
    batch: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if self.optimiser not in OPTIMISERS:
            raise InputError(f'no optimiser "{self.optimiser}"; known: {", ".join(OPTIMISERS)}')
        if self.epochs < 0:
            raise InputError(f"epochs are counted from 0, got {self.epochs}")
        if not 0 < self.rate < math.inf:
            raise InputError(f"a learning rate is a positive number, got {self.rate:g}")
        if not 0 <= self.momentum < 1:
            raise InputError(f"momentum is at least 0 and less than 1, got {self.momentum:g}")
        if self.momentum and self.optimiser != "sgd":
            raise InputError(f"momentum belongs to sgd; {self.optimiser} has its own")
        if self.batch is not None and self.batch < 1:
            raise InputError(f"a batch has at least one row, got {self.batch}")

    @property
    def rate(self) -> float:
        """The learning rate, or its default."""
        default = LEARNING_RATES[self.optimiser]
        return default if self.learning_rate is None else self.learning_rate


@dataclass(frozen=True)
class Score:
    """How well a network does on rows.

    Attributes:
        loss: the mean over the rows.
        accuracy: the share of rows whose largest output is their class; `None` without classes.
    """

    loss: float
    accuracy: float | None = None


@dataclass(frozen=True)
class Epoch:
    """What is known at the end of an epoch.

    Attributes:
        number: from 1; 0 is before the first.
        training: on the rows that are learned from, all of them, as the epoch leaves the network.
        validation: on the other rows, where there are any.
    """

    number: int
    training: Score
    validation: Score | None = None

    @property
    def decisive(self) -> float:
        """The loss by which epochs are compared: that of validation, else of training."""
        return (self.validation or self.training).loss


@dataclass
class Run:
    """What a training comes to.

    Attributes:
        epochs: every one, with epoch 0, the network as it was.
        best: the epoch with the smallest decisive loss, the first of equal ones.
        values: (parameters,) at the end of that epoch.
        interrupted: whether it was stopped before its last epoch was complete.
    """

    epochs: list[Epoch] = field(default_factory=list)
    best: Epoch | None = None
    values: Array = field(default_factory=lambda: np.zeros(0))
    interrupted: bool = False


@contextmanager
def _telling(epochs: list[Epoch]) -> Iterator[None]:
    """The epochs that there were go with the error."""
    try:
        yield
    except DivergedError as error:
        error.history = epochs
        raise


Watcher = Callable[[Epoch, Callable[[], "Array"]], None]
"""Is told of every epoch, with a function that gives its (parameters,) values."""


class Descent:
    """Gradient descent on one network and its rows.

    Args:
        network: all of its parameters must have values.
        goal: the loss and its target nodes.
        rows: to learn from, at least one.
        validation: other rows, or `None`.
        settings: how.

    Raises:
        InputError: there is nothing to train.
    """

    def __init__(
        self,
        network: Network,
        goal: Goal,
        rows: Rows,
        validation: Rows | None,
        settings: Settings,
    ) -> None:
        self._network, self._goal, self._settings = network, goal, settings
        self._rows, self._validation = rows, validation
        self._blocks = Blocks(network, goal.nodes)
        self._weights = Weights(network, self._blocks)
        self._outputs = self._blocks.places_of(network.outputs.astype(np.intp))
        self._tile = max(1, TILE_VALUES // max(self._blocks.height, 1))
        self._walks: dict[tuple[int, int], Walk] = {}
        self._loaded: dict[tuple[int, int], tuple[Rows, int]] = {}
        weights = self._weights
        self._step = stepper(
            settings.optimiser, weights.theta, weights.gradient, settings.rate, settings.momentum
        )

    def run(self, watch: Watcher | None = None, stop: Callable[[], bool] | None = None) -> Run:
        """Train.

        Args:
            watch: see `Watcher`.
            stop: asked before every step; true ends the training with what it has so far.

        Raises:
            DivergedError: the loss is no longer finite.
        """
        found, theta = Run(), self._weights.theta
        best = theta.copy()
        shuffle = Shuffle(self._settings.seed, "batches")
        # How many threads share a product of matrices changes its last bits: here it is one.
        with np.errstate(all="ignore"), one_blas_thread(), _telling(found.epochs):
            for number in range(self._settings.epochs + 1):
                if number:
                    found.interrupted = not self._learn(number, shuffle, stop)
                    if found.interrupted:
                        break
                epoch = self._judge(number)
                found.epochs.append(epoch)
                if found.best is None or epoch.decisive < found.best.decisive:
                    found.best = epoch
                    np.copyto(best, theta)
                if watch is not None:
                    watch(epoch, self._values)
            assert found.best is not None
            found.values = self._weights.values(best)
            self._require_finite_parameters(found.values, found.best.number)
        return found

    def _values(self) -> Array:
        """(parameters,) as they are now."""
        return self._weights.values(self._weights.theta)

    @property
    def _batch(self) -> int:
        rows = len(self._rows)
        return min(self._settings.batch or rows, rows)

    # --- learning ------------------------------------------------------------------------

    def _learn(self, number: int, shuffle: Shuffle, stop: Callable[[], bool] | None) -> bool:
        """One epoch; whether it is complete."""
        rows, batch = len(self._rows), self._batch
        if batch == rows:
            if stop is not None and stop():
                return False
            if rows <= self._tile:
                self._walk(rows, rows).back()  # `_judge` went forward on these rows
                self._weights.collect()
                self._move()
            else:
                self._descend(self._rows, 0, rows, number)
            return True
        shuffled = self._rows.take(shuffle(rows))
        for start in range(0, rows, batch):
            if stop is not None and stop():
                return False
            self._descend(shuffled, start, min(batch, rows - start), number)
        return True

    def _descend(self, rows: Rows, start: int, size: int, number: int) -> None:
        """One step on a batch, tile by tile where it is large."""
        weights, total = self._weights, None
        for at in range(start, start + size, self._tile):
            part = min(self._tile, start + size - at)
            walk = self._loaded_walk(rows, at, part, size)
            if not math.isfinite(walk.forward()):
                raise self._diverged(number, rows, at, part)
            walk.back()
            weights.collect()
            if size > self._tile:
                total = weights.gradient.copy() if total is None else total + weights.gradient
        if total is not None:
            weights.gradient[:] = total
        self._move()

    def _move(self) -> None:
        self._step()
        self._weights.spread()

    # --- judging -------------------------------------------------------------------------

    def _judge(self, number: int) -> Epoch:
        batch = len(self._rows) if self._batch == len(self._rows) else 0
        training = self._score(self._rows, batch)
        if not math.isfinite(training.loss):
            self._require_finite(number, self._rows, batch)
        if self._validation is None:
            return Epoch(number, training)
        validation = self._score(self._validation, 0)
        if not number and not math.isfinite(validation.loss):  # nothing could be compared with it
            self._require_finite(number, self._validation, 0)
        return Epoch(number, training, validation)

    def _score(self, rows: Rows, batch: int) -> Score:
        loss, right = 0.0, 0
        for at in range(0, len(rows), self._tile):
            part = min(self._tile, len(rows) - at)
            walk = self._loaded_walk(rows, at, part, batch)
            loss += walk.forward()
            if rows.classes is not None:
                largest = np.argmax(walk.a[self._outputs], axis=0)
                right += int(np.count_nonzero(largest == rows.classes[at : at + part]))
        return Score(loss / len(rows), None if rows.classes is None else right / len(rows))

    # --- walks ---------------------------------------------------------------------------

    def _walk(self, rows: int, batch: int) -> Walk:
        """The walk for this many rows of a batch; of batch 0 one that only goes forward."""
        key = (rows, batch)
        if key not in self._walks:
            weights = self._weights
            self._walks[key] = Walk(
                self._blocks,
                self._goal,
                rows,
                1.0 / max(batch, 1),
                weights.slots,
                weights.slot_gradient if batch else None,
            )
        return self._walks[key]

    def _loaded_walk(self, rows: Rows, start: int, size: int, batch: int) -> Walk:
        """A walk with the values of some rows in it."""
        walk, key = self._walk(size, batch), (size, batch)
        loaded = self._loaded.get(key)
        if loaded is None or loaded[0] is not rows or loaded[1] != start:
            walk.a[: len(rows.inputs)] = rows.inputs[:, start : start + size]
            walk.targets[:] = rows.targets[:, start : start + size]
            self._loaded[key] = (rows, start)
        return walk

    # --- what went wrong -----------------------------------------------------------------

    def _require_finite(self, number: int, rows: Rows, batch: int) -> None:
        for at in range(0, len(rows), self._tile):
            part = min(self._tile, len(rows) - at)
            if not math.isfinite(self._loaded_walk(rows, at, part, batch).forward()):
                raise self._diverged(number, rows, at, part)

    def _require_finite_parameters(self, values: Array, number: int) -> None:
        """One may be infinite where the loss is not: it feeds a ReLU that is 0."""
        strange = np.flatnonzero(~np.isfinite(values))
        if len(strange):
            name, value = self._network.parameters.name(int(strange[0])), values[strange[0]]
            raise DivergedError(
                f"training stopped after epoch {number:,}, the best: the parameter "
                f'"{name}" is {value:g}'
            )

    def _diverged(self, number: int, rows: Rows, start: int, size: int) -> DivergedError:
        """The error that says where the first number is that is not finite."""
        when = f"in epoch {number:,}" if number else "before the first epoch"
        when += " on the rows kept apart" if rows is self._validation else ""
        network = self._network.with_values(self._values())
        values = trace(network, rows.inputs[:, start : start + size])
        strange = ~(np.isfinite(values.z) & np.isfinite(values.a))
        strange &= self._blocks.needed[:, np.newaxis]
        for node in network.steps[network.steps < len(network.ids)].tolist():
            if strange[node].any():
                row = int(np.flatnonzero(strange[node])[0])
                z, a = values.z[node, row], values.a[node, row]
                what = f"z is {z:g}" if not np.isfinite(z) else f"its value is {a:g}"
                return DivergedError(
                    f"training stopped {when}: the first node that is not finite is "
                    f'"{network.ids[node]}", where {what}'
                )
        nodes = self._goal.nodes
        error = np.abs(values.a[nodes] - rows.targets[:, start : start + size]).max(axis=1)
        return DivergedError(
            f"training stopped {when}: the loss is too large for a double, with "
            f'"{network.ids[nodes[np.argmax(error)]]}" as far as {error.max():.3g} from its target'
        )
