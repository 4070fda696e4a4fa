"""Reads the arrays of a file that `numpy.savez` has written: a zip of `.npy` files."""

from __future__ import annotations

import math
import re
import struct
import zipfile
import zlib
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any, cast

import numpy as np

from deepgraph.graph.array_entries import LONGEST_INTEGER, Entry, require_few_axes, spelled
from deepgraph.words.messages import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from deepgraph.graph.array_entries import Shape

LARGEST_FILE = 1 << 31
"""The largest size in bytes of all arrays, unpacked."""
LARGEST_HEADER = 10_000
"""The most bytes in the header of an array, as in numpy."""

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


class _Bounded:
    """A file whose single reads are bounded: zipfile reads the list of all members at once."""

    def __init__(self, stream: IO[bytes], most: int) -> None:
        self._stream = stream
        self.most: int | None = most
        self.seek, self.tell = stream.seek, stream.tell

    def seekable(self) -> bool:
        """True: it is a plain file."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Some bytes, as far as the bound allows."""
        if self.most is not None and size > self.most:
            raise ValueError(f"a list of arrays of {size:,} bytes")
        return self._stream.read(size)


def entries(stream: IO[bytes], most: int) -> list[Entry]:
    """The arrays of a file whose list of members may have `most` bytes.

    Raises:
        ValueError: the file has another form.
    """
    if stream.read(4) not in ZIP:  # zipfile would also find a zip behind other bytes
        raise ValueError("File is not a zip file")
    bounded = _Bounded(stream, most)
    with _refused_if_broken():
        archive = zipfile.ZipFile(cast("IO[bytes]", bounded))
        bounded.most = None
        members = archive.infolist()
        names = [member.filename.removesuffix(".npy") for member in members]
        if len(set(names)) < len(names):
            raise ValueError("it holds a name twice")
        if sum(member.file_size for member in members) > LARGEST_FILE:
            raise ValueError(f"it unpacks to more than {LARGEST_FILE >> 30} GiB")
        return [_npy(archive, member, name) for name, member in zip(names, members, strict=True)]


@contextmanager
def _refused_if_broken() -> Iterator[None]:
    try:
        yield
    except BROKEN_ZIP as error:
        raise ValueError(str(error) or "it is damaged") from None


def _npy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> Entry:
    """One array by its header, once its size fits that."""
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(f'"{name}" is compressed in a way that numpy does not write')
    with archive.open(member) as stream:
        shape, by_column, kind = _npy_header(stream, name)
        start = stream.tell()
    count = math.prod(shape) * kind.itemsize
    if member.file_size - start != count:
        raise ValueError(f'the bytes of "{name}" do not fit its shape {spelled(shape)}')

    def read() -> NDArray[Any]:
        with _refused_if_broken(), archive.open(member) as stream:
            stream.read(start)
            # As many bytes as are needed: without a number, all that is packed would be unpacked.
            content = stream.read(count) if count else stream.read(1)
        if len(content) != count:
            raise ValueError(f'the bytes of "{name}" do not fit its shape {spelled(shape)}')
        return np.frombuffer(content, kind).reshape(shape, order="F" if by_column else "C")

    return Entry(name, shape, read)


_NPY_KEY = re.compile(
    r"""\s*(['"])(?P<key>descr|fortran_order|shape)\1\s*:\s*
    (?:(['"])(?P<kind>[^'"]*)\3 | (?P<flag>True|False) | \((?P<shape>[0-9,\sL]*)\)
    | (?P<records>\[[^\]]*\]))\s*(?:,|$)""",
    re.VERBOSE,
)
_NPY_TYPE = re.compile(r"[<>|=]?[a-zA-Z][0-9]{0,5}")


def _npy_header(stream: IO[bytes], name: str) -> tuple[Shape, bool, np.dtype[Any]]:
    """Shape, order and type of an array; the header is a dict as Python writes it.

    It is not evaluated as Python, unlike in numpy: a header can be made that breaks the parser.
    https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

    Raises:
        ValueError: it has another form, or the array holds no numbers.
    """
    start = stream.read(8)
    version = start[6:]
    if start[:6] != b"\x93NUMPY" or version not in (b"\1\0", b"\2\0"):
        raise ValueError(f'"{name}" is no plain array of numbers')
    size = stream.read(2 if version == b"\1\0" else 4)
    length = int.from_bytes(size, "little")
    if length > LARGEST_HEADER:
        raise ValueError(f'"{name}" has a header of {length:,} bytes')
    text = stream.read(length).decode("latin1").strip()
    matches = list(_NPY_KEY.finditer(text, 1, len(text) - 1))
    found = {match["key"]: match for match in matches}
    covered = "".join(match[0] for match in matches)
    if text != f"{{{covered}{text[len(covered) + 1 : -1]}}}" or text[len(covered) + 1 : -1].strip():
        raise ValueError(f'"{name}" has a header that numpy does not write')
    if len(found) != len(matches) or len(found) != 3:
        raise ValueError(f'"{name}" has a header that numpy does not write')
    by_column, axes = found["fortran_order"]["flag"], found["shape"]["shape"]
    if by_column is None or axes is None:
        raise ValueError(f'"{name}" has a header that numpy does not write')
    sizes = [axis.strip().rstrip("L") for axis in axes.split(",")]
    sizes = sizes[:-1] if not sizes[-1] else sizes
    if any(not axis.isdecimal() or len(axis) > LONGEST_INTEGER for axis in sizes):
        raise ValueError(f'"{name}" has a shape that is none')
    require_few_axes(name, sizes)
    return tuple(map(int, sizes)), by_column == "True", _npy_type(found["descr"], name)


def _npy_type(match: re.Match[str], name: str) -> np.dtype[Any]:
    what = match["kind"] or match["records"] or ""
    kind = None
    if _NPY_TYPE.fullmatch(what):
        with suppress(TypeError):
            kind = np.dtype(what)
    if kind is None or kind.kind not in "fiu" or kind.itemsize > 8:
        held = shown(what) if kind is None else _kind(kind)
        raise ValueError(f'"{name}" holds {held}, not numbers of at most 64 bits')
    return kind


def _kind(kind: np.dtype[Any]) -> str:
    return "Python objects" if kind.hasobject else str(kind)
