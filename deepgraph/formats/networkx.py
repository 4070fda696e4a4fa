"""Converts networks to and from `networkx.DiGraph`.

Every attribute is a text, a number or a truth value, so that the graph can be stored in any format
that networkx writes. What a spec holds as an object or a list (an activation with parameters,
groups, stages, examples, style) is a JSON text. What has no value has no attribute.
"""

from __future__ import annotations

import json
import math
from contextlib import suppress
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec

from deepgraph.errors import InputError, Problem, SpecError
from deepgraph.graph.kinds import OUTPUT
from deepgraph.spec.from_python import record, told
from deepgraph.spec.records import VERSION, Edge, Example, Group, Node, Normalise, Rescale, Spec
from deepgraph.spec.writing import checked, number, write
from deepgraph.words.messages import shown, shown_value

if TYPE_CHECKING:
    from collections.abc import Callable

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
    "unused",
    "examples",
    "style",
)
_SCALING_KEYS = ("normalise", "rescale")
_NODE_KEYS = (
    *("kind", "activation", "aggregation", *_SCALING_KEYS, "classes", "threshold"),
    *("label", "layer", "value", "trainable", "note"),
)
_EDGE_KEYS = ("label", "weight", "trainable", "note")

ORDER = "order"
"""The attribute of an edge that holds its number; formats do not keep the order of edges."""

UNINITIALISED = "uninitialised"
"""The attribute, true, of an edge or a bias whose parameter has no value."""

MISSPELLED = 0.8
"""How like a known attribute an unknown one is, from 0 to 1, that is taken for a slip."""

_MEANT = {
    "bias": 'a bias is a node of its own, graph.add_node("b1", kind="bias", value=1), with an edge',
    "w": 'write "weight"',
    "value": 'write "weight"',
    "function": 'write "activation"',
    "activation_function": 'write "activation"',
}
"""Attributes of other tools that belong to the computation, so that they must not be lost."""

_CHANGES = (
    *("add_node", "add_nodes_from", "remove_node", "remove_nodes_from", "add_edge"),
    *("add_edges_from", "add_weighted_edges_from", "remove_edge", "remove_edges_from"),
    *("update", "clear", "clear_edges"),
)


def from_network(network: Graph) -> nx.DiGraph:
    """The network as a directed graph; see `Network.graph`."""
    import networkx as nx  # takes a quarter of a second

    spec = network.spec
    graph = nx.DiGraph()
    graph.graph.update(_graph_attributes(spec))
    notes = {record.id: record.note for record in spec.nodes}
    for node, name in enumerate(network.ids):
        graph.add_node(name, **_node_attributes(network, node), **_note(notes.get(name)))
    of_layers = len(network.source) - len(spec.edges)
    for edge, (source, target) in enumerate(zip(network.source, network.target, strict=True)):
        note = None if edge < of_layers else spec.edges[edge - of_layers].note
        attributes = {**_edge_attributes(network, edge), **_note(note), ORDER: edge}
        graph.add_edge(network.ids[source], network.ids[target], **attributes)
    return _read_only(graph)


def _graph_attributes(spec: Spec) -> dict[str, str]:
    """The keys of a spec that belong to no node; numbers keep their text."""
    whole = Spec(deepgraph=VERSION, **{key: getattr(spec, key) for key in _GRAPH_KEYS})
    texts = msgspec.json.decode(write(whole), type=dict[str, msgspec.Raw])
    del texts["deepgraph"]
    return {key: _text(bytes(text)) for key, text in texts.items()}


def _text(content: bytes) -> str:
    if content[:1] == b'"':
        return msgspec.json.decode(content, type=str)
    return msgspec.json.format(content, indent=0).decode()


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False)


def _note(note: str | None) -> dict[str, str]:
    return {} if note is None else {"note": note}


def _node_attributes(network: Graph, node: int) -> dict[str, Any]:
    attributes: dict[str, Any] = {"kind": network.kind_name(node)}
    if attributes["kind"] in ("hidden", "output"):
        written = network.activation(node).written
        attributes["activation"] = written if isinstance(written, str) else _json(written)
        attributes["aggregation"] = network.aggregations[node]
    if attributes["kind"] == "bias":
        attributes |= _value("value", network.bias_value(node))
        bias = network.node_parameter[node]
        if bias >= 0 and not network.parameters.trainable[bias]:
            attributes["trainable"] = False
    for key, scaling in zip(_SCALING_KEYS, (network.normalise, network.rescale), strict=True):
        if scaling is not None and node in scaling.place:
            texts = scaling.texts[scaling.place[node]].items()
            attributes[key] = "{" + ", ".join(f'"{k}": {text.decode()}' for k, text in texts) + "}"
    classes = network.classes
    if classes is not None and classes.given and network.kind[node] == OUTPUT:
        attributes |= {"classes": _json(classes.names), "threshold": classes.threshold}
    if network.label(node) != network.ids[node]:
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
    attributes |= _value("weight", float(parameters.values[number]))
    if not parameters.trainable[number]:
        attributes["trainable"] = False
    return attributes


def _value(key: str, number: float) -> dict[str, Any]:
    return {UNINITIALISED: True} if math.isnan(number) else {key: number}


# --- a view that cannot be written --------------------------------------------------------------


class _Attributes(dict[str, Any]):
    """The attributes of a graph, a node or an edge; `copy` makes a dictionary that can change."""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        _refuse()

    __setitem__ = __delitem__ = __ior__ = update = popitem = clear = _refuse

    def setdefault(self, key: str, default: Any = None) -> Any:
        """What is there; writers of formats ask like this."""
        return self[key] if key in self else self._refuse()

    def pop(self, key: str, *default: Any) -> Any:
        """The default of what is not there; writers of formats ask like this."""
        return default[0] if default and key not in self else self._refuse()

    def __reduce__(self) -> tuple[type[_Attributes], tuple[dict[str, Any]]]:
        return _Attributes, (dict(self),)  # pickle would write one item after the other


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise InputError(
        "network.graph is a view of the network and cannot be changed; change a copy, "
        "graph = network.graph.copy(), and make a network of it: Network.from_networkx(graph)"
    )


def _read_only(graph: nx.DiGraph) -> nx.DiGraph:
    """The same graph, which refuses to be changed; its `copy` can be changed."""
    import networkx as nx

    graph.graph = _Attributes(graph.graph)
    for name, attributes in graph.nodes.items():
        graph._node[name] = _Attributes(attributes)
    for source, target, attributes in graph.edges(data=True):
        fixed = _Attributes(attributes)
        graph._succ[source][target] = graph._pred[target][source] = fixed
    nx.freeze(graph)  # what asks nx.is_frozen is answered rightly
    for name in _CHANGES:
        setattr(graph, name, _refuse)
    return graph


# --- a spec of a graph --------------------------------------------------------------------------


def to_spec(graph: nx.DiGraph) -> Spec:
    """The spec of a directed graph; see `Network.from_networkx`.

    Raises:
        SpecError: an attribute has a wrong type or a misspelled name, or the graph is no `DiGraph`.
    """
    import networkx as nx

    if not isinstance(graph, nx.DiGraph) or graph.is_multigraph():
        what = "a network is a networkx.DiGraph, directed and with one edge a pair, "
        raise SpecError([Problem("$", f"{what}got {type(graph).__name__}")])
    problems: list[Problem] = []
    nodes, edges = [], []
    for name, attributes in graph.nodes(data=True):
        place = f"node {shown_value(name)}"
        kind = "hidden" if graph.succ[name] else "output"
        fields: dict[str, Any] = {"kind": kind if graph.pred[name] else "input"}
        fields |= _fields(attributes, _NODE_KEYS, place, problems)
        with told("id", place, problems):
            fields["id"] = str(name)
        label = fields.get("label")
        if isinstance(label, str) and label == fields.get("id"):  # GEXF labels every node
            del fields["label"]
        if "id" in fields and (node := record(Node, fields, place, problems)):
            nodes.append(node)
    for source, target, attributes in _in_order(graph, problems):
        place = _edge(source, target)
        fields = _fields(attributes, _EDGE_KEYS, place, problems)
        with told(UNINITIALISED, place, problems):
            if attributes.get(UNINITIALISED) and "weight" not in fields:
                fields["weight"] = number(None)
        with suppress(ValueError):  # told of the node
            fields |= {"source": str(source), "target": str(target)}
            if edge := record(Edge, fields, place, problems):
                edges.append(edge)
    whole = _fields(graph.graph, _GRAPH_KEYS, "graph", problems)
    if problems:
        raise SpecError(problems, "graph")
    return checked(Spec(deepgraph=VERSION, nodes=nodes, edges=edges, **whole), "graph")


def _in_order(graph: nx.DiGraph, problems: list[Problem]) -> list[tuple[Any, Any, dict[str, Any]]]:
    """The edges by their order, then those without one as they were added to their target."""
    found = [
        (source, target, attributes)
        for target in graph
        for source, attributes in graph.pred[target].items()
    ]

    def order(edge: tuple[Any, Any, dict[str, Any]]) -> float:
        given = edge[2].get(ORDER, math.inf)
        if isinstance(given, int):
            return given  # of any size
        with suppress(TypeError, ValueError, OverflowError):
            if not isinstance(given, str) and not math.isnan(place := float(given)):
                return place
        what = f"{ORDER}: expected a number, got {shown_value(given)}"
        problems.append(Problem(_edge(*edge[:2]), what))
        return math.inf

    return sorted(found, key=order)


def _edge(source: Any, target: Any) -> str:
    """The place of an edge in messages."""
    return f"edge {shown_value(source)} → {shown_value(target)}"


def _fields(
    attributes: dict[str, Any], known: tuple[str, ...], place: str, problems: list[Problem]
) -> dict[str, Any]:
    """Attributes as fields of a record, numbers as a spec writes them; adds to the problems.

    Attributes of other tools are left out, unless `_slip` says that the network would lose
    something.
    """
    fields: dict[str, Any] = {}
    for key, content in attributes.items():
        if key in known:
            with told(key, place, problems):
                fields[key] = _READERS.get(key, _same)(content)
        elif isinstance(key, str) and (cure := _slip(key, known)):
            problems.append(Problem(place, f'unknown attribute "{shown(key)}"; {cure}'))
    return fields


def _slip(key: str, known: tuple[str, ...]) -> str | None:
    """What to write instead of an attribute that seems to be meant for the network."""
    if key in (ORDER, UNINITIALISED):
        return None
    if key in _MEANT and known != _GRAPH_KEYS:
        return _MEANT[key]
    near = get_close_matches(key[:100].casefold(), known, 1, MISSPELLED)
    return f'did you mean "{near[0]}"?' if near else None


def _same(content: Any) -> Any:
    return content


def _activation(content: Any) -> Any:
    return msgspec.json.decode(content) if _is_json(content) else content


def _json_of(kind: Any) -> Callable[[Any], Any]:
    """The reader of an attribute that is a JSON text, or already the object that it holds."""
    return lambda given: msgspec.json.decode(given, type=kind) if isinstance(given, str) else given


def _is_json(content: Any) -> bool:
    return isinstance(content, str) and content.startswith("{")


_READERS: dict[str, Callable[[Any], Any]] = {
    "weight": number,
    "value": number,
    "threshold": number,
    "classes": _json_of(list[str]),
    "activation": _activation,
    "normalise": _json_of(Normalise),
    "rescale": _json_of(Rescale),
    "groups": _json_of(dict[str, list[str] | Group]),
    "stages": _json_of(dict[str, list[str]]),
    "unused": _json_of(list[str]),
    "examples": _json_of(list[Example]),
    "style": _json_of(dict[str, Any]),
}
"""What an attribute becomes in the spec, where that is another thing."""
