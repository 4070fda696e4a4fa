"""A spec file as a tree whose long lists are cut into records, but not read yet.

Two versions of a file mostly differ in a few records. Equal texts are equal records, so that those
need not be read: of two files with a million edges each, this takes a third of the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec

from deepgraph.spec.canonical import Object, Tree, ordered, tree
from deepgraph.spec.records import Spec

if TYPE_CHECKING:
    from collections.abc import Iterable

LISTS = ("layers", "nodes", "edges", "examples")
"""The sections that are lists of records."""


class Unread:
    """The records of a section.

    Attributes:
        section: its key.
        texts: the JSON of each record, as it stands in the file.
    """

    def __init__(self, section: str, texts: list[msgspec.Raw]) -> None:
        self.section = section
        self.texts = texts

    def __len__(self) -> int:
        return len(self.texts)

    def read(self, places: Iterable[int] | None = None) -> list[Tree]:
        """The trees of the records at some places, by default of all, in the canonical layout."""
        texts = self.texts if places is None else (self.texts[place] for place in places)
        found = tree((b"[" + b",".join(map(bytes, texts)) + b"]").decode())
        return cast("list[Tree]", ordered({self.section: found}, Spec)[self.section])


Sections = dict[str, "Tree | Unread"]
"""The tree of a spec whose lists of records are `Unread`."""


def sections(text: str) -> Sections:
    """The sections of a sound spec in the canonical order."""
    try:
        members = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except msgspec.DecodeError:  # a key that is no Unicode
        return {**ordered(cast("Object", tree(text)), Spec)}
    lists = {
        key: Unread(key, msgspec.json.decode(members[key], type=list[msgspec.Raw]))
        for key in LISTS
        if key in members
    }
    others = {
        key: "" if key in lists else tree(bytes(member).decode()) for key, member in members.items()
    }
    return {key: lists.get(key, value) for key, value in ordered(others, Spec).items()}
