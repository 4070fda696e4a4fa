"""`deepgraph eval`: the forward pass over tables, or over one row typed on the command line."""

from __future__ import annotations

import math
import os
import shlex
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from deepgraph.cli import common, table_files
from deepgraph.cli.progress import Line
from deepgraph.cli.text import listed
from deepgraph.errors import RowError
from deepgraph.options import shared
from deepgraph.scoring import formats
from deepgraph.words.messages import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.evaluate.reference import Trace
    from deepgraph.network import Network
    from deepgraph.scoring.evaluation import Evaluation, Report
    from deepgraph.scoring.jobs import Scored
    from deepgraph.tables.rejects import Listing, Rejects

PROGRESS_SECONDS = 0.5
MOST_TOLD = 20
"""Of how many tables with something odd each is told."""


@click.command("eval")
@common.spec_argument
@click.argument("more", metavar="[TABLE]...", nargs=-1)
@common.many_value_options
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Where to write; by default standard output. A folder takes a result for each table.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(formats.FORMATS)),
    help="Format of the result; by default the suffix of -o decides, else CSV.",
)
@common.option_of(shared.KEEP)
@common.option_of(shared.NODES)
@common.option_of(shared.PRE_ACTIVATIONS)
@common.option_of(shared.ARGMAX)
@common.option_of(shared.TARGET_COLUMN)
@common.option_of(shared.DTYPE)
@click.option(
    "--engine",
    type=click.Choice(["auto", "numpy", "numba"]),
    default="auto",
    show_default=True,
    help="What computes; numba is quicker on large tables, pip install 'deepgraph-nn[fast]'.",
)
@click.option(
    "--exact", is_flag=True, help="Keep BLAS out of wide layers: the same bits for any cut of rows."
)
@click.option(
    "--threads",
    type=click.IntRange(1),
    metavar="N",
    help="How many threads work; by default one for each core. The result is the same.",
)
@click.option("-v", "--verbose", is_flag=True, help="Tell the engine, and rows by table and time.")
@click.option(
    "--on-error",
    type=click.Choice(["fail", "skip"]),
    default="fail",
    show_default=True,
    help="What a row of the table that does not fit does: end the run, or be left out.",
)
@click.option(
    "--errors",
    "errors",
    metavar="FILE",
    help="Where --on-error skip lists the rows it leaves out: CSV of row, column, text, reason.",
)
@common.seed_options
def command(
    spec: str,
    more: tuple[str, ...],
    settings: tuple[str, ...],
    tables: tuple[str, ...],
    row: int | None,
    columns: tuple[str, ...],
    delimiter: str | None,
    input_format: str | None,
    output: str | None,
    form: str | None,
    keep: tuple[str, ...],
    nodes: tuple[str, ...],
    pre_activations: bool,
    argmax: bool,
    target: str | None,
    dtype: str,
    engine: Any,
    exact: bool,
    threads: int | None,
    verbose: bool,
    on_error: str,
    errors: str | None,
    seed: int | None,
    method: str,
) -> None:
    """Evaluate a network over the rows of tables.

    Further arguments are tables, too, so that a shell may fill in a pattern behind --input.

    \b
    deepgraph eval xor.json --set x1=0 --set x2=1
    deepgraph eval iris.json --input iris.csv --target species -o result.csv
    deepgraph eval xor.json --input part1.csv part2.csv -o results/
    """
    # Tiles of rows share the cores; BLAS would start threads of its own, and none is used.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    given = (*tables, *more)
    for path in given:
        common.refuse_one_stdin_for_two(spec, path)
    _check_settings(settings, more)
    _check_errors(on_error, errors, output)
    for option, written in (("-o", output), ("--errors", errors)):
        if written is not None and spec != "-" and _same(written, spec):
            raise click.UsageError(f"{option} {written} is the spec; name another file")
    network = common.read_network(spec, seed, method)
    chosen = common.node_names(network, nodes) if nodes else None
    if settings or row is not None:
        if keep or argmax or target or on_error != "fail":
            raise click.UsageError(
                "--keep, --argmax, --target and --on-error need a whole table: --input FILE"
            )
        if len(given) > 1 and not settings:
            raise click.UsageError("--row takes a row of one table")
        table = given[0] if given else None
        values = common.Values(settings, table, row, columns, delimiter, input_format)
        inputs = common.live_inputs(network, values)
        _one_row(network, inputs, chosen, pre_activations, dtype, form, output)
        if verbose:
            click.echo("one row, computed node by node: no engine, and one thread", err=True)
        return
    if not given:
        raise common.give_inputs(network)
    found = table_files.find(given)
    from deepgraph.engines.threads import cores  # imports pyarrow
    from deepgraph.scoring import jobs as scoring
    from deepgraph.scoring.evaluation import Evaluation

    workers = threads or cores()
    evaluation = Evaluation(
        network,
        common.pairs(columns, "--column"),
        chosen,
        pre_activations,
        keep,
        argmax,
        target,
        dtype,
        engine,
        exact,
        rows=found.about_rows(input_format),
    )
    block = scoring.block_bytes(evaluation)
    jobs = table_files.jobs(found, output, form, input_format, delimiter, block, errors)
    told = _Told(evaluation, errors, found.plural, verbose)
    progress = _Progress()
    with ExitStack() as stack:
        listing = _listing(errors, found.plural, stack)
        try:
            scoring.score(
                evaluation,
                jobs,
                threads=workers,
                skip=on_error == "skip",
                listing=listing,
                tell=told.add,
                progress=progress.show,
                finish=stack.close,  # no result stands without the list of what it lacks
            )
        except BaseException as error:
            progress.clear()
            if told.tables and table_files.is_folder(output):
                stack.close()  # results stand already, and so must the list
            if not isinstance(error, RowError):
                raise
            raise RowError(f"{error} (or leave such rows out: --on-error skip)") from None
    progress.clear()
    told.tell()
    if verbose:
        engine = evaluation.prepared
        _tell_speed(f"engine {engine.name}: {engine.reason}", workers, told.rows, progress.seconds)


def _check_settings(settings: tuple[str, ...], more: tuple[str, ...]) -> None:
    """Values stand behind a --set each; without, they would be taken for tables."""
    for text in more:
        if settings and "=" in text and not os.path.exists(text):
            raise click.UsageError(f"{text} is read as a table; say --set {shlex.quote(text)}")


def _check_errors(on_error: str, errors: str | None, output: str | None) -> None:
    if errors is None:
        return
    if on_error != "skip":
        raise click.UsageError("--errors lists the rows that --on-error skip leaves out")
    if errors == "-":
        raise click.UsageError("--errors names a file")
    if output is not None and _same(output, errors):
        raise click.UsageError("--errors and -o name the same file")


def _same(path: str, other: str) -> bool:
    return os.path.realpath(path) == os.path.realpath(other)


def _listing(errors: str | None, named: bool, stack: ExitStack) -> Listing | None:
    """What lists the rows that are left out; `stack` closes its file."""
    if errors is None:
        return None
    from deepgraph.tables.rejects import Listing  # --help needs no numpy

    return Listing(stack.enter_context(common.open_output(errors)), named=named)


def _one_row(
    network: Network,
    inputs: dict[str, float] | None,
    chosen: list[str] | None,
    pre_activations: bool,
    dtype: str,
    form: str | None,
    output: str | None,
) -> None:
    """The values for one row, written without pyarrow where the format allows it."""
    from deepgraph.scoring import results  # --help needs no numpy

    assert inputs is not None
    chosen_form: Any = form or common.output_format(output, formats.SUFFIXES, "csv")
    nodes = network.output_names if chosen is None else chosen
    numbered = network.node_numbers(nodes)
    columns = results.value_columns(network, numbered, pre_activations=pre_activations)
    names = [column.header for column in columns]
    results.require_distinct(names)
    trace = network.trace(inputs, dtype=dtype)
    _tell_one_row(trace, inputs)
    numbers: list[Any] = [column.of(trace)[0] for column in columns]
    with common.open_output(output) as stream:
        formats.writer_of(chosen_form).write_row(stream, names, numbers)


def _tell_one_row(trace: Trace, inputs: dict[str, float]) -> None:
    """NaN and infinity, as of a table; told first, since a reader of stdout may leave."""
    strange = [name for name, value in inputs.items() if not math.isfinite(value)]
    if strange:
        what = "is" if len(strange) == 1 else "are"
        click.echo(f"Note: {listed(strange)} {what} NaN or infinite.", err=True)
        return
    born = trace.first_nan()
    if born is not None:
        click.echo(f'Note: NaN is born of finite inputs, first in node "{born[0]}".', err=True)


class _Progress:
    """Counts rows."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._line = Line(PROGRESS_SECONDS)
        self.clear = self._line.clear

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self._start

    def show(self, rows: int) -> None:
        self._line.show(lambda: f"{rows:,} rows, {rows / self.seconds:,.0f} a second")


class _Told:
    """What a person should know of the run, on stderr: of each table, and of all together."""

    def __init__(
        self, evaluation: Evaluation, errors: str | None, plural: bool, verbose: bool
    ) -> None:
        self.rows = self._written = self._left_out = self._correct = self.tables = 0
        self._evaluation = evaluation
        self._errors = errors
        self._plural = plural
        self._verbose = verbose
        self._notes: list[str] = []
        self._silent = 0

    def add(self, scored: Scored) -> None:
        """One table is done."""
        self.rows += scored.rows
        self._written += scored.written
        self._left_out += scored.left_out
        self._correct += scored.report.correct
        self.tables += 1
        notes = [*_notes(self._evaluation, scored.report, scored.rejects)]
        if scored.rejects is not None and scored.rejects.first is not None:
            where = f"{self._errors} lists them" if self._errors else "--errors FILE lists them"
            notes.append(
                f"{scored.left_out:,} of {scored.rows:,} rows left out, the first: "
                f"{scored.rejects.first}. {where}."
            )
        if notes and len(self._notes) >= MOST_TOLD:
            self._silent += 1
            notes = []
        place = f"{scored.name}: " if self._plural else ""
        self._notes += [f"Note: {place}{note}" for note in notes]
        if self._verbose and self._plural:
            rows = counted(scored.rows, "row")
            self._notes.append(
                f"{place}{rows}, {scored.written:,} written, {scored.left_out:,} left out"
            )

    def tell(self) -> None:
        """All tables are done."""
        for note in self._notes:
            click.echo(note, err=True)
        if self._silent:
            click.echo(f"Note: something was odd in {self._silent:,} more tables.", err=True)
        if self._plural and (self._verbose or self._left_out):
            click.echo(
                f"{self.tables:,} tables: {self.rows:,} rows, {self._written:,} written, "
                f"{self._left_out:,} left out",
                err=True,
            )
        if self._evaluation.target is not None:
            share = self._correct / self._written if self._written else math.nan
            click.echo(
                f"accuracy {share:.4g} ({self._correct:,} of {self._written:,} rows)", err=True
            )


def _notes(evaluation: Evaluation, report: Report, rejects: Rejects | None) -> Iterator[str]:
    """What is odd about the values of one table."""
    from deepgraph.scoring.evaluation import MOST_STRANGE  # imports pyarrow

    def file_row(position: int) -> int:
        return position if rejects is None else rejects.file_row(position)

    if report.first_nonfinite is not None:
        row, name = report.first_nonfinite
        values = f"{report.nonfinite:,} input values are"
        if report.nonfinite == 1:
            values = "1 input value is"
        yield f'{values} NaN or infinite, the first in row {file_row(row):,}, input "{name}".'
    if report.first_nan is not None:
        row, name = report.first_nan
        yield f'NaN is born of finite inputs, first in row {file_row(row):,}, node "{name}".'
    if report.strange:
        text, row = next(iter(report.strange.items()))
        others = len(report.strange) - 1
        least = "at least " if len(report.strange) == MOST_STRANGE else ""
        more = f" and {least}{counted(others, 'other text')}" if others else ""
        verb = "are no outputs" if others else "is no output"
        yield (
            f'"{text}" (row {file_row(row):,}){more} in "{evaluation.target}" {verb}; '
            f"the outputs are {', '.join(evaluation.classes[:10])}."
        )


def _tell_speed(engine: str, threads: int, rows: int, seconds: float) -> None:
    rate = rows / seconds if seconds else math.inf
    share = f"{threads} thread{'s' * (threads > 1)}"
    click.echo(
        f"{engine}; {share}; {rows:,} rows in {seconds:.2f} s, {rate:,.0f} a second", err=True
    )
