"""neat-python: a genome as a pickle, for `neat.nn.FeedForwardNetwork.create(genome, config)`.

A node of a genome is activation(bias + response · aggregation(inputs)), and some of its activations
have a gain of their own, sigmoid(5z) for one; the response takes it back. Inputs are −1, −2, …,
outputs 0, 1, …, as everywhere in neat-python.
"""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING, Any, NamedTuple

from deepgraph.errors import InputError
from deepgraph.formats.writers.products import terms_of
from deepgraph.formats.writers.program import Neuron, Program
from deepgraph.graph.kinds import INPUT
from deepgraph.words.messages import shown

if TYPE_CHECKING:
    from deepgraph.formats.writers.products import Terms
    from deepgraph.functions.node_function import NodeFunction
    from deepgraph.graph.graph import Graph

_ACTIVATIONS = {
    "identity": ("identity", 1.0),
    "relu": ("relu", 1.0),
    "sigmoid": ("sigmoid", 1 / 5),
    "tanh": ("tanh", 1 / 2.5),
    "sin": ("sin", 1 / 5),
    "gaussian": ("gauss", 1 / math.sqrt(5)),
    "selu": ("selu", 1.0),
    "softplus": ("softplus", 1 / 5),
    "elu": ("elu", 1.0),
    "leaky_relu": ("lelu", 1.0),
    "hard_tanh": ("clamped", 1.0),
    "inverse": ("inv", 1.0),
    "log": ("log", 1.0),
    "exp": ("exp", 1.0),
    "abs": ("abs", 1.0),
    "square": ("square", 1.0),
    "cube": ("cube", 1.0),
}
"""neat-python's name of each activation, and what z is multiplied by for it.

It cuts the argument at ±60 or a little less, log's at 1e-7, and its inv(0) is 0.
"""

_FACTORS = {"softplus": 5.0}
"""What the value of neat-python's activation is multiplied by, in a node of its own behind it."""

_SETTINGS = {"leaky_relu": {"alpha": 0.005}}
"""Parameters of its activations that are not our defaults."""


class _Object(NamedTuple):
    """An object in a pickle: the module and the name of its class, and its attributes."""

    module: str
    name: str
    state: dict[str, Any]


def _refusal(graph: Graph, node: int, what: str) -> InputError:
    return InputError(f'node "{shown(graph.ids[node])}": {what}, which has no gene of neat-python')


def _gene(graph: Graph, step: Neuron) -> tuple[dict[str, Any], Terms]:
    """The attributes of a node, and the terms that are its connections.

    Raises:
        InputError: a genome cannot express the node.
    """
    node = step.node
    function, join = graph.activation(node), graph.aggregations[node]
    if function.rescaled:
        raise _refusal(graph, node, "a rescaled output")
    name, factor = _activation(graph, node, function)
    factor *= function.gain
    terms = _raw_terms(graph, node, terms_of(graph, step.edges))
    bias, response, count = 0.0, factor, len(step.edges)
    if join == "product":
        response *= math.prod(terms.constants)
    elif join == "mean":
        bias = factor * sum(terms.constants) / count
        response *= len(terms.sources) / count
    elif join == "sum":
        bias = factor * sum(terms.constants)
    elif terms.constants and terms.sources:
        raise _refusal(graph, node, f"a bias among the terms of a {join}")
    if not terms.sources:  # neat-python leaves out nodes that no input reaches
        bias = factor * _constant(join, terms.constants)
        join, response = "sum", factor
        terms = terms._replace(sources=[int(graph.inputs[0])], weights=[0.0])
    attributes: dict[str, Any] = {
        "bias": bias,
        "response": response,
        "activation": name,
        "aggregation": join,
        "time_constant": 1.0,
    }
    return attributes, terms


def _raw_terms(graph: Graph, node: int, terms: Terms) -> Terms:
    """Terms of inputs as a table holds them: w·(x − mean)/scale = (w/scale)·x − w·mean/scale.

    Raises:
        InputError: an input is cut, or the node does more with its terms than add them.
    """
    found = terms._replace(weights=list(terms.weights), constants=list(terms.constants))
    for place, source in enumerate(terms.sources):
        if graph.kind[source] == INPUT and graph.has_z(source):
            assert graph.normalise is not None
            given = graph.normalise.given(source)
            if {"min", "max"} & given.keys():
                raise _refusal(graph, source, "an input that is cut at its min or max")
            if graph.aggregations[node] != "sum":
                raise _refusal(graph, node, f"a {graph.aggregations[node]} of a normalised input")
            found.weights[place] /= given.get("scale", 1.0)
            found.constants.append(-found.weights[place] * given.get("mean", 0.0))
    return found


def _constant(join: str, terms: list[float]) -> float:
    """The z of terms that are all constant."""
    if join == "product":
        return math.prod(terms)
    if join in ("max", "min"):
        return (max if join == "max" else min)(terms)
    return sum(terms) / (len(terms) if join == "mean" else 1)


def _activation(graph: Graph, node: int, function: NodeFunction) -> tuple[str, float]:
    if function.name not in _ACTIVATIONS:
        raise _refusal(graph, node, f"the activation {function.name}")
    assert function.row is not None
    for key, value in function.settings.items():
        wanted = _SETTINGS.get(function.name, {}).get(key, function.row.defaults[key])
        if value != wanted:
            what = f"{function.name} with {key} {value:g} (neat-python has {wanted:g})"
            raise _refusal(graph, node, what)
    return _ACTIVATIONS[function.name]


def _genome(graph: Graph) -> _Object:
    program = Program(graph, layers=False)
    keys = {int(node): -1 - place for place, node in enumerate(graph.inputs)}
    keys |= {int(node): place for place, node in enumerate(graph.outputs)}
    nodes: dict[int, _Object] = {}
    connections: dict[tuple[int, int], _Object] = {}
    for step in program.steps:
        assert isinstance(step, Neuron)  # a softmax is refused at its first member
        attributes, terms = _gene(graph, step)
        key = keys.setdefault(step.node, len(keys) - len(graph.inputs))
        if factor := _FACTORS.get(attributes["activation"]):
            inner = keys.setdefault(~step.node, len(keys) - len(graph.inputs))  # ~n is no node
            nodes[key] = _node_gene(key, {**_SUM, "response": factor})
            connections[inner, key] = _connection_gene((inner, key), 1.0, len(connections))
            key = inner
        nodes[key] = _node_gene(key, attributes)
        for source, weight in zip(terms.sources, terms.weights, strict=True):
            pair = keys[source], key
            connections[pair] = _connection_gene(pair, weight, len(connections))
    state = {"key": 1, "connections": connections, "nodes": nodes, "fitness": None}
    return _Object("neat.genome", "DefaultGenome", state)


_SUM = {"bias": 0.0, "activation": "identity", "aggregation": "sum", "time_constant": 1.0}


def _node_gene(key: int, attributes: dict[str, Any]) -> _Object:
    return _Object("neat.genes", "DefaultNodeGene", {"key": key, **attributes})


def _connection_gene(pair: tuple[int, int], weight: float, before: int) -> _Object:
    state = {"key": pair, "innovation": before + 1, "weight": weight, "enabled": True}
    return _Object("neat.genes", "DefaultConnectionGene", state)


# --- a pickle, protocol 2 -------------------------------------------------------------------------


def _pickled(value: Any) -> bytes:
    """The opcodes that make a value; https://docs.python.org/3/library/pickletools.html."""
    if isinstance(value, _Object):
        name = f"c{value.module}\n{value.name}\n".encode()
        return name + b")\x81" + _pickled(value.state) + b"b"
    if isinstance(value, dict):
        inside = b"".join(_pickled(key) + _pickled(entry) for key, entry in value.items())
        return b"}(" + inside + b"u"
    if isinstance(value, tuple):
        return _pickled(value[0]) + _pickled(value[1]) + b"\x86"
    return _plain(value)


def _plain(value: Any) -> bytes:
    if isinstance(value, str):
        text = value.encode()
        return b"X" + struct.pack("<I", len(text)) + text
    if value is None or isinstance(value, bool):
        return {None: b"N", True: b"\x88", False: b"\x89"}[value]
    if isinstance(value, float):
        return b"G" + struct.pack(">d", value)
    return b"J" + struct.pack("<i", value)


def write(graph: Graph, dtype: str) -> bytes:
    """The file with a network, a genome of neat-python.

    Raises:
        InputError: a genome cannot express a node.
    """
    return b"\x80\x02" + _pickled(_genome(graph)) + b"."
