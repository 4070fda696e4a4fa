"""Compares an import with what the original's own runtime computes, where it is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import FormatError
from deepgraph.formats.readers import table
from deepgraph.formats.readers.record import Source
from deepgraph.formats.readers.runtimes import runtime
from deepgraph.functions.scaling import NEUTRAL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.formats.readers.record import Imported, Options
    from deepgraph.formats.readers.runtimes import Runtime
    from deepgraph.network import Network

SEED = 1
"""Of the random rows; the same file is always compared on the same ones."""

BEYOND = 0.1
"""The part of the values that are drawn beyond a limit of their input, so that it shows."""

ROUNDED = 1e-3
"""Of the mean of a rescaled output, what its rounding costs: eps · |mean| in units of the bar."""


def original(path: str, form: str | None, options: Options, imported: Imported) -> Runtime:
    """The original, ready to compute.

    Raises:
        OptionError: there is no runtime of this format, or it is not installed.
    """
    source = Source.of(path)
    return runtime(table.found(source, form).name, source, options, imported)


def compared(network: Network, original: Runtime, rows: int) -> dict[str, Any]:
    """The network beside its original on random rows, as `drawn` makes them.

    A difference is measured before the output is rescaled, where a large mean cannot hide it.

    Returns:
        `runtime`, `rows`, `difference` in units of max(1, max|y|), `bar`, whether it `agrees`, and
        whether the outputs of the original `vary` between the rows.

    Raises:
        FormatError: the two have not as many outputs.
    """
    X = drawn(network, rows)
    Y = np.asarray(original.run(X), np.float64)
    found = np.asarray(network(X))
    if found.shape != Y.shape:
        raise FormatError(
            f"{original.name} gives {Y.shape[1]} outputs, and the import {found.shape[1]}"
        )
    same = (found == Y) | (np.isnan(found) & np.isnan(Y))
    unit = _unit(network, Y)
    with np.errstate(invalid="ignore"):
        apart = np.where(same, 0.0, np.abs(found - Y) / unit)
        spread = np.where(Y[0] == Y, 0.0, np.abs(Y - Y[0]) / unit)
    difference = float(np.nan_to_num(apart, nan=np.inf).max(initial=0.0))
    return {
        "runtime": original.name,
        "rows": rows,
        "difference": difference,
        "bar": original.bar,
        "agrees": difference <= original.bar,
        "vary": rows == 1 or bool((np.nan_to_num(spread, nan=np.inf) > original.bar).any()),
    }


def drawn(network: Network, rows: int) -> NDArray[np.float64]:
    """Random rows of raw values, (rows, inputs), that reach the network as numbers around 0.

    An input is mean + scale · n, with n of the standard normal distribution, and within its limits:
    raw numbers around 0 would all be the same far point to a network with a scaler. A few lie
    beyond a limit. All are numbers of single precision, so that every runtime gets the same.
    """
    rng = np.random.default_rng(SEED)
    shape = rows, len(network.inputs)
    normal = rng.standard_normal(shape)
    constants = {key: np.full(shape[1], neutral) for key, neutral in NEUTRAL.items()}
    if network.normalise is not None:
        scaled = np.isin(network.inputs, network.normalise.nodes)
        nodes = network.inputs[scaled]
        for key, column in network.normalise.columns(nodes, np.dtype(np.float64)).items():
            constants[key][scaled] = column[:, 0]
    low, high = constants["min"], constants["max"]
    steps = normal * constants["scale"]
    X = _within(constants["mean"] + steps, steps, low, high, rng)
    X = np.where((rng.random(shape) < BEYOND) & np.isfinite(low), low - np.abs(steps), X)
    X = np.where((rng.random(shape) < BEYOND) & np.isfinite(high), high + np.abs(steps), X)
    with np.errstate(over="ignore"):
        single = X.astype(np.float32).astype(np.float64)
    return np.where(np.isfinite(single), single, X)


def _within(
    X: NDArray[np.float64],
    steps: NDArray[np.float64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """The same values, but new ones within the limits for those that lie outside.

    Between two limits they are uniform; beside one they are as far from it as a step.
    """
    both = np.isfinite(low) & np.isfinite(high)
    start, width = np.where(both, low, 0.0), np.where(both, high - low, 0.0)
    one_sided = np.where(low > X, low + np.abs(steps), high - np.abs(steps))
    inside = np.where(both, start + width * rng.random(X.shape), one_sided)
    return np.where((low > X) | (high < X), inside, X)


def _unit(network: Network, Y: NDArray[np.float64]) -> NDArray[np.float64]:
    """What a difference of each output is measured in, (outputs,): max(1, max|y|).

    Of a rescaled output y is what `scale` is multiplied with; the rounding of `mean` is added.
    """
    mean, scale = np.zeros(Y.shape[1]), np.ones(Y.shape[1])
    if network.rescale is not None:
        for place, node in enumerate(network.outputs.tolist()):
            if node in network.rescale.place:
                given = network.rescale.given(node)
                mean[place], scale[place] = given.get("mean", 0.0), abs(given.get("scale", 1.0))
    plain = np.abs((Y - mean) / scale)
    largest = float(plain[np.isfinite(plain)].max(initial=0.0))
    return scale * max(1.0, largest) + ROUNDED * np.abs(mean)
