"""A state dict of PyTorch as a `.safetensors` file, for the module that `torch` writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepgraph.formats.writers.texts import metadata_of
from deepgraph.formats.writers.torch import Torch
from deepgraph.graph.safetensors import written

if TYPE_CHECKING:
    from deepgraph.graph.graph import Graph


def write(graph: Graph, dtype: str) -> bytes:
    """The file with the numbers of a network."""
    arrays = {name: np.asarray(values, dtype) for name, values in Torch(graph).state().items()}
    return written(arrays, {"format": "pt", **metadata_of(graph)})
