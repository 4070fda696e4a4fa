"""Reads HDF5 within one file: links and storage that lead to other files are refused.

HDF5 can name other files in four ways (external links, external storage, virtual datasets, plug-ins
for filters), and its library would open them by itself. So each link and each dataset is looked at
before it is followed.
"""

from __future__ import annotations

import io
import math
from itertools import count, takewhile
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import FormatError, MissingExtraError
from deepgraph.words.messages import in_quotes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

START = b"\x89HDF\r\n\x1a\n"
"""The first bytes of a file."""

FILTERS = (1, 2, 3)
"""Filters that the library has built in: deflate, shuffle, a checksum."""

LARGEST_DATASET = 1 << 30
LARGEST_RATIO = 1100
"""How many times its stored size an array may have; deflate comes to 1,032 at most."""

DEEPEST = 30


class Tree:
    """The groups, arrays and attributes of a file.

    Raises:
        FormatError: it is no HDF5 file, or is damaged.
        MissingExtraError: h5py is not installed.
    """

    def __init__(self, content: bytes) -> None:
        try:
            import h5py  # an extra; takes a fifth of a second
        except ImportError:
            raise MissingExtraError("reading HDF5", "keras") from None
        self._h5py = h5py
        if not content.startswith(START):
            raise FormatError("this is not an HDF5 file")
        try:
            self._file = h5py.File(io.BytesIO(content), "r")
        except Exception as error:  # the library raises what it likes
            raise FormatError(f"a damaged HDF5 file: {_plain(error)}") from None

    def attribute(self, path: str, name: str) -> Any:
        """An attribute of a group, as text or list of texts; `None` if it is missing."""
        try:
            found = self._at(path).attrs.get(name)
            if found is None and f"{name}0" in self._at(path).attrs:  # long lists are cut up
                attributes = self._at(path).attrs
                pieces = takewhile(lambda key: key in attributes, (f"{name}{n}" for n in count()))
                found = [item for key in pieces for item in attributes[key]]
        except FormatError:
            raise
        except Exception as error:
            raise FormatError(f"a damaged attribute {in_quotes(name)}: {_plain(error)}") from None
        if found is None or isinstance(found, str):
            return found
        if isinstance(found, bytes):
            return found.decode("utf-8", "replace")
        return [item.decode() if isinstance(item, bytes) else str(item) for item in found]

    def names(self, path: str) -> list[str]:
        """The names in a group; none if it is missing."""
        group = self._at(path, missing=True)
        return [] if group is None or not hasattr(group, "keys") else self._names_in(group, path)

    def _names_in(self, group: Any, path: str) -> list[str]:
        try:
            return list(group)
        except Exception as error:  # the library raises what it likes
            raise FormatError(f"{in_quotes(path)} is damaged: {_plain(error)}") from None

    def array(self, path: str) -> NDArray[Any]:
        """The numbers of a dataset.

        Raises:
            FormatError: they are none, or not in this file, or too many.
        """
        found, name = self._at(path), in_quotes(path)
        if not isinstance(found, self._h5py.Dataset):
            raise FormatError(f"{name} is not an array")
        try:
            plan = found.id.get_create_plist()
            if plan.get_external_count() or found.is_virtual:
                raise FormatError(f"the numbers of {name} are in another file, which is not opened")
            filters = [plan.get_filter(n)[0] for n in range(plan.get_nfilters())]
            if any(number not in FILTERS for number in filters):
                raise FormatError(f"the numbers of {name} need a plug-in, which is not loaded")
            if found.dtype.kind not in "fiu" or found.dtype.itemsize > 8:
                raise FormatError(f"{name} does not hold numbers of at most 64 bits")
            size = math.prod(found.shape) * found.dtype.itemsize
            stored = found.id.get_storage_size()
            limit = LARGEST_RATIO * stored if filters else stored
            if size > LARGEST_DATASET or size > max(limit, 1 << 16):
                raise FormatError(f"{name} claims {size:,} bytes, and the file has {stored:,}")
            return np.asarray(found[()])
        except FormatError:
            raise
        except Exception as error:
            raise FormatError(f"{name} is damaged: {_plain(error)}") from None

    def arrays(self, path: str) -> Iterator[tuple[str, tuple[int, ...]]]:
        """The paths and shapes of all datasets below a group."""
        stack, seen = [path], set()
        while stack:
            place = stack.pop()
            if place.count("/") > DEEPEST:
                raise FormatError("its groups are nested too deeply")
            found = self._at(place, missing=True)
            if isinstance(found, self._h5py.Dataset):
                yield place, found.shape
            elif found is not None:
                address = self._h5py.h5o.get_info(found.id).addr
                if address in seen:  # groups may have many links to one
                    continue
                seen.add(address)
                stack += [f"{place}/{name}" for name in self._names_in(found, place)[::-1]]

    def _at(self, path: str, *, missing: bool = False) -> Any:
        """The group or dataset at a path, by plain links only."""
        place = self._file
        for part in path.split("/"):
            if not part:
                continue
            try:
                link = place.get(part, getlink=True) if hasattr(place, "keys") else None
            except Exception as error:
                raise FormatError(f"a damaged link {in_quotes(part)}: {_plain(error)}") from None
            if link is None:
                if missing:
                    return None
                raise FormatError(f"the file lacks {in_quotes(path)}")
            if type(link) is not self._h5py.HardLink:
                raise FormatError(
                    f"{in_quotes(path)} is a link to another place, which is not followed"
                )
            try:
                place = place[part]
            except Exception as error:
                raise FormatError(f"{in_quotes(path)} is damaged: {_plain(error)}") from None
        return place


def _plain(error: Exception) -> str:
    """The words of the library, on one line."""
    return " ".join(str(error).split())[:200]
