"""Tells the pictures that deepgraph drew for pages from all other files, which it must not replace.

An SVG shows it by itself. A PNG and a PDF get a mark that no program shows.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

START = 100_000
"""Bytes of an SVG to look at; the first edge or node comes before."""

_PNG = b"\x89PNG\r\n\x1a\n"
_HEADER = 33
"""Bytes of a PNG up to the end of its first chunk, which has a fixed size."""
_TEXT = b"tEXtSoftware\0deepgraph"
_CHUNK = struct.pack(">I", len(_TEXT) - 4) + _TEXT + struct.pack(">I", zlib.crc32(_TEXT))
_COMMENT = b"%deepgraph\n"


def marked(content: bytes) -> bytes:
    """A picture with the mark.

    >>> marked(b"%PDF-1.4")
    b'%PDF-1.4%deepgraph\\n'
    """
    if content.startswith(_PNG):
        return content[:_HEADER] + _CHUNK + content[_HEADER:]
    return content + _COMMENT if content.startswith(b"%PDF") else content


def drawn(path: Path) -> bool:
    """True if a file is a picture that deepgraph drew for a page."""
    try:
        with path.open("rb") as stream:
            start = stream.read(START)
            stream.seek(-min(len(start), len(_COMMENT)), 2)
            end = stream.read()
    except OSError:
        return False
    if start.startswith(_PNG):
        return start[_HEADER : _HEADER + len(_CHUNK)] == _CHUNK
    if start.startswith(b"%PDF"):
        return end == _COMMENT
    return start.startswith(b"<svg ") and (b' data-node="' in start or b' data-edge="' in start)
