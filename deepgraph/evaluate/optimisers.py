"""The optimisers: steps of gradient descent that change the parameters in place.

sgd     v = momentum·v + g;  θ = θ − η·v                      as PyTorch's SGD
adam    Kingma and Ba, Adam: a method for stochastic optimization, 2015, algorithm 1

With weight decay, g is the gradient of loss + λ/2·Σw², a sum over weights and no biases.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from deepgraph.errors import InputError, OptionError
from deepgraph.graph.exact import shortest
from deepgraph.graph.kinds import BIAS
from deepgraph.options.training import LEARNING_RATES, OPTIMISERS, Optimiser
from deepgraph.spec import literals
from deepgraph.words import elsewhere
from deepgraph.words.messages import Nearest, in_quotes
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph

    Array = NDArray[np.float64]

Setting = float | str | Fraction
"""A number of a step as people give it: a text may be a fraction."""
BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8
"""The settings of Adam that its paper recommends."""


@dataclass(frozen=True)
class StepSettings:
    """How a step is made of a gradient.

    Attributes:
        learning_rate: η; by default that of the optimiser in `LEARNING_RATES`.
        optimiser: "sgd" or "adam".
        momentum: of sgd, from 0 to less than 1.
        weight_decay: λ of the penalty λ/2·Σw², from 0 on.
        exact: by name the real value of a number that was given as a fraction.
    """

    learning_rate: float | None = None
    optimiser: Optimiser = "sgd"
    momentum: float = 0.0
    weight_decay: float = 0.0
    exact: Mapping[str, Fraction] = field(default_factory=dict, compare=False)

    @classmethod
    def of(
        cls,
        learning_rate: Setting | None = None,
        optimiser: Optimiser | None = None,
        momentum: Setting | None = None,
        weight_decay: Setting | None = None,
    ) -> StepSettings:
        """The settings of numbers that may be texts, such as "1/3"; `None` is the default of each.

        Raises:
            InputError: a text is no number, or a number does not fit.
        """
        given = {"learning_rate": learning_rate, "momentum": momentum, "weight_decay": weight_decay}
        read = {name: _read(name, one) for name, one in given.items() if one is not None}
        doubles = {name: value for name, (value, _) in read.items()}
        exact = {name: known for name, (_, known) in read.items() if known is not None}
        return cls(optimiser=optimiser or OPTIMISERS[0], exact=exact, **doubles)

    def exactly(self, name: str) -> Fraction:
        """The real value of the rate, of the momentum or of the decay."""
        value = self.rate if name == "learning_rate" else getattr(self, name)
        return self.exact.get(name) or shortest(value)

    def __post_init__(self) -> None:
        if self.optimiser not in OPTIMISERS:
            known = f"known: {', '.join(OPTIMISERS)}"
            nearest = Nearest(OPTIMISERS, known, elsewhere=elsewhere.OPTIMISERS)
            raise InputError(f'no optimiser "{self.optimiser}"{nearest(str(self.optimiser))}')
        if not math.isfinite(self.rate):
            raise InputError(f"the learning rate is a finite number, got {self.rate}")
        if not 0 <= self.momentum < 1:
            raise InputError(f"momentum is at least 0 and less than 1, got {self.momentum:g}")
        if self.momentum and self.optimiser != "sgd":
            raise OptionError(f"{option('momentum')} belongs to sgd; {self.optimiser} has its own")
        if not 0 <= self.weight_decay < math.inf:
            raise InputError(f"weight decay is a number from 0 on, got {self.weight_decay:g}")

    @property
    def rate(self) -> float:
        """The learning rate, or its default."""
        default = LEARNING_RATES[self.optimiser]
        return default if self.learning_rate is None else self.learning_rate


def _read(name: str, given: Setting) -> tuple[float, Fraction | None]:
    """A number, and exactly if it is a fraction."""
    if isinstance(given, (str, Fraction)):
        text = str(given)
        try:
            if "/" in text:
                written = literals.encode(text)
                return literals.value(written), literals.exact(written)
            return float(text), None
        except ValueError:
            what = f"{option(name)} is a number or a fraction, 0.5 or 1/2"
            raise InputError(f"{what}, got {in_quotes(text)}") from None
    return float(given), None


@dataclass(frozen=True)
class TakenStep:
    """A step of gradient descent, as it was taken.

    Attributes:
        number: of the step, from 1.
        epoch: from 1.
        rows: the numbers in the table, from 0, of the rows that it was made of.
        before, after: (parameters,) the values of the network.
        gradient: (parameters,) of the loss and the penalty; 0 for parameters that are not trained.
        state_before, state_after: (parameters,) by letter what the optimiser carries along: v of
            momentum, m and v of Adam; 0 for parameters that are not trained.
    """

    number: int
    epoch: int
    rows: tuple[int, ...]
    before: Array
    after: Array
    gradient: Array
    state_before: dict[str, Array]
    state_after: dict[str, Array]


class Stepper(NamedTuple):
    """An optimiser at work on some parameters.

    Attributes:
        step: takes one step each time it is called.
        state: (free,) by letter what it carries from step to step: v of momentum, m and v of Adam.
    """

    step: Callable[[], None]
    state: dict[str, Array]


def stepper(settings: StepSettings, theta: Array, g: Array) -> Stepper:
    """An optimiser for parameters.

    Args:
        settings: those of the step; weight decay is the caller's.
        theta: (free,) parameters, which a step changes in place.
        g: (free,) their gradient, which the caller updates before each step.
    """
    if settings.optimiser == "adam":
        return _adam(theta, g, settings.rate)
    eta, change = np.array(settings.rate), np.zeros_like(theta)
    if not settings.momentum:

        def step() -> None:
            np.multiply(g, eta, change)
            np.subtract(theta, change, theta)

        return Stepper(step, {})
    v, mu = np.zeros_like(theta), np.array(settings.momentum)

    def step_with_momentum() -> None:
        np.multiply(v, mu, v)
        np.add(v, g, v)
        np.multiply(v, eta, change)
        np.subtract(theta, change, theta)

    return Stepper(step_with_momentum, {"v": v})


def _adam(theta: Array, g: Array, learning_rate: float) -> Stepper:
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

    return Stepper(step, {"m": m, "v": v})


def weight_parameters(network: Graph) -> NDArray[np.bool]:
    """(parameters,) true for weights: parameters of an edge whose source is no bias node."""
    found = np.zeros(len(network.parameters), np.bool)
    edges = (network.edge_parameter >= 0) & (network.kind[network.source] != BIAS)
    found[network.edge_parameter[edges]] = True
    return found
