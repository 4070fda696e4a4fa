"""The networks of the benchmarks: dense layers, and an irregular graph."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path

import numpy as np

import deepgraph

SPECS = Path(__file__).parents[2] / "specs"


def layered(sizes, last="identity", seed=0):
    """Dense layers with ReLU between them; the network, and its matrices and vectors as float32."""
    rng = np.random.default_rng(seed)
    layers, parameters, arrays = [{"id": "x", "size": sizes[0]}], {}, []
    for i, (columns, rows) in enumerate(pairwise(sizes), 1):
        matrix = (rng.standard_normal((rows, columns)) / columns**0.5).astype(np.float32)
        vector = rng.standard_normal(rows).astype(np.float32) / 4
        name = f"h{i}_" if i < len(sizes) - 1 else "y"
        layers.append(
            {
                "id": name,
                "size": rows,
                "activation": "relu" if i < len(sizes) - 1 else last,
                "weights": f"W{i}",
                "bias": f"b{i}",
            }
        )
        parameters |= {f"W{i}": matrix.tolist(), f"b{i}": vector.tolist()}
        arrays.append((matrix, vector))
    spec = {"deepgraph": 1, "layers": layers, "parameters": parameters}
    return deepgraph.loads(json.dumps(spec)), arrays


def irregular(nodes=10_000, per_rank=64, edges=160_000, seed=1):
    """Ranks of nodes, each with an edge from the rank before and others from anywhere before."""
    rng = random.Random(seed)
    pairs = {}
    for node in range(per_rank, nodes):
        rank = node // per_rank
        pairs[rng.randrange((rank - 1) * per_rank, rank * per_rank), node] = rng.gauss(0, 0.25)
    while len(pairs) < edges:
        node = rng.randrange(per_rank, nodes)
        pairs.setdefault((rng.randrange(node // per_rank * per_rank), node), rng.gauss(0, 0.25))
    inner = {source for source, _ in pairs}
    records = []
    for node in range(nodes):
        kind = "input" if node < per_rank else "hidden" if node in inner else "output"
        activation = {} if node < per_rank else {"activation": "relu"}
        records.append({"id": f"n{node}", "kind": kind, **activation})
    shuffled = list(pairs.items())
    rng.shuffle(shuffled)
    spec = {
        "deepgraph": 1,
        "nodes": records,
        "edges": [
            {"source": f"n{source}", "target": f"n{target}", "weight": weight}
            for (source, target), weight in shuffled
        ],
    }
    return deepgraph.loads(json.dumps(spec))
