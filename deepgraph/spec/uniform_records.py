"""A list of JSON records that are all written alike, as columns of bytes and without a parser.

A program writes each record of a list in the same way: the same keys in the same order, with the
same blanks. Then the text between two values is the same in every record, and comparing it there,
for all records at once, shows that they are sound. What is not written alike has no answer here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

WORDS = 4
"""Of eight bytes each, that hold a value at most."""
LONGEST = 8 * WORDS - 1
"""Bytes of a value at most."""
LONGEST_RUN = 500
"""Bytes from one value to the next at most."""
MOST = 8
"""Values in a record at most."""

_BLANK = rb"[ \t\n\r]*"
_SEPARATOR = re.compile(_BLANK + rb"," + _BLANK + rb"(?=\{)")
_MEMBER = re.compile(
    _BLANK.join((rb"[{,]", rb'"([a-z]+)"', rb":", rb'("[^"\\]*"|-?[0-9][-+.0-9eE]*)', rb"(?=[,}])"))
)
_NUMBERS = msgspec.json.Decoder(list[float])
_PAD = bytes(LONGEST + 9)
_MASKS = np.array([256**count - 1 for count in range(9)], "<u8")
_BLANKS = np.uint64(int.from_bytes(b" " * 8, "little"))
# Odd, so that texts of a single word never share a hash; the digits are those of square roots.
_FACTORS = np.array(
    [0x6A09E667F3BCC909, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1], "<u8"
)


@dataclass(frozen=True)
class Field:
    """What stands for one key in every record.

    Attributes:
        is_text: whether it is a string, without its quotes here; otherwise a number.
        words: of eight bytes each, (records,) in the order of the text, zeros behind its end.
        length: (records,) in bytes.
    """

    is_text: bool
    words: list[NDArray[np.uint64]]
    length: NDArray[np.int64]

    def hashes(self) -> NDArray[np.uint64]:
        """(records,), equal for equal texts; those of up to eight bytes differ if the texts do."""
        found: NDArray[np.uint64] = self.words[0] * _FACTORS[0]
        for word, factor in zip(self.words[1:], _FACTORS[1:], strict=False):
            found += word * factor
        # The last letters are the first bits of a word: they have to reach all bits of the hash.
        found ^= found >> np.uint64(32)
        found *= _FACTORS[0]
        return found

    def parts(self, records: int) -> Iterator[Field]:
        """The records in pieces of so many; one piece at least."""
        for first in range(0, max(len(self.length), 1), records):
            some = slice(first, first + records)
            yield Field(self.is_text, [word[some] for word in self.words], self.length[some])

    def texts(self, places: NDArray[np.intp]) -> list[str]:
        """The texts of some records."""
        table = np.stack([word[places] for word in self.words], axis=1, dtype="<u8")
        return [text.decode() for text in table.view(f"S{8 * len(self.words)}")[:, 0].tolist()]

    def numbers(self) -> NDArray[np.float64] | None:
        """(records,) nearest doubles; `None` where one is no JSON number."""
        # Each number in a box of the same width, filled up with blanks, a comma as its last byte.
        width = int(self.length.max()) // 8 + 1
        table = np.full((len(self.length), width), _BLANKS, "<u8")
        for position, word in enumerate(self.words):
            table[:, position] &= ~_first_bytes(self.length - 8 * position)
            table[:, position] |= word
        text = table.view(np.uint8)
        text[:, -1] = ord(",")
        try:
            found = _NUMBERS.decode(b"[%b]" % text.tobytes()[:-1])
        except msgspec.DecodeError:
            return None
        return np.fromiter(found, np.float64) if len(found) == len(self.length) else None


def empty_texts(count: int) -> Field:
    """So many empty texts."""
    return Field(True, [np.zeros(count, np.uint64)], np.zeros(count, np.int64))


def field_of(texts: Sequence[str]) -> Field:
    """Texts as a field; of one longer than `LONGEST` there is the beginning alone."""
    if not texts:
        return empty_texts(0)
    ended = b"%b\0" % "\0".join(texts).encode()
    end = np.flatnonzero(np.frombuffer(ended, np.uint8) == 0)
    if len(end) > len(texts):  # a text holds a zero
        length = np.array([len(text.encode()) for text in texts])
        end = np.cumsum(length + 1) - 1
    start = np.append(0, end[:-1] + 1)
    words = _at_any_byte(ended + bytes(8 * WORDS))
    return Field(True, _words(words, start, end - start), end - start)


def joined(fields: Sequence[Field | None]) -> Field | None:
    """The records of some fields of texts, one after the other; `None` if one is missing."""
    known = [field for field in fields if field is not None]
    if len(known) < len(fields):
        return None
    length = np.concatenate([field.length for field in known])
    words = np.zeros((max(len(field.words) for field in known), len(length)), np.uint64)
    first = 0
    for field in known:
        words[: len(field.words), first : first + len(field.length)] = field.words
        first += len(field.length)
    return Field(True, list(words), length)


def hashes_of(texts: Sequence[str], field: Field) -> NDArray[np.uint64]:
    """(texts,) hashes of texts and their field, of texts of any length."""
    hashes = field.hashes()
    for place in np.flatnonzero(field.length > LONGEST).tolist():
        hashes[place] = hash(texts[place]) % 2**64
    return hashes


@dataclass(frozen=True)
class _Template:
    """How the first record is written.

    Attributes:
        head: the text up to its first value.
        separator: the text between it and the second one.
        keys: in their order.
        is_text: of each whether its value is a string.
        runs: the text behind each value, up to the next; the last goes on to the first value of
            the next record.
    """

    head: bytes
    separator: bytes
    keys: list[str]
    is_text: list[bool]
    runs: list[bytes]


def _template(text: bytes) -> _Template | None:
    """Of the first record of a list; `None` where a value is neither a string nor a number."""
    place = 0
    keys: list[str] = []
    is_text, bounds = [], []
    while text[place : place + 1] == (b"," if keys else b"{"):
        member = _MEMBER.match(text, place)
        if member is None or len(keys) == MOST:
            return None
        quote = int(member[2].startswith(b'"'))
        keys.append(member[1].decode())
        is_text.append(bool(quote))
        bounds.append((member.start(2) + quote, member.end(2) - quote))
        place = member.end()
    if not keys or text[place : place + 1] != b"}" or len(set(keys)) < len(keys):
        return None
    head = text[: bounds[0][0]]
    behind = _SEPARATOR.match(text, place + 1)
    separator = behind[0] if behind else b","
    ends = [end for _, end in bounds]
    starts = [start for start, _ in bounds[1:]]
    runs = [text[end:start] for end, start in zip(ends, starts, strict=False)]
    runs.append(text[ends[-1] : place + 1] + separator + head)
    # They are compared by whole words of eight bytes, one after the other.
    if not all(8 <= len(run) <= LONGEST_RUN for run in runs):
        return None
    return _Template(head, separator, keys, is_text, runs)


def read(text: bytes) -> dict[str, Field] | None:
    """The records of a list.

    Args:
        text: of its items, without the brackets.

    Returns:
        By key what stands in each record, in any order of the keys. `None` if they are not
        written alike or something else than plain strings and numbers stands in them; texts are
        sound then, but numbers are looked at only by `Field.numbers`.
    """
    text = text.strip(b" \t\n\r")
    template = _template(text)
    if template is None or not _is_plain(text):
        return None
    # As if another record followed, so that the last one is like the others.
    whole = b"".join((text, template.separator, template.head, _PAD))
    letters = np.frombuffer(whole, np.uint8)[: -len(_PAD)]
    bounds = _bounds(template, letters)
    if bounds is None:
        return None
    words = _at_any_byte(whole)
    following = [*(start for start, _ in bounds[1:]), np.append(bounds[0][0][1:], len(letters))]
    for (_, end), run, behind in zip(bounds, template.runs, following, strict=True):
        if not (np.array_equal(end + len(run), behind) and _stands_at(end, run, words)):
            return None
    fields = {}
    for key, is_text, (start, end) in zip(template.keys, template.is_text, bounds, strict=True):
        length = end - start
        if length.max() > LONGEST or (not is_text and length.min() < 1):
            return None
        fields[key] = Field(is_text, _words(words, start, length), length)
    return fields


def _is_plain(text: bytes) -> bool:
    """Whether it is UTF-8 without a backslash."""
    try:
        return b"\\" not in text and (text.isascii() or bool(text.decode()))
    except UnicodeDecodeError:
        return False


def _bounds(
    template: _Template, letters: NDArray[np.uint8]
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]] | None:
    """Of each field where it would begin and end, (records,); `None` if something does not add up.

    Args:
        template: of the records.
        letters: of them, and of what stands before the first value of one more.
    """
    is_quote = letters == ord('"')
    before = template.head.count(b'"')
    each = sum(run.count(b'"') for run in template.runs)
    count, rest = divmod(int(np.count_nonzero(is_quote)) - before, each)
    if len(template.head) + count * sum(map(len, template.runs)) > len(letters):
        return None
    controls = np.count_nonzero(letters < ord(" "))  # none inside the values
    if rest or controls != _controls(template.head) + count * _controls(b"".join(template.runs)):
        return None
    quotes = np.flatnonzero(is_quote)
    bounds = []
    previous = template.head
    for run in template.runs:
        # A value stands between two quotes, at fixed distances from them.
        start = quotes[before - 1 :: each][:count] + (len(previous) - previous.rindex(b'"'))
        end = quotes[before::each][:count] - run.index(b'"')
        bounds.append((start, end))
        before += run.count(b'"')
        previous = run
    return bounds


def _at_any_byte(text: bytes) -> NDArray[np.uint64]:
    """The words of eight bytes that begin at each byte of a text."""
    return np.ndarray((len(text) - 7,), "<u8", text, 0, (1,))


def _words(
    words: NDArray[np.uint64], start: NDArray[np.intp], length: NDArray[np.int64]
) -> list[NDArray[np.uint64]]:
    """Texts as in `Field`, from the words at any byte of what they stand in."""
    most = min(max(int(length.max()), 1), 8 * WORDS)
    return [words[start + place] & _first_bytes(length - place) for place in range(0, most, 8)]


def _stands_at(places: NDArray[np.intp], run: bytes, words: NDArray[np.uint64]) -> bool:
    """Whether a text of eight bytes and more stands at all these places."""
    for offset in (*range(0, len(run) - 8, 8), len(run) - 8):
        expected = int.from_bytes(run[offset : offset + 8], "little")
        if np.any(words[places + offset] != np.uint64(expected)):
            return False
    return True


def _first_bytes(count: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Words of eight bytes, all bits set in the first `count` of them."""
    return _MASKS[np.clip(count, 0, 8)]


def _controls(text: bytes) -> int:
    return sum(letter < ord(" ") for letter in text)
