"""What a caller gives, inputs and targets, as the goal and the rows of a training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import InputError
from deepgraph.functions.losses import CLASSES_LOSS, DEFAULT_LOSS, LOSSES, by_alias
from deepgraph.graph.inputs import targets_in_memory
from deepgraph.train.objective import Goal, goal
from deepgraph.train.rows import Rows, one_hot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from deepgraph.graph.graph import Graph
    from deepgraph.network import Network

    Inputs = ArrayLike | Mapping[str, ArrayLike]
    Targets = Mapping[str, ArrayLike] | Sequence[str]


def chosen_loss(network: Network, targets: Targets, loss: str | None) -> str:
    """The loss that is asked for, or the default.

    Raises:
        InputError: no such loss, or none that can be trained.
    """
    if loss is None:
        functions = [network.activation(node) for node in network.outputs]
        used = {"rescaled" if found.rescaled else found.name for found in functions}
        classes = not isinstance(targets, Mapping) and not hasattr(targets, "keys")
        fits = classes and used <= LOSSES[CLASSES_LOSS].activations.keys()
        return CLASSES_LOSS if fits else DEFAULT_LOSS
    loss = by_alias(loss)
    if loss not in LOSSES:
        raise InputError(f'unknown loss "{loss}"; known: {", ".join(LOSSES)}')
    if not LOSSES[loss].needs_targets:
        raise InputError(
            f'the loss "{loss}" is an output itself, which has no smallest value to train towards'
        )
    return loss


def named_targets(network: Graph, targets: Any) -> Any:
    """Targets as a mapping by node id, or as a sequence of the classes of rows.

    A column of numbers is meant for the output of a network that has one and names no classes.
    """
    known = network.classes is not None
    return targets_in_memory(targets, None if known else network.output_names[0])


def goal_and_rows(network: Network, X: Inputs, targets: Targets, loss: str) -> tuple[Goal, Rows]:
    """The goal of a training and its rows, from what a caller gives; see `deepgraph.train.fit`.

    Raises:
        InputError: inputs or targets do not fit.
    """
    inputs = network.input_array(X)
    count = inputs.shape[1]
    if not count:
        raise InputError("there are no rows to learn from")
    strange = np.argwhere(~np.isfinite(inputs.T))
    if len(strange):
        row, column = strange[0]
        name = network.input_names[column]
        raise InputError(
            f'row {row + 1:,}: the input "{name}" is {inputs[column, row]:g}; training needs '
            "finite numbers"
        )
    classes: NDArray[np.intp] | None = None
    wanted = named_targets(network, targets)
    if not hasattr(wanted, "keys"):
        names = [str(name) for name in wanted]
        if len(names) != count:
            raise InputError(f"{len(names):,} classes for {count:,} rows")
        wanted, classes = _hot(network, names, loss)
    aim, values = goal(network, wanted, loss, count)
    if classes is None and aim.nodes.tolist() == network.outputs.tolist():
        classes = _two_classes(network, values)
    return aim, Rows(network.normalised(inputs), values, classes)


def compared(
    network: Network, targets: Sequence[str], loss: str | None
) -> tuple[dict[str, Any], str]:
    """The targets of the outputs for the classes of rows, by node id, and the loss.

    Raises:
        InputError: a class is no output, or the loss none that compares.
    """
    names = [str(name) for name in targets]
    loss = chosen_loss(network, names, loss)
    return {name: t.tolist() for name, t in _hot(network, names, loss)[0].items()}, loss


def _hot(
    network: Network, names: Sequence[str], loss: str
) -> tuple[dict[str, Any], NDArray[np.intp]]:
    """The targets of the outputs for the classes of rows, and the number of each class."""
    wanted, classes = one_hot(network, names)
    if LOSSES[loss].targets:  # those of the hinge are −1 and 1, whatever the threshold is
        low, high = LOSSES[loss].targets
        wanted = {node: np.where(t > 0, high, low) for node, t in wanted.items()}
    return wanted, classes


def _two_classes(network: Network, targets: Any) -> NDArray[np.intp] | None:
    """(rows,) the class of each row, where numbers are those of the two classes of one output."""
    classes = network.classes
    if classes is None or classes.threshold is None:
        return None
    try:
        low, high = classes.targets()
    except ValueError:
        return None
    if not np.isin(targets, (low, high)).all():
        return None
    return np.asarray(targets[0] == high, np.intp)
