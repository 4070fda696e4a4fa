"""Runs exported programs: C through gcc, JavaScript through Node.js, Python in this process."""

from __future__ import annotations

import ctypes
import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from deepgraph.formats import writers
from tests.support.needs import need

STRICT = ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-Wno-unknown-pragmas"]


def run_c(network, X, dtype="float64", flags=("-O2",)):
    """The outputs of the exported C, (rows, outputs)."""
    need(shutil.which("gcc"), "gcc", "apt install gcc")
    text = writers.write(network, "c", dtype).decode()
    name = re.search(r"^void (\w+)\(", text, re.MULTILINE)[1]
    with tempfile.TemporaryDirectory() as folder:
        source, library = Path(folder, "net.c"), Path(folder, "net.so")
        source.write_text(text, encoding="utf-8")
        build = ["gcc", *STRICT, *flags, "-shared", "-fPIC", "-o", library, source, "-lm"]
        done = subprocess.run(build, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr + text
        function = getattr(ctypes.CDLL(str(library)), name)
    function.restype = None
    X = np.ascontiguousarray(X, dtype)
    Y = np.full((len(X), len(network.outputs)), 7.0, dtype)
    for row, result in zip(X, Y, strict=True):
        function(row.ctypes.data_as(ctypes.c_void_p), result.ctypes.data_as(ctypes.c_void_p))
    return Y


NODE = """
const {{ readFileSync }} = require("fs");
const bytes = readFileSync({data});
const X = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
const run = (network) => {{
  const found = [];
  for (let i = 0; i < X.length; i += {width}) found.push(...network(X.subarray(i, i + {width})));
  process.stdout.write(Buffer.from(new Float64Array(found).buffer));
  process.stderr.write(JSON.stringify([network.inputs, network.outputs]));
}};
{load}
"""


def run_node(network, X, form="javascript"):
    """The outputs of the exported JavaScript; its names are checked."""
    need(shutil.which("node"), "Node.js", "https://nodejs.org")
    with tempfile.TemporaryDirectory() as folder:
        suffix = "js" if form == "javascript" else "mjs"
        file, data = Path(folder, f"net.{suffix}"), Path(folder, "x.bin")
        file.write_bytes(writers.write(network, form))
        data.write_bytes(np.ascontiguousarray(X, np.float64).tobytes())
        load = f"run(require({json.dumps(str(file))}));"
        if suffix == "mjs":
            load = f"import({json.dumps(file.as_uri())}).then((module) => run(module.default));"
        program = NODE.format(data=json.dumps(str(data)), width=X.shape[1], load=load)
        done = subprocess.run(["node", "-e", program], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stderr) == [network.input_names, network.output_names]
    return np.frombuffer(done.stdout).reshape(len(X), len(network.outputs))


def module_of(network, form="python", dtype=None):
    """What the exported Python defines."""
    defined = {}
    exec(compile(writers.write(network, form, dtype), "net.py", "exec"), defined)
    assert list(defined["INPUTS"]) == network.input_names
    assert list(defined["OUTPUTS"]) == network.output_names
    return defined


def run_python(network, X):
    """The outputs of the exported Python without packages."""
    function = module_of(network)["network"]
    return np.array([function(row) for row in np.asarray(X, np.float64).tolist()])


def run_numpy(network, X, dtype="float64"):
    """The outputs of the exported Python with numpy."""
    return module_of(network, "numpy", dtype)["network"](X)


PROGRAMS = {"c": run_c, "javascript": run_node, "python": run_python, "numpy": run_numpy}


def rows_for(network, count=500, seed=0):
    """Rows for a network: the table beside it repeated, or numbers of moderate size."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((count, len(network.inputs))) * 3
    X[0], X[1] = 0.0, -0.0
    X[2] = rng.integers(-2, 3, X.shape[1])
    return X


def tame(X):
    """The rows without infinity, NaN and huge numbers, which would make every bound void."""
    return X[np.isfinite(X).all(axis=1) & (np.abs(X) < 1e6).all(axis=1)]


def close(found, expected, unit=1e-13):
    """True if all values agree to `unit` · max(1, the largest); NaN agrees with NaN."""
    found, expected = np.asarray(found), np.asarray(expected)
    finite = np.isfinite(expected)
    largest = max(1.0, float(np.max(np.abs(expected[finite]), initial=0.0)))
    with np.errstate(invalid="ignore"):
        near = np.abs(found - expected) <= unit * largest
    equal = (found == expected) | (np.isnan(found) & np.isnan(expected))
    return found.shape == expected.shape and bool(np.all(near | equal))
