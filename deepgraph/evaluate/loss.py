"""The loss of a trace: its value over a batch, and its derivatives by the nodes that it reads.

The losses themselves are in `deepgraph.functions.losses`. Sums run over the target nodes in the
file's order, whatever the order of the targets, and over rows from the first to the last.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.errors import InputError
from deepgraph.functions.cross_entropy import binary_cross_entropy, softmax_cross_entropy
from deepgraph.functions.losses import DEFAULT_LOSS, LOSSES, REDUCTIONS, by_alias
from deepgraph.functions.ordered_sums import ordered_sum
from deepgraph.graph.inputs import numbers, targets_in_memory
from deepgraph.rules.losses import (
    RESCALED,
    OfNode,
    loss_problems,
    range_problem,
    target_problem,
)
from deepgraph.words.messages import Nearest, either, in_quotes, listed, shown
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from deepgraph.evaluate.reference import Trace
    from deepgraph.functions.losses import Loss
    from deepgraph.graph.graph import Graph

    Array = NDArray[np.float64]
    Direct = tuple[Array, dict[int, Array], dict[int, Array]]


@dataclass(frozen=True)
class LossValue:
    """A loss over a batch, and its direct derivatives: those through no other node.

    Attributes:
        value: the loss, after the reduction.
        rows: (rows,) the loss of each row, before the reduction.
        by_a: by node number, (rows,) ∂value/∂a of each node that the loss reads.
        by_z: by node number, (rows,) ∂value/∂z where loss and activation are taken together
            (cross-entropy). It replaces `by_a` of that node, or of the whole softmax group, which
            must then not be carried through the activation again.
    """

    value: float
    rows: Array
    by_a: dict[int, Array]
    by_z: dict[int, Array]


def evaluate_loss(
    trace: Trace,
    targets: Mapping[str, ArrayLike] | None = None,
    name: str = DEFAULT_LOSS,
    reduction: str = "mean",
    of: str | None = None,
) -> LossValue:
    """The loss of a batch.

    Args:
        trace: the forward pass in float64, at least one row.
        targets: by node id the wanted value of a: one number, or (rows,) numbers; none for
            "output". Any node may have one. Targets of cross_entropy lie in 0 to 1 on sigmoid
            nodes; on softmax nodes any number is a weight of −ln a, and they need not add up to 1.
        name: a name in `deepgraph.functions.losses.LOSSES`.
        reduction: "mean" over the rows, or their "sum".
        of: for "output", the id of the node whose value it is; by default the one output.

    Raises:
        InputError: an unknown loss, reduction or node; targets that are missing, not finite, of a
            wrong shape, or not for this loss; no rows.
    """
    targets, name = targets_in_memory(targets), by_alias(name)
    require_fit(trace.network, targets, name, of)
    if reduction not in REDUCTIONS:
        known = either("or", list(map(in_quotes, REDUCTIONS)))
        raise InputError(f'the reduction is {known}, got "{reduction}"')
    if trace.a.dtype != np.float64:
        raise InputError(f"losses and gradients are computed in float64, got {trace.a.dtype}")
    if not trace.rows:
        raise InputError("the loss of no rows is undefined; give at least one row of inputs")
    with np.errstate(all="ignore"):  # infinity and NaN flow through, as in the forward pass
        rows, by_a, by_z = _direct(trace, targets, LOSSES[name], of)
        value = float(ordered_sum(rows))
        if reduction == "mean":
            count = trace.rows
            value /= count
            by_a = {node: slope / count for node, slope in by_a.items()}
            by_z = {node: slope / count for node, slope in by_z.items()}
    return LossValue(value, rows, by_a, by_z)


def _direct(
    trace: Trace, targets: Mapping[str, ArrayLike] | None, loss: Loss, of: str | None
) -> Direct:
    """(rows,) the loss of each row, with its derivatives by a and by z."""
    if not loss.needs_targets:
        node = int(trace.network.outputs[0]) if of is None else trace.network.index[of]
        return trace.a[node], {node: np.ones(trace.rows)}, {}
    given = {} if targets is None else targets
    nodes, wanted = targets_by_node(trace.network, given, trace.rows)
    if loss.f is None or loss.derivative is None:
        by_node = dict(zip(nodes, wanted, strict=True))
        require_range(trace.network, by_node, loss)
        return _cross_entropy(trace, by_node)
    require_known(trace.network, nodes, wanted, loss)
    a, divisor = trace.a[nodes], loss.divisor_for(len(nodes))
    slopes = dict(zip(nodes, loss.derivative(a, wanted) / divisor, strict=True))
    return ordered_sum(loss.f(a, wanted)) / divisor, slopes, {}


# --- targets -----------------------------------------------------------------------------


def require_fit(
    network: Graph,
    targets: Mapping[str, ArrayLike] | None,
    loss: str,
    of: str | None = None,
) -> None:
    """Raise an `InputError` if a loss is unknown, or targets or its node do not fit it."""
    if targets is not None and not hasattr(targets, "keys"):
        raise InputError(f'targets are given by node id, {{"y": 1}}, got {type(targets).__name__}')
    names = [] if targets is None else [str(name) for name in targets.keys()]  # noqa: SIM118
    index = network.index
    for name in names:
        if name not in index:
            near = Nearest(index, f"the outputs are {listed(network.output_names)}")(name)
            raise InputError(f'a target for "{shown(name)}", and there is no such node{near}')

    def function(name: str) -> str:
        found = network.activation(index[name])
        return f"{RESCALED}{found.name}" if found.rescaled else found.name

    node = OfNode(of, index, partial(option, "of"))
    for _, message in loss_problems(loss, names, network.output_names, function, node):
        raise InputError(message)


def targets_by_node(
    network: Graph, targets: Mapping[str, ArrayLike], rows: int
) -> tuple[list[int], Array]:
    """The target nodes in the file's order, and their targets, (targets, rows).

    An `InputError` is raised if a target is no finite number, or not one for each row.
    """
    index = network.index
    found: dict[int, Array] = {}
    for name in targets.keys():  # noqa: SIM118 (a data frame has keys, too)
        found[index[str(name)]] = _one_target(str(name), targets[name], rows)
    nodes = sorted(found)
    return nodes, np.array([found[node] for node in nodes])


def _one_target(name: str, given: ArrayLike, rows: int) -> Array:
    """(rows,) the target of one node."""
    try:
        target = numbers(given, np.dtype(np.float64), f'the target of "{name}"')
    except InputError:
        raise
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f'the target of "{name}" is not a number for each row: {error}') from None
    if target.shape not in ((), (rows,)):
        raise InputError(
            f'the target of "{name}" has the shape {target.shape}; '
            f"expected one number, or {rows} of them, one for each row: shape ({rows},)"
        )
    if not np.isfinite(target).all():
        row = int(np.flatnonzero(~np.isfinite(np.atleast_1d(target)))[0])
        raise InputError(f'the target of "{name}" is not finite in row {row + 1}')
    return np.broadcast_to(target, (rows,))


def require_known(network: Graph, nodes: list[int], targets: Array, loss: Loss) -> None:
    """Raise an `InputError` if targets, (targets, rows), are none that the loss allows."""
    for node, t in zip(nodes, targets, strict=True) if loss.targets else ():
        wrong = np.flatnonzero(~np.isin(t, loss.targets))
        if len(wrong):
            row = int(wrong[0])
            what = target_problem(loss, network.ids[node], f"{t[row]:g}", row + 1)
            raise InputError(what)


def require_range(network: Graph, targets: Mapping[int, Array], loss: Loss) -> None:
    """Raise an `InputError` if targets, (rows,) by node number, lie outside the loss's ranges."""
    for node, t in targets.items():
        activation = network.activation(node).name
        low, high = loss.activations[activation]
        wrong = np.flatnonzero((t < low) | (t > high))
        if len(wrong):
            row = int(wrong[0])
            name, target = network.ids[node], f"{t[row]:g}"
            raise InputError(range_problem(loss, activation, name, target, row + 1))


# --- cross-entropy -----------------------------------------------------------------------


def _cross_entropy(trace: Trace, targets: dict[int, Array]) -> Direct:
    """Cross-entropy over the targets by node number, softmax groups and sigmoid nodes mixed."""
    terms: dict[int, Array] = {}
    by_a: dict[int, Array] = {}
    by_z: dict[int, Array] = {}
    for group in trace.network.softmax_groups:
        members = group.tolist()
        if not targets.keys().isdisjoint(members):
            t = np.array([targets.get(node, np.zeros(trace.rows)) for node in members])
            found = softmax_cross_entropy(trace.z[members], trace.a[members], t)
            for node, term, slope_a, slope_z in zip(members, *found, strict=True):
                terms[node], by_a[node], by_z[node] = term, slope_a, slope_z
    for node, t in targets.items():
        if node not in terms:
            function = trace.network.activation(node)
            z = function.argument(trace.z[node])
            terms[node], by_a[node], slope = binary_cross_entropy(z, trace.a[node], t)
            by_z[node] = function.gain * slope
    by_a = {node: by_a[node] for node in targets}
    return ordered_sum(np.array([terms[node] for node in targets])), by_a, by_z
