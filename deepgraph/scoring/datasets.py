"""Data sets: files, patterns, folders and URLs as a list of tables, each with a name of its own.

The name of a table fixes the name of its result before anything is read: `-o out/` takes the result
of `data/year=2026/part-1.csv` under `out/year=2026/part-1.csv`, whichever machine makes it.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePath, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from deepgraph.errors import FileError, OptionError
from deepgraph.scoring import listing, patterns, stores
from deepgraph.tables.source import COMPRESSED, FORMATS, SUFFIXES, about_rows, format_of
from deepgraph.words.option_names import option
from deepgraph.words.urls import is_url, name_of, place_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deepgraph.scoring.formats import FormatName
    from deepgraph.tables.source import FormatName as InputFormat

NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
"""The folder of rows that have no value in the column of a partition."""
STDIN = "-"
_WHOLE_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,17}")


class Input(NamedTuple):
    """A table to read.

    Attributes:
        path: a path or a URL; - is standard input.
        name: with slashes, from the folder of the data set on; its result has it, too, but for the
            suffix.
        size: in bytes; `None` if unknown, as for a pipe.
        changed: when, in nanoseconds.
    """

    path: str
    name: str
    size: int | None = None
    changed: int = 0

    @property
    def there(self) -> stores.Found:
        """The file as it was found."""
        return stores.Found(self.path, self.size, self.changed)


@dataclass(frozen=True)
class DataSet:
    """Tables to read.

    Attributes:
        inputs: in order.
        plural: true if there may be several, even if a pattern found only one.
        folders: that were named as such.
        passed_over: files of folders that are no tables by their suffix.
        partitions: the values of columns that folders such as `year=2026` hold, by path.
        input_format: of all files, whatever their suffixes.
    """

    inputs: list[Input]
    plural: bool
    folders: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    partitions: Mapping[str, Mapping[str, Partition]] = field(default_factory=dict)
    input_format: InputFormat | None = None

    def takes(self, path: str) -> bool:
        """True if a file of this name in one of the folders is a table."""
        return is_table(PurePath(place_of(path)).name, self.input_format)

    def about_rows(self, input_format: InputFormat | None) -> int | None:
        """An estimate of the rows from the rows per byte of the largest file; `None` if unknown."""
        sizes = [given.size for given in self.inputs if given.size is not None]
        if len(sizes) < len(self.inputs):
            return None
        largest = max(self.inputs, key=lambda given: given.size or 0)
        if is_url(largest.path):
            return None
        rows = about_rows(largest.path, input_format or format_of(largest.path))
        return None if rows is None else rows * sum(sizes) // max(largest.size or 0, 1)


def find(given: Iterable[str], input_format: InputFormat | None = None) -> DataSet:
    """The tables that `input` names: files, patterns, folders, URLs of all these, standard input.

    Args:
        given: of a pattern or a folder all tables count, in the order of their names.
        input_format: takes every file of a folder for a table, whatever its suffix.

    Raises:
        FileError: there is no such file, or no table in a folder.
        OptionError: one is named twice, or has no name.
    """
    inputs: list[Input] = []
    folders: list[str] = []
    passed_over: list[str] = []
    has_pattern = False
    for text in given:
        if not text:
            raise OptionError(f"{option('input')} names no file: its text is empty")
        if text == STDIN:
            inputs.append(Input(STDIN, "stdin"))
        elif os.path.isdir(text) or (is_url(text) and _is_folder(text)):
            folders.append(text)
            inputs += _in_folder(text, input_format, passed_over)
        elif patterns.is_pattern(text):
            has_pattern = True
            inputs += _matching(text)
        else:
            there = stores.found(text)
            if there is None:
                raise stores.missing(text)
            inputs.append(Input(text, PurePath(place_of(text)).name, *there[1:]))
    _refuse_twice(inputs)
    plural = bool(folders or has_pattern or inputs[1:])
    partitions = _partitions([given.path for given in inputs])
    return DataSet(inputs, plural, folders, passed_over, partitions, input_format)


def _is_folder(url: str) -> bool:
    return stores.is_folder(url) or (not patterns.is_pattern(url) and stores.is_there_a_folder(url))


def _matching(pattern: str) -> list[Input]:
    """The files that a pattern finds; each has its own name, without the folders above it."""
    head, parts = patterns.cut(pattern)
    kept: list[stores.Found] = []
    if is_url(head) or os.path.isdir(head or "."):
        found = listing.files_below(
            head, partial(patterns.enters, parts), partial(patterns.fits, parts)
        )
        kept = [there for _, there in found if there.size is not None]
    if not kept:
        raise FileError(f"{name_of(pattern)}: no file matches")
    return [Input(there.path, PurePath(place_of(there.path)).name, *there[1:]) for there in kept]


def _in_folder(folder: str, form: InputFormat | None, passed_over: list[str]) -> list[Input]:
    """The tables below a folder, with the names of the folders between."""
    tables = []
    for name, there in listing.walk(folder):
        if is_table(name, form):
            tables.append(Input(there.path, name, *there[1:]))
        else:
            passed_over.append(there.path)
    if not tables:
        known = ", ".join(SUFFIXES)
        every = option("input_format", "csv", argument="input_format='csv'")
        way_out = f"; {every} takes every file" if passed_over else ""
        raise FileError(f"{name_of(folder)}: no table ({known}) in this folder{way_out}")
    return tables


def _suffix(name: str) -> str:
    path = PurePosixPath(name)
    return (path.with_suffix("") if path.suffix.lower() in COMPRESSED else path).suffix.lower()


def _refuse_twice(inputs: list[Input]) -> None:
    seen = set()
    for given in inputs:
        real = given.path if given.path == STDIN else stores.same(given.path)
        if real in seen:
            raise OptionError(
                f"{name_of(given.path)} is named twice; its rows would be there twice"
            )
        seen.add(real)


# --- partitions ---------------------------------------------------------------------------------


class Partition(NamedTuple):
    """The value that a folder holds for the rows below it.

    Attributes:
        text: as the folder spells it; `None` for `NO_VALUE`.
        whole: true if all values of the column in the data set are whole numbers.
    """

    text: str | None
    whole: bool

    @property
    def value(self) -> int | str | None:
        """The value as it is passed on."""
        return int(self.text) if self.whole and self.text is not None else self.text


def _partitions(paths: list[str]) -> dict[str, dict[str, Partition]]:
    """The columns that the folders of each path hold, by path."""
    found = {path: texts for path in paths if (texts := _texts(path))}
    odd = {
        key
        for texts in found.values()
        for key, text in texts.items()
        if text is not None and not _WHOLE_NUMBER.fullmatch(text)
    }
    return {
        path: {key: Partition(text, key not in odd) for key, text in texts.items()}
        for path, texts in found.items()
    }


def _texts(path: str) -> dict[str, str | None]:
    folders = place_of(path).replace(os.sep, "/").split("/")[:-1]
    pairs = [folder.split("=", 1) for folder in folders if folder.find("=") > 0]
    return {unquote(key): None if text == NO_VALUE else unquote(text) for key, text in pairs}


# --- the names of results -----------------------------------------------------------------------


def result_name(
    name: str, form: FormatName | None, input_format: InputFormat | None
) -> tuple[str, FormatName]:
    """The name and the format of the result of a table; by default the format of the table.

    >>> result_name("year=2026/part-1.csv.gz", None, None)
    ('year=2026/part-1.csv', 'csv')
    """
    from deepgraph.scoring.formats import FORMATS as WRITTEN

    plain = PurePosixPath(name)
    if plain.suffix.lower() in COMPRESSED:
        plain = plain.with_suffix("")
    same = input_format or format_of(name)
    chosen: FormatName = form or (same if same in WRITTEN else "csv")
    return str(plain.with_name(f"{plain.stem}.{chosen}")), chosen


def rejects_name(result: str) -> str:
    """The name of the list of rows that are left out of a result.

    >>> rejects_name("year=2026/part-1.parquet")
    'year=2026/part-1.csv'
    """
    return f"{result.rpartition('.')[0]}.csv"


def is_table(name: str, input_format: InputFormat | None) -> bool:
    """True if a folder of tables takes a file of this name for one."""
    return input_format is not None or _suffix(name) in SUFFIXES


def is_text(form: InputFormat) -> bool:
    """True for a format of tables that is text."""
    return bool(FORMATS[form].delimiter)
