"""Converts given input values (rows, columns by name, a data frame) to one array."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from deepgraph.errors import InputError
from deepgraph.spec.literals import LARGEST_INTEGER
from deepgraph.words.messages import Nearest, listed, several

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

Missing = Literal["error", "nan"]
"""What becomes of a missing cell."""

OFFERED = ', or read it as NaN: network(X, missing="nan")'
"""The end of a message about a missing cell."""

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


def converted(
    X: Any, names: list[str], dtype: np.dtype[Any], missing: Missing = "error"
) -> NDArray[Any]:
    """Convert inputs to one array.

    Args:
        X: (rows, inputs), columns in the order of the names; or a mapping (or data frame, or Arrow
            table or stream) by name of one number or of (rows,) numbers each.
        names: of the inputs.
        dtype: of the result.
        missing: "error", or "nan": missing cells are read as NaN.

    Returns:
        (inputs, rows).

    Raises:
        InputError: a name, a shape or a type that does not fit.
    """
    if missing not in ("error", "nan"):
        raise InputError(f'missing is "error" or "nan", got {missing!r}')
    X = in_memory(X, names)
    try:
        with np.errstate(over="ignore"):  # 1e300 is infinite in float32
            if hasattr(X, "columns") or hasattr(X, "keys"):
                return _by_name(X, names, dtype, missing)
            array = numbers(X, dtype, "the inputs", missing)
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


def in_memory(X: Any, names: list[str] | None = None) -> Any:
    """The columns of a table that comes as a plan or a stream; anything else as it is.

    That is a Polars LazyFrame, or what has `__arrow_c_stream__`, Arrow's protocol for streams, and
    is no array: an Arrow reader of record batches, a DuckDB relation.

    Args:
        X: the table.
        names: of the columns that are wanted; a plan then computes no others.
    """
    if hasattr(X, "collect") and hasattr(X, "collect_schema"):
        enough = names is not None and set(names) <= set(X.collect_schema().names())
        return (X.select(names) if enough else X).collect()
    if hasattr(X, "__arrow_c_stream__") and not hasattr(X, "__array__"):
        import pyarrow as pa  # only its streams need it

        return pa.RecordBatchReader.from_stream(X).read_all()
    return X


def targets_in_memory(targets: Any, only: str | None = None) -> Any:
    """Targets as a mapping by name where they are a table, or as a sequence where one column.

    Args:
        targets: of any library; what is no column and no table stays as it is.
        only: the output that a column of numbers is meant for.
    """
    targets = in_memory(targets)
    if hasattr(targets, "to_pylist") and not hasattr(targets, "columns"):
        targets = targets.to_pylist()  # Arrow's columns hold objects of their own
    column = isinstance(targets, (list, tuple)) or len(getattr(targets, "shape", ())) == 1
    if column:  # one of pandas has keys, its row labels
        values = list(targets)
        if only is None or not values or not all(isinstance(v, (Real, np.bool)) for v in values):
            return values
        return {only: values}
    if hasattr(targets, "columns"):
        return {str(name): targets[name] for name in _column_names(targets)}
    return targets


def _by_name(X: Any, names: list[str], dtype: np.dtype[Any], missing: Missing) -> NDArray[Any]:
    given = list(map(str, _column_names(X)))
    present, known = set(given), set(names)
    lacking = [name for name in names if name not in present]
    unknown = [name for name in given if name not in known]
    if unknown and not hasattr(X, "columns"):  # a table may well have other columns
        nearest = Nearest(names, f"known: {', '.join(names[:10])}")
        raise InputError(f"no input is named {listed(unknown)}{nearest(unknown[0])}")
    if lacking:
        raise InputError(
            f"no value for the {several('input', lacking)}; given: {listed(given) or 'nothing'}"
        )
    for name in names:
        if len(present) < len(given) and given.count(name) > 1:
            raise InputError(f'{given.count(name)} columns are named "{name}"; rename one')
    columns = [
        np.atleast_1d(numbers(X[name], dtype, f"the input {name}", missing)) for name in names
    ]
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


def numbers(
    given: Any, dtype: np.dtype[Any], what: str, missing: Missing | None = None
) -> NDArray[Any]:
    """Convert numbers of any library to an array of their shape.

    numpy alone would read missing cells as NaN, and texts and dates as numbers.

    Args:
        given: one number, a list, an array, or the column of a data frame.
        dtype: of the result.
        what: the name of the numbers in messages.
        missing: "nan" reads missing cells as NaN; `None` refuses them without offering that.

    Raises:
        InputError: a cell is missing, no number, or an integer that a double cannot hold.
    """
    if isinstance(given, (list, tuple)):
        given = _of_list(given)
    holes = _holes(given)
    if holes is None or not holes.any():
        return _present(given, dtype, what)
    if missing != "nan":
        first = int(np.flatnonzero(holes)[0]) * len(holes) // holes.size if holes.ndim else 0
        where = f" in row {first + 1:,}" if holes.ndim else ""
        raise InputError(
            f"{what}: the cell{where} is missing ({int(holes.sum()):,} in all); fill it, leave its "
            f"row out{OFFERED if missing else ''}"
        )
    full = np.full(holes.shape, np.nan, dtype)
    drop = getattr(given, "drop_null", None) or getattr(given, "drop_nulls", None)
    full[~holes] = _present(drop() if callable(drop) else given[~holes], dtype, what)
    return full


def _of_list(given: list[Any] | tuple[Any, ...]) -> NDArray[Any]:
    """The array of a list; numpy would make doubles of large integers that stand beside doubles."""
    array = np.asarray(given)
    # The sum of squares is a quick sieve; what it holds back, NaN as well, only takes longer.
    if array.dtype.kind == "f" and not np.vdot(array, array) < LARGEST_INTEGER**2:
        return np.array(given, object)
    return array


def _holes(given: Any) -> NDArray[np.bool] | None:
    """True where a cell is missing; `None` where none can be.

    For pandas NaN is a missing cell, since it reads empty cells as NaN; for all others NaN is a
    number like any other.
    """
    mask = getattr(given, "mask", None)  # a masked array's mask; a data frame's is a method
    if isinstance(mask, np.ndarray):
        return mask
    if isinstance(given, np.ndarray):
        if given.dtype.kind != "O":
            return None
        found = [type(one).__name__ in ("NoneType", "NAType") for one in given.flat]
        return np.array(found, np.bool).reshape(given.shape)
    if given is None:
        return np.array(True)
    for name in ("isna", "is_null"):  # pandas; Arrow and Polars
        ask = getattr(given, name, None)
        if callable(ask):
            return np.asarray(ask(), np.bool)
    return None


def _present(given: Any, dtype: np.dtype[Any], what: str) -> NDArray[Any]:
    """Convert numbers of which none is missing."""
    array = np.asarray(given)
    if array.dtype.kind == "O":
        for place, one in enumerate(array.flat):
            if isinstance(one, Mapping):
                raise InputError(
                    f"{what}: a mapping{_row(array, place)}; give one mapping, with a list for "
                    "each input"
                )
            if isinstance(one, (str, bytes)):
                raise InputError(
                    f"{what}: expected numbers, got texts, the first{_row(array, place)}: {one!r}"
                )
    elif array.dtype.kind not in "biuf":
        kind = {"U": "texts", "S": "bytes", "c": "complex numbers"}.get(array.dtype.kind)
        raise InputError(f"{what}: expected numbers, got {kind or array.dtype}")
    _require_exact(array, what)
    return array.astype(dtype, copy=False)


def _require_exact(array: NDArray[Any], what: str) -> None:
    """Check that no integer is beyond those that doubles tell apart, as tables do."""
    if array.dtype.kind == "O":
        found = np.flatnonzero([_is_beyond(one) for one in array.flat])
    elif array.dtype.kind in "iu" and array.dtype.itemsize > 4:
        found = np.flatnonzero((array > LARGEST_INTEGER) | (array < -LARGEST_INTEGER))
    else:
        return
    if len(found):
        place = int(found[0])
        raise InputError(
            f"{what}: the integer {array.flat[place]}{_row(array, place)} is beyond 2**53, where "
            "doubles cannot tell neighbours apart; give a float if the nearest double will do"
        )


def _is_beyond(one: Any) -> bool:
    return isinstance(one, (int, np.integer)) and abs(int(one)) > LARGEST_INTEGER


def _row(array: NDArray[Any], place: int) -> str:
    """The place in a message; empty for a single number."""
    return f" in row {place * len(array) // array.size + 1:,}" if array.ndim else ""
