"""`deepgraph eval`: the forward pass over a table, or over one row typed on the command line."""

from __future__ import annotations

import math
import os
import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from deepgraph.cli import common
from deepgraph.cli.text import listed

if TYPE_CHECKING:
    from collections.abc import Callable

    from deepgraph.data import Evaluation, Report
    from deepgraph.evaluate import Trace
    from deepgraph.network import Network
    from deepgraph.rejects import Rejects
    from deepgraph.tables import Table

PROGRESS_SECONDS = 0.5


@click.command("eval")
@common.spec_argument
@common.value_options
@click.option("-o", "--output", metavar="FILE", help="Where to write; by default standard output.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "jsonl", "parquet"]),
    help="Format of the result; by default the suffix of -o decides, else CSV.",
)
@click.option("--keep", metavar="COLUMN", multiple=True, help="Pass a column of the table on.")
@click.option(
    "--nodes",
    metavar="IDS",
    multiple=True,
    help="Nodes to write instead of the outputs: all, or id,id,…; an id with a comma by itself.",
)
@click.option("--pre-activations", is_flag=True, help="Write z beside a, as z(id).")
@click.option("--argmax", is_flag=True, help="Add a column with the label of the largest output.")
@click.option(
    "--target",
    metavar="COLUMN",
    help="Compare the largest output with this column and print the accuracy.",
)
@click.option(
    "--dtype",
    type=click.Choice(["float64", "float32"]),
    default="float64",
    show_default=True,
    help="Number type of the computation.",
)
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
    settings: tuple[str, ...],
    table: str | None,
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
    on_error: str,
    errors: str | None,
    seed: int | None,
    method: str,
) -> None:
    """Evaluate a network over the rows of a table.

    \b
    deepgraph eval xor.json --set x1=0 --set x2=1
    deepgraph eval iris.json --input iris.csv --target species -o result.csv
    """
    from deepgraph.results import SUFFIXES  # --help needs no numpy

    common.refuse_one_stdin_for_two(spec, table)
    _check_errors(on_error, errors, output)
    network = common.read_network(spec, seed, method)
    chosen = common.node_names(network, nodes) if nodes else None
    form = form or common.output_format(output, SUFFIXES, "csv")
    if settings or row is not None:
        if keep or argmax or target or on_error != "fail":
            raise click.UsageError(
                "--keep, --argmax, --target and --on-error need a whole table: --input FILE"
            )
        inputs = common.live_inputs(network, settings, table, row, columns, delimiter, input_format)
        _one_row(network, inputs, chosen, pre_activations, dtype, form, output)
        return
    if table is None:
        raise common.give_inputs(network)
    from deepgraph.data import Evaluation, Report  # imports pyarrow

    evaluation = Evaluation(
        network,
        common.pairs(columns, "--column"),
        chosen,
        pre_activations,
        keep,
        argmax,
        target,
        dtype,
    )
    report = Report()
    with common.open_input(table) as stream, ExitStack() as listing:
        rejects = _rejects(on_error, errors, listing)
        opened = common.table_source(table, stream, input_format, delimiter).open()
        common.require_table_inputs(network, opened, columns)
        for name in keep:
            opened.column(name, "--keep")
        if target is not None:
            opened.column(target, "--target")
        _run(evaluation, opened, rejects, listing.close, report, form, output)
    _tell(evaluation, report, rejects)
    if rejects is not None:
        _tell_rejects(rejects, opened.rows, errors)


def _check_errors(on_error: str, errors: str | None, output: str | None) -> None:
    if errors is None:
        return
    if on_error != "skip":
        raise click.UsageError("--errors lists the rows that --on-error skip leaves out")
    if errors == "-":
        raise click.UsageError("--errors names a file")
    if output is not None and os.path.realpath(output) == os.path.realpath(errors):
        raise click.UsageError("--errors and -o name the same file")


def _rejects(on_error: str, errors: str | None, listing: ExitStack) -> Rejects | None:
    """What takes the rows that are left out, where any may be; `listing` closes its file."""
    if on_error == "fail":
        return None
    from deepgraph.rejects import Rejects  # --help needs no numpy

    if errors is None:
        return Rejects()
    return Rejects(listing.enter_context(common.open_output(errors)))


def _one_row(
    network: Network,
    inputs: dict[str, float] | None,
    chosen: list[str] | None,
    pre_activations: bool,
    dtype: str,
    form: str,
    output: str | None,
) -> None:
    """The values for one row, written without pyarrow where the format allows it."""
    from deepgraph import results  # --help needs no numpy

    assert inputs is not None
    nodes = network.output_names if chosen is None else chosen
    names = results.value_headers(nodes, pre_activations=pre_activations)
    results.require_distinct(names)
    wanted = network.node_numbers(nodes)
    trace = network.trace(inputs, dtype=dtype)
    _tell_one_row(trace, inputs)
    numbers: list[Any] = []
    for node in wanted:
        if pre_activations:
            numbers.append(trace.z[node, 0])
        numbers.append(trace.a[node, 0])
    with common.open_output(output) as stream:
        if form != "parquet":
            stream.write(results.row(names, numbers, "jsonl" if form == "jsonl" else "csv"))
            return
        import pyarrow as pa

        arrays = [pa.array([value]) for value in numbers]
        batch = pa.RecordBatch.from_arrays(arrays, names=names)
        with results.Writer(stream, batch.schema, "parquet") as writer:
            writer.write(batch)


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


def _run(
    evaluation: Evaluation,
    table: Table,
    rejects: Rejects | None,
    close_list: Callable[[], None],
    report: Report,
    form: Any,
    output: str | None,
) -> None:
    """The whole table; what is written, and what is left out, is held against what was read."""
    import pyarrow as pa

    from deepgraph.data import evaluate  # imports pyarrow
    from deepgraph.results import Writer

    # The first batch is read before anything is written, so that most mistakes leave no trace.
    batches = table.batches(evaluation.headers, evaluation.kept, rejects)
    results = evaluate(evaluation, batches, report)
    first = next(results, None)
    texts = [pa.field(name, pa.string()) for name in evaluation.kept]
    schema = first.schema if first is not None else evaluation.schema(pa.schema(texts))
    progress = _Progress()
    with common.open_output(output) as stream, Writer(stream, schema, form) as writer:
        if first is not None:
            writer.write(first)
        for batch in results:
            writer.write(batch)
            progress.show(report.rows)
        table.check_count(writer.rows, 0 if rejects is None else len(rejects))
        close_list()  # first, so that no result stands without the list of what it lacks
    progress.clear()


class _Progress:
    """A line on stderr that counts rows; silent off a terminal."""

    def __init__(self) -> None:
        self._start = self._shown = time.monotonic()
        self._drawn = False

    def show(self, rows: int) -> None:
        now = time.monotonic()
        if sys.stderr.isatty() and now - self._shown > PROGRESS_SECONDS:
            rate = rows / (now - self._start)
            click.echo(f"\r{rows:,} rows, {rate:,.0f} a second \x1b[K", err=True, nl=False)
            self._shown, self._drawn = now, True

    def clear(self) -> None:
        if self._drawn:
            click.echo("\r\x1b[K", err=True, nl=False)


def _tell(evaluation: Evaluation, report: Report, rejects: Rejects | None) -> None:
    """What a person should know of the run, on stderr."""
    from deepgraph.data import MOST_STRANGE  # imports pyarrow

    def file_row(position: int) -> int:
        return position if rejects is None else rejects.file_row(position)

    if report.first_nonfinite is not None:
        row, name = report.first_nonfinite
        values = f"{report.nonfinite:,} input values are"
        if report.nonfinite == 1:
            values = "1 input value is"
        click.echo(
            f'Note: {values} NaN or infinite, the first in row {file_row(row):,}, input "{name}".',
            err=True,
        )
    if report.first_nan is not None:
        row, name = report.first_nan
        click.echo(
            f'Note: NaN is born of finite inputs, first in row {file_row(row):,}, node "{name}".',
            err=True,
        )
    if evaluation.target is None:
        return
    if report.strange:
        text, row = next(iter(report.strange.items()))
        more = f" and {len(report.strange) - 1:,} other texts" if len(report.strange) > 1 else ""
        if len(report.strange) == MOST_STRANGE:
            more = more.replace("and ", "and at least ")
        click.echo(
            f'Note: "{text}" (row {file_row(row):,}){more} in "{evaluation.target}" is no output; '
            f"the outputs are {', '.join(evaluation.classes[:10])}.",
            err=True,
        )
    click.echo(
        f"accuracy {report.accuracy:.4g} ({report.correct:,} of {report.rows:,} rows)", err=True
    )


def _tell_rejects(rejects: Rejects, rows: int, errors: str | None) -> None:
    if rejects.first is None:
        return
    where = f"{errors} lists them" if errors else "--errors FILE lists them"
    click.echo(
        f"Note: {len(rejects):,} of {rows:,} rows left out, the first: {rejects.first}. {where}.",
        err=True,
    )
