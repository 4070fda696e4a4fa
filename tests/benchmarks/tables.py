"""Tables as whole processes: from CSV to CSV and from Parquet to Parquet, beside other programs."""

from __future__ import annotations

import atexit
import importlib
import importlib.util
import subprocess
import sys
import tempfile
from functools import cache, partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from deepgraph.spec.writing import save
from tests.benchmarks.engines import onnx_model
from tests.benchmarks.harness import Case, Program, environment
from tests.benchmarks.networks import layered

ROWS = 1_000_000
PARQUET_ROWS = 4_000_000

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


PARQUET_PEER = """
import sys
import onnxruntime as ort, polars as pl
model, given, result = sys.argv[1:]
table = pl.read_parquet(given, columns=["x1", "x2"]).cast(pl.Float32)
session = ort.InferenceSession(model, providers=["CPUExecutionProvider"])
y = session.run(None, {"x": table.to_numpy(order="c")})[0]
pl.DataFrame({"y": y[:, 0]}).write_parquet(result)
"""
SQL_PEER = """
import sys
import duckdb
query, given, result = sys.argv[1:]
text = open(query, encoding="utf-8").read().rstrip().rstrip(";").replace('"data"', f"'{given}'")
duckdb.sql(f"COPY ({text}) TO '{result}' (FORMAT parquet)")
"""
BARE_CSV = """
import sys
import pyarrow.csv as csv
given, result = sys.argv[1:]
csv.write_csv(csv.read_csv(given).select(["x1"]), result)
"""
BARE_PARQUET = """
import sys
import pyarrow.parquet as pq
given, result = sys.argv[1:]
pq.write_table(pq.read_table(given).select(["x1"]), result, use_dictionary=False)
"""
"""Arrow reads the table and writes one column of it: what nobody who uses it can be faster than,
but by doing both at once."""


def cases():
    """All of them, by a short name."""
    return {"csv": table, "parquet": parquet, "start": start}


@cache
def folder():
    """The tables, the network and the script, until the end of the process."""
    place = tempfile.TemporaryDirectory()
    atexit.register(place.cleanup)
    here = Path(place.name)
    network, arrays = layered([2, 2, 2, 1])
    save(network.spec, here / "net.json")
    (here / "peer.py").write_text(PEER)
    (here / "parquet_peer.py").write_text(PARQUET_PEER)
    (here / "sql_peer.py").write_text(SQL_PEER)
    (here / "bare_csv.py").write_text(BARE_CSV)
    (here / "bare_parquet.py").write_text(BARE_PARQUET)
    network.export(here / "net.sql")
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


def bare(kind, given):
    """Arrow alone, which computes nothing."""
    return partial(process, folder() / f"bare_{kind}.py", given, folder() / f"bare.{kind}")


def table():
    programs = [
        Program("deepgraph eval", partial(evaluated, "big.csv"), ours=True),
        Program("deepgraph eval, float32", partial(evaluated, "big.csv", "--dtype", "float32")),
        Program("polars + onnxruntime, float32", peer),
        Program(
            "pyarrow alone, no arithmetic", lambda: bare("csv", folder() / "big.csv"), held=False
        ),
    ]
    return Case(f"CSV, {ROWS:,} rows of 2 columns through 2-2-2-1 to 1, whole process", programs)


@cache
def big_parquet():
    """A Parquet file of two columns."""
    path = folder() / "big.parquet"
    values = np.random.default_rng(1).standard_normal((2, PARQUET_ROWS))
    pq.write_table(pa.table(list(values), ["x1", "x2"]), path)
    return path


class ParquetColumn(Column):
    """The last column of a Parquet file, read when it is looked at."""

    def __array__(self, dtype=None, copy=None):
        return pq.read_table(self.path).column(-1).to_numpy().astype(dtype)


def parquet():
    """Four million rows, by ourselves, by an onnxruntime script, and by one query of DuckDB."""

    def ours(*options):
        command = ("eval", folder() / "net.json", "--input", big_parquet(), *options)
        return peer_of("ours.parquet", "-m", "deepgraph", *command, "-o")

    def peer_of(name, *command):
        result = folder() / name
        call = partial(process, *command, result)

        def run():
            call()
            return ParquetColumn(result)

        return run

    def script(name, model, package):
        importlib.import_module(package)
        return peer_of(f"{name}.parquet", folder() / name, folder() / model, big_parquet())

    programs = [
        Program("deepgraph eval", ours, ours=True),
        Program("deepgraph eval, float32", partial(ours, "--dtype", "float32")),
        Program(
            "polars + onnxruntime, float32",
            partial(script, "parquet_peer.py", "net.onnx", "onnxruntime"),
        ),
        Program("DuckDB, one query", partial(script, "sql_peer.py", "net.sql", "duckdb")),
        Program("pyarrow alone, no arithmetic", lambda: bare("parquet", big_parquet()), held=False),
    ]
    return Case(
        f"Parquet, {PARQUET_ROWS:,} rows of 2 columns through 2-2-2-1, whole process", programs
    )


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
