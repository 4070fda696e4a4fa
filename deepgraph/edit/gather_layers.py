"""Gathers nodes and edges that form dense layers into the `layers` of a spec."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from deepgraph.graph.parameters import ENTRY
from deepgraph.spec.canonical import Object, Tree, quoted

if TYPE_CHECKING:
    from deepgraph.graph.graph import Graph
    from deepgraph.spec.records import Node


class NoLayersError(Exception):
    """The nodes and edges are no dense layers; the message says why."""


@dataclass
class _Matrix:
    """The edges whose labels are the entries of one matrix; rows and columns count from 1.

    Attributes:
        rows: the node of each row.
        columns: the node of each column.
        weights: the text of each entry, by row and column.
    """

    rows: dict[int, str] = field(default_factory=dict)
    columns: dict[int, str] = field(default_factory=dict)
    weights: dict[tuple[int, int], Tree] = field(default_factory=dict)

    def row_nodes(self, name: str) -> list[str]:
        """The nodes of the rows, in order; all entries must be there."""
        rows, columns = len(self.rows), len(self.columns)
        if len(self.weights) != rows * columns or max(self.rows) != rows:
            raise NoLayersError(f'the entries of "{name}" do not fill a matrix')
        return [self.rows[row] for row in range(1, rows + 1)]

    def entries(self) -> list[Tree]:
        """The matrix, (rows, columns), as it stands under `parameters`."""
        columns = range(1, len(self.columns) + 1)
        rows = range(1, len(self.rows) + 1)
        return [[self.weights[row, column] for column in columns] for row in rows]


def gather(whole: Object, network: Graph) -> Object:
    """The tree of a spec with layers in place of the nodes and edges that form them.

    The result is a guess that may be wrong; the caller compares it with the original.

    Args:
        whole: the tree of a valid spec without layers.
        network: the network of that spec.

    Raises:
        NoLayersError: something in the spec does not fit into layers.
    """
    matrices, biases, others = _sorted_edges(whole, network)
    records = {node.id: node for node in network.spec.nodes}
    written = dict(zip(records, cast("list[Object]", whole["nodes"]), strict=True))
    inputs = network.input_names
    layers: list[Tree] = [_layer("x", inputs, records, [], [written[node] for node in inputs])]
    made = {str(cast("Object", layers[0])["id"]): inputs}
    parameters: Object = {}
    taken = set(inputs)
    for name, matrix in matrices.items():
        nodes = matrix.row_nodes(name)
        activations = [written[node].get("activation") for node in nodes]
        layer = _layer(name, nodes, records, activations, [written[node] for node in nodes])
        _connect(layer, [matrix.columns[n] for n in range(1, len(matrix.columns) + 1)], made)
        layer["weights"] = quoted(name)
        parameters[name] = matrix.entries()
        layer["bias"] = "null"
        for vector, targets in biases.items():
            if [targets.get(row) for row in range(1, len(targets) + 1)] == nodes:
                ids = [f"{vector}[{row}]" for row in range(1, len(nodes) + 1)]
                layer["bias"] = quoted(vector)
                parameters[vector] = [written[node].get("value", "null") for node in ids]
                taken.update(ids)
        layers.append(layer)
        made[str(layer["id"])] = nodes
        taken.update(nodes)
    over = [node for node in written if node not in taken]
    if over:
        raise NoLayersError(f'the node "{over[0]}" is in no layer')
    result = {key: value for key, value in whole.items() if key not in ("nodes", "edges")}
    result["layers"] = layers
    if others:
        result["edges"] = others
    result["parameters"] = parameters | cast("Object", whole.get("parameters", {}))
    return result


def _sorted_edges(
    whole: Object, network: Graph
) -> tuple[dict[str, _Matrix], dict[str, dict[int, str]], list[Tree]]:
    """The edges by what they become.

    Returns:
        The matrices by name, the targets of bias vectors by name and row, all other edges.
    """
    matrices: dict[str, _Matrix] = {}
    biases: dict[str, dict[int, str]] = {}
    others: list[Tree] = []
    for edge, written in zip(network.spec.edges, cast("list[Object]", whole["edges"]), strict=True):
        entry = ENTRY.fullmatch(edge.label or "")
        bias = ENTRY.fullmatch(edge.source)
        if entry and entry[3]:
            if written.keys() - {"source", "target", "label", "weight"}:
                raise NoLayersError(f'the edge "{edge.label}" has more than a label and a weight')
            matrix = matrices.setdefault(entry[1], _Matrix())
            row, column = int(entry[2]), int(entry[3])
            matrix.rows[row], matrix.columns[column] = edge.target, edge.source
            matrix.weights[row, column] = written.get("weight", "null")
        elif bias and not bias[3] and written.keys() == {"source", "target"}:
            biases.setdefault(bias[1], {})[int(bias[2])] = edge.target
        else:
            others.append(cast("Tree", written))
    if not matrices:
        raise NoLayersError('no edge has a label such as "W1[1,2]", an entry of a matrix')
    return matrices, biases, others


def _layer(
    matrix: str,
    nodes: list[str],
    records: dict[str, Node],
    activations: list[Tree | None],
    written: list[Object],
) -> Object:
    """A layer of these nodes, without its sources and parameters."""
    for node in nodes:
        record = records[node]
        if record.label is not None or record.note is not None or record.aggregation != "sum":
            raise NoLayersError(f'the node "{node}" has a label, a note or an aggregation')
    columns = {records[node].layer for node in nodes}
    stem = re.sub(r"[0-9]+$", "", nodes[0])
    numbered = len(nodes) > 1 and nodes == [f"{stem}{n}" for n in range(1, len(nodes) + 1)]
    name = columns.pop() if len(columns) == 1 else None
    if name is None:
        name = stem if numbered and stem else nodes[0] if len(nodes) == 1 else None
    if name is None:
        raise NoLayersError(f'the nodes {", ".join(nodes[:3])} … need one "layer", a name for it')
    layer: Object = {"id": quoted(name), "size": str(len(nodes))}
    if nodes != ([name] if len(nodes) == 1 else [f"{name}{n + 1}" for n in range(len(nodes))]):
        layer["names"] = [quoted(node) for node in nodes]
    if any(activation != activations[0] for activation in activations):
        raise NoLayersError(f'the rows of "{matrix}" have different activations')
    if activations and activations[0] is not None:
        softmax: Tree = {"name": '"softmax"', "group": quoted(f"layer {name}")}
        layer["activation"] = '"softmax"' if activations[0] == softmax else activations[0]
    for key in ("normalise", "rescale"):
        if any(isinstance(node.get(key), dict) for node in written):
            layer[key] = _constants(key, written)
    if len(written) == 1:
        layer |= {key: written[0][key] for key in ("classes", "threshold") if key in written[0]}
    return layer


def _constants(key: str, written: list[Object]) -> Object:
    """The constants of the nodes of a layer: a number where all have one text, else a list."""
    given = [node.get(key) for node in written]
    records = [record if isinstance(record, dict) else {} for record in given]
    names = list(records[0])
    if any(set(record) != set(names) for record in records):
        raise NoLayersError(f'only some nodes of a layer have the same constants of "{key}"')
    columns: dict[str, list[Tree]] = {name: [record[name] for record in records] for name in names}
    return {
        name: column[0] if all(entry == column[0] for entry in column) else column
        for name, column in columns.items()
    }


def _connect(layer: Object, sources: list[str], made: dict[str, list[str]]) -> None:
    """Set `from` of a layer, unless only the layer before it feeds it."""
    if sources == list(made.values())[-1]:
        return
    names: list[Tree] = []
    rest = sources
    while rest:
        name = next((name for name, nodes in made.items() if rest[: len(nodes)] == nodes), None)
        if name is None:
            raise NoLayersError(f'"{rest[0]}" feeds a layer without the rest of its own')
        names.append(name)
        rest = rest[len(made[name]) :]
    layer["from"] = names
