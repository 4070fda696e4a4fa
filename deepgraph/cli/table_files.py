"""The tables that a command line names, and the files that their results go to."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from pathlib import PurePath
from typing import IO, TYPE_CHECKING, Any

import click

from deepgraph.cli import common, stdin
from deepgraph.scoring import stores

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.request.values import Values
    from deepgraph.scoring.datasets import DataSet
    from deepgraph.scoring.jobs import Job
    from deepgraph.scoring.work import Reading, Work


@contextmanager
def opened(path: str) -> Iterator[IO[bytes]]:
    """Open a file or an object to read, or standard input for `-`."""
    with common.open_input(path) if path == "-" else stores.opened(path) as stream:
        yield stream


@contextmanager
def written(path: str | None) -> Iterator[IO[bytes]]:
    """Open a file or an object to write whole or not at all, or standard output."""
    url = path is not None and stores.is_url(path)
    with stores.written(path) if url and path else common.open_output(path) as stream:
        yield stream


def reading(values: Values, block: int | None = None) -> Reading:
    """How the options say that tables are read."""
    from deepgraph.request import parsing
    from deepgraph.scoring.work import Reading  # imports pyarrow

    options = values.options
    delimiter = options.get("delimiter")
    if delimiter is not None:
        delimiter = parsing.delimiter(delimiter, values.caller.option("delimiter"))
    form: Any = options.get("input_format")
    return Reading(form, delimiter, options.get("decimal", "."), block, opened)


def into_one(
    data: DataSet, output: str | None, form: str | None, read: Reading, errors: str | None
) -> list[Job]:
    """Jobs that write one result of all tables.

    Raises:
        click.UsageError: the result, or `errors`, is a table that is read, or has no suffix.
    """
    from deepgraph.scoring.formats import SUFFIXES
    from deepgraph.scoring.jobs import Job  # imports pyarrow

    refuse_a_table(data, errors)
    if output is not None and output != "-":
        shown = stores.name_of(output)
        if stores.same(output) in {stores.same(given.path) for given in data.inputs}:
            raise click.UsageError(f"{shown} is a table that is read; name another file with -o")
        if data.plural and form is None and output and not PurePath(shown).suffix:
            raise click.UsageError(
                f"{shown}: end it in a slash for a folder with a result for each table, "
                f"or in a suffix for one result, {shown}.csv"
            )
    named = output and stores.name_of(output)
    chosen: Any = form or common.output_format(named, SUFFIXES, "csv")
    found = []
    for number, given in enumerate(data.inputs):
        table = partial(read.table, given.path, data.partitions.get(given.path, {}))
        ready = stdin.ready if given.path == "-" else _always
        one = None if number else partial(written, output)
        found.append(Job(table, one, chosen, True, ready))
    return found


def _always() -> bool:
    return True


def refuse_a_table(data: DataSet, errors: str | None) -> None:
    """Refuse to list what is left out in the place of a table."""
    if errors is not None and stores.same(errors) in {
        stores.same(given.path) for given in data.inputs if given.path != "-"
    }:
        raise click.UsageError(f"--errors {errors} is a table that is read; name another file")


def refuse_a_result(work: Work, errors: str | None) -> None:
    """Refuse to list what is left out in the place of a table or a result."""
    refuse_a_table(work.data, errors)
    for task in work.tasks if errors is not None else ():
        if stores.same(task.output) == stores.same(errors or ""):
            raise click.UsageError(
                f"--errors {errors} is the result of {task.input.path}; name another file"
            )
