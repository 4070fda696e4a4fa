"""The end of a run in parts: are all results there, and do they belong together?"""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from deepgraph.errors import LostRowsError, TableError
from deepgraph.scoring import listing, records, stores
from deepgraph.scoring.pipeline import in_order
from deepgraph.scoring.work import REQUESTS
from deepgraph.words.messages import counted, in_quotes, listed
from deepgraph.words.option_names import option
from deepgraph.words.urls import name_of

if TYPE_CHECKING:
    from deepgraph.scoring.records import Record
    from deepgraph.scoring.work import Task, Work

NO_RESULT, CHANGED = "no result yet", "table or result has changed"
SHOWN = 5
"""Names that a message lists."""


class IncompleteError(TableError):
    """Results are missing, or do not belong together."""


def finish(work: Work) -> dict[str, int]:
    """Check that every table has its result, add up the rows, write `_manifest.json`, `_SUCCESS`.

    Results are read again, and their SHA-256 compared; those in a store are if their tags differ.

    Returns:
        The rows that were `read`, `written` and `rejected` in all.

    Raises:
        IncompleteError: a result is missing, its table has changed, or a file is in the way.
        OtherRunError: a result was made by another run.
        LostRowsError: rows read are not rows written plus rows rejected.
    """
    work.begin()
    found = _records(work)
    _refuse_strays(work)
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
    found = work.done(thorough=True)
    lacking = [task for task, record in zip(work.tasks, found, strict=True) if record is None]
    there = in_order(_has_record, lacking, REQUESTS if work.is_remote else 1)
    kinds = [CHANGED if has else NO_RESULT for has in there]
    for kind, cure in (
        (NO_RESULT, "run the shards that lack, or all with"),
        (CHANGED, "make new results with"),
    ):
        names = [task.input.name for task, own in zip(lacking, kinds, strict=True) if own == kind]
        if names:
            some = listed(names, SHOWN, spell=in_quotes)
            raise IncompleteError(
                f"{name_of(work.output)}: {kind}: {len(names):,} of "
                f"{counted(len(found), 'table')}: {some}; {cure} {option('resume')}"
            )
    return [record for record in found if record is not None]


def _has_record(task: Task) -> bool:
    return stores.found(task.record) is not None


def _refuse_strays(work: Work) -> None:
    """Refuse files that a reader of the results, or of the lists, would take for some."""
    places = [(work.output, "no result", "no results", [task.output for task in work.tasks])]
    if work.rejects is not None:
        lists = [path for task in work.tasks if (path := task.rejects_path) is not None]
        places.append((work.rejects, "no list", "no lists", lists))
    for folder, one, more, paths in places:
        known = set(map(stores.same, paths))
        strays = [
            name for name, there in listing.walk(folder) if stores.same(there.path) not in known
        ]
        if strays:
            some = listed(strays, SHOWN, spell=in_quotes)
            raise IncompleteError(
                f"{name_of(folder)}: {some} in this folder "
                f"{f'is {one}' if len(strays) == 1 else f'are {more}'} of these tables; whoever "
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
