"""Arrow columns that hold numbers: of any integer, floating-point, decimal or boolean type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from deepgraph.spec.literals import LARGEST_INTEGER
from deepgraph.tables.rejects import Rejection
from deepgraph.words.typed_numbers import EMPTY

if TYPE_CHECKING:
    from numpy.typing import NDArray


TOO_LARGE = "is beyond 2**53, where doubles cannot tell neighbours apart"


def not_numbers(header: str, kind: pa.DataType) -> str:
    """The message about a column that cannot be an input."""
    return f'column "{header}" holds {kind}, not numbers; cast it to float64 first'


def holds_numbers(kind: pa.DataType) -> bool:
    """True for a type whose values are numbers; true counts as 1, false as 0."""
    tests = (pa.types.is_floating, pa.types.is_integer, pa.types.is_boolean, pa.types.is_decimal)
    return any(test(kind) for test in tests)


def doubles(column: pa.Array) -> pa.Array:
    """(rows,) The double nearest to each number, null where there is none.

    Decimals go by their texts: Arrow's own cast is a unit of the last place off for some of them.
    """
    if pa.types.is_decimal(column.type):
        return column.cast(pa.string()).cast(pa.float64())
    return column if column.type == pa.float64() else column.cast(pa.float64())


def misfits(column: pa.Array, header: str) -> list[Rejection]:
    """The rows of a column, from 1, that hold no number which doubles hold exactly."""
    if not column.null_count and (pa.types.is_floating(column.type) or _is_near(column)):
        return []  # at once: what is called below imports pandas
    found = []
    for place in np.flatnonzero(unfit(column)).tolist():
        value = column[place].as_py()
        text = "" if value is None else str(value)
        kind = "integer" if isinstance(value, int) else "decimal"
        reason = f"the {kind} {text} {TOO_LARGE}" if text else EMPTY
        found.append(Rejection(place + 1, header, text, reason))
    return found


def as_numpy(column: pa.Array) -> NDArray[Any]:
    """(rows,) Floats or integers without nulls, in the memory of the column.

    `Array.to_numpy` imports pandas where it is installed, which takes as long as a million rows.
    """
    dtype = np.dtype(column.type.to_pandas_dtype())
    if not len(column):
        return np.empty(0, dtype)
    place = column.offset * dtype.itemsize
    return np.frombuffer(column.buffers()[1], dtype, len(column), place)


def _is_near(column: pa.Array) -> bool:
    """True for integers without nulls of which none is too large for doubles."""
    if not pa.types.is_integer(column.type):
        return False
    numbers = as_numpy(column)
    ends = (int(numbers.min(initial=0)), int(numbers.max(initial=0)))
    return ends[0] >= -LARGEST_INTEGER and ends[1] <= LARGEST_INTEGER


def unfit(column: pa.Array) -> np.ndarray[Any, Any]:
    """(rows,) `True` where a column is null, or an integer or decimal too large for doubles."""
    from pyarrow import compute  # slow to import: only this needs it

    far: NDArray[np.bool]
    empty: NDArray[np.bool] = column.is_null().to_numpy(zero_copy_only=False)
    if pa.types.is_decimal(column.type):
        near = np.nan_to_num(np.abs(doubles(column).to_numpy(zero_copy_only=False)))
        far = near > LARGEST_INTEGER
        for place in np.flatnonzero(near == LARGEST_INTEGER).tolist():  # rounded, perhaps
            far[place] = abs(column[place].as_py()) > LARGEST_INTEGER
        return empty | far
    if column.type not in (pa.int64(), pa.uint64()):
        return empty
    limit = pa.scalar(LARGEST_INTEGER, column.type)
    beyond = compute.greater(column, limit)
    if column.type == pa.int64():
        low = compute.less(column, pa.scalar(-LARGEST_INTEGER, pa.int64()))
        beyond = compute.or_(beyond, low)
    far_off: NDArray[np.bool] = compute.fill_null(beyond, False).to_numpy(zero_copy_only=False)
    return empty | far_off
