"""Writes networks for other tools: one module for each row of `options.export_formats`.

program                             the steps of a network, for every format
names, spelling, code, texts        identifiers, expressions, statements, comments of programs
columns, products                   a network as columns of a table, as products of matrices
c, javascript, python, numpy, …     the formats
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import InputError, OptionError
from deepgraph.graph.inputs import float_dtype
from deepgraph.options.export_formats import FORMATS, SUFFIXES
from deepgraph.words.messages import Nearest, shown
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from deepgraph.graph.graph import Graph


def format_of(path: str | os.PathLike[str]) -> str:
    """The format that the suffix of a file names.

    Raises:
        OptionError: it names none.
    """
    found = SUFFIXES.get(os.path.splitext(path)[1].lower())
    if found is None:
        name = option("format", argument="format=")
        raise OptionError(f"{path}: name a format with {name}, or end in {', '.join(SUFFIXES)}")
    return found


def write(graph: Graph, format: str, dtype: DTypeLike | None = None, **options: Any) -> bytes:
    """The content of a file that computes what a network computes.

    Args:
        graph: all of its parameters have values.
        format: a name in `deepgraph.options.export_formats.FORMATS`.
        dtype: float64 or float32; by default the first of the format.
        options: of the format: `table` and `keep` of SQL.

    Raises:
        OptionError: there is no such format, or it has no such numbers, or no such option.
        InputError: the format cannot hold this network.
        UninitialisedError: a parameter has no value.
        MissingExtraError: an optional package is missing.
    """
    row = FORMATS.get(format)
    if row is None:
        near = Nearest(FORMATS, f"known: {', '.join(FORMATS)}")(str(format))
        raise OptionError(f'no format "{shown(str(format))}"{near}')
    chosen = row.dtypes[0] if dtype is None else float_dtype(dtype).name
    if chosen not in row.dtypes:
        known = " and ".join(row.dtypes)
        raise OptionError(f"{format} has {known} only; leave {option('dtype')} out")
    for name in options:
        if name not in row.options:
            raise OptionError(f"{option(name)} is no option of {format}; leave it out")
    if row.needs_values:
        graph.require_values()
    if chosen == "float32":
        _require_single(graph, "float64" in row.dtypes)
    module = import_module(f"deepgraph.formats.writers.{format.replace('-', '_')}")
    content: bytes = module.write(graph, chosen, **options)
    return content


def _require_single(graph: Graph, double: bool) -> None:
    """Check that every parameter is a finite float32, so that none becomes infinite.

    Raises:
        InputError: one is none.
    """
    with np.errstate(over="ignore"):
        lost = np.isinf(graph.parameters.values.astype(np.float32))
    if lost.any():
        number = int(np.argmax(lost))
        name, value = graph.parameters.name(number), graph.parameters.values[number]
        cure = "; export float64" if double else ""
        raise InputError(f"{shown(name)}: {value:g} is too large for float32{cure}")
