"""A state dict of PyTorch as a `.safetensors` file, for the module that `torch` writes.

https://github.com/huggingface/safetensors#format
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.formats.writers.texts import metadata_of
from deepgraph.formats.writers.torch import Torch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph

_TYPES = {"float32": ("F32", "<f4"), "float64": ("F64", "<f8")}
ALIGNMENT = 8
"""The numbers begin at a multiple of so many bytes."""


def content(
    tensors: Mapping[str, NDArray[np.float64]], dtype: str, metadata: Mapping[str, str]
) -> bytes:
    """The bytes of a file: the length of the header, the header as JSON, then all numbers."""
    name, form = _TYPES[dtype]
    header: dict[str, Any] = {"__metadata__": dict(metadata)}
    data = bytearray()
    for key, values in tensors.items():
        start = len(data)
        data += np.asarray(values).astype(form).tobytes()
        header[key] = {
            "dtype": name,
            "shape": list(np.shape(values)),
            "data_offsets": [start, len(data)],
        }
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    return struct.pack("<Q", len(text)) + text + bytes(data)


def write(graph: Graph, dtype: str) -> bytes:
    """The file with the numbers of a network."""
    metadata = {"format": "pt", **metadata_of(graph)}
    return content(Torch(graph).state(), dtype, metadata)
