"""Networks as `networkx.DiGraph`, both ways; networkx is imported when one is asked for."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec

from deepgraph.errors import Problem, SpecError
from deepgraph.spec.lenient import LenientReader
from deepgraph.spec.records import VERSION, Edge, Node, Spec
from deepgraph.spec.writing import checked, number
from deepgraph.words.messages import Nearest, shown

if TYPE_CHECKING:
    import networkx as nx

    from deepgraph.graph.graph import Graph

_GRAPH_KEYS = ("name", "title", "description", "source", "note", "groups", "examples", "style")
_NODE_KEYS = ("kind", "activation", "aggregation", "label", "layer", "value", "trainable", "note")
_EDGE_KEYS = ("label", "weight", "trainable", "note")


def from_network(network: Graph) -> nx.DiGraph:
    """The networkx view of a network; see `Network.graph`."""
    import networkx as nx  # a quarter of a second, and only this view needs it

    spec, parameters = network.spec, network.parameters
    graph = nx.DiGraph()
    for key in _GRAPH_KEYS:
        content = getattr(spec, key)
        if content:
            graph.graph[key] = content
    notes = {record.id: record.note for record in spec.nodes if record.note is not None}
    for node, name in enumerate(network.ids):
        attributes = _node_attributes(network, node)
        if name in notes:
            attributes["note"] = notes[name]
        graph.add_node(name, **attributes)
    first = len(network.source) - len(spec.edges)
    for edge, (source, target, parameter) in enumerate(
        zip(network.source, network.target, network.edge_parameter, strict=True)
    ):
        attributes = {}
        if parameter >= 0:
            label = parameters.key(int(parameter))
            if isinstance(label, str):
                attributes["label"] = label
            attributes["weight"] = _value(float(parameters.values[parameter]))
            if not parameters.trainable[parameter]:
                attributes["trainable"] = False
        if edge >= first and spec.edges[edge - first].note is not None:
            attributes["note"] = spec.edges[edge - first].note
        graph.add_edge(network.ids[source], network.ids[target], **attributes)
    return graph


def _node_attributes(network: Graph, node: int) -> dict[str, Any]:
    attributes: dict[str, Any] = {"kind": network.kind_name(node)}
    if attributes["kind"] in ("hidden", "output"):
        attributes["activation"] = network.functions[network.function[node]].written
        attributes["aggregation"] = network.aggregations[node]
    if attributes["kind"] == "bias":
        attributes["value"] = _value(network.bias_value(node))
        bias = network.node_parameter[node]
        if bias >= 0 and not network.parameters.trainable[bias]:
            attributes["trainable"] = False
    if node in network.labels:
        attributes["label"] = network.labels[node]
    if node in network.columns:
        attributes["layer"] = network.columns[node]
    return attributes


def to_spec(graph: nx.DiGraph) -> Spec:
    """The spec of a directed graph; see `Network.from_networkx`.

    Raises:
        SpecError: an attribute that a spec does not know, or one of a wrong type.
    """
    problems: list[Problem] = []
    if not graph.is_directed() or graph.is_multigraph():
        raise SpecError(
            [
                Problem(
                    "$",
                    "a network is a networkx.DiGraph, directed and with one edge a pair, "
                    f"got {type(graph).__name__}",
                )
            ]
        )
    nodes, edges = [], []
    for name, attributes in graph.nodes(data=True):
        place = f"node {name!r}"
        kind = "hidden"
        if not graph.pred[name]:
            kind = "input"
        elif not graph.succ[name]:
            kind = "output"
        fields = _fields(attributes, _NODE_KEYS, place, problems)
        nodes.append(_record(Node, {"kind": kind, **fields, "id": str(name)}, place, problems))
    for target in graph:
        for source, attributes in graph.pred[target].items():
            place = f"edge {source!r} → {target!r}"
            fields = _fields(attributes, _EDGE_KEYS, place, problems)
            fields |= {"source": str(source), "target": str(target)}
            edges.append(_record(Edge, fields, place, problems))
    whole = _fields(graph.graph, _GRAPH_KEYS, "graph", problems)
    if problems:
        raise SpecError(problems, "graph")
    return checked(Spec(deepgraph=VERSION, nodes=nodes, edges=edges, **whole), "graph")


def _fields(
    attributes: dict[str, Any], known: tuple[str, ...], place: str, problems: list[Problem]
) -> dict[str, Any]:
    fields = {}
    for key, content in attributes.items():
        if key not in known:
            near = Nearest(known, f"a spec has {', '.join(known)}")(str(key))
            problems.append(Problem(place, f'unknown attribute "{shown(str(key))}"{near}'))
        elif key in ("weight", "value"):
            try:
                fields[key] = number(content)
            except (TypeError, ValueError) as error:
                problems.append(Problem(place, f"{key}: {error}"))
        else:
            fields[key] = content
    return fields


def _record(kind: type[Any], fields: dict[str, Any], place: str, problems: list[Problem]) -> Any:
    numbers = {key: fields[key] for key in ("weight", "value") if key in fields}
    plain = {key: content for key, content in fields.items() if key not in numbers}
    try:
        return msgspec.structs.replace(msgspec.convert(plain, kind), **numbers)
    except msgspec.ValidationError as error:
        problems += _problems_of_form(plain, kind, place) or [
            Problem(place, str(error).replace("`", ""))
        ]
        return None


def _problems_of_form(fields: dict[str, Any], kind: type[Any], place: str) -> list[Problem]:
    """What a file with these fields would be told; empty where no file could hold them."""
    reader = LenientReader()
    with suppress(TypeError, ValueError):
        reader.read(msgspec.json.encode(fields), kind, place)
    return reader.problems


def _value(number: float) -> float | None:
    return None if math.isnan(number) else number
