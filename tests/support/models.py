"""Models of other tools: real ones, and those that `tests/formats/readers/generate.py` has made."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np

from deepgraph.formats.readers import table
from deepgraph.formats.readers.record import Options
from deepgraph.request.importing import network_of

HERE = Path(__file__).parents[1] / "formats" / "readers"
REAL = HERE / "models"

_ARCHIVE = zipfile.ZipFile(HERE / "made.zip")
PARTS = (
    "torch_onnx",
    "torch_state",
    "sklearn",
    "sklearn_onnx",
    "keras",
    "neat",
    "javascript",
    "fann",
)
RECORDS = {
    name: told for part in PARTS for name, told in json.loads(_ARCHIVE.read(f"{part}.json")).items()
}
"""What the original of each made model has computed: bar, options, inputs, outputs."""


def content(name):
    """The bytes of a made model."""
    return _ARCHIVE.read(name)


def made(name, folder):
    """A made model as a file in a folder."""
    path = folder / name
    path.write_bytes(_ARCHIVE.read(name))
    if f"{name}.data" in _ARCHIVE.namelist():  # numbers of an ONNX file beside it
        (folder / f"{name}.data").write_bytes(_ARCHIVE.read(f"{name}.data"))
    return path


def imported(path, **options):
    """What a reader gives, and the network that it is."""
    found = table.read(str(path), Options(**options))
    return found, network_of(found)


def distance(network, X, Y):
    """The largest difference from what an original computed, in units of max(1, max|y|)."""
    Y = np.asarray(Y, float)
    found = np.asarray(network(np.asarray(X, float)))
    assert found.shape == Y.shape
    return float(np.max(np.abs(found - Y))) / max(1.0, float(np.max(np.abs(Y))))
