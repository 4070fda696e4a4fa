"""Steps of gradient descent on the reference: rows in their order, a loss with targets or without.

Operation by operation these are the steps of `deepgraph.train` with the rows in their order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from deepgraph.evaluate.gradient import gradient
from deepgraph.evaluate.loss import evaluate_loss
from deepgraph.evaluate.optimisers import TakenStep, stepper, weight_parameters
from deepgraph.evaluate.reference import trace as forward_pass
from deepgraph.graph.reach import trained_parameters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from deepgraph.evaluate.optimisers import StepSettings
    from deepgraph.graph.graph import Graph

    Array = NDArray[np.float64]


class Descended(NamedTuple):
    """What a step goes down: a loss of some rows.

    Attributes:
        targets: by node id, (rows,) numbers; empty for the loss "output".
        loss, reduction, of: as in `deepgraph.evaluate.loss.evaluate_loss`.
    """

    targets: Mapping[str, Array]
    loss: str
    reduction: str
    of: str | None


def steps(
    network: Graph,
    inputs: Array,
    task: Descended,
    settings: StepSettings,
    batch: int | None = None,
) -> Iterator[TakenStep]:
    """Steps without end, until a value is not a number any more.

    With weight decay λ a step is made of the gradient of the loss and of λ/2·Σw² over the weights.

    Args:
        network: before the first step, with its frozen parameters.
        inputs: (inputs, rows), at least one row.
        task: the loss.
        settings: how a step is made of the gradient.
        batch: rows of each step; by default all.
    """
    count = inputs.shape[1]
    batch = min(batch or count, count)
    values = network.parameters.values.copy()
    direct = evaluate_loss(forward_pass(network, inputs), task.targets or None, *task[1:])
    trained = trained_parameters(network, [*direct.by_a, *direct.by_z])
    decays = weight_parameters(network)[trained]
    theta, g = values[trained], np.zeros(int(trained.sum()))
    mover = stepper(settings, theta, g)

    def whole(numbers: Array) -> Array:
        found = np.zeros(len(values))
        found[trained] = numbers
        return found

    number = 0
    while not np.isnan(theta).any():  # NaN stands for a parameter without a value
        start = number * batch % _ceiled(count, batch)
        part = slice(start, start + batch)
        wanted = {name: column[part] for name, column in task.targets.items()}
        before = values.copy()
        state_before = {letter: whole(one) for letter, one in mover.state.items()}
        with np.errstate(all="ignore"):  # infinity and NaN flow through, as in the forward pass
            trace = forward_pass(network.with_computed(before), inputs[:, part])
            found = gradient(trace, wanted or None, *task[1:])
            g[:] = found.parameters[trained]
            if settings.weight_decay:
                g += theta * decays * settings.weight_decay
            mover.step()
        values[trained] = theta
        number += 1
        epoch = (number - 1) * batch // _ceiled(count, batch) + 1
        rows = tuple(range(start, min(start + batch, count)))
        state_after = {letter: whole(one) for letter, one in mover.state.items()}
        yield TakenStep(
            number, epoch, rows, before, values.copy(), whole(g), state_before, state_after
        )


def _ceiled(rows: int, batch: int) -> int:
    """The rows of whole batches, the last of which may be a smaller one.

    >>> _ceiled(5, 2), _ceiled(4, 2)
    (6, 4)
    """
    return -(-rows // batch) * batch
