"""A network evaluated in plain Python from the text of its spec, in any arithmetic.

Nothing of the package is used: nodes, edges, labels and values are read from the JSON itself. With
fractions the result is exact; with `Dual` numbers so are its derivatives by every parameter.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from operator import add, mul

ALIASES = {"linear": "identity", "leakyrelu": "leaky_relu", "hardsigmoid": "hard_sigmoid",
           "hardtanh": "hard_tanh", "heaviside": "step", "signum": "sign"}  # fmt: skip


LINEAR = ("identity", "relu", "leaky_relu", "abs", "sign", "step", "hard_tanh", "hard_sigmoid")
"""The piecewise-linear functions that are known here."""


def fraction(number):
    """The exact value of a number of a spec: a JSON number, or "p/q"."""
    return Fraction(number) if isinstance(number, str) else Fraction(repr(number))


class Dual:
    """A fraction and its derivatives by named parameters, forward mode."""

    def __init__(self, value, slopes=None):
        self.value, self.slopes = Fraction(value), slopes or {}

    def __add__(self, other):
        other = other if isinstance(other, Dual) else Dual(other)
        names = self.slopes.keys() | other.slopes.keys()
        return Dual(
            self.value + other.value,
            {name: self.slopes.get(name, 0) + other.slopes.get(name, 0) for name in names},
        )

    def __mul__(self, other):
        other = other if isinstance(other, Dual) else Dual(other)
        names = self.slopes.keys() | other.slopes.keys()
        return Dual(
            self.value * other.value,
            {
                name: self.slopes.get(name, 0) * other.value
                + self.value * other.slopes.get(name, 0)
                for name in names
            },
        )

    def __truediv__(self, number):
        return self * (Fraction(1) / number)

    def __sub__(self, other):
        return self + other * Fraction(-1)

    def __lt__(self, other):
        return self.value < (other.value if isinstance(other, Dual) else other)

    def __gt__(self, other):
        return self.value > (other.value if isinstance(other, Dual) else other)


def activation(written):
    """The name of an activation, its gain, and its other parameters as fractions."""
    given = {"name": written} if isinstance(written, str) else dict(written)
    name = given.pop("name")
    gain = fraction(given.pop("gain", 1))
    return ALIASES.get(name, name), gain, {key: fraction(value) for key, value in given.items()}


def piecewise(name, z, zero, *, alpha=None, beta=Fraction(1, 2), at_zero=1, **bounds):
    """A piecewise-linear function; `zero` is the 0 of the arithmetic.

    At a kink the slope is the documented one: 0, or that to the left for leaky ReLU.
    """
    if name == "identity":
        return z
    if name == "relu":
        return z if z > 0 else zero
    if name == "leaky_relu":
        return z if z > 0 else z * (Fraction(1, 100) if alpha is None else alpha)
    if name == "abs":
        return z if z > 0 else z * Fraction(-1) if z < 0 else zero
    if name in ("sign", "step"):
        below, there = (-1, 0) if name == "sign" else (0, at_zero)
        return zero + (1 if z > 0 else below if z < 0 else there)
    if name == "hard_tanh":
        low, high = bounds.get("min", Fraction(-1)), bounds.get("max", Fraction(1))
    else:
        assert name == "hard_sigmoid"
        z = z * (Fraction(1, 6) if alpha is None else alpha) + beta
        low, high = Fraction(0), Fraction(1)
    return z if z > low and z < high else zero + (high if z > low else low)


AGGREGATIONS = {
    "sum": lambda terms: reduce(add, terms),
    "mean": lambda terms: reduce(add, terms) / len(terms),
    "product": lambda terms: reduce(mul, terms),
    "max": lambda terms: reduce(lambda first, other: other if other > first else first, terms),
    "min": lambda terms: reduce(lambda first, other: other if other < first else first, terms),
}
"""Of equal terms, max and min take the first."""


class Plain:
    """The nodes and edges of a spec.

    Attributes:
        nodes: by id.
        into: by id, the edges into a node, in the file's order.
        order: ids, each behind all that feed it.
        values: by name, the parameters: labels, `x→h` for an edge without one, ids of biases.
    """

    def __init__(self, spec):
        self.nodes = {node["id"]: node for node in spec["nodes"]}
        self.into = {name: [] for name in self.nodes}
        self.values = {name: fraction(v) for name, v in spec.get("parameters", {}).items()}
        wired = {name for name, node in self.nodes.items() if node["kind"] == "bias"}
        wired -= {edge["source"] for edge in spec["edges"]}  # one without edges is a parameter, too
        for edge in spec["edges"]:
            self.into[edge["target"]].append(edge)
            if "weight" in edge:
                self.values[self.name(edge)] = fraction(edge["weight"])
            elif "label" not in edge:
                wired.add(edge["source"])
        for name, node in self.nodes.items():
            if node["kind"] == "bias" and name in wired and "value" in node:
                self.values[name] = fraction(node["value"])
        self.order = []
        while len(self.order) < len(self.nodes):
            self.order += [
                name
                for name in self.nodes
                if name not in self.order
                and all(edge["source"] in self.order for edge in self.into[name])
            ]

    @staticmethod
    def name(edge):
        """The parameter of an edge; `None` for a wire."""
        if "label" in edge:
            return edge["label"]
        return f"{edge['source']}→{edge['target']}" if "weight" in edge else None

    def terms(self, node, a, values):
        """The terms of z of a node from the values a of other nodes."""
        found = []
        for edge in self.into[node]:
            weight, source = self.name(edge), a[edge["source"]]
            found.append(source if weight is None else values[weight] * source)
        return found

    def z(self, node, a, values):
        """z of a neuron."""
        return AGGREGATIONS[self.nodes[node].get("aggregation", "sum")](self.terms(node, a, values))

    def constant(self, node, values):
        """The value of a bias: a parameter, or a number of the file, 1 if it has none."""
        return values[node] if node in values else fraction(self.nodes[node].get("value", 1))

    def forward(self, inputs, values, zero):
        """a of every node of a piecewise-linear network."""
        a = {}
        for node in self.order:
            kind = self.nodes[node]["kind"]
            if kind == "input":
                a[node] = zero + inputs[node]
            elif kind == "bias":
                a[node] = zero + 0 + self.constant(node, values)
            else:
                name, gain, given = activation(self.nodes[node].get("activation", "identity"))
                a[node] = piecewise(name, self.z(node, a, values) * gain, zero, **given)
        return a
