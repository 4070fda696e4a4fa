"""Record batches in, record batches out, and a second stream of the rows that do not fit.

A row of a batch does not fit where a number is null, is an integer or a decimal that doubles cannot
hold, or is a text that is no number. Columns of texts are read by the rules of a CSV.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from deepgraph.errors import TableError
from deepgraph.scoring.report import Report
from deepgraph.tables.number_columns import as_numpy, holds_numbers, misfits, not_numbers
from deepgraph.tables.rejects import Rejection
from deepgraph.words.typed_numbers import number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from deepgraph.scoring.evaluation import Evaluation

REJECTS = pa.schema(
    [
        pa.field("file", pa.string()),
        pa.field("row", pa.int64()),
        pa.field("column", pa.string()),
        pa.field("text", pa.string()),
        pa.field("reason", pa.string()),
    ]
)
"""The columns of a row that is left out, as in the list of `deepgraph eval --errors`."""


class Split(NamedTuple):
    """What becomes of a batch: the rows that fit, evaluated; the others; and the counts.

    The rows of `result` and of `rejects` are those of the batch.
    """

    result: pa.RecordBatch
    rejects: pa.RecordBatch
    report: Report


def split(
    evaluation: Evaluation, batch: pa.RecordBatch, *, file: str = "", before: int = 0
) -> Split:
    """Evaluate the rows of a batch that fit, and list the others.

    Args:
        evaluation: what to compute.
        batch: with a column for each input, of numbers or texts, and the kept columns.
        file: what the list calls the rows' origin.
        before: rows of that origin before this batch; the list counts from 1.

    Raises:
        TableError: a column is missing, or holds neither numbers nor texts.
    """
    sound, rejections = fitting(evaluation, batch)
    rows = {
        "file": [file] * len(rejections),
        "row": [before + each.row for each in rejections],
        "column": [each.column for each in rejections],
        "text": [each.text for each in rejections],
        "reason": [each.reason for each in rejections],
    }
    rejects = pa.RecordBatch.from_pydict(rows, schema=REJECTS)
    result, report = evaluation.batch(sound)
    return Split(result, rejects, report)


def fitting(
    evaluation: Evaluation, batch: pa.RecordBatch
) -> tuple[pa.RecordBatch, list[Rejection]]:
    """The rows of a batch that fit, with doubles for inputs, and why others do not."""
    found: dict[int, Rejection] = {}
    columns = {}
    for header in evaluation.headers:
        column = evaluation.column(batch, header)
        columns[header], faults = _doubles(column, header)
        for fault in faults:
            found.setdefault(fault.row, fault)
    for header in evaluation.kept:
        columns.setdefault(header, evaluation.column(batch, header))
    sound = pa.RecordBatch.from_pydict(columns)
    if found:
        keep = np.ones(batch.num_rows, np.bool)
        keep[[row - 1 for row in found]] = False
        sound = sound.filter(pa.array(keep))
    return sound, [found[row] for row in sorted(found)]


def _doubles(column: pa.Array, header: str) -> tuple[pa.Array, list[Rejection]]:
    """A column as numbers, and the rows that have none."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or str(kind) == "string_view":
        return _of_texts(column, header)
    if not holds_numbers(kind):
        raise TableError(not_numbers(header, kind))
    return column, misfits(column, header)


def _of_texts(column: pa.Array, header: str) -> tuple[pa.Array, list[Rejection]]:
    """The numbers of texts: as a whole if all are plain, one by one if not."""
    from deepgraph.tables.delimited import BOOLEANS

    with suppress(pa.ArrowInvalid):
        plain = column.cast(pa.float64())
        if not plain.null_count and np.isfinite(as_numpy(plain)).all():
            return plain, []
    numbers: list[float] = []
    faults: list[Rejection] = []
    for row, text in enumerate(column.to_pylist(), 1):
        value = 0.0
        try:
            truth = BOOLEANS.get((text or "").strip(" \t"))
            value = number(text or "") if truth is None else truth
        except ValueError as error:
            faults.append(Rejection(row, header, text or "", str(error)))
        numbers.append(value)
    return pa.array(numbers, pa.float64()), faults


def evaluate_skipping(
    evaluation: Evaluation,
    batches: Iterable[pa.RecordBatch],
    rejects: Callable[[pa.RecordBatch], Any],
    *,
    file: str = "",
    report: Report | None = None,
) -> Iterator[pa.RecordBatch]:
    """The forward pass over record batches, without the rows that do not fit.

    Args:
        evaluation: what to compute.
        batches: as for `deepgraph.scoring.evaluate`; columns of inputs may hold texts.
        rejects: called with the rows of each batch that are left out, in the columns of `REJECTS`;
            not without any.
        file: what `rejects` calls the rows' origin.
        report: its counts grow with each batch.

    Raises:
        TableError: a column is missing, or holds neither numbers nor texts.
    """
    report = Report() if report is None else report
    before = 0
    for batch in batches:
        found = split(evaluation, batch, file=file, before=before)
        before += batch.num_rows
        report.add(found.report)
        if found.rejects.num_rows:
            rejects(found.rejects)
        yield found.result
