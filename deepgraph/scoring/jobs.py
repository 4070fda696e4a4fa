"""Evaluates tables into results: reads, evaluates and writes at once, and accounts for every row.

The caller's thread reads pieces and writes results, in order; the other threads turn a piece of a
table into a piece of the result. This depends on nothing but the piece, so neither the number of
threads nor the place of a cut shows in the result.
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import partial
from typing import IO, TYPE_CHECKING, Any

import pyarrow as pa

from deepgraph.errors import TableError
from deepgraph.scoring import cells
from deepgraph.scoring.formats import writer_of
from deepgraph.scoring.pipeline import Behind, in_order
from deepgraph.scoring.report import Report
from deepgraph.tables.rejects import Listing, Rejects
from deepgraph.words.machine_numbers import marked_text
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager

    from deepgraph.scoring.evaluation import Evaluation
    from deepgraph.scoring.formats import FormatName
    from deepgraph.scoring.results import Writer
    from deepgraph.tables.base import Part, Table

    OpenTable = Callable[[], AbstractContextManager[Table]]
    OpenOutput = Callable[[], AbstractContextManager[IO[bytes]]]

WORK = 1 << 25
"""Edges times rows of a piece, about: a tenth of a second, so that many threads share a table."""
UPLOADS = 4
"""Results that are brought to a store at once, and wait on the disk until they are there."""
SMALLEST, LARGEST = 1 << 12, 1 << 20
"""Bytes of a piece of a CSV; the largest hold some 30,000 rows of two numbers and fit the cache."""


@dataclass
class Scored:
    """The result of one table, in numbers.

    Attributes:
        name: of the table.
        rejects: the rows that are left out; `None` if none may be.
        rows: in the table.
        written: rows in the result.
        report: the counts of the evaluation.
    """

    name: str
    rejects: Rejects | None
    rows: int = 0
    written: int = 0
    report: Report = field(default_factory=Report)

    @property
    def left_out(self) -> int:
        """The number of rows that are not in the result."""
        return 0 if self.rejects is None else len(self.rejects)


@dataclass(frozen=True)
class Job:
    """A table, and the result that its rows go to.

    Attributes:
        table: opens the table, which is closed when all is read.
        output: opens the stream of the result; `None` goes on with the result of the job before.
        form: the format of the result.
        shared: keep the result open for other tables until all are done.
        ready: returns `True` if more of the table comes within a moment; before a longer wait,
            finished results are written.
        rejects: opens the list of the rows of this table that are left out, which is written
            before the result; `None` for the list of the whole run.
        on_done: called when the result of this table is there, if it has one of its own.
        waits: bring the result to its place, and call `on_done`, while the next tables are read: a
            store takes a while.
    """

    table: OpenTable
    output: OpenOutput | None
    form: FormatName
    shared: bool = False
    ready: Callable[[], bool] = lambda: True
    rejects: OpenOutput | None = None
    on_done: Callable[[Scored], object] = lambda _: None
    waits: bool = False


@dataclass(frozen=True)
class _Piece:
    """A piece of a table; one without content ends the table."""

    job: Job
    table: Table
    content: Any = None


@dataclass(frozen=True)
class _Done:
    """A piece that was worked on: its rows, the content for the writer, and the counts."""

    piece: _Piece
    part: Part | None = None
    content: Any = None
    rows: int = 0
    report: Report = field(default_factory=Report)


def block_bytes(evaluation: Evaluation) -> int:
    """Bytes of a CSV to read at once; fewer if a row is much work, or much text in the result."""
    work = len(evaluation.network.source) + 20 * len(evaluation.names)
    rows = max(1, WORK // max(1, work))
    return max(SMALLEST, min(LARGEST, rows * 32 * max(1, len(evaluation.headers))))


def score(
    evaluation: Evaluation,
    jobs: Iterable[Job],
    *,
    threads: int = 1,
    skip: bool = False,
    listing: Listing | None = None,
    marked: bool = False,
    on_table: Callable[[Scored], object] = lambda _: None,
    progress: Callable[[int], object] = lambda _: None,
    finish: Callable[[], object] = lambda: None,
) -> None:
    """Evaluate tables one after the other.

    Args:
        evaluation: what to compute.
        jobs: the tables and their outputs; the first has one.
        threads: that work at once, besides the caller's thread, which reads and writes.
        skip: leave rows out that do not fit, instead of ending the run.
        listing: lists the rows that are left out.
        marked: write no text that a spreadsheet takes for a formula.
        on_table: called with the result of each table when it is done.
        progress: called with the number of rows done in all.
        finish: called when all is written, before a shared result takes its place.

    Raises:
        RowError: a row does not fit, and may not be left out.
        TableError: a table as a whole does not fit, or not to the others of one result.
        LostRowsError: rows in are not rows out plus rows left out, a mistake in this program.
    """

    def work(piece: _Piece) -> _Done:
        if piece.content is None:
            return _Done(piece)
        part = piece.table.parse(piece.content, skip=skip)
        if part.rejections and not skip:
            return _Done(piece, part)
        batch, report = evaluation.batch(part.batch)
        batch = cells.marked(batch) if marked else batch
        return _Done(piece, part, writer_of(piece.job.form).encoded(batch), batch.num_rows, report)

    evaluation.warm()
    rows = 0
    scored: Scored | None = None
    pieces = _pieces(evaluation, jobs)
    with (
        closing(Behind(UPLOADS)) as behind,
        _Output() as output,
        closing(in_order(work, pieces, threads)) as results,
    ):
        for done in results:
            job, table = done.piece.job, done.piece.table
            if scored is None:
                own = output.listing(job, listing, marked) if skip else None
                scored = Scored(table.name, Rejects(own, table.name) if skip else None)
            if done.part is not None:
                table.account(done.part, scored.rejects)
            schema = evaluation.schema(table.schema)
            if marked:
                names = map(marked_text, schema.names)
                schema = pa.schema(list(zip(names, schema.types, strict=True)))
            writer = output.of(job, schema, table.name)
            if done.part is not None:
                writer.put(done.content)
                scored.report.add(done.report)
                scored.written += done.rows
                rows += done.part.rows
                progress(rows)
                continue
            table.check_count(scored.written, scored.left_out)
            scored.rows = table.rows
            told = partial(on_table, scored)
            if job.waits:
                behind.start(partial(_publish, output.taken(), job, scored), told)
            else:
                output.end(job, scored)
                told()
            scored = None
        behind.finish()
        finish()


def _publish(files: ExitStack, job: Job, scored: Scored) -> None:
    """Bring a result to its place, and tell that it is there."""
    files.close()
    job.on_done(scored)


class _Output(ExitStack):
    """The result being written; it takes its place when it is closed without an error."""

    def __init__(self) -> None:
        super().__init__()
        self._job: Job | None = None
        self._writer: Writer | None = None
        self._first = ""
        self._list = ExitStack()  # of the rows of one table that are left out

    def __exit__(self, *error: Any) -> bool | None:
        both = ExitStack()
        both.push(super().__exit__)
        both.push(self._list)
        return both.__exit__(*error)

    def listing(self, job: Job, common: Listing | None, marked: bool) -> Listing | None:
        """The list of the rows of a job that are left out: its own, or that of all."""
        if job.rejects is None:
            return common
        return Listing(self._list.enter_context(job.rejects()), named=True, marked=marked)

    def end(self, job: Job, scored: Scored) -> None:
        """Write the end of a table's own list, and of its result unless others go on with it."""
        self._list.close()
        if not job.shared:
            self.close()
            job.on_done(scored)

    def taken(self) -> ExitStack:
        """The list and the result, which this object no longer closes; they close in this order."""
        files = ExitStack()
        files.push(self.pop_all())
        files.push(self._list.pop_all())
        return files

    def of(self, job: Job, schema: pa.Schema, name: str) -> Writer:
        """The writer for rows of a job."""
        if job is not self._job and job.output is not None:
            stream = self.enter_context(job.output())
            self._writer = self.enter_context(writer_of(job.form)(stream, schema))
            self._first, self._schema = name, schema
        elif job is not self._job and schema.types != self._schema.types:
            raise TableError(f"{name}: {_difference(self._schema, schema, self._first)}")
        self._job = job
        assert self._writer is not None
        return self._writer


def _difference(first: pa.Schema, other: pa.Schema, name: str) -> str:
    """The message that the kept columns of two tables have different types."""
    field, wanted = next((b, a) for a, b in zip(first, other, strict=True) if a.type != b.type)
    return (
        f'column "{field.name}" holds {field.type}, and {wanted.type} in {name}; '
        f"one result needs one type: name a folder with {option('output')}, for a result each"
    )


def _pieces(evaluation: Evaluation, jobs: Iterable[Job]) -> Iterator[_Piece | None]:
    """The pieces of all tables in order; `None` if the next one has to be waited for."""
    for job in jobs:
        with job.table() as table:
            evaluation.require_columns(table)
            table.choose(evaluation.headers, evaluation.kept)
            writer_of(job.form).require(evaluation.schema(table.schema))
            for content in table.pieces():
                yield _Piece(job, table, content)
                if not job.ready():
                    yield None
        yield _Piece(job, table)
