"""Compares an import with what the original's own runtime computes, where it is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import FormatError
from deepgraph.formats.readers import table
from deepgraph.formats.readers.record import Source
from deepgraph.formats.readers.runtimes import runtime

if TYPE_CHECKING:
    from deepgraph.formats.readers.record import Imported, Options
    from deepgraph.formats.readers.runtimes import Runtime
    from deepgraph.network import Network

SEED = 1
"""Of the random rows; the same file is always compared on the same ones."""


def original(path: str, form: str | None, options: Options, imported: Imported) -> Runtime:
    """The original, ready to compute.

    Raises:
        OptionError: there is no runtime of this format, or it is not installed.
    """
    source = Source.of(path)
    return runtime(table.found(source, form).name, source, options, imported)


def compared(network: Network, original: Runtime, rows: int) -> dict[str, Any]:
    """The network beside its original on rows of standard normal numbers.

    Returns:
        `runtime`, `rows`, `difference` in units of max(1, max|y|), `bar`, and whether it `agrees`.

    Raises:
        FormatError: the two have not as many outputs.
    """
    X = np.random.default_rng(SEED).standard_normal((rows, len(network.inputs)))
    Y = np.asarray(original.run(X), np.float64)
    found = np.asarray(network(X))
    if found.shape != Y.shape:
        raise FormatError(
            f"{original.name} gives {Y.shape[1]} outputs, and the import {found.shape[1]}"
        )
    same = (found == Y) | (np.isnan(found) & np.isnan(Y))
    with np.errstate(invalid="ignore"):
        apart = np.where(same, 0.0, np.abs(found - Y))
    finite = np.abs(Y[np.isfinite(Y)])
    largest = float(np.nan_to_num(apart, nan=np.inf).max(initial=0.0))
    difference = largest / max(1.0, float(finite.max(initial=0.0)))
    return {
        "runtime": original.name,
        "rows": rows,
        "difference": difference,
        "bar": original.bar,
        "agrees": difference <= original.bar,
    }
