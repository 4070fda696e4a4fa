"""The reference against plain Python, which reads the spec on its own: bits, and exact values."""

from __future__ import annotations

import math
import struct
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp

from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.functions.aggregations import AGGREGATIONS
from tests.support.plain import LINEAR, Plain, activation
from tests.support.strategies import examples, irregular_specs, network, same

ROUNDED = {
    np.float64: float,
    np.float32: lambda number: struct.unpack("f", struct.pack("f", number))[0],
}
"""A double rounded to a type. The sum or product of two float32, computed in double precision and
rounded once more, is the one that float32 arithmetic gives (Figueroa, When is double rounding
innocuous?, 1995)."""

PLAIN = {
    "identity": lambda z: z,
    "relu": lambda z: max(z, 0.0),
    "abs": abs,
    "square": lambda z: z * z,
    "cube": lambda z: z * z * z,
    "softsign": lambda z: z / (1 + abs(z)),
    "sigmoid": lambda z: 1 / (1 + mp.exp(-z)),
    "tanh": mp.tanh,
    "exp": mp.exp,
    "sin": mp.sin,
    "cos": mp.cos,
    "gaussian": lambda z: mp.exp(-(mp.mpf(z) ** 2)),
    "softplus": lambda z: mp.log(1 + mp.exp(z)),
    "silu": lambda z: z / (1 + mp.exp(-z)),
    "gelu": lambda z: z / 2 * mp.erfc(-z / mp.sqrt(2)),
    "log": lambda z: mp.log(z) if z > 0 else math.nan if z < 0 else -math.inf,
    "inverse": lambda z: 1 / z if z else math.inf,
}
"""Doubles for plain arithmetic, else many digits: a double of the textbook's erfc of −21 is wrong
by 1e-13 of itself, as the rounding of its argument is."""
BITS = ("identity", "relu", "abs", "square", "cube", "inverse", "softsign")
"""Plain arithmetic, which gives one result on every machine."""


def joined(aggregation, terms, rounded):
    """An aggregation of doubles, step by step from the first term, each step rounded."""
    found = terms[0]
    for term in terms[1:]:
        if aggregation in ("sum", "mean"):
            found = rounded(found + term)
        elif aggregation == "product":
            found = rounded(found * term)
        elif aggregation == "max":
            found = term if term > found else found
        else:
            found = term if term < found else found
    return rounded(found / len(terms)) if aggregation == "mean" else found


@pytest.mark.parametrize("dtype", ROUNDED)
@examples(150)
@given(data=st.data())
def test_every_step_has_the_bits_of_plain_python(dtype, data):
    """z of each node from the a of its sources, and a from z, with what the file says of it."""
    rounded = ROUNDED[dtype]
    spec = data.draw(irregular_specs([*PLAIN], tuple(AGGREGATIONS)))
    plain, net = Plain(spec), network(spec)
    X = np.random.default_rng(data.draw(st.integers(0, 99))).uniform(-3, 3, (3, len(net.inputs)))
    trace = net.trace(X, dtype=dtype)
    values = {name: rounded(float(value)) for name, value in plain.values.items()}
    for row in range(len(X)):
        a = dict(zip(net.ids, trace.a[:, row].tolist(), strict=True))
        z = dict(zip(net.ids, trace.z[:, row].tolist(), strict=True))
        if not all(map(math.isfinite, [*a.values(), *z.values()])):
            continue
        for node, record in plain.nodes.items():
            if record["kind"] == "input":
                assert a[node] == rounded(float(X[row, net.input_names.index(node)]))
            elif record["kind"] == "bias":
                assert a[node] == rounded(float(plain.constant(node, plain.values)))
            else:
                terms = [rounded(term) for term in plain.terms(node, a, values)]
                wanted = joined(record.get("aggregation", "sum"), terms, rounded)
                assert z[node] == wanted, node
                check_activation(record, z[node], a[node], dtype)


def check_activation(record, z, a, dtype):
    written, gain, _ = activation(record.get("activation", "identity"))
    z *= float(gain)
    name = next(row.name for row in ACTIVATIONS.values() if written in (row.name, *row.aliases))
    if dtype == np.float32:
        if name in ("identity", "relu", "abs") and gain == 1:
            assert a == PLAIN[name](z)
        return
    if name in BITS:
        assert a == PLAIN[name](z), (name, z)
        return
    with mp.workdps(400):
        wanted = float(PLAIN[name](mp.mpf(z)))
    assert a == pytest.approx(wanted, rel=1e-13, abs=1e-300), (name, z)


@examples(100)
@given(data=st.data())
def test_piecewise_linear_networks_are_near_their_exact_values(data):
    """From the inputs to every node, in fractions; a jump within rounding of its place is left."""
    spec = data.draw(irregular_specs(list(LINEAR), ("sum", "mean", "max", "min")))
    plain, net = Plain(spec), network(spec)
    chance = np.random.default_rng(data.draw(st.integers(0, 99)))
    x = {name: round(float(value), 3) for name, value in
         zip(net.input_names, chance.uniform(-3, 3, len(net.inputs)), strict=True)}  # fmt: skip
    exact = plain.forward(
        {name: Fraction(repr(value)) for name, value in x.items()}, plain.values, Fraction(0)
    )
    trace = net.trace({name: [value] for name, value in x.items()})
    scale = max(1, *(abs(value) for value in exact.values()))
    jumping = {"step", "sign"}
    for node in net.ids:
        name, _, _ = activation(plain.nodes[node].get("activation", "identity"))
        if name in jumping and abs(plain.z(node, exact, plain.values)) < 1e-9 * scale:
            return  # what is behind it may be anything that the other side of the jump gives
        assert abs(Fraction(float(trace[node][0])) - exact[node]) <= 1e-12 * scale, node


@examples(100)
@given(
    st.lists(st.floats(-40, 40), min_size=2, max_size=5),
    st.integers(1, 3),
    st.randoms(use_true_random=False),
    st.sampled_from(["softmax", "sigmoid"]),
    st.sampled_from(["mean", "sum"]),
)
def test_cross_entropy_of_a_network_is_that_of_its_formula(weights, rows, chance, head, reduction):
    """−Σ t·ln a with 60 digits, from the weights and inputs alone."""
    names = [f"y{number}" for number in range(len(weights))]
    nodes = [{"id": "x", "kind": "input"}]
    nodes += [{"id": name, "kind": "output", "activation": head} for name in names]
    edges = [{"source": "x", "target": n, "weight": w} for n, w in zip(names, weights, strict=True)]
    net = network({"deepgraph": 1, "nodes": nodes, "edges": edges})
    x = [chance.uniform(-1, 1) for _ in range(rows)]
    targets = {name: [chance.choice([0.0, 1.0, chance.random()]) for _ in x] for name in names}
    found = net.loss({"x": x}, targets, "cross_entropy", reduction)
    with mp.workdps(60):
        total = mp.mpf(0)
        for row, value in enumerate(x):
            z = [mp.mpf(w) * mp.mpf(value) for w in weights]
            whole = sum(map(mp.exp, z))
            for name, one in zip(names, z, strict=True):
                t = mp.mpf(targets[name][row])
                if head == "softmax":
                    total -= t * mp.log(mp.exp(one) / whole)
                else:
                    a = 1 / (1 + mp.exp(-one))
                    total -= t * mp.log(a) + (1 - t) * mp.log(1 / (1 + mp.exp(one)))
        wanted = total / rows if reduction == "mean" else total
        assert abs(mp.mpf(found) - wanted) <= mp.mpf(1e-13) * max(1, abs(wanted))


def test_the_oracle_itself_differs_where_a_weight_does():
    spec = {
        "deepgraph": 1,
        "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
        "edges": [{"source": "x", "target": "y", "weight": "1/3"}],
    }
    assert Plain(spec).forward({"x": 3}, {"x→y": Fraction(1, 3)}, Fraction(0))["y"] == 1
    assert same(network(spec).trace([[3.0]]).a, np.array([[3.0], [1.0]]))
