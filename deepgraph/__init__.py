"""deepgraph: small neural networks as directed graphs, from one JSON file.

The public names are imported when they are first used, so that `deepgraph --help` and the
lightest commands do not wait for numpy.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
    from deepgraph.evaluate.gradient import Gradient
    from deepgraph.evaluate.reference import Trace
    from deepgraph.loading import load, loads
    from deepgraph.network import Network

__version__ = "0.1.0"

__all__ = [
    "Builder",
    "DeepgraphError",
    "DrawingError",
    "FileError",
    "Gradient",
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

_MODULES = {
    "Builder": "builder",
    "Gradient": "gradient",
    "Network": "network",
    "Trace": "evaluate",
    "load": "loading",
    "loads": "loading",
}
"""Where the public names live; the others are errors."""


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(f"{__name__}.{_MODULES.get(name, 'errors')}"), name)
    globals()[name] = found  # from now on without this function
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
