"""Files of parameters that are made to break their readers, and what their answers must be."""

from __future__ import annotations

import io
import json
import struct
import time
import tracemalloc
import zipfile
from typing import TYPE_CHECKING

import numpy as np

from deepgraph import loads
from deepgraph.errors import FileError, SpecError
from deepgraph.graph import parameter_files

if TYPE_CHECKING:
    import random

ONE = json.dumps(
    {
        "deepgraph": 1,
        "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
        "edges": [{"source": "x", "target": "y", "label": "w"}],
        "parameters": "FILE",
    }
)
"""A network with one parameter, w."""


def answered(folder, name, content, seconds=5.0, megabytes=64):
    """The result of the parser for a file: arrays, or the text of its error, and in which bounds.

    Any other error than a `FileError` is raised.
    """
    (folder / name).write_bytes(content)
    start = time.monotonic()
    tracemalloc.start()
    try:
        found = parameter_files.load(name, folder)
    except FileError as error:
        found = str(error)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert time.monotonic() - start < seconds
    assert peak < megabytes << 20, peak
    return found


def of_one_parameter(folder, name, content, megabytes):
    """The problems of a network with one parameter, w, in such a file; no more memory is used."""
    (folder / name).write_bytes(content)
    tracemalloc.start()
    try:
        loads(ONE.replace("FILE", name), folder=folder)
        found = []
    except SpecError as error:
        found = [problem.message for problem in error.problems]
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < megabytes << 20, peak
    return found


def tensors(header, data=b""):
    """A `.safetensors` file with a header, JSON or bytes."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def npy(header, data=b"", version=b"\1\0"):
    """A `.npy` file with a header, a text or bytes."""
    text = header if isinstance(header, bytes) else header.encode("latin1")
    length = struct.pack("<H" if version == b"\1\0" else "<I", len(text))
    return b"\x93NUMPY" + version + length + text + data


def npz(compression=zipfile.ZIP_DEFLATED, **members):
    """A `.npz` file with members by name."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return stream.getvalue()


def saved(array):
    """An array as a `.npy` file."""
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def odd_value(chance: random.Random, depth=0):
    """A random JSON value such as people who break parsers write."""
    simple = [
        None, True, False, 0, -1, 1, 8, 2**63, 10**4000, 0.5, -0.0, float("inf"), "", "F64",
        "F4", "\ud800", "w\n", [], {}, [[]], "9" * 5000, 1e308, [8, 0], [0, 8], [0, 10**30],
    ]  # fmt: skip
    kind = chance.randrange(6 if depth < 3 else 4)
    if kind == 4:
        return [odd_value(chance, depth + 1) for _ in range(chance.randrange(4))]
    if kind == 5:
        return {str(odd_value(chance, 3))[:9]: odd_value(chance, depth + 1)}
    return chance.choice(simple)


def odd_json(value):
    """JSON of any value, numbers of any length among them."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{odd_json(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(odd_json, value)) + "]"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 10**300:
        return "1" + "0" * 4500
    return json.dumps(value)
