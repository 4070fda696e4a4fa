"""ONNX: a model from one tensor of inputs, (rows, inputs), to one of outputs, (rows, outputs).

Nodes that read the same nodes in the same order are one matrix product, so that dense networks look
as they would if another tool had written them. The ids of inputs and outputs are in the metadata.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepgraph.formats.writers.onnx_model import Model
from deepgraph.formats.writers.products import blocks_of, terms_of
from deepgraph.formats.writers.program import Layer, Program, Softmax
from deepgraph.formats.writers.spelling import simplified
from deepgraph.formats.writers.texts import metadata_of
from deepgraph.functions.aggregations import AGGREGATIONS
from deepgraph.functions.recorded import CONSTANT, NAME, named
from deepgraph.functions.scaling import NEUTRAL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from deepgraph.formats.writers.products import Terms
    from deepgraph.formats.writers.program import Neuron
    from deepgraph.functions.node_function import NodeFunction
    from deepgraph.functions.recorded import Expression
    from deepgraph.graph.graph import Graph


def _step(m: Model, z: str, at_zero: float) -> str:
    """From the sign −1, 0 or 1: cut, halved or moved, so that 0 becomes 0, 0.5 or 1."""
    sign = m.op("Sign", z)
    if at_zero == 0.0:
        return m.op("Relu", sign)
    moved = m.op("Add", sign, m.tensor(1.0))
    if at_zero == 1.0:
        return m.op("Clip", moved, m.tensor(0.0), m.tensor(1.0))
    return m.op("Mul", moved, m.tensor(0.5))


def _bent_identity(m: Model, z: str) -> str:
    one = m.tensor(1.0)
    root = m.op("Sqrt", m.op("Add", m.op("Mul", z, z), one))
    return m.op("Add", m.op("Mul", m.op("Sub", root, one), m.tensor(0.5)), z)


_OPERATORS: dict[str, Callable[..., str]] = {
    "relu": lambda m, z: m.op("Relu", z),
    "leaky_relu": lambda m, z, alpha: m.op("LeakyRelu", z, alpha=alpha),
    "elu": lambda m, z, alpha: m.op("Elu", z, alpha=alpha),
    "selu": lambda m, z, alpha, gamma: m.op("Selu", z, alpha=alpha, gamma=gamma),
    "celu": lambda m, z, alpha: m.op("Celu", z, alpha=alpha),
    "gelu": lambda m, z: m.op("Gelu", z),
    "gelu_tanh": lambda m, z: m.op("Gelu", z, approximate="tanh"),
    "silu": lambda m, z: m.op("Mul", z, m.op("Sigmoid", z)),
    "mish": lambda m, z: m.op("Mish", z),
    "softplus": lambda m, z: m.op("Softplus", z),
    "softsign": lambda m, z: m.op("Softsign", z),
    "sigmoid": lambda m, z: m.op("Sigmoid", z),
    "tanh": lambda m, z: m.op("Tanh", z),
    "hard_sigmoid": lambda m, z, alpha, beta: m.op("HardSigmoid", z, alpha=alpha, beta=beta),
    "hard_swish": lambda m, z: m.op("HardSwish", z),
    "hard_tanh": lambda m, z, min, max: m.op("Clip", z, m.tensor(min), m.tensor(max)),
    "relu6": lambda m, z: m.op("Clip", z, m.tensor(0.0), m.tensor(6.0)),
    "thresholded_relu": lambda m, z, alpha: m.op("ThresholdedRelu", z, alpha=alpha),
    "step": _step,
    "bent_identity": _bent_identity,
    "sign": lambda m, z: m.op("Sign", z),
    "inverse": lambda m, z: m.op("Reciprocal", z),
}
"""Activations that ONNX has as they are; all others are written operation by operation."""

_FOR_DOUBLES = {
    *("relu", "relu6", "sigmoid", "tanh", "hard_tanh", "silu"),
    *("step", "bent_identity", "sign", "inverse"),
}
"""Those of them that onnxruntime computes in float64, too."""

_OPERATIONS = {
    **{"add": "Add", "subtract": "Sub", "multiply": "Mul", "divide": "Div", "negative": "Neg"},
    **{"maximum": "Max", "minimum": "Min", "absolute": "Abs", "exp": "Exp", "log": "Log"},
    **{"tanh": "Tanh", "sin": "Sin", "cos": "Cos", "sqrt": "Sqrt", "floor": "Floor"},
    **{"rint": "Round", "where": "Where", "less": "Less", "greater": "Greater", "equal": "Equal"},
    **{
        "clip": "Clip",
        "sign": "Sign",
        "less_equal": "LessOrEqual",
        "greater_equal": "GreaterOrEqual",
        "isnan": "IsNaN",
    },
}
"""Operators by the name of numpy's function."""


_NATIVE = frozenset(_OPERATIONS)


def _ungated(expression: Expression) -> Expression:
    """A product without its exception, "0 where a factor is 0": ONNX's own functions have none."""
    if expression.operation == "where":
        condition, zero, product = expression.operands
        if condition.operation == "equal" and product.operation == "multiply":
            is_zero = zero.operation == CONSTANT and zero.value == 0.0
            if is_zero and condition.operands[0] is product.operands[1]:
                return product
    return expression


class Writer:
    """A network as a model of ONNX.

    Attributes:
        places: of each computed node its tensor, (rows, width), and its column there.
        widths: of each tensor.
    """

    def __init__(self, graph: Graph, dtype: str) -> None:
        self.graph = graph
        self.model = Model(dtype)
        self.program = Program(graph)
        self.places: dict[int, tuple[str, int]] = {}
        self.widths: dict[str, int] = {}
        self._gathered: dict[tuple[int, ...], str] = {}
        self._take(
            "inputs" if graph.normalise is None else self._normalised(), graph.inputs.tolist()
        )

    def _normalised(self) -> str:
        """The inputs cut, moved and divided."""
        graph, model = self.graph, self.model
        assert graph.normalise is not None
        given = [
            graph.normalise.given(node) if graph.has_z(node) else {}
            for node in graph.inputs.tolist()
        ]
        a = self._cut("inputs", given)
        for key, operator in (("mean", "Sub"), ("scale", "Div")):
            if any(key in constants for constants in given):
                row = [constants.get(key, NEUTRAL[key]) for constants in given]
                a = model.op(operator, a, model.tensor([row]), called="normalised")
        return a

    def _cut(self, a: str, given: list[dict[str, float]]) -> str:
        """The inputs cut at min and max.

        Limits are single numbers, which every tool knows, so inputs with limits of their own are
        cut column by column.
        """
        limits = [{key: c[key] for key in c if key in ("min", "max")} for c in given]
        if all(own == limits[0] for own in limits):
            return self._cut_at(a, limits[0])
        parts = []
        for place, own in enumerate(limits):
            column = self.model.tensor([place], whole=True)
            parts.append(self._cut_at(self.model.op("Gather", a, column, axis=1), own))
        return self.model.op("Concat", *parts, axis=1)

    def _cut_at(self, a: str, limits: dict[str, float]) -> str:
        for key, operator in (("min", "Max"), ("max", "Min")):
            if key in limits:
                a = self.model.op(operator, a, self.model.tensor(limits[key]))
        return a

    def _rescaled(self, a: str, nodes: Sequence[int]) -> str:
        """The values of nodes times scale plus mean, where some are rescaled."""
        functions = [self.graph.activation(node) for node in nodes]
        if not any(function.rescaled for function in functions):
            return a
        scales = [float(f.scale) if f.rescaled else 1.0 for f in functions]
        means = [float(f.mean) if f.rescaled else 0.0 for f in functions]
        scaled = self.model.op("Mul", a, self.model.tensor([scales]))
        return self.model.op("Add", scaled, self.model.tensor([means]), called="rescaled")

    def _take(self, tensor: str, nodes: Sequence[int]) -> None:
        """Note that a tensor has the values of these nodes as its columns."""
        self.widths[tensor] = len(nodes)
        self.places |= {node: (tensor, column) for column, node in enumerate(nodes)}

    def content(self) -> bytes:
        """The bytes of the file."""
        for step in blocks_of(self.program):
            if isinstance(step, Layer):
                self._layer(step)
            elif isinstance(step, Softmax):
                self._softmax(step.members)
            else:
                self._neurons(step)
        outputs = self.graph.outputs.tolist()
        whole = self._columns(outputs)
        if whole == "inputs":
            whole = self.model.op("Identity", whole)
        self.model.rename(whole, "outputs")
        spec = self.graph.spec
        name = spec.name or "network"
        about = "\n".join(filter(None, (spec.title, spec.description, spec.source)))
        return self.model.content(
            name, about, len(self.graph.inputs), len(self.graph.outputs), metadata_of(self.graph)
        )

    # --- columns of tensors -----------------------------------------------------------------

    def _columns(self, nodes: Sequence[int]) -> str:
        """A tensor with the values of some nodes, (rows, nodes), in their order."""
        key = tuple(nodes)
        if key not in self._gathered:
            parts: list[tuple[str, list[int]]] = []
            for node in nodes:
                tensor, column = self.places[node]
                if not parts or parts[-1][0] != tensor:
                    parts.append((tensor, []))
                parts[-1][1].append(column)
            found = [self._part(tensor, columns) for tensor, columns in parts]
            self._gathered[key] = (
                found[0] if len(found) == 1 else self.model.op("Concat", *found, axis=1)
            )
        return self._gathered[key]

    def _part(self, tensor: str, columns: list[int]) -> str:
        if columns == list(range(self.widths[tensor])):
            return tensor
        return self.model.op("Gather", tensor, self.model.tensor(columns, whole=True), axis=1)

    def _fixed(self, value: float) -> str:
        """A column of one number, (rows, 1)."""
        model = self.model
        rows = model.op("Shape", "inputs", start=0, end=1)
        shape = model.op("Concat", rows, model.tensor([1], whole=True), axis=0)
        return model.op("Expand", model.tensor([[value]]), shape)

    # --- steps ------------------------------------------------------------------------------

    def _layer(self, layer: Layer) -> None:
        """weights · sources + bias as Gemm, further terms as a product with a second matrix."""
        graph, model = self.graph, self.model
        sources = [node for run in layer.sources for node in run]
        operands = [self._columns(sources), self._parameters(layer.weights.name)]
        if layer.bias is not None:
            operands.append(self._parameters(layer.bias.name))
        z = model.op("Gemm", *operands, called=layer.id, transB=1)
        for node, edges in layer.further.items():
            column, width = node - layer.nodes.start, len(layer.nodes)
            own, factors, constants = terms_of(graph, edges)
            if own:
                matrix = np.zeros((len(own), width))
                matrix[:, column] = factors
                z = model.op("Add", z, model.op("MatMul", self._columns(own), model.tensor(matrix)))
            if constants:
                z = model.op("Add", z, model.tensor(np.eye(width)[column] * sum(constants)))
        a = self._activated(z, graph.activation(layer.nodes.start).bare)
        self._take(self._rescaled(a, layer.nodes), layer.nodes)

    def _parameters(self, name: str) -> str:
        return self.model.tensor(self.graph.parameters[name], name)

    def _neurons(self, block: list[Neuron]) -> None:
        graph, model = self.graph, self.model
        nodes = [step.node for step in block]
        function = graph.activation(nodes[0]).bare
        name = graph.ids[nodes[0]]
        aggregation = AGGREGATIONS[graph.aggregations[nodes[0]]]
        terms = [terms_of(graph, step.edges) for step in block]
        if aggregation.adds:
            z = self._sums(name, terms)
            if aggregation.divides:
                z = model.op("Div", z, model.tensor(float(len(block[0].edges))))
        else:
            z = self._joined(_OPERATIONS[aggregation.join.__name__], terms[0])
        self._take(self._rescaled(self._activated(z, function), nodes), nodes)

    def _sums(self, name: str, terms: list[Terms]) -> str:
        """weights · sources + constants, (rows, nodes), of nodes with the same sources."""
        model, sources = self.model, terms[0][0]
        constants = np.array([sum(constants) for _, _, constants in terms])
        if not sources:
            columns = [self._fixed(value) for value in constants]
            return columns[0] if len(columns) == 1 else model.op("Concat", *columns, axis=1)
        factors = np.array([factors for _, factors, _ in terms])
        if factors.shape == (1, 1) and factors[0, 0] == 1 and not terms[0][2]:
            return self._columns(sources)  # a wire alone
        operands = [self._columns(sources), model.tensor(factors, f"weights_{name}")]
        if any(constants for _, _, constants in terms):
            operands.append(model.tensor(constants, f"bias_{name}"))
        return model.op("Gemm", *operands, called=name, transB=1)

    def _joined(self, operator: str, terms: Terms) -> str:
        """The product, largest or smallest of the terms of one node, (rows, 1)."""
        model = self.model
        sources, factors, constants = terms
        parts = []
        for source, factor in zip(sources, factors, strict=True):
            column = self._columns([source])
            parts.append(column if factor == 1 else model.op("Mul", column, model.tensor(factor)))
        parts += [model.tensor(value) for value in constants]
        if not sources:
            parts[0] = self._fixed(constants[0])
        joined = parts[0]
        for part in parts[1:]:
            joined = model.op(operator, joined, part)
        return joined

    def _softmax(self, members: list[int]) -> None:
        self._take(self.model.op("Softmax", self._columns(members), axis=1), members)
        self._gathered = {
            key: name for key, name in self._gathered.items() if key != tuple(members)
        }

    # --- activations ------------------------------------------------------------------------

    def _activated(self, z: str, function: NodeFunction) -> str:
        if function.row is None or function.is_identity:
            return z
        name = function.name
        if function.gain != 1.0:
            z = self.model.op("Mul", z, self.model.tensor(function.gain))
        if name in _OPERATORS and (self.model.dtype == np.float32 or name in _FOR_DOUBLES):
            return _OPERATORS[name](self.model, z, **function.settings)
        recorded = function.row.recorded(named(z, self.model.dtype), **function.parameters)
        return self._spelled(_ungated(simplified(recorded, _NATIVE)), {})

    def _spelled(self, expression: Expression, known: dict[Expression, str]) -> str:
        if expression in known:
            return known[expression]
        model = self.model
        if expression.operation == NAME:
            found = str(expression.value)
        elif expression.operation == CONSTANT:
            found = model.tensor(float(expression.value))
        else:
            operands = [self._spelled(operand, known) for operand in expression.operands]
            found = self._operation(expression.operation, operands)
        known[expression] = found
        return found

    def _operation(self, name: str, operands: list[str]) -> str:
        """One operation; ONNX has no exp(z) − 1 and no ln(1 + z) of their own."""
        model, one = self.model, self.model.tensor(1.0)
        if name == "expm1":  # exp(z) − 1 = tanh(z/2)·(exp(z) + 1), without cancellation
            half = model.op("Tanh", model.op("Mul", operands[0], model.tensor(0.5)))
            return model.op("Mul", half, model.op("Add", model.op("Exp", operands[0]), one))
        if name == "log1p":
            return model.op("Log", model.op("Add", operands[0], one))
        return model.op(_OPERATIONS[name], *operands)


def write(graph: Graph, dtype: str) -> bytes:
    """The file with a network, a model of ONNX."""
    return Writer(graph, dtype).content()
