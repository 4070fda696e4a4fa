"""The bytes of an object in order, read ahead by several requests at once."""

from __future__ import annotations

from typing import Any

from deepgraph.scoring.pipeline import in_order
from deepgraph.scoring.stores import errors

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
        self._parts = in_order(self._part, range(0, stream.size(), PART), READERS)
        self._held = memoryview(b"")

    def _part(self, start: int) -> memoryview:
        with errors(self._path, "cannot be read"):
            return memoryview(self._stream.read_at(PART, start))

    def read(self, size: int = -1) -> bytes:
        """Read so many bytes, or fewer at the end of a part; none only at the end of the object."""
        if size < 0:
            rest = [self._held, *self._parts]
            self._held = memoryview(b"")
            return b"".join(rest)
        if not self._held:
            self._held = next(self._parts, self._held)
        found, self._held = self._held[:size], self._held[size:]
        return bytes(found)

    def close(self) -> None:
        """End the threads."""
        self._parts.close()
