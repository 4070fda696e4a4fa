"""The record-batch function: Arrow record batches in, record batches out.

An `Evaluation` takes one batch at a time, is pure, can be pickled, and gives values that do not
depend on how the rows are cut into batches. So CSV, Parquet, threads, a process pool, Spark's
`mapInArrow` and Ray's `map_batches` can all use it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from deepgraph.engines import prepare, require_options
from deepgraph.errors import InputError, TableError
from deepgraph.functions.losses import CLASSES_LOSS
from deepgraph.graph.inputs import float_dtype
from deepgraph.scoring.judgement import loss_of, of_classes, of_numbers, of_targets
from deepgraph.scoring.report import MOST_STRANGE, Report, notice
from deepgraph.scoring.results import require_distinct, value_columns
from deepgraph.tables.number_columns import as_numpy, doubles, holds_numbers, not_numbers
from deepgraph.words.messages import Nearest, shown
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from deepgraph.engines import Engine
    from deepgraph.graph.classes import Classes
    from deepgraph.graph.graph import Graph
    from deepgraph.options.shared import EngineName
    from deepgraph.scoring.results import ValueColumn
    from deepgraph.tables.base import Table

PREDICTION = "prediction"
"""The header of the column that `argmax` adds."""


@dataclass(frozen=True)
class Evaluation:
    """The computation for each batch.

    Attributes:
        network: all of its parameters must have values.
        columns: the headers of inputs that differ from their ids, by id.
        nodes: ids of the nodes to write, and names of stages; by default the outputs.
        pre_activations: also write z before a, under the header `z(h1)`; inputs and biases have
            none.
        keep: headers of columns to pass on; they come first in the result.
        argmax: add a column `prediction` with the class: the label (or id) of the largest output,
            or of one output the one of its two classes.
        target: a column to compare with; it is passed on, too. It holds classes, and the prediction
            is compared; or where a network with one output tells no classes, its wanted numbers.
        dtype: "float64" or "float32".
        engine: "numpy", "numba" or "auto"; see `Network.engine`.
        exact: do without BLAS, so that the bits of wide layers do not depend on how rows are cut.
        threads: that work on one batch.
        rows: the expected number of rows, for the choice of the engine.
        rename: the headers of kept columns in the result, where they differ.
        targets: instead of `target`, by node id a column with its wanted numbers; they are passed
            on, too.
    """

    network: Graph
    columns: dict[str, str] = field(default_factory=dict)
    nodes: Sequence[str] | None = None
    pre_activations: bool = False
    keep: Sequence[str] = ()
    argmax: bool = False
    target: str | None = None
    dtype: str = "float64"
    engine: EngineName = "auto"
    exact: bool = False
    threads: int = 1
    rows: int | None = None
    rename: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        network = self.network
        network.require_values()
        network.require_inputs(self.columns)
        network.members(self.nodes or ())
        for name in self.targets:
            if name not in network.index:
                raise network.unknown(name, stages=False)
        if isinstance(self.keep, str):
            raise InputError(f"keep is a list of headers, got one text: write [{self.keep!r}]")
        float_dtype(self.dtype)
        require_options(self.engine, self.threads)
        if self.argmax and network.classes is None:
            raise InputError(
                "a prediction is the largest of several outputs; this network has one, which names "
                'no classes: write "classes": ["no", "yes"] on it'
            )
        for name in self.rename:
            if name not in self.kept:
                what = f'{option("rename")}: "{shown(name)}" is no column that is kept'
                raise InputError(f"{what}; name it with {option('keep')} too")
        require_distinct(self.names, self.kept)

    @property
    def classify(self) -> bool:
        """True if the result needs the class of each row."""
        return self.argmax or (self.target is not None and self.network.classes is not None)

    @property
    def judges(self) -> bool:
        """True if rows are compared with columns of targets."""
        return self.target is not None or bool(self.targets)

    @cached_property
    def headers(self) -> list[str]:
        """The columns that hold the inputs, in the network's order."""
        return [self.columns.get(name, name) for name in self.network.input_names]

    @property
    def kept(self) -> list[str]:
        """The columns that are passed on."""
        own = [*([] if self.target is None else [self.target]), *self.targets.values()]
        return list(dict.fromkeys([*self.keep, *own]))

    def require_columns(self, table: Table) -> None:
        """Check that a table has the columns of the inputs, and those that are kept.

        Raises:
            TableError: one is missing, or there twice; the message names the option that asks.
        """
        table.require_inputs(dict(zip(self.network.input_names, self.headers, strict=True)))
        for name in self.keep:
            table.column(name, "keep")
        if self.target is not None:
            table.column(self.target, "target")
        for name in self.targets.values():
            table.column(name, "target")

    @cached_property
    def values(self) -> list[ValueColumn]:
        """The columns of the values that are computed."""
        names = self.network.output_names if self.nodes is None else self.nodes
        return value_columns(self.network, names, pre_activations=self.pre_activations)

    @cached_property
    def _needs_z(self) -> bool:
        return any(value.is_z for value in self.values) or (
            self.target is not None and loss_of(self.network) == CLASSES_LOSS
        )

    @cached_property
    def names(self) -> list[str]:
        """The headers of the result."""
        prediction = [PREDICTION] if self.classify else []
        kept = [self.rename.get(name, name) for name in self.kept]
        return [*kept, *(value.header for value in self.values), *prediction]

    @cached_property
    def prepared(self) -> Engine:
        """The engine for the chosen nodes and, behind them, the other outputs."""
        nodes = [self.network.ids[node] for node in self._nodes]
        return prepare(
            self.network,
            nodes,
            dtype=self.dtype,
            engine=self.engine,
            exact=self.exact,
            threads=self.threads,
            rows=self.rows,
        )

    def warm(self) -> None:
        """Prepare the engine, so that no two threads do so at once with the first batches."""
        nothing = np.empty((len(self.headers), 0), self.dtype)
        run = self.prepared.run_with_z if self._needs_z else self.prepared.run
        run(nothing)

    @cached_property
    def _nodes(self) -> list[int]:
        chosen = (value.node for value in self.values)
        return list(dict.fromkeys([*chosen, *map(int, self.network.outputs), *self._aims]))

    @cached_property
    def _aims(self) -> list[int]:
        """The numbers of the nodes that have columns of wanted numbers."""
        return sorted(self.network.index[name] for name in self.targets)

    def __getstate__(self) -> dict[str, Any]:
        """Pickle only the fields; caches are rebuilt."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def schema(self, given: pa.Schema) -> pa.Schema:
        """The schema of the result for batches of this schema.

        Raises:
            TableError: a kept column is missing, or is there twice.
        """
        kept = [
            pa.field(self.rename.get(name, name), given.types[_place(given.names, name)])
            for name in self.kept
        ]
        number = pa.float32() if np.dtype(self.dtype) == np.float32 else pa.float64()
        computed = [pa.field(value.header, number) for value in self.values]
        prediction = [pa.field(PREDICTION, pa.string())] if self.classify else []
        return pa.schema([*kept, *computed, *prediction])

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Record batches in, record batches out: the shape that Spark's `mapInArrow` takes.

        Raises:
            InputError: a whole table is given.
            TableError: later, as in `batch`.
        """
        for kind, cure in ((pa.Table, "X.to_batches()"), (pa.RecordBatch, "[X]")):
            if isinstance(batches, kind):
                raise InputError(f"expected record batches, got one {kind.__name__}: give {cure}")
        return evaluate(self, batches)

    def batch(self, batch: pa.RecordBatch) -> tuple[pa.RecordBatch, Report]:
        """Evaluate one batch, and count.

        Raises:
            TableError: a column is missing, holds no numbers, or has empty cells.
        """
        inputs = self._inputs(batch)
        engine, nodes = self.prepared, self._nodes
        z, a = engine.run_with_z(inputs) if self._needs_z else (None, engine.run(inputs))
        report = Report()
        notice(report, self.network, inputs, a)
        columns: list[Any] = [self.column(batch, name) for name in self.kept]
        place = {node: place for place, node in enumerate(nodes)}
        for value in self.values:
            numbers = z if value.is_z and z is not None else a
            columns.append(_as_arrow(numbers[place[value.node]]))
        outputs = [place[int(node)] for node in self.network.outputs]
        if self.classify:
            prediction = self._classes(a[outputs])
            columns.append(prediction)
            if self.target is not None:
                true = self._compare(prediction, self.column(batch, self.target), report)
                told = self.classes.predicted(a[outputs])
                raw = (a if z is None else z)[outputs]
                report.judgement = of_classes(self.network, raw, a[outputs], true, told)
        elif self.target is not None:
            wanted = self._numbers(batch, self.target)[np.newaxis]
            report.judgement = of_numbers(self.network, a[outputs], wanted)
        if self.targets:
            ids = [self.network.ids[node] for node in self._aims]
            wanted = np.array([self._numbers(batch, self.targets[name]) for name in ids])
            rows = [place[node] for node in self._aims]
            report.judgement = of_targets(self.network, self._aims, a[rows], wanted)
        report.rows = batch.num_rows
        return pa.RecordBatch.from_arrays(columns, schema=self.schema(batch.schema)), report

    @staticmethod
    def column(batch: pa.RecordBatch, header: str) -> pa.Array:
        """A column by its header; a `TableError` if there is none, or two."""
        return batch.column(_place(batch.schema.names, header))

    def _inputs(self, batch: pa.RecordBatch) -> np.ndarray[Any, Any]:
        inputs = np.empty((len(self.headers), batch.num_rows), self.dtype)
        for row, header in zip(inputs, self.headers, strict=True):
            column = self.column(batch, header)
            if not holds_numbers(column.type):
                raise TableError(not_numbers(header, column.type))
            if column.null_count:
                raise TableError(f'column "{header}" has empty cells; numbers belong there')
            with np.errstate(over="ignore"):  # 1e300 is infinite in float32
                plain = pa.types.is_floating(column.type) or pa.types.is_integer(column.type)
                numbers = column if plain else doubles(column)
                row[:] = as_numpy(numbers)
        return inputs

    @property
    def classes(self) -> Classes:
        """The classes that the network tells apart; only for one that does."""
        assert self.network.classes is not None
        return self.network.classes

    def _classes(self, outputs: np.ndarray[Any, Any]) -> pa.Array:
        """The class of each row; null if an output is NaN."""
        found = self.classes.predicted(outputs)
        return pa.array(self.classes.names, pa.string()).take(pa.array(found, mask=found < 0))

    def _numbers(self, batch: pa.RecordBatch, header: str) -> np.ndarray[Any, Any]:
        """(rows,) the numbers of a target column."""
        from pyarrow import compute  # only this needs it

        try:
            numbers = compute.cast(self.column(batch, header), pa.float64())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            what = f'column "{header}" holds no numbers'
            if self.targets:
                raise TableError(f"{what}, which are compared with a node") from None
            name = self.network.output_names[0]
            raise TableError(
                f'{what}, and "{shown(name)}" tells no classes; write "classes": ["no", "yes"] on '
                "it, or name a column of numbers"
            ) from None
        if numbers.null_count:
            raise TableError(f'column "{header}" has empty cells; numbers belong there')
        return np.asarray(numbers.to_numpy(zero_copy_only=False))

    def _compare(self, prediction: pa.Array, target: Any, report: Report) -> Any:
        """Count the rows that are right; return (rows,) the numbers of their classes, or −1."""
        from pyarrow import compute  # only this needs it

        try:
            texts = compute.fill_null(target.cast(pa.string()), "")
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            raise TableError(
                f'column "{self.target}" holds {target.type}, not the names of classes'
            ) from None
        texts = self._meant(texts)
        report.correct += compute.sum(compute.equal(prediction, texts)).as_py() or 0
        known = pa.array(self.classes.names, pa.string())
        odd = compute.invert(compute.is_in(texts, value_set=known))
        for text in compute.unique(texts.filter(odd)).slice(0, MOST_STRANGE).to_pylist():
            if len(report.strange) == MOST_STRANGE:
                break
            report.strange.setdefault(str(text), 1 + compute.index(texts, pa.scalar(text)).as_py())
        numbers = compute.fill_null(compute.index_in(texts, value_set=known), -1)
        return numbers.to_numpy(zero_copy_only=False).astype(np.intp)

    def _meant(self, texts: pa.Array) -> pa.Array:
        """The classes that texts mean."""
        encoded = texts.dictionary_encode()
        meant = [self.classes.meant(text) for text in encoded.dictionary.to_pylist()]
        return pa.array(meant, pa.string()).take(encoded.indices)


def evaluate(
    evaluation: Evaluation, batches: Iterable[pa.RecordBatch], report: Report | None = None
) -> Iterator[pa.RecordBatch]:
    """The forward pass over record batches.

    Args:
        evaluation: what to compute.
        batches: with a float column for each input and the kept columns; others are ignored.
        report: its counts grow with each batch.

    Raises:
        TableError: an empty cell where a number belongs.
    """
    report = Report() if report is None else report
    for batch in batches:
        result, noticed = evaluation.batch(batch)
        report.add(noticed)
        yield result


def _place(names: list[str], header: str) -> int:
    """The position of a column; a `TableError` if there is none of this header, or two."""
    if names.count(header) == 1:
        return names.index(header)
    if header in names:
        raise TableError(f'{names.count(header)} columns are named "{header}"; rename one')
    known = ", ".join(f'"{name}"' for name in names[:20])
    raise TableError(f'no column "{header}"{Nearest(names, f"the columns are {known}")(header)}')


def _as_arrow(values: np.ndarray[Any, Any]) -> pa.Array:
    """(rows,) floats as an Arrow array of the same memory."""
    kind = pa.float32() if values.dtype == np.float32 else pa.float64()
    buffer = pa.py_buffer(np.ascontiguousarray(values))
    return pa.Array.from_buffers(kind, len(values), [None, buffer])
