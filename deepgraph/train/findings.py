"""Causes that keep a network from learning, each with its numbers and a cure.

The functions here look at a network and its rows at one moment; `deepgraph.train.diagnosis` asks
them before and after a training and tries what would have helped.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from deepgraph.evaluate.optimisers import weight_parameters
from deepgraph.evaluate.reference import trace
from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.graph.initialise import METHODS
from deepgraph.graph.kinds import BIAS
from deepgraph.train.case import evenly
from deepgraph.train.health import input_health, node_health, reach
from deepgraph.words.messages import counted, in_quotes, listed
from deepgraph.words.numbers import number_text
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from deepgraph.evaluate.reference import Trace
    from deepgraph.graph.graph import Graph
    from deepgraph.train.case import Case
    from deepgraph.train.health import InputHealth, NodeHealth

    Array = NDArray[np.float64]

Cause = Literal[
    "one value", "steps", "zero", "symmetric", "range", "unscaled", "saturated", "dead", "frozen",
    "rate", "epochs", "linear", "start", "class", "targets", "decay", "unlike",
]  # fmt: skip

UNEQUAL = 10.0
"""Inputs whose sizes differ by more than this are of different size. The loss is as much steeper
along the larger one as the square of that: steps that do not overshoot along the one need a
hundred times as many to get as far along the other (LeCun, Bottou, Orr, Müller, Efficient BackProp,
1998, section 4.3)."""
LARGE = 10.0
"""An input of this size is large: the loss is a hundred times as steep as for a size of 1."""
MOST_OF = 0.9
"""The share of a layer's rows that are flat from which on the layer is called saturated."""
OUT_OF_REACH = 0.01
"""The part of the loss of a constant that targets beyond the range of an output must cost before
they are spoken of."""
RARE = 0.5
"""A class is rare if it has less than this part of an equal share of the rows."""
STARTS = (1, 2, 3, 4, 5)
"""The seeds of other starts that are tried."""
LOOKED_AT = range(1, 21)
"""The seeds of other starts that are looked at without a training, which takes no time."""
SOUGHT = 10_000
"""The most rows that are looked at for classes that are never predicted."""


@dataclass(frozen=True)
class Finding:
    """One cause.

    Attributes:
        cause: its kind.
        text: what is wrong, with numbers; a clause without a full stop.
        cure: what to do about it; one sentence, or empty.
    """

    cause: Cause
    text: str
    cure: str = ""

    def __str__(self) -> str:
        return f"{self.text}. {self.cure}".rstrip()


def figure(value: float) -> str:
    """A number in a message, with three digits."""
    return number_text(value, 3)


def _names(network: Graph, nodes: Sequence[int]) -> str:
    return listed([network.ids[node] for node in nodes[:6]], count=len(nodes))


def draw_anew(network: Graph, seed: int = 1) -> str:
    """The advice to draw other starting values.

    Args:
        network: before the training; numbers that its spec has are not drawn.
        seed: another one than that of this start, as far as it is known.
    """
    if _is_drawn_with(network, seed):
        seed += 1
    method = "" if network.drawn_by == METHODS[0] else f', "{network.drawn_by}"'
    given = option("seed", seed, argument=f"network.initialised({seed}{method})")
    if network.unwritten.any():
        return f"draw others: give {given}"
    return f"draw others: leave the numbers out of the spec and give {given}"


def redrawn(network: Graph, seed: int) -> Graph:
    """The network with other starting values, by the same method.

    As with another seed, what is drawn anew is what the spec has no number for. Of a spec with all
    of its numbers it is whatever may be trained.
    """
    left_out = network.unwritten if network.unwritten.any() else network.parameters.trainable
    bare = network.with_computed(np.where(left_out, np.nan, network.parameters.values))
    return bare.initialised(seed, network.drawn_by)


def _seed_with_life(case: Case, nodes: list[int]) -> int | None:
    """The first seed that draws a start where each of some rectifiers is on in some row."""
    for seed in LOOKED_AT:
        start = redrawn(case.network, seed)
        with np.errstate(all="ignore"):
            z = trace(start, case.sample.inputs, normalised=True).z[nodes]
        if (z > 0).any(axis=1).all():
            return seed
    return None


def _is_drawn_with(network: Graph, seed: int) -> bool:
    """True if the values are those that a seed draws."""
    again = network.as_written().initialised(seed, network.drawn_by).parameters.values
    return bool(network.unwritten.any() and (again == network.parameters.values).all())


# --- the targets -----------------------------------------------------------------------------


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
    what = f"of {len(rows):,} rows none is told to be {names}"
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


# --- the nodes -------------------------------------------------------------------------------


def moving(network: Graph) -> NDArray[np.bool]:
    """(nodes,) true for nodes that a trainable parameter feeds directly."""
    codes = network.edge_parameter.copy()
    wire = codes < 0
    codes[wire] = network.node_parameter[network.source[wire]]
    free = np.zeros(len(codes), np.bool)
    free[codes >= 0] = network.parameters.trainable[codes[codes >= 0]]
    found = np.zeros(len(network.ids), np.bool)
    found[network.target[free]] = True
    return found


def steps(case: Case) -> Iterator[Finding]:
    """Step units with trainable weights below them, whose derivatives are all 0."""
    network, moves = case.network, moving(case.network)
    rows = {node: network.activation(node).row for node in case.needed.tolist()}
    wrong = [node for node, row in rows.items() if row is not None and row.jumps and moves[node]]
    if not wrong:
        return
    row = rows[wrong[0]]
    assert row is not None
    verb = "has" if len(wrong) == 1 else "have"
    what = f"{_names(network, wrong)} {verb} {row.title}, whose derivative is 0 but for {row.jumps}"
    cure = "Take sigmoid or tanh"
    if len(case.needed) == len(network.outputs) and row is ACTIVATIONS["step"]:
        cure += ", or the rule of the perceptron: " + option("rule", "perceptron")
    into = "it" if len(wrong) == 1 else "them"
    yield Finding("steps", f"{what}: no weight into {into} ever moves", f"{cure}.")


def zero(case: Case) -> Iterator[Finding]:
    """Hidden nodes with weights of 0 on both sides at the start."""
    network, hidden = case.network, case.hidden
    inside = np.isin(network.source, hidden) | np.isin(network.target, hidden)
    inside &= (network.edge_parameter >= 0) & (network.kind[network.source] != BIAS)
    codes = np.unique(network.edge_parameter[inside])
    codes = codes[network.parameters.trainable[codes]]
    if not len(codes) or network.parameters.values[codes].any():
        return
    what = (
        f"all {counted(len(codes), 'weight')} into and out of the hidden nodes "
        f"{_names(network, hidden)} start at 0: nothing comes back through them, or the same to all"
    )
    advice = draw_anew(network)
    yield Finding("zero", what, f"{advice[0].upper()}{advice[1:]}.")


def symmetric(case: Case) -> Iterator[Finding]:
    """Hidden nodes that start as copies of one another, and so stay copies."""
    network = case.network
    groups: dict[tuple[object, ...], list[int]] = {}
    for node in case.hidden:
        into, out = network.incoming.of(node), network.outgoing.of(node)
        function = network.activation(node)
        if function.row is None:
            continue
        own = np.sort(_codes(network, into))
        key = (
            function.caption,
            network.aggregations[node],
            *_fed(network, into, network.source),
            *_fed(network, out, network.target),
        )
        if not network.parameters.trainable[own[own >= 0]].any():
            continue
        # Nodes that share their parameters are meant to be alike.
        group = groups.setdefault(key, [])
        if not any(_shares(network, node, other) for other in group):
            group.append(node)
    alike = [group for group in groups.values() if len(group) > 1]
    if not alike:
        return
    nodes = max(alike, key=len)
    what = (
        f"{_names(network, nodes)} start with the same weights, get the same derivatives and stay "
        "copies: together they can do no more than one of them"
    )
    advice = draw_anew(network)
    yield Finding("symmetric", what, f"{advice[0].upper()}{advice[1:]}.")


def _codes(network: Graph, edges: NDArray[np.int64]) -> NDArray[np.int64]:
    codes = network.edge_parameter[edges].astype(np.int64)
    biases = network.node_parameter[network.source[edges]]
    return np.where(codes >= 0, codes, biases)


def _fed(
    network: Graph, edges: NDArray[np.int64], ends: NDArray[np.int32]
) -> Iterator[tuple[object, ...]]:
    """The ends of edges with their values; of a bias, which each node has for itself, its value."""
    found: list[tuple[object, ...]] = []
    for edge in edges.tolist():
        source = int(network.source[edge])
        bias = network.kind[source] == BIAS
        value = float(network.weights[edge])
        if bias:
            value *= network.bias_value(source)
        found.append((-1 if bias else int(ends[edge]), value))
    yield tuple(sorted(found, key=repr))


def _shares(network: Graph, node: int, other: int) -> bool:
    one, two = (_codes(network, network.incoming.of(n)) for n in (node, other))
    return bool(set(one[one >= 0].tolist()) & set(two[two >= 0].tolist()))


def by_layer(case: Case, trace: Trace, kind: str) -> list[list[NodeHealth]]:
    """The health of the nodes of a kind, layer by layer.

    Outputs belong to it where the loss goes through their slope, as a squared error does.
    """
    nodes = case.hidden if case.goal.loss.f is None else case.needed.tolist()
    health = node_health(trace, nodes)
    layers: dict[int, list[NodeHealth]] = {}
    for node, found in health.items():
        if found.kind == kind:
            layers.setdefault(int(case.network.rank[node]), []).append(found)
    return list(layers.values())


def saturated(case: Case, trace: Trace, least: float = MOST_OF) -> Iterator[Finding]:
    """A layer of bounded functions most of whose rows are flat."""
    layers = by_layer(case, trace, "bounded")
    shares = {sum(one.flat for one in layer) / len(layer): layer for layer in layers}
    share = max(shares, default=0.0)
    if share < least:
        return
    layer = sorted(shares[share], key=lambda one: -one.flat)
    far = max(max(abs(one.low), abs(one.high)) for one in layer)
    smallest = min(one.slope for one in layer)
    what = (
        f"{listed([one.node for one in layer[:6]], count=len(layer))} "
        f"{'is' if len(layer) == 1 else 'are'} saturated: in {share:.0%} of the rows the slope of "
        f"{layer[0].function} is below a hundredth of its steepest, for z is as far as "
        f"{figure(far)} from 0"
    )
    if smallest < 1e-4:
        what += f" (slopes down to {figure(smallest)} of it)"
    cure = "Start with smaller weights"
    if not all(map(case.network.has_z, case.network.inputs.tolist())):
        cure += f", or scale the inputs: {standardise()}"
    yield Finding("saturated", what, f"{cure}.")


def leaky(advice: str = "") -> str:
    """The cure of dead rectifiers, after the advice that comes before it, if there is one."""
    leaky_relu = "take leaky_relu, whose slope is never 0."
    cure = f"{advice}; or {leaky_relu}" if advice else leaky_relu
    return cure[0].upper() + cure[1:]


def dead(case: Case, trace: Trace, *, whole: bool) -> Iterator[Finding]:
    """Rectifiers that are off in every row; with `whole`, only if all of a layer are."""
    layers, rows = by_layer(case, trace, "rectifier"), trace.rows
    for layer in sorted(layers, key=lambda layer: -sum(one.flat == 1 for one in layer)):
        off = [one for one in layer if one.flat == 1.0]
        if not off or (whole and len(off) < len(layer)):
            continue
        names = listed([one.node for one in off[:6]], count=len(off))
        highest = max(one.high for one in off)
        what = (
            f"{names} {'is' if len(off) == 1 else 'are'} dead: {off[0].function} gives 0 in all "
            f"{counted(rows, 'row')} (z at most {figure(highest)}), so that nothing comes back "
            f"through {'it' if len(off) == 1 else 'them'} and the weights into "
            f"{'it' if len(off) == 1 else 'them'} stay"
        )
        nodes = [case.network.index[one.node] for one in off]
        seed = _seed_with_life(case, nodes)
        yield Finding("dead", what, leaky("" if seed is None else draw_anew(case.network, seed)))
        return


def frozen_parameters(network: Graph) -> int:
    """The number of frozen weights."""
    return int(np.count_nonzero(~network.parameters.trainable & weight_parameters(network)))
