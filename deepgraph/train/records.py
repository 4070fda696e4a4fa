"""The settings of a training, its epochs and their scores."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deepgraph.errors import InputError
from deepgraph.evaluate.optimisers import StepSettings
from deepgraph.functions.losses import REDUCTIONS
from deepgraph.options.training import KEEPS, ORDERS, Keep, Optimiser, Order
from deepgraph.words.messages import either
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Settings:
    """The settings of a training.

    Attributes:
        epochs: how often every row is learned from.
        learning_rate: by default that of the optimiser in `LEARNING_RATES`.
        optimiser: "sgd" or "adam".
        momentum: of sgd, from 0 to less than 1.
        batch: rows for each step; by default all, in the order of the table. Fewer are shuffled
            anew in every epoch.
        seed: of the shuffling.
        weight_decay: λ of the penalty λ/2·Σw² over the trained weights, each parameter once; biases
            have none. Its derivative λ·w is added to the gradient, for Adam too.
        order: of the rows in batches; "file" keeps that of the table.
        keep: "best", the values of the epoch with the smallest loss, or those of the "last".
        reduction: "mean" or "sum" of the rows of a step, whose gradient it takes. Losses that are
            reported are means.
    """

    epochs: int = 100
    learning_rate: float | None = None
    optimiser: Optimiser = "sgd"
    momentum: float = 0.0
    batch: int | None = None
    seed: int = 0
    weight_decay: float = 0.0
    order: Order = "shuffled"
    keep: Keep = "best"
    reduction: str = REDUCTIONS[0]

    def __post_init__(self) -> None:
        if self.epochs < 0:
            raise InputError(f"epochs are counted from 0, got {self.epochs}")
        _ = self.step  # checks what it is made of
        if self.batch is not None and self.batch < 1:
            raise InputError(f"a batch has at least one row, got {self.batch}")
        _require_one_of("order", ORDERS, self.order)
        _require_one_of("keep", KEEPS, self.keep)
        _require_one_of("reduction", REDUCTIONS, self.reduction)

    @property
    def step(self) -> StepSettings:
        """How a step is made of a gradient."""
        rate, decay = self.learning_rate, self.weight_decay
        return StepSettings(rate, self.optimiser, self.momentum, decay)

    @property
    def rate(self) -> float:
        """The learning rate, or its default."""
        return self.step.rate


def require_positive(learning_rate: float | None) -> None:
    """Check a learning rate that a loss is to fall by; `None` is the default of an optimiser.

    Raises:
        InputError: it is 0, negative or not finite.
    """
    if learning_rate is not None and not 0 < learning_rate < math.inf:
        raise InputError(f"a learning rate is a positive number, got {learning_rate:g}")


def _require_one_of(name: str, known: Sequence[str], given: str) -> None:
    if given not in known:
        raise InputError(f'{option(name)} is {either("or", known)}, got "{given}"')


@dataclass(frozen=True)
class Score:
    """The loss and the accuracy of a network on rows.

    Attributes:
        loss: the mean over the rows.
        accuracy: the share of rows whose class the network tells; `None` without classes.
    """

    loss: float
    accuracy: float | None = None


@dataclass(frozen=True)
class Epoch:
    """The scores at the end of an epoch.

    Attributes:
        number: from 1; 0 stands for the network before the first epoch.
        training: on all rows that are learned from.
        validation: on the rows kept apart, if there are any.
        penalty: of weight decay, no part of the losses; like them it is one for each row.
    """

    number: int
    training: Score
    validation: Score | None = None
    penalty: float = 0.0

    @property
    def decisive(self) -> float:
        """What epochs are compared by: the loss of validation, or else what training minimises.

        That is the loss on the rows that are learned from, and the penalty of weight decay.
        """
        if self.validation is not None:
            return self.validation.loss
        return self.training.loss + self.penalty


Watcher = Callable[[Epoch, Callable[[], "Array"]], None]
"""Is called after every epoch with it and a function that gives its (parameters,) values."""


@dataclass(frozen=True)
class Run:
    """The result of gradient descent.

    Attributes:
        epochs: every one, from epoch 0.
        best: the epoch with the smallest decisive loss, the first of equal ones.
        kept: the epoch whose values are kept: the best, or the last.
        values: (parameters,) at the end of the epoch that is kept.
        interrupted: true if the run was stopped before its last epoch was complete.
    """

    epochs: list[Epoch]
    best: Epoch
    kept: Epoch
    values: Array
    interrupted: bool
