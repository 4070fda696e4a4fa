"""The rows of tables through a network, into one result or one for each table."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from deepgraph.cli import common, eval_parts, table_files
from deepgraph.cli.eval_notes import Notes, speed
from deepgraph.cli.text import Progress, say
from deepgraph.errors import DeepgraphError, RowError
from deepgraph.scoring import formats, stores
from deepgraph.scoring.datasets import find
from deepgraph.words.messages import counted
from deepgraph.words.urls import name_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deepgraph.cli.eval_parts import Parts
    from deepgraph.request.request import Request
    from deepgraph.scoring.datasets import DataSet
    from deepgraph.scoring.evaluation import Evaluation
    from deepgraph.scoring.jobs import Job

PROGRESS_SECONDS = 0.5


@dataclass(frozen=True)
class Results:
    """Where results go, and how: the options of the same names.

    Attributes:
        output: of `-o`.
        form: of `--format`.
        skip: true for `--on-error skip`.
        errors: where the rows that are left out are listed.
        marked: true for `--spreadsheet-safe`.
    """

    output: str | None
    form: Any
    skip: bool
    errors: str | None
    marked: bool

    @property
    def lists(self) -> str | None:
        """The folder of a list for each table, if there is one."""
        errors = self.errors
        return errors if errors is not None and stores.is_folder(errors) else None

    def format(self) -> Any:
        """The format of the one result of rows that are typed.

        Raises:
            click.UsageError: its suffix names none, or `marked` is for another.
        """
        chosen = self.form or common.output_format(self.output, formats.SUFFIXES, "csv")
        only_for_csv(self.marked, chosen)
        return chosen


def only_for_csv(marked: bool, *forms: str) -> None:
    """Refuse `--spreadsheet-safe` for other formats."""
    if marked and set(forms) - {"csv"}:
        raise click.UsageError("--spreadsheet-safe is for a CSV")


def run(
    asked: Request,
    tables: tuple[str, ...],
    given: Mapping[str, Any],
    results: Results,
    parts: Parts,
    *,
    threads: int | None,
    verbose: bool,
    as_json: bool,
    **engine: Any,
) -> None:
    """Evaluate tables.

    Args:
        asked: the network and its options.
        tables: files, patterns, folders, URLs.
        given: all options by name.
        results: where they go.
        parts: which of them are made.
        threads: that work; by default one for each core.
        verbose: print the engine and its speed.
        as_json: print counts and scores as JSON, and no words about them.
        engine: further fields of the `Evaluation`.
    """
    data = find(tables, given["input_format"])
    _note_others(data)
    from deepgraph.engines.threads import cores  # imports pyarrow
    from deepgraph.request.value_table import evaluation_of

    threads = threads or cores()
    rows = data.about_rows(given["input_format"])
    columns, keep = asked.values.columns, given["keep"]
    evaluation = evaluation_of(asked.network, asked.options, columns, keep, rows=rows, **engine)
    jobs = _jobs(asked, evaluation, data, results, parts)
    if jobs is None:
        return
    only_for_csv(results.marked, *(job.form for job in jobs))
    notes = Notes(evaluation, results.errors, data.plural, verbose)
    progress = Progress(PROGRESS_SECONDS)
    _score(evaluation, jobs, results, notes, progress, threads, named=data.plural)
    notes.show(scores=not as_json)
    if as_json:
        common.write_output(None, common.json_text(notes.document()))
    if verbose:
        say(speed(evaluation.prepared, threads, notes.rows, progress.seconds), err=True)


def _note_others(data: DataSet) -> None:
    """Note that a folder holds files that are no tables."""
    others = data.passed_over
    if others:
        more = f" and {len(others) - 1:,} more" if others[1:] else ""
        common.note(f"{name_of(others[0])}{more}: no table by its suffix, passed over")


def _jobs(
    asked: Request, evaluation: Evaluation, data: DataSet, results: Results, parts: Parts
) -> list[Job] | None:
    """The work to do; `None` if only its end was asked for, and is done."""
    from deepgraph.scoring.jobs import block_bytes
    from deepgraph.scoring.work import Work, require_folder

    reading = table_files.reading(asked.values, block_bytes(evaluation))
    output, errors = results.output, results.errors
    if results.lists is not None:
        require_folder(results.lists, "lists")
    if output is None or not stores.is_folder(output):
        return table_files.into_one(data, output, results.form, reading, errors)
    require_folder(output)
    work = Work(
        evaluation,
        data,
        output,
        results.form,
        reading,
        skip=results.skip,
        rejects=results.lists,
        marked=results.marked,
        recorded=parts.asked,
    )
    table_files.refuse_a_list(work, errors)
    if parts.finish:
        eval_parts.finish(work)
        return None
    return eval_parts.jobs(work, parts)


def _score(
    evaluation: Evaluation,
    jobs: list[Job],
    results: Results,
    notes: Notes,
    progress: Progress,
    threads: int,
    *,
    named: bool,
) -> None:
    """Do the work, and say what holds of the results if it fails."""
    from deepgraph.scoring.jobs import score
    from deepgraph.tables.rejects import Listing

    listing = None
    rows_out = 0

    def count(rows: int) -> None:
        nonlocal rows_out
        rows_out = rows
        progress.show(lambda: f"{rows:,} rows, {rows / progress.seconds:,.0f} a second")

    with ExitStack() as files, progress:
        if results.errors is not None and results.lists is None:
            stream = files.enter_context(table_files.written(results.errors))
            listing = Listing(stream, named=named, marked=results.marked)
        try:
            score(
                evaluation,
                jobs,
                threads=threads,
                skip=results.skip,
                listing=listing,
                marked=results.marked,
                on_table=notes.add,
                progress=count,
                finish=files.close,  # the list of rows left out is written before any result
            )
        except BaseException as error:
            output = results.output
            if notes.tables and output and stores.is_folder(output):
                files.close()  # some results are written, so the list must be, too
            if isinstance(error, DeepgraphError) and rows_out and output in (None, "-"):
                common.note(
                    f"standard output holds {counted(rows_out, 'row')} already; with -o FILE "
                    "a result is whole or not there"
                )
            if not isinstance(error, RowError):
                raise
            raise RowError(f"{error} (or leave such rows out: --on-error skip)") from None
