"""Converts given input values (rows, columns by name, a data frame) to one array."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import InputError
from deepgraph.words.messages import Nearest, listed

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

_DTYPES = frozenset({np.dtype(np.float64), np.dtype(np.float32)})


def float_dtype(dtype: DTypeLike) -> np.dtype[Any]:
    """Check a dtype: a network computes in float64 or float32.

    Raises:
        InputError: it is another type, or not a dtype.
    """
    try:
        kind = np.dtype(dtype)
    except TypeError:
        raise InputError(f"dtype is float64 or float32, got {dtype!r}") from None
    if kind not in _DTYPES:
        raise InputError(f"dtype is float64 or float32, got {kind}")
    return kind


def converted(X: Any, names: list[str], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Convert inputs to one array.

    Args:
        X: (rows, inputs), columns in the order of the names; or a mapping (or data frame, or Arrow
            table) by name of one number or of (rows,) numbers each.
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
    except InputError:
        raise
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"the inputs are not numbers of one shape: {error}") from None
    if array.ndim != 2 or array.shape[1] != len(names):
        raise InputError(
            f"expected inputs of shape (rows, {len(names)}), got {array.shape}; "
            f"the columns are {listed(names)}{_reshaped(array.shape, len(names))}"
        )
    return array.T


def _reshaped(shape: tuple[int, ...], count: int) -> str:
    """The end of a message that suggests a reshaping if the shape looks like a common slip."""
    if shape == (count,):
        return "; one row is [X]"
    return "; X.T has this shape" if len(shape) == 2 and shape[0] == count else ""


def _by_name(X: Any, names: list[str], dtype: np.dtype[Any]) -> NDArray[Any]:
    given = list(map(str, _column_names(X)))
    present, known = set(given), set(names)
    lacking = [name for name in names if name not in present]
    unknown = [name for name in given if name not in known]
    if unknown and not hasattr(X, "columns"):  # a table may well have other columns
        nearest = Nearest(names, f"known: {', '.join(names[:10])}")
        raise InputError(f"no input is named {listed(unknown)}{nearest(unknown[0])}")
    if lacking:
        raise InputError(f"no value for the input {listed(lacking)}; given: {listed(given)}")
    for name in names:
        if len(present) < len(given) and given.count(name) > 1:
            raise InputError(f'{given.count(name)} columns are named "{name}"; rename one')
    columns = [np.atleast_1d(_numbers(X[name], dtype, f"the input {name}")) for name in names]
    shapes = {name: column.shape for name, column in zip(names, columns, strict=True)}
    if any(len(shape) != 1 for shape in shapes.values()):
        raise InputError(f"each input is one number or a list of numbers, got shapes {shapes}")
    rows = {len(column) for column in columns}
    if len(rows - {1}) > 1:
        raise InputError(f"the inputs have different numbers of rows: {shapes}")
    return np.array(np.broadcast_arrays(*columns), dtype)


def _column_names(X: Any) -> Any:
    if hasattr(X, "column_names"):  # Arrow's `columns` are the values
        return X.column_names
    return X.columns if hasattr(X, "columns") else X.keys()


def _numbers(given: Any, dtype: np.dtype[Any], what: str) -> NDArray[Any]:
    """Convert numbers to an array.

    numpy alone would read missing cells as NaN, and texts and dates as numbers.
    """
    holes = _holes(given)
    if holes:
        raise InputError(
            f"{what}: {holes} cells are no numbers; fill them, or leave their rows out"
        )
    array = np.asarray(given)
    if array.dtype.kind == "O":
        for place, one in enumerate(array.flat):
            if one is not None and not isinstance(one, (str, bytes, Mapping)):
                continue
            where = f" in row {place * len(array) // array.size + 1}" if array.ndim else ""
            if one is None:
                raise InputError(
                    f"{what}: None{where} is no number; give a number, or float('nan') on purpose"
                )
            if isinstance(one, Mapping):
                raise InputError(
                    f"{what}: a mapping{where}; give one mapping, with a list for each input"
                )
            raise InputError(f"{what}: expected numbers, got texts, the first{where}: {one!r}")
    elif array.dtype.kind not in "biuf":
        kind = {"U": "texts", "S": "bytes", "c": "complex numbers"}.get(array.dtype.kind)
        raise InputError(f"{what}: expected numbers, got {kind or array.dtype}")
    return array.astype(dtype, copy=False)


def _holes(given: Any) -> str:
    """The word for the missing cells of a column in its library; empty if no cell is missing.

    NaN in a column of doubles may be a missing cell or a value; it counts as a value.
    """
    if type(given) in (np.ndarray, list, tuple, float, int):
        return ""  # a call for one row stays fast
    masked = getattr(given, "mask", None)  # a masked array's mask; a data frame's is a method
    if isinstance(masked, np.ndarray) and masked.any():
        return "masked"
    count = getattr(given, "null_count", 0)  # Arrow's number; in Polars it is a method
    if callable(count):
        count = count()
    if not count and not isinstance(getattr(given, "dtype", None), np.dtype):
        missing = getattr(given, "isna", None)  # pandas' own types distinguish NA and NaN
        count = np.any(missing()) if callable(missing) else 0
    return "missing" if count else ""
