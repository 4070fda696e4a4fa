"""Standard input as a table that is still being written: its rows are taken as they come."""

from __future__ import annotations

import io
import select
import sys
import time
from typing import IO, cast

LINGER = 0.05
"""Seconds for which more bytes are awaited, so that a quick pipe is read in large pieces."""


class _Arriving(io.RawIOBase):
    """A pipe or a terminal; a reader gets what is there, be it less than asked for."""

    def __init__(self, raw: io.FileIO) -> None:
        self._raw = raw
        self._ended = False

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Some bytes, none only at the end."""
        if size < 0:
            return self._raw.readall()
        buffer = bytearray(size)
        view, got, until = memoryview(buffer), 0, 0.0
        while got < size and not self._ended:
            if got and not _arrives(self._raw, max(0.0, until - time.monotonic())):
                break
            count = self._raw.readinto(view[got:])
            if count is None:  # who opened it wants no call to wait
                _arrives(self._raw, None)
                continue
            until = until or time.monotonic() + LINGER
            got += count
            self._ended = not count  # a terminal would go on behind its end
        return bytes(view[:got])


def opened() -> IO[bytes]:
    """Standard input; where it is a pipe or a terminal, what is there is read without waiting."""
    buffer = sys.stdin.buffer
    raw = getattr(buffer, "raw", None)
    if sys.platform == "win32" or not isinstance(raw, io.FileIO) or raw.seekable():
        return buffer
    return cast("IO[bytes]", _Arriving(raw))


def ready() -> bool:
    """Whether standard input, or its end, is there within a moment."""
    return not isinstance(opened(), _Arriving) or _arrives(sys.stdin, LINGER)


def _arrives(stream: IO[bytes] | IO[str] | io.FileIO, seconds: float | None) -> bool:
    """Whether bytes, or the end, come within so many seconds."""
    return bool(select.select([stream], [], [], seconds)[0])
