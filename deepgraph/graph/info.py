"""Counts and names that sum a network up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.functions.aggregations import SUM
from deepgraph.graph import shape
from deepgraph.graph.kinds import BIAS, HIDDEN, OUTPUT

if TYPE_CHECKING:
    from deepgraph.graph.graph import Graph


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
        biases: number of bias nodes.
        edges: number of edges, wires included.
        wires: number of edges without a parameter.
        parameters: number of parameters.
        frozen: number of parameters that are not trainable.
        uninitialised: number of parameters without a value.
        depth: neurons on the longest path.
        layers: sizes of the layers, as in 4-8-3; `None` for an irregular network.
        activations: number of neurons by activation.
        aggregations: number of neurons by aggregation, sums left out.
        shared: number of edges of each parameter that has several.
        groups: the labels of each group.
        stages: the members of each stage.
    """

    name: str
    title: str | None
    source: str | None
    inputs: list[str]
    hidden: int
    outputs: list[str]
    biases: int
    edges: int
    wires: int
    parameters: int
    frozen: int
    uninitialised: int
    depth: int
    layers: list[int] | None
    activations: dict[str, int]
    aggregations: dict[str, int]
    shared: dict[str, int]
    groups: dict[str, list[str]]
    stages: dict[str, list[str]]

    @property
    def trainable(self) -> int:
        """The number of trainable parameters."""
        return self.parameters - self.frozen


def describe(network: Graph) -> Info:
    """Collect the facts about a network; its parameters need no values."""
    spec, parameters = network.spec, network.parameters
    neurons = np.flatnonzero((network.kind == HIDDEN) | (network.kind == OUTPUT)).tolist()
    return Info(
        name=spec.name or Path(network.name).stem,
        title=spec.title,
        source=spec.source,
        inputs=network.input_names,
        hidden=_count(network, HIDDEN),
        outputs=network.output_names,
        biases=_count(network, BIAS),
        edges=len(network.source),
        wires=int(np.sum(network.edge_parameter < 0)),
        parameters=len(parameters),
        frozen=int(np.sum(~parameters.trainable)),
        uninitialised=len(parameters.missing),
        depth=shape.depth(network),
        layers=shape.layer_sizes(network) if shape.is_layered(network) else None,
        activations=_tally([network.functions[network.function[n]].name for n in neurons]),
        aggregations=_tally(
            [network.aggregations[n] for n in neurons if network.aggregations[n] != SUM]
        ),
        shared=_shared(network),
        groups=spec.labels_by_group,
        stages=spec.stages,
    )


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
