"""Builds the draft network: ids to numbers, layers to nodes and edges.

A draft marks what does not resolve, and the rules report it. It gives numbers to nodes, edges and
layer parameters. The nodes of layers come first, then `nodes`, both in the order of the file. The
edges of layers come first (the matrix of each layer row by row, then its biases), then `edges`.
Therefore a stable grouping by target gives the order of summation.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, repeat
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.functions.softmax import softmax_group
from deepgraph.graph.classes import Classed, is_sigmoid
from deepgraph.graph.kinds import BIAS, HIDDEN, INPUT, KIND_NUMBERS, OUTPUT
from deepgraph.graph.layers import Layers
from deepgraph.graph.parameters import ParameterBlock
from deepgraph.graph.scaling import Scaled, is_rescaled
from deepgraph.graph.steps import softmax_groups, step_edges, steps_of
from deepgraph.graph.topology import ranks
from deepgraph.spec.edge_columns import columns_of
from deepgraph.spec.records import ABSENT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from deepgraph.functions.written import Function
    from deepgraph.graph.layers import Made
    from deepgraph.spec.records import Layer, Node, Spec


@dataclass
class DenseLayer:
    """A layer with a matrix, and the position of its pieces in the flat arrays.

    Attributes:
        sources: (sources,) node numbers of the columns.
        targets: node numbers of the rows.
        weights: its matrix, shape (targets, sources).
        bias: its vector, shape (targets,), or `None`.
        first_edge: the number of its first edge.
    """

    layer: Layer
    sources: NDArray[np.int32]
    targets: range
    weights: ParameterBlock
    bias: ParameterBlock | None
    first_edge: int


class Draft:
    """A spec as flat arrays. Unknown ids are −1, missing numbers NaN.

    Attributes:
        ids: node ids; `paths` has the path in the file at which each node is made.
        kind: (nodes,) one of `INPUT`, `BIAS`, `HIDDEN`, `OUTPUT`.
        functions: the distinct activations as written; `function` (nodes,) numbers into it.
        aggregations: the aggregation of each node, as written.
        labels, columns: `label` and `layer` of the nodes that have one.
        normalise, rescale: the nodes that have these keys, with their constants.
        classes: the nodes that name the two classes of an output, or give their threshold.
        rescaled: numbers into `functions`; nodes that are rescaled have functions of their own.
        edges: the columns of `Spec.edges`.
        source, target: (edges,) node numbers.
        layer_edges: the number of edges made by layers.
        layer_parameters: the parameter numbers of those edges, in pieces.
        blocks: the matrices and vectors of the layers.
        problems: the mistakes in the layers.
        doubtful: the keys with these mistakes, such as `Layer.weights`. A rule that reads one of
            them might only find a consequence of the mistake.
    """

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.edges = columns_of(spec.edges)
        self.ids: list[str] = []
        self.paths: list[str] = []
        self.kind: list[int] = []
        self.functions: list[Function] = []
        self.function: list[int] = []
        self.aggregations: list[str] = []
        self.labels: dict[int, str] = {}
        self.columns: dict[int, str] = {}
        self.normalise: list[Scaled] = []
        self.rescale: list[Scaled] = []
        self.classes: list[Classed] = []
        self.rescaled: set[int] = set()
        self.dense: list[DenseLayer] = []
        self.blocks: list[ParameterBlock] = []
        self.layer_parameters: list[NDArray[np.int32]] = []
        self._sources: list[NDArray[np.int32]] = []
        self._targets: list[NDArray[np.int32]] = []
        self._function_numbers: dict[tuple[str, bool], int] = {}
        layers = Layers(spec.layers)
        self.problems, self.doubtful = layers.problems, layers.doubtful
        self._add_layers(layers.made)
        self._add_nodes()
        find = self.index.get
        numbers = np.array([find(name, -1) for name in self.edges.names], np.int32)
        self.source: NDArray[np.int32] = np.concatenate(
            [*self._sources, numbers[self.edges.source]]
        )
        self.target: NDArray[np.int32] = np.concatenate(
            [*self._targets, numbers[self.edges.target]]
        )

    @cached_property
    def index(self) -> dict[str, int]:
        """Node numbers by id; a repeated id has the number of its first node."""
        return dict(zip(reversed(self.ids), range(len(self.ids) - 1, -1, -1), strict=True))

    def edge_path(self, edge: int) -> str:
        """The path in the file at which an edge is made."""
        if edge >= self.layer_edges:
            return f"$.edges[{edge - self.layer_edges}]"
        number = next(
            i for i in reversed(range(len(self.dense))) if self.dense[i].first_edge <= edge
        )
        return f"$.layers[{self.spec.layers.index(self.dense[number].layer)}]"

    @cached_property
    def known(self) -> NDArray[np.bool]:
        """(edges,) true if both ends are nodes."""
        return (self.source >= 0) & (self.target >= 0)

    @property
    def bare(self) -> bool:
        """True if there are no nodes or no edges, so that other keys have nothing to name."""
        return not self.ids or not len(self.source)

    @cached_property
    def repeats(self) -> NDArray[np.bool]:
        """(edges,) true if an earlier edge has the same two ends."""
        pairs = self.source.astype(np.int64) * (len(self.ids) + 1) + self.target
        again = np.zeros(len(pairs), np.bool)
        ordered = np.sort(pairs)
        if np.any(ordered[1:] == ordered[:-1]):  # rare; finding the places takes longer
            again[:] = True
            again[np.unique(pairs, return_index=True)[1]] = False
        return again & self.known

    @cached_property
    def repeated(self) -> set[int]:
        """The nodes that share their id with another node, so that the id is ambiguous."""
        if len(self.index) == len(self.ids):
            return set()
        times = Counter(self.ids)
        return {node for node, name in enumerate(self.ids) if times[name] > 1}

    @cached_property
    def dangling(self) -> dict[str, list[str]]:
        """The paths of all edge ends that name no node, by that name."""
        places: dict[str, list[str]] = {}
        for edge in np.flatnonzero(~self.known).tolist():
            source, target = self.edges.ends(edge - self.layer_edges)
            path = self.edge_path(edge)
            if self.source[edge] < 0:
                places.setdefault(source, []).append(f"{path}.source")
            if self.target[edge] < 0:
                places.setdefault(target, []).append(f"{path}.target")
        return places

    @cached_property
    def unfed(self) -> set[int]:
        """The hidden and output nodes that no edge enters."""
        fed = np.zeros(len(self.ids) + 1, np.bool)  # the last one for unknown targets, −1
        fed[self.target] = True
        unfed = (np.array(self.kind, np.int8) >= HIDDEN) & ~fed[:-1]
        return set(np.flatnonzero(unfed).tolist()) - self.repeated

    @cached_property
    def entered(self) -> dict[int, list[int]]:
        """The edges into each input and bias node that has some."""
        kind = np.array([*self.kind, HIDDEN], np.int8)
        into: dict[int, list[int]] = {}
        for edge in np.flatnonzero((kind[self.target] < HIDDEN) & self.known).tolist():
            if (node := int(self.target[edge])) not in self.repeated:
                into.setdefault(node, []).append(edge)
        return into

    def is_reported(self, node: int) -> bool:
        """True if a rule about edges or ids reports this node, so that its kind is in doubt."""
        return node in self.unfed or node in self.entered or node in self.repeated

    def has_value(self, node: int) -> bool:
        """True if a node has a `value`, which only a bias may have."""
        position = node - (len(self.ids) - len(self.spec.nodes))
        return position >= 0 and bool(bytes(self.spec.nodes[position].value))

    @cached_property
    def named(self) -> set[str]:
        """Names that groups, edges or `parameters` use for a label, node, matrix or vector.

        If such a name stands for nothing, it is reported at that place.
        """
        labels = chain.from_iterable(self.spec.labels_by_group.values())
        values = set() if isinstance(self.spec.parameters, str) else set(self.spec.parameters)
        made = {block.name for block in self.blocks}
        return {*labels, *(values - self.spec.groups.keys() - made), *self.dangling}

    @cached_property
    def softmax_groups(self) -> list[NDArray[np.int32]]:
        """The members of each softmax group, in the order of the nodes."""
        return softmax_groups(self.functions, self.function)

    @cached_property
    def rank(self) -> NDArray[np.int32]:
        """(nodes + softmax groups,) topological ranks; −1 on or behind a cycle.

        A softmax group is a step of its own. It comes after the z of all its members and before
        everything that reads one of them, so a member that feeds its own group makes a cycle.
        """
        source, target = self.steps
        return ranks(len(self.ids) + len(self.softmax_groups), source, target)

    @cached_property
    def steps(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Tails and heads of the dependences between steps: nodes, then softmax groups."""
        source, target = self.source[self.known], self.target[self.known]
        step = steps_of(len(self.ids), self.softmax_groups)
        return step_edges(source, target, self.softmax_groups, step)

    # --- nodes and edges -----------------------------------------------------------------

    def has_z(self, node: int) -> bool:
        """True if z of a node is a number of its own: of a neuron, or of a normalised input."""
        return self.kind[node] >= HIDDEN or node in self._normalised

    @cached_property
    def _normalised(self) -> set[int]:
        return {node for part in self.normalise if part.texts for node in part.nodes}

    @property
    def tells_classes(self) -> bool:
        """True if the network can say a class: several outputs, or one that has two classes."""
        outputs = [node for node, kind in enumerate(self.kind) if kind == OUTPUT]
        if len(outputs) != 1 or self.classes:
            return True
        number = self.function[outputs[0]]
        return is_sigmoid(self.functions[number]) and number not in self.rescaled

    def _function(self, function: Function, *, rescaled: bool = False) -> int:
        rescaled = rescaled and softmax_group(function) is None  # a mistake, which a rule reports
        text = function if isinstance(function, str) else json.dumps(function, sort_keys=True)
        key = (text, rescaled)
        if key not in self._function_numbers:
            self._function_numbers[key] = len(self.functions)
            self.functions.append(function)
            if rescaled:
                self.rescaled.add(self._function_numbers[key])
        return self._function_numbers[key]

    def _note(self, nodes: range, record: Layer | Node, path: str) -> None:
        """Note the constants and the classes that a node or a layer has."""
        classed = Classed(nodes, record, path)
        if classed.keys:
            self.classes.append(classed)
        if record.normalise is not None:
            self.normalise.append(Scaled(nodes, record.normalise, f"{path}.normalise"))
        if is_rescaled(record):
            assert record.rescale is not None
            self.rescale.append(Scaled(nodes, record.rescale, f"{path}.rescale"))

    def _add_layers(self, layers: list[Made]) -> None:
        nodes: dict[str, range] = {}
        for made in layers:
            layer, biases = made.layer, range(0)
            if names := made.biases:
                paths = repeat(f"{made.path}.bias", len(names))
                biases = self._layer_nodes(names, paths, BIAS, "identity")
            last = made.number == len(self.spec.layers) - 1
            kind = INPUT if not made.number else OUTPUT if last else HIDDEN
            rescaled = is_rescaled(layer)
            targets = self._layer_nodes(
                made.ids, made.paths, kind, made.activation, rescaled=rescaled
            )
            self._note(targets, layer, made.path)
            self.columns.update(dict.fromkeys(targets, layer.id))
            nodes[layer.id] = targets
            if made.sources is not None:
                sources = [nodes.get(name, range(0)) for name in made.sources]
                self._add_dense(made, sources, targets, biases)
        self.layer_edges = sum(map(len, self._sources))

    def _layer_nodes(
        self,
        ids: list[str],
        paths: Iterable[str],
        kind: int,
        activation: Function,
        *,
        rescaled: bool = False,
    ) -> range:
        first = len(self.ids)
        self.ids += ids
        self.paths += paths
        self.kind += [kind] * len(ids)
        self.function += [self._function(activation, rescaled=rescaled)] * len(ids)
        self.aggregations += ["sum"] * len(ids)
        return range(first, len(self.ids))

    def _add_dense(self, made: Made, feeding: list[range], targets: range, biases: range) -> None:
        layer, count = made.layer, len(targets)
        assert layer.weights is not None
        sources = np.concatenate([_NONE, *map(_numbers, feeding)])
        matrix = self._block(layer.weights, (count, len(sources)), f"{made.path}.weights")
        first_edge = sum(map(len, self._sources))
        rows = _numbers(targets)
        self._append(np.tile(sources, count), np.repeat(rows, len(sources)), _span(matrix))
        vector = None
        if isinstance(layer.bias, str):
            vector = self._block(layer.bias, (count,), f"{made.path}.bias")
            self._append(_numbers(biases), rows, np.full(count, -1, np.int32))
        self.dense.append(DenseLayer(layer, sources, targets, matrix, vector, first_edge))

    def _append(
        self,
        source: NDArray[np.int32],
        target: NDArray[np.int32],
        parameter: NDArray[np.int32],
    ) -> None:
        self._sources.append(source)
        self._targets.append(target)
        self.layer_parameters.append(parameter)

    def _block(self, name: str, shape: tuple[int, ...], path: str) -> ParameterBlock:
        offset = sum(block.size for block in self.blocks)
        block = ParameterBlock(name, offset, shape, path)
        self.blocks.append(block)
        return block

    def _add_nodes(self) -> None:
        for number, node in enumerate(self.spec.nodes):
            if node.label is not None:
                self.labels[len(self.ids)] = node.label
            if node.layer is not None:
                self.columns[len(self.ids)] = node.layer
            keys = node.normalise, node.rescale, node.classes
            if keys != (None, None, None) or node.threshold is not ABSENT:
                self._note(range(len(self.ids), len(self.ids) + 1), node, f"$.nodes[{number}]")
            self.ids.append(node.id)
            self.paths.append(f"$.nodes[{number}]")
            self.kind.append(KIND_NUMBERS[node.kind])
            rescaled = is_rescaled(node)
            self.function.append(self._function(node.activation, rescaled=rescaled))
            self.aggregations.append(node.aggregation)

    @cached_property
    def edge_labels(self) -> dict[str, int]:
        """The first edge of `Spec.edges` with each label, in the order of these edges."""
        bearers = ((self._labels[edge], edge) for edge in self.edges.bearers.tolist())
        return {label: edge for label, edge in bearers if label is not None}

    @cached_property
    def _labels(self) -> list[str | None]:
        return self.edges.labels()

    def labels_among(self, names: Iterable[str]) -> dict[str, int]:
        """The first edge of `Spec.edges` with each of these names that is a label."""
        asked = set(names)
        found = asked.intersection(self._labels) if asked else ()
        return {name: self.edge_labels[name] for name in found}

    @cached_property
    def weighted(self) -> NDArray[np.bool]:
        """(edges,) true for a parameter, false for a wire; layers' biases have wires."""
        parameters = [*self.layer_parameters, self.edges.first]
        return np.concatenate([part >= 0 for part in parameters])

    @cached_property
    def feeds_by_wire(self) -> NDArray[np.bool]:
        """(nodes,) true for a node with an outgoing wire."""
        wires = np.zeros(len(self.ids) + 1, np.bool)  # the last one for unknown sources, −1
        wires[self.source[~self.weighted]] = True
        return wires[:-1]

    @cached_property
    def unit_bias(self) -> NDArray[np.bool]:
        """(nodes,) true for a bias whose edges carry weights, so that its value is a constant."""
        unit = np.zeros(len(self.ids), np.bool)
        tails = self.source[self.weighted]
        unit[tails[tails >= 0]] = True
        unit[np.array(self.kind) != BIAS] = False
        return unit


_NONE = np.zeros(0, np.int32)


def _numbers(nodes: range) -> NDArray[np.int32]:
    return np.arange(nodes.start, nodes.stop, dtype=np.int32)


def _span(block: ParameterBlock) -> NDArray[np.int32]:
    return np.arange(block.offset, block.offset + block.size, dtype=np.int32)
