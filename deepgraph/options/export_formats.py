"""The formats that a network is exported to, for `Network.export` and the command line.

A format is a row here and a module of its name in `deepgraph/formats/writers/`, with a function
`write(graph, dtype)` that gives the bytes of a file. Nothing here needs numpy.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

from deepgraph.options.option import Option

Program = Literal["c", "python", "numpy", "javascript", "javascript-module", "sql"]
Format = Literal[Program, "onnx", "torch", "safetensors", "keras", "neat", "xlsx", "graphml"]
DType = Literal["float64", "float32"]
SINGLE: tuple[DType, ...] = ("float32", "float64")
BOTH: tuple[DType, ...] = ("float64", "float32")


class ExportFormat(NamedTuple):
    """One format.

    Attributes:
        name: of the format, and with underscores for dashes of its module.
        suffixes: of its files; none if `--format` has to name it.
        title: what it is, for documentation.
        dtypes: the types of numbers that it can compute in; the first is the default.
        is_text: true if a person can read it.
        needs_values: true if every parameter has to have a value.
        options: names of options that it has beside the type of numbers.
    """

    name: Format
    suffixes: tuple[str, ...]
    title: str
    dtypes: tuple[DType, ...] = ("float64",)
    is_text: bool = True
    needs_values: bool = True
    options: tuple[str, ...] = ()


FORMATS: dict[str, ExportFormat] = {
    row.name: row
    for row in (
        ExportFormat("c", (".c",), "a function of C99, no library but math.h", BOTH),
        ExportFormat("python", (".py",), "a function of Python, no package"),
        ExportFormat("numpy", (), "a function of Python with numpy, for whole tables", BOTH),
        ExportFormat("javascript", (".js", ".cjs"), "a function for Node.js and for pages"),
        ExportFormat("javascript-module", (".mjs",), "the same as a module"),
        ExportFormat("onnx", (".onnx",), "a model of ONNX", SINGLE, is_text=False),
        ExportFormat("torch", (), "the text of a module of PyTorch"),
        ExportFormat("safetensors", (".safetensors",), "its numbers", BOTH, is_text=False),
        ExportFormat("keras", (".keras",), "a model of Keras", ("float32",), is_text=False),
        ExportFormat("neat", (".pkl", ".pickle"), "a genome of neat-python", is_text=False),
        ExportFormat("sql", (".sql",), "one SELECT over a table", options=("table", "keep")),
        ExportFormat("xlsx", (".xlsx",), "a spreadsheet with live formulas", is_text=False),
        ExportFormat("graphml", (".graphml",), "a graph, without a program", needs_values=False),
    )
}
SUFFIXES: dict[str, Format] = {
    suffix: row.name for row in FORMATS.values() for suffix in row.suffixes
}
TABLE = Option("table", "text", "SQL: the name of the table, by default data.", metavar="NAME")
KEEP = Option("keep", "text", "SQL: pass a column of the table on.", metavar="COLUMN", many=True)
DTYPE = Option(
    "dtype",
    "choice",
    "Number type of what is written; by default that of the format.",
    choices=get_args(DType),
)
