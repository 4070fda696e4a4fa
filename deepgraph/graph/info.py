"""Counts and names that sum a network up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.functions.aggregations import SUM
from deepgraph.functions.softmax import softmax_group
from deepgraph.functions.written import GAIN
from deepgraph.graph import shape
from deepgraph.graph.kinds import BIAS, HIDDEN, OUTPUT
from deepgraph.graph.reach import ancestors, descendants_of_each, longest_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deepgraph.graph.graph import Graph
    from deepgraph.graph.scaling import Scaling


@dataclass(frozen=True)
class Info:
    """Counts and names.

    Attributes:
        name: of the spec, or of its file.
        title: that of the spec.
        source: that of the spec.
        inputs: ids.
        hidden: number of hidden nodes.
        outputs: ids.
        normalised: ids of the inputs that are normalised.
        rescaled: ids of the outputs that are rescaled.
        classes: the two classes of the one output, or the labels of several; empty for none.
        threshold: from which value of the one output on its class is the second; else `None`.
        biases: number of bias nodes.
        edges: number of edges, wires included.
        wires: number of edges without a parameter.
        parameters: number of parameters.
        frozen: number of parameters that are not trainable.
        uninitialised: number of parameters without a value.
        depth: neurons on the longest path.
        longest_path: their ids, for one such path.
        layers: sizes of the layers, as in 4-8-3; `None` for an irregular network.
        activations: number of neurons by activation.
        aggregations: number of neurons by aggregation, sums left out.
        softmax: the members of each softmax group, by its name; without a name it is "".
        shared: number of edges of each parameter that has several.
        groups: the labels of each group.
        stages: the members of each stage.
        unused: ids of the nodes, and names of layers, that are meant to reach no output.
    """

    name: str
    title: str | None
    source: str | None
    inputs: list[str]
    hidden: int
    outputs: list[str]
    normalised: list[str]
    rescaled: list[str]
    classes: list[str]
    threshold: float | None
    biases: int
    edges: int
    wires: int
    parameters: int
    frozen: int
    uninitialised: int
    depth: int
    longest_path: list[str]
    layers: list[int] | None
    activations: dict[str, int]
    aggregations: dict[str, int]
    softmax: dict[str, list[str]]
    shared: dict[str, int]
    groups: dict[str, list[str]]
    stages: dict[str, list[str]]
    unused: list[str]

    @property
    def trainable(self) -> int:
        """The number of trainable parameters."""
        return self.parameters - self.frozen


def describe(network: Graph) -> Info:
    """Collect the facts about a network; its parameters need no values."""
    spec, parameters = network.spec, network.parameters
    neurons = np.flatnonzero((network.kind == HIDDEN) | (network.kind == OUTPUT)).tolist()
    longest, classes = longest_path(network), network.classes
    return Info(
        name=spec.name or Path(network.name).stem,
        title=spec.title,
        source=spec.source,
        inputs=network.input_names,
        hidden=_count(network, HIDDEN),
        outputs=network.output_names,
        normalised=_scaled(network, network.normalise),
        rescaled=_scaled(network, network.rescale),
        classes=[] if classes is None else classes.names,
        threshold=None if classes is None else classes.threshold,
        biases=_count(network, BIAS),
        edges=len(network.source),
        wires=int(np.sum(network.edge_parameter < 0)),
        parameters=len(parameters),
        frozen=int(np.sum(~parameters.trainable)),
        uninitialised=len(parameters.missing),
        depth=len(longest),
        longest_path=[network.ids[node] for node in longest],
        layers=shape.layer_sizes(network) if shape.is_layered(network) else None,
        activations=_tally([network.activation(n).name for n in neurons]),
        aggregations=_tally(
            [network.aggregations[n] for n in neurons if network.aggregations[n] != SUM]
        ),
        softmax=_softmax(network),
        shared=_shared(network),
        groups=spec.labels_by_group,
        stages=spec.stages,
        unused=spec.unused,
    )


def _softmax(network: Graph) -> dict[str, list[str]]:
    found = {}
    for members in network.softmax_groups:
        written = network.functions[network.function[members[0]]].written
        found[str(softmax_group(written))] = [network.ids[node] for node in members.tolist()]
    return found


@dataclass(frozen=True)
class NodeInfo:
    """What one node is, and what it has to do with.

    Attributes:
        node: its id.
        kind: input, bias, hidden or output.
        activation: its name; `None` for an input or a bias.
        settings: the numbers of its activation in the spec, by name.
        aggregation: likewise.
        normalise: the constants by which an input is normalised, by key.
        rescale: the constants by which an output is rescaled, by key.
        sources: ids of the nodes that feed it, in the order of summation.
        targets: ids of the nodes that it feeds.
        ancestors: ids of all nodes that it depends on, in the order of the file.
        descendants: ids of all nodes that depend on it, likewise.
    """

    node: str
    kind: str
    activation: str | None
    settings: dict[str, float]
    aggregation: str | None
    normalise: dict[str, float]
    rescale: dict[str, float]
    sources: list[str]
    targets: list[str]
    ancestors: list[str]
    descendants: list[str]


@dataclass(frozen=True)
class StageInfo:
    """What the members of a stage are, and what they have to do with.

    Attributes:
        stage: its name.
        members: as the spec names them, `h1` or `z(h1)`.
        nodes: the node of each member, each node once.
    """

    stage: str
    members: list[str]
    nodes: list[NodeInfo]


def describe_named(network: Graph, name: str) -> NodeInfo | StageInfo:
    """Collect the facts about a node, which `z(id)` names as well, or about those of a stage.

    Raises:
        UnknownNameError: there is no such node or stage.
    """
    members = network.members([name])
    after = descendants_of_each(network, dict.fromkeys(member.node for member in members))
    nodes = [_describe_node(network, node, found) for node, found in after.items()]
    if name not in network.stages:
        return nodes[0]
    return StageInfo(name, [network.member_name(member) for member in members], nodes)


def _describe_node(network: Graph, node: int, after: set[int]) -> NodeInfo:
    """The facts about one node; `after` are those that depend on it, and itself."""

    def ids(numbers: Iterable[int]) -> list[str]:
        return [network.ids[number] for number in numbers]

    computes = network.kind[node] in (HIDDEN, OUTPUT)
    return NodeInfo(
        node=network.ids[node],
        kind=network.kind_name(node),
        activation=network.activation(node).name if computes else None,
        settings=_settings(network, node) if computes else {},
        aggregation=network.aggregations[node] if computes else None,
        normalise=_constants(network.normalise, node),
        rescale=_constants(network.rescale, node),
        sources=ids(network.source[network.incoming.of(node)].tolist()),
        targets=ids(network.target[network.outgoing.of(node)].tolist()),
        ancestors=ids(sorted(ancestors(network, [node]) - {node})),
        descendants=ids(sorted(after - {node})),
    )


def _scaled(network: Graph, scaling: Scaling | None) -> list[str]:
    return [] if scaling is None else [network.ids[node] for node in scaling.nodes.tolist()]


def _constants(scaling: Scaling | None, node: int) -> dict[str, float]:
    return {} if scaling is None or node not in scaling.place else scaling.given(node)


def _settings(network: Graph, node: int) -> dict[str, float]:
    """The given parameters of an activation, and its gain if it has one."""
    function = network.activation(node)
    return function.parameters | ({GAIN: function.gain} if function.gain != 1.0 else {})


def _count(network: Graph, kind: int) -> int:
    return int(np.sum(network.kind == kind))


def _tally(names: list[str]) -> dict[str, int]:
    """The number of times that each name occurs, in the order of first occurrence."""
    return dict(Counter(names))


def _shared(network: Graph) -> dict[str, int]:
    """Parameters of several edges; a value-style bias counts for each of its wires."""
    bias = network.node_parameter[network.source]
    used = np.where(network.edge_parameter < 0, bias, network.edge_parameter)
    times = np.bincount(used[used >= 0], minlength=len(network.parameters))
    return {
        network.parameters.name(number): int(times[number])
        for number in np.flatnonzero(times > 1).tolist()
    }
