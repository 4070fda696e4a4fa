"""Spec -> flat arrays, leniently: what does not resolve is marked, and `validate` reports it.

This is the one place that gives numbers to nodes, edges and parameters. Nodes of layers come
first, then `nodes`, both in the order of the file; edges of layers come first (of each layer the
matrix row by row, then its biases), then `edges`. A stable grouping by target therefore gives
the order of summation.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from deepgraph.errors import Problem
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
            if not self._layer_is_sound(layer, number):
                continue
            bias = layer.bias if isinstance(layer.bias, str) and number else None
            biases = self._layer_nodes(layer, path, bias=bias) if bias is not None else range(0)
            kind = INPUT if not number else HIDDEN if number < len(layers) - 1 else OUTPUT
            targets = self._layer_nodes(layer, path, kind=kind)
            if number:
                names = previous if layer.sources is None else layer.sources
                sources = self._layer_sources(names, made, path)
                if len(targets) * len(sources) > LARGEST_MATRIX:
                    self._problem(path, f"more than {LARGEST_MATRIX:,} weights in one layer")
                else:
                    self._add_dense(layer, path, sources, targets, biases)
            made[layer.id] = list(targets)
            previous = [layer.id]
        self.layer_edges = sum(map(len, self._sources))

    def _layer_is_sound(self, layer: Layer, number: int) -> bool:
        path = f"$.layers[{number}]"
        before = len(self.problems)
        if not 1 <= layer.size <= LARGEST_LAYER:
            self._problem(f"{path}.size", f"expected 1 to {LARGEST_LAYER:,}, got {layer.size:,}")
        if layer.names is not None and len(layer.names) != layer.size:
            self._problem(f"{path}.names", f"{len(layer.names)} names for {layer.size} nodes")
        if number and layer.weights is None:
            self._problem(path, f'name the matrix of this layer: "weights": "W{number}"')
        if number and layer.bias is msgspec.UNSET:
            self._problem(path, f'write "bias": "b{number}", or "bias": null for none')
        if not number and (
            layer.weights or layer.bias or layer.sources or layer.activation != "identity"
        ):
            self._problem(path, "the first layer is the input: no weights, bias, from, activation")
        return len(self.problems) == before

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
        sources: list[int] = []
        for position, name in enumerate(names):
            if name in made:
                sources += made[name]
            else:
                known = ", ".join(made) or "none"
                self._problem(
                    f"{path}.from[{position}]", f'no layer "{name}" before this one; known: {known}'
                )
        return np.array(sources, np.int32)

    def _add_dense(
        self, layer: Layer, path: str, sources: NDArray[np.int32], targets: range, biases: range
    ) -> None:
        assert layer.weights is not None
        count = len(targets)
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
    def unit_bias(self) -> NDArray[np.bool_]:
        """(nodes,) bias nodes whose edges carry weights, so that their value is a constant."""
        unit = np.zeros(len(self.ids), np.bool_)
        tails = self.source[self.weighted]
        unit[tails[tails >= 0]] = True
        unit[np.array(self.kind) != BIAS] = False
        return unit

    def _problem(self, path: str, message: str) -> None:
        self.problems.append(Problem(path, message))


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
