"""Text whose cells are parted by runs of blanks, as a text with one blank between cells."""

from __future__ import annotations

import re
from typing import IO

_RUN = re.compile(rb"[ \t]+")
_AT_ENDS = re.compile(rb"[ \t]+(?=\r?\n)|(?<=\n)[ \t]+")


class Squeezed:
    """A stream that has one blank for each run of blanks and tabs, and none at the ends of lines.

    Blanks inside quotes stay.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._held = b""  # blanks at the end of a piece, which may go on or end a line
        self._quoted = False
        self._line_starts = True

    def read(self, size: int = -1) -> bytes:
        """Read about so many bytes; none only at the end."""
        while part := self._stream.read(size):
            if found := self._squeezed(self._held + part):
                return found
        return b""

    def _squeezed(self, text: bytes) -> bytes:
        pieces = text.split(b'"')
        if not (self._quoted ^ (len(pieces) % 2 == 0)):  # the text ends outside of quotes
            last = pieces[-1].rstrip(b" \t\r")
            self._held = pieces[-1][len(last) :]
            pieces[-1] = last
        else:
            self._held = b""
        for number in range(int(self._quoted), len(pieces), 2):
            piece = pieces[number]
            if number == 0 and self._line_starts:
                piece = piece.lstrip(b" \t")
            pieces[number] = _RUN.sub(b" ", _AT_ENDS.sub(b"", piece))
        self._quoted ^= len(pieces) % 2 == 0
        whole = b'"'.join(pieces)
        if whole:
            self._line_starts = whole.endswith(b"\n") and not self._quoted
        return whole
