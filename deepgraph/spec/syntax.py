"""JSON syntax errors in plain words: what was expected, and what is there.

Python's JSON scanner finds the errors.
"""

from __future__ import annotations

import json
import re

from deepgraph.words.messages import shown

_COMMENT = 'JSON has no comments; write a "note"'

_INSTEAD = (
    (r"-?(nan|inf)\w*", "{} is no number of JSON; the numbers of a spec are finite"),
    (r"true\b", "write true in small letters"),
    (r"false\b", "write false in small letters"),
    (r"(none|nil|null|undefined)\b", "write null for nothing"),
    (r"//|/\*|#", _COMMENT),
    (r"['`‘’“”„«]", 'a text stands between straight double quotes: "…"'),
    (r"\+[\d.]+", "a number has no plus sign"),
    (r"-?\.\d+", "a number has a digit before its point: 0.5"),
    (r"-\d", "this is no number of JSON"),
    (r"-", "a digit follows a minus sign"),
    (r",", "a value is missing before this comma"),
)
"""Patterns of what people write in the place of a value, and what to write instead."""


_COMMENTS = re.compile(r"(?:\s|//.*|#.*|/\*[\s\S]*?\*/)*")


def no_json(text: str) -> str:
    """The message about a file of another kind, such as a page or a table; else empty."""
    start = _COMMENTS.match(text)
    if text.lstrip()[:1] in tuple("{[\"'`") or (start and text[start.end() :][:1] in ("{", "[")):
        return ""
    first = text.strip().split("\n", 1)[0].strip()
    if re.match(r"(?:[-+.\d]|true\b|false\b|null\b|\w{1,20}\s*$)", first, re.IGNORECASE):
        return ""
    return f'this is no JSON file: it begins with "{shown(first, 40)}", and a spec with {{'


def in_words(message: str, text: str, offset: int) -> str:
    """A message about a syntax error, from Python's message and the offset of the error."""
    rest = text[offset : offset + 40]
    before = text[max(0, offset - 1000) : offset].rstrip(" \t\r\n")
    if message.startswith(("Unterminated", "Invalid")):
        what = _in_a_text(message, text, offset)
    elif not rest:
        what = "the file ends here, before its last closing bracket"
    elif number := _misspelled(text, offset):
        what = number
    elif before[-1:].isdigit() and re.match(r"/\s*-?\d", rest):
        what = 'a fraction stands in quotes: "1/3"'
    elif (
        message.startswith("Expecting property")
        and re.search(r"\d,$", before)
        and rest[0].isdigit()
    ):
        what = "a number has a decimal point, no comma"
    elif rest[0] in "/#":
        what = _COMMENT
    elif message.startswith("Illegal trailing comma") or (rest[0] in "]}" and before[-1:] == ","):
        what = "there is a comma too many before this closing bracket"
    else:
        what = _unexpected(message, rest)
    return f"not valid JSON: {what}"


def _in_a_text(message: str, text: str, offset: int) -> str:
    """The message about an error between two quotes."""
    first = text[offset : offset + 1]
    if message.startswith("Unterminated"):
        return "this text has no closing quote"
    if first in ("\r", "\n"):
        return "this line ends inside a text; close its quote (a line break in it is \\n)"
    if message.startswith("Invalid control"):
        return f"{_named(first)} cannot stand inside a text; write {json.dumps(first)[1:-1]}"
    if "\\u" in text[max(0, offset - 1) : offset + 2]:
        return "four hexadecimal digits follow \\u"
    return "there is no such escape; a backslash in a text is written \\\\"


def _unexpected(message: str, rest: str) -> str:
    """The message that something else was expected."""
    if message.startswith("Expecting value"):
        return _instead(rest) or f"expected a value, got {_named(rest)}"
    if message.startswith("Expecting ',") and (rest[0] in '"{[' or rest[0].isalnum()):
        return f"expected a comma before this {_named(rest)}"
    known = {
        "Extra data": "expected the end of the file, got {}; a file holds one object",
        "Expecting property": "expected a key in straight double quotes, got {}",
        "Expecting ':'": "expected a colon after the key, got {}",
    }
    words = (words for start, words in known.items() if message.startswith(start))
    return next(words, "expected a comma or a closing bracket, got {}").format(_named(rest))


def _misspelled(text: str, offset: int) -> str:
    """The message about a misspelled number such as `01`, `1.`, `0x1`, `1_000`; or nothing."""
    start = re.search(r"[-\d.]*\d$", text[max(0, offset - 30) : offset])
    if start is None or not re.match(r"[\w.]", text[offset]):
        return ""
    if text[offset].isdigit():
        return "a number has no zero before its first digit"
    match = re.match(r"[-+\w.]{1,30}", text[offset:])
    word = start[0] + (match[0] if match else "")
    if re.fullmatch(r"-?\d+\.(e.*)?", word, re.IGNORECASE):
        return f"a digit follows the point of a number, got {word}"
    return f"{word} is no number of JSON"


def _instead(rest: str) -> str:
    for pattern, words in _INSTEAD:
        match = re.match(pattern, rest, re.IGNORECASE)
        if match:
            return words.format(match[0])
    return ""


def _named(rest: str) -> str:
    """The next word or character, for a message."""
    word = re.match(r"\w{2,20}", rest)
    if word:
        return word[0]
    first = rest[0]
    return first if first.isprintable() and not first.isspace() else f"the character {first!a}"
