"""What a script says the same without: constants that are literals, parentheses, braces.

Like `deepgraph.live.scopes` it reads the JavaScript of this room: constants of the outermost level
are in capitals and have that name to themselves, and every statement but a block ends with a
semicolon.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deepgraph.live.scopes import Script
    from deepgraph.live.tokens import Token

_CONSTANT = re.compile("[A-Z][A-Z_0-9]+")
_LONGEST = 6
"""Letters of a literal that stands in several places; in one place it may be longer."""
_CLOSERS = frozenset((",", ";", ")", "]", "}"))
_HEADS = frozenset(("if", "for", "while"))
_COMPOUND = _HEADS | {"do", "switch", "try", "let", "const", "class", "function", "{"}


def inlined(
    statements: Sequence[list[Token]], keep: frozenset[str]
) -> tuple[list[list[Token]], dict[str, str]]:
    """The statements of a script without constants that are a number or a short string, and these.

    Args:
        statements: of the outermost level.
        keep: names that stay, since another script uses them.
    """
    uses = Counter(token.text for part in statements for token in part if token.kind == "name")
    found = [_literal(part) for part in statements]
    values = {
        name: value
        for name, value in found
        if name and name not in keep and (uses[name] == 2 or len(value) <= _LONGEST)
    }
    return [
        part for part, (name, _) in zip(statements, found, strict=True) if name not in values
    ], values


def _literal(part: list[Token]) -> tuple[str, str]:
    """Name and value of a statement that declares a constant with a literal; else empty texts."""
    if len(part) != 5 or [part[0].text, part[2].text, part[4].text] != ["const", "=", ";"]:
        return "", ""
    is_literal = part[3].kind in ("number", "string") and _CONSTANT.fullmatch(part[1].text)
    return (part[1].text, part[3].text) if is_literal else ("", "")


def number(text: str) -> str:
    """A number without zeros that say nothing.

    >>> number("0.50"), number("2.0"), number("1e-3")
    ('.50', '2', '1e-3')
    """
    return text.removesuffix(".0") if text[:2] != "0." else text[1:]


def spare_signs(script: Script) -> Iterator[int]:
    """The tokens that are parentheses or braces around what needs none."""
    for at, token in enumerate(script.tokens):
        if token.kind != "sign" or token.text not in ("(", "{"):
            continue
        if (_is_whole_value if token.text == "(" else _is_one_statement)(script, at):
            yield at
            yield script.partner[at]


def _is_whole_value(script: Script, start: int) -> bool:
    """True for parentheses around all that an arrow function or a `return` gives back."""
    tokens, end = script.tokens, script.partner[start]
    gives = tokens[start - 1].text in ("=>", "return") and tokens[end + 1].text in _CLOSERS
    inside = list(_outer_texts(script, start + 1, end))
    return gives and tokens[start + 1].text != "{" and "," not in inside


def _is_one_statement(script: Script, start: int) -> bool:
    """True for braces of a condition or a loop around one statement that needs none."""
    tokens, end = script.tokens, script.partner[start]
    before = tokens[start - 1].text
    if before == ")":
        head = script.partner[start - 1] - 1
        follows = tokens[head].text in _HEADS and script.roles[head] != "key"
    else:
        follows = before == "else"
    inside = list(_outer_texts(script, start + 1, end))
    is_one = inside.count(";") == 1 and inside[-1] == ";" and inside[0] not in _COMPOUND
    return follows and is_one


def _outer_texts(script: Script, start: int, end: int) -> Iterator[str]:
    """The texts of tokens that no brackets between two places hold."""
    at = start
    while at < end:
        yield script.tokens[at].text
        at = script.partner[at] + 1 if script.partner.get(at, at) > at else at + 1
