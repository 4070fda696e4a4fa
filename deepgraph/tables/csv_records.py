"""The bytes of a CSV, cut into whole records by what the text says.

A record ends at a line feed outside quotes. A quote opens a cell at its very start and closes it
at its very end, and stands twice inside (RFC 4180); wherever else one stands, the record is
faulty, and says why. Everything here counts records by the bytes alone, so that a parser's count
can be held against it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

import numpy as np

from deepgraph.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_RECORD = 1 << 28
"""Bytes without the end of a record after which a file is taken for no table."""

QUOTE, LF, CR = b'"\n\r'

STRAY = 'a quote inside a cell that does not begin with one; write the cell as "5"" pipe"'
BEHIND = "text behind the closing quote of a cell; a quote that belongs to the cell is doubled"
BARE_CR = "a CR without LF; end every line with LF or CRLF"


@dataclass(frozen=True, slots=True)
class Block:
    """Some whole records.

    Attributes:
        content: their bytes.
        records: how many, counted by their ends.
        regular: whether every quote stands where it may, so that all parsers agree on the cells.
    """

    content: bytes
    records: int
    regular: bool = True


@dataclass(frozen=True, slots=True)
class Record:
    """One record.

    Attributes:
        text: its bytes, the line's end included.
        cells: their contents, unquoted; of a faulty record those before the fault.
        fault: what makes it no record; empty for a sound one.
    """

    text: bytes
    cells: list[bytes]
    fault: str = ""


class Dialect:
    """The grammar of a CSV with a given delimiter."""

    def __init__(self, delimiter: str) -> None:
        self.delimiter = delimiter.encode()
        mark = re.escape(self.delimiter)
        quoted = rb'"[^"]*+(?:""[^"]*+)*+"'
        self._cell = re.compile(rb'(?:(%b)|([^"\r\n%b]*+))(%b|\r?\n|\Z)' % (quoted, mark, mark))
        self._loose = re.compile(rb"(?:%b)?[^\n%b]*+(%b|\n|\Z)" % (quoted, mark, mark))
        self._closed = re.compile(quoted)

    def records(self, text: bytes) -> Iterator[Record]:
        """The records of a text that holds whole ones, faulty ones among them."""
        at = 0
        while at < len(text):
            start, cells, fault, end = at, [], "", self.delimiter
            while end == self.delimiter:
                match = self._cell.match(text, at)
                if match is None:
                    fault = fault or self._fault(text, at)
                    match = self._loose.match(text, at)
                    assert match is not None
                    end = match[1]
                else:
                    end = match[3]
                    if not fault:
                        cell = match[1]
                        cells.append(match[2] if cell is None else cell[1:-1].replace(b'""', b'"'))
                at = match.end()
            yield Record(text[start:at], cells, fault)

    def _fault(self, text: bytes, at: int) -> str:
        """Why no sound cell begins here."""
        closed = self._closed.match(text, at)
        if closed:
            return BARE_CR if text[closed.end()] == CR else BEHIND
        match = self._loose.match(text, at)
        return STRAY if match is not None and b'"' in match[0] else BARE_CR

    def whole(self, text: bytes) -> tuple[int, int, bool]:
        """Where the last whole record of a text ends, how many there are, and what follows.

        Returns:
            The place behind its line feed; the number of records before that; whether a quote
            that opens a cell after it is not closed.
        """
        at = end = count = 0
        while at < len(text):
            match = self._cell.match(text, at)
            if match is None:
                if text[at] == QUOTE and not self._closed.match(text, at):
                    return end, count, True
                match = self._loose.match(text, at)
                assert match is not None
            at = match.end()
            if text[at - 1] == LF:
                end, count = at, count + 1
        return end, count, False

    def is_regular(self, part: bytes, before: int, quoted: bool) -> bool:
        """Whether every quote of a part stands where it may; the quotes then pair up in order.

        Args:
            part: a piece of the file, not empty.
            before: the byte before it.
            quoted: whether it begins inside quotes.
        """
        data = np.frombuffer(part, np.uint8)
        quotes = np.flatnonzero(data == QUOTE)
        opening, closing = quotes[int(quoted) :: 2], quotes[1 - int(quoted) :: 2]
        left = data[opening - 1]
        if len(opening) and not opening[0]:
            left[0] = before
        right = data[closing[closing < len(data) - 1] + 1]
        if before == QUOTE and not quoted:
            right = np.append(right, data[0])
        mark = self.delimiter[0]
        return bool(
            ((left == mark) | (left == LF) | (left == QUOTE)).all()
            and ((right == mark) | (right == LF) | (right == CR) | (right == QUOTE)).all()
        )


def blocks(stream: IO[bytes], size: int, name: str, dialect: Dialect) -> Iterator[Block]:
    """Blocks of whole records, each at least one record and about `size` bytes.

    While all quotes are regular, a line feed ends a record if it stands behind an even number
    of them. From the first one that is not, the file is cut cell by cell.

    Args:
        stream: behind a byte order mark.
        size: of the pieces to read.
        name: what to call the file in messages.
        dialect: its grammar.

    Raises:
        TableError: a quote is never closed, or a record never ends.
    """
    rest: list[bytes] = []
    length, quoted, before, records = 0, False, LF, 0
    while part := stream.read(size):
        if b'"' not in part:
            end = 0 if quoted else part.rfind(b"\n") + 1
            count = 0 if quoted else _line_feeds(part)
            odd = before == QUOTE and not quoted and part[0] not in (LF, CR, *dialect.delimiter)
        else:
            odd = not dialect.is_regular(part, before, quoted)
            end, count, quoted = _by_parity(part, quoted)
        if odd:
            yield from _by_cell(b"".join([*rest, part]), stream, size, name, dialect, records)
            return
        if end:
            yield Block(b"".join([*rest, part[:end]]), count)
            rest, length = [], 0
            records += count
        rest.append(part[end:])
        length += len(part) - end
        before = part[-1]
        _check_length(length, name)
    if quoted:
        raise _never_closed(name, records)
    if length:
        yield Block(b"".join(rest), 1)


def _line_feeds(part: bytes) -> int:
    """How many there are; `bytes.count` takes three times as long."""
    return int(np.count_nonzero(np.frombuffer(part, np.uint8) == LF))


def _by_parity(part: bytes, quoted: bool) -> tuple[int, int, bool]:
    """Where the last record of a part with regular quotes ends.

    Returns:
        The place behind the last line feed outside quotes, 0 if there is none; how many there
        are; and whether the part ends inside quotes.
    """
    pieces = part.split(b'"')
    outside = pieces[int(quoted) :: 2]
    last = quoted ^ (len(pieces) % 2 == 0)
    inside, end = last, len(part)
    for piece in reversed(pieces):
        start = end - len(piece)
        if not inside and b"\n" in piece:
            return start + piece.rfind(b"\n") + 1, sum(p.count(b"\n") for p in outside), last
        end, inside = start - 1, not inside
    return 0, 0, last


def _by_cell(
    text: bytes, stream: IO[bytes], size: int, name: str, dialect: Dialect, records: int
) -> Iterator[Block]:
    """The rest of a file that holds a quote where none may stand."""
    while True:
        end, count, opened = dialect.whole(text)
        if end:
            block, text = text[:end], text[end:]
            regular = b'"' not in block or dialect.is_regular(block, LF, False)
            yield Block(block, count, regular and _by_parity(block, False) == (end, count, False))
            records += count
        _check_length(len(text), name)
        # At least as much again, or a long record would be looked through time after time.
        part = _read(stream, max(size, len(text)))
        if not part:
            break
        text += part
    if opened:
        raise _never_closed(name, records)
    if text:
        yield Block(text, 1, False)


def _read(stream: IO[bytes], size: int) -> bytes:
    """As many bytes as asked for, fewer only at the end: a pipe may give a few at a time."""
    parts = []
    while size and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _check_length(length: int, name: str) -> None:
    if length > LONGEST_RECORD:
        raise TableError(f"{name}: a record of more than {LONGEST_RECORD >> 20} MiB")


def _never_closed(name: str, records: int) -> TableError:
    place = f"row {records:,}" if records else "the header"
    return TableError(
        f"{name}: {place}: a quote is opened and never closed; double the quotes in a cell"
    )
