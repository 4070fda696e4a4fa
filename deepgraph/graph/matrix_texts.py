"""Parses weight matrices and bias vectors under `parameters`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from deepgraph.errors import Problem
from deepgraph.spec import literals
from deepgraph.words.messages import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.graph.parameters import ParameterBlock

Rows = list[list[float | None]] | list[list[msgspec.Raw]]


def read(
    block: ParameterBlock, text: bytes, path: str
) -> tuple[NDArray[np.float64] | None, list[Problem]]:
    """Read the entries of a layer's matrix or vector.

    Args:
        block: the matrix or vector.
        text: its JSON, a list of lists or a list; empty or `null` if it was left out.
        path: its path in the file.

    Returns:
        (entries,) row by row, NaN if left out or wrong, or `None` if there are none; and the
        problems.
    """
    if literals.missing(text):
        return None, []
    matrix = len(block.shape) == 2
    try:
        rows = _rows(text, matrix)
    except msgspec.ValidationError:
        shape = f"a list of {counted(block.shape[0], 'number')}, one for each node"
        if matrix:
            count = counted(block.shape[0], "row")
            shape = f"{count} of {counted(block.shape[1], 'number')}, a list of lists"
        what = f"{block.name} is {shape}; got {literals.shown(text, 30)}"
        return None, [Problem(path, what)]
    columns = block.shape[-1]
    if (matrix and len(rows) != block.shape[0]) or {len(row) for row in rows} - {columns}:
        return None, [Problem(path, _shape_message(block, rows))]
    numbers, wrong = _numbers(rows, text, matrix)
    problems = []
    for position, message in wrong:
        where = divmod(position, columns) if matrix else (position,)
        problems.append(Problem(path + "".join(f"[{i}]" for i in where), message))
    return numbers, problems


def _rows(text: bytes, matrix: bool) -> Rows:
    """The rows of a matrix, or a vector as one row; all entries are texts if one is not plain.

    Raises:
        msgspec.ValidationError: not a list, or for a matrix not a list of lists.
    """
    text = text if matrix else b"[" + text + b"]"
    try:
        return msgspec.json.decode(text, type=list[list[float | None]])
    except msgspec.DecodeError:  # a fraction, or a number out of range
        return msgspec.json.decode(text, type=list[list[msgspec.Raw]])


def _numbers(
    rows: Rows, text: bytes, matrix: bool
) -> tuple[NDArray[np.float64], list[tuple[int, str]]]:
    """The entries row by row, NaN for `null`; position and message of each wrong entry."""
    flat = [entry for row in rows for entry in row]
    if not flat or not isinstance(flat[0], msgspec.Raw):
        numbers = np.array(flat, np.float64)  # None becomes NaN
        large = np.any(np.abs(numbers) >= literals.LARGEST_INTEGER)
        if not large and not literals.has_minus_zero(numbers, text):
            return numbers, []
        decoded = msgspec.json.decode(
            text if matrix else b"[" + text + b"]", type=list[list[msgspec.Raw]]
        )
        flat = [entry for row in decoded for entry in row]
    return literals.values([bytes(entry) for entry in flat if isinstance(entry, msgspec.Raw)])


def _shape_message(block: ParameterBlock, rows: Rows) -> str:
    want = " × ".join(map(str, block.shape))
    counts = [len(row) for row in rows]
    lengths = sorted(set(counts))
    if len(block.shape) == 1:
        given = counted(lengths[0], "entry", "entries")
        return f"{block.name} has {given}, and its layer has {counted(block.shape[0], 'node')}"
    if not rows:
        return f"{block.name} has no rows, and the layers need {want}"
    columns = str(lengths[0])
    if len(lengths) > 1:
        odd = next(row for row, count in enumerate(counts) if count != block.shape[1])
        columns = f"{lengths[0]} to {lengths[-1]} (row {odd + 1:,} has {counts[odd]:,})"
    cure = ": a row for each node of the layer, a column for each node that feeds it"
    if (*lengths, len(rows)) == block.shape:
        cure = ": rows and columns are exchanged; transpose it"
    given = f"{counted(len(rows), 'row')} of {columns}"
    return f"{block.name} has {given}, and the layers need {want}{cure}"
