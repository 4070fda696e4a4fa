"""The pieces of a script of the page, and how they are joined without what only people need."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TOKEN = re.compile(
    r"""
    (?P<blank>\s+|//[^\n]*|/\*.*?\*/)
  | (?P<name>[A-Za-z_$][\w$]*)
  | (?P<number>\.?\d[\w.]*)
  | (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
  | (?P<sign>\?\.(?!\d)|\.\.\.|=>|\+\+|--|[-+*/%&|^<>=!?]+|[{}()\[\];,:.~])
    """,
    re.DOTALL | re.VERBOSE,
)
_REGEX = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_TEMPLATE = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*", re.DOTALL)

_BEFORE_REGEX = frozenset(("return", "typeof", "case", "of", "in"))


class Token(NamedTuple):
    """A piece of a script: `name`, `number`, `string`, `sign`, `regex`, or `text` of a template."""

    kind: str
    text: str
    is_on_new_line: bool


def tokens_of(script: str) -> Iterator[Token]:
    """The pieces of a script without blanks and comments."""
    at, line, before = 0, False, Token("sign", ";", False)
    depths: list[int] = []  # of braces in each part of a template that is open
    match, size = _TOKEN.match, len(script)
    while at < size:
        if script[at] in "`/{}":
            kind, end = _piece(script, at, before, depths)
        else:
            found = match(script, at)
            assert found is not None, script[at : at + 40]
            kind, end = str(found.lastgroup), found.end()
        text = script[at:end]
        at = end
        if kind == "blank":
            line = line or "\n" in text
            continue
        before = Token(kind, text, line)
        line = False
        yield before


def _piece(script: str, at: int, before: Token, depths: list[int]) -> tuple[str, int]:
    """Kind and end of the piece that begins here with a brace, a slash or a back tick."""
    sign = script[at]
    if sign == "`" or (sign == "}" and depths and not depths[-1]):
        if sign == "}":
            depths.pop()
        end = _TEMPLATE.match(script, at + 1).end()  # type: ignore[union-attr]
        if script[end] == "$":
            depths.append(0)
            return "text", end + 2
        return "text", end + 1
    if sign == "/" and script[at + 1] not in "/*" and _starts_regex(before):
        return "regex", _REGEX.match(script, at).end()  # type: ignore[union-attr]
    if depths and sign in "{}":
        depths[-1] += 1 if sign == "{" else -1
    found = _TOKEN.match(script, at)
    assert found is not None, script[at : at + 40]
    return str(found.lastgroup), found.end()


def _starts_regex(before: Token) -> bool:
    if before.kind == "sign":
        return before.text not in (")", "]", "}")
    return before.text in _BEFORE_REGEX or (before.kind == "text" and before.text.endswith("${"))


def joined(tokens: Sequence[Token], texts: Sequence[str]) -> str:
    """The texts of tokens with the blanks that they need."""
    parts = [texts[0]]
    for before, token, left, text in zip(tokens, tokens[1:], texts, texts[1:], strict=False):
        if token.is_on_new_line and _may_go_on(before, token):
            parts.append("\n")
        elif (_is_word(left[-1]) and _is_word(text[0])) or left[-1] + text[0] in ("++", "--"):
            parts.append(" ")
        elif left + text in (";}", ",}", ",]", ",)"):
            parts.pop()
        parts.append(text)
    return "".join(parts)


def _is_word(sign: str) -> bool:
    return sign.isalnum() or sign in "_$"


def _may_go_on(before: Token, token: Token) -> bool:
    """True if a statement could go on with a token on a new line, if there were none.

    Statements end with semicolons, but for blocks: `{…}` and `(…)` behind it are two of them.
    """
    return before.text == "}" and token.text in ("(", "[")


def may_begin(token: Token) -> bool:
    """True if a statement may begin with a token."""
    return token.kind != "sign" or token.text in ("(", "[", "{", "++", "--", "...")
