"""Causes that lie in the rows: targets out of reach, inputs of unequal size, classes never told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.evaluate.reference import trace
from deepgraph.train.case import evenly
from deepgraph.train.finding import Finding, figure
from deepgraph.train.health import input_health, reach
from deepgraph.words.messages import counted, in_quotes, listed
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph
    from deepgraph.train.case import Case
    from deepgraph.train.health import InputHealth

    Array = NDArray[np.float64]

UNEQUAL = 10.0
"""Inputs whose sizes differ by more than this are of different size. The loss is as much steeper
along the larger one as the square of that: steps that do not overshoot along the one need a
hundred times as many to get as far along the other (LeCun, Bottou, Orr, Müller, Efficient BackProp,
1998, section 4.3)."""
LARGE = 10.0
"""An input of this size is large: the loss is a hundred times as steep as for a size of 1."""
OUT_OF_REACH = 0.01
"""The part of the loss of a constant that targets beyond the range of an output must cost before
they are spoken of."""
RARE = 0.5
"""A class is rare if it has less than this part of an equal share of the rows."""
SOUGHT = 10_000
"""The most rows that are looked at for classes that are never predicted."""


def one_value(case: Case) -> Iterator[Finding]:
    """Targets that are the same in every row: there is nothing to tell apart."""
    targets = case.rows.targets
    if case.rows.classes is not None:
        classes = case.network.classes
        if classes is not None and (case.rows.classes == case.rows.classes[0]).all():
            name = classes.names[int(case.rows.classes[0])]
            what = f'every one of the {counted(len(case.rows), "row")} is of the class "{name}"'
            if len(case.rows) > 1:
                yield Finding("one value", what, "Learn from a table that holds other classes too.")
        return
    if len(case.rows) > 1 and (targets == targets[:, :1]).all():
        ids = [case.network.ids[node] for node in case.goal.nodes]
        values = listed([f"{i} = {figure(t)}" for i, t in zip(ids, targets[:, 0], strict=True)][:6])
        what = f"the targets are the same in all {counted(len(case.rows), 'row')}: {values}"
        yield Finding("one value", what, "A bias alone learns that; look at the target column.")


def out_of_reach(case: Case) -> Iterator[Finding]:
    """Targets beyond the values that an output can have."""
    if case.goal.loss.f is None:
        return  # cross-entropy refuses such targets
    case = replace(case, kept_apart=None)  # these are facts about the rows that are learned from
    network, targets = case.network, case.sample.targets
    nearest = targets.copy()
    texts = []
    for place, node in enumerate(case.goal.nodes.tolist()):
        function = network.activation(node)
        if function.row is None:
            low, high = 0.0, 1.0
        else:
            low, high = reach(function)
        nearest[place] = np.clip(targets[place], low, high)
        beyond = np.count_nonzero(nearest[place] != targets[place])
        if beyond:
            ends = f"from {figure(targets[place].min())} to {figure(targets[place].max())}"
            span = _span(low, high)
            rows = f"{beyond:,} of {counted(len(case.sample), 'row')}"
            texts.append(
                f"the targets of {network.ids[node]} go {ends}, and its {function.caption} gives "
                f"{span}: {rows} are out of reach"
            )
    if not texts or not case.loss(nearest) > OUT_OF_REACH * case.baseline:
        return
    more = f", and {len(texts) - 1} more outputs likewise" if len(texts) > 1 else ""
    cure = "Take the activation identity for an output of any size, or bring the targets into its "
    yield Finding("range", texts[0] + more, cure + 'range: "rescale" on the output does so.')


def _span(low: float, high: float) -> str:
    if np.isinf(low):
        return f"at most {figure(high)}"
    return f"at least {figure(low)}" if np.isinf(high) else f"{figure(low)} to {figure(high)}"


def never_predicted(case: Case, network: Graph) -> Iterator[Finding]:
    """Classes that rows have and that the network tells of none."""
    rows = evenly(case.rows, SOUGHT)
    if rows.classes is None or network.classes is None:
        return
    with np.errstate(all="ignore"):
        outputs = trace(network, rows.inputs, normalised=True).a[network.outputs]
    told = np.bincount(
        network.classes.predicted(outputs) + 1, minlength=len(network.classes.names) + 1
    )
    there = np.bincount(rows.classes, minlength=len(network.classes.names))
    lost = [n for n in range(len(network.classes.names)) if there[n] and not told[n + 1]]
    if not lost or np.count_nonzero(there) < 2:
        return
    names = listed(
        [
            f"{in_quotes(network.classes.names[n])} ({counted(int(there[n]), 'row')})"
            for n in lost[:6]
        ]
    )
    always = [n for n in range(len(there)) if told[n + 1]]
    what = f"of {len(rows):,} rows none is predicted as {names}"
    if len(always) == 1:
        share = f"{there[always[0]]:,} of {len(rows):,} rows are right by that"
        what += f": all are {in_quotes(network.classes.names[always[0]])}, and {share}"
    cure = "Add inputs that tell the classes apart, or hidden nodes."
    if sum(there[lost]) < RARE * len(rows) * len(lost) / np.count_nonzero(there):
        cure = (
            "Repeat rows of the rare class in the table, or add inputs that tell the classes apart."
        )
    yield Finding("class", what, cure)


# --- the inputs ------------------------------------------------------------------------------


def unequal(inputs: Sequence[InputHealth]) -> str:
    """What is odd about the sizes of inputs, as they flow in; empty if nothing is."""
    sizes = {one.name: one for one in inputs if one.size > 0}
    if not sizes:
        return ""
    least, most = (by(sizes.values(), key=lambda one: one.size) for by in (min, max))
    if most.size > UNEQUAL * least.size:
        return (
            f"the inputs are of very different size: {most.name} goes from {figure(most.low)} to "
            f"{figure(most.high)}, and {least.name} from {figure(least.low)} to "
            f"{figure(least.high)}"
        )
    if most.size > LARGE:
        return (
            f"the inputs are large: {most.name} goes from {figure(most.low)} to {figure(most.high)}"
        )
    return ""


STANDARDISE = (
    "shifts and scales each input to mean 0 and deviation 1, and writes that into the spec"
)


def standardise() -> str:
    """The advice to scale the inputs."""
    flag = option("standardise", True, argument="standardise=True")
    return f"{flag} {STANDARDISE}"


def unscaled(case: Case) -> str:
    """See `unequal`, of the rows of a case."""
    return unequal(input_health(case.look()))
