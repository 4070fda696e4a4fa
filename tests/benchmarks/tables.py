"""Tables as whole processes: from a CSV to a CSV, against a polars + onnxruntime script."""

from __future__ import annotations

import atexit
import importlib.util
import subprocess
import sys
import tempfile
from functools import cache, partial
from pathlib import Path

import numpy as np

from deepgraph.spec.writing import save
from tests.benchmarks.engines import onnx_model
from tests.benchmarks.harness import Case, Program, environment
from tests.benchmarks.networks import layered

ROWS = 1_000_000

PEER = """
import sys
import numpy as np, onnxruntime as ort, polars as pl
model, given, result = sys.argv[1:]
kinds = {"x1": pl.Float32, "x2": pl.Float32}
table = pl.read_csv(given, columns=list(kinds), schema_overrides=kinds)
session = ort.InferenceSession(model, providers=["CPUExecutionProvider"])
y = session.run(None, {"x": table.to_numpy(order="c")})[0]
pl.DataFrame({"y": y[:, 0]}).write_csv(result)
"""


def cases():
    """All of them, by a short name."""
    return {"csv": table, "start": start}


@cache
def folder():
    """The tables, the network and the script, until the end of the process."""
    place = tempfile.TemporaryDirectory()
    atexit.register(place.cleanup)
    here = Path(place.name)
    network, arrays = layered([2, 2, 2, 1])
    save(network.spec, here / "net.json")
    (here / "peer.py").write_text(PEER)
    values = np.random.default_rng(1).standard_normal((ROWS, 2))
    lines = [f"{a!r},{b!r}\n" for a, b in values.tolist()]
    (here / "big.csv").write_text("x1,x2\n" + "".join(lines))
    (here / "ten.csv").write_text("x1,x2\n" + "".join(lines[:10]))
    if importlib.util.find_spec("onnx"):
        (here / "net.onnx").write_bytes(onnx_model(arrays, "identity"))
    return here


class Column:
    """The last column of a CSV, read when it is looked at."""

    def __init__(self, path):
        self.path = path

    def __array__(self, dtype=None, copy=None):
        return np.loadtxt(self.path, skiprows=1, delimiter=",", ndmin=1).astype(dtype)


def process(*command, result=None):
    """Runs a Python with these arguments."""
    subprocess.run([sys.executable, *map(str, command)], check=True, env=environment())
    return Column(result) if result else None


def evaluated(given, *options):
    here = folder()
    result = here / "ours.csv"
    arguments = ("eval", here / "net.json", "--input", here / given, "-o", result, *options)
    return partial(process, "-m", "deepgraph", *arguments, result=result)


def peer():
    import onnx
    import onnxruntime
    import polars

    del onnx, onnxruntime, polars
    here = folder()
    result = here / "peer.csv"
    command = (here / "peer.py", here / "net.onnx", here / "big.csv", result)
    return partial(process, *command, result=result)


def table():
    programs = [
        Program("deepgraph eval", partial(evaluated, "big.csv"), ours=True),
        Program("deepgraph eval, float32", partial(evaluated, "big.csv", "--dtype", "float32")),
        Program("polars + onnxruntime, float32", peer),
    ]
    return Case(f"CSV, {ROWS:,} rows of 2 columns through 2-2-2-1 to 1, whole process", programs)


def start():
    def remark(medians):
        numpy, both = medians["import numpy"], medians["import numpy, pyarrow"]
        share = (medians["deepgraph eval"] - (both - numpy)) / numpy
        return f"Less the import of pyarrow, that is {share:.2f} times the import of numpy."

    programs = [
        Program("deepgraph eval", partial(evaluated, "ten.csv"), ours=True),
        Program("import numpy", lambda: partial(process, "-c", "import numpy")),
        Program("import numpy, pyarrow", lambda: partial(process, "-c", "import numpy, pyarrow")),
    ]
    return Case("ten rows of a CSV, whole process", programs, tolerance=None, remark=remark)
