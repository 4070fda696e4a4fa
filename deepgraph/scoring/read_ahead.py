"""The bytes of an object in order, read ahead by several requests at once."""

from __future__ import annotations

from typing import Any

from deepgraph.errors import FileError
from deepgraph.scoring.pipeline import in_order
from deepgraph.scoring.stores import errors
from deepgraph.words.urls import name_of

PART, READERS = 1 << 22, 3
"""Bytes of an object that one request asks for, and how many requests are under way."""


class ReadAhead:
    """The bytes of an object in order, of which some parts are under way while others are used.

    A store answers a request after a while, so one part after the other would leave the cores idle.

    Args:
        stream: of `pyarrow.fs`, whose parts several threads may read; left open.
        path: for messages.
    """

    def __init__(self, stream: Any, path: str) -> None:
        self._stream, self._path = stream, path
        self._size = stream.size()
        self._parts = in_order(self._part, range(0, self._size, PART), READERS)
        self._held = memoryview(b"")

    def _part(self, start: int) -> memoryview:
        """The bytes of a part, all of them: a store may answer with fewer."""
        wanted = min(PART, self._size - start)
        found = bytearray()
        with errors(self._path, "cannot be read"):
            while len(found) < wanted:
                more = self._stream.read_at(wanted - len(found), start + len(found))
                if not more:
                    raise FileError(
                        f"{name_of(self._path)}: {start + len(found):,} bytes came of "
                        f"{self._size:,}: the object was replaced while it was read"
                    )
                if not found and len(more) == wanted:
                    return memoryview(more)
                found += more
        return memoryview(found)

    def read(self, size: int = -1) -> bytes:
        """Read so many bytes; fewer only at the end of the object.

        So a table is cut where it is cut on a disk, which the last bits of wide layers may show.
        """
        pieces: list[memoryview] = []
        lacking = self._size if size < 0 else size
        while lacking:
            if not self._held:
                self._held = next(self._parts, self._held)
                if not self._held:
                    break
            piece, self._held = self._held[:lacking], self._held[lacking:]
            pieces.append(piece)
            lacking -= len(piece)
        return bytes(pieces[0]) if len(pieces) == 1 else b"".join(pieces)

    def close(self) -> None:
        """End the threads."""
        self._parts.close()
