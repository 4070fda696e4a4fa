"""Shortens the scripts of the page: no comments, no blanks, short names of what is local.

It reads the JavaScript of this room, not any: statements end with semicolons, there is no `var`,
no label, no `eval` and no `with`. A name is shortened where it stands for a variable; names of
properties stay. Names are not resolved scope by scope: within one declaration of the outermost
level a name is one thing, whatever its scopes, and a name that is local in one declaration and
declared at the outermost level, too, stays as it is. So a script means the same as before.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import chain, count, product
from string import ascii_letters
from typing import TYPE_CHECKING

from deepgraph.live.tokens import joined, may_begin, tokens_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from deepgraph.live.tokens import Token

_KEYWORDS = frozenset(
    re.findall(
        r"\w+",
        """
        arguments async await break case catch class const continue debugger default delete do else
        export extends false finally for function get if import in instanceof let new null of return
        set static super switch this throw true try typeof undefined void while yield
        """,
    )
)
_BEFORE_OBJECT = frozenset(
    ("(", ",", "=", ":", "[", "?", "&&", "||", "??", "...", "return", "const", "let", "of", "in")
)
_CLOSING = {")": "(", "}": "{", "]": "["}
_GLOBALS = frozenset(("document", "window", "location", "history", "performance", "navigator"))
"""Names of the browser that a script may use beside a local name of its own."""
_CONDITIONS = frozenset(("if", "for", "while", "switch", "with"))
BLOCK, OBJECT, CLASS = "block", "object", "class"


def compact(script: str, reserved: Collection[str] = ()) -> str:
    """A script that means the same.

    Args:
        script: in the JavaScript of this room.
        reserved: names that stay as they are, since another script uses them.

    >>> compact("const add = (one, two) => {  // the sum\\n  return one + two;\\n};")
    'const aa=(a,b)=>{return a+b};'
    """
    return _compacted(script, frozenset(reserved))


@lru_cache(maxsize=4)
def _compacted(script: str, keep: frozenset[str]) -> str:
    tokens = list(tokens_of(script))
    return joined(tokens, _Names(tokens, keep).texts())


# --- names --------------------------------------------------------------------------------------


class _Names:
    """The short names of a script.

    Args:
        tokens: of the script.
        keep: names that stay.
    """

    def __init__(self, tokens: list[Token], keep: frozenset[str]) -> None:
        self.tokens = tokens
        self.partner: dict[int, int] = {}
        self.brace: dict[int, str] = {}
        self.roles: list[str] = [""] * len(tokens)  # of names: "", "key", "short" or "use"
        self.inside: list[int] = [0] * len(tokens)  # the depth of brackets
        self._match()
        self.units = self._units()
        outer, locals_ = self._declared()
        both = outer.intersection(*[chain.from_iterable(locals_)])
        taken = {token.text for token in tokens} | keep | _KEYWORDS
        pool = (name for name in _short_names(2) if name not in taken)
        freed = self._by_use(outer - both - keep, range(len(tokens)))
        self.outer = dict(zip(freed, pool, strict=False))
        self.local = [
            self._short_locals(part, names - outer - keep - _GLOBALS)
            for part, names in zip(self.units, locals_, strict=True)
        ]

    def texts(self) -> list[str]:
        """The text of each token with its short name."""
        found = [token.text for token in self.tokens]
        for part, local in zip(self.units, self.local, strict=True):
            for at in part:
                role, text = self.roles[at], found[at]
                short = local.get(text) or self.outer.get(text)
                if short and role == "use":
                    found[at] = short
                elif short and role == "short":
                    found[at] = f"{text}:{short}"
        return found

    # --- what each name is ------------------------------------------------------------------

    def _match(self) -> None:
        """Pair the brackets, tell what braces are, and what each name stands for."""
        open_: list[int] = []
        is_class = False
        for at, token in enumerate(self.tokens):
            text = token.text
            self.inside[at] = len(open_)
            if token.kind == "text":
                if text[0] == "}":
                    self.partner[open_.pop()] = at
                if text.endswith("${"):
                    open_.append(at)
            elif token.kind == "sign" and text in "([{":
                if text == "{":
                    self.brace[at] = CLASS if is_class else self._kind_of_brace(at)
                    is_class = False
                open_.append(at)
            elif token.kind == "sign" and text in _CLOSING:
                start = open_.pop()
                self.partner[start], self.partner[at] = at, start
            elif token.kind == "name":
                is_class = is_class or (text == "class" and self._text(at + 1) != ":")
                self.roles[at] = self._role(at, self.brace.get(open_[-1]) if open_ else BLOCK)

    def _text(self, at: int) -> str:
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def _kind_of_brace(self, at: int) -> str:
        before = self._text(at - 1)
        if before in _BEFORE_OBJECT or before.endswith("${"):
            return OBJECT
        return BLOCK

    def _role(self, at: int, brace: str | None) -> str:
        """What a name stands for: the key of a property, a variable, or both at once."""
        text, before, behind = self._text(at), self._text(at - 1), self._text(at + 1)
        if before in (".", "?."):
            return "key"
        if text in _KEYWORDS:
            return "key" if behind == ":" else ""
        if brace == CLASS and (behind in ("(", "=") or before in ("get", "set", "static", "async")):
            return "key"
        if brace == OBJECT and before in ("{", ",", "get", "set", "async"):
            if behind in (":", "("):
                return "key"
            if behind in (",", "}", "="):
                return "short"
        return "use"

    # --- what is declared -------------------------------------------------------------------

    def _units(self) -> list[range]:
        """The declarations and statements of the outermost level, as ranges of tokens."""
        parts, start = [], 0
        for at, token in enumerate(self.tokens):
            starts = token.is_on_new_line and self.inside[at] == 0 and may_begin(token)
            if starts and self._text(at - 1) in (";", "}"):
                parts.append(range(start, at))
                start = at
        return [*parts, range(start, len(self.tokens))]

    def _declared(self) -> tuple[set[str], list[set[str]]]:
        """The names that are declared at the outermost level, and in each unit below it."""
        outer: set[str] = set()
        locals_: list[set[str]] = []
        for part in self.units:
            mine: set[str] = set()
            for at in part:
                (mine if self.inside[at] else outer).update(self._named_at(at))
                mine.update(self._parameters_at(at))
            locals_.append(mine)
        return outer, locals_

    def _named_at(self, at: int) -> Iterator[str]:
        """The names that `const`, `let`, `class` or `function` declares here."""
        text = self._text(at)
        if self.tokens[at].kind != "name" or self.roles[at] == "key":
            return
        if text in ("const", "let"):
            yield from self._declarators(at + 1)
        elif text in ("class", "function") and self.roles[at + 1] == "use":
            yield self._text(at + 1)

    def _parameters_at(self, at: int) -> Iterator[str]:
        """The names of the parameters of the function whose body begins here."""
        text, before = self._text(at), self._text(at - 1)
        is_body = text == "{" and before == ")"
        if text == "=>" or (is_body and self._text(self.partner[at - 1] - 1) not in _CONDITIONS):
            yield from self._parameters(at - 1)

    def _parameters(self, end: int) -> Iterator[str]:
        """The names of parameters that end here: one, or those in parentheses."""
        if self._text(end) == ")":
            yield from self._pattern(range(self.partner[end] + 1, end))
        else:
            yield self._text(end)

    def _declarators(self, at: int) -> Iterator[str]:
        """The names behind `const` or `let`."""
        while True:
            end = self.partner.get(at, at)
            yield from self._pattern(range(at, end + 1))
            at = end + 1
            if self._text(at) == "=":
                at = self._behind_value(at + 1)
            if self._text(at) != ",":
                return
            at += 1

    def _behind_value(self, at: int) -> int:
        """The place of the comma or semicolon behind a value, or of what closes around it."""
        while self._text(at) not in ("", ",", ";") and self._text(at) not in _CLOSING:
            if self.tokens[at].kind == "text" and self._text(at)[0] == "}":
                break
            at = self.partner.get(at, at)
            if self.tokens[at].kind == "text" and self._text(at).endswith("${"):
                continue
            at += 1
        return at

    def _pattern(self, part: range) -> Iterator[str]:
        """The names that a pattern binds, without those in default values."""
        at = part.start
        while at < part.stop:
            token = self.tokens[at]
            if token.kind == "name" and self.roles[at] in ("use", "short"):
                yield token.text
            if token.text == "=":
                at = self._behind_value(at + 1)
            else:
                at += 1

    # --- short names ------------------------------------------------------------------------

    def _by_use(self, names: Collection[str], part: range) -> list[str]:
        """Names by how often they are used, the most frequent first."""
        uses = Counter(self._uses(names, part))
        return sorted(uses, key=lambda name: (-uses[name], name))

    def _uses(self, names: Collection[str], part: range) -> Iterator[str]:
        """The uses of names in a part, one by one."""
        for at in part:
            text = self.tokens[at].text
            if text in names and self.roles[at] in ("use", "short"):
                yield text

    def _short_locals(self, part: range, names: set[str]) -> dict[str, str]:
        """Short names for what is local in one unit."""
        others = {
            self.outer.get(self.tokens[at].text, self.tokens[at].text)
            for at in part
            if self.roles[at] in ("use", "short") and self.tokens[at].text not in names
        }
        pool = (name for name in _short_names(1) if name not in others and name not in _KEYWORDS)
        order = dict.fromkeys(
            self.tokens[at].text
            for at in part
            if self.roles[at] in ("use", "short") and self.tokens[at].text in names
        )
        return dict(zip(order, pool, strict=False))


def _short_names(least: int) -> Iterator[str]:
    for length in count(least):
        for letters in product(ascii_letters, repeat=length):
            yield "".join(letters)
