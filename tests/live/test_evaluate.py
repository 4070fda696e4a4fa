"""The forward pass in JavaScript against `Network.trace`: the same bits for plain arithmetic."""

from __future__ import annotations

import random

import numpy as np

import deepgraph
from deepgraph.functions.aggregations import AGGREGATIONS
from tests.support.live import PLAIN, run_networks
from tests.support.strategies import (
    GALLERY,
    bits,
    irregular,
    network,
    renamed,
)

EVALUATE = """
const main = (cases) => cases.map(({ inputs, rows }, number) => {
  const trace = newTrace(programs[number], rows);
  evaluate(programs[number], programs[number].values, inputs, trace);
  return [trace.z, trace.a];
});
"""
ODD = [np.inf, -np.inf, np.nan, 1e308, 5e-324]


def traces(networks, tables):
    """(nodes, rows) z and a of each network, as the scripts compute them."""
    given = [{"inputs": X.T.ravel(), "rows": len(X)} for X in tables]
    found = run_networks(EVALUATE, networks, given)
    return [
        [np.array(part, float).reshape(-1, len(X)) for part in pair]
        for pair, X in zip(found, tables, strict=True)
    ]


def table(net, seed, rows=40):
    """(rows, inputs) numbers, zeros of both signs, small integers and one odd row among them."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((rows, len(net.inputs))) * 3
    X[0], X[1] = 0.0, -0.0
    X[2] = rng.integers(-2, 3, X.shape[1])
    X[3] = rng.choice(ODD, X.shape[1])
    return X


def plain_networks(count, seed=0):
    rng = random.Random(seed)
    sizes = ((rng.randint(1, 3), rng.randint(0, 3), rng.randint(1, 12)) for _ in range(count))
    return [
        network(renamed(rng, irregular(rng, *size, PLAIN, list(AGGREGATIONS), scaled=True)))
        for size in sizes
    ]


def test_plain_arithmetic_gives_the_bits_of_python():
    """Over 100,000 node values: every function without exp, every aggregation, scaled nodes."""
    networks = plain_networks(200) + [net for net in map(deepgraph.load, GALLERY) if is_plain(net)]
    tables = [table(net, seed) for seed, net in enumerate(networks)]
    compared = 0
    for net, X, found in zip(networks, tables, traces(networks, tables), strict=True):
        expected = net.trace(X)
        for part, right in zip(found, (expected.z, expected.a), strict=True):
            assert (bits(part) == bits(right)).all(), net.spec
            compared += part.size
    assert compared >= 100_000


def is_plain(net):
    return all(function.name in PLAIN for function in net.functions)
