"""The record-batch function: Arrow record batches in, record batches out.

`evaluate` is pure, one batch at a time, and its values do not depend on how the rows are cut, so
CSV, Parquet, a process pool, Spark's `mapInArrow` and Ray's `map_batches` can all use it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from deepgraph.errors import InputError, TableError
from deepgraph.evaluate import select, trace
from deepgraph.results import require_distinct, value_headers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from deepgraph.network import Network

PREDICTION = "prediction"
"""The header of the column that `argmax` adds."""

MOST_STRANGE = 100
"""How many different texts that are no class a report remembers."""


@dataclass
class Report:
    """What was noticed on the way, summed over the batches.

    Attributes:
        rows: how many were evaluated.
        correct: how many of them were classified as the target column says.
        strange: texts of the target column that are no class, with their first row; no more than
            `MOST_STRANGE`, since a wrong column may have another one in every row.
        nonfinite: how many input values are NaN or infinite.
        first_nonfinite: row (from 1) and input of the first of these.
        first_nan: row and node where a NaN is first born of finite inputs.
    """

    rows: int = 0
    correct: int = 0
    strange: dict[str, int] = field(default_factory=dict)
    nonfinite: int = 0
    first_nonfinite: tuple[int, str] | None = None
    first_nan: tuple[int, str] | None = None

    @property
    def accuracy(self) -> float:
        """The share of rows classified as the target column says."""
        return self.correct / self.rows if self.rows else float("nan")


@dataclass(frozen=True)
class Evaluation:
    """What to compute of each batch.

    Attributes:
        network: all of its parameters must have values.
        columns: headers by input id where they differ.
        nodes: ids of the nodes to write; by default the outputs.
        pre_activations: whether to write z beside a, under the header `z(h1)`.
        keep: headers of input columns to pass on, first in the result.
        argmax: whether to add a column `prediction`: the label (or id) of the largest output.
        target: a column to compare the prediction with; it is passed on, too.
        dtype: "float64" or "float32".
    """

    network: Network
    columns: dict[str, str] = field(default_factory=dict)
    nodes: Sequence[str] | None = None
    pre_activations: bool = False
    keep: Sequence[str] = ()
    argmax: bool = False
    target: str | None = None
    dtype: str = "float64"

    def __post_init__(self) -> None:
        network = self.network
        network.require_values()
        network.require_inputs(self.columns)
        network.node_numbers(self.nodes or ())
        if self.classify and len(network.outputs) < 2:
            raise InputError("a prediction is the largest of several outputs; this network has one")
        require_distinct(self.names)

    @property
    def classify(self) -> bool:
        """Whether the largest output is looked for."""
        return self.argmax or self.target is not None

    @cached_property
    def headers(self) -> list[str]:
        """The columns that hold the inputs, in the network's order."""
        return [self.columns.get(name, name) for name in self.network.input_names]

    @property
    def kept(self) -> list[str]:
        """The columns that are passed on."""
        own = [self.target] if self.target is not None else []
        return list(dict.fromkeys([*self.keep, *own]))

    @cached_property
    def chosen(self) -> list[int]:
        """The numbers of the nodes that are written."""
        if self.nodes is None:
            return [int(node) for node in self.network.outputs]
        return self.network.node_numbers(self.nodes)

    @cached_property
    def values(self) -> list[str]:
        """The headers of the values that are computed."""
        names = [self.network.ids[node] for node in self.chosen]
        return value_headers(names, pre_activations=self.pre_activations)

    @cached_property
    def names(self) -> list[str]:
        """The headers of the result."""
        return [*self.kept, *self.values, *([PREDICTION] if self.classify else [])]

    def schema(self, given: pa.Schema) -> pa.Schema:
        """The schema of the result for batches of this schema."""
        kept = [given.field(name) for name in self.kept]
        number = pa.float32() if np.dtype(self.dtype) == np.float32 else pa.float64()
        computed = [pa.field(name, number) for name in self.values]
        prediction = [pa.field(PREDICTION, pa.string())] if self.classify else []
        return pa.schema([*kept, *computed, *prediction])

    def batch(self, batch: pa.RecordBatch, report: Report) -> pa.RecordBatch:
        """One batch evaluated; what is noticed goes into the report."""
        inputs = self._inputs(batch)
        outputs = self.network.outputs
        nodes = np.array([*self.chosen, *outputs], np.int64)
        z, a = select(self.network, inputs, nodes)
        first_output = len(self.chosen)
        _notice(report, self.network, inputs, a)
        columns: list[Any] = [batch.column(name) for name in self.kept]
        for position in range(first_output):
            if self.pre_activations:
                columns.append(pa.array(z[position]))
            columns.append(pa.array(a[position]))
        if self.classify:
            prediction = self._classes(a[first_output:])
            columns.append(prediction)
            if self.target is not None:
                self._compare(prediction, batch.column(self.target), report)
        report.rows += batch.num_rows
        return pa.RecordBatch.from_arrays(columns, schema=self.schema(batch.schema))

    def _inputs(self, batch: pa.RecordBatch) -> np.ndarray[Any, Any]:
        inputs = np.empty((len(self.headers), batch.num_rows), self.dtype)
        for row, header in zip(inputs, self.headers, strict=True):
            column = batch.column(header)
            if column.null_count:
                raise TableError(f'column "{header}" has empty cells; numbers belong there')
            with np.errstate(over="ignore"):  # 1e300 is infinite in float32
                row[:] = column.to_numpy(zero_copy_only=False)
        return inputs

    @property
    def classes(self) -> list[str]:
        """What the prediction says for each output: its label, or its id."""
        return [self.network.label(int(node)) for node in self.network.outputs]

    def _classes(self, outputs: np.ndarray[Any, Any]) -> pa.Array:
        """The class of each row; null where an output is NaN, the first of equal outputs."""
        largest = np.argmax(outputs, axis=0)
        names = pa.array(self.classes, pa.string())
        return names.take(pa.array(largest, mask=np.isnan(outputs).any(axis=0)))

    def _compare(self, prediction: pa.Array, target: Any, report: Report) -> None:
        from pyarrow import compute  # only this needs it

        try:
            texts = compute.fill_null(target.cast(pa.string()), "")
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            raise TableError(
                f'column "{self.target}" holds {target.type}, not the names of classes'
            ) from None
        report.correct += compute.sum(compute.equal(prediction, texts)).as_py() or 0
        known = pa.array(self.classes, pa.string())
        odd = compute.invert(compute.is_in(texts, value_set=known))
        for text in compute.unique(texts.filter(odd)).slice(0, MOST_STRANGE).to_pylist():
            if len(report.strange) == MOST_STRANGE:
                return
            report.strange.setdefault(
                str(text), report.rows + 1 + compute.index(texts, pa.scalar(text)).as_py()
            )


def evaluate(
    evaluation: Evaluation, batches: Iterable[pa.RecordBatch], report: Report | None = None
) -> Iterator[pa.RecordBatch]:
    """The forward pass over record batches.

    Args:
        evaluation: what to compute.
        batches: with a float column for each input and the kept columns; others are ignored.
        report: filled on the way.

    Raises:
        TableError: an empty cell where a number belongs.
    """
    report = Report() if report is None else report
    for batch in batches:
        yield evaluation.batch(batch, report)


def _notice(report: Report, network: Network, inputs: Any, values: Any) -> None:
    """Count non-finite inputs, and find the first NaN that is born of finite ones."""
    strange = ~np.isfinite(inputs)
    if strange.any():
        report.nonfinite += int(strange.sum())
        if report.first_nonfinite is None:
            row = int(np.flatnonzero(strange.any(axis=0))[0])
            name = network.input_names[int(np.flatnonzero(strange[:, row])[0])]
            report.first_nonfinite = (report.rows + row + 1, name)
    if report.first_nan is None:
        born = np.flatnonzero(np.isnan(values).any(axis=0) & ~strange.any(axis=0))
        if len(born):
            row = int(born[0])
            found = trace(network, inputs[:, row : row + 1]).first_nan()
            if found is not None:
                report.first_nan = (report.rows + row + 1, found[0])
