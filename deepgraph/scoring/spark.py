"""A network over the rows of a Spark `DataFrame`, by `mapInArrow`.

Spark cuts the rows, sends the batches, and commits each result once; what is computed is the
record-batch function of `deepgraph.scoring.evaluation`. The workers need deepgraph installed, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from deepgraph.errors import InputError
from deepgraph.scoring.evaluation import Evaluation
from deepgraph.scoring.results import require_distinct
from deepgraph.scoring.skipping import evaluate_skipping, fitting, split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.graph.graph import Graph

OnError = Literal["fail", "skip"]
REASON = ("column", "text", "reason")
"""The columns that `rejects` adds: the first input that does not fit, its text, and why."""


def score(df: Any, network: Graph, *, on_error: OnError = "fail", **options: Any) -> Any:
    """The values of a network for each row.

    Args:
        df: a `pyspark.sql.DataFrame` with a column for each input. With `on_error="skip"` columns
            of inputs may hold texts.
        network: all of its parameters must have values.
        on_error: "fail" ends the job with the first row that does not fit, "skip" leaves such rows
            out; `rejects` has them.
        options: of `Evaluation`: `nodes`, `keep`, `argmax`, `pre_activations`, `dtype`, `columns`.

    Returns:
        A `DataFrame` of the kept columns, with their types, and a column for each value. Nothing is
        computed before Spark needs it.

    Raises:
        TableError: a column is missing, or holds no numbers.
        InputError: an option does not fit the network.
    """
    evaluation = Evaluation(network, **options)
    skip = _skips(on_error)
    names = _checked(df, evaluation, skip=skip)

    def rows(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return evaluate_skipping(evaluation, batches, _drop) if skip else evaluation(batches)

    return df.mapInArrow(rows, _schema(df, evaluation, names.names[len(evaluation.kept) :], names))


def rejects(df: Any, network: Graph, **options: Any) -> Any:
    """The rows that `score` with `on_error="skip"` leaves out, and why.

    Args:
        df: as for `score`.
        network: as for `score`.
        options: as for `score`.

    Returns:
        A `DataFrame` of the kept columns and, of the first input that does not fit, `column`,
        `text` and `reason`. Together with those of `score` its rows are those of `df`.

    Raises:
        TableError: a column is missing, or holds neither numbers nor texts.
    """
    evaluation = Evaluation(network, **options)
    _checked(df, evaluation, skip=True)
    kept = [evaluation.rename.get(name, name) for name in evaluation.kept]
    require_distinct([*kept, *REASON], kept)

    def rows(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            _, found = fitting(evaluation, batch)
            chosen = batch.take(pa.array([each.row - 1 for each in found], pa.int64()))
            columns = [evaluation.column(chosen, name) for name in evaluation.kept]
            columns += [pa.array([getattr(e, name) for e in found], pa.string()) for name in REASON]
            yield pa.RecordBatch.from_arrays(columns, names=[*kept, *REASON])

    texts = pa.schema([pa.field(name, pa.string()) for name in REASON])
    return df.mapInArrow(rows, _schema(df, evaluation, REASON, texts))


def _drop(_: pa.RecordBatch) -> None:
    """Drop rows that do not fit; `rejects` finds them again."""


def _skips(on_error: str) -> bool:
    if on_error not in ("fail", "skip"):
        raise InputError(f'on_error is "fail" or "skip", got {on_error!r}')
    return on_error == "skip"


def _checked(df: Any, evaluation: Evaluation, *, skip: bool) -> pa.Schema:
    """The Arrow schema of the result, by the evaluation of no rows; mistakes are told at once."""
    from pyspark.sql.pandas.types import to_arrow_schema

    nothing = pa.RecordBatch.from_pylist([], to_arrow_schema(df.schema))
    result = split(evaluation, nothing).result if skip else evaluation.batch(nothing)[0]
    return result.schema


def _schema(df: Any, evaluation: Evaluation, names: Any, kinds: pa.Schema) -> Any:
    """The Spark schema: kept columns as they are in `df`, and computed ones."""
    from pyspark.sql.pandas.types import from_arrow_type
    from pyspark.sql.types import StructField, StructType

    kept = [
        StructField(evaluation.rename.get(name, name), df.schema[name].dataType)
        for name in evaluation.kept
    ]
    return StructType([*kept, *(StructField(name, from_arrow_type(kinds.field(name).type))
                                for name in names)])  # fmt: skip
