"""Reads messages of Protocol Buffers; https://protobuf.dev/programming-guides/encoding.

A message is a list of fields, each with a number and bytes, an integer or a float. What the
numbers mean is for the reader of the format to say.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import DTypeLike, NDArray

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5

MOST_FIELDS = 5_000_000
"""The most fields of one message."""


class Message:
    """The fields of a message by number; a number may be there several times.

    Raises:
        FormatError: the bytes are no message.
    """

    def __init__(self, content: memoryview) -> None:
        self._fields: dict[int, list[int | memoryview]] = {}
        for number, value in _fields(content):
            self._fields.setdefault(number, []).append(value)

    def __contains__(self, number: int) -> bool:
        return number in self._fields

    def integer(self, number: int, default: int = 0) -> int:
        """A signed integer of 64 bits."""
        found = self._fields.get(number, [default])[-1]
        if not isinstance(found, int):
            raise _wrong(number)
        return found - (1 << 64) if found >= 1 << 63 else found

    def text(self, number: int) -> str:
        """A text; empty if it is missing."""
        return bytes(self.bytes(number)).decode("utf-8", "replace")

    def bytes(self, number: int) -> memoryview:
        """Some bytes; none if they are missing."""
        found = self._fields.get(number, [memoryview(b"")])[-1]
        if isinstance(found, int):
            raise _wrong(number)
        return found

    def single(self, number: int) -> float:
        """A number of 32 bits; 0 if it is missing."""
        found = self._fields.get(number, [memoryview(bytes(4))])[-1]
        if isinstance(found, int) or len(found) != 4:
            raise _wrong(number)
        return float(struct.unpack("<f", found)[0])

    def message(self, number: int) -> Message:
        """A message; an empty one if it is missing."""
        return Message(self.bytes(number))

    def messages(self, number: int) -> Iterator[Message]:
        """All messages with a number."""
        for found in self._fields.get(number, ()):
            if isinstance(found, int):
                raise _wrong(number)
            yield Message(found)

    def texts(self, number: int) -> list[str]:
        """All texts with a number."""
        return [bytes(found).decode("utf-8", "replace") for found in self.all_bytes(number)]

    def all_bytes(self, number: int) -> list[memoryview]:
        """All pieces of bytes with a number."""
        found = self._fields.get(number, [])
        if any(isinstance(value, int) for value in found):
            raise _wrong(number)
        return [value for value in found if not isinstance(value, int)]

    def integers(self, number: int) -> NDArray[np.int64]:
        """All integers with a number, packed or one by one."""
        pieces = [
            np.array([value], np.uint64) if isinstance(value, int) else _varints(value)
            for value in self._fields.get(number, ())
        ]
        return np.concatenate([*pieces, np.zeros(0, np.uint64)]).astype(np.int64)

    def floats(self, number: int, kind: DTypeLike) -> NDArray[np.floating]:
        """All floating-point numbers with a number, packed or one by one."""
        pieces = self.all_bytes(number)
        if any(len(piece) % np.dtype(kind).itemsize for piece in pieces):
            raise _wrong(number)
        return np.concatenate(
            [np.frombuffer(piece, kind) for piece in pieces] or [np.zeros(0, kind)]
        )


def _wrong(number: int) -> FormatError:
    return FormatError(f"field {number} of a message has another type than it should")


def _fields(content: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    place, end = 0, len(content)
    count = 0
    while place < end:
        count += 1
        if count > MOST_FIELDS:
            raise FormatError(f"a message of more than {MOST_FIELDS:,} fields")
        key, place = _varint(content, place)
        number, kind = key >> 3, key & 7
        if not number:
            raise FormatError("the file is damaged: a field has no number")
        if kind == VARINT:
            value, place = _varint(content, place)
            yield number, value
            continue
        size = {FIXED64: 8, FIXED32: 4}.get(kind, -1)
        if kind == BYTES:
            size, place = _varint(content, place)
        if size < 0:
            raise FormatError(f"the file is damaged: field {number} has no type")
        if place + size > end:
            raise FormatError("the file is cut off or damaged")
        yield number, content[place : place + size]
        place += size


def _varint(content: memoryview, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if place >= len(content) or shift > 63:
            raise FormatError("the file is cut off or damaged")
        byte = content[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & (1 << 64) - 1, place
        shift += 7


def _varints(content: memoryview) -> NDArray[np.uint64]:
    """Packed integers, all at once."""
    data = np.frombuffer(content, np.uint8)
    if not len(data):
        return np.zeros(0, np.uint64)
    ends = np.flatnonzero(data < 0x80)
    if not len(ends) or ends[-1] != len(data) - 1:
        raise FormatError("the file is cut off or damaged")
    starts = np.concatenate([[0], ends[:-1] + 1])
    if int((ends - starts).max()) > 9:
        raise FormatError("an integer of more than 64 bits")
    shifts = (np.arange(len(data)) - np.repeat(starts, ends - starts + 1)) * 7
    parts = (data & 0x7F).astype(np.uint64) << shifts.astype(np.uint64)
    return np.add.reduceat(parts, starts)
