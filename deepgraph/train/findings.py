"""Causes that lie in the nodes: dead, saturated, copies of one another, step units.

The functions here and in `deepgraph.train.row_findings` look at a network and its rows at one
moment; `deepgraph.train.diagnosis` asks them before and after a training and tries what would have
helped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepgraph.evaluate.optimisers import weight_parameters
from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.graph.kinds import BIAS
from deepgraph.train.finding import Finding, figure
from deepgraph.train.health import node_health
from deepgraph.train.row_findings import standardise
from deepgraph.train.starts import draw_anew, seed_with_life
from deepgraph.words.messages import counted, listed
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from deepgraph.evaluate.reference import Trace
    from deepgraph.graph.graph import Graph
    from deepgraph.train.case import Case
    from deepgraph.train.health import NodeHealth

    Array = NDArray[np.float64]

MOST_OF = 0.9
"""The share of a layer's rows that are flat from which on the layer is called saturated."""


def _names(network: Graph, nodes: Sequence[int]) -> str:
    return listed([network.ids[node] for node in nodes[:6]], count=len(nodes))


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
        seed = seed_with_life(case, nodes)
        yield Finding("dead", what, leaky("" if seed is None else draw_anew(case.network, seed)))
        return


def frozen_parameters(network: Graph) -> int:
    """The number of frozen weights."""
    return int(np.count_nonzero(~network.parameters.trainable & weight_parameters(network)))
