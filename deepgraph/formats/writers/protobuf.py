"""Writes the protocol buffers of ONNX: numbers of fields and their contents, nothing else.

https://protobuf.dev/programming-guides/encoding. These lines are all that an ONNX file needs; the
package onnx would bring protobuf and 20 MB along and take longer to import than we take to write.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

VARINT, BYTES, FLOAT = 0, 2, 5


def varint(number: int) -> bytes:
    """A whole number, seven bits a byte, the lowest first; a negative one has 64 bits.

    >>> varint(300).hex()
    'ac02'
    """
    number &= (1 << 64) - 1
    parts = bytearray()
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    parts.append(number)
    return bytes(parts)


def field(number: int, content: int | float | str | bytes) -> bytes:
    """A field of a message: a whole number, a float32, a text, or bytes (a message, too)."""
    if isinstance(content, int):
        return varint(number << 3 | VARINT) + varint(content)
    if isinstance(content, float):
        return varint(number << 3 | FLOAT) + struct.pack("<f", content)
    data = content.encode() if isinstance(content, str) else content
    return varint(number << 3 | BYTES) + varint(len(data)) + data


def fields(number: int, contents: Iterable[int | float | str | bytes]) -> bytes:
    """A repeated field."""
    return b"".join(field(number, content) for content in contents)
