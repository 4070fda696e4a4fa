"""Reads parameters from .safetensors and .npz files.

The file has to be a plain file in the folder of the spec. Names, types, shapes and sizes of its
arrays are read first and held against the network, so that no more numbers are read, or unpacked,
than the network has. Only numbers are read, and nothing is ever unpickled.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import FileError
from deepgraph.files import beside, open_beside, reason
from deepgraph.graph import npz, safetensors
from deepgraph.graph.array_entries import spelled
from deepgraph.spec.literals import LARGEST_INTEGER

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from deepgraph.graph.array_entries import Entry, Shape

Arrays = dict[str, "NDArray[Any]"]

LARGEST_FILE = 1 << 31
"""The largest size in bytes; the weights of two of the largest layers fit as doubles."""
LARGEST_HEADER = 1 << 24
"""The most bytes in the list of all arrays: in a `.safetensors` file some 100,000 tensors."""
LARGEST_DIRECTORY = 1 << 20
BYTES_OF_A_NAME = 1 << 10
"""The list may have `LARGEST_DIRECTORY` bytes, and so many for each name of the network."""


def load(
    name: str,
    folder: Path | None,
    wanted: Callable[[str, Shape], bool] = lambda name, shape: True,
    names: int = LARGEST_HEADER,
) -> Arrays:
    """Read arrays of a file of parameters.

    Args:
        name: the name of the file in the spec.
        folder: the folder of the spec.
        wanted: is asked for each array, by its name and shape, before any numbers are read; only
            those of an array for which it returns true are.
        names: the number of names that the network has; it bounds the list of arrays.

    Returns:
        The wanted arrays, of integers or floating-point numbers, by name.

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
            most = min(LARGEST_DIRECTORY + BYTES_OF_A_NAME * names, LARGEST_HEADER)
            entries = READERS[suffix](stream, size, most)
            chosen = [entry for entry in entries if wanted(entry.name, entry.shape)]
            return {entry.name: entry.read() for entry in chosen}
        except OSError as error:
            raise FileError(f"{name}: cannot be read: {reason(error)}") from None
        except ValueError as error:
            raise FileError(f"{name}: not a {suffix} file: {error}") from None


def place(name: str, folder: Path) -> Path | None:
    """The path of the file of parameters that a spec names; `None` if `load` would refuse it."""
    return beside(folder, name) if Path(name).suffix in READERS else None


def shape_misfit(found: Shape, needed: Shape) -> str:
    """The message for an array whose shape does not fit its parameter; empty if it fits.

    Args:
        found: the shape of the array in the file.
        needed: the shape of the parameter; () for a single number, which may be a list of one.
    """
    if found == needed or (not needed and found == (1,)):
        return ""
    kind = "a single number" if not needed else f"the shape {spelled(needed)}"
    return f"has the shape {spelled(found)}, and the network needs {kind}"


def value_misfit(array: NDArray[Any]) -> str:
    """The message for an array with a number that no parameter can be; empty if there is none."""
    if array.dtype.kind == "f":
        strange = ~np.isfinite(array)
    elif array.dtype.itemsize < 8:
        # None is so large; besides, numpy 2.0.0 crashes if it compares short integers of the other
        # byte order with one that is.
        return ""
    else:
        most = array.dtype.type(LARGEST_INTEGER)
        strange = array > most
        if array.dtype.kind == "i":
            strange |= array < -most
    if not np.any(strange):
        return ""
    place = np.argwhere(strange)[0]
    where = "".join(f"[{index}]" for index in place)
    if array.dtype.kind == "f":
        return f"holds {array[tuple(place)]}{where and ' at ' + where}; its numbers are finite"
    return f"holds {array[tuple(place)]}{where and ' at ' + where}, beyond 2**53"


READERS: dict[str, Callable[[IO[bytes], int, int], list[Entry]]] = {
    ".safetensors": safetensors.entries,
    ".npz": lambda stream, _, most: npz.entries(stream, most),
}
"""Readers by suffix."""
