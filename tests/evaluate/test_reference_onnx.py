"""The reference evaluator against onnxruntime, node by node.

The ONNX model of a network takes every value that the reference found: the a of all nodes, and the
z of all neurons. It computes each neuron's z from the a of its sources, and each neuron's a from
its z. So one node's rounding is compared with a bound of its own; through the depth of a network a
step function would make any bound void.

float64 has kernels for the plain operators only, so there the functions are written as formulas;
float32 takes ONNX's own operator of each function.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper

from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.functions.softmax import SOFTMAX
from deepgraph.graph.kinds import BIAS, INPUT
from tests.support.strategies import examples, inputs, network, specs

OPSET, IR = 20, 10
LARGEST_Z = 50.0
"""Beyond it the formulas below, which are the textbook's, overflow where ours do not."""


class Model:
    """An ONNX graph under construction; `y = model.op("Add", a, b)` appends a node."""

    def __init__(self, dtype):
        self.dtype = np.dtype(dtype)
        self.kind = TensorProto.DOUBLE if self.dtype == np.float64 else TensorProto.FLOAT
        self.nodes, self.constants, self.given, self.results = [], {}, {}, []

    def op(self, name, *operands, **attributes):
        result = f"v{len(self.nodes)}"
        operands = [self.operand(operand) for operand in operands]
        self.nodes.append(helper.make_node(name, operands, [result], **attributes))
        return result

    def operand(self, operand):
        if isinstance(operand, str):
            return operand
        value = self.dtype.type(operand)
        name = f"c{value.tobytes().hex()}"
        self.constants[name] = helper.make_tensor(name, self.kind, [], [value])
        return name

    def input(self, values):
        name = f"x{len(self.given)}"
        self.given[name] = np.ascontiguousarray(values)
        return name

    def output(self, name):
        self.results.append(name)

    def run(self):
        def declared(names):
            return [helper.make_tensor_value_info(name, self.kind, None) for name in names]

        graph = helper.make_graph(
            self.nodes, "g", declared(self.given), declared(self.results), self.constants.values()
        )
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR
        )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        return session.run(self.results, self.given)


def _select(m, z, above, below):
    return m.op("Where", m.op("Greater", z, 0), above, below)


def _expm1(m, z):
    return m.op("Sub", m.op("Exp", z), 1)


def _log1p_exp(m, z):
    return m.op("Log", m.op("Add", m.op("Exp", z), 1))


def _clip(m, z, lowest, highest):
    return m.op("Max", m.op("Min", z, highest), lowest)


def _gelu_tanh(m, z):
    cube = m.op("Mul", m.op("Mul", z, z), z)
    u = m.op("Mul", m.op("Add", z, m.op("Mul", cube, 0.044715)), np.sqrt(2 / np.pi))
    return m.op("Mul", m.op("Mul", z, 0.5), m.op("Add", m.op("Tanh", u), 1))


def _elu(m, z, alpha):
    return _select(m, z, z, m.op("Mul", _expm1(m, z), alpha))


FORMULAS = {
    "identity": lambda m, z: m.op("Identity", z),
    "relu": lambda m, z: m.op("Relu", z),
    "relu6": lambda m, z: _clip(m, z, 0, 6),
    "thresholded_relu": lambda m, z, alpha: m.op("Where", m.op("Greater", z, alpha), z, 0),
    "leaky_relu": lambda m, z, alpha: _select(m, z, z, m.op("Mul", z, alpha)),
    "elu": _elu,
    "selu": lambda m, z, alpha, gamma: m.op("Mul", _elu(m, z, alpha), gamma),
    "celu": lambda m, z, alpha: _select(
        m, z, z, m.op("Mul", _expm1(m, m.op("Div", z, alpha)), alpha)
    ),
    "gelu": None,  # there is no erf for float64
    "gelu_tanh": _gelu_tanh,
    "silu": lambda m, z: m.op("Mul", z, m.op("Sigmoid", z)),
    "mish": lambda m, z: m.op("Mul", z, m.op("Tanh", _log1p_exp(m, z))),
    "softplus": _log1p_exp,
    "softsign": lambda m, z: m.op("Div", z, m.op("Add", m.op("Abs", z), 1)),
    "sigmoid": lambda m, z: m.op("Sigmoid", z),
    "tanh": lambda m, z: m.op("Tanh", z),
    "hard_sigmoid": lambda m, z, alpha, beta: _clip(
        m, m.op("Add", m.op("Mul", z, alpha), beta), 0, 1
    ),
    "hard_swish": lambda m, z: m.op("Div", m.op("Mul", z, _clip(m, m.op("Add", z, 3), 0, 6)), 6),
    "hard_tanh": lambda m, z, min, max: m.op("Clip", z, min, max),
    "bent_identity": lambda m, z: m.op(
        "Add", m.op("Div", m.op("Sub", m.op("Sqrt", m.op("Add", m.op("Mul", z, z), 1)), 1), 2), z
    ),
    "step": lambda m, z, at_zero: m.op("Where", m.op("Equal", z, 0), at_zero, _select(m, z, 1, 0)),
    "sign": lambda m, z: m.op("Sign", z),
    "floor": lambda m, z: m.op("Floor", z),
    "round": lambda m, z: m.op("Round", z),
    "abs": lambda m, z: m.op("Abs", z),
    "square": lambda m, z: m.op("Pow", z, 2),
    "cube": lambda m, z: m.op("Pow", z, 3),
    "sqrt": lambda m, z: m.op("Sqrt", z),
    "exp": lambda m, z: m.op("Exp", z),
    "log": lambda m, z: m.op("Log", z),
    "inverse": lambda m, z: m.op("Reciprocal", z),
    "sin": lambda m, z: m.op("Sin", z),
    "cos": lambda m, z: m.op("Cos", z),
    "gaussian": lambda m, z: m.op("Exp", m.op("Neg", m.op("Mul", z, z))),
}
"""Each function by plain operators, which float64 has too."""

OWN_OPERATORS = {
    "thresholded_relu": lambda m, z, alpha: m.op("ThresholdedRelu", z, alpha=alpha),
    "leaky_relu": lambda m, z, alpha: m.op("LeakyRelu", z, alpha=alpha),
    "elu": lambda m, z, alpha: m.op("Elu", z, alpha=alpha),
    "selu": lambda m, z, alpha, gamma: m.op("Selu", z, alpha=alpha, gamma=gamma),
    "celu": lambda m, z, alpha: m.op("Celu", z, alpha=alpha),
    "gelu": lambda m, z: m.op("Gelu", z),
    "gelu_tanh": lambda m, z: m.op("Gelu", z, approximate="tanh"),
    "mish": lambda m, z: m.op("Mish", z),
    "softplus": lambda m, z: m.op("Softplus", z),
    "softsign": lambda m, z: m.op("Softsign", z),
    "hard_sigmoid": lambda m, z, alpha, beta: m.op("HardSigmoid", z, alpha=alpha, beta=beta),
    "hard_swish": lambda m, z: m.op("HardSwish", z),
}
"""ONNX's operator where it is the whole function; onnxruntime has these for float32 only."""


def neurons(net):
    return [node for node in range(len(net.ids)) if net.kind[node] not in (INPUT, BIAS)]


def add_aggregation(model, net, node, a, weights):
    edges = net.incoming.of(node).tolist()
    terms = [model.op("Mul", a[net.source[edge]], weights[edge]) for edge in edges]
    aggregation = net.aggregations[node]
    if aggregation == "product":
        joined = terms[0]
        for term in terms[1:]:
            joined = model.op("Mul", joined, term)
        return joined
    joined = model.op({"max": "Max", "min": "Min"}.get(aggregation, "Sum"), *terms)
    return model.op("Div", joined, len(edges)) if aggregation == "mean" else joined


def add_function(model, net, node, z):
    function = net.activation(node)
    parameters = function.row.defaults | function.parameters
    formula = FORMULAS[function.name]
    if model.dtype == np.float32:
        formula = OWN_OPERATORS.get(function.name, formula)
    if function.gain != 1:
        z = model.op("Mul", z, function.gain)
    if formula is None:
        return None
    a = formula(model, z, **parameters)
    if function.rescaled:
        a = model.op("Add", model.op("Mul", a, function.scale), function.mean)
    return a


def onnx_values(net, trace):
    """z and a of every neuron by onnxruntime, from the reference's a of its sources and its z.

    Returns:
        Two dictionaries by node number, of (rows,) each; a function without a kernel is left out.
    """
    model = Model(trace.z.dtype)
    weights = net.weights.astype(trace.z.dtype)
    a = [model.input(values) for values in trace.a]
    z = {node: model.input(trace.z[node]) for node in neurons(net)}
    for node in neurons(net):
        model.output(add_aggregation(model, net, node, a, weights))
    computed = []
    for node in neurons(net):
        if net.activation(node).row is not None:
            result = add_function(model, net, node, z[node])
            if result is not None:
                model.output(result)
                computed.append(node)
    groups = [members.tolist() for members in net.softmax_groups]
    for members in groups:
        columns = [model.op("Unsqueeze", z[node], _axis(model)) for node in members]
        model.output(model.op("Softmax", model.op("Concat", *columns, axis=0), axis=0))
    results = model.run()
    count = len(neurons(net))
    found = dict(zip(computed, results[count:], strict=False))
    for members, values in zip(groups, results[count + len(computed) :], strict=True):
        found |= dict(zip(members, values, strict=True))
    return dict(zip(neurons(net), results, strict=False)), found


def _axis(model):
    model.constants["axis"] = helper.make_tensor("axis", TensorProto.INT64, [1], [0])
    return "axis"


def z_bound(net, node, a, weights, unit):
    """How far two evaluations of one z may lie apart: twice γₖ times the sum of the sizes."""
    edges = net.incoming.of(node)
    terms = np.abs(weights[edges, None] * a[net.source[edges]])
    k = len(edges)
    if net.aggregations[node] in ("max", "min"):
        return np.zeros(a.shape[1])
    if net.aggregations[node] == "product":
        gamma, size = 2 * k * unit, terms.prod(axis=0)
    else:
        gamma, size = (k + 1) * unit, terms.sum(axis=0)
        size = size / k if net.aggregations[node] == "mean" else size
    return 2 * gamma / (1 - gamma) * size + np.finfo(a.dtype).tiny


def assert_agrees(net, trace):
    """Every z and every a within its bound; returns how many values were compared."""
    unit = np.finfo(trace.z.dtype).eps / 2
    weights = net.weights.astype(trace.z.dtype)
    z, a = onnx_values(net, trace)
    compared = 0
    for node in neurons(net):
        bound = z_bound(net, node, trace.a, weights, unit)
        tame = np.isfinite(trace.a[net.source[net.incoming.of(node)]]).all(axis=0)
        tame &= bound < np.finfo(trace.z.dtype).max / 1e3  # else another order may overflow
        error = np.abs(z[node] - trace.z[node])
        wrong = tame & ~(error <= bound) & (z[node] != trace.z[node])
        assert not wrong.any(), (net.ids[node], error[wrong], bound[wrong])
        compared += int(tame.sum())
    for node, values in a.items():
        function = net.activation(node)
        members = [node]
        if function.row is None:
            members = next(g.tolist() for g in net.softmax_groups if node in g)
        tame = (np.abs(trace.z[members]) <= LARGEST_Z).all(axis=0)
        bound = function_bound(function, trace.z[node], trace.a[node], unit)
        error = np.abs(values - trace.a[node])
        wrong = tame & ~(error <= bound) & (values != trace.a[node])
        wrong &= ~(np.isnan(values) & np.isnan(trace.a[node]))
        assert not wrong.any(), (
            function.written,
            trace.z[node][wrong],
            trace.a[node][wrong],
            values[wrong],
        )
        compared += int(tame.sum())
    return compared


EXACT = (
    "identity",
    "relu",
    "relu6",
    "thresholded_relu",
    "floor",
    "round",
    "abs",
    "sign",
    "step",
    "hard_tanh",
    "leaky_relu",
)
RELATIVE = ("tanh", "exp", "log", "inverse", "square", "cube", SOFTMAX)
"""Functions that both sides compute without cancellation in float64."""


def function_bound(function, z, a, unit):
    if function.rescaled:
        bare = dataclasses.replace(function, rescaled=False)
        bound = function_bound(bare, z, bare(z), unit) * abs(function.scale)
        return bound + 4 * unit * (np.abs(a) + abs(function.mean))
    z = function.argument(z)  # one product, the same on both sides
    single = unit > 1e-10
    if function.name in EXACT:
        return np.zeros(len(z))
    if function.name in RELATIVE and not single:
        return 16 * unit * np.abs(a) * (1 + np.abs(z)) + 1e-300
    sizes = (
        [1.0, *map(abs, function.parameters.values()), *map(abs, function.row.defaults.values())]
        if function.row is not None
        else [1.0]
    )
    return 16 * unit * (np.abs(a) + max(sizes) ** 2 * (1 + np.abs(z)))


@pytest.mark.slow
@examples(400)
@given(st.data())
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_random_networks(dtype, data):
    net = network(data.draw(specs()))
    X = data.draw(inputs(net))
    trace = net.trace(X, dtype=dtype)
    with np.errstate(all="ignore"):
        assert assert_agrees(net, trace) > 0


def every_function(aggregation="sum"):
    nodes = [{"id": "x1", "kind": "input"}, {"id": "x2", "kind": "input"}]
    nodes += [
        {"id": name, "kind": "output", "activation": name, "aggregation": aggregation}
        for name in [*ACTIVATIONS, SOFTMAX]
    ]
    edges = [
        {"source": source["id"], "target": node["id"], "weight": weight}
        for node in nodes[2:]
        for source, weight in zip(nodes, (1, -0.5), strict=False)
    ]
    return network({"deepgraph": 1, "nodes": nodes, "edges": edges})


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("aggregation", ["sum", "product", "mean", "max", "min"])
def test_every_function_and_aggregation(dtype, aggregation):
    """No function of the table is left out, and the points include its kinks and its tails."""
    assert set(FORMULAS) == set(ACTIVATIONS)
    net = every_function(aggregation)
    x = np.concatenate([np.linspace(-40, 40, 321), [-0.0, 1e-300, -1e-300, 1e-8, 5e-324]])
    trace = net.trace(np.column_stack([x, x[::-1]]), dtype=dtype)
    with np.errstate(all="ignore"):
        compared = assert_agrees(net, trace)
    lacking = 0 if dtype == np.float32 else 1  # gelu
    assert compared > 0.6 * len(x) * (2 * len(neurons(net)) - lacking)


def test_the_comparison_can_fail():
    """One value off by a few units in the last place is found."""
    net = every_function()
    trace = net.trace([[0.3, 0.4], [1.3, -0.7]])
    for array in (trace.z, trace.a):
        for name in ("identity", "tanh", "exp", "relu"):
            kept = array[net.index[name], 1]
            array[net.index[name], 1] *= 1 + 2e-14
            with pytest.raises(AssertionError):
                assert_agrees(net, trace)
            array[net.index[name], 1] = kept
    assert assert_agrees(net, trace) > 0
