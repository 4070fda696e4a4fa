"""Columns that are passed on, of every Arrow type, as the cells of a CSV or the values of JSON.

Dates and times are spelled by Arrow, the same in both; a duration is its number of units. What has
no spelling (bytes, a date beyond the year 9999) is an error that says so.
"""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from pyarrow import types

from deepgraph.errors import TableError
from deepgraph.tables.number_columns import as_numpy
from deepgraph.words.machine_numbers import FORMULA, MARK, PLAIN_NUMBER, json_value, marked_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_WAY_OUT = "leave it out, or write Parquet"
_BYTES = re.compile(r"(?:^|: |=)(?:large_|fixed_size_)?binary")
"""Matches the name of a type that holds bytes, such as `list<item: binary>`."""
PLAIN = frozenset((pa.float64(), pa.float32(), pa.string(), pa.int64(), pa.int32(), pa.bool_()))
"""Types that every format holds."""
_NO_TEXT = "<value out of range"
"""The beginning of what Arrow writes where a date or a time has no text."""


def storage_type(kind: pa.DataType) -> pa.DataType:
    """The type that an extension type is stored as; others are their own."""
    return kind.storage_type if isinstance(kind, pa.BaseExtensionType) else kind


def require(name: str, kind: pa.DataType, form: str, *, nested: bool) -> None:
    """Raise a `TableError` if a format of text cannot hold a column of this type.

    Args:
        name: of the column.
        kind: its type.
        form: "a CSV" or "JSON", for the message.
        nested: true if the format holds lists.
    """
    if kind in PLAIN:
        return
    stored = storage_type(kind)
    if types.is_run_end_encoded(stored):
        stored = stored.value_type
    uuid = str(kind) == "extension<arrow.uuid>"
    impossible = _BYTES.search(str(stored)) and not uuid
    if not nested:
        impossible = impossible or types.is_nested(stored) or types.is_interval(stored)
    if impossible:
        raise TableError(f'column "{name}" holds {kind}, which {form} cannot; {_WAY_OUT}')


def require_parquet(name: str, kind: pa.DataType) -> None:
    """Raise a `TableError` if Parquet cannot hold a column of this type."""
    from pyarrow import parquet  # the other formats do without

    try:
        parquet.ParquetWriter(pa.BufferOutputStream(), pa.schema([(name, kind)])).close()
    except (pa.ArrowException, OSError):
        what = f'column "{name}" holds {kind}, which Parquet cannot'
        raise TableError(f"{what}; leave it out") from None


def plain(name: str, column: pa.Array) -> pa.Array:
    """A column for a format of text: numbers, truth values, texts, dates, and lists of these.

    Raises:
        TableError: a date or a time has no text.
    """
    if column.type in PLAIN:
        return column
    column = _stored(column)
    kind = column.type
    if types.is_duration(kind):
        return column.cast(pa.int64())
    if types.is_date(kind) or types.is_time(kind) or types.is_timestamp(kind):
        return _with_text(name, column)
    return column


def _stored(column: pa.Array) -> pa.Array:
    """A column without an extension type, a dictionary, and whatever else does not show in it."""
    kind = column.type
    if str(kind) == "extension<arrow.uuid>":
        column = pa.array([v and str(v) for v in column.to_pylist()], pa.string())
    elif str(kind) == "extension<arrow.bool8>":
        column = column.storage.cast(pa.bool_())
    elif isinstance(kind, pa.BaseExtensionType):
        column = _stored(column.storage)
    elif types.is_run_end_encoded(kind):
        from pyarrow import compute  # only this needs it

        column = _stored(compute.run_end_decode(column))
    elif types.is_dictionary(kind):
        column = _stored(column.dictionary_decode())
    elif str(kind) == "string_view":
        column = column.cast(pa.string())
    return column


def _with_text(name: str, column: pa.Array) -> pa.Array:
    """Dates or times, which all have a text; in UTC if their zone is unknown on this machine."""
    from pyarrow import compute  # only this needs it

    try:
        column[:1].cast(pa.string())
    except pa.ArrowInvalid:
        column = column.cast(pa.timestamp(column.type.unit, "UTC"))
    order = compute.sort_indices(column)
    known = order.slice(0, len(column) - column.null_count)  # the nulls come last
    ends = column.take(pa.concat_arrays([known.slice(0, 1), known.slice(max(len(known) - 1, 0))]))
    for text in ends.cast(pa.string()).to_pylist():
        if text.startswith(_NO_TEXT):
            number = text.removeprefix(f"{_NO_TEXT}: ").rstrip(">")
            raise TableError(
                f'column "{name}" holds {number} as {column.type}, which is no date or time of day '
                f"that can be written; {_WAY_OUT}"
            )
    return column


# --- JSON ---------------------------------------------------------------------------------------


_QUICK: dict[pa.DataType, Callable[[Any], str]] = {
    pa.float64(): float.__repr__,
    pa.int64(): int.__repr__,
    pa.int32(): int.__repr__,
    pa.string(): partial(json.dumps, ensure_ascii=False),
}


def json_tokens(name: str, column: pa.Array) -> list[str]:
    """(rows,) a column as JSON: decimals with all of their digits, NaN and infinities as texts.

    Raises:
        TableError: a date or a time has no text.
    """
    column = plain(name, column)
    kind = column.type
    if types.is_date(kind) or types.is_time(kind) or types.is_timestamp(kind):
        column = column.cast(pa.string())
    if not column.null_count and kind in _QUICK:
        quick = list(map(_QUICK[kind], column.to_pylist()))
        if kind != pa.float64() or np.isfinite(as_numpy(column)).all():
            return quick
    try:
        return list(map(_token, _values(column)))
    except (OverflowError, ValueError, pa.ArrowException):
        what = f'column "{name}" holds {column.type} with a date that JSON cannot hold'
        raise TableError(f"{what}; {_WAY_OUT}") from None


def _values(column: pa.Array) -> Sequence[Any]:
    """The values of a column; short floats as numpy's scalars, whose decimals are shorter."""
    kind = column.type
    if types.is_floating(kind) and not column.null_count:
        numbers: Sequence[Any] = as_numpy(column)  # type: ignore[assignment]
        return numbers
    values: list[Any] = column.to_pylist()
    if kind in (pa.float32(), pa.float16()):
        dtype = np.float32 if kind == pa.float32() else np.float16
        return [None if value is None else dtype(value) for value in values]
    return values


def _token(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_token, value))}]"
    if isinstance(value, dict):
        pairs = (f"{json.dumps(str(k), ensure_ascii=False)}: {_token(v)}" for k, v in value.items())
        return f"{{{', '.join(pairs)}}}"
    if type(value).__name__ == "Decimal":
        return str(value)
    return json.dumps(json_value(value), ensure_ascii=False, allow_nan=False, default=str)


# --- spreadsheets -------------------------------------------------------------------------------


def marked(batch: pa.RecordBatch) -> pa.RecordBatch:
    """A batch whose texts are `marked_text`."""
    from pyarrow import compute  # only this needs it

    columns = []
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        found = plain(name, column)
        if types.is_string(found.type) or types.is_large_string(found.type):
            formula = compute.match_substring_regex(found, FORMULA.pattern)
            number = compute.match_substring_regex(found, PLAIN_NUMBER.pattern)
            risky = compute.and_(formula, compute.invert(number))
            prefixed = compute.binary_join_element_wise(
                pa.scalar(MARK, found.type), found, pa.scalar("", found.type)
            )
            found = compute.if_else(risky, prefixed, found)
        columns.append(found)
    return pa.RecordBatch.from_arrays(columns, names=list(map(marked_text, batch.schema.names)))
