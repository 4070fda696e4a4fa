"""Forward pass and loss as textbooks write them, in autograd's numpy: an oracle of gradients."""

from __future__ import annotations

from functools import reduce

import autograd.numpy as anp
import numpy as np
from autograd import grad
from autograd.scipy.special import erf

from deepgraph.functions.scaling import NEUTRAL
from deepgraph.graph.kinds import BIAS, INPUT


def sigmoid(z):
    return 0.5 * (1 + anp.tanh(z / 2))


def elu(z, alpha):
    return anp.where(z > 0, z, alpha * (anp.exp(anp.minimum(z, 0.0)) - 1))


FORWARD = {
    "identity": lambda z: z,
    "relu": lambda z: anp.where(z > 0, z, 0.0),
    "relu6": lambda z: anp.clip(z, 0.0, 6.0),
    "thresholded_relu": lambda z, alpha=1.0: anp.where(z > alpha, z, 0.0),
    "leaky_relu": lambda z, alpha=0.01: anp.where(z > 0, z, alpha * z),
    "elu": lambda z, alpha=1.0: elu(z, alpha),
    "selu": lambda z, alpha=1.6732632423543772, gamma=1.0507009873554805: gamma * elu(z, alpha),
    "celu": lambda z, alpha=1.0: anp.where(
        z > 0, z, alpha * (anp.exp(anp.minimum(z, 0.0) / alpha) - 1)
    ),
    "gelu": lambda z: z / 2 * (1 + erf(z / anp.sqrt(2))),
    "gelu_tanh": lambda z: (
        z / 2 * (1 + anp.tanh(anp.sqrt(2 / anp.pi) * (z + 0.044715 * z * z * z)))
    ),
    "silu": lambda z: z * sigmoid(z),
    "mish": lambda z: z * anp.tanh(anp.log(1 + anp.exp(z))),
    "softplus": lambda z: anp.log(1 + anp.exp(z)),
    "softsign": lambda z: z / (1 + anp.abs(z)),
    "sigmoid": sigmoid,
    "tanh": anp.tanh,
    "hard_sigmoid": lambda z, alpha=1 / 6, beta=0.5: anp.clip(alpha * z + beta, 0.0, 1.0),
    "hard_swish": lambda z: z * anp.clip(z + 3, 0.0, 6.0) / 6,
    "hard_tanh": lambda z, min=-1.0, max=1.0: anp.clip(z, min, max),
    "step": lambda z, at_zero=1.0: anp.where(z > 0, 1.0, 0.0) + 0.0 * z,
    "bent_identity": lambda z: (anp.sqrt(z * z + 1) - 1) / 2 + z,
    "sign": anp.sign,
    "floor": anp.floor,
    "round": anp.rint,
    "abs": anp.abs,
    "square": lambda z: z * z,
    "cube": lambda z: z * z * z,
    "sqrt": anp.sqrt,
    "exp": anp.exp,
    "log": anp.log,
    "inverse": lambda z: 1 / z,
    "sin": anp.sin,
    "cos": anp.cos,
    "gaussian": lambda z: anp.exp(-z * z),
}
BY_NODE = {
    "squared_error": lambda y, t: (y - t) ** 2,
    "half_squared_error": lambda y, t: 0.5 * (y - t) ** 2,
    "mean_squared_error": lambda y, t: (y - t) ** 2,
    "absolute_error": lambda y, t: anp.abs(y - t),
    "mean_absolute_error": lambda y, t: anp.abs(y - t),
    "huber": lambda y, t: anp.where(anp.abs(y - t) <= 1, 0.5 * (y - t) ** 2, anp.abs(y - t) - 0.5),
    "hinge": lambda y, t: anp.where(t * y < 1, 1 - t * y, 0.0),
}
AGGREGATE = {
    "sum": sum,
    "mean": lambda terms: sum(terms) / len(terms),
    "product": lambda terms: reduce(anp.multiply, terms),  # anp.prod divides in its derivative
    "max": lambda terms: reduce(anp.maximum, terms),
    "min": lambda terms: reduce(anp.minimum, terms),
}


def normalised(net, node, z):
    """What flows on from an input."""
    if net.normalise is None or node not in net.normalise.place:
        return z
    constants = NEUTRAL | net.normalise.given(node)
    return (anp.clip(z, constants["min"], constants["max"]) - constants["mean"]) / constants[
        "scale"
    ]


class Oracle:
    """The loss as a function of one flat vector: parameters, inputs, and a nudge for every a, z."""

    def __init__(self, net, X, targets, loss, reduction):
        self.net, self.targets, self.loss, self.reduction = net, targets, loss, reduction
        self.output = net.outputs[0]
        nodes, rows = len(net.ids), len(X)
        parts = [net.parameters.values, X.T, np.zeros((nodes, rows)), np.zeros((nodes, rows))]
        self.shapes = [np.shape(part) for part in parts]
        self.point = np.concatenate([np.ravel(part) for part in parts])

    def split(self, flat):
        ends = np.cumsum([int(np.prod(shape)) for shape in self.shapes])[:-1]
        parts = anp.split(flat, ends)
        return [part.reshape(shape) for part, shape in zip(parts, self.shapes, strict=True)]

    def nodes(self, flat):
        """z and a of every node."""
        net = self.net
        p, X, da, dz = self.split(flat)
        z, a = [None] * len(net.ids), [None] * len(net.ids)
        inputs = iter(X)
        for node in net.inputs.tolist():
            z[node] = next(inputs) + dz[node]
            a[node] = normalised(net, node, z[node]) + da[node]
        for step in net.steps.tolist():
            if step >= len(net.ids):
                members = net.softmax_groups[step - len(net.ids)].tolist()
                e = [anp.exp(z[node] - 20.0) for node in members]
                for node, part in zip(members, e, strict=True):
                    a[node] = part / sum(e) + da[node]
            elif net.kind[step] == BIAS:
                number = net.node_parameter[step]
                value = net.node_constant[step] if number < 0 else p[number]
                z[step] = value + dz[step]
                a[step] = z[step] + da[step]
            elif net.kind[step] != INPUT:
                terms = [
                    (1.0 if net.edge_parameter[edge] < 0 else p[net.edge_parameter[edge]])
                    * a[net.source[edge]]
                    for edge in np.flatnonzero(net.target == step)
                ]
                z[step] = AGGREGATE[net.aggregations[step]](terms) + dz[step]
                function = net.activation(step)
                if function.name != "softmax":
                    inside = function.gain * z[step]
                    a[step] = FORWARD[function.name](inside, **function.parameters)
                    if function.rescaled:
                        a[step] = a[step] * function.scale + function.mean
                    a[step] = a[step] + da[step]
        return z, a

    def __call__(self, flat):
        a = self.nodes(flat)[1]
        terms = 0.0
        if self.loss == "output":
            terms = a[self.output]
        for name, t in self.targets.items():
            y = a[self.net.index[name]]
            function = self.net.activation(self.net.index[name]).name
            if self.loss in BY_NODE:
                share = 1 / len(self.targets) if self.loss.startswith("mean") else 1.0
                terms = terms + share * BY_NODE[self.loss](y, t)
            elif function == "softmax":
                terms = terms - t * anp.log(y)
            else:
                terms = terms - t * anp.log(y) - (1 - t) * anp.log(1 - y)
        total = anp.sum(terms)
        return total / self.shapes[1][1] if self.reduction == "mean" else total

    def gradient(self):
        """By parameters, inputs, a and z."""
        with np.errstate(all="ignore"):  # autograd's derivative of tanh overflows on its way to 0
            p, X, da, dz = self.split(grad(self)(self.point))
        return {"parameters": p, "inputs": X.T, "nodes_a": da, "nodes_z": dz}
