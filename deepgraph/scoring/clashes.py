"""Refuses results and lists of rejects that would be in the way of tables or of each other.

Nothing that is read may be replaced, and nothing that is written may be found by the next run of
the same command as one more table.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from deepgraph.errors import OptionError
from deepgraph.scoring import listing, stores
from deepgraph.words.option_names import option
from deepgraph.words.urls import is_url, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from deepgraph.scoring.datasets import DataSet, Input

STDIN = STDOUT = "-"


class Result(NamedTuple):
    """A table, and the paths of what becomes of it.

    Attributes:
        table: that is read.
        output: the path of its result; `None` for a result that tables share.
        rejects: the path of the list of its rows that are left out; `None` without one of its own.
    """

    table: Input
    output: str | None
    rejects: str | None


def refuse(
    data: DataSet, results: Sequence[Result], output: str | None, rejects: str | None
) -> None:
    """Refuse results that would be in the way.

    Args:
        data: the tables.
        results: of each table.
        output: the folder of the results, or the one result of all; `None` for standard output.
        rejects: the folder of the lists, or the one list of all; `None` without any.

    Raises:
        OptionError: they would be.
    """
    for written, what in ((output, "results"), (rejects, "lists")):
        if written not in (None, STDOUT):
            _refuse_within(data, written, what)
    _refuse_each_other(output, rejects)
    _refuse_two_of_a_name(results)
    singles = {
        path: f"file with {option(name)}"
        for path, name in ((output, "output"), (rejects, "errors"))
        if path not in (None, STDOUT) and not stores.is_folder(path)
    }
    cures = singles | {
        path: "folder for the results" if path == result.output else "folder for the lists"
        for result in results
        for path in (result.output, result.rejects)
        if path is not None
    }
    given = {stores.same(each.path) for each in data.inputs if each.path != STDIN}
    for path, cure in cures.items():
        if stores.same(path) in given:
            raise OptionError(f"{name_of(path)} is a table that is read; name another {cure}")


def _refuse_within(data: DataSet, written: str, what: str) -> None:
    """Refuse what would lie in a folder of tables, where a reader finds it."""
    whole = stores.is_folder(written)
    for folder in data.folders:
        if listing.is_inside(written, folder) and (whole or data.takes(written)):
            what = f"these {what}" if whole else "it"
            raise OptionError(
                f"{name_of(written)} lies in {name_of(folder)}, whose tables are read: the next "
                f"run would read {what}, too; name another folder"
            )
    if whole and is_url(written) and _place(written) in {_place(each.path) for each in data.inputs}:
        raise OptionError(f"{name_of(written)} is a table that is read; name another folder")


def _refuse_each_other(output: str | None, rejects: str | None) -> None:
    """Refuse lists among the results, and results among the lists."""
    if output in (None, STDOUT) or rejects is None:
        return
    if _place(output) == _place(rejects):
        raise OptionError(f"{option('errors')} and {option('output')} name the same place")
    pairs = ((rejects, "lists", output, "results"), (output, "results", rejects, "lists"))
    for inner, what, outer, others in pairs:
        if stores.is_folder(outer) and listing.is_inside(inner, outer):
            raise OptionError(
                f"{name_of(inner)} lies in {name_of(outer)}: whoever reads the {others} would read "
                f"the {what}, too; name another folder"
            )


def _place(path: str) -> object:
    """What paths of one folder have in common, with a slash at the end or without."""
    return str(stores.same(path)).rstrip("/") if is_url(path) else stores.same(path.rstrip(os.sep))


def _refuse_two_of_a_name(results: Iterable[Result]) -> None:
    """Refuse two results, or two lists, of one name."""
    outputs: dict[object, str] = {}
    lists: dict[object, str] = {}
    for table, output, rejects in results:
        shown = name_of(table.path)
        if output is not None and (other := outputs.get(output)):
            raise OptionError(
                f"{other} and {shown} would both become {name_of(output)}; name a folder for each, "
                f"or with {option('input')} the folder that holds both"
            )
        if rejects is not None and (other := lists.get(rejects)):
            raise OptionError(
                f"the rows that {other} and {shown} leave out would both be listed in "
                f"{name_of(rejects)}; rename one table, or score them in two runs"
            )
        outputs[output], lists[rejects] = shown, shown
