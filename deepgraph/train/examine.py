"""The health of a network on data, without a training: `deepgraph info --input TABLE`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.functions.losses import DEFAULT_LOSS, LOSSES
from deepgraph.train import findings as seen
from deepgraph.train import row_findings as of_rows
from deepgraph.train.case import Case
from deepgraph.train.finding import Finding
from deepgraph.train.given import chosen_loss, goal_and_rows, named_targets
from deepgraph.train.health import InputHealth, NodeHealth, input_health, node_health
from deepgraph.train.objective import Goal
from deepgraph.train.records import Settings
from deepgraph.train.rows import Rows

if TYPE_CHECKING:
    from deepgraph.network import Network


@dataclass(frozen=True)
class Examination:
    """A network on rows.

    Attributes:
        rows: how many there are.
        looked_at: how many of them the numbers are of, at equal distances.
        inputs: each input as it flows in.
        nodes: each neuron but those of a softmax.
        loss: the name of the loss, empty without targets.
        value: the mean loss of the rows that were looked at, NaN without targets.
        constant: the loss of the same best outputs for every row, NaN without targets.
        findings: what keeps the network from learning from these rows, as far as it can be seen
            without a training.
    """

    rows: int
    looked_at: int
    inputs: list[InputHealth]
    nodes: list[NodeHealth]
    loss: str
    value: float
    constant: float
    findings: list[Finding]


def examine(
    network: Network, X: Any, targets: Any = None, *, loss: str | None = None
) -> Examination:
    """Look at a network and rows: sizes of inputs, flat nodes, and what will keep it from learning.

    Args:
        network: all of its parameters have values.
        X: inputs as in `Network.__call__`, finite numbers.
        targets: by node id one number for each row, or a class for each row, as in `fit`; without
            them the outputs are not judged.
        loss: as in `fit`.

    Raises:
        InputError: inputs or targets do not fit.
        UninitialisedError: a parameter has no value.
    """
    network.require_values()
    if targets is None:
        nodes = network.outputs.astype(np.intp)
        inputs = network.input_array(X)
        nothing = np.zeros((len(nodes), inputs.shape[1]))
        aim, rows = Goal(LOSSES[DEFAULT_LOSS], nodes), Rows(network.normalised(inputs), nothing)
        name = ""
    else:
        targets = named_targets(network, targets)
        name = chosen_loss(network, targets, loss)
        aim, rows = goal_and_rows(network, X, targets, name)
    case = Case(network, aim, rows, Settings())
    trace = case.look()
    known = targets is not None
    return Examination(
        len(rows),
        len(case.sample),
        input_health(trace),
        list(node_health(trace, case.needed.tolist()).values()),
        name,
        case.loss(trace.a[aim.nodes]) if known else float("nan"),
        case.baseline if known else float("nan"),
        _findings(case, network, known),
    )


def _findings(case: Case, network: Network, known: bool) -> list[Finding]:
    trace = case.look()
    found = list(of_rows.one_value(case)) if known else []
    found += [*seen.steps(case), *(list(seen.zero(case)) or seen.symmetric(case))]
    if known:
        found += of_rows.out_of_reach(case)
    if what := of_rows.unscaled(case):
        found.append(Finding("unscaled", what, f"When it is trained, {of_rows.standardise()}."))
    found += seen.saturated(case, trace)
    found += seen.dead(case, trace, whole=False)
    if known:
        found += of_rows.never_predicted(case, network)
    return found
