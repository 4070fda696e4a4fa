"""The losses: their value over a batch, and their derivative where they read the network.

    squared_error        Σ(a − t)²          2(a − t)
    half_squared_error   ½Σ(a − t)²         a − t
    mean_squared_error   Σ(a − t)²/n        2(a − t)/n       over n target nodes
    cross_entropy        −Σ t·ln a          on softmax nodes; with the sigmoid's binary form
                         −Σ (t·ln a + (1 − t)·ln(1 − a))     on sigmoid nodes; 0·ln 0 = 0
    output               a                  1                the one output itself

Sums run over the target nodes in the file's order, whatever the order of the targets, and over
rows from the first to the last. Cross-entropy is taken together with its activation, from z:
softmax and sigmoid saturate, and ln a would be −inf where the loss is finite (Bishop, Pattern
Recognition and Machine Learning, 2006, section 4.3.6 on canonical links).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from deepgraph.errors import InputError
from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.functions.ordered_sums import all_but_one, ordered_sum
from deepgraph.rules.examples import loss_problems, share_problem
from deepgraph.words.messages import Nearest, listed, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import ArrayLike, NDArray

    from deepgraph.evaluate.reference import Trace
    from deepgraph.graph.graph import Graph

    Array = NDArray[np.float64]
    Direct = tuple[Array, dict[int, Array], dict[int, Array]]

Reduction = Literal["mean", "sum"]
REDUCTIONS: tuple[Reduction, ...] = ("mean", "sum")
"""How the losses of the rows are joined; the first is the default."""

DEFAULT_LOSS = "half_squared_error"

DIVISORS: dict[str, Callable[[int], int]] = {
    "squared_error": lambda _: 1,
    "half_squared_error": lambda _: 2,
    "mean_squared_error": lambda nodes: nodes,
}
"""What the sum of squares is divided by, for so many target nodes."""


@dataclass(frozen=True)
class LossValue:
    """A loss over a batch, and its direct derivatives: through no other node.

    Attributes:
        value: the loss, after the reduction.
        rows: (rows,) the loss of each row, before the reduction.
        by_a: by node number, (rows,) ∂value/∂a of each node that the loss reads.
        by_z: by node number, (rows,) ∂value/∂z where loss and activation are taken together
            (cross-entropy). It stands for `by_a` of its own node, or of its whole softmax group,
            which must then not be carried through the activation again.
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
) -> LossValue:
    """The loss of a batch.

    Args:
        trace: the forward pass in float64, at least one row.
        targets: by node id the wanted value of a: one number, or (rows,) numbers; none for
            "output". Any node may have one. On sigmoid nodes those of cross_entropy lie in 0 to 1;
            on softmax nodes any number is a weight of −ln a, and they need not add up to 1.
        name: one of `deepgraph.options.shared.LOSSES`.
        reduction: "mean" over the rows, or their "sum".

    Raises:
        InputError: an unknown loss, reduction or node; targets that are missing, not finite, of a
            wrong shape, or not for this loss; no rows.
    """
    require_fit(trace.network, targets, name)
    if reduction not in REDUCTIONS:
        raise InputError(f'the reduction is "mean" or "sum", got "{reduction}"')
    if trace.a.dtype != np.float64:
        raise InputError(f"losses and gradients are computed in float64, got {trace.a.dtype}")
    if not trace.rows:
        raise InputError("the loss of no rows is undefined; give at least one row of inputs")
    with np.errstate(all="ignore"):  # infinity and NaN flow through, as in the forward pass
        rows, by_a, by_z = _direct(trace, targets, name)
        value = float(ordered_sum(rows))
        if reduction == "mean":
            count = trace.rows
            value /= count
            by_a = {node: slope / count for node, slope in by_a.items()}
            by_z = {node: slope / count for node, slope in by_z.items()}
    return LossValue(value, rows, by_a, by_z)


def _direct(trace: Trace, targets: Mapping[str, ArrayLike] | None, name: str) -> Direct:
    """(rows,) the loss of each row, with its derivatives by a and by z."""
    if name == "output":
        node = int(trace.network.outputs[0])
        return trace.a[node], {node: np.ones(trace.rows)}, {}
    given = {} if targets is None else targets
    nodes, wanted = targets_by_node(trace.network, given, trace.rows)
    if name == "cross_entropy":
        return _cross_entropy(trace, dict(zip(nodes, wanted, strict=True)))
    divisor = DIVISORS[name](len(nodes))
    error = trace.a[nodes] - wanted
    slopes = dict(zip(nodes, 2.0 * error / divisor, strict=True))
    return ordered_sum(error * error) / divisor, slopes, {}


# --- targets -----------------------------------------------------------------------------


def require_fit(network: Graph, targets: Mapping[str, ArrayLike] | None, loss: str) -> None:
    """Check that a loss is known, that targets fit it, and that their nodes are there.

    Raises:
        InputError: one of them is not so.
    """
    if targets is not None and not hasattr(targets, "keys"):
        raise InputError(f'targets are given by node id, {{"y": 1}}, got {type(targets).__name__}')
    names = [] if targets is None else [str(name) for name in targets.keys()]  # noqa: SIM118
    index = network.index
    for name in names:
        if name not in index:
            near = Nearest(index, f"the outputs are {listed(network.output_names)}")(name)
            raise InputError(f'a target for "{shown(name)}", and there is no such node{near}')

    def function(name: str) -> str:
        return str(network.functions[network.function[index[name]]].name)

    for _, message in loss_problems(loss, names, network.output_names, function):
        raise InputError(message)


def targets_by_node(
    network: Graph, targets: Mapping[str, ArrayLike], rows: int
) -> tuple[list[int], Array]:
    """The target nodes in the file's order, and their targets, (targets, rows).

    Raises:
        InputError: a target that is no finite number, or not one for each row.
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
        target = np.asarray(given, np.float64)
    except (TypeError, ValueError) as error:
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


# --- cross-entropy -----------------------------------------------------------------------

_sigmoid, _softplus = ACTIVATIONS["sigmoid"].f, ACTIVATIONS["softplus"].f


def _cross_entropy(trace: Trace, targets: dict[int, Array]) -> Direct:
    """Cross-entropy over the targets by node number, softmax groups and sigmoid nodes mixed."""
    network = trace.network
    terms: dict[int, Array] = {}
    by_a: dict[int, Array] = {}
    by_z: dict[int, Array] = {}
    for group in network.softmax_groups:
        members = group.tolist()
        if not targets.keys().isdisjoint(members):
            t = np.array([targets.get(node, np.zeros(trace.rows)) for node in members])
            losses, slopes = _softmax_group(trace.z[members], trace.a[members], t)
            by_z.update(zip(members, slopes, strict=True))
            terms.update(zip(members, losses, strict=True))
    for node, t in targets.items():
        if node in terms:
            by_a[node] = _share(-t, trace.a[node])
        else:
            require_shares(network, node, t)
            z = trace.z[node]
            terms[node], by_z[node] = _binary(z, t)
            by_a[node] = _share(1.0 - t, _sigmoid(-z)) - _share(t, trace.a[node])
    return ordered_sum(np.array([terms[node] for node in targets])), by_a, by_z


def _softmax_group(z: Array, a: Array, t: Array) -> tuple[Array, Array]:
    """The terms −tⱼ·ln aⱼ of a group and the derivatives of their sum by each zⱼ.

    From ∂aᵢ/∂zⱼ = aᵢ(δᵢⱼ − aⱼ) follows ∂/∂zⱼ of −Σᵢ tᵢ·ln aᵢ = aⱼ·Σᵢ tᵢ − tⱼ, the well-known
    a − t where the targets add up to 1. As the a add up to 1, that is aⱼ·Σᵢ≠ⱼ tᵢ − tⱼ·Σᵢ≠ⱼ aᵢ,
    which does not cancel where aⱼ comes close to 1.

    Args:
        z: (members, rows) before the activation.
        a: (members, rows) after it.
        t: (members, rows) targets; 0 for a member that has none.

    Returns:
        Two arrays (members, rows).
    """
    shifted = z - z.max(axis=0)
    minus_log_a = np.log(ordered_sum(np.exp(shifted))) - shifted
    slopes = a * all_but_one(np.add, t) - t * all_but_one(np.add, a)
    return _times(t, minus_log_a), slopes


def _binary(z: Array, t: Array) -> tuple[Array, Array]:
    """The binary form on a sigmoid node and its derivative by z, (rows,) each.

    With −ln σ(z) = softplus(−z) and −ln(1 − σ(z)) = softplus(z) it is
    t·softplus(−z) + (1 − t)·softplus(z). The derivative a − t, written as (1 − t)·σ(z) − t·σ(−z),
    does not cancel where a comes close to t = 1.
    """
    loss = _times(t, _softplus(-z)) + _times(1.0 - t, _softplus(z))
    return loss, (1.0 - t) * _sigmoid(z) - t * _sigmoid(-z)


def _times(t: Array, minus_log_a: Array) -> Array:
    """The product t·(−ln a) with 0·ln 0 = 0."""
    return np.where(t == 0, 0.0, t * minus_log_a)


def _share(t: Array, a: Array) -> Array:
    """The quotient t/a with 0/0 = 0: the derivative of t·ln a by a."""
    return np.where(t == 0, 0.0, t / a)


def require_shares(network: Graph, node: int, t: Array) -> None:
    """Check that the targets of a sigmoid node, (rows,), lie in 0 to 1, for cross-entropy.

    Raises:
        InputError: one does not.
    """
    wrong = np.flatnonzero((t < 0) | (t > 1))
    if len(wrong):
        row = int(wrong[0])
        raise InputError(share_problem(network.ids[node], f"{t[row]:g}", row + 1))
