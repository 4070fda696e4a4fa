"""`deepgraph eval`: the forward pass over tables, or over one row typed on the command line."""

from __future__ import annotations

import os
import shlex
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from deepgraph.cli import common, eval_parts, eval_tables, options
from deepgraph.cli.eval_notes import Notes, note_one_row
from deepgraph.cli.eval_tables import Results
from deepgraph.cli.text import say
from deepgraph.options import shared
from deepgraph.request.caller import WHOLE_TABLE
from deepgraph.scoring import formats, stores
from deepgraph.words.urls import name_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deepgraph.request.request import Request


@options.command("eval")
@options.spec_argument
@click.argument("more", metavar="[TABLE]...", nargs=-1)
@options.many_value_options
@options.output_option(
    "Where to write; by default standard output. A folder takes a result for each table."
)
@options.format_option(formats.FORMATS, "The format of the result", "CSV")
@options.options_of(
    shared.KEEP,
    shared.RENAME,
    shared.NODES,
    shared.PRE_ACTIVATIONS,
    shared.ARGMAX,
    shared.TARGET_COLUMN,
    shared.DTYPE,
)
@options.option_of(shared.ENGINE)
@click.option(
    "--exact",
    is_flag=True,
    help="Compute wide layers without BLAS: the same bits however the rows are cut into batches.",
)
@click.option(
    "--threads",
    type=click.IntRange(1),
    metavar="N",
    help="The number of threads; by default one for each core. The result is the same.",
)
@click.option(
    "-v",
    "--verbose",
    is_flag=True,
    help="Print the engine, the rows of each table and the rows per second.",
)
@click.option(
    "--on-error",
    type=options.Choice(["fail", "skip"]),
    default="fail",
    show_default=True,
    help="What to do with a row that cannot be read: end the run, or leave the row out.",
)
@click.option(
    "--errors",
    "errors",
    metavar="FILE",
    help="Where --on-error skip lists the rows it leaves out: CSV of row, column, text, reason. "
    "A folder takes a list for each table.",
)
@click.option(
    "--spreadsheet-safe",
    "marked",
    is_flag=True,
    help="Put a ' before texts of a CSV that a spreadsheet would take for formulas.",
)
@options.json_option("With -o: print the counts, and the scores of --target, as JSON.")
@eval_parts.part_options
@options.seed_options
def command(
    spec: str,
    more: tuple[str, ...],
    output: str | None,
    form: str | None,
    engine: str,
    exact: bool,
    threads: int | None,
    verbose: bool,
    on_error: str,
    errors: str | None,
    marked: bool,
    as_json: bool,
    shard: tuple[int, int] | None,
    resume: bool,
    finish: bool,
    **given: Any,
) -> None:
    """Evaluate a network over the rows of tables.

    Further arguments are tables, too, so that a shell may fill in a pattern behind --input. Tables
    and results may be objects, too: s3://bucket/folder/, gs://, abfs://, hdfs://.

    \b
    deepgraph eval xor.json --set x1=0 x2=1
    deepgraph eval iris.json --input iris.csv --target species -o result.csv
    deepgraph eval xor.json --input part1.csv part2.csv -o results/
    """
    # Tiles of rows share the cores; BLAS would start threads of its own, and none is used.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    given["input"] = (*given["input"], *more)
    _check(spec, given, more, output, on_error, errors)
    typed = _typed(spec, given)
    if as_json:
        _check_report(output, typed is not None, finish)
    parts = eval_parts.Parts(shard, resume, finish)
    parts.check(given, output, errors)
    results = Results(output, form, on_error == "skip", errors, marked)
    if typed is not None:
        several = _write_typed(typed, given, results)
        if verbose and not several:
            say("one row, computed node by node: no engine, and one thread", err=True)
        return
    tables = given.pop("input")
    asked = common.request("eval", spec, given)
    if not tables:
        raise asked.no_inputs()
    eval_tables.run(
        *(asked, tables, given, results, parts),
        threads=threads,
        verbose=verbose,
        as_json=as_json,
        engine=engine,
        exact=exact,
    )


def _typed(spec: str, given: dict[str, Any]) -> Request | None:
    """The request about rows that are typed: by --set, --over, --row or an example.

    It is `None` if whole tables come; that of an example is put among the options.
    """
    is_example = given["example"] is not None
    if not (given["set"] or given["over"] or given["row"] is not None or is_example):
        return None
    asked = common.request("eval", spec, {**given, "input": (given["input"] or (None,))[0]})
    if not is_example or given["row"] is not None:
        return asked
    asked.check()
    found = asked.resolved
    if found.values.table is None:
        return asked
    given |= {"example": None, "input": (found.values.table,)}
    given["target"] = tuple(found.options.get("target", ()))
    return None


def _write_typed(asked: Request, given: Mapping[str, Any], results: Results) -> bool:
    """Write the values of rows that are typed; true if there may be several."""
    if given["row"] is None and (given["over"] or asked.resolved.values.given is not None):
        _over(asked, results)
        return True
    _one_row(asked, given, results)
    return False


def _refuse_skipping(results: Results) -> None:
    """Refuse to leave out rows that are typed, of which none would be listed."""
    if results.skip:
        raise common.TERMINAL.refusal(WHOLE_TABLE.format("on_error"))


def _say_loss(asked: Request) -> None:
    """Tell the loss of the example whose values were written, if it has one."""
    told = asked.loss_of_example()
    if told:
        say(told, err=True)


def _check_report(output: str | None, typed: bool, finish: bool) -> None:
    """Refuse --json where there is no report of tables, or no place left for their results."""
    if finish:
        raise click.UsageError("--finish prints its report as lines; leave out --json")
    if typed:
        raise click.UsageError(
            "--json reports on whole tables; for one row as JSON take --format jsonl"
        )
    if output in (None, "-"):
        raise click.UsageError(
            "--json prints a report, so the results need a file: -o FILE; for the results as JSON "
            "take --format jsonl"
        )


def _check(
    spec: str,
    given: dict[str, Any],
    more: tuple[str, ...],
    output: str | None,
    on_error: str,
    errors: str | None,
) -> None:
    """Refuse files that would be read or written twice, and values without a --set before each."""
    for path in given["input"]:
        common.refuse_one_stdin_for_two(spec, path)
    for text in more:
        if given["set"] and "=" in text and not os.path.exists(text):
            raise click.UsageError(f"{text} is read as a table; say --set {shlex.quote(text)}")
    if errors is not None:
        if on_error != "skip":
            raise click.UsageError("--errors lists the rows that --on-error skip leaves out")
        if errors == "-":
            raise click.UsageError("--errors names a file")
        if output is not None and _same(output, errors):
            raise click.UsageError("--errors and -o name the same file")
    for option, written in (("-o", output), ("--errors", errors)):
        if written is not None and spec != "-" and _same(written, spec):
            raise click.UsageError(f"{option} {name_of(written)} is the spec; name another file")


def _same(path: str, other: str) -> bool:
    return stores.same(path) == stores.same(other)


def _over(asked: Request, results: Results) -> None:
    """Write the values of the rows of `--over` or of an example, with the inputs in front."""
    asked.values.check()
    _refuse_skipping(results)
    asked = asked.resolved
    network = asked.network
    from deepgraph.request.value_table import evaluation_of  # imports pyarrow
    from deepgraph.scoring.jobs import Job, score

    varying = [name for name in asked.values.varying if name in network.input_names]
    evaluation = evaluation_of(network, asked.options, {}, varying)
    form = results.format()
    notes = Notes(evaluation, None, False, False)
    opened = partial(asked.values.grid, network)
    job = Job(opened, partial(common.open_output, results.output), form)
    score(evaluation, [job], threads=1, marked=results.marked, on_table=notes.add)
    notes.show()
    _say_loss(asked)


def _one_row(asked: Request, given: Mapping[str, Any], results: Results) -> None:
    """Write the values of one row, without pyarrow where the format allows it."""
    tables = given["input"]
    network = asked.network  # a mistake in it is reported before those of the options
    asked.check()
    asked = asked.resolved
    _refuse_skipping(results)
    if len(tables) > 1 and not given["set"]:
        raise click.UsageError("--row takes a row of one table")
    inputs = asked.inputs()
    from deepgraph.request.value_table import one_row  # --help needs no numpy
    from deepgraph.words.machine_numbers import marked_text

    form = results.format()
    names, numbers, trace = one_row(network, inputs, asked.options)
    names = list(map(marked_text, names)) if results.marked else names
    note_one_row(trace, inputs)
    with common.open_output(results.output) as stream:
        formats.writer_of(form).write_row(stream, names, numbers)
    _say_loss(asked)
