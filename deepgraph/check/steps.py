"""The parameters after the steps of gradient descent that an example states."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepgraph.evaluate.gradient import gradient
from deepgraph.evaluate.loss import evaluate_loss
from deepgraph.evaluate.optimisers import StepSettings, stepper, weight_parameters
from deepgraph.evaluate.reference import trace as forward_pass
from deepgraph.graph.examples import data_of
from deepgraph.graph.reach import trained_parameters

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.evaluate.gradient import Gradient
    from deepgraph.spec.records import Example

    Array = NDArray[np.float64]

OF_SETTINGS = ("optimiser", "momentum", "weight_decay")
"""What an example says of each of its steps, beside the learning rate."""


def after_steps(first: Gradient, targets: dict[str, list[float]], example: Example) -> Array:
    """(parameters,) the values after all steps, each on the next rows of the example.

    Operation by operation these are the steps of `deepgraph.train` with the rows in their order.
    With weight decay λ a step is made of the gradient of the loss and of λ/2·Σw² over the weights.

    Args:
        first: the gradient over all rows before the first step.
        targets: (rows,) by node id.
        example: with a loss and a learning rate.
    """
    network, loss, data = first.trace.network, example.loss, data_of(example, 1)
    assert loss is not None
    given = {key: data.settings[key] for key in OF_SETTINGS if key in data.settings}
    settings = StepSettings.of(data.learning_rate, **given)
    direct = evaluate_loss(first.trace, targets or None, loss.name, loss.reduction, loss.node)
    trained = trained_parameters(network.frozen(example.freeze), [*direct.by_a, *direct.by_z])
    decays = weight_parameters(network)[trained]
    inputs, rows = first.trace.z[network.inputs], first.trace.rows
    batch = min(example.batch or rows, rows)
    values = network.parameters.values.copy()
    theta, g = values[trained], np.zeros(int(trained.sum()))
    mover = stepper(settings, theta, g)
    with np.errstate(all="ignore"):  # infinity and NaN flow through, as in the forward pass
        for step in range(example.steps):
            start = step * batch % _ceiled(rows, batch)
            part = slice(start, start + batch)
            found = first
            if step or batch < rows:
                values[trained] = theta
                trace = forward_pass(network.with_computed(values), inputs[:, part])
                wanted = {name: column[part] for name, column in targets.items()}
                found = gradient(trace, wanted or None, loss.name, loss.reduction, loss.node)
            g[:] = found.parameters[trained]
            if settings.weight_decay:
                g += theta * decays * settings.weight_decay
            mover.step()
    values[trained] = theta
    return values


def _ceiled(rows: int, batch: int) -> int:
    """The rows of whole batches, the last of which may be a smaller one.

    >>> _ceiled(5, 2), _ceiled(4, 2)
    (6, 4)
    """
    return -(-rows // batch) * batch
