"""The tables that a command line names, and the files that their results go to."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from pathlib import PurePath
from typing import IO, TYPE_CHECKING, Any

import click

from deepgraph.cli import common, stdin
from deepgraph.scoring import stores
from deepgraph.words import urls

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
    url = path is not None and urls.is_url(path)
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

    Args:
        data: the tables.
        output: the file of the result; `None` for standard output.
        form: its format; by default its suffix decides.
        read: how tables are read.
        errors: the folder of a list for each table, or the one list of all.

    Raises:
        OptionError: what is written would be in the way of a table.
        click.UsageError: the result has no suffix.
    """
    from deepgraph.scoring import clashes
    from deepgraph.scoring.datasets import rejects_name, result_name
    from deepgraph.scoring.formats import SUFFIXES
    from deepgraph.scoring.jobs import Job  # imports pyarrow

    named = output and urls.place_of(output)
    if data.plural and form is None and named and named != "-" and not PurePath(named).suffix:
        raise click.UsageError(
            f"{urls.name_of(output or '')}: end it in a slash for a folder with a result for each "
            f"table, or in a suffix for one result, {named}.csv"
        )
    lists = errors if errors is not None and stores.is_folder(errors) else None
    results = []
    for given in data.inputs:
        name, _ = result_name(given.name, None, read.input_format)
        one = None if lists is None else stores.join(lists, rejects_name(name))
        results.append(clashes.Result(given, None, one))
    clashes.refuse(data, results, output, errors)
    chosen: Any = form or common.output_format(named, SUFFIXES, "csv")
    found = []
    for number, (given, _, one) in enumerate(results):
        table = partial(read.table, given.path, data.partitions.get(given.path, {}))
        ready = stdin.ready if given.path == "-" else _always
        shared = None if number else partial(written, output)
        rejects = None if one is None else partial(stores.written, one)
        found.append(Job(table, shared, chosen, True, ready, rejects))
    return found


def _always() -> bool:
    return True


def refuse_a_list(work: Work, errors: str | None) -> None:
    """Refuse one list of all rows that are left out in the place of a table, or among results."""
    from deepgraph.scoring import clashes

    if errors is not None and work.rejects is None:
        clashes.refuse(work.data, [task.result for task in work.tasks], work.folder, errors)
