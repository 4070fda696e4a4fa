"""Splits CSV bytes into whole records (RFC 4180).

A record ends at a line feed outside quotes. A quote opens a cell at its very start, closes it at
its very end, and is doubled inside. A record with a quote anywhere else is faulty and says why.
Records are counted by the bytes alone, so that the count of a parser can be compared with it.
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
"""Bytes; a file with a longer record is no table."""

QUOTE, LF, CR = b'"\n\r'

STRAY = 'a quote inside a cell that does not begin with one; write the cell as "5"" pipe"'
BEHIND = "text behind the closing quote of a cell; a quote that belongs to the cell is doubled"
BARE_CR = "a CR without LF; end every line with LF or CRLF"


@dataclass(frozen=True, slots=True)
class RecordBlock:
    """Some whole records.

    Attributes:
        content: their bytes.
        records: their number, counted by their ends.
        regular: `True` if every quote stands where it may, so that all parsers agree on the cells.
    """

    content: bytes
    records: int
    regular: bool = True


@dataclass(frozen=True, slots=True)
class Record:
    """One record.

    Attributes:
        text: its bytes with the end of the line.
        cells: without quotes; of a faulty record, the cells before the fault.
        fault: what is wrong with it; empty for a sound record.
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
        """The records of a text of whole records, including faulty ones."""
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
        """The reason why no sound cell begins here."""
        closed = self._closed.match(text, at)
        if closed:
            return BARE_CR if text[closed.end()] == CR else BEHIND
        match = self._loose.match(text, at)
        return STRAY if match is not None and b'"' in match[0] else BARE_CR

    def whole(self, text: bytes) -> tuple[int, int, bool]:
        """Find the whole records at the beginning of a text.

        Returns:
            The place behind the last of them; their number; `True` if a cell behind them opens a
            quote and does not close it.
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
        """Check whether every quote stands where it may; the quotes then pair up in order.

        Args:
            part: a piece of the file, not empty.
            before: the byte before it.
            quoted: `True` if it begins inside quotes.
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


def blocks(stream: IO[bytes], size: int, name: str, dialect: Dialect) -> Iterator[RecordBlock]:
    """Blocks of whole records, each of at least one record and about `size` bytes.

    As long as every quote stands where it may, a line feed ends a record if an even number of
    quotes stands before it. From the first other quote on, the file is cut cell by cell.

    Args:
        stream: behind the byte order mark.
        size: of the pieces to read.
        name: of the file in messages.
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
            yield RecordBlock(b"".join([*rest, part[:end]]), count)
            rest, length = [], 0
            records += count
        rest.append(part[end:])
        length += len(part) - end
        before = part[-1]
        _check_length(length, name)
    if quoted:
        raise _never_closed(name, records)
    if length:
        yield RecordBlock(b"".join(rest), 1)


def _line_feeds(part: bytes) -> int:
    """The number of line feeds; `bytes.count` takes three times as long."""
    return int(np.count_nonzero(np.frombuffer(part, np.uint8) == LF))


def _by_parity(part: bytes, quoted: bool) -> tuple[int, int, bool]:
    """Find the end of the last record of a part with regular quotes.

    Returns:
        The place behind the last line feed outside quotes, 0 if there is none; the number of such
        line feeds; `True` if the part ends inside quotes.
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
) -> Iterator[RecordBlock]:
    """The blocks of the rest of a file, from a piece with a quote where none may stand."""
    while True:
        end, count, opened = dialect.whole(text)
        if end:
            block, text = text[:end], text[end:]
            regular = b'"' not in block or dialect.is_regular(block, LF, False)
            yield RecordBlock(
                block, count, regular and _by_parity(block, False) == (end, count, False)
            )
            records += count
        _check_length(len(text), name)
        # Read at least as much again, or a long record would be searched time after time.
        part = _read(stream, max(size, len(text)))
        if not part:
            break
        text += part
    if opened:
        raise _never_closed(name, records)
    if text:
        yield RecordBlock(text, 1, False)


def _read(stream: IO[bytes], size: int) -> bytes:
    """Read as many bytes as asked for, fewer only at the end; a pipe may give a few at a time."""
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
