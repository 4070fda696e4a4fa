"""The edges of a large spec as columns, read without keeping an object for each.

A list of many edges is read piece by piece into records that live as long as their piece. What is
accepted here is sound in every respect that `deepgraph.spec.json_text` and `deepgraph.spec.lenient`
look at; where it might not be, there is no answer, and the file is read by them, which say what is
wrong.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import repeat
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from msgspec import UNSET, Raw, UnsetType

from deepgraph.spec import uniform_records
from deepgraph.spec.literals import LARGEST_INTEGER, has_minus_zero
from deepgraph.spec.name_table import Numbering

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from deepgraph.spec.uniform_records import Field

PIECE = 1 << 20
"""Bytes of the file that are looked at together."""
PART = 1 << 16
"""The same where edges are not all written alike: what is made of them stays in the cache."""


class _Whole(msgspec.Struct):
    edges: Raw = Raw()


class _Edge(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """An edge as the format has it; a key that is not written is `UNSET`."""

    source: str
    target: str
    label: str | UnsetType | None = UNSET
    weight: float | UnsetType | None = UNSET
    trainable: bool | UnsetType = UNSET
    note: str | UnsetType | None = UNSET


_DECODER = msgspec.json.Decoder(list[_Edge])
_CUT = re.compile(rb"\}[ \t\n\r]*,")
_SOURCE, _TARGET, _LABEL, _WEIGHT, _TRAINABLE, _NOTE = map(attrgetter, _Edge.__struct_fields__)
_WRITTEN_ALIKE = {"source", "target", "label", "weight"}


@dataclass(frozen=True)
class _Piece:
    """Some edges by what they hold.

    Attributes:
        source: (edges,) the numbers of the ids at their tails.
        target: (edges,) likewise at their heads.
        weight: (edges,) nearest doubles; NaN where none is written.
        parameter: (edges,) false for a wire, which has neither label nor weight.
        frozen: (edges,) `"trainable": false`.
        labelled: (edges,) whether there is a label.
        hashes: (edges,) of the labels.
        labels: themselves, where no one is too long for that.
    """

    source: NDArray[np.int32]
    target: NDArray[np.int32]
    weight: NDArray[np.float64]
    parameter: NDArray[np.bool_]
    frozen: NDArray[np.bool_]
    labelled: NDArray[np.bool_]
    hashes: NDArray[np.uint64]
    labels: Field | None


@dataclass(frozen=True)
class Columns(_Piece):
    """All edges; see `_Piece`.

    Attributes:
        names: the ids, by number.
    """

    names: list[str]

    @classmethod
    def joined(cls, pieces: list[_Piece], names: list[str]) -> Columns:
        """Pieces, one after the other."""
        columns: dict[str, Any] = {
            field.name: np.concatenate([getattr(piece, field.name) for piece in pieces])
            for field in fields(_Piece)
            if field.name != "labels"
        }
        labels = uniform_records.joined([piece.labels for piece in pieces])
        return cls(**columns, labels=labels, names=names)

    @cached_property
    def repeats(self) -> int:
        """How many labels stand on an earlier edge, too; one hash counts as one label."""
        ordered = np.sort(self.hashes[self.labelled])
        return int(np.count_nonzero(ordered[1:] == ordered[:-1]))

    def ends(self, edge: int) -> tuple[str, str]:
        """The ids at the ends of an edge."""
        return self.names[self.source[edge]], self.names[self.target[edge]]

    @cached_property
    def numbered_labels(self) -> tuple[NDArray[np.int32], list[str]] | None:
        """(edges,) of each label its number in a list, which also comes; −1 where there is none.

        The labels stand there in the order of the edges. `None` if this is not known, or if most
        labels stand once, so that records cost less.
        """
        if self.labels is None or 2 * self.repeats < np.count_nonzero(self.labelled):
            return None
        numbering = Numbering()
        numbers = np.concatenate([numbering.of(part) for part in self.labels.parts(1 << 14)])
        numbers[~self.labelled] = -1
        return numbers, list(numbering)

    def has_no_label_of(self, names: Sequence[str]) -> bool:
        """Whether none of these is a label; `False` may also mean that it is not known."""
        known = uniform_records.hashes_of(names, uniform_records.field_of(names))
        return not np.any(np.isin(self.hashes[self.labelled], known))


def read(content: bytes) -> tuple[int, int, Columns] | None:
    """The edges of a spec.

    Args:
        content: of the file, without a byte order mark.

    Returns:
        Where their list begins and ends, and what it holds; `None` if they have to be looked at
        one by one: something is wrong with them, a key stands twice, a weight is a fraction or of
        2**53 and more or the integer -0, a backslash stands somewhere.
    """
    try:
        edges = _WHOLE.decode(content).edges
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    place, size = _address(edges)
    start = place - _address(content)[0]
    end = start + size
    if not size or content[start] != ord("["):
        return None
    # glibc's malloc keeps as much as was once given back, twice over: without this, the memory of
    # each piece would come anew from the system, a page at a time.
    np.empty(16 * PIECE, np.uint8)
    inside = memoryview(content)[start + 1 : end - 1]
    numbering, pieces = Numbering(), []
    for columns in _pieces(inside, numbering):
        if columns is None:
            return None
        pieces.append(columns)
    return start, end, Columns.joined(pieces, list(numbering))


_WHOLE = msgspec.json.Decoder(_Whole)


def _cut(text: bytes | memoryview, size: int) -> Iterator[bytes]:
    """Pieces of a list's inside of at least this many bytes, but for the last; cut at commas."""
    place = 0
    while cut := _CUT.search(text, place + size):
        yield bytes(text[place : cut.start() + 1])
        place = cut.end()
    yield bytes(text[place:])


def _pieces(inside: memoryview, numbering: Numbering) -> Iterator[_Piece | None]:
    """The columns of a list's edges, piece by piece."""
    failures = waiting = 0
    for text in _cut(inside, PIECE):
        if waiting:
            waiting -= 1
        else:
            columns = _of_alike(text, numbering)
            if columns is not None:
                failures = 0
                yield columns
                continue
            failures += 1  # the more in a row, the longer it is not tried
            waiting = 2**failures - 1
        for part in _cut(text, PART):
            columns = _of_records(part, numbering)
            is_empty = columns is not None and not len(columns.source)
            yield None if is_empty and len(part) < len(inside) else columns


def _address(view: Raw | bytes) -> tuple[int, int]:
    """Where in memory a view begins, and how long it is."""
    array = np.frombuffer(view, np.uint8)
    return array.__array_interface__["data"][0], len(array)


def _of_alike(text: bytes, numbering: Numbering) -> _Piece | None:
    """The columns of edges that are all written alike, in the order of `Columns`."""
    found = uniform_records.read(text)
    if found is None or not {"source", "target"} <= found.keys() <= _WRITTEN_ALIKE:
        return None
    if any(field.is_text == (key == "weight") for key, field in found.items()):
        return None
    count = len(found["source"].length)
    nothing, everything = np.zeros(count, np.bool_), np.ones(count, np.bool_)
    label, number = found.get("label"), found.get("weight")
    labels = label or uniform_records.empty_texts(count)
    weight = number.numbers() if number else np.full(count, np.nan)
    if weight is None or _is_odd(weight, text):
        return None
    return _Piece(
        numbering.of(found["source"]),
        numbering.of(found["target"]),
        weight,
        everything if label or number else nothing,
        nothing,
        everything if label else nothing,
        labels.hashes(),
        labels,
    )


def _of_records(text: bytes, numbering: Numbering) -> _Piece | None:
    """The columns of some edges in the order of `Columns`; `None` where they are not that plain."""
    piece = b"[%b]" % text
    if b"\\" in piece:
        return None
    try:
        if not piece.isascii():
            piece.decode()
        records = _DECODER.decode(piece)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    count = len(records)
    source = np.fromiter(map(numbering.__getitem__, map(_SOURCE, records)), np.int32, count)
    target = np.fromiter(map(numbering.__getitem__, map(_TARGET, records)), np.int32, count)
    labels = list(map(_LABEL, records))
    labelled = np.fromiter(map(isinstance, labels, repeat(str)), np.bool_, count)
    texts = [label or "" for label in labels]
    field = uniform_records.field_of(texts)
    try:
        weight = np.fromiter(map(_WEIGHT, records), np.float64, count)
        parameter = np.ones(count, np.bool_)
        weights = count
    except TypeError:  # some have none
        given = list(map(_WEIGHT, records))
        weight = np.array([entry if isinstance(entry, float) else np.nan for entry in given])
        weighted = np.array([entry is not UNSET for entry in given])
        weights, parameter = int(weighted.sum()), weighted | labelled
    if _is_odd(weight, piece):
        return None
    frozen = np.zeros(count, np.bool_)
    # As many colons as members that were found: then no key stands twice.
    members = 3 * count - labels.count(UNSET) + weights
    colons = int(np.count_nonzero(np.frombuffer(piece, np.uint8) == ord(":")))
    if colons != members:
        trainable, notes = list(map(_TRAINABLE, records)), list(map(_NOTE, records))
        frozen = np.array([entry is False for entry in trainable])
        members += 2 * count - trainable.count(UNSET) - notes.count(UNSET)
        strings = (*map(_SOURCE, records), *map(_TARGET, records), *texts, *notes)
        colons -= sum(string.count(":") for string in strings if isinstance(string, str))
        if colons != members:
            return None
    hashes = uniform_records.hashes_of(texts, field)
    short = field if np.all(field.length <= uniform_records.LONGEST) else None
    return _Piece(source, target, weight, parameter, frozen, labelled, hashes, short)


def _is_odd(weight: NDArray[np.float64], text: bytes) -> bool:
    """Whether a weight is an integer that a double may not keep as it is written."""
    return bool(np.any(np.abs(weight) >= LARGEST_INTEGER)) or has_minus_zero(weight, text)
