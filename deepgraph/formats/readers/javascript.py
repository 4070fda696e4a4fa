"""Reads the JSON of brain.js, synaptic and neataptic.

https://github.com/BrainJS/brain.js, https://github.com/cazala/synaptic,
https://github.com/wagenaartje/neataptic
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import FormatError
from deepgraph.formats.readers import emit
from deepgraph.formats.readers.assembly import Assembly
from deepgraph.formats.readers.genome import Graph, Neuron, Stage, assembled
from deepgraph.formats.readers.json_text import loads
from deepgraph.formats.readers.names import as_id
from deepgraph.formats.readers.numbers_in_text import finite
from deepgraph.formats.readers.record import Report
from deepgraph.words.messages import in_quotes

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from deepgraph.formats.readers.banks import Tensor
    from deepgraph.formats.readers.record import Imported, Options, Source
    from deepgraph.functions.written import Function

_STEP: Function = {"name": "step", "at_zero": 0.0}

SQUASHES: Mapping[str, tuple[Function, Sequence[Stage]]] = {
    "LOGISTIC": ("sigmoid", ()),
    "TANH": ("tanh", ()),
    "IDENTITY": ("identity", ()),
    "RELU": ("relu", ()),
    "HLIM": (_STEP, ()),
    "STEP": (_STEP, ()),
    "SOFTSIGN": ("softsign", ()),
    "SINUSOID": ("sin", ()),
    "GAUSSIAN": ("gaussian", ()),
    "BENT_IDENTITY": ("bent_identity", ()),
    "BIPOLAR": (_STEP, [Stage("identity", 2.0, -1.0)]),
    "BIPOLAR_SIGMOID": ({"name": "tanh", "gain": 0.5}, ()),
    "HARD_TANH": ("hard_tanh", ()),
    "ABSOLUTE": ("abs", ()),
    "INVERSE": ("identity", [Stage("identity", -1.0, 1.0)]),
    "SELU": ("selu", ()),
}
"""The functions of synaptic and neataptic as ours."""


def read_graph(source: Source, options: Options) -> Imported:
    """The network of synaptic or neataptic: neurons and connections by number."""
    content = loads(source)
    name = "synaptic" if "neurons" in content else "neataptic"
    told = content.get("neurons") or content.get("nodes")
    if not isinstance(told, list) or not all(isinstance(neuron, dict) for neuron in told):
        raise FormatError("its neurons are not a list of objects")
    kinds = [str(neuron.get("layer", neuron.get("type"))) for neuron in told]
    counts = {"input": 0, "output": 0, "hidden": 0}
    names: dict[Hashable, str] = {}
    for number, kind in enumerate(kinds):
        letter = {"input": "x", "output": "y"}.get(kind, "h")
        group = kind if kind in counts else "hidden"
        counts[group] += 1
        names[number] = f"{letter}{counts[group]}"
    neurons: dict[Hashable, Neuron] = {
        number: _neuron(number, neuron, names[number])
        for number, neuron in enumerate(told)
        if kinds[number] != "input"
    }
    graph = Graph(
        [number for number, kind in enumerate(kinds) if kind == "input"],
        [number for number, kind in enumerate(kinds) if kind == "output"],
        neurons,
        [_link(link) for link in content.get("connections") or []],
        [names[number] for number, kind in enumerate(kinds) if kind == "input"],
        what="neuron",
    )
    report = Report(name)
    return emit.imported(assembled(graph, options, report), report, options, source.name)


def _neuron(number: int, told: dict[str, Any], name: str) -> Neuron:
    squash = str(told.get("squash"))
    where = f"neuron {number}"
    if squash not in SQUASHES:
        raise FormatError(f"{where}: the function {in_quotes(squash)}, which no spec can express")
    function, stages = SQUASHES[squash]
    mask = finite(told.get("mask", 1), f"{where}, mask")
    if mask != 1:
        stages = [*stages, Stage("identity", mask)]
    bias = finite(told.get("bias", 0), f"{where}, bias")
    return Neuron(number, function, stages, bias=bias, name=name)


def _link(told: Any) -> tuple[Hashable, Hashable, float | None]:
    if not isinstance(told, dict):
        raise FormatError("its connections are not a list of objects")
    source, target = told.get("from"), told.get("to")
    where = f"the connection from {source} to {target}"
    if told.get("gater") is not None:
        raise FormatError(f"{where} is gated by neuron {told['gater']}, which no spec can express")
    if type(source) is not int or type(target) is not int:
        raise FormatError(f"{where}: its ends are not numbers of neurons")
    return source, target, finite(told.get("weight"), where)


# --- brain.js -------------------------------------------------------------------------------------


def read_brain(source: Source, options: Options) -> Imported:
    """The network of brain.js, in the form of its versions 1 and 2."""
    content = loads(source)
    kind = content.get("type", "NeuralNetwork")
    if kind not in ("NeuralNetwork", "NeuralNetworkGPU", "FeedForward"):
        raise FormatError(f"a network of the kind {in_quotes(str(kind))}, which is recurrent")
    layers = content.get("layers")
    if not isinstance(layers, list) or len(layers) < 2:
        raise FormatError("its layers are not a list of two or more")
    report = Report("brain.js")
    function = _brain_function(content, report)
    assembly = Assembly(options.max_edges)
    inputs, matrices = _brain_layers(layers, content)
    ids = None if inputs is None else [as_id(name) for name in inputs]
    tensor: Tensor = assembly.input((matrices[0][0].shape[1],), ids=ids)
    for number, (matrix, bias) in enumerate(matrices):
        at = f"layer {number + 1}"
        tensor = assembly.affine(assembly.linear(tensor, matrix, None, at), shift=bias)
        tensor = assembly.commit(tensor, function)
    outputs = _lookup(content.get("outputLookup"), layers[-1], len(matrices[-1][1]))
    assembly.output(tensor, ids=None if outputs is None else [as_id(name) for name in outputs])
    return emit.imported(assembly, report, options, source.name)


def _brain_function(content: Mapping[str, Any], report: Report) -> Function:
    """The activation of all layers, which stands in one of three places."""
    places = [content, content.get("options") or {}, content.get("trainOpts") or {}]
    told = {key: value for place in reversed(places) for key, value in place.items()}
    name = next((place["activation"] for place in places if place.get("activation")), "sigmoid")
    alpha = finite(told.get("leakyReluAlpha", 0.01), "leakyReluAlpha")
    if name == "leaky-relu" and "type" not in content:
        report.notes.append(
            "leaky-relu of brain.js 1 is alpha·max(0, z), unlike that of version 2 and of others"
        )
        return {"name": "relu", "gain": alpha}
    known: dict[str, Function] = {
        "sigmoid": "sigmoid",
        "relu": "relu",
        "tanh": "tanh",
        "leaky-relu": {"name": "leaky_relu", "alpha": alpha},
    }
    if name not in known:
        raise FormatError(
            f"the activation {in_quotes(str(name))} is not known; known: {', '.join(known)}"
        )
    return known[str(name)]


def _brain_layers(
    layers: list[Any], content: Mapping[str, Any]
) -> tuple[list[str] | None, list[tuple[Any, Any]]]:
    """The names of the inputs if there are any, and matrix and biases of each layer."""
    first = layers[0]
    found = []
    if isinstance(first, dict) and ("weights" in first or "biases" in first):
        for number, layer in enumerate(layers[1:], 1):
            rows, bias = layer.get("weights"), layer.get("biases")
            found.append((_matrix(rows, number), _vector(bias, number)))
        return _lookup(content.get("inputLookup"), None, found[0][0].shape[1]), found
    before = list(first)
    names = None if all(name.isdigit() for name in before) else before
    for number, layer in enumerate(layers[1:], 1):
        if not isinstance(layer, dict):
            raise FormatError(f"layer {number} is not an object")
        rows = [[node.get("weights", {}).get(name) for name in before] for node in layer.values()]
        bias = [node.get("bias") for node in layer.values()]
        found.append((_matrix(rows, number), _vector(bias, number)))
        before = list(layer)
    return names, found


def _matrix(rows: Any, number: int) -> np.ndarray[Any, Any]:
    if isinstance(rows, list):
        rows = [list(row.values()) if isinstance(row, dict) else row for row in rows]
    if not isinstance(rows, list) or not rows or not all(isinstance(row, list) for row in rows):
        raise FormatError(f"the weights of layer {number} are not a matrix")
    if len({len(row) for row in rows}) != 1:
        raise FormatError(f"the weights of layer {number} have rows of different lengths")
    return np.array([[finite(n, f"a weight of layer {number}") for n in row] for row in rows])


def _vector(given: Any, number: int) -> np.ndarray[Any, Any]:
    values = list(given.values()) if isinstance(given, dict) else given
    if not isinstance(values, list):
        raise FormatError(f"the biases of layer {number} are not a list")
    return np.array([finite(n, f"a bias of layer {number}") for n in values])


def _lookup(told: Any, layer: Any, size: int) -> list[str] | None:
    """The names of inputs or outputs, in the order of their numbers."""
    if isinstance(told, dict) and len(told) == size:
        return sorted(told, key=lambda name: told[name])
    old = isinstance(layer, dict) and "weights" not in layer and len(layer) == size
    if told is True and old:
        return list(layer)
    return None
