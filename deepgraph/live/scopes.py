"""The scopes of a script of the page, and the variable for which each name in it stands.

It reads the JavaScript of this room, not any: statements end with semicolons, there is no `var`,
no label, no `eval` and no `with`; a function is declared at the outermost level of a scope.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.live.tokens import Token

KEYWORDS = frozenset(
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
_DECLARING = frozenset(("const", "let", "class", "function"))
_CLOSING = {")": "(", "}": "{", "]": "["}
_OPENING = frozenset(("(", "{", "for", "catch"))
_CONDITIONS = frozenset(("if", "for", "while", "switch", "with"))
BLOCK, OBJECT, CLASS = "block", "object", "class"


@dataclass(eq=False)
class Scope:
    """Where variables are known.

    Attributes:
        start: the first token in it.
        end: the one behind it.
        outer: the scope around it; `None` for the whole script.
        names: of its variables, in their order.
    """

    start: int
    end: int
    outer: Scope | None = None
    names: dict[str, None] = field(default_factory=dict)


class Script:
    """A script with its scopes.

    Attributes:
        tokens: of the script.
        roles: of the name at each token: "" for a keyword or no name, "key" of a property, "short"
            for both at once, "use" of a variable.
        scopes: all of them, each behind those around it.
        uses: by token the scope whose variable stands there; that of the whole script for a name
            that nothing declares is not among its names.
    """

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.partner: dict[int, int] = {}
        self.brace: dict[int, str] = {}
        self.roles: list[str] = [""] * len(tokens)
        self._match()
        self._before_arrow = {
            self._start_of_parameters(at - 1): at
            for at, token in enumerate(tokens)
            if token.text == "=>" and token.kind == "sign"
        }
        whole = Scope(0, len(tokens))
        self.scopes = [whole]
        self._inner: list[Scope] = [whole] * len(tokens)
        self._beginning: dict[int, Scope] = {}
        self._find()
        self._declare()
        self.uses = {
            at: self._home(at, tokens[at].text)
            for at, role in enumerate(self.roles)
            if role in ("use", "short")
        }

    def scope_at(self, at: int) -> Scope:
        """The innermost scope around a token."""
        return self._inner[at]

    @cached_property
    def places(self) -> dict[tuple[str, str], list[int]]:
        """The tokens of each ("variable", name) of the outermost level, and ("key", name)."""
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        for at, token in enumerate(self.tokens):
            if at in self.uses and self.uses[at] is self.scopes[0]:
                found["variable", token.text].append(at)
            if self.roles[at] in ("key", "short"):
                found["key", token.text].append(at)
        return found

    def member_at(self, at: int) -> tuple[int, int]:
        """The tokens of the method, the property or the function that a name declares: first, end.

        They are none where the name declares nothing of the kind.
        """
        before, behind = self._text(at - 1), self._text(at + 1)
        if before == "function":
            return at - 1, self.partner[self.partner[at + 1] + 1] + 1
        if self.roles[at] not in ("key", "short") or before in (".", "?."):
            return at, at
        is_method = behind == "("
        end = self.partner[self.partner[at + 1] + 1] + 1 if is_method else self.behind_value(at)
        return at, end + (self._text(end) == ",")

    def _home(self, at: int, name: str) -> Scope:
        """The scope whose variable a name stands for."""
        scope: Scope | None = self._inner[at]
        while scope is not None and name not in scope.names:
            scope = scope.outer
        return scope or self.scopes[0]

    # --- what each name is ------------------------------------------------------------------

    def _match(self) -> None:
        """Pair the brackets, tell what braces are, and what each name stands for."""
        open_: list[int] = []
        is_class = False
        for at, token in enumerate(self.tokens):
            text = token.text
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
        if text in KEYWORDS:
            return "key" if behind == ":" else ""
        if brace == CLASS and (behind in ("(", "=") or before in ("get", "set", "static", "async")):
            return "key"
        if brace == OBJECT and before in ("{", ",", "get", "set", "async"):
            if behind in (":", "("):
                return "key"
            if behind in (",", "}", "="):
                return "short"
        return "use"

    # --- scopes -----------------------------------------------------------------------------

    def _find(self) -> None:
        """Find all scopes, and of each token the innermost one."""
        open_ = list(self.scopes)
        for at in range(len(self.tokens)):
            while at >= open_[-1].end:
                open_.pop()
            end = self._end_of_scope(at)
            if end is not None:
                open_.append(Scope(at, end, open_[-1]))
                self.scopes.append(open_[-1])
                self._beginning[at] = open_[-1]
            self._inner[at] = open_[-1]

    def _end_of_scope(self, at: int) -> int | None:
        """The end of the scope that begins at a token: of a function, a loop, a block."""
        token, text = self.tokens[at], self.tokens[at].text
        if at in self._before_arrow:
            body = self._before_arrow[at] + 1
            is_block = self._text(body) == "{"
            return self.partner[body] + 1 if is_block else self.behind_value(body)
        if text not in _OPENING:
            return None
        if token.kind == "sign" and text == "(" and self._is_head(at):
            return self.partner[self.partner[at] + 1] + 1
        if token.kind == "name" and text in ("for", "catch") and self.roles[at] != "key":
            return self._behind_statement(at)
        is_block = token.kind == "sign" and text == "{" and self.brace[at] == BLOCK
        return self.partner[at] + 1 if is_block and not self._is_body(at) else None

    def _is_body(self, at: int) -> bool:
        """True if a block is the body of a function or of a catch, whose variables are its own."""
        if self._text(at - 1) != ")":
            return self._text(at - 1) == "=>"
        head = self.partner[at - 1]
        return self._is_head(head) or self._text(head - 1) == "catch"

    def _is_head(self, at: int) -> bool:
        """True if parentheses hold the parameters of a method or of a named function."""
        if self._text(self.partner[at] + 1) != "{" or self.brace.get(self.partner[at] + 1) != BLOCK:
            return False
        return self._text(at - 1) not in _CONDITIONS | {"catch"} or self.roles[at - 1] == "key"

    def _start_of_parameters(self, end: int) -> int:
        return self.partner[end] if self._text(end) == ")" else end

    def _behind_statement(self, at: int) -> int:
        """The place behind a statement."""
        text = self._text(at)
        if text == "{":
            return self.partner[at] + 1
        if text in ("for", "if", "while", "catch"):
            head = at + 1 if self._text(at + 1) == "(" else at
            behind = self._behind_statement(self.partner.get(head, head) + 1)
            if text == "if" and self._text(behind) == "else":
                return self._behind_statement(behind + 1)
            return behind
        while self._text(at) not in ("", ";", "}"):
            at = self.behind_value(at) if self._text(at) != "," else at + 1
        return at + 1 if self._text(at) == ";" else at

    # --- what is declared -------------------------------------------------------------------

    def _declare(self) -> None:
        """Give each scope the names that are declared in it."""
        for at, token in enumerate(self.tokens):
            if token.text in _DECLARING:
                self._inner[at].names.update(dict.fromkeys(self._named_at(at)))
            if token.text == "=>" and token.kind == "sign":
                start = self._start_of_parameters(at - 1)
                names = self._parameters(at - 1)
            elif token.kind == "sign" and token.text == "(" and self._is_head(at):
                start, names = at, self._parameters(self.partner[at])
            elif token.text == "catch" and self._text(at + 1) == "(" and self.roles[at] != "key":
                start, names = at, self._parameters(self.partner[at + 1])
            else:
                continue
            self._beginning[start].names.update(dict.fromkeys(names))

    def _named_at(self, at: int) -> Iterator[str]:
        """The names that `const`, `let`, `class` or `function` declares here."""
        text = self._text(at)
        if self.tokens[at].kind != "name" or self.roles[at] == "key":
            return
        if text in ("const", "let"):
            yield from self._declarators(at + 1)
        elif self.roles[at + 1] == "use":
            yield self._text(at + 1)

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
                at = self.behind_value(at + 1)
            if self._text(at) != ",":
                return
            at += 1

    def behind_value(self, at: int) -> int:
        """The place of the comma or semicolon behind a value, or of what closes around it."""
        while self._text(at) not in ("", ",", ";") and self._text(at) not in _CLOSING:
            if self.tokens[at].kind == "text":
                if self._text(at)[0] == "}":  # of a template around the value
                    break
                while self._text(at).endswith("${"):
                    at = self.partner[at]
            at = self.partner.get(at, at) + 1
        return at

    def _pattern(self, part: range) -> Iterator[str]:
        """The names that a pattern binds, without those in default values."""
        at = part.start
        while at < part.stop:
            token = self.tokens[at]
            if token.kind == "name" and self.roles[at] in ("use", "short"):
                yield token.text
            if token.text == "=":
                at = self.behind_value(at + 1)
            else:
                at += 1
