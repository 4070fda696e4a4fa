"""Spec files in the canonical layout, with layers spelled out or gathered again.

Nothing that is computed changes: every value keeps its text, every sum its order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from deepgraph.edit.gather_layers import NoLayersError, compact
from deepgraph.errors import DeepgraphError, SpecError
from deepgraph.graph.parameters import ENTRY
from deepgraph.loading import loads
from deepgraph.spec import reading as specs
from deepgraph.spec.canonical import Tree, lay_out, quoted, tree
from deepgraph.spec.positions import without_mark
from deepgraph.spec.records import Spec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.graph.draft import DenseLayer
    from deepgraph.network import Network

Object = dict[str, Tree]


class LayoutError(DeepgraphError):
    """A spec cannot be written in the form that was asked for; the message says why."""


def formatted(content: bytes, name: str = "spec") -> str:
    """The text of a spec file in the canonical layout.

    Only the form has to be right; what the spec means is not looked at.

    Args:
        content: of the file.
        name: what to call it in messages.

    Raises:
        SpecError: it is no spec.
    """
    specs.read(content, name)
    return lay_out(_object(content), Spec)


def expanded(content: bytes, name: str = "spec") -> str:
    """The text of a spec with its layers spelled out as nodes and edges.

    Nodes, terms of sums and parameters keep their order and their names.

    Raises:
        SpecError: it is not valid.
        LayoutError: its parameters are in a file, or a group names a bias of a layer.
    """
    whole = _sound(content, name)
    net = loads(content, name)
    vectors = {layer.bias.name for layer in net.dense if layer.bias is not None}
    for group, labels in net.spec.groups.items():
        for label in labels:
            match = ENTRY.fullmatch(label)
            if match and match[3] is None and match[1] in vectors:
                raise LayoutError(
                    f'{name}: the group "{group}" names the bias "{label}", which would be a node'
                )
    return lay_out(_expand(whole, net) if net.spec.layers else whole, Spec)


def compacted(content: bytes, name: str = "spec") -> str:
    """The text of a spec with its nodes and edges gathered into layers.

    Raises:
        SpecError: it is not valid.
        LayoutError: it is no dense layered network, or not exactly one: its edges bear the labels
            of matrices (`W1[1,2]`), its biases those of vectors, and every sum has their order.
    """
    whole = _sound(content, name)
    net = loads(content, name)
    if net.spec.layers:
        return lay_out(whole, Spec)
    try:
        found = compact(whole, net)
        text = lay_out(found, Spec)
        again = loads(text, name)
        _compare(_expand(_object(text.encode()), again), whole)
    except (NoLayersError, SpecError) as error:
        why = error.problems[0] if isinstance(error, SpecError) else error
        raise LayoutError(f"{name}: these are no dense layers: {why}") from None
    return text


def _compare(found: Object, whole: Object) -> None:
    """Check that two trees are one network: the same nodes, and sums in the same order."""
    if _terms(found) != _terms(whole):
        raise NoLayersError("the terms of a sum stand in another order, or some are missing")
    if _neurons(found) != _neurons(whole) or _biases(found) != _biases(whole):
        raise NoLayersError("the nodes stand in another order, or hold more than a layer does")


def _terms(whole: Object) -> dict[Tree, list[Object]]:
    """The edges into each node in their order; what a `null` says is said by nothing."""
    found: dict[Tree, list[Object]] = {}
    for edge in cast("list[Object]", whole["edges"]):
        kept = {key: value for key, value in edge.items() if value != "null"}
        found.setdefault(edge["target"], []).append(kept)
    return found


def _neurons(whole: Object) -> list[Object]:
    """Inputs and neurons in their order, without the column in which they are drawn."""
    default = {"kind": '"hidden"', "activation": '"identity"', "aggregation": '"sum"'}
    nodes = [default | node for node in cast("list[Object]", whole["nodes"])]
    return [
        {key: value for key, value in node.items() if key != "layer"}
        for node in nodes
        if node["kind"] != '"bias"'
    ]


def _biases(whole: Object) -> dict[Tree, Object]:
    """Bias nodes by id; their order means nothing."""
    nodes = cast("list[Object]", whole["nodes"])
    return {node["id"]: node for node in nodes if node.get("kind") == '"bias"'}


def _expand(whole: Object, net: Network) -> Object:
    parameters = dict(cast("Object", whole.get("parameters", {})))
    texts = {
        block.name: parameters.pop(block.name, "null")
        for layer in net.dense
        for block in (layer.weights, layer.bias)
        if block is not None
    }
    activations = {
        record.id: cast("Object", written).get("activation")
        for record, written in zip(net.spec.layers, whole["layers"], strict=True)
    }
    nodes: list[Tree] = []
    for number in range(len(net.ids) - len(net.spec.nodes)):
        node: Object = {"id": quoted(net.ids[number])}
        kind = net.kind_name(number)
        if kind != "hidden":
            node["kind"] = quoted(kind)
        if kind == "bias":
            match = ENTRY.fullmatch(net.ids[number])
            assert match is not None
            _give(node, "value", texts[match[1]], int(match[2]) - 1)
        else:
            layer = net.columns[number]
            _activate(node, activations[layer], layer)
            node["layer"] = quoted(layer)
        nodes.append(node)
    edges = [edge for layer in net.dense for edge in _layer_edges(layer, net, texts)]
    result = {key: value for key, value in whole.items() if key not in ("layers", "parameters")}
    result["nodes"] = nodes + cast("list[Tree]", whole.get("nodes", []))
    result["edges"] = edges + cast("list[Tree]", whole.get("edges", []))
    return result | ({"parameters": parameters} if parameters else {})


def _layer_edges(layer: DenseLayer, net: Network, texts: Object) -> Iterator[Tree]:
    """Row by row the edges into each node, then its bias."""
    columns = len(layer.sources)
    matrix = texts[layer.weights.name]
    rows = matrix if isinstance(matrix, list) else ["null"] * len(layer.targets)
    for row, target in enumerate(layer.targets):
        for column, source in enumerate(layer.sources.tolist()):
            label = layer.weights.entry_name(row * columns + column)
            edge: Object = {"source": quoted(net.ids[source]), "target": quoted(net.ids[target])}
            edge["label"] = quoted(label)
            _give(edge, "weight", rows[row], column)
            yield edge
        if layer.bias is not None:
            bias = quoted(layer.bias.entry_name(row))
            yield {"source": bias, "target": quoted(net.ids[target])}


def _give(record: Object, key: str, entries: Tree, position: int) -> None:
    """A number of a vector onto a node or an edge, unless it is left out."""
    if isinstance(entries, list) and entries[position] != "null":
        record[key] = entries[position]


def _activate(node: Object, activation: Tree | None, layer: str) -> None:
    """The activation of a layer on one of its nodes; a softmax without a group is the layer's."""
    if activation is None:
        return
    if activation in ('"softmax"', {"name": '"softmax"'}):
        activation = {"name": '"softmax"', "group": quoted(f"layer {layer}")}
    node["activation"] = activation


def _sound(content: bytes, name: str) -> Object:
    """The tree of a spec whose numbers are in it.

    Raises:
        SpecError: it is no spec.
        LayoutError: its numbers are in another file.
    """
    specs.read(content, name)
    whole = _object(content)
    if isinstance(whole.get("parameters"), str):
        raise LayoutError(f"{name}: its numbers are in {whole['parameters']}, and stay there")
    return whole


def _object(content: bytes) -> Object:
    return cast("Object", tree(without_mark(content).decode()))
