"""Spells the layers of a spec out as nodes and edges; every value keeps its text."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from deepgraph.graph.parameters import ENTRY
from deepgraph.spec.canonical import Object, Tree, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.graph.draft import DenseLayer
    from deepgraph.graph.graph import Graph


def expand(whole: Object, network: Graph) -> Object:
    """The tree of a spec with nodes and edges in place of its layers.

    Args:
        whole: the tree of a valid spec that holds its numbers itself.
        network: the network of that spec.
    """
    parameters = dict(cast("Object", whole.get("parameters", {})))
    texts = {
        block.name: parameters.pop(block.name, "null")
        for layer in network.dense
        for block in (layer.weights, layer.bias)
        if block is not None
    }
    layers = {
        record.id: cast("Object", written)
        for record, written in zip(network.spec.layers, whole["layers"], strict=True)
    }
    of_layers = len(network.ids) - len(network.spec.nodes)
    firsts: dict[str, int] = {}
    for number in range(of_layers):
        if number in network.columns:
            firsts.setdefault(network.columns[number], number)
    nodes = [_node(number, network, layers, firsts, texts) for number in range(of_layers)]
    edges = [edge for layer in network.dense for edge in _edges(layer, network, texts)]
    result = {key: value for key, value in whole.items() if key not in ("layers", "parameters")}
    result["nodes"] = nodes + cast("list[Tree]", whole.get("nodes", []))
    result["edges"] = edges + cast("list[Tree]", whole.get("edges", []))
    return result | ({"parameters": parameters} if parameters else {})


def _node(
    number: int, network: Graph, layers: dict[str, Object], firsts: dict[str, int], texts: Object
) -> Tree:
    """A node of a layer: one of its biases, or one of its neurons or inputs.

    `firsts` are the numbers of the first neurons or inputs of the layers.
    """
    name, kind = network.ids[number], network.kind_name(number)
    node: Object = {"id": quoted(name)}
    if kind != "hidden":
        node["kind"] = quoted(kind)
    if kind == "bias":
        match = ENTRY.fullmatch(name)
        assert match is not None
        _give(node, "value", texts[match[1]], int(match[2]) - 1)
        return node
    layer = network.columns[number]
    activation = layers[layer].get("activation")
    if activation in ('"softmax"', {"name": '"softmax"'}):  # without a group it is the layer's
        activation = {"name": '"softmax"', "group": quoted(f"layer {layer}")}
    if activation is not None:
        node["activation"] = activation
    for key in ("normalise", "rescale"):
        if isinstance(constants := layers[layer].get(key), dict):
            node[key] = {
                name: entry[number - firsts[layer]] if isinstance(entry, list) else entry
                for name, entry in constants.items()
            }
    node |= {key: layers[layer][key] for key in ("classes", "threshold") if key in layers[layer]}
    node["layer"] = quoted(layer)
    return node


def _edges(layer: DenseLayer, network: Graph, texts: Object) -> Iterator[Tree]:
    """The edges into each node of a layer, row by row: those of the matrix, then the bias."""
    columns = len(layer.sources)
    matrix = texts[layer.weights.name]
    rows = matrix if isinstance(matrix, list) else ["null"] * len(layer.targets)
    for row, number in enumerate(layer.targets):
        target = quoted(network.ids[number])
        for column, source in enumerate(layer.sources.tolist()):
            label = quoted(layer.weights.entry_name(row * columns + column))
            edge: Object = {"source": quoted(network.ids[source]), "target": target, "label": label}
            _give(edge, "weight", rows[row], column)
            yield edge
        if layer.bias is not None:
            yield {"source": quoted(layer.bias.entry_name(row)), "target": target}


def _give(record: Object, key: str, entries: Tree, position: int) -> None:
    """Set a key of a node or an edge to an entry of a vector, unless the entry is left out."""
    if isinstance(entries, list) and entries[position] != "null":
        record[key] = entries[position]
