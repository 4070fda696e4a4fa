"""Keras: a functional model as a `.keras` file, from (rows, inputs) to (rows, outputs).

Nodes that read the same nodes are one `Dense` layer. Where it takes only some columns of a tensor,
the kernel has rows of zeros.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.formats.writers.keras_model import KerasModel, Tensor
from deepgraph.formats.writers.products import Terms, blocks_of, terms_of
from deepgraph.formats.writers.program import Layer, Program, Softmax
from deepgraph.formats.writers.spelling import simplified
from deepgraph.formats.writers.texts import metadata_of
from deepgraph.functions.aggregations import AGGREGATIONS
from deepgraph.functions.recorded import CONSTANT, NAME, named
from deepgraph.functions.scaling import NEUTRAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepgraph.formats.writers.program import Neuron
    from deepgraph.functions.node_function import NodeFunction
    from deepgraph.functions.recorded import Expression
    from deepgraph.graph.graph import Graph

_NAMED = {
    **{name: name for name in ("relu", "relu6", "sigmoid", "tanh", "softplus", "softsign", "silu")},
    **{"gelu": "gelu", "mish": "mish", "exp": "exponential", "hard_swish": "hard_swish"},
    "selu": "selu",
}
"""Activations by Keras' names, where they have no parameters but the defaults."""

_LAYERS: dict[str, tuple[str, dict[str, str]]] = {
    "leaky_relu": ("LeakyReLU", {"alpha": "negative_slope"}),
    "elu": ("ELU", {"alpha": "alpha"}),
}
"""Activations that are layers of Keras, with the names of their parameters there."""

_OPERATIONS = {
    **{"add": "Add", "subtract": "Subtract", "multiply": "Multiply", "divide": "TrueDivide"},
    **{"negative": "Negative", "maximum": "Maximum", "minimum": "Minimum", "absolute": "Absolute"},
    **{"exp": "Exp", "expm1": "Expm1", "log": "Log", "log1p": "Log1p", "tanh": "Tanh"},
    **{"sin": "Sin", "cos": "Cos", "sqrt": "Sqrt", "floor": "Floor", "where": "Where"},
    **{"less": "Less", "greater": "Greater", "equal": "Equal", "isnan": "Isnan", "sign": "Sign"},
    **{"less_equal": "LessEqual", "greater_equal": "GreaterEqual"},
}
"""Functions of `keras.ops.numpy` by the name of numpy's."""

_NATIVE = frozenset(_OPERATIONS)
_TRUTH = ("Less", "Greater", "Equal", "Isnan", "LessEqual", "GreaterEqual")


class Writer:
    """A network as a model of Keras.

    Attributes:
        places: of each computed node its tensor and its column there.
        functions: what operations compute together, by the layer of the last of them: an activation
            of the values of another layer.
    """

    def __init__(self, graph: Graph, dtype: str) -> None:
        self.graph = graph
        self.program = Program(graph)
        self.model = KerasModel(dtype, len(graph.inputs))
        self.places: dict[int, tuple[Tensor, int]] = {}
        self.functions: dict[str, dict[str, Any]] = {}
        a = self.model.inputs if graph.normalise is None else self._normalised()
        self._take(a, graph.inputs.tolist())

    def _normalised(self) -> Tensor:
        """The inputs cut, moved and divided: by layers that have the constants as weights.

        The mean is taken off before the division, as the network does it: the other way round a
        large mean would cost digits.
        """
        graph, width = self.graph, len(self.graph.inputs)
        assert graph.normalise is not None
        given = [
            graph.normalise.given(node) if graph.has_z(node) else {}
            for node in graph.inputs.tolist()
        ]
        one, none, a = np.eye(width), np.zeros((width, width)), self.model.inputs
        largest = float(np.finfo(np.float32).max)
        for key, kind in (("min", "Maximum"), ("max", "Minimum")):
            if any(key in constants for constants in given):
                row = [constants.get(key, NEUTRAL[key]) for constants in given]
                limits = self.model.dense(key, a, none, np.clip(row, -largest, largest))
                a = self.model.layer(kind, [[a, limits]], width)
        means = np.array([constants.get("mean", 0.0) for constants in given])
        if means.any():
            a = self.model.dense("minus_mean", a, one, -means)
        scales = np.array([constants.get("scale", 1.0) for constants in given])
        return self.model.dense("normalised", a, one / scales[:, None], None)

    def _rescaled(self, a: Tensor, nodes: Sequence[int]) -> Tensor:
        """The values of nodes times scale plus mean, where some are rescaled."""
        functions = [self.graph.activation(node) for node in nodes]
        if not any(function.rescaled for function in functions):
            return a
        scales = [float(f.scale) if f.rescaled else 1.0 for f in functions]
        means = [float(f.mean) if f.rescaled else 0.0 for f in functions]
        return self.model.dense("rescaled", a, np.diag(scales), np.array(means))

    def _take(self, tensor: Tensor, nodes: Sequence[int]) -> None:
        self.places |= {node: (tensor, column) for column, node in enumerate(nodes)}

    def content(self) -> bytes:
        """The bytes of the file."""
        for block in blocks_of(self.program):
            if isinstance(block, Layer):
                self._layer(block)
            elif isinstance(block, Softmax):
                chosen = self._chosen(block.members)
                self._take(
                    self.model.layer("Activation", [chosen], chosen.width, activation="softmax"),
                    block.members,
                )
            else:
                self._neurons(block)
        outputs = self._chosen(self.graph.outputs.tolist())
        notes = {**metadata_of(self.graph), "functions": json.dumps(self.functions)}
        return self.model.content(self.graph.spec.name or "network", outputs, notes)

    def _chosen(self, nodes: list[int]) -> Tensor:
        """A tensor of these nodes in their order."""
        tensor, _ = self.places[nodes[0]]
        if [self.places[node] for node in nodes] == [(tensor, i) for i in range(tensor.width)]:
            return tensor
        terms = [Terms([node], [1.0], []) for node in nodes]
        return self._dense("columns", terms, "linear")

    # --- steps ------------------------------------------------------------------------------

    def _dense(
        self, name: str, terms: list[Terms], activation: str, divisor: float = 1.0
    ) -> Tensor:
        """A Dense layer of the sums of some nodes."""
        tensors = list(
            dict.fromkeys(self.places[node][0] for own in terms for node in own.sources)
        ) or [self.model.inputs]
        starts = dict(
            zip(tensors, np.cumsum([0, *(t.width for t in tensors)]).tolist(), strict=False)
        )
        kernel = np.zeros((sum(tensor.width for tensor in tensors), len(terms)))
        for unit, own in enumerate(terms):
            for node, weight in zip(own.sources, own.weights, strict=True):
                tensor, column = self.places[node]
                kernel[starts[tensor] + column, unit] += weight
        bias = np.array([sum(own.constants) for own in terms])
        has_bias = any(own.constants for own in terms)
        source = tensors[0]
        if len(tensors) > 1:
            source = self.model.layer("Concatenate", [tensors], len(kernel), axis=-1)
        return self.model.dense(
            name, source, kernel / divisor, bias / divisor if has_bias else None, activation
        )

    def _layer(self, layer: Layer) -> None:
        terms = [terms_of(self.graph, self.graph.incoming.of(node)) for node in layer.nodes]
        function = self.graph.activation(layer.nodes.start).bare
        z = self._dense(layer.id, terms, self._name_of(function))
        self._take(self._rescaled(self._activated(z, function), layer.nodes), layer.nodes)

    def _neurons(self, block: list[Neuron]) -> None:
        graph, node = self.graph, block[0].node
        aggregation, function = AGGREGATIONS[graph.aggregations[node]], graph.activation(node).bare
        terms = [terms_of(graph, step.edges) for step in block]
        name = graph.ids[node]
        if aggregation.adds:
            divisor = float(len(block[0].edges)) if aggregation.divides else 1.0
            z = self._dense(name, terms, self._name_of(function), divisor)
            a = self._activated(z, function)
        else:
            a = self._function(self._joined(name, aggregation.join.__name__, terms[0]), function)
        nodes = [step.node for step in block]
        self._take(self._rescaled(a, nodes), nodes)

    def _joined(self, name: str, join: str, terms: Terms) -> Tensor:
        """The product, largest or smallest of the terms of one node."""
        sources, weights, constants = terms
        single = [Terms([s], [w], []) for s, w in zip(sources, weights, strict=True)]
        single += [Terms([], [], [constant]) for constant in constants]
        parts = [self._dense(f"{name}_term", [own], "linear") for own in single]
        kind = {"multiply": "Multiply", "maximum": "Maximum", "minimum": "Minimum"}[join]
        return parts[0] if len(parts) == 1 else self.model.layer(kind, [parts], 1)

    # --- activations ------------------------------------------------------------------------

    def _name_of(self, function: NodeFunction) -> str:
        """The name of an activation in a Dense layer; "linear" if it comes behind it."""
        if function.row is None or function.gain != 1.0 or function.parameters:
            return "linear"
        return _NAMED.get(function.name, "linear")

    def _activated(self, z: Tensor, function: NodeFunction) -> Tensor:
        """The values behind a Dense layer, which has applied what has a name."""
        return z if self._name_of(function) != "linear" else self._function(z, function)

    def _function(self, z: Tensor, function: NodeFunction) -> Tensor:
        if function.row is None or function.is_identity:
            return z
        name = self._name_of(function)
        if name != "linear":
            return self.model.layer("Activation", [z], z.width, activation=name)
        if function.name in _LAYERS and function.gain == 1.0:
            kind, names = _LAYERS[function.name]
            config = {names[key]: value for key, value in function.settings.items()}
            return self.model.layer(kind, [z], z.width, **config)
        recorded = simplified(function.recorded(named("z")), _NATIVE)
        found = self._spelled(recorded, z, {})
        assert isinstance(found, Tensor)
        self.functions[found.layer] = {"of": z.layer, "activation": function.written}
        return found

    def _spelled(
        self, expression: Expression, z: Tensor, known: dict[Expression, Tensor]
    ) -> Tensor | float:
        """An expression as operations, with each part that occurs twice written once."""
        if expression.operation == NAME:
            return z
        if expression.operation == CONSTANT:
            return float(expression.value)
        if expression not in known:
            operands = [self._spelled(operand, z, known) for operand in expression.operands]
            kind = _OPERATIONS[expression.operation]
            dtype = "bool" if kind in _TRUTH else ""
            known[expression] = self.model.operation(kind, operands, z.width, dtype)
        return known[expression]


def write(graph: Graph, dtype: str) -> bytes:
    """The file with a network, a functional model of Keras.

    Raises:
        MissingExtraError: the package h5py is missing.
    """
    return Writer(graph, dtype).content()
