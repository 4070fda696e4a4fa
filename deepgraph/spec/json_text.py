"""Strict check of a JSON text: syntax, duplicate keys, NaN and Infinity, lone surrogates.

Python's own scanner reads the whole text once, at the speed of C, and keeps nothing. Duplicate keys
and words such as NaN are counted on the way. If there are any, `deepgraph.spec.positions` looks up
afterwards where they stand.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from deepgraph.errors import Problem
from deepgraph.spec.first_bytes import is_binary, other_file
from deepgraph.spec.positions import Places, without_escapes, without_mark
from deepgraph.spec.syntax import in_words, no_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DEEPEST = 500
"""Levels of brackets that are allowed; a spec needs six."""

LISTED = 100
"""Flaws of one kind that are looked up; further ones are only counted."""

_WORD = re.compile(rb"-?Infinity|NaN")
_HALF = re.compile("[\ud800-\udfff]")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)
_ESCAPE = re.compile(rb"\\(?:u([0-9a-fA-F]{4})|.)", re.DOTALL)


@dataclass
class Checked:
    """The result of a check.

    Attributes:
        problems: in the order of the text, all with line and column.
        more: the number of further problems.
        usable: the bytes for the next reader, without byte order mark and with the flaws replaced
            by sound JSON of equal length; `None` if nothing can be read.
    """

    problems: list[Problem] = field(default_factory=list)
    more: int = 0
    usable: bytes | None = None


def check(content: bytes) -> Checked:
    """Check a whole JSON text.

    It reports bytes that are not UTF-8, syntax errors, brackets nested deeper than `DEEPEST`, keys
    that stand twice in one object, NaN and Infinity, and halves of surrogate pairs.
    """
    content = without_mark(content)
    if what := other_file(content) or _other_encoding(content):
        return _hopeless("", 0, what)
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        return _no_utf_8(content, error.start)
    if not text.strip(" \t\n\r"):
        return _hopeless("", 0, "the file is empty; `deepgraph new 1-2-1` writes one")
    scanner = _Scanner()
    tree, mistake = _scan(text, scanner)
    if mistake and (what := no_json(text)):
        return _hopeless("", 0, what)
    if mistake:
        return _hopeless(text, *mistake)
    found = Checked(usable=content)
    if scanner.duplicates or scanner.words or "\\ud" in text or "\\uD" in text:
        del text
        _look_up(found, content, scanner, tree)
    return found


def _scan(text: str, scanner: _Scanner) -> tuple[object, tuple[int, str] | None]:
    """The tree that the scanner keeps of a text; or the offset and message of a syntax error."""
    try:
        return scanner.tree(text), None
    except json.JSONDecodeError as error:
        return None, (error.pos, in_words(error.msg, text, error.pos))
    except RecursionError:
        return None, (_too_deep(text), f"nested more than {DEEPEST} deep; a spec needs six levels")


def _hopeless(text: str, offset: int, message: str) -> Checked:
    line = text.count("\n", 0, offset) + 1
    return Checked([Problem("$", message, line, offset - text.rfind("\n", 0, offset), "json")])


def _no_utf_8(content: bytes, offset: int) -> Checked:
    """The problem of the first byte that is no UTF-8, or of a file that is no text at all."""
    if is_binary(content):
        return _hopeless("", 0, "this is no text, and a spec is a JSON file")
    before = content[:offset].decode()
    what = f"the byte 0x{content[offset]:02x} is no UTF-8; save the file as UTF-8"
    return _hopeless(before, len(before), what)


def _other_encoding(content: bytes) -> str:
    """The message about an encoding of two or four bytes a character, if it looks like one."""
    start = content[:4]
    if start in (b"\xff\xfe\0\0", b"\0\0\xfe\xff") or re.fullmatch(
        rb"\0\0\0[^\0]|[^\0]\0\0\0", start, re.DOTALL
    ):
        return "this is UTF-32; save the file as UTF-8"
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "this is UTF-16; save the file as UTF-8"
    if len(content) % 2 == 0 and re.match(rb"\0[^\0]|[^\0]\0", start, re.DOTALL):
        return "this is UTF-16; save the file as UTF-8"
    return ""


# --- flaws that the next reader can do without ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Marked:
    """An object that has duplicate keys, or holds an object that has.

    Attributes:
        twice: the duplicate keys, each once.
        inside: the members that are `_Marked` or hold one, by key.
    """

    twice: tuple[str, ...]
    inside: dict[str, Any]


class _Scanner:
    """Python's JSON scanner, made to keep nothing but objects with duplicate keys.

    Attributes:
        tree: gives what is kept of a text.
        duplicates: the number of keys that their object had already.
        words: the number of times that NaN, Infinity or -Infinity stood for a number.
    """

    def __init__(self) -> None:
        self.duplicates = 0
        self.words = 0
        decoder: Any = json.JSONDecoder(
            object_pairs_hook=self._object, parse_constant=self._word, parse_int=float
        )
        self.tree: Callable[[str], object] = decoder.decode

    def _object(self, pairs: list[tuple[str, Any]]) -> _Marked | None:
        distinct = dict(pairs)
        if len(distinct) == len(pairs) and not self.duplicates:
            return None
        twice: tuple[str, ...] = ()
        if len(distinct) != len(pairs) and self.duplicates < LISTED:  # others are only counted
            counts = Counter(key for key, _ in pairs)
            twice = tuple(key for key, times in counts.items() if times > 1)
        self.duplicates += len(pairs) - len(distinct)
        inside = {key: value for key, value in distinct.items() if _holds(value)}
        return _Marked(twice, inside) if twice or inside else None

    def _word(self, _: str) -> None:
        self.words += 1


def _holds(value: object) -> bool:
    """Check whether there are duplicate keys somewhere in a value."""
    if isinstance(value, list):
        return any(map(_holds, value))
    return isinstance(value, _Marked)


def _marked(tree: object) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The paths of objects with duplicate keys, and these keys."""
    pending = [("$", tree)]
    while pending:
        path, value = pending.pop()
        if isinstance(value, _Marked):
            if value.twice:
                yield path, value.twice
            pending += [(f"{path}.{key}", inner) for key, inner in reversed(value.inside.items())]
        elif isinstance(value, list):
            found = [(f"{path}[{n}]", inner) for n, inner in enumerate(value) if _holds(inner)]
            pending += reversed(found)


def _look_up(found: Checked, content: bytes, scanner: _Scanner, tree: object) -> None:
    """Report where the flaws are that the scanner met, and replace them by sound JSON."""
    halves = list(_lone_halves(content)) if b"\\ud" in content or b"\\uD" in content else []
    smooth = bytearray(content)
    for offset in halves:
        smooth[offset : offset + 6] = b"\\ufffd"
    words: list[re.Match[bytes]] = []
    for match in _words(content) if scanner.words else ():
        smooth[match.start() : match.end()] = b"0".ljust(len(match[0]))
        if len(words) < LISTED:
            words.append(match)
    found.usable = bytes(smooth)
    places = Places(found.usable)
    if scanner.duplicates:
        _report_duplicates(found, places, scanner.duplicates, tree)
    _report_words(found, places, words, scanner.words)
    for offset in halves[:LISTED]:
        escape = content[offset : offset + 6].decode()
        message = f"{escape} is half a character (a lone surrogate); write the character itself"
        where = places.line_and_column(offset)
        found.problems.append(Problem(places.around(offset)[0], message, *where, "json"))
    found.more += len(halves[LISTED:])
    found.problems.sort(key=lambda problem: (problem.line or 0, problem.column or 0))


def _report_duplicates(found: Checked, places: Places, count: int, tree: object) -> None:
    listed = 0
    for marked, keys in _marked(tree):
        path = _HALF.sub("\N{REPLACEMENT CHARACTER}", marked)
        for key in dict.fromkeys(_HALF.sub("\N{REPLACEMENT CHARACTER}", key) for key in keys):
            offsets = places.keys(path, key)
            first = next(offsets)
            line, column = places.line_and_column(first)
            message = (
                f'the key "{key}" stands twice in this object, first at line {line}, column '
                f"{column}; keep one of them"
            )
            for offset in islice(offsets, LISTED - listed):
                where = places.line_and_column(offset)
                found.problems.append(Problem(f"{path}.{key}", message, *where, "duplicate_key"))
                listed += 1
        if listed == LISTED:
            break
    found.more += count - listed


def _report_words(found: Checked, places: Places, words: list[re.Match[bytes]], count: int) -> None:
    for match in words:
        path, start = places.around(match.start())
        message = f"{match[0].decode()} is no number of JSON; the numbers of a spec are finite"
        where = places.line_and_column(start)
        found.problems.append(Problem(path, message, *where, "json"))
    found.more += count - len(words)


def _words(content: bytes) -> Iterator[re.Match[bytes]]:
    """The words for numbers that JSON lacks; inside a string they mean nothing."""
    plain = without_escapes(content)
    inside = place = 0
    for match in _WORD.finditer(plain):
        inside ^= plain.count(b'"', place, match.start()) & 1
        place = match.start()
        if not inside:
            yield match


def _lone_halves(content: bytes) -> Iterator[int]:
    r"""The offsets of escapes such as \ud800 that are half a character."""
    high: re.Match[bytes] | None = None
    for match in _ESCAPE.finditer(content):
        half = int(match[1], 16) & 0xFC00 if match[1] else 0
        if half == 0xDC00 and high is not None and high.end() == match.start():
            high = None
            continue
        if high is not None:
            yield high.start()
        high = match if half == 0xD800 else None
        if half == 0xDC00:
            yield match.start()
    if high is not None:
        yield high.start()


def _too_deep(text: str) -> int:
    """The offset where the brackets become too many."""
    depth = 0
    for match in _TOKEN.finditer(text):
        if match[0][0] != '"':
            depth += 1 if match[0] in "[{" else -1
            if depth > DEEPEST:
                return match.start()
    return 0
