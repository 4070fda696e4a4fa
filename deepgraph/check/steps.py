"""The parameters after the steps of gradient descent that an example states."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.evaluate.optimisers import StepSettings
from deepgraph.evaluate.steps import Descended, steps
from deepgraph.graph.examples import data_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.evaluate.gradient import Gradient
    from deepgraph.spec.records import Example

    Array = NDArray[np.float64]

OF_SETTINGS = ("optimiser", "momentum", "weight_decay")
"""What an example says of each of its steps, beside the learning rate."""


def after_steps(first: Gradient, targets: dict[str, list[float]], example: Example) -> Array:
    """(parameters,) the values after all steps, each on the next rows of the example.

    NaN stands for the parameters that change, where the steps do not stay finite to their end.

    Args:
        first: the gradient over all rows before the first step.
        targets: (rows,) by node id.
        example: with a loss and a learning rate.
    """
    loss, data = example.loss, data_of(example, 1)
    assert loss is not None
    given = {key: data.settings[key] for key in OF_SETTINGS if key in data.settings}
    settings = StepSettings.of(data.learning_rate, **given)
    network = first.trace.network.frozen(example.freeze)
    wanted = {name: np.array(column) for name, column in targets.items()}
    task = Descended(wanted, loss.name, loss.reduction, loss.node)
    inputs = first.trace.z[network.inputs]
    walk = islice(steps(network, inputs, task, settings, example.batch), example.steps)
    *_, last = walk
    if last.number < example.steps:  # a parameter is NaN, so that no further step can be taken
        return np.where(last.after == last.before, last.after, np.nan)
    return last.after
