"""The edges of a large spec as columns, read without keeping an object for each.

A list of many edges is read piece by piece into records that live as long as their piece. What is
accepted here is sound in every respect that `deepgraph.jsontext` and `deepgraph.form` look at;
where it might not be, there is no answer, and the file is read by them, which say what is wrong.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from msgspec import UNSET, Raw, UnsetType

from deepgraph.numeral import LARGEST_INTEGER, has_minus_zero

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

PIECE = 1 << 16
"""Bytes of the file whose records are alive at once; they stay in the processor's cache."""


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
_ABSENT, _NULL = hash(UNSET), hash(None)


@dataclass(frozen=True)
class Columns:
    """Edges by what they hold.

    Attributes:
        names: the ids at their ends, each once.
        source: (edges,) numbers into `names`.
        target: (edges,) likewise.
        weight: (edges,) nearest doubles; NaN where none is written.
        parameter: (edges,) false for a wire, which has neither label nor weight.
        frozen: (edges,) `"trainable": false`.
        labelled: (edges,) whether there is a label.
        hashes: (edges,) of the labels, as `hash` gives them in this process.
    """

    names: list[str]
    source: NDArray[np.int32]
    target: NDArray[np.int32]
    weight: NDArray[np.float64]
    parameter: NDArray[np.bool_]
    frozen: NDArray[np.bool_]
    labelled: NDArray[np.bool_]
    hashes: NDArray[np.int64]

    def labels_are_distinct(self) -> bool:
        """Whether no two edges share a label; `False` may also mean that it is not known."""
        ordered = np.sort(self.hashes[self.labelled])
        return not np.any(ordered[1:] == ordered[:-1])

    def has_no_label_of(self, names: Iterable[str]) -> bool:
        """Whether none of these is a label; `False` may also mean that it is not known."""
        known = np.array([hash(name) for name in names], np.int64)
        return not np.any(np.isin(self.hashes[self.labelled], known))


class _Numbers(dict[str, int]):
    """Numbers by name, given in the order in which they are first asked for."""

    def __missing__(self, name: str) -> int:
        number = self[name] = len(self)
        return number


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
    numbers, view = _Numbers(), memoryview(content)
    pieces = []
    place = start + 1
    while place < end:
        cut = _CUT.search(content, place + PIECE, end)
        behind = end - 1 if cut is None else cut.start() + 1
        piece = b"".join((b"[", view[place:behind], b"]"))
        if b"\\" in piece:
            return None
        try:
            if not piece.isascii():
                piece.decode()
            records = _DECODER.decode(piece)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
        columns = _columns(piece, records, numbers)
        if columns is None or not (records or place == start + 1):
            return None
        pieces.append(columns)
        place = end if cut is None else cut.end()
    whole = [np.concatenate(column) for column in zip(*pieces, strict=True)]
    return start, end, Columns(list(numbers), *whole)


_WHOLE = msgspec.json.Decoder(_Whole)


def _address(view: Raw | bytes) -> tuple[int, int]:
    """Where in memory a view begins, and how long it is."""
    array = np.frombuffer(view, np.uint8)
    return array.__array_interface__["data"][0], len(array)


def _columns(
    piece: bytes, records: list[_Edge], numbers: _Numbers
) -> tuple[NDArray[Any], ...] | None:
    """The columns of some edges in the order of `Columns`; `None` where they are not that plain."""
    count = len(records)
    source = np.fromiter(map(numbers.__getitem__, map(_SOURCE, records)), np.int32, count)
    target = np.fromiter(map(numbers.__getitem__, map(_TARGET, records)), np.int32, count)
    hashes = np.fromiter(map(hash, map(_LABEL, records)), np.int64, count)
    written = hashes != _ABSENT
    labelled = written & (hashes != _NULL)
    try:
        weight = np.fromiter(map(_WEIGHT, records), np.float64, count)
        parameter = np.ones(count, np.bool_)
        weights = count
    except TypeError:  # some have none
        given = list(map(_WEIGHT, records))
        weight = np.array([entry if isinstance(entry, float) else np.nan for entry in given])
        weighted = np.array([entry is not UNSET for entry in given])
        weights, parameter = int(weighted.sum()), weighted | labelled
    if np.any(np.abs(weight) >= LARGEST_INTEGER) or has_minus_zero(weight, piece):
        return None
    frozen = np.zeros(count, np.bool_)
    # As many colons as members that were found: then no key stands twice.
    members = 2 * count + int(written.sum()) + weights
    colons = int(np.count_nonzero(np.frombuffer(piece, np.uint8) == ord(":")))
    if colons != members:
        trainable, notes = list(map(_TRAINABLE, records)), list(map(_NOTE, records))
        frozen = np.array([entry is False for entry in trainable])
        members += 2 * count - trainable.count(UNSET) - notes.count(UNSET)
        texts = (*map(_SOURCE, records), *map(_TARGET, records), *map(_LABEL, records), *notes)
        colons -= sum(text.count(":") for text in texts if isinstance(text, str))
        if colons != members:
            return None
    return source, target, weight, parameter, frozen, labelled, hashes
