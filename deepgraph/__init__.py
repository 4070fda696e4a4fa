"""deepgraph: small neural networks as directed graphs, from one JSON file."""

from deepgraph.builder import Builder
from deepgraph.errors import (
    DeepgraphError,
    DrawingError,
    FileError,
    InputError,
    MissingExtraError,
    Problem,
    SpecError,
    TableError,
    UninitialisedError,
)
from deepgraph.evaluate import Trace
from deepgraph.network import Network, load, loads

__version__ = "0.1.0"

__all__ = [
    "Builder",
    "DeepgraphError",
    "DrawingError",
    "FileError",
    "InputError",
    "MissingExtraError",
    "Network",
    "Problem",
    "SpecError",
    "TableError",
    "Trace",
    "UninitialisedError",
    "__version__",
    "load",
    "loads",
]
