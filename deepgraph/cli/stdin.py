"""Reads standard input as a table that is still being written, rows as they arrive."""

from __future__ import annotations

import io
import select
import sys
import time
from contextlib import suppress
from typing import IO, cast

from deepgraph.errors import FileError
from deepgraph.files import note_input

LINGER = 0.05
"""Seconds to wait for more bytes, so that a quick pipe is read in large pieces."""


class _Arriving(io.RawIOBase):
    """A pipe or a terminal; a read returns the bytes that are there, even if they are few."""

    def __init__(self, raw: io.FileIO) -> None:
        self._raw = raw
        self._ended = False

    def readable(self) -> bool:
        """True: it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Some bytes; empty only at the end."""
        if size < 0:
            return self._raw.readall()
        buffer = bytearray(size)
        view, got, until = memoryview(buffer), 0, 0.0
        while got < size and not self._ended:
            if got and not _arrives(self._raw, max(0.0, until - time.monotonic())):
                break
            count = self._raw.readinto(view[got:])
            if count is None:  # the pipe was opened non-blocking
                _arrives(self._raw, None)
                continue
            until = until or time.monotonic() + LINGER
            got += count
            self._ended = not count  # a terminal would go on after Ctrl-D
        return bytes(view[:got])


def whole() -> bytes:
    """All bytes of standard input; errors as in `opened`."""
    note()
    return _bytes().read()


def note() -> None:
    """Note that standard input is read, which may be a file: see `deepgraph.files.note_input`."""
    with suppress(AttributeError, OSError):  # no standard input, or one that is no file
        note_input(sys.stdin.fileno())


def opened() -> IO[bytes]:
    """Standard input; a pipe or a terminal is read without waiting for a full block.

    Raises:
        FileError: it is closed.
    """
    buffer = _bytes()
    raw = getattr(buffer, "raw", None)
    if sys.platform == "win32" or not isinstance(raw, io.FileIO) or raw.seekable():
        return buffer
    return cast("IO[bytes]", _Arriving(raw))


def ready() -> bool:
    """True if bytes of standard input, or its end, arrive within a moment."""
    return not isinstance(opened(), _Arriving) or _arrives(sys.stdin, LINGER)


def _bytes() -> IO[bytes]:
    if sys.stdin is None:  # `<&-`
        raise FileError("standard input is closed; name a file instead of -, or pipe one in")
    return sys.stdin.buffer


def _arrives(stream: IO[bytes] | IO[str] | io.FileIO, seconds: float | None) -> bool:
    """True if bytes, or the end, arrive within so many seconds."""
    return bool(select.select([stream], [], [], seconds)[0])
