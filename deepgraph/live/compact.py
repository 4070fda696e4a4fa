"""Shortens the scripts of the page: no comments, no blanks, short names of variables.

It reads the JavaScript of this room, not any; see `deepgraph.live.scopes`. A name is shortened
where it stands for a variable, and where it is a property that is known to be the scripts' own.
Each variable gets the first short name that no other variable has which is used in its scope, in
the order of their declaration, so that the first parameter of nearly every function has the same
letter, and the text compresses well. A script means the same as before.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate, count, product
from types import MappingProxyType
from typing import TYPE_CHECKING

from deepgraph.live.scopes import KEYWORDS, Script
from deepgraph.live.spare import inlined, number, spare_signs
from deepgraph.live.tokens import joined, may_begin, tokens_of
from deepgraph.live.unused import unused

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from deepgraph.live.scopes import Scope
    from deepgraph.live.tokens import Token

_DECLARES = ("const", "let")
LETTERS = "etnraiosclduhmpfgbyvwxkqjz"
"""Those that are frequent in words stand first, and no capitals: few letters compress best."""


def compact(
    script: str,
    reserved: Collection[str] = (),
    without: Collection[str] = (),
    properties: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """A script that means the same.

    Args:
        script: in the JavaScript of this room.
        reserved: names that stay as they are, since another script uses them.
        without: names of the outermost level whose declarations are left out; `Outer.name` for a
            method, a property or a function within the declaration of `Outer`.
        properties: short names of properties that nothing but scripts with the same names reads.

    >>> compact("const add = (one, two) => {  // the sum\\n  return one + two;\\n};")
    'let e=(e,t)=>{return e+t};'
    """
    return _compacted(script, frozenset(reserved), frozenset(without), tuple(properties.items()))


@lru_cache(maxsize=16)
def _compacted(
    script: str,
    keep: frozenset[str],
    without: frozenset[str],
    properties: tuple[tuple[str, str], ...],
) -> str:
    used = list(_used(script, keep, without, frozenset(key for key, _ in properties)))
    statements, values = inlined(used, keep)
    tokens = [token for part in statements for token in part]
    parsed = Script(tokens)
    texts = _texts(parsed, keep, dict(properties), values)
    merged = set(_ends_of_declarations(tokens))
    texts = ["," if at in merged else text for at, text in enumerate(texts)]
    spare = {at + 1 for at in merged} | {at for at in range(len(tokens)) if _is_spare(tokens, at)}
    spare |= {*spare_signs(parsed)}
    kept = [at for at in range(len(tokens)) if at not in spare]
    return joined([tokens[at] for at in kept], [texts[at] for at in kept])


def _used(
    script: str, keep: frozenset[str], without: frozenset[str], keys: frozenset[str]
) -> Iterator[list[Token]]:
    """The statements of a script without what is left out, and what only that would use."""
    statements, parsed = _whole(script)
    gone = set(_left_out(parsed, statements, without))
    if gone:
        gone |= unused(parsed, list(_starts(statements)), gone, keep, keys)
    for start, part in zip(_starts(statements), statements, strict=True):
        left = [token for at, token in enumerate(part, start) if at not in gone]
        if left:
            yield left


@lru_cache(maxsize=8)  # all pages have the same scripts, and leave out other parts of them
def _whole(script: str) -> tuple[list[list[Token]], Script]:
    """The tokens of each statement of the outermost level, and what all of them mean."""
    statements = list(_parted(script))
    return statements, Script([token for part in statements for token in part])


def _starts(statements: list[list[Token]]) -> Iterator[int]:
    """The number of the first token of each statement."""
    return accumulate((len(part) for part in statements[:-1]), initial=0)


def _parted(script: str) -> Iterator[list[Token]]:
    part: list[Token] = []
    depth = 0
    for token in tokens_of(script):
        begins = token.is_on_new_line and not depth and may_begin(token)
        if part and begins and part[-1].text in (";", "}"):
            yield part
            part = []
        part.append(token)
        depth += _depth(token)
    yield part


def _depth(token: Token) -> int:
    """By how much a token changes the depth of brackets."""
    if token.kind == "text":
        return int(token.text.endswith("${")) - int(token.text.startswith("}"))
    return int(token.text in "([{") - int(token.text in ")]}") if token.kind == "sign" else 0


def _declares(part: list[Token], names: frozenset[str]) -> bool:
    """True if a statement declares one of some names, first of those that it declares."""
    return part[0].text in ("const", "class", "function", "let") and any(
        token.text in names for token in part[1:3] if token.kind == "name"
    )


def _left_out(
    script: Script, statements: list[list[Token]], names: frozenset[str]
) -> Iterator[int]:
    """The tokens of declarations, and of parts of them, named `Outer.name`."""
    for start, part in zip(_starts(statements), statements, strict=True):
        stop = start + len(part)
        if _declares(part, names):
            yield from range(start, stop)
        for outer, dot, name in (whole.partition(".") for whole in names):
            if dot and _declares(part, frozenset((outer,))):
                for at in range(start, stop):
                    if script.tokens[at].text == name:
                        yield from range(*script.member_at(at))


def _ends_of_declarations(tokens: list[Token]) -> Iterator[int]:
    """The semicolons between two declarations by `const` or `let`, which may be one."""
    starts: list[str | None] = [None]  # the first word of the statement at each depth
    for at, token in enumerate(tokens[:-1]):
        depth = _depth(token)
        if depth > 0:
            starts[-1] = starts[-1] or token.text
            starts.append(None)
        elif depth < 0:
            starts.pop()
        elif token.kind == "sign" and token.text == ";":
            if starts[-1] in _DECLARES and tokens[at + 1].text in _DECLARES:
                yield at
            starts[-1] = None
        else:
            starts[-1] = starts[-1] or token.text


def _is_spare(tokens: list[Token], at: int) -> bool:
    """True for the parentheses around the one parameter of an arrow function."""
    if tokens[at].text not in ("(", ")"):
        return False
    start = at if tokens[at].text == "(" else at - 2
    alone = [token.text for token in tokens[start : start + 4]]
    is_arrow = len(alone) == 4 and (alone[0], *alone[2:]) == ("(", ")", "=>")
    return start >= 0 and is_arrow and tokens[start + 1].kind == "name"


def _texts(
    script: Script,
    keep: frozenset[str],
    properties: Mapping[str, str],
    values: Mapping[str, str],
) -> list[str]:
    """The text of each token with its short name, or with the value of its constant."""
    whole = script.scopes[0]
    short = _short_names_of(script, keep)
    found = [token.text for token in script.tokens]
    for at, (role, name) in enumerate(zip(script.roles, found, strict=True)):
        key = properties.get(name, name)
        if role == "key":
            found[at] = key
        elif name in ("true", "false") and script.tokens[at].kind == "name" and role != "short":
            found[at] = "!0" if name == "true" else "!1"
        elif script.tokens[at].kind == "number":
            found[at] = number(name)
        elif name == "undefined" and script.tokens[at].kind == "name" and role == "":
            found[at] = "void 0"
        elif name == "const":
            found[at] = "let"  # nothing of it is written again, and one word compresses better
        elif at in script.uses:
            new = short.get((script.uses[at], name), name)
            if script.uses[at] is whole and name in values:
                new = number(values[name])
            found[at] = f"{key}:{new}" if role == "short" and key != new else new
    return found


def _short_names_of(script: Script, keep: frozenset[str]) -> dict[tuple[Scope, str], str]:
    """The short name of each variable, by its scope and its name; the outer scopes come first."""
    used = {(scope, script.tokens[at].text) for at, scope in script.uses.items()}
    passing = _passing(script)
    short: dict[tuple[Scope, str], str] = {}
    for scope in script.scopes:
        names = [name for name in scope.names if scope.outer or name not in keep]
        taken = {short.get(variable, variable[1]) for variable in passing[scope]}
        taken |= keep | KEYWORDS
        if scope.outer is None:
            taken |= {name for home, name in used if home is scope and name not in scope.names}
        pool = (name for name in _short_names() if name not in taken)
        short |= {(scope, name): new for name, new in zip(names, pool, strict=False)}
    return short


def _passing(script: Script) -> dict[Scope, set[tuple[Scope, str]]]:
    """By scope the variables of outer scopes that are used in it or further inside."""
    found: dict[Scope, set[tuple[Scope, str]]] = {scope: set() for scope in script.scopes}
    for at, home in script.uses.items():
        scope = script.scope_at(at)
        while scope is not home:
            found[scope].add((home, script.tokens[at].text))
            if scope.outer is None:
                break
            scope = scope.outer
    return found


def _short_names() -> Iterator[str]:
    for length in count(1):
        for letters in product(LETTERS, repeat=length):
            yield "".join(letters)
