"""The end of a run in parts: are all results there, and do they belong together?"""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from deepgraph.errors import LostRowsError, TableError
from deepgraph.scoring import records, stores
from deepgraph.scoring.pipeline import in_order
from deepgraph.words.messages import counted, in_quotes, listed
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deepgraph.scoring.records import Record
    from deepgraph.scoring.work import Task, Work

REQUESTS = 16
"""Requests to a store that are under way at once; each waits more than it works."""
NO_RESULT, CHANGED = "no result yet", "table or result has changed"
SHOWN = 5
"""Names that a message lists."""


class IncompleteError(TableError):
    """Results are missing, or do not belong together."""


def finish(work: Work) -> dict[str, int]:
    """Check that every table has its result, add up the rows, write `_manifest.json`, `_SUCCESS`.

    Returns:
        The rows that were `read`, `written` and `rejected` in all.

    Raises:
        IncompleteError: a result is missing, its table has changed, or a file is in the way.
        OtherRunError: a result was made by another run.
        LostRowsError: rows read are not rows written plus rows rejected.
    """
    found = _records(work)
    _refuse_strays(work, found)
    rows = {"read": 0, "written": 0, "rejected": 0}
    for record in found:
        own = record.rows
        for name in rows:
            rows[name] += own[name]
        if own["read"] != own["written"] + own["rejected"]:
            raise LostRowsError(record.input["name"], *(own[name] for name in rows))
    _write_manifest(work, found, rows)
    return rows


def _records(work: Work) -> list[Record]:
    """The record of each result, in the order of the tables."""
    remote = stores.is_url(work.output) or any(map(stores.is_url, work.data.partitions))
    remote = remote or any(stores.is_url(task.input.path) for task in work.tasks)
    checked = list(in_order(_checked, work.tasks, REQUESTS if remote else 1))
    for kind, cure in (
        (NO_RESULT, "run the shards that lack, or all with"),
        (CHANGED, "make new results with"),
    ):
        names = [name for name, what, _ in checked if what == kind]
        if names:
            some = listed(names, SHOWN, spell=in_quotes)
            raise IncompleteError(
                f"{stores.name_of(work.output)}: {kind}: {len(names):,} of "
                f"{counted(len(checked), 'table')}: {some}; {cure} {option('resume')}"
            )
    return [record for _, _, record in checked if record is not None]


def _checked(task: Task) -> tuple[str, str, Record | None]:
    """The name of a table, what is wrong with its result, and its record."""
    record = task.done()
    if record is not None:
        return task.input.name, "", record
    there = stores.found(task.record) is not None
    return task.input.name, CHANGED if there else NO_RESULT, None


def _refuse_strays(work: Work, found: Iterable[Record]) -> None:
    """Refuse files in the folder that a reader of the results would take for some."""
    known = {stores.same(task.output) for task in work.tasks}
    if work.rejects is not None:
        known |= {
            stores.same(stores.join(work.rejects, record.rejects["name"]))
            for record in found
            if record.rejects is not None
        }
    strays = [
        name for name, there in stores.walk(work.output) if stores.same(there.path) not in known
    ]
    if strays:
        some = listed(strays, SHOWN, spell=in_quotes)
        raise IncompleteError(
            f"{stores.name_of(work.output)}: {some} in this folder "
            f"{'is no result' if len(strays) == 1 else 'are no results'} of these tables; whoever "
            "reads the folder would read them, too: take them away"
        )


def _write_manifest(work: Work, found: list[Record], rows: dict[str, int]) -> None:
    write = partial(stores.join, work.output)
    files = [
        {name: value for name, value in asdict(record).items() if name != "made"}
        for record in sorted(found, key=lambda record: str(record.output["name"]))
    ]
    manifest: dict[str, Any] = {
        "made": asdict(found[0].made) if found else None,
        "rows": rows,
        "files": files,
    }
    with stores.written(write(records.MANIFEST)) as stream:
        stream.write(json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n")
    with stores.written(write(records.SUCCESS)):
        pass
