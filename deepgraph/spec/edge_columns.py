"""The edges of a spec as arrays, without an object per edge.

`columns_of` makes them from the records of a small file or of a spec made in Python. `read` makes
them from the text of a large file, piece by piece, with records that are dropped after each piece.
It accepts only a text without any of the mistakes that `deepgraph.spec.json_text` and
`deepgraph.spec.lenient` report; these modules read every other file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np
from msgspec import UNSET, Raw, UnsetType

from deepgraph.spec.lazy_list import LazyList
from deepgraph.spec.literals import LARGEST_INTEGER, doubles, has_minus_zero
from deepgraph.spec.positions import address_of
from deepgraph.spec.records import Edge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    Indices = NDArray[np.int32]

PIECE = 1 << 16
"""Bytes of the file in one piece; the objects made from a piece fit into the processor's cache."""


@dataclass(frozen=True)
class EdgeColumns:
    """The edges of a spec, one array for each key.

    Attributes:
        names: the ids at the ends of edges, each once.
        source: (edges,) the tails, as numbers into `names`.
        target: (edges,) the heads, as numbers into `names`.
        first: (edges,) the first edge with the same parameter: with the same label or, if there is
            no label, with the same ends. −1 for a wire, which has neither label nor weight.
        weight: (edges,) nearest doubles; NaN if there is none or it is unread.
        unread: the edges whose weight is not a plain number, so that its text has to be read.
        frozen: (edges,) true if `trainable` is false.
        labels: makes the list of labels, (edges,), with `None` for an edge without a label.
    """

    names: list[str]
    source: Indices
    target: Indices
    first: Indices
    weight: NDArray[np.float64]
    unread: list[int]
    frozen: NDArray[np.bool]
    labels: Callable[[], list[str | None]]

    @property
    def bearers(self) -> NDArray[np.int64]:
        """(parameters,) the first edge with each parameter."""
        return np.flatnonzero(self.first == np.arange(len(self.first)))

    def ends(self, edge: int) -> tuple[str, str]:
        """The ids at the tail and the head of an edge."""
        return self.names[self.source[edge]], self.names[self.target[edge]]


class Edges(LazyList[Edge]):
    """The edges of a large file; their records are made on first access.

    Args:
        columns: the edges as arrays.
        text: the list of edges in the file.
    """

    def __init__(self, columns: EdgeColumns, text: memoryview) -> None:
        super().__init__(len(columns.source), lambda: _RECORDS.decode(text))
        self.columns = columns
        self._text = text

    def mention(self, piece: bytes) -> bool:
        """True if a piece stands in the text; it need not be a key."""
        return re.search(re.escape(piece), self._text) is not None


def columns_of(edges: Sequence[Edge]) -> EdgeColumns:
    """The columns of the edges of a spec."""
    if isinstance(edges, Edges):
        return edges.columns
    names = _Numbers()
    source = names.of((edge.source for edge in edges), len(edges))
    target = names.of((edge.target for edge in edges), len(edges))
    labels, texts = [edge.label for edge in edges], [bytes(edge.weight) for edge in edges]
    weight, unread = doubles(texts)
    frozen = np.array([not edge.trainable for edge in edges], np.bool)
    first = _first(labels, source, target, [text != b"" for text in texts])
    return EdgeColumns(list(names), source, target, first, weight, unread, frozen, lambda: labels)


def _first(
    labels: list[str | None], source: Indices, target: Indices, weighted: Iterable[bool]
) -> Indices:
    """(edges,) the first edge with the same parameter; see `EdgeColumns`."""
    ends = (source.astype(np.int64) << 32 | target).tolist()
    keys = [
        label if label is not None else pair if has_weight else None
        for label, pair, has_weight in zip(labels, ends, weighted, strict=True)
    ]
    first: dict[str | int | None, int] = {None: -1}
    return np.fromiter(map(first.setdefault, keys, range(len(keys))), np.int32, len(keys))


class _Numbers(dict[str, int]):
    """Gives each name a number, in the order in which names are first looked up."""

    def __missing__(self, name: str) -> int:
        number = self[name] = len(self)
        return number

    def of(self, names: Iterable[str], count: int) -> Indices:
        """The numbers of `count` names."""
        return np.fromiter(map(self.__getitem__, names), np.int32, count)


# --- the text of a large list -----------------------------------------------------------------


def read(content: bytes) -> tuple[Edges, bytes] | None:
    """Read the edges of a large spec.

    Args:
        content: the content of the file, without a byte order mark.

    Returns:
        The edges, and the file with an empty list in their place. `None` if the edges need records:
        there is a mistake, a key stands twice, a weight is a fraction, the integer -0 or at least
        2**53, or there is a backslash.
    """
    try:
        whole = _WHOLE.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    size = memoryview(whole.edges).nbytes
    start = address_of(whole.edges) - address_of(content)
    end = start + size
    if not size or content[start] != ord("["):
        return None
    inside = memoryview(content)[start + 1 : end - 1]
    names, pieces = _Numbers(), []
    for text in _cut(inside):
        piece = _piece(text, names)
        if piece is None or (not len(piece.source) and len(text) < len(inside)):
            return None
        pieces.append(piece)
    edges = Edges(_joined(pieces, list(names)), memoryview(content)[start:end])
    return edges, b"%b[]%b" % (content[:start], content[end:])


class _Whole(msgspec.Struct):
    edges: Raw = Raw()


class _Edge(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """An edge of the format; a key that the file does not have is `UNSET`."""

    source: str
    target: str
    label: str | UnsetType | None = UNSET
    weight: float | UnsetType | None = UNSET
    trainable: bool | UnsetType = UNSET
    note: str | UnsetType | None = UNSET


_WHOLE = msgspec.json.Decoder(_Whole)
_EDGES = msgspec.json.Decoder(list[_Edge])
_RECORDS = msgspec.json.Decoder(list[Edge])
_LABELS = msgspec.json.Decoder(list[str | None])
_CUT = re.compile(rb"\}[ \t\n\r]*,")
_SOURCE, _TARGET, _LABEL, _WEIGHT, _TRAINABLE, _NOTE = map(attrgetter, _Edge.__struct_fields__)


class _Piece(NamedTuple):
    """The edges of a piece; see `EdgeColumns`.

    Attributes:
        hashes: (edges,) hashes of the labels.
        labelled: (edges,) true if there is a label.
        weighted: (edges,) true if there is a weight, even `null`.
        labels: the list of labels as JSON, which takes a tenth of the memory.
    """

    source: Indices
    target: Indices
    weight: NDArray[np.float64]
    frozen: NDArray[np.bool]
    hashes: NDArray[np.int64]
    labelled: NDArray[np.bool]
    weighted: NDArray[np.bool]
    labels: bytes


def _cut(inside: memoryview) -> Iterator[memoryview]:
    """Cut the inside of a list at commas, in pieces of at least `PIECE` bytes but for the last."""
    place = 0
    while cut := _CUT.search(inside, place + PIECE):
        yield inside[place : cut.start() + 1]
        place = cut.end()
    yield inside[place:]


def _piece(inside: memoryview, names: _Numbers) -> _Piece | None:
    """Read the edges of a piece; `None` if they need records, see `read`."""
    text = b"".join((b"[", inside, b"]"))
    if b"\\" in text:
        return None
    try:
        if not text.isascii():
            text.decode()
        records = _EDGES.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    count = len(records)
    labels = list(map(_LABEL, records))
    hashes = np.fromiter(map(hash, labels), np.int64, count)
    labelled = np.ones(count, np.bool)
    members = 3 * count
    if np.any((hashes == hash(None)) | (hashes == hash(UNSET))):
        members -= labels.count(UNSET)
        labels = [label if isinstance(label, str) else None for label in labels]
        labelled = np.array([label is not None for label in labels])
    try:
        weight = np.fromiter(map(_WEIGHT, records), np.float64, count)
        weighted = np.ones(count, np.bool)
    except TypeError:  # some edges have no weight
        given = list(map(_WEIGHT, records))
        weight = np.array([entry if isinstance(entry, float) else np.nan for entry in given])
        weighted = np.array([entry is not UNSET for entry in given])
    members += int(np.count_nonzero(weighted))
    if np.any(np.abs(weight) >= LARGEST_INTEGER) or has_minus_zero(weight, text):
        return None  # a double may differ from an integer in the text
    frozen = _frozen(text, records, labels, members)
    if frozen is None:
        return None
    return _Piece(
        names.of(map(_SOURCE, records), count),
        names.of(map(_TARGET, records), count),
        weight,
        frozen,
        hashes,
        labelled,
        weighted,
        msgspec.json.encode(labels),
    )


def _frozen(
    text: bytes, records: list[_Edge], labels: list[str | None], members: int
) -> NDArray[np.bool] | None:
    """(edges,) true if `trainable` is false; `None` if a key stands twice.

    The text has as many colons as members and colons inside of texts; a key that stands twice makes
    one more.

    Args:
        text: the list of edges.
        records: the edges in it.
        labels: their labels.
        members: the number of sources, targets, labels and weights.
    """
    colons = int(np.count_nonzero(np.frombuffer(text, np.uint8) == ord(":")))
    if colons == members:
        return np.zeros(len(records), np.bool)
    trainable, notes = list(map(_TRAINABLE, records)), list(map(_NOTE, records))
    members += 2 * len(records) - trainable.count(UNSET) - notes.count(UNSET)
    texts = (*map(_SOURCE, records), *map(_TARGET, records), *labels, *notes)
    inside = sum(text.count(":") for text in texts if isinstance(text, str))
    return np.array([entry is False for entry in trainable]) if colons == members + inside else None


def _joined(pieces: list[_Piece], names: list[str]) -> EdgeColumns:
    """The edges of all pieces, one piece after the other."""
    *columns, packed = zip(*pieces, strict=True)
    source, target, weight, frozen, hashes, labelled, weighted = map(np.concatenate, columns)

    def labels() -> list[str | None]:
        return [*chain.from_iterable(map(_LABELS.decode, packed))]

    parameter = labelled | weighted
    keys = np.where(labelled, hashes, source.astype(np.int64) << 32 | target)[parameter]
    keys.sort()
    if np.any(keys[1:] == keys[:-1]):
        first = _first(labels(), source, target, weighted.tolist())
    else:
        # No two edges share a parameter. A dictionary would show it, too, but a dictionary of a
        # million labels takes half as long as reading them.
        first = np.where(parameter, np.arange(len(source), dtype=np.int32), np.int32(-1))
    return EdgeColumns(names, source, target, first, weight, [], frozen, labels)
