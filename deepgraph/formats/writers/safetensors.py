"""A state dict of PyTorch as a `.safetensors` file, for the module that `torch` writes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.formats.writers.texts import metadata_of
from deepgraph.formats.writers.torch import Torch
from deepgraph.functions.scaling import NEUTRAL
from deepgraph.graph.safetensors import written

if TYPE_CHECKING:
    from deepgraph.graph.graph import Graph


def write(graph: Graph, dtype: str) -> bytes:
    """The file with the numbers of a network."""
    arrays = {name: np.asarray(values, dtype) for name, values in Torch(graph).state().items()}
    return written(arrays, {"format": "pt", **metadata_of(graph), **_around(graph)})


def _around(graph: Graph) -> dict[str, str]:
    """What a state dict lacks of a chain of layers: activations and scaling, as JSON by key.

    Of any other network the activations are null: its arrays do not say how they belong together.
    """
    layers = graph.spec.layers
    single = graph.spec.nodes or graph.spec.edges
    if single or not layers or any(layer.sources is not None for layer in layers):
        return {"activations": "null"}
    found: dict[str, Any] = {"activations": [layer.activation for layer in layers[1:]]}
    for key, scaling, nodes in (
        ("normalise", graph.normalise, graph.inputs),
        ("rescale", graph.rescale, graph.outputs),
    ):
        if scaling is not None:
            columns = scaling.columns(nodes, np.dtype(np.float64))
            found[key] = {
                name: column[:, 0].tolist()
                for name, column in columns.items()
                if np.any(column != NEUTRAL[name])
            }
    return {key: json.dumps(content, ensure_ascii=False) for key, content in found.items()}
