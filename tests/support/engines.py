"""Networks for tests of the engines."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np

from tests.support.strategies import network

ENGINES = ("numpy", "numba")
DTYPES = ("float64", "float32")


def wide(sizes, activation="relu", aggregation="sum", seed=0):
    """Dense layers as edge lists, beside one node with few edges."""
    rng = np.random.default_rng(seed)
    names = [[f"l{i}_{j}" for j in range(size)] for i, size in enumerate(sizes)]
    nodes = [{"id": name, "kind": "input"} for name in names[0]]
    edges = []
    for i in range(1, len(sizes)):
        kind = "output" if i == len(sizes) - 1 else "hidden"
        for name in names[i]:
            nodes.append({"id": f"b{name}", "kind": "bias", "value": float(rng.normal())})
            nodes.append(
                {"id": name, "kind": kind, "activation": activation, "aggregation": aggregation}
            )
            edges += [
                {"source": source, "target": name, "weight": float(rng.normal())}
                for source in names[i - 1]
            ]
            edges.append({"source": f"b{name}", "target": name})
    nodes.append({"id": "lone", "kind": "output", "activation": "tanh"})
    edges.append({"source": names[1][0], "target": "lone", "weight": 0.5})
    edges.append({"source": names[0][0], "target": "lone", "weight": -0.5})
    return network({"deepgraph": 1, "nodes": nodes, "edges": edges})


def as_edges(sizes, seed=0, extra=()):
    """A dense network written edge by edge, edges into one node in the same order, with biases."""
    rng = random.Random(seed)
    layers = [[f"l{i}_{j}" for j in range(size)] for i, size in enumerate(sizes)]
    nodes = [{"id": name, "kind": "input"} for name in layers[0]]
    edges = []
    for i, (sources, targets) in enumerate(pairwise(layers), 1):
        for name in targets:
            kind = "output" if i == len(sizes) - 1 else "hidden"
            nodes.append({"id": name, "kind": kind, "activation": "relu"})
            nodes.append({"id": f"b_{name}", "kind": "bias", "value": rng.uniform(-1, 1)})
            edges += [
                {"source": source, "target": name, "weight": rng.uniform(-1, 1)}
                for source in sources
            ]
            edges.append({"source": f"b_{name}", "target": name})
    return {"deepgraph": 1, "nodes": nodes, "edges": [*edges, *extra]}
