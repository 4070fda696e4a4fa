"""How well a network predicts the rows of a table: the loss, and for classes the confusion matrix.

The loss of a table is a sum over rows that come in pieces, from several threads. It is kept as a
whole number, so that it is exact and does not depend on the cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.functions.cross_entropy import binary_cross_entropy, softmax_cross_entropy
from deepgraph.functions.losses import CLASSES_LOSS, DEFAULT_LOSS, LOSSES
from deepgraph.functions.ordered_sums import ordered_sum
from deepgraph.graph.classes import one_hot_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph

    Array = NDArray[np.float64]
    Numbers = NDArray[np.intp]

DIGITS, LOWEST = 53, 1074 + 53
"""The bits of a double, and of the unit 2⁻¹¹²⁷ of which every double is a whole multiple."""


@dataclass
class Judgement:
    """Sums over rows.

    Attributes:
        rows: those whose target could be compared.
        units: the sum of their losses, in units of 2⁻¹¹²⁷; but for `strange`.
        strange: the sum of the losses that are not finite.
        pairs: for classes, (classes, classes + 1) the rows by true and told class; the last column
            is of rows in which an output is NaN.
        one_hot, largest: for numbers, the rows in which one output is to be 1 and the others 0, and
            those of them in which it is the largest.
        levelled, sided: for numbers, the rows in which every target is one of the two levels of its
            node, and those of them in which every output is on the side of its target.
    """

    rows: int = 0
    units: int = 0
    strange: float = 0.0
    pairs: Numbers | None = None
    one_hot: int = 0
    largest: int = 0
    levelled: int = 0
    sided: int = 0

    def add(self, other: Judgement) -> None:
        """Add the sums of other rows."""
        self.rows += other.rows
        self.units += other.units
        self.strange += other.strange
        self.one_hot += other.one_hot
        self.largest += other.largest
        self.levelled += other.levelled
        self.sided += other.sided
        if other.pairs is not None:
            self.pairs = other.pairs if self.pairs is None else self.pairs + other.pairs

    @property
    def right(self) -> tuple[int, str] | None:
        """The rows that are right by their numbers, and in what sense; `None` where there is none.

        There is one if all rows are one-hot, or else if all targets are levels of their nodes.
        """
        if self.rows and self.one_hot == self.rows:
            return self.largest, "whose largest output is the wanted one"
        if self.rows and self.levelled == self.rows:
            return self.sided, "whose outputs are all on the right side"
        return None

    @property
    def mean_loss(self) -> float:
        """The mean loss, NaN without rows."""
        if not self.rows:
            return float("nan")
        total: float = self.units / (1 << LOWEST) + self.strange
        return total / self.rows


def exact_sum(values: Array) -> tuple[int, float]:
    """The sum of (rows,) numbers in units of 2⁻¹¹²⁷, and that of those that are not finite.

    >>> units, strange = exact_sum(np.array([1e16, 1.0, -1e16]))
    >>> units / 2**LOWEST, strange
    (1.0, 0.0)
    """
    fine = np.isfinite(values)
    mantissa, exponent = np.frexp(values[fine])
    whole = (mantissa * 2.0**DIGITS).astype(np.int64)
    total = 0
    for power in np.unique(exponent).tolist():
        part = whole[exponent == power]
        high, low = part >> 27, part & ((1 << 27) - 1)  # sums of either fit 64 bits
        size = (int(high.sum()) << 27) + int(low.sum())
        shift = LOWEST - DIGITS + power
        total += size << shift if shift >= 0 else size >> -shift
    return total, float(values[~fine].sum())


def loss_of(network: Graph) -> str:
    """The loss that outputs are judged by: cross-entropy of classes where it is defined."""
    functions = [network.activation(node) for node in network.outputs]
    used = {"rescaled" if found.rescaled else found.name for found in functions}
    fits = network.classes is not None and used <= LOSSES[CLASSES_LOSS].activations.keys()
    return CLASSES_LOSS if fits else DEFAULT_LOSS


def of_classes(network: Graph, z: Array, a: Array, true: Numbers, told: Numbers) -> Judgement:
    """Judge rows by their classes; rows of a class that the network does not know are passed over.

    Args:
        network: one that tells classes.
        z: (outputs, rows) before the activation.
        a: (outputs, rows) after it.
        true: (rows,) the number of each row's class, −1 if it is unknown.
        told: (rows,) the number of the class that the network tells, −1 where an output is NaN.
    """
    classes = network.classes
    assert classes is not None
    count = len(classes.names)
    known = true >= 0
    at, found = true[known], Judgement(int(known.sum()))
    codes = at * (count + 1) + np.where(told[known] < 0, count, told[known])
    pairs = np.bincount(codes, minlength=count * (count + 1))
    found.pairs = pairs.reshape(count, count + 1)
    if classes.threshold is None:
        targets = (np.arange(count)[:, np.newaxis] == at).astype(np.float64)
    else:
        try:
            targets = np.array(classes.targets())[at][np.newaxis]
        except ValueError:  # a threshold beyond −1 and 1 says no targets
            found.strange = float("nan")
            return found
    found.units, found.strange = exact_sum(_losses(network, z[:, known], a[:, known], targets))
    return found


def of_numbers(network: Graph, a: Array, targets: Array) -> Judgement:
    """Judge rows by the wanted numbers of the one output, (1, rows) as the values."""
    return Judgement(a.shape[1], *exact_sum(_losses(network, a, a, targets)))


LEVELS: dict[str, tuple[float, float]] = {
    "step": (0.0, 1.0),
    "sigmoid": (0.0, 1.0),
    "sign": (-1.0, 1.0),
    "tanh": (-1.0, 1.0),
}
"""The two values that targets of a node tell apart, by its activation."""


def of_targets(network: Graph, nodes: list[int], a: Array, targets: Array) -> Judgement:
    """Judge rows by the wanted numbers of some nodes.

    Args:
        network: with the nodes.
        nodes: their numbers.
        a: (nodes, rows) their values.
        targets: (nodes, rows) the wanted ones.
    """
    loss, a = LOSSES[DEFAULT_LOSS], a.astype(np.float64)
    assert loss.f is not None
    with np.errstate(all="ignore"):
        losses = ordered_sum(loss.f(a, targets)) / loss.divisor_for(len(a))
    found = Judgement(a.shape[1], *exact_sum(losses))
    classes = network.classes
    if classes is not None and classes.threshold is None and nodes == network.outputs.tolist():
        hot = one_hot_rows(targets)
        found.one_hot = int(hot.sum())
        found.largest = int((classes.predicted(a) == targets.argmax(axis=0))[hot].sum())
    functions = [network.activation(node) for node in nodes]
    if all(function.name in LEVELS and not function.rescaled for function in functions):
        low, high = np.array([LEVELS[function.name] for function in functions]).T[..., np.newaxis]
        known = ((targets == low) | (targets == high)).all(axis=0)
        middle = (low + high) / 2.0
        right = ((a >= middle) == (targets == high)).all(axis=0) & ~np.isnan(a).any(axis=0)
        found.levelled, found.sided = int(known.sum()), int(right[known].sum())
    return found


def _losses(network: Graph, z: Array, a: Array, targets: Array) -> Array:
    """(rows,) the loss of each row."""
    loss = LOSSES[loss_of(network)]
    z, a = z.astype(np.float64), a.astype(np.float64)
    with np.errstate(all="ignore"):
        if loss.f is not None:
            return ordered_sum(loss.f(a, targets)) / loss.divisor_for(len(a))
        terms = np.zeros_like(a)
        place = {node: row for row, node in enumerate(network.outputs.tolist())}
        for group in network.softmax_groups:
            rows = [place[node] for node in group.tolist() if node in place]
            if rows:
                terms[rows] = softmax_cross_entropy(z[rows], a[rows], targets[rows])[0]
        for node, row in place.items():
            function = network.activation(node)
            if function.row is not None:
                inside = function.argument(z[row])
                terms[row] = binary_cross_entropy(inside, a[row], targets[row])[0]
        return ordered_sum(terms)
