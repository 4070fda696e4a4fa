"""Whether a straight line, or a plane, parts the rows of a unit.

The perceptron answers. Its rows are whole numbers here, so that its weights come back to numbers
that they had before where nothing parts the rows (Minsky, Papert, Perceptrons, 1969, section 11.10:
they stay bounded). Then the corrections in between add up to 0, and weights that are right on all
of these rows would make a sum of positive numbers of it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.graph.exact import shortest
from deepgraph.graph.kinds import BIAS
from deepgraph.train.rule_numbers import is_threshold

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.network import Network
    from deepgraph.train.rule_run import RuleRun

    Array = NDArray[np.float64]

VISITS = 100_000
"""The most rows that are looked at, each as often as it comes; a question without an answer by then
is left open."""


def unparted(run: RuleRun) -> list[int]:
    """The outputs of a rule whose rows nothing parts, by number, as far as that can be proved."""
    return [
        node
        for place, node in enumerate(run.nodes)
        if (above := _above(run, place)) is not None and _never_parted(run, node, above)
    ]


def _above(run: RuleRun, place: int) -> NDArray[np.bool] | None:
    """(rows,) true where an output should be the larger of two values; `None` if it is no class."""
    targets = run.targets[place]
    if is_threshold(run.network, run.nodes[place]):
        return np.asarray(targets > (targets.min() + targets.max()) / 2.0)
    classes = run.network.classes
    if classes is None or len(run.nodes) > 1:
        return None
    return np.asarray(classes.decided(targets[np.newaxis]) > 0)


def _never_parted(run: RuleRun, node: int, above: NDArray[np.bool]) -> bool:
    sources = _sources(run.network, node)
    if sources is None or above.all() or not above.any():
        return False
    places = {int(number): place for place, number in enumerate(run.network.inputs)}
    columns = [_whole(run.inputs[places[source]]) for source in sources]
    signs = np.where(above, 1, -1).tolist()
    rows = [
        [s, *(s * n for n in row)] for s, row in zip(signs, zip(*columns, strict=True), strict=True)
    ]
    weights = [0] * (1 + len(columns))
    ends = {tuple(weights)}
    for _ in range(VISITS // len(rows)):
        corrected = False
        for row in rows:
            if sum(w * x for w, x in zip(weights, row, strict=True)) <= 0:
                weights = [w + x for w, x in zip(weights, row, strict=True)]
                corrected = True
        if not corrected:
            return False
        if tuple(weights) in ends:
            return True
        ends.add(tuple(weights))
    return False


def _sources(network: Network, node: int) -> list[int] | None:
    """The inputs that feed a node; `None` unless each of its weights and a bias are free."""
    edges = network.incoming.of(node)
    sources = network.source[edges]
    codes = np.where(
        network.edge_parameter[edges] >= 0,
        network.edge_parameter[edges],
        network.node_parameter[sources],
    )
    is_bias = network.kind[sources] == BIAS
    own = len(set(codes.tolist())) == len(codes) and (codes >= 0).all()
    if not own or not is_bias.any() or not network.parameters.trainable[codes].all():
        return None
    return [int(source) for source in sources[~is_bias]]


def _whole(column: Array) -> list[int]:
    """A column as whole numbers, by a factor that parts no rows which were not parted before."""
    exact = [shortest(number) for number in column.tolist()]
    factor = math.lcm(*(number.denominator for number in exact))
    return [int(number * factor) for number in exact]
