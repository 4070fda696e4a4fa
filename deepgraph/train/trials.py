"""Trials: what the same training would have come to with another setting.

Whether a learning rate is too small, or inputs are too large, is decided by trying: the same
network with the same start is trained again, on a sample of the rows and for a bounded number of
steps. A trial that is cut short can only miss a cure; it never invents one.
"""

from __future__ import annotations

import math
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import DivergedError, InputError
from deepgraph.options.training import LEARNING_RATES
from deepgraph.spec.records import Layer, Spec
from deepgraph.train.descent import Descent
from deepgraph.train.starts import STARTS, redrawn

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph
    from deepgraph.train.case import Case
    from deepgraph.train.objective import Goal
    from deepgraph.train.records import Epoch, Settings, Watcher
    from deepgraph.train.rows import Rows

    Array = NDArray[np.float64]

STEPS, MANY_STEPS = 4_000, 20_000
"""The most steps of a trial, and of the one that asks whether more epochs help."""
WORK = 200_000_000
"""The most products of a trial: steps times rows times parameters."""
HALF = 0.5
"""A cure leaves at most this part of the loss. Another shuffle or start changes a loss by some
percent, and half of it is what a reader would call another result."""
PATIENCE, STUCK = 5_000, 0.999
"""A training that in so many epochs keeps this part of its loss is not on its way any more."""
FACTORS = (10.0, 100.0, 1000.0)
"""Learning rates are tried by orders of magnitude: a smaller slip is no mistake."""
HIDDEN, HIDDEN_EPOCHS = 8, 1_000
"""The nodes of a hidden layer that a trial adds, and how long it is trained at least."""


@dataclass(frozen=True)
class Trials:
    """The trials of a case.

    Attributes:
        case: the training.
        reached: the loss that the training itself came to, on the rows whose loss counts.
    """

    case: Case
    reached: float

    def helps(self, loss: float) -> bool:
        """True if a trial with this loss did so much better that it names a cause."""
        return loss < HALF * self.reached

    def run(
        self,
        *,
        settings: Settings | None = None,
        change: Callable[[Rows], Rows] = lambda rows: rows,
        network: Graph | None = None,
        steps: int = STEPS,
        watch: Watcher | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> list[Epoch]:
        """Train again; the epochs until a loss was no longer finite, if one was.

        `change` makes other rows of those that are learned from, and of those kept apart.
        """
        settings = self.case.settings if settings is None else settings
        rows, apart = change(self.case.sample), self.case.kept_apart
        others = None if apart is None else change(self.case.judged)
        network = self.case.network if network is None else network
        epochs = _affordable(settings, rows, network, steps)
        settings = replace(_of_sample(settings, self.case, len(rows)), epochs=epochs, keep="best")
        try:
            descent = Descent(network, self.case.goal, rows, others, settings)
            return descent.run(watch, stop).epochs
        except DivergedError as error:
            return [*error.history[:1]]  # what came before the overflow is no result
        except InputError:  # there is nothing to train
            return []

    @property
    def epochs(self) -> int:
        """How many epochs a trial takes of the same training with another setting."""
        return _affordable(self.case.settings, self.case.sample, self.case.network, STEPS)

    def loss(self, **changed: object) -> float:
        """The smallest loss of a trial, infinity without any."""
        epochs = self.run(**changed)  # type: ignore[arg-type]
        return min(map(_counting, epochs), default=math.inf)

    @cached_property
    def on_learned_rows(self) -> float:
        """The smallest loss of the same training on the rows that are learned from."""
        return min((epoch.training.loss for epoch in self.run()), default=math.inf)

    # --- the cures -----------------------------------------------------------------------

    @cached_property
    def scaled(self) -> float:
        """The loss with standardised inputs."""
        return self.loss(change=self._scaled)

    def _scaled(self, rows: Rows) -> Rows:
        """Rows with the inputs standardised by those that are learned from."""
        known = self.case.sample.inputs
        spread = known.std(axis=1, keepdims=True)
        spread[spread == 0] = 1.0
        return replace(rows, inputs=(rows.inputs - known.mean(axis=1, keepdims=True)) / spread)

    @cached_property
    def scaled_and_slower(self) -> tuple[float, float]:
        """With standardised inputs, the best of the smaller learning rates, and its loss.

        Targets that are large, too, diverge at a rate for those of size 1.
        """
        rate = self.case.settings.rate
        return self._best_rate([rate / factor for factor in FACTORS], self._scaled)

    def _best_rate(
        self, rates: list[float], change: Any = lambda rows: rows
    ) -> tuple[float, float]:
        """The learning rate of these with the smallest loss, and that loss."""
        found = {
            rate: self.loss(settings=replace(self.case.settings, learning_rate=rate), change=change)
            for rate in rates
        }
        best = min(found, key=found.__getitem__)
        return best, found[best]

    @cached_property
    def smaller_rate(self) -> tuple[float, float]:
        """The best of the smaller learning rates, and its loss."""
        rate, usual = self.case.settings.rate, LEARNING_RATES[self.case.settings.optimiser]
        rates = [rate / factor for factor in FACTORS]
        return self._best_rate([*rates, usual] if usual < rates[-1] else rates)

    @cached_property
    def larger_rate(self) -> tuple[float, float]:
        """The best of the larger learning rates, and its loss."""
        rate, usual = self.case.settings.rate, LEARNING_RATES[self.case.settings.optimiser]
        rates = [rate * factor for factor in FACTORS]
        return self._best_rate([*rates, usual] if usual > rates[-1] else rates)

    @cached_property
    def more_epochs(self) -> tuple[int, float]:
        """The first epoch of a longer training that helps, and its loss; 0 if none does."""
        return self._longer(self.case.settings)

    @cached_property
    def more_and_larger(self) -> tuple[float, int, float]:
        """A larger learning rate, and the first epoch of a longer training with it that helps.

        The rate with the fewest epochs is taken; their number is 0 if none helps.
        """
        settings, found = self.case.settings, []
        for factor in FACTORS:
            rate = settings.rate * factor
            epoch, loss = self._longer(replace(settings, learning_rate=rate))
            if epoch:
                found.append((epoch, rate, loss))
        epoch, rate, loss = min(found, default=(0, settings.rate, math.inf))
        return rate, epoch, loss

    def _longer(self, settings: Settings) -> tuple[int, float]:
        """The first epoch that helps with settings for as many steps as a trial may take."""
        seen: list[float] = []

        def watch(epoch: Epoch, _: object) -> None:
            seen.append(_counting(epoch))

        def stop() -> bool:
            stuck = len(seen) > PATIENCE and seen[-1] > STUCK * seen[-PATIENCE]
            return stuck or self.helps(seen[-1])

        self.run(
            settings=replace(settings, epochs=MANY_STEPS), steps=MANY_STEPS, watch=watch, stop=stop
        )
        if seen and self.helps(seen[-1]):
            return len(seen) - 1, seen[-1]
        return 0, math.inf

    @cached_property
    def thawed(self) -> float:
        """The loss if no parameter is frozen."""
        network = self.case.network
        return self.loss(network=_freed(network))

    @cached_property
    def other_starts(self) -> list[tuple[float, int]]:
        """The losses from other starts, each with its seed, smallest first."""
        starts = ((redrawn(self.case.network, seed), seed) for seed in STARTS)
        return sorted((self.loss(network=start), seed) for start, seed in starts)

    @property
    def helpful_seed(self) -> int | None:
        """The seed of the best other start; `None` if none of those that were tried helps."""
        loss, seed = self.other_starts[0]
        return seed if self.helps(loss) else None

    @cached_property
    def undecayed(self) -> float:
        """The loss without weight decay."""
        return self.loss(settings=replace(self.case.settings, weight_decay=0.0))

    @cached_property
    def smaller_targets(self) -> tuple[int, float]:
        """A number that brings the targets to a size of 1, and the loss with targets divided by it.

        The loss is a share of that of the best constant, as losses of targets of one size only
        compare with one another.
        """
        case, most = self.case, float(np.abs(self.case.sample.targets).max())
        divisor = round_up(math.ceil(most))

        def change(rows: Rows) -> Rows:
            return replace(rows, targets=rows.targets / divisor)

        smaller = replace(case, rows=change(case.judged), kept_apart=None)
        return divisor, self.loss(change=change) / smaller.baseline

    @cached_property
    def hidden(self) -> float:
        """The loss with a layer of hidden nodes in a network that has none."""
        found = with_hidden(self.case)
        if found is None:
            return math.inf
        made, aim = found
        usual = LEARNING_RATES["adam"]
        settings = replace(
            self.case.settings, optimiser="adam", learning_rate=usual, momentum=0.0,
            epochs=max(self.case.settings.epochs, HIDDEN_EPOCHS),
        )  # fmt: skip
        trial = replace(self, case=replace(self.case, network=made, goal=aim))
        return trial.loss(settings=settings, change=lambda rows: replace(rows, classes=None))


def _counting(epoch: Epoch) -> float:
    """The loss of an epoch that counts: of the rows kept apart, if there are any."""
    return (epoch.training if epoch.validation is None else epoch.validation).loss


def round_up(number: int) -> int:
    """The next number with one digit that is not 0.

    >>> round_up(7400), round_up(1000)
    (8000, 1000)
    """
    power: int = 10 ** (len(str(number)) - 1)
    return -(-number // power) * power


def with_hidden(case: Case) -> tuple[Graph, Goal] | None:
    """The inputs and outputs of a network without hidden nodes, with some between them.

    `None` if it has some, or if its outputs have several functions.
    """
    network, nodes = case.network, case.goal.nodes
    outputs = network.outputs.tolist()
    functions = {network.activation(node).name for node in outputs}
    if case.hidden or len(functions) != 1 or set(nodes.tolist()) - set(outputs):
        return None
    names = network.ids
    layers = [
        Layer(id="x", size=len(network.inputs), names=network.input_names),
        Layer(id="h", size=HIDDEN, activation="tanh", weights="W", bias="b"),
        Layer(
            id="y", size=len(outputs), names=[names[n] for n in outputs],
            activation=functions.pop(), weights="V", bias="c",
        ),
    ]  # fmt: skip
    kind: Any = type(network)  # a `Network`, which is made of a spec
    made: Graph = kind(Spec(deepgraph=1, layers=layers), network.name).initialised(1, "xavier")
    return made, replace(case.goal, nodes=np.array([made.index[names[n]] for n in nodes]))


def _freed(network: Graph) -> Graph:
    """The network with every parameter trainable."""
    free, trainable = copy(network), np.ones(len(network.parameters), np.bool)
    free.parameters = replace(network.parameters, trainable=trainable)
    return free


def _of_sample(settings: Settings, case: Case, rows: int) -> Settings:
    """The settings that make of the sum over a sample what they would make of all rows."""
    if settings.reduction != "sum":
        return settings
    batch = settings.batch or len(case.rows)
    share = min(batch, len(case.rows)) / min(batch, rows)
    rate = settings.rate * share if settings.optimiser == "sgd" else settings.rate
    return replace(settings, learning_rate=rate, weight_decay=settings.weight_decay / share)


def _affordable(settings: Settings, rows: Rows, network: Graph, steps: int) -> int:
    """The epochs of a trial: those of the training, or as many as its bounds allow."""
    in_epoch = math.ceil(len(rows) / min(settings.batch or len(rows), len(rows)))
    cost = max(1, len(rows) * len(network.parameters))
    return min(settings.epochs, max(1, min(steps // in_epoch, WORK // cost)))
