"""The arrays of numpy in a pickle, made from their bytes without a call of what the pickle names.

`joblib` writes the numbers of an array behind the opcodes that describe it:
https://github.com/joblib/joblib/blob/main/joblib/numpy_pickle.py
"""

from __future__ import annotations

import bz2
import lzma
import math
import sys
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import FormatError
from deepgraph.formats.readers.banks import spelled
from deepgraph.formats.readers.inert_pickle import Unpickler, names_in
from deepgraph.formats.readers.pickle_machine import Instance, plain_key
from deepgraph.words.messages import in_quotes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from numpy.typing import NDArray

    from deepgraph.formats.readers.pickle_machine import Machine

LARGEST_UNPACKED = 1 << 28
"""The most bytes that a compressed pickle unpacks to: 32 million doubles."""

MOST_AXES = 8

NUMPY_NAMES = (
    "numpy.ndarray",
    "numpy.dtype",
    "numpy.core.multiarray._reconstruct",
    "numpy._core.multiarray._reconstruct",
    "numpy.core.multiarray.scalar",
    "numpy._core.multiarray.scalar",
    "numpy.core.numeric._frombuffer",
    "numpy._core.numeric._frombuffer",
    "numpy.random.",  # the state of a random generator, which a fitted estimator keeps
    "numpy.ma.",
    "_codecs.encode",
    "copyreg._reconstructor",
    "copy_reg._reconstructor",
    "builtins.object",
    "__builtin__.object",
    "builtins.slice",
    "builtins.set",
    "builtins.bytearray",
    "__builtin__.set",
    "collections.OrderedDict",
    "collections.defaultdict",
    "joblib.numpy_pickle.NumpyArrayWrapper",
    "sklearn.externals.joblib.numpy_pickle.NumpyArrayWrapper",
)
"""What arrays, random generators and plain containers of Python are called in pickles."""


@dataclass(frozen=True)
class _Type:
    """A type of numbers whose byte order is still to come."""

    text: str

    def with_state(self, state: Any) -> np.dtype[Any]:
        """The type; the state is (version, byte order, …)."""
        order = state[1]
        kind = _dtype(self.text)
        return kind.newbyteorder("=" if order in ("|", "=") else order)


@dataclass(frozen=True)
class _Unfilled:
    """An array whose numbers are still to come."""

    def with_state(self, state: Any) -> Any:
        """The array; the state is (version, shape, type, by column, bytes)."""
        _, shape, kind, by_column, content = state
        return array_of(content, kind, shape, "F" if by_column else "C")


def _dtype(text: Any) -> np.dtype[Any]:
    if not isinstance(text, str) or len(text) > 12:
        raise FormatError("a pickle with an array of records, which is not read")
    try:
        found = np.dtype(text)
    except (TypeError, ValueError, SyntaxError):  # numpy reads some texts as Python does
        raise FormatError(
            f"a pickle with an array of {in_quotes(text)}, which is not a type of numpy"
        ) from None
    if found.kind not in "biufOUSmMV" or found.itemsize > 1 << 20:
        raise FormatError(f"a pickle with an array of {in_quotes(text)}, which is not read")
    return found


def array_of(content: Any, kind: Any, shape: Any, order: str) -> NDArray[Any]:
    """The array of some bytes, or of a list for an array of Python objects."""
    kind = kind if isinstance(kind, np.dtype) else _dtype(getattr(kind, "text", None))
    sizes = shape if isinstance(shape, tuple) else (shape,)
    if len(sizes) > MOST_AXES or not all(type(size) is int and size >= 0 for size in sizes):
        raise FormatError("a pickle with an array of an impossible shape")
    count = math.prod(sizes)
    if kind.hasobject:
        if not isinstance(content, list) or len(content) != count:
            raise FormatError("a pickle with an array whose members do not fit its shape")
        found = np.empty(count, object)
        found[:] = content
        return found.reshape(sizes, order="F" if order == "F" else "C")
    if isinstance(content, str):  # pickles of Python 2
        content = content.encode("latin1")
    if not isinstance(content, bytes) or len(content) != count * kind.itemsize:
        raise FormatError(
            f"a pickle with an array whose bytes do not fit its shape {spelled(sizes)}"
        )
    if kind.kind == "U" and count:  # numpy makes texts of numbers that are no characters
        points = np.frombuffer(content, np.dtype(np.uint32).newbyteorder(kind.byteorder))
        if points.max(initial=0) > sys.maxunicode:
            raise FormatError("a pickle with an array of texts that are not characters")
    return np.frombuffer(content, kind).reshape(sizes, order="F" if order == "F" else "C")


def _scalar(arguments: tuple[Any, ...]) -> Any:
    kind, *content = arguments
    if not content:
        return None
    return array_of(content[0], kind, (), "C").item()


def _encoded(arguments: tuple[Any, ...]) -> bytes:
    """Bytes that protocol 2 writes as a text of their values."""
    text, encoding, *_ = (*arguments, "latin1")
    if encoding not in ("latin1", "latin-1"):
        raise FormatError("a pickle with bytes in an encoding that pickle does not use")
    if not isinstance(text, str):
        raise ValueError("bytes that are not a text")
    return bytes(text, "latin1")


def _reconstructed(arguments: tuple[Any, ...]) -> Instance:
    kind, *_ = arguments
    return Instance(kind)


def _dictionary(arguments: tuple[Any, ...]) -> dict[Any, Any]:
    pairs = arguments[0] if arguments and isinstance(arguments[0], list) else []
    return {plain_key(key): value for key, value in pairs}


def _set(arguments: tuple[Any, ...]) -> set[Any]:
    return set(map(plain_key, arguments[0])) if arguments else set()


def _bytes(arguments: tuple[Any, ...]) -> bytes:
    """The content of a bytearray; a number would be the length of one full of zeros."""
    given = arguments[0] if arguments else b""
    return bytes(given) if isinstance(given, bytes | list) else b""


MAKERS: dict[str, Callable[[tuple[Any, ...]], Any]] = {
    "numpy.core.multiarray._reconstruct": lambda _: _Unfilled(),
    "numpy._core.multiarray._reconstruct": lambda _: _Unfilled(),
    "numpy.core.multiarray.scalar": _scalar,
    "numpy._core.multiarray.scalar": _scalar,
    "numpy.core.numeric._frombuffer": lambda given: array_of(*given),
    "numpy._core.numeric._frombuffer": lambda given: array_of(*given),
    "numpy.dtype": lambda given: _Type(given[0]),
    "_codecs.encode": _encoded,
    "copyreg._reconstructor": _reconstructed,
    "copy_reg._reconstructor": _reconstructed,
    "collections.OrderedDict": _dictionary,
    "collections.defaultdict": lambda _: {},
    "builtins.set": _set,
    "builtins.bytearray": _bytes,
    "__builtin__.set": _set,
}
"""What stands for the calls that arrays and containers are made by."""


def unpickled(content: bytes, allowed: Collection[str]) -> Any:
    """What a pickle of numpy or joblib holds, compressed or not.

    Args:
        content: of the file.
        allowed: names of classes, beside those of arrays.

    Raises:
        FormatError: see `Unpickler.load`.
    """
    known = names_in([*NUMPY_NAMES, *allowed])

    def behind(machine: Machine, built: Instance) -> Any:
        if built.name != "NumpyArrayWrapper":
            return built
        return _array_behind(machine, built.attributes, nested)

    def nested(place: int) -> tuple[Any, int]:
        machine = Unpickler(plain, known, MAKERS, built=behind, place=place)
        return machine.load(), machine.place

    plain = unpacked(content)
    return nested(0)[0]


def _array_behind(
    machine: Machine, told: dict[str, Any], nested: Callable[[int], tuple[Any, int]]
) -> Any:
    """The array whose bytes stand behind the opcode that has just been read."""
    kind, shape = told["dtype"], told["shape"]
    kind = kind if isinstance(kind, np.dtype) else _dtype(getattr(kind, "text", None))
    if kind.hasobject:
        found, machine.place = nested(machine.place)
        return found
    if told.get("numpy_array_alignment_bytes") is not None:
        machine.take(machine.take(1)[0])
    count = math.prod(shape) * kind.itemsize
    return array_of(machine.take(count), kind, shape, told.get("order", "C"))


# --- compressed files -----------------------------------------------------------------------------


def unpacked(content: bytes) -> bytes:
    """The bytes of a file that joblib may have compressed.

    Raises:
        FormatError: it is damaged, or unpacks to too much.
    """
    for start, make in _PACKED:
        if content.startswith(start):
            try:
                return _bounded(make(), content)
            except (zlib.error, OSError, EOFError, lzma.LZMAError) as error:
                raise FormatError(f"a compressed file that is damaged: {error}") from None
    if content.startswith(b"\x04\x22\x4d\x18"):
        raise FormatError(
            "a file that lz4 has compressed; write it with joblib.dump(…, compress=3)"
        )
    return content


def _bounded(machine: Any, content: bytes) -> bytes:
    found = machine.decompress(content, LARGEST_UNPACKED)
    more = getattr(machine, "unconsumed_tail", b"") or not getattr(machine, "eof", True)
    if len(found) >= LARGEST_UNPACKED:
        raise FormatError(f"a file that unpacks to more than {LARGEST_UNPACKED >> 20} MiB")
    if more:
        raise FormatError("a compressed file that is cut off")
    return bytes(found)


_PACKED: tuple[tuple[bytes, Callable[[], Any]], ...] = (
    (b"\x1f\x8b", lambda: zlib.decompressobj(31)),
    (b"\x78\x01", zlib.decompressobj),
    (b"\x78\x5e", zlib.decompressobj),
    (b"\x78\x9c", zlib.decompressobj),
    (b"\x78\xda", zlib.decompressobj),
    (b"BZh", bz2.BZ2Decompressor),
    (b"\xfd7zXZ\x00", lzma.LZMADecompressor),
    (b"\x5d\x00", lambda: lzma.LZMADecompressor(lzma.FORMAT_ALONE)),
)
"""The first bytes of compressed files, and what unpacks each."""
