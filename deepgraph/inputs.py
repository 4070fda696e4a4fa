"""What is given for the inputs of a network, as one array: rows, columns by name, a data frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import InputError
from deepgraph.nearest import Nearest

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

_DTYPES = frozenset({np.dtype(np.float64), np.dtype(np.float32)})


def float_dtype(dtype: DTypeLike) -> np.dtype[Any]:
    """One of the two types that a network computes in.

    Raises:
        InputError: another type, or none.
    """
    try:
        kind = np.dtype(dtype)
    except TypeError:
        raise InputError(f"dtype is float64 or float32, got {dtype!r}") from None
    if kind not in _DTYPES:
        raise InputError(f"dtype is float64 or float32, got {kind}")
    return kind


def converted(X: Any, names: list[str], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Inputs as one array.

    Args:
        X: (rows, inputs), columns in the order of the names; or a mapping (or data frame) by name
            of one number or of (rows,) numbers each.
        names: of the inputs.
        dtype: of the result.

    Returns:
        (inputs, rows).

    Raises:
        InputError: a name, a shape or a type that does not fit.
    """
    try:
        with np.errstate(over="ignore"):  # 1e300 is infinite in float32
            if hasattr(X, "columns") or hasattr(X, "keys"):
                return _by_name(X, names, dtype)
            array = _numbers(X, dtype, "the inputs")
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"the inputs are not numbers of one shape: {error}") from None
    if array.ndim != 2 or array.shape[1] != len(names):
        raise InputError(
            f"expected inputs of shape (rows, {len(names)}), got {array.shape}; "
            f"the columns are {', '.join(names[:10])}"
        )
    return array.T


def _by_name(X: Any, names: list[str], dtype: np.dtype[Any]) -> NDArray[Any]:
    given = [str(name) for name in (X.columns if hasattr(X, "columns") else X.keys())]
    present, known = set(given), set(names)
    lacking = [name for name in names if name not in present]
    unknown = [name for name in given if name not in known]
    if unknown and not hasattr(X, "columns"):  # a table may well have other columns
        nearest = Nearest(names, f"known: {', '.join(names[:10])}")
        raise InputError(f"no input is named {', '.join(unknown[:10])}{nearest(unknown[0])}")
    if lacking:
        raise InputError(f"no value for the input {', '.join(lacking)}; given: {', '.join(given)}")
    columns = [np.atleast_1d(_numbers(X[name], dtype, f"the input {name}")) for name in names]
    shapes = {name: column.shape for name, column in zip(names, columns, strict=True)}
    if any(len(shape) != 1 for shape in shapes.values()):
        raise InputError(f"each input is one number or a list of numbers, got shapes {shapes}")
    rows = {len(column) for column in columns}
    if len(rows - {1}) > 1:
        raise InputError(f"the inputs have different numbers of rows: {shapes}")
    return np.array(np.broadcast_arrays(*columns), dtype)


def _numbers(given: Any, dtype: np.dtype[Any], what: str) -> NDArray[Any]:
    """An array of what was given; numpy would read `None` as NaN, and "1" and dates as numbers."""
    masked = getattr(given, "mask", None)  # of a masked array; what a data frame has is a method
    if isinstance(masked, np.ndarray) and masked.any():
        raise InputError(f"{what}: masked cells are no numbers; fill them, or leave their rows out")
    array = np.asarray(given)
    if array.dtype.kind == "O":
        place = next((place for place, one in enumerate(array.flat) if one is None), None)
        if place is not None:
            where = f" in row {place * len(array) // array.size + 1}" if array.ndim else ""
            raise InputError(
                f"{what}: None{where} is no number; give a number, or float('nan') on purpose"
            )
    elif array.dtype.kind not in "biuf":
        kind = {"U": "texts", "S": "bytes", "c": "complex numbers"}.get(array.dtype.kind)
        raise InputError(f"{what}: expected numbers, got {kind or array.dtype}")
    return array.astype(dtype, copy=False)
