"""The optimisers: steps of gradient descent that change the parameters in place.

sgd     v = momentum·v + g;  θ = θ − η·v                      as PyTorch's SGD
adam    Kingma and Ba, Adam: a method for stochastic optimization, 2015, algorithm 1
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from deepgraph.options.training import Optimiser

    Array = NDArray[np.float64]

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8
"""The settings of Adam that its paper recommends."""


def stepper(
    name: Optimiser, theta: Array, g: Array, learning_rate: float, momentum: float
) -> Callable[[], None]:
    """A function that takes one step each time it is called.

    Args:
        name: of the optimiser.
        theta: (free,) parameters, which the step changes.
        g: (free,) their gradient, which the caller updates before each step.
        learning_rate: η.
        momentum: of sgd.
    """
    if name == "adam":
        return _adam(theta, g, learning_rate)
    eta, change = np.array(learning_rate), np.zeros_like(theta)
    if not momentum:

        def step() -> None:
            np.multiply(g, eta, change)
            np.subtract(theta, change, theta)

        return step
    v, mu = np.zeros_like(theta), np.array(momentum)

    def step_with_momentum() -> None:
        np.multiply(v, mu, v)
        np.add(v, g, v)
        np.multiply(v, eta, change)
        np.subtract(theta, change, theta)

    return step_with_momentum


def _adam(theta: Array, g: Array, learning_rate: float) -> Callable[[], None]:
    m, v, work, change = (np.zeros_like(theta) for _ in range(4))
    powers = [1.0, 1.0]  # of the betas, by multiplication: the same on every platform

    def step() -> None:
        powers[0] *= BETA1
        powers[1] *= BETA2
        np.multiply(m, BETA1, m)
        np.multiply(g, 1.0 - BETA1, work)
        np.add(m, work, m)
        np.multiply(v, BETA2, v)
        np.multiply(g, g, work)
        np.multiply(work, 1.0 - BETA2, work)
        np.add(v, work, v)
        np.divide(v, 1.0 - powers[1], work)
        np.sqrt(work, work)
        np.add(work, EPSILON, work)
        np.divide(m, work, change)
        np.multiply(change, learning_rate / (1.0 - powers[0]), change)
        np.subtract(theta, change, theta)

    return step
