"""Zip archives that hold a network: read in memory, member by member, within bounds."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from deepgraph.errors import FormatError
from deepgraph.formats.readers.record import LARGEST_FILE
from deepgraph.graph.npz import BROKEN_ZIP
from deepgraph.words.messages import in_quotes

if TYPE_CHECKING:
    from collections.abc import Iterable

ZIP = b"PK\x03\x04"
"""The first bytes of an archive."""

MOST_MEMBERS = 20_000

LARGEST_RATIO = 200
"""How many times its packed size a member may have; deflate comes to 1,032 at most."""

SMALL = 1 << 24
"""Bytes up to which the ratio does not matter."""


class Archive:
    """The members of a zip archive by name; nothing is unpacked before it is asked for.

    Raises:
        FormatError: it is damaged, or declares too much.
    """

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except BROKEN_ZIP as error:
            raise FormatError(f"a damaged zip archive: {error}") from None
        members = self._zip.infolist()
        if len(members) > MOST_MEMBERS:
            raise FormatError(f"this zip archive has {len(members):,} members, which are too many")
        self._members = {member.filename: member for member in members}
        if len(self._members) < len(members):
            raise FormatError("this zip archive holds a name twice")
        size = sum(member.file_size for member in members)
        packed = sum(member.compress_size for member in members)
        if size > LARGEST_FILE or (size > SMALL and size > LARGEST_RATIO * max(packed, 1)):
            raise FormatError(
                f"this zip archive unpacks to {size:,} bytes from {packed:,}, which is too much"
            )

    @property
    def names(self) -> list[str]:
        """The names of all members."""
        return list(self._members)

    def size(self, name: str) -> int:
        """The size of a member, unpacked."""
        return self._member(name).file_size

    def read(self, name: str) -> bytes:
        """The content of a member."""
        member = self._member(name)
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise FormatError(f"{in_quotes(name)} in the archive is compressed in an unusual way")
        try:
            with self._zip.open(member) as stream:
                found = stream.read(member.file_size + 1)
        except BROKEN_ZIP as error:
            raise FormatError(f"{in_quotes(name)} in the archive is damaged: {error}") from None
        if len(found) != member.file_size:
            raise FormatError(f"{in_quotes(name)} in the archive has another size than it says")
        return found

    def ending_in(self, endings: Iterable[str]) -> str | None:
        """The first member whose name has one of these ends."""
        ends = tuple(endings)
        return next((name for name in self._members if name.endswith(ends)), None)

    def _member(self, name: str) -> zipfile.ZipInfo:
        if name not in self._members:
            raise FormatError(f"the archive lacks {in_quotes(name)}")
        return self._members[name]
