"""deepgraph: small neural networks as directed graphs, from one JSON file.

The public names are imported when they are first used, so that `deepgraph --help` and the
lightest commands do not wait for numpy.
"""

from __future__ import annotations

from deepgraph import lazy

TYPE_CHECKING = False  # not that of typing: see lazy

if TYPE_CHECKING:
    from deepgraph import check as check
    from deepgraph import diff as diff
    from deepgraph import draw as draw
    from deepgraph import embed as embed
    from deepgraph import engines as engines
    from deepgraph import errors as errors
    from deepgraph import explain as explain
    from deepgraph import files as files
    from deepgraph import kinks as kinks
    from deepgraph import plot as plot
    from deepgraph import scoring as scoring
    from deepgraph import spec as spec
    from deepgraph import tables as tables
    from deepgraph import train as train
    from deepgraph.builder import Builder
    from deepgraph.errors import (
        DeepgraphError,
        DrawingError,
        FileError,
        FormatError,
        InputError,
        MissingExtraError,
        MissingFileError,
        Problem,
        SpecError,
        TableError,
        UninitialisedError,
        UnknownNameError,
    )
    from deepgraph.evaluate.gradient import Gradient
    from deepgraph.evaluate.reference import Trace
    from deepgraph.loading import load, loads
    from deepgraph.network import Network
    from deepgraph.request.importing import (
        from_file,
        from_keras,
        from_neat,
        from_onnx,
        from_sklearn,
        from_torch,
    )

__version__ = "0.2.0"

__all__ = [
    "Builder",
    "DeepgraphError",
    "DrawingError",
    "FileError",
    "FormatError",
    "Gradient",
    "InputError",
    "MissingExtraError",
    "MissingFileError",
    "Network",
    "Problem",
    "SpecError",
    "TableError",
    "Trace",
    "UninitialisedError",
    "UnknownNameError",
    "__version__",
    "from_file",
    "from_keras",
    "from_neat",
    "from_onnx",
    "from_sklearn",
    "from_torch",
    "load",
    "loads",
]

MODULES = (
    "check",
    "diff",
    "draw",
    "embed",
    "engines",
    "errors",
    "explain",
    "files",
    "kinks",
    "live",
    "plot",
    "scoring",
    "spec",
    "tables",
    "train",
)
"""Public modules, `deepgraph.draw` and others, which are imported when they are first used, too."""

__getattr__, __dir__ = lazy.exports(
    __name__,
    {
        **{name: "errors" for name in __all__ if name.endswith("Error")},
        "Builder": "builder",
        "Gradient": "evaluate.gradient",
        "Network": "network",
        "Problem": "errors",
        "Trace": "evaluate.reference",
        **dict.fromkeys(("load", "loads"), "loading"),
        **{name: "request.importing" for name in __all__ if name.startswith("from_")},
        **{name: name for name in MODULES},
    },
)
