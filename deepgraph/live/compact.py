"""Makes the scripts of the page smaller: no comments, no blanks, short names for local things.

It knows the JavaScript that our scripts are written in, not all of it: statements end in a
semicolon, and no name is looked up by its text. Properties keep their names.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import count, product
from string import ascii_letters
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TOKEN = re.compile(
    r"""(?P<blank>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<number>(?:0x[\da-f]+|\d[\d_]*\.?\d*(?:e[+-]?\d+)?|\.\d+)n?)
    |(?P<name>[A-Za-z_$][\w$]*)
    |(?P<sign>=>|\.\.\.|\?\.(?!\d)|>>>=|\*\*=|<<=|>>=|>>>|===|!==|&&=|\|\|=|\?\?=|\*\*|\+\+|--|<<|>>
      |<=|>=|==|!=|&&|\|\||\?\?|[-+*/%&|^]=|[][(){};,<>+\-*/%&|^!~?:=.@#])""",
    re.VERBOSE | re.DOTALL,
)
_CHUNK = r"(?:[^`\\$]|\\.|\$(?!\{))*(?:`|\$\{)"
_TEMPLATE, _TEMPLATE_GOES_ON = (
    re.compile("`" + _CHUNK, re.DOTALL),
    re.compile(r"\}" + _CHUNK, re.DOTALL),
)
"""The piece of a template up to its end or to an expression in it, and what follows that."""
_PATTERN = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
"""A regular expression."""
KEYWORDS = frozenset(
    [
        "async",
        "await",
        "break",
        "case",
        "catch",
        "class",
        "const",
        "continue",
        "default",
        "delete",
        "do",
        "else",
        "export",
        "extends",
        "false",
        "finally",
        "for",
        "function",
        "get",
        "if",
        "import",
        "in",
        "instanceof",
        "let",
        "new",
        "null",
        "of",
        "return",
        "set",
        "static",
        "super",
        "switch",
        "this",
        "throw",
        "true",
        "try",
        "typeof",
        "undefined",
        "var",
        "void",
        "while",
        "yield",
    ]
)
GLOBALS = frozenset(
    [
        "addEventListener",
        "arguments",
        "Array",
        "BigInt",
        "BigInt64Array",
        "Blob",
        "Boolean",
        "cancelAnimationFrame",
        "clearInterval",
        "clearTimeout",
        "confirm",
        "console",
        "crypto",
        "DataView",
        "Date",
        "decodeURIComponent",
        "devicePixelRatio",
        "document",
        "DOMPoint",
        "Element",
        "encodeURIComponent",
        "Error",
        "Event",
        "EventSource",
        "fetch",
        "Float64Array",
        "getComputedStyle",
        "globalThis",
        "history",
        "HTMLElement",
        "HTMLInputElement",
        "Image",
        "Infinity",
        "innerHeight",
        "innerWidth",
        "Int32Array",
        "Intl",
        "isNaN",
        "JSON",
        "location",
        "Map",
        "matchMedia",
        "Math",
        "MutationObserver",
        "NaN",
        "navigator",
        "Node",
        "Number",
        "Object",
        "parseFloat",
        "parseInt",
        "performance",
        "Promise",
        "queueMicrotask",
        "RangeError",
        "RegExp",
        "removeEventListener",
        "requestAnimationFrame",
        "requestIdleCallback",
        "ResizeObserver",
        "Set",
        "setInterval",
        "setTimeout",
        "String",
        "structuredClone",
        "Symbol",
        "Text",
        "TypeError",
        "Uint32Array",
        "Uint8Array",
        "URL",
        "WeakMap",
        "window",
        "XMLSerializer",
    ]
)
"""What browsers define and scripts of a page may use."""
_BEFORE_PATTERN = frozenset(
    [
        "await",
        "case",
        "delete",
        "do",
        "else",
        "in",
        "instanceof",
        "new",
        "of",
        "return",
        "throw",
        "typeof",
        "void",
    ]
)


class Token(NamedTuple):
    """A piece of a script: name, number, sign, text or pattern; a template is a text in pieces."""

    kind: str
    text: str


@lru_cache(maxsize=8)
def compact(script: str, reserved: frozenset[str] = frozenset()) -> str:
    """The same script with fewer characters.

    Args:
        script: in the style of this package.
        reserved: names that something outside uses, or that the script uses of it.

    >>> print(compact('''/** Adds. */
    ... const sum = (first, { second, third }) => {
    ...   const whole = first + second; // without the third
    ...   return `is ${whole}` + third.second;
    ... };
    ... '''))
    const aa=(a,{second:b,third:c})=>{const d=a+b;return`is ${d}`+c.second;};
    """
    tokens = list(_tokens(script))
    pieces: list[str] = []
    before = ""
    for text in _short_names(tokens, _roles(tokens), reserved):
        pieces.append(" " * _joins(before, text) + text)
        before = text
    return "".join(pieces)


def _tokens(script: str) -> Iterator[Token]:
    """The tokens of a script, without comments and blanks."""
    at, depths, before = 0, [0], Token("sign", ";")
    while at < len(script):
        letter = script[at]
        if letter == "`" or (letter == "}" and depths[-1] == 0 and len(depths) > 1):
            piece = (_TEMPLATE if letter == "`" else _TEMPLATE_GOES_ON).match(script, at)
            assert piece is not None, script[at : at + 40]
            if letter == "}":
                depths.pop()
            if piece[0].endswith("${"):
                depths.append(0)
            token = Token("template", piece[0])
        elif letter == "/" and script[at + 1] not in "/*" and _begins_pattern(before):
            pattern = _PATTERN.match(script, at)
            assert pattern is not None, script[at : at + 40]
            token = Token("text", pattern[0])
        else:
            found = _TOKEN.match(script, at)
            assert found is not None, script[at : at + 40]
            token = Token(found.lastgroup or "", found[0])
            depths[-1] += (token.text == "{") - (token.text == "}")
        at += len(token.text)
        if token.kind != "blank":
            yield token
            before = token


def _begins_pattern(before: Token) -> bool:
    """True if a slash behind this begins a regular expression, and divides nothing."""
    if before.kind == "name":
        return before.text in _BEFORE_PATTERN
    return before.kind == "sign" and before.text not in ")]}"


def _joins(before: str, text: str) -> bool:
    """True if two tokens would be one without a blank between them."""
    if not before:
        return False
    end, start = before[-1], text[0]
    word = re.compile(r"[\w$]")
    return bool(word.match(end) and word.match(start)) or (end == start and end in "+-/")


# --- names --------------------------------------------------------------------------------------


def _roles(tokens: Sequence[Token]) -> list[str]:
    """What each token is: "variable", "shorthand" ({ name } of an object), "property", else ""."""
    roles: list[str] = []
    inside: list[str] = ["block"]
    classes = False
    for at, (kind, text) in enumerate(tokens):
        before = tokens[at - 1].text if at else ";"
        behind = tokens[at + 1].text if at + 1 < len(tokens) else ""
        role = ""
        if kind == "name" and before in (".", "?."):
            role = "property"
        elif kind == "name" and text not in KEYWORDS:
            role = _role(inside[-1], before, behind)
        elif kind == "name" and behind in (":", "(") and _at_key(inside[-1], before):
            role = "property"
        roles.append(role)
        if kind == "template":
            if text[0] == "}":
                inside.pop()
            if text.endswith("${"):
                inside.append("group")
        elif text == "class" and role == "":
            classes = True
        elif text in ("(", "["):
            inside.append("group")
        elif text == "{":
            inside.append("class" if classes else _braces(tokens, at, inside[-1]))
            classes = False
        elif text in (")", "]", "}"):
            inside.pop()
    return roles


def _at_key(place: str, before: str) -> bool:
    """True where a key of an object or a member of a class begins."""
    if place == "object":
        return before in ("{", ",")
    return place == "class" and before in ("{", "}", ";", "get", "set", "static", "async")


def _role(place: str, before: str, behind: str) -> str:
    if not _at_key(place, before):
        return "variable"
    if behind in (":", "(") or place == "class":
        return "property"
    return "shorthand"


def _braces(tokens: Sequence[Token], at: int, place: str) -> str:
    """What a brace opens: a block, or an object or its pattern."""
    before = tokens[at - 1].text if at else ";"
    if before in (")", "=>", ";", "{", "}", "else", "do", "try", "finally", "catch"):
        return "block"
    if before == ":" and place == "block" and any(t.text == "case" for t in tokens[at - 4 : at]):
        return "block"
    return "object"


def _short_names(
    tokens: Sequence[Token], roles: Sequence[str], reserved: frozenset[str]
) -> list[str]:
    """The text of each token, with a short name for each name that is declared in the script.

    Names of the whole script have two letters, the same everywhere. All others are local to the
    statement in which they stand, and have one letter there, in the order in which they come.
    """
    kept = GLOBALS | reserved
    units = list(_statements(tokens, roles))
    whole = {name for unit in units for name in unit.declared} - kept
    taken = KEYWORDS | kept
    known = (name for name in _all_names(2) if name not in taken)
    used = Counter(token.text for token in tokens if token.text in whole)
    shared = {name: next(known) for name, _ in used.most_common()}
    texts: list[str] = []
    for unit in units:
        local: dict[str, str] = {}
        free = (name for name in _all_names(1) if name not in taken)
        for at in range(unit.start, unit.end):
            text, role = tokens[at].text, roles[at]
            if role in ("variable", "shorthand") and text not in kept:
                short = shared.get(text) or local.get(text)
                if short is None:
                    short = local[text] = next(free)
                text = f"{text}:{short}" if role == "shorthand" else short
            texts.append(text)
    return texts


class _Statement(NamedTuple):
    """A statement outside of all functions: its tokens, and the names that it declares."""

    start: int
    end: int
    declared: list[str]


def _statements(tokens: Sequence[Token], roles: Sequence[str]) -> Iterator[_Statement]:
    depth, start, pattern = 0, 0, False
    declared: list[str] = []
    for at, (kind, text) in enumerate(tokens):
        first = tokens[start].text
        before = tokens[at - 1].text if at > start else ""
        opens = text in ("(", "[", "{") or (
            kind == "template" and text[0] == "`" and text[-1] == "{"
        )
        if first in ("const", "let"):
            if depth == 0 and before in ("const", "let", ","):
                pattern = text in ("[", "{")
                declared += [] if pattern else [text]
            elif pattern and depth == 1 and roles[at] in ("variable", "shorthand"):
                declared.append(text)
        elif before in ("function", "class") and depth == 0:
            declared.append(text)
        closes = text in (")", "]", "}") or (
            kind == "template" and text[0] == "}" and text[-1] == "`"
        )
        depth += opens - closes
        pattern = pattern and depth > 0
        ends = text == ";" or (text == "}" and first in ("function", "class", "async"))
        if depth == 0 and ends:
            yield _Statement(start, at + 1, declared)
            start, declared = at + 1, []
    if start < len(tokens):
        yield _Statement(start, len(tokens), declared)


def _all_names(letters: int) -> Iterator[str]:
    """All names of at least so many letters: of one a to z and A to Z, then $a and so on."""
    if letters == 1:
        yield from ascii_letters
        yield from (f"${letter}" for letter in ascii_letters)
    for length in count(max(letters, 2)):
        yield from map("".join, product(ascii_letters, repeat=length))
