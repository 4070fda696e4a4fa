"""Spec -> flat arrays, leniently: what does not resolve is marked, and `validate` reports it.

This is the one place that gives numbers to nodes, edges and parameters. Nodes of layers come
first, then `nodes`, both in the order of the file; edges of layers come first (of each layer the
matrix row by row, then its biases), then `edges`. A stable grouping by target therefore gives
the order of summation.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from deepgraph.errors import Problem
from deepgraph.nearest import Nearest, shown
from deepgraph.parameters import Block
from deepgraph.spec import Edges
from deepgraph.topology import ranks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.edgecolumns import Columns
    from deepgraph.spec import Function, Layer, Spec

INPUT, BIAS, HIDDEN, OUTPUT = range(4)
KINDS = ("input", "bias", "hidden", "output")
_KIND_NUMBERS = {kind: number for number, kind in enumerate(KINDS)}

LARGEST_LAYER = 1_000_000
"""Nodes in one layer."""
LARGEST_MATRIX = 100_000_000
"""Weights in one layer; 800 MB as doubles."""


@dataclass
class DenseLayer:
    """A layer that is fed: where its pieces lie in the flat arrays.

    Attributes:
        sources: (sources,) node numbers of the columns.
        targets: node numbers of the rows.
        weights: its matrix, shape (targets, sources).
        bias: its vector, shape (targets,), or `None`.
    """

    layer: Layer
    sources: NDArray[np.int32]
    targets: range
    weights: Block
    bias: Block | None
    first_edge: int


@dataclass
class Draft:
    """A spec as flat arrays. Unknown ids are −1, missing numbers NaN.

    Attributes:
        ids: node ids; `paths` says where in the file each one is made.
        kind: (nodes,) one of `INPUT`, `BIAS`, `HIDDEN`, `OUTPUT`.
        functions: the distinct activations as written; `function` (nodes,) numbers into it.
        aggregations: the aggregation of each node, as written.
        labels, columns: `label` and `layer` of the nodes that have one.
        source, target: (edges,) node numbers.
        layer_edges: how many of the edges were made by layers.
        layer_parameters: run by run, the parameter numbers of those edges.
        blocks: the matrices and vectors of the layers.
        problems: what was found wrong on the way.
        doubtful: the keys that this concerns, as `Layer.weights`: what seems wrong to a rule that
            reads them may only follow.
    """

    spec: Spec
    ids: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    kind: list[int] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    function: list[int] = field(default_factory=list)
    aggregations: list[str] = field(default_factory=list)
    labels: dict[int, str] = field(default_factory=dict)
    columns: dict[int, str] = field(default_factory=dict)
    dense: list[DenseLayer] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    doubtful: set[str] = field(default_factory=set)
    layer_edges: int = 0

    def __post_init__(self) -> None:
        self._function_numbers: dict[str, int] = {}
        self._sources: list[NDArray[np.int32]] = []
        self._targets: list[NDArray[np.int32]] = []
        self.layer_parameters: list[NDArray[np.int32]] = []
        self.blocks: list[Block] = []
        self._add_layers()
        self._add_nodes()
        self._add_edges()
        self.source = np.concatenate(self._sources or [_NONE])
        self.target = np.concatenate(self._targets or [_NONE])

    @property
    def columns_of_edges(self) -> Columns | None:
        """The edges of the spec, where a large file was read as columns."""
        return self.spec.edges.columns if isinstance(self.spec.edges, Edges) else None

    @cached_property
    def index(self) -> dict[str, int]:
        """Node numbers by id; of a repeated id the first."""
        return dict(zip(reversed(self.ids), range(len(self.ids) - 1, -1, -1), strict=True))

    def edge_path(self, edge: int) -> str:
        """Where in the file an edge is made."""
        if edge >= self.layer_edges:
            return f"$.edges[{edge - self.layer_edges}]"
        number = next(
            i for i in reversed(range(len(self.dense))) if self.dense[i].first_edge <= edge
        )
        return f"$.layers[{self.spec.layers.index(self.dense[number].layer)}]"

    @cached_property
    def known(self) -> NDArray[np.bool_]:
        """(edges,) whether both ends are nodes."""
        return (self.source >= 0) & (self.target >= 0)

    @property
    def bare(self) -> bool:
        """Whether there is nothing that others could name: no nodes, or no edges."""
        return not self.ids or not len(self.source)

    @cached_property
    def repeats(self) -> NDArray[np.bool_]:
        """(edges,) whether an earlier edge has the same two ends."""
        pairs = self.source.astype(np.int64) * (len(self.ids) + 1) + self.target
        again = np.zeros(len(pairs), np.bool_)
        ordered = np.sort(pairs)
        if np.any(ordered[1:] == ordered[:-1]):  # seldom; finding where takes several times as long
            again[:] = True
            again[np.unique(pairs, return_index=True)[1]] = False
        return again & self.known

    @cached_property
    def repeated(self) -> set[int]:
        """The nodes whose id is that of another node, too: nobody knows which one is meant."""
        if len(self.index) == len(self.ids):
            return set()
        times = Counter(self.ids)
        return {node for node, name in enumerate(self.ids) if times[name] > 1}

    @cached_property
    def dangling(self) -> dict[str, list[str]]:
        """Of each name that an edge has at an end, and no node bears, all places."""
        places: dict[str, list[str]] = {}
        for edge in np.flatnonzero(~self.known).tolist():
            record, path = self.spec.edges[edge - self.layer_edges], self.edge_path(edge)
            if self.source[edge] < 0:
                places.setdefault(record.source, []).append(f"{path}.source")
            if self.target[edge] < 0:
                places.setdefault(record.target, []).append(f"{path}.target")
        return places

    @cached_property
    def unfed(self) -> set[int]:
        """The hidden and output nodes that no edge enters."""
        fed = np.zeros(len(self.ids) + 1, np.bool_)  # the last one for unknown targets, −1
        fed[self.target] = True
        kind = np.array(self.kind, np.int8)
        unfed = np.isin(kind, (HIDDEN, OUTPUT)) & ~fed[:-1]
        return set(np.flatnonzero(unfed).tolist()) - self.repeated

    @cached_property
    def entered(self) -> dict[int, list[int]]:
        """Of each input and bias node that edges enter, which ones."""
        kind = np.array([*self.kind, HIDDEN], np.int8)
        into: dict[int, list[int]] = {}
        for edge in np.flatnonzero(np.isin(kind[self.target], (INPUT, BIAS)) & self.known).tolist():
            if (node := int(self.target[edge])) not in self.repeated:
                into.setdefault(node, []).append(edge)
        return into

    def has_value(self, node: int) -> bool:
        """Whether a value stands on a node, as it may on a bias."""
        position = node - (len(self.ids) - len(self.spec.nodes))
        return position >= 0 and bool(bytes(self.spec.nodes[position].value))

    @cached_property
    def named(self) -> set[str]:
        """Names that groups, edges or `parameters` use for a label, node, matrix or vector.

        Where there is no such thing, that is told there.
        """
        labels = chain.from_iterable(self.spec.groups.values())
        values = set() if isinstance(self.spec.parameters, str) else set(self.spec.parameters)
        made = {block.name for block in self.blocks}
        return {*labels, *(values - self.spec.groups.keys() - made), *self.dangling}

    @cached_property
    def softmax_groups(self) -> list[NDArray[np.int32]]:
        """The members of each softmax group, in the order of the nodes."""
        named = [_softmax_group(function) for function in self.functions]
        members: dict[object, list[int]] = {}
        softmax = [number for number, group in enumerate(named) if group is not None]
        for node in np.flatnonzero(np.isin(self.function, softmax)).tolist():
            members.setdefault(named[self.function[node]], []).append(node)
        return [np.array(nodes, np.int32) for nodes in members.values()]

    @cached_property
    def rank(self) -> NDArray[np.int32]:
        """(nodes + softmax groups,) topological ranks; −1 on or behind a cycle.

        A softmax group is a step of its own: behind the z of all its members, before everything
        that reads one of them. So a member that feeds a member of its own group is a cycle.
        """
        source, target = self.steps
        return ranks(len(self.ids) + len(self.softmax_groups), source, target)

    @cached_property
    def steps(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Tails and heads of what must be computed before what, groups included."""
        source, target = self.source[self.known], self.target[self.known]
        step = steps_of(len(self.ids), self.softmax_groups)
        return step_edges(source, target, self.softmax_groups, step)

    # --- nodes and edges -----------------------------------------------------------------

    def _add_node(self, name: str, path: str, kind: int, function: int, aggregation: str) -> None:
        self.ids.append(name)
        self.paths.append(path)
        self.kind.append(kind)
        self.function.append(function)
        self.aggregations.append(aggregation)

    def _function(self, function: Function) -> int:
        key = function if isinstance(function, str) else json.dumps(function, sort_keys=True)
        if key not in self._function_numbers:
            self._function_numbers[key] = len(self.functions)
            self.functions.append(function)
        return self._function_numbers[key]

    def _add_layers(self) -> None:
        made: dict[str, list[int]] = {}
        layers = self.spec.layers
        previous: list[str] = []
        for number, layer in enumerate(layers):
            path = f"$.layers[{number}]"
            if layer.id in made:
                message = f'the id "{layer.id}" is already that of a layer; give each its own'
                self._problem(f"{path}.id", message, "id")
                continue
            made[layer.id] = []
            if self._layer_has_nodes(layer, path):
                bias = layer.bias if isinstance(layer.bias, str) and number else None
                biases = self._layer_nodes(layer, path, bias=bias) if bias is not None else range(0)
                kind = INPUT if not number else HIDDEN if number < len(layers) - 1 else OUTPUT
                targets = self._layer_nodes(layer, path, kind=kind)
                if not number:
                    self._first_layer_is_bare(layer, path)
                elif self._layer_names_parameters(layer, number, path):
                    names = previous if layer.sources is None else layer.sources
                    sources = self._layer_sources(names, made, path)
                    self._add_dense(layer, path, sources, targets, biases)
                made[layer.id] = list(targets)
            previous = [layer.id]
        self.layer_edges = sum(map(len, self._sources))

    def _layer_has_nodes(self, layer: Layer, path: str) -> bool:
        if not 1 <= layer.size <= LARGEST_LAYER:
            message = f"a layer has 1 to {LARGEST_LAYER:,} nodes, not {layer.size:,}"
            self._problem(f"{path}.size", message, "size")
        elif layer.names is not None and len(layer.names) != layer.size:
            given = f"{len(layer.names)} name{'s' * (len(layer.names) != 1)}"
            message = f'{given} for {layer.size} nodes; "size" and "names" have to agree'
            self._problem(f"{path}.names", message, "names")
        else:
            return True
        return False

    def _layer_names_parameters(self, layer: Layer, number: int, path: str) -> bool:
        if layer.weights is None:
            message = f'"weights" is missing, the name of the matrix; write "weights": "W{number}"'
            self._problem(path, message, "weights")
        if layer.bias is msgspec.UNSET:
            message = f'"bias" is missing; write "bias": "b{number}", or "bias": null for none'
            self._problem(path, message, "bias")
        return layer.weights is not None

    def _first_layer_is_bare(self, layer: Layer, path: str) -> None:
        given = {
            "weights": layer.weights,
            "bias": layer.bias,
            "from": layer.sources,
            "activation": layer.activation != "identity",
        }
        for key in [key for key, content in given.items() if content][:1]:
            message = f'the first layer is the input, which computes nothing; drop "{key}"'
            self._problem(f"{path}.{key}", message, key)

    def _layer_nodes(
        self, layer: Layer, path: str, *, kind: int = BIAS, bias: str | None = None
    ) -> range:
        """The nodes of a layer, or the bias nodes that feed them."""
        first = len(self.ids)
        if bias is not None:
            names = [f"{bias}[{i + 1}]" for i in range(layer.size)]
            path = f"{path}.bias"
        elif layer.names is not None:
            names = layer.names
        else:
            names = (
                [layer.id] if layer.size == 1 else [f"{layer.id}{i + 1}" for i in range(layer.size)]
            )
        function = self._function("identity" if bias is not None else layer.activation)
        if kind != BIAS and _softmax_group(layer.activation) == "":
            # A layer's softmax is one group of its own, whatever other nodes do.
            function = self._function({"name": "softmax", "group": f"layer {layer.id}"})
        for position, name in enumerate(names):
            if kind != BIAS:
                self.columns[len(self.ids)] = layer.id
            where = f"{path}.names[{position}]" if bias is None and layer.names else path
            self._add_node(name, where, kind, function, "sum")
        return range(first, len(self.ids))

    def _layer_sources(
        self, names: list[str], made: dict[str, list[int]], path: str
    ) -> NDArray[np.int32]:
        """The nodes that feed a layer, the last one in `made`."""
        layer_id = [*made][-1]
        sources: list[int] = []
        for position, name in enumerate(names):
            if name in names[:position]:
                message = f'"{shown(name)}" is named twice; name each layer once'
                self._problem(f"{path}.from[{position}]", message, "from")
            elif name in made and name != layer_id:
                sources += made[name]
            else:
                known = [*made][:-1]  # the last one is this layer
                nearest = Nearest(known, f"known: {', '.join(known)}")
                message = f'no layer "{shown(name)}" before this one{nearest(name)}'
                self._problem(f"{path}.from[{position}]", message, "from")
        return np.array(sources, np.int32)

    def _add_dense(
        self, layer: Layer, path: str, sources: NDArray[np.int32], targets: range, biases: range
    ) -> None:
        assert layer.weights is not None
        count = len(targets)
        if count * len(sources) > LARGEST_MATRIX:
            message = f"{count * len(sources):,} weights in one layer; at most {LARGEST_MATRIX:,}"
            self._problem(path, message, "size")
            return
        matrix = self._block(layer.weights, (count, len(sources)), f"{path}.weights")
        first_edge = sum(map(len, self._sources))
        rows = np.arange(targets.start, targets.stop, dtype=np.int32)
        self._append(np.tile(sources, count), np.repeat(rows, len(sources)), _span(matrix))
        vector = None
        if isinstance(layer.bias, str):
            vector = self._block(layer.bias, (count,), f"{path}.bias")
            columns = np.arange(biases.start, biases.stop, dtype=np.int32)
            self._append(columns, rows, np.full(count, -1, np.int32))
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

    def _block(self, name: str, shape: tuple[int, ...], path: str) -> Block:
        offset = sum(block.size for block in self.blocks)
        block = Block(name, offset, shape, path)
        self.blocks.append(block)
        return block

    def _add_nodes(self) -> None:
        for number, node in enumerate(self.spec.nodes):
            if node.label is not None:
                self.labels[len(self.ids)] = node.label
            if node.layer is not None:
                self.columns[len(self.ids)] = node.layer
            function = self._function(node.activation)
            kind = _KIND_NUMBERS[node.kind]
            self._add_node(node.id, f"$.nodes[{number}]", kind, function, node.aggregation)

    def _add_edges(self) -> None:
        find, edges = self.index.get, self.spec.edges
        if self.columns_of_edges is not None:
            columns = self.columns_of_edges
            numbers = np.array([find(name, -1) for name in columns.names], np.int32)
            self._sources.append(numbers[columns.source])
            self._targets.append(numbers[columns.target])
            return
        self._sources.append(np.array([find(edge.source, -1) for edge in edges], np.int32))
        self._targets.append(np.array([find(edge.target, -1) for edge in edges], np.int32))

    @cached_property
    def edge_labels(self) -> dict[str, int]:
        """Of each label the first edge of `Spec.edges` that bears it, in their order."""
        columns = self.columns_of_edges
        if columns is not None and columns.numbered_labels is not None:
            numbers, names = columns.numbered_labels
            bearers = np.flatnonzero(numbers >= 0)[::-1]
            first = np.full(len(names), -1)
            first[numbers[bearers]] = bearers
            return {
                name: edge for name, edge in zip(names, first.tolist(), strict=True) if edge >= 0
            }
        first_edges: dict[str, int] = {}
        for edge, record in enumerate(self.spec.edges):
            if record.label is not None:
                first_edges.setdefault(record.label, edge)
        return first_edges

    @cached_property
    def weighted(self) -> NDArray[np.bool_]:
        """(edges,) whether an edge is a parameter, not a wire; layers' biases are wires."""
        if self.columns_of_edges is not None:
            own = self.columns_of_edges.parameter
        else:
            edges = self.spec.edges
            own = np.array([e.label is not None or len(bytes(e.weight)) > 0 for e in edges], bool)
        return np.concatenate([part >= 0 for part in self.layer_parameters] + [own])

    @cached_property
    def frozen(self) -> NDArray[np.bool_]:
        """(edges of the spec,) whether one says that it is not trainable."""
        if self.columns_of_edges is not None:
            return self.columns_of_edges.frozen
        return np.array([not edge.trainable for edge in self.spec.edges], np.bool_)

    @cached_property
    def feeds_by_wire(self) -> NDArray[np.bool_]:
        """(nodes,) nodes with an outgoing edge that is a wire."""
        wires = np.zeros(len(self.ids) + 1, np.bool_)  # the last one for unknown sources, −1
        wires[self.source[~self.weighted]] = True
        return wires[:-1]

    @cached_property
    def unit_bias(self) -> NDArray[np.bool_]:
        """(nodes,) bias nodes whose edges carry weights, so that their value is a constant."""
        unit = np.zeros(len(self.ids), np.bool_)
        tails = self.source[self.weighted]
        unit[tails[tails >= 0]] = True
        unit[np.array(self.kind) != BIAS] = False
        return unit

    def _problem(self, path: str, message: str, key: str) -> None:
        self.problems.append(Problem(path, message))
        self.doubtful.add(f"Layer.{key}")


def steps_of(nodes: int, softmax_groups: list[NDArray[np.int32]]) -> NDArray[np.int32]:
    """(nodes,) the step that has a node's a: itself, or nodes + g for a member of group g."""
    step = np.arange(nodes, dtype=np.int32)
    for group, members in enumerate(softmax_groups, nodes):
        step[members] = group
    return step


def step_edges(
    source: NDArray[np.int32],
    target: NDArray[np.int32],
    softmax_groups: list[NDArray[np.int32]],
    step: NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Tails and heads of what must be computed before what: the edges, groups included."""
    if not softmax_groups:
        return source, target
    members = np.concatenate(softmax_groups)
    return np.concatenate([step[source], members]), np.concatenate([target, step[members]])


_NONE = np.zeros(0, np.int32)


def _span(block: Block) -> NDArray[np.int32]:
    return np.arange(block.offset, block.offset + block.size, dtype=np.int32)


def _softmax_group(function: Function) -> object:
    """The name of a softmax's group, `""` for the ungrouped; `None` for other functions."""
    name = function if isinstance(function, str) else function.get("name")
    if name != "softmax":
        return None
    return "" if isinstance(function, str) else function.get("group", "")
