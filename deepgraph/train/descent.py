"""Gradient descent over the rows of a table, epoch by epoch."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.engines.threads import one_blas_thread
from deepgraph.errors import DivergedError
from deepgraph.evaluate.optimisers import TakenStep, stepper
from deepgraph.evaluate.reference import trace
from deepgraph.train.packing import Blocks
from deepgraph.train.records import Epoch, Run, Score
from deepgraph.train.rows import Shuffle
from deepgraph.train.walk import Walk
from deepgraph.train.weights import Weights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph
    from deepgraph.train.objective import Goal
    from deepgraph.train.records import Settings, Watcher
    from deepgraph.train.rows import Rows

    Array = NDArray[np.float64]

TILE_VALUES = 1 << 22
"""Values that a walk may hold, 32 MB; the gradient of a larger batch is added up tile by tile."""


class Descent:
    """Gradient descent on one network and its rows, of which there is at least one.

    All parameters of the network must have values.

    Raises:
        InputError: there is nothing to train.
    """

    def __init__(
        self, network: Graph, goal: Goal, rows: Rows, validation: Rows | None, settings: Settings
    ) -> None:
        self._network, self._goal, self._settings = network, goal, settings
        self._rows, self._validation = rows, validation
        self._blocks = Blocks(network, goal.nodes)
        self._weights = Weights(network, self._blocks)
        self._outputs = self._blocks.places_of(network.outputs.astype(np.intp))
        self._classes = network.classes
        self._tile = max(1, TILE_VALUES // max(self._blocks.height, 1))
        self._walks: dict[tuple[int, int], Walk] = {}
        weights = self._weights
        self._stepper = stepper(settings.step, weights.theta, weights.gradient)
        self._on_step: Callable[[TakenStep], None] | None = None
        self._taken = 0

    def run(
        self,
        watch: Watcher | None = None,
        stop: Callable[[], bool] | None = None,
        on_step: Callable[[TakenStep], None] | None = None,
    ) -> Run:
        """Train until the last epoch.

        Args:
            watch: see `Watcher`.
            stop: asked before every step; true ends the training with its epochs so far.
            on_step: called with every step.

        Raises:
            DivergedError: the loss is no longer finite; its `history` has the epochs until then.
        """
        theta, self._on_step = self._weights.theta, on_step
        epochs: list[Epoch] = []
        best, best_theta, interrupted = None, theta.copy(), False
        shuffle = Shuffle(self._settings.seed, "batches")
        try:
            # How many threads share a product of matrices changes its last bits: here it is one.
            with np.errstate(all="ignore"), one_blas_thread():
                for number in range(self._settings.epochs + 1):
                    if number and not self._learn(number, shuffle, stop):
                        interrupted = True
                        break
                    epoch = self._judge(number)
                    epochs.append(epoch)
                    if best is None or epoch.decisive < best.decisive:
                        best = epoch
                        np.copyto(best_theta, theta)
                    if watch is not None:
                        watch(epoch, self._values)
                assert best is not None
                kept = best
                if self._settings.keep == "last":
                    kept, best_theta = epochs[-1], theta
                values = self._weights.values(best_theta)
                self._require_finite_parameters(values, kept.number)
        except DivergedError as error:
            error.history = epochs
            raise
        return Run(epochs, best, kept, values, interrupted)

    def _values(self) -> Array:
        """(parameters,) the current values."""
        return self._weights.values(self._weights.theta)

    @property
    def _batch(self) -> int:
        rows = len(self._rows)
        return min(self._settings.batch or rows, rows)

    @property
    def _sums(self) -> bool:
        """True if a step takes the sum of its rows."""
        return self._settings.reduction == "sum"

    # --- learning ------------------------------------------------------------------------

    def _learn(self, number: int, shuffle: Shuffle, stop: Callable[[], bool] | None) -> bool:
        """Learn from every row once; true if the epoch is complete, false if it was stopped."""
        rows, batch = len(self._rows), self._batch
        if batch == rows:
            if stop is not None and stop():
                return False
            if rows <= self._tile:
                self._walk(rows, rows).back()  # `_judge` went forward on these rows
                self._weights.collect()
                self._move(number, self._rows, 0, rows)
            else:
                self._descend(self._rows, 0, rows, number)
            return True
        by_file = self._settings.order == "file"
        shuffled = self._rows if by_file else self._rows.take(shuffle(rows))
        for start in range(0, rows, batch):
            if stop is not None and stop():
                return False
            self._descend(shuffled, start, min(batch, rows - start), number)
        return True

    def _descend(self, rows: Rows, start: int, size: int, number: int) -> None:
        """Take one step on a batch of `size` rows, tile by tile if it is large."""
        weights, total = self._weights, None
        for at, part in self._tiles(start, size):
            walk = self._loaded_walk(rows, at, part, size)
            if not math.isfinite(walk.forward()):
                raise self._diverged(number, rows, at, part)
            walk.back()
            weights.collect()
            if size > self._tile:
                total = weights.gradient.copy() if total is None else total + weights.gradient
        if total is not None:
            weights.gradient[:] = total
        self._move(number, rows, start, size)

    def _move(self, number: int, rows: Rows, start: int, size: int) -> None:
        """Take the step to the gradient of some rows."""
        if self._settings.weight_decay:
            self._weights.decay(self._settings.weight_decay)
        if self._on_step is None:
            self._stepper.step()
            self._weights.spread()
            return
        before, state_before = self._values(), self._state()
        gradient = self._weights.whole(self._weights.gradient)
        self._stepper.step()
        self._weights.spread()
        self._taken += 1
        numbers = tuple(rows.number(row) - 1 for row in range(start, start + size))
        after, state_after = self._values(), self._state()
        step = TakenStep(
            self._taken, number, numbers, before, after, gradient, state_before, state_after
        )
        self._on_step(step)

    def _state(self) -> dict[str, Array]:
        """(parameters,) by letter what the optimiser carries from step to step."""
        return {name: self._weights.whole(part) for name, part in self._stepper.state.items()}

    # --- judging -------------------------------------------------------------------------

    def _judge(self, number: int) -> Epoch:
        batch = len(self._rows) if self._batch == len(self._rows) else 0
        training = self._score(self._rows, batch)
        penalty = self._weights.penalty(self._settings.weight_decay)
        if self._sums:  # the loss beside it is a mean, which is so much smaller
            penalty /= self._batch
        if not math.isfinite(training.loss):
            self._require_finite(number, self._rows, batch)
        if self._validation is None:
            return Epoch(number, training, None, penalty)
        validation = self._score(self._validation, 0)
        if not number and not math.isfinite(validation.loss):  # nothing could be compared with it
            self._require_finite(number, self._validation, 0)
        return Epoch(number, training, validation, penalty)

    def _score(self, rows: Rows, batch: int) -> Score:
        loss, right = 0.0, 0
        for at, part in self._tiles(0, len(rows)):
            walk = self._loaded_walk(rows, at, part, batch)
            loss += walk.forward()
            if rows.classes is not None:
                assert self._classes is not None, "rows have classes only where a network has"
                found = self._classes.decided(walk.a[self._outputs])
                right += int(np.count_nonzero(found == rows.classes[at : at + part]))
        return Score(loss / len(rows), None if rows.classes is None else right / len(rows))

    # --- walks ---------------------------------------------------------------------------

    def _tiles(self, start: int, size: int) -> Iterator[tuple[int, int]]:
        """The first row and the number of rows of each tile."""
        for at in range(start, start + size, self._tile):
            yield at, min(self._tile, start + size - at)

    def _walk(self, rows: int, batch: int) -> Walk:
        """The walk for this many rows of a batch; with `batch` 0 it only goes forward."""
        key, slots = (rows, batch), self._weights.slots
        if key not in self._walks:
            share = 1.0 if self._sums else 1.0 / max(batch, 1)
            gradient = self._weights.slot_gradient if batch else None
            self._walks[key] = Walk(self._blocks, self._goal, rows, share, slots, gradient)
        return self._walks[key]

    def _loaded_walk(self, rows: Rows, start: int, size: int, batch: int) -> Walk:
        """The walk of `_walk` with the values of some rows in its arrays."""
        walk = self._walk(size, batch)
        walk.load(rows, start)
        return walk

    # --- what went wrong -----------------------------------------------------------------

    def _require_finite(self, number: int, rows: Rows, batch: int) -> None:
        for at, part in self._tiles(0, len(rows)):
            if not math.isfinite(self._loaded_walk(rows, at, part, batch).forward()):
                raise self._diverged(number, rows, at, part)

    def _require_finite_parameters(self, values: Array, number: int) -> None:
        """Check the parameters: one that feeds a ReLU may be infinite while the loss is finite."""
        strange = np.flatnonzero(~np.isfinite(values))
        if len(strange):
            name, value = self._network.parameters.name(int(strange[0])), values[strange[0]]
            raise DivergedError(
                f"training stopped after epoch {number:,}, which is kept: the parameter "
                f'"{name}" is {value:g}'
            )

    def _diverged(self, number: int, rows: Rows, start: int, size: int) -> DivergedError:
        """The error that names the first node, in the order of evaluation, that is not finite."""
        when = f"in epoch {number:,}" if number else "before the first epoch"
        when += " on the rows kept apart" if rows is self._validation else ""
        network = self._network.with_computed(self._values())
        values = trace(network, rows.inputs[:, start : start + size], normalised=True)
        strange = ~(np.isfinite(values.z) & np.isfinite(values.a))
        strange &= self._blocks.needed[:, np.newaxis]
        for node in network.steps[network.steps < len(network.ids)].tolist():
            if strange[node].any():
                row = int(np.flatnonzero(strange[node])[0])
                z, a = values.z[node, row], values.a[node, row]
                what = f"z is {z:g}" if not np.isfinite(z) else f"its value is {a:g}"
                return DivergedError(
                    f"training stopped {when}: the first node that is not finite is "
                    f'"{network.ids[node]}", where {what} in row {rows.number(start + row):,}'
                )
        nodes = self._goal.nodes
        errors = np.abs(values.a[nodes] - rows.targets[:, start : start + size])
        error, row = errors.max(axis=1), int(errors.max(axis=0).argmax())
        return DivergedError(
            f"training stopped {when}: the loss is too large for a double, with "
            f'"{network.ids[nodes[np.argmax(error)]]}" as far as {error.max():.3g} from its target '
            f"in row {rows.number(start + row):,}"
        )
