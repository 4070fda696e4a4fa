"""The parameters after the steps of gradient descent that an example states."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from deepgraph.evaluate.gradient import gradient
from deepgraph.evaluate.optimisers import weight_parameters
from deepgraph.evaluate.reference import trace as forward_pass
from deepgraph.spec import literals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.evaluate.gradient import Gradient
    from deepgraph.spec.records import Example

    Array = NDArray[np.float64]


class Settings(NamedTuple):
    """The settings of the steps of an example, as numbers."""

    steps: int
    learning_rate: float
    momentum: float
    weight_decay: float

    @classmethod
    def of(cls, example: Example) -> Settings:
        """Those of a sound example that has a learning rate."""
        momentum, decay = (
            0.0 if literals.missing(text) else literals.value(text)
            for text in (bytes(example.momentum), bytes(example.weight_decay))
        )
        rate = literals.value(bytes(example.learning_rate))
        return cls(example.steps, rate, momentum, decay)


def after_steps(
    first: Gradient, targets: dict[str, list[float]], example: Example, settings: Settings
) -> Array:
    """(parameters,) the values after all steps, each on all rows of the example.

    A step is v = momentum·v + g and θ = θ − learning rate·v, where g is the gradient of the loss
    and, with weight decay λ, of λ/2·Σw² over the weights; operation by operation the step of
    `deepgraph.train` with all rows as one batch.

    Args:
        first: the gradient before the first step.
        targets: (rows,) by node id.
        example: with a loss.
        settings: of its steps.
    """
    network, loss = first.trace.network, example.loss
    assert loss is not None
    inputs = network.inputs
    decays = weight_parameters(network)
    values, found = network.parameters.values.copy(), first
    v = np.zeros(len(values))
    with np.errstate(all="ignore"):  # infinity and NaN flow through, as in the forward pass
        for step in range(settings.steps):
            if step:
                stepped = network.with_computed(values)
                trace = forward_pass(stepped, first.trace.a[inputs])
                found = gradient(trace, targets or None, loss.name, loss.reduction, loss.node)
            g = found.parameters
            if settings.weight_decay:
                g = g + values * decays * settings.weight_decay
            v = v * settings.momentum + g if settings.momentum else g
            moved = values - v * settings.learning_rate
            values = np.where(network.parameters.trainable, moved, values)
    return values
