"""The tables that a command line names, and the files that their results go to."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePath
from typing import IO, TYPE_CHECKING, Any

import click

from deepgraph.cli import common, stdin
from deepgraph.errors import FileError, MissingFileError
from deepgraph.files import absent, identity, reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from deepgraph.request.values import Values
    from deepgraph.scoring.jobs import Job
    from deepgraph.tables.base import Table

    Open = Callable[[str], AbstractContextManager[Table]]


@dataclass(frozen=True)
class Tables:
    """Files to read.

    Attributes:
        paths: their paths, in order; - is standard input.
        plural: True if there may be several, even if a pattern found only one.
        sizes: bytes of each; `None` if the size is unknown, as for a pipe.
    """

    paths: list[str]
    plural: bool
    sizes: list[int | None]

    def about_rows(self, input_format: str | None) -> int | None:
        """An estimate of their rows from the rows per byte of the largest; `None` if unknown."""
        from deepgraph.tables.source import about_rows, format_of

        sizes = [size for size in self.sizes if size is not None]
        if len(sizes) < len(self.paths):
            return None
        largest = max(sizes)
        path = self.paths[sizes.index(largest)]
        form: Any = input_format or format_of(path)
        rows = about_rows(path, form)
        return None if rows is None else rows * sum(sizes) // max(largest, 1)


def find(given: tuple[str, ...]) -> Tables:
    """The tables that `--input` names: files, patterns such as `data/*.csv`, standard input.

    Raises:
        FileError: there is no such file.
        click.UsageError: one is named twice, or has no name.
    """
    paths: list[str] = []
    patterns = False
    for text in given:
        if not text:
            raise click.UsageError("--input names no file: its text is empty")
        if text == "-" or os.path.lexists(text) or not set(text) & set("*?["):
            paths.append(text)
            continue
        import glob  # most command lines need none

        found = sorted(path for path in glob.glob(text, recursive=True) if os.path.isfile(path))
        if not found:
            raise FileError(f"{text}: no file matches")
        patterns = True
        paths += found
    seen: set[tuple[int, int] | str] = set()
    sizes = []
    for path in paths:
        real = path if path == "-" else identity(path)
        if real in seen:
            raise click.UsageError(f"{path} is named twice; its rows would be there twice")
        seen.add(real)
        sizes.append(None if path == "-" else _size(path))
    return Tables(paths, patterns or len(paths) > 1, sizes)


def _size(path: str) -> int | None:
    """Bytes of a file; `None` for a pipe or a device, which must not be read beforehand."""
    if os.path.isdir(path):
        raise FileError(
            f"{path}: this is a folder; --input '{os.path.join(path, '*.csv')}' reads the "
            "tables in it"
        )
    try:
        found = os.stat(path)
        return found.st_size if stat.S_ISREG(found.st_mode) else None
    except FileNotFoundError:
        raise MissingFileError(f"{path}: {absent(path)}") from None
    except OSError as error:
        raise FileError(f"{path}: {reason(error)}") from None


def is_folder(output: str | None) -> bool:
    """True if `-o` names a folder, which need not exist yet."""
    return output is not None and (
        output.endswith(("/", os.sep)) or (output != "-" and os.path.isdir(output))
    )


def jobs(
    tables: Tables,
    output: str | None,
    form: str | None,
    values: Values,
    block: int,
    errors: str | None = None,
) -> list[Job]:
    """A job for each table: all into one result, or each into a result of its own in a folder.

    No result may replace a table.

    Raises:
        click.UsageError: two results would have one name, or one that of a table; `errors`, which
            is written as well, is a table or a result.
    """
    given = {identity(path) for path in tables.paths if os.path.isfile(path)}
    if errors is not None and identity(errors) in given:
        raise click.UsageError(f"--errors {errors} is a table that is read; name another file")
    source = partial(_open, values, block)
    if output is None or not is_folder(output):
        return _into_one(tables, output, form, source, given)
    names = [_result_name(path, form, values.options.get("input_format")) for path in tables.paths]
    return _one_each(tables, output, names, source, given, errors)


def _into_one(
    tables: Tables,
    output: str | None,
    form: str | None,
    source: Open,
    given: set[tuple[int, int] | str],
) -> list[Job]:
    """Jobs that write one result; `given` holds the identities of the tables."""
    from deepgraph.scoring.formats import SUFFIXES
    from deepgraph.scoring.jobs import Job  # imports pyarrow

    if output is not None and output != "-":
        if identity(output) in given:
            raise click.UsageError(f"{output} is a table that is read; name another file with -o")
        if tables.plural and form is None and output and not PurePath(output).suffix:
            raise click.UsageError(
                f"{output}: end it in a slash for a folder with a result for each table, "
                f"or in a suffix for one result, {output}.csv"
            )
    chosen: Any = form or common.output_format(output, SUFFIXES, "csv")
    one = partial(common.open_output, output)
    return [
        Job(partial(source, path), None if number else one, chosen, True, _ready(path))
        for number, path in enumerate(tables.paths)
    ]


def _one_each(
    tables: Tables,
    folder: str,
    names: list[tuple[str, Any]],
    source: Open,
    given: set[tuple[int, int] | str],
    errors: str | None,
) -> list[Job]:
    """Jobs that write a result for each table, `names` with their formats, into a folder."""
    from deepgraph.scoring.jobs import Job  # imports pyarrow

    results: dict[str, str] = {}
    found = []
    for path, (name, form) in zip(tables.paths, names, strict=True):
        target = os.path.join(folder, name)
        if name in results:
            raise click.UsageError(
                f"{results[name]} and {path} would both become {target}; name a folder for each"
            )
        if identity(target) in given:
            raise click.UsageError(
                f"{target} is a table that is read; name another folder for the results"
            )
        if errors is not None and identity(target) == identity(errors):
            raise click.UsageError(f"--errors {errors} is the result of {path}; name another file")
        results[name] = path
        into = partial(_open_in, folder, name)
        found.append(Job(partial(source, path), into, form, ready=_ready(path)))
    return found


def _ready(path: str) -> Callable[[], bool]:
    """A function that returns True if more of a table arrives within a moment, as in any file."""
    return stdin.ready if path == "-" else lambda: True


def _result_name(path: str, form: str | None, input_format: str | None) -> tuple[str, Any]:
    """The name and the format of a table's result; by default the format of the table."""
    from deepgraph.scoring.formats import FORMATS
    from deepgraph.tables.source import COMPRESSED, format_of

    plain = PurePath("stdin" if path == "-" else path)
    if plain.suffix.lower() in COMPRESSED:
        plain = plain.with_suffix("")
    same = input_format or format_of(path)
    chosen = form or (same if same in FORMATS else "csv")
    return f"{plain.stem}.{chosen}", chosen


@contextmanager
def _open(values: Values, block: int, path: str) -> Iterator[Table]:
    with common.open_input(path) as stream:
        yield replace(values, table=path).source(stream, block).open()


@contextmanager
def _open_in(folder: str, name: str) -> Iterator[IO[bytes]]:
    path = Path(folder)
    if os.path.lexists(path) and not path.is_dir():
        raise FileError(f"{folder}: this is a file; name another folder for the results")
    common.make_folder(path)
    with common.open_output(os.path.join(folder, name)) as stream:
        yield stream
