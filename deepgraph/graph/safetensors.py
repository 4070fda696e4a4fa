"""Reads the tensors of a `.safetensors` file; https://github.com/huggingface/safetensors#format."""

from __future__ import annotations

import json
import math
import struct
from functools import partial
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import FormatError
from deepgraph.graph.array_entries import LONGEST_INTEGER, Entry, require_few_axes, spelled
from deepgraph.words.messages import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from deepgraph.graph.array_entries import Shape

TYPES = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "BF16": "<u2",  # the upper half of a float32
    "I64": "<i8",
    "I32": "<i4",
    "I16": "<i2",
    "I8": "i1",
    "U64": "<u8",
    "U32": "<u4",
    "U16": "<u2",
    "U8": "u1",
}


def entries(stream: IO[bytes], size: int, most: int) -> list[Entry]:
    """The tensors of a file of `size` bytes, whose header may have `most` bytes.

    The file has eight bytes with the length of the header, the header as JSON, then the numbers,
    tensor by tensor without gap or overlap.

    Raises:
        ValueError: the file has another form.
    """
    start = stream.read(8)
    if len(start) < 8:
        raise ValueError("it is too short")
    (length,) = struct.unpack("<Q", start)
    if length > min(most, size - 8):
        raise ValueError(f"a header of {length:,} bytes")
    header = _header(stream.read(length))
    tensors = {name: _tensor(name, entry) for name, entry in header.items()}
    place, first_byte = 0, 8 + length
    for first, last, _, _, name in sorted((*tensor, name) for name, tensor in tensors.items()):
        if first != place:
            raise ValueError(f'"{name}" begins at byte {first:,} instead of {place:,}')
        if last > size - first_byte:
            raise ValueError("it is cut off")
        place = last
    if place != size - first_byte:
        raise ValueError(f"{size - first_byte - place:,} bytes behind the last tensor")
    return [
        Entry(name, shape, partial(_numbers, stream, first_byte + first, last - first, kind, shape))
        for name, (first, last, kind, shape) in tensors.items()
    ]


def remarks(content: bytes) -> dict[str, str]:
    """The texts by key that a sound file holds beside its tensors."""
    (length,) = struct.unpack_from("<Q", content)
    found = json.loads(content[8 : 8 + length]).get(REMARKS)
    given = found.items() if isinstance(found, dict) else ()
    return {key: text for key, text in given if isinstance(text, str)}


REMARKS = "__metadata__"
"""The key of the header that holds remarks."""
_WRITTEN = {np.dtype("<f8"): "F64", np.dtype("<f4"): "F32", np.dtype("<f2"): "F16"}


def written(arrays: Mapping[str, NDArray[Any]], metadata: Mapping[str, str] | None = None) -> bytes:
    """The content of a file with these arrays of floating-point numbers, and remarks.

    Raises:
        FormatError: an array has the name of the remarks.
    """
    header: dict[str, Any] = {REMARKS: dict(metadata)} if metadata else {}
    place = 0
    for name, array in arrays.items():
        if name == REMARKS:
            raise FormatError(f'"{REMARKS}" is no name for an array in a .safetensors file')
        end = place + array.nbytes
        kind = _WRITTEN[array.dtype.newbyteorder("<")]
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [place, end]}
        place = end
    text = json.dumps(header, ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)  # the numbers begin at a multiple of eight
    numbers = [array.astype(array.dtype.newbyteorder("<")).tobytes() for array in arrays.values()]
    return b"".join([struct.pack("<Q", len(text)), text, *numbers])


def _header(text: bytes) -> dict[str, Any]:
    """The header of a `.safetensors` file, without its remarks."""
    try:
        header = json.loads(text.decode(), object_pairs_hook=_unique, parse_int=_integer)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
        raise ValueError("its header is not JSON") from None
    if not isinstance(header, dict):
        raise ValueError("its header is no JSON object")
    header.pop(REMARKS, None)
    return header


def _integer(text: str) -> int:
    if len(text) > LONGEST_INTEGER:
        raise ValueError(f"its header has an integer of {len(text):,} digits")
    return int(text)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("its header has a name twice")
    return found


def _tensor(name: str, entry: Any) -> tuple[int, int, str, Shape]:
    """First and last byte, type and shape of a tensor by its entry in the header."""
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise ValueError(f'"{name}" needs dtype, shape and data_offsets')
    kind, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(kind, str) or kind not in TYPES:
        what = shown(kind) if isinstance(kind, str) else "no type of numbers"
        raise ValueError(f'"{name}" holds {what}; known: {", ".join(TYPES)}')
    for numbers in (shape, offsets):
        if not isinstance(numbers, list) or not all(type(n) is int and n >= 0 for n in numbers):
            raise ValueError(f'shape and data_offsets of "{name}" are lists of sizes')
    require_few_axes(name, shape)
    itemsize = np.dtype(TYPES[kind]).itemsize
    if len(offsets) != 2 or offsets[1] - offsets[0] != math.prod(shape) * itemsize:
        raise ValueError(f'the bytes of "{name}" do not fit its shape {spelled(tuple(shape))}')
    return offsets[0], offsets[1], kind, tuple(shape)


def _numbers(stream: IO[bytes], first: int, count: int, kind: str, shape: Shape) -> NDArray[Any]:
    """The numbers of a tensor, `count` bytes from the byte `first` of the file."""
    stream.seek(first)
    data = np.frombuffer(stream.read(count), TYPES[kind])
    if kind == "BF16":
        data = (data.astype(np.uint32) << 16).view(np.float32)
    return data.reshape(shape)
