"""Reads parameters from .safetensors and .npz files.

The file has to be a plain file in the folder of the spec. Its sizes are compared with its length
before anything is read. Only numbers are read, and nothing is ever unpickled.
"""

from __future__ import annotations

import json
import math
import os
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from numpy.lib import format as npy

from deepgraph.errors import FileError
from deepgraph.files import beside, open_beside, reason
from deepgraph.spec.literals import LARGEST_INTEGER

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

Arrays = dict[str, "NDArray[Any]"]

LARGEST_FILE = 1 << 31
"""The largest size in bytes; the weights of two of the largest layers fit as doubles."""
LARGEST_HEADER = 1 << 24
"""The most bytes in the header of a `.safetensors` file: some 100,000 tensors."""

SAFETENSORS_TYPES = {
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


def load(name: str, folder: Path | None) -> Arrays:
    """Read the arrays of a file of parameters.

    Args:
        name: the name of the file in the spec.
        folder: the folder of the spec.

    Returns:
        Arrays of integers or floating-point numbers by name.

    Raises:
        FileError: the name leads out of the folder, or the file cannot be read, or its content does
            not fit its suffix; the message says what to write instead.
    """
    suffix = Path(name).suffix
    if suffix not in READERS:
        raise FileError(f"expected an object, or the name of a file {' or '.join(READERS)}")
    if folder is None:
        raise FileError(
            f"{name} cannot be found: this spec was not read from a file, so that nothing lies "
            "beside it; write the numbers here, or read the spec by its file name"
        )
    with open_beside(folder, name) as stream:
        size = os.fstat(stream.fileno()).st_size
        if size > LARGEST_FILE:
            raise FileError(f"{name}: more than {LARGEST_FILE >> 30} GiB")
        try:
            return READERS[suffix](stream, size)
        except OSError as error:
            raise FileError(f"{name}: cannot be read: {reason(error)}") from None
        except ValueError as error:
            raise FileError(f"{name}: not a {suffix} file: {error}") from None


def place(name: str, folder: Path) -> Path | None:
    """The path of the file of parameters that a spec names; `None` if `load` would refuse it."""
    return beside(folder, name) if Path(name).suffix in READERS else None


def misfit(array: NDArray[Any], shape: tuple[int, ...]) -> str:
    """The message for an array that does not fit its parameter; empty if it fits.

    Args:
        array: the array in the file.
        shape: the shape of the parameter; () for a single number, which may be a list of one.
    """
    if array.shape != shape and (shape or array.shape != (1,)):
        kind = "a single number" if not shape else f"the shape {_shape(shape)}"
        return f"has the shape {_shape(array.shape)}, and the network needs {kind}"
    if array.dtype.kind == "f":
        strange = ~np.isfinite(array)
    else:
        strange = (array > LARGEST_INTEGER) | (array < -LARGEST_INTEGER)
    if not np.any(strange):
        return ""
    place = np.argwhere(strange)[0]
    where = "".join(f"[{index}]" for index in place)
    if array.dtype.kind == "f":
        return f"holds {array[tuple(place)]}{where and ' at ' + where}; its numbers are finite"
    return f"holds {array[tuple(place)]}{where and ' at ' + where}, beyond 2**53"


def _safetensors(stream: IO[bytes], size: int) -> Arrays:
    """Read a `.safetensors` file; https://github.com/huggingface/safetensors#format.

    It has eight bytes with the length of the header, the header as JSON, then the numbers, tensor
    by tensor without gap or overlap.

    Raises:
        ValueError: the file has another form.
    """
    start = stream.read(8)
    if len(start) < 8:
        raise ValueError("it is too short")
    (length,) = struct.unpack("<Q", start)
    if length > min(LARGEST_HEADER, size - 8):
        raise ValueError(f"a header of {length:,} bytes")
    try:
        header = json.loads(stream.read(length).decode(), object_pairs_hook=_unique)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
        raise ValueError("its header is not JSON") from None
    if not isinstance(header, dict):
        raise ValueError("its header is no JSON object")
    header.pop("__metadata__", None)
    tensors = sorted(
        (*_tensor(name, entry), name) for name, entry in header.items()
    )  # by their places
    arrays, place = {}, 0
    for first, last, kind, shape, name in tensors:
        if first != place:
            raise ValueError(f'"{name}" begins at byte {first:,} instead of {place:,}')
        if last > size - 8 - length:
            raise ValueError("it is cut off")
        data = np.frombuffer(stream.read(last - first), SAFETENSORS_TYPES[kind])
        if kind == "BF16":
            data = (data.astype(np.uint32) << 16).view(np.float32)
        arrays[name] = data.reshape(shape)
        place = last
    if place != size - 8 - length:
        raise ValueError(f"{size - 8 - length - place:,} bytes behind the last tensor")
    return {name: arrays[name] for name in header}


def _tensor(name: str, entry: Any) -> tuple[int, int, str, tuple[int, ...]]:
    """First and last byte, type and shape of a tensor by its entry in the header."""
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise ValueError(f'"{name}" needs dtype, shape and data_offsets')
    kind, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if kind not in SAFETENSORS_TYPES:
        raise ValueError(f'"{name}" holds {kind}; known: {", ".join(SAFETENSORS_TYPES)}')
    for numbers in (shape, offsets):
        if not isinstance(numbers, list) or not all(type(n) is int and n >= 0 for n in numbers):
            raise ValueError(f'shape and data_offsets of "{name}" are lists of sizes')
    itemsize = np.dtype(SAFETENSORS_TYPES[kind]).itemsize
    if len(offsets) != 2 or offsets[1] - offsets[0] != math.prod(shape) * itemsize:
        raise ValueError(f'the bytes of "{name}" do not fit its shape {_shape(tuple(shape))}')
    return offsets[0], offsets[1], kind, tuple(shape)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("its header has a name twice")
    return found


ZIP = (b"PK\x03\x04", b"PK\x05\x06")
"""The first bytes of a zip file and of an empty one."""

BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    KeyError,
    OverflowError,
    RuntimeError,  # encrypted, or made for a later version
)
"""The errors that `zipfile` raises for other files and for damaged ones."""


def _npz(stream: IO[bytes], size: int) -> Arrays:
    """Read a file that `numpy.savez` has written: a zip of `.npy` files.

    Raises:
        ValueError: the file has another form.
    """
    if stream.read(4) not in ZIP:  # zipfile would also find a zip behind other bytes
        raise ValueError("File is not a zip file")
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
            names = [member.filename.removesuffix(".npy") for member in members]
            if len(set(names)) < len(names):
                raise ValueError("it holds a name twice")
            if sum(member.file_size for member in members) > LARGEST_FILE:
                raise ValueError(f"it unpacks to more than {LARGEST_FILE >> 30} GiB")
            return {
                name: _npy(archive, member, name)
                for name, member in zip(names, members, strict=True)
            }
    except BROKEN_ZIP as error:
        raise ValueError(str(error) or "it is damaged") from None


def _npy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> NDArray[Any]:
    """Read one array, once its size fits its header."""
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(f'"{name}" is compressed in a way that numpy does not write')
    with archive.open(member) as stream:
        version = npy.read_magic(stream)
        if version not in ((1, 0), (2, 0)):
            raise ValueError(f'"{name}" is no plain array of numbers')
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, by_column, kind = read(stream)
        if kind.kind not in "fiu" or kind.itemsize > 8:
            raise ValueError(f'"{name}" holds {_kind(kind)}, not numbers of at most 64 bits')
        if member.file_size - stream.tell() != math.prod(shape) * kind.itemsize:
            raise ValueError(f'the bytes of "{name}" do not fit its shape {_shape(shape)}')
        data = np.frombuffer(stream.read(), kind)
        return data.reshape(shape, order="F" if by_column else "C")


def _kind(kind: np.dtype[Any]) -> str:
    return "Python objects" if kind.hasobject else str(kind)


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) or "()"


READERS: dict[str, Callable[[IO[bytes], int], Arrays]] = {
    ".safetensors": _safetensors,
    ".npz": _npz,
}
"""Readers by suffix."""
