"""Writes spec files in the canonical layout, with layers spelled out or gathered.

The computed values do not change: every number keeps its text, every sum its order.
"""

from __future__ import annotations

from typing import cast

from deepgraph.edit.expand_layers import expand
from deepgraph.edit.gather_layers import NoLayersError, gather
from deepgraph.errors import DeepgraphError, SpecError
from deepgraph.graph.parameters import ENTRY
from deepgraph.loading import loads
from deepgraph.spec import reading as specs
from deepgraph.spec.canonical import Object, Tree, lay_out, tree
from deepgraph.spec.positions import without_mark
from deepgraph.spec.records import Spec


class LayoutError(DeepgraphError):
    """A spec cannot be written with or without layers; the message says why."""


def formatted(content: bytes, name: str = "spec") -> str:
    """The text of a spec file in the canonical layout.

    The file only has to be a spec in form; it need not be a valid network.

    Args:
        content: the bytes of the file.
        name: the name of the spec in messages.

    Raises:
        SpecError: the file is no spec.
    """
    specs.read(content, name)
    return lay_out(_object(content), Spec)


def expanded(content: bytes, name: str = "spec") -> str:
    """The text of a spec with its layers spelled out as nodes and edges.

    Nodes, terms of sums and parameters keep their order and their names.

    Raises:
        SpecError: the spec is not valid.
        LayoutError: its parameters are in a file, or a group names a bias of a layer.
    """
    whole, network = _sound(content, name), loads(content, name)
    vectors = {layer.bias.name for layer in network.dense if layer.bias is not None}
    for group, labels in network.groups.items():
        for label in labels:
            match = ENTRY.fullmatch(label)
            if match and match[3] is None and match[1] in vectors:
                raise LayoutError(
                    f'{name}: the group "{group}" names the bias "{label}", which would be a node'
                )
    return lay_out(expand(whole, network) if network.spec.layers else whole, Spec)


def compacted(content: bytes, name: str = "spec") -> str:
    """The text of a spec with its nodes and edges gathered into layers.

    Raises:
        SpecError: the spec is not valid.
        LayoutError: its nodes and edges are not exactly dense layers, in which the labels of edges
            are entries of matrices (`W1[1,2]`), the ids of biases are entries of vectors, and
            every sum is in their order.
    """
    whole, network = _sound(content, name), loads(content, name)
    if network.spec.layers:
        return lay_out(whole, Spec)
    try:
        text = lay_out(gather(whole, network), Spec)
        _compare(expand(_object(text.encode()), loads(text, name)), whole)
    except (NoLayersError, SpecError) as error:
        why = error.problems[0] if isinstance(error, SpecError) else error
        raise LayoutError(f"{name}: these are no dense layers: {why}") from None
    return text


def _compare(found: Object, whole: Object) -> None:
    """Check that two trees are the same network: the same nodes, and sums in the same order."""
    if _terms(found) != _terms(whole):
        raise NoLayersError("the terms of a sum stand in another order, or some are missing")
    if _neurons(found) != _neurons(whole) or _biases(found) != _biases(whole):
        raise NoLayersError("the nodes stand in another order, or hold more than a layer does")


def _terms(whole: Object) -> dict[Tree, list[Object]]:
    """The edges into each node in their order, without keys whose value is `null`."""
    found: dict[Tree, list[Object]] = {}
    for edge in cast("list[Object]", whole["edges"]):
        kept = {key: value for key, value in edge.items() if value != "null"}
        found.setdefault(edge["target"], []).append(kept)
    return found


def _neurons(whole: Object) -> list[Object]:
    """Inputs and neurons in their order, without keys that are `null` or for drawing only."""
    default = {"kind": '"hidden"', "activation": '"identity"', "aggregation": '"sum"'}
    nodes = [default | node for node in cast("list[Object]", whole["nodes"])]
    return [
        {key: value for key, value in node.items() if key != "layer" and value != "null"}
        for node in nodes
        if node["kind"] != '"bias"'
    ]


def _biases(whole: Object) -> dict[Tree, Object]:
    """Bias nodes by id; their order means nothing."""
    nodes = cast("list[Object]", whole["nodes"])
    return {node["id"]: node for node in nodes if node.get("kind") == '"bias"'}


def _sound(content: bytes, name: str) -> Object:
    """The tree of a spec, which must hold its numbers itself."""
    specs.read(content, name)
    whole = _object(content)
    if isinstance(whole.get("parameters"), str):
        raise LayoutError(f"{name}: its numbers are in {whole['parameters']}, and stay there")
    return whole


def _object(content: bytes) -> Object:
    return cast("Object", tree(without_mark(content).decode()))
