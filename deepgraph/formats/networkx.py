"""Converts networks to and from `networkx.DiGraph`."""

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

_GRAPH_KEYS = (
    "name",
    "title",
    "description",
    "source",
    "note",
    "groups",
    "stages",
    "examples",
    "style",
)
_NODE_KEYS = ("kind", "activation", "aggregation", "label", "layer", "value", "trainable", "note")
_EDGE_KEYS = ("label", "weight", "trainable", "note")


def from_network(network: Graph) -> nx.DiGraph:
    """The network as a directed graph; see `Network.graph`."""
    import networkx as nx  # takes a quarter of a second

    spec = network.spec
    graph = nx.DiGraph()
    for key in _GRAPH_KEYS:
        content = getattr(spec, key)
        if content:
            graph.graph[key] = msgspec.to_builtins(content) if key == "groups" else content
    notes = {record.id: record.note for record in spec.nodes}
    for node, name in enumerate(network.ids):
        note = notes.get(name)
        more = {} if note is None else {"note": note}
        graph.add_node(name, **_node_attributes(network, node), **more)
    of_layers = len(network.source) - len(spec.edges)
    for edge, (source, target) in enumerate(zip(network.source, network.target, strict=True)):
        note = None if edge < of_layers else spec.edges[edge - of_layers].note
        more = {} if note is None else {"note": note}
        attributes = _edge_attributes(network, edge)
        graph.add_edge(network.ids[source], network.ids[target], **attributes, **more)
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


def _edge_attributes(network: Graph, edge: int) -> dict[str, Any]:
    """The attributes of an edge; none for a wire."""
    parameters, number = network.parameters, int(network.edge_parameter[edge])
    if number < 0:
        return {}
    attributes: dict[str, Any] = {}
    label = parameters.key(number)
    if isinstance(label, str):
        attributes["label"] = label
    attributes["weight"] = _value(float(parameters.values[number]))
    if not parameters.trainable[number]:
        attributes["trainable"] = False
    return attributes


def to_spec(graph: nx.DiGraph) -> Spec:
    """The spec of a directed graph; see `Network.from_networkx`.

    Raises:
        SpecError: an attribute is unknown or has a wrong type, or the graph is no `DiGraph`.
    """
    if not graph.is_directed() or graph.is_multigraph():
        what = "a network is a networkx.DiGraph, directed and with one edge a pair, "
        raise SpecError([Problem("$", f"{what}got {type(graph).__name__}")])
    problems: list[Problem] = []
    nodes, edges = [], []
    for name, attributes in graph.nodes(data=True):
        place = f"node {name!r}"
        kind = "hidden" if graph.succ[name] else "output"
        fields = {"kind": kind if graph.pred[name] else "input"}
        fields |= _fields(attributes, _NODE_KEYS, place, problems)
        nodes.append(_record(Node, {**fields, "id": str(name)}, place, problems))
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
    """Attributes as fields of a record, numbers as a spec writes them; adds to the problems."""
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
    """The record of a node or an edge; `None` if it has problems, which are added."""
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
    """The problems of a spec file with these fields; empty if no file could hold them."""
    reader = LenientReader()
    with suppress(TypeError, ValueError):
        reader.read(msgspec.json.encode(fields), kind, place)
    return reader.problems


def _value(number: float) -> float | None:
    return None if math.isnan(number) else number
