"""Small networks of chosen neurons, and the values on the pieces of a node."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from deepgraph.functions.activations import ACTIVATIONS
from tests.support.strategies import network

F = Fraction
LINEAR = tuple(name for name, row in ACTIVATIONS.items() if row.pieces is not None)


def small(*neurons, edges=(), inputs=("x",), **keys):
    """A network of neurons (id, activation, aggregation or sum), the last one its output."""
    nodes = [{"id": name, "kind": "input"} for name in inputs]
    for name, activation, *aggregation in neurons:
        node = {"id": name, "activation": activation}
        if aggregation:
            node["aggregation"] = aggregation[0]
        nodes.append(node)
    nodes[-1]["kind"] = "output"
    made = []
    for source, target, weight in edges:
        if source not in {node["id"] for node in nodes}:
            nodes.append({"id": source, "kind": "bias", "value": weight})
            made.append({"source": source, "target": target})
        else:
            made.append({"source": source, "target": target, "weight": weight})
    return network({"deepgraph": 1, "nodes": nodes, "edges": made, **keys})


def on_curve(curve, t):
    """Doubles on the pieces of a curve; samples at random hit no kink."""
    starts = np.array([float(piece.start) for piece in curve.pieces])
    slopes = np.array([float(piece.slope) for piece in curve.pieces])
    intercepts = np.array([float(piece.intercept) for piece in curve.pieces])
    place = np.clip(np.searchsorted(starts, t, "right") - 1, 0, None)
    return slopes[place] * t + intercepts[place]
