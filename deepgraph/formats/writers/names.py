"""Makes names of a spec safe in a program: identifiers, comments, texts.

A name of a spec is any text without control characters. So it may be a keyword, or hold the end of
a comment, quotes, or letters that turn the direction of writing. None of them leaves its place.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_FORBIDDEN = re.compile(r"[^A-Za-z0-9_]+")

LONGEST = 60
"""The number of characters of an identifier that come from a name."""


class Identifiers:
    """Gives each thing of a program an identifier of its own, as like its name as can be.

    >>> names = Identifiers({"if"})
    >>> [names.new(name) for name in ("h1", "W1[2,3]", "if", "h1", "2x", "→")]
    ['h1', 'W1_2_3', 'if_', 'h1_2', 'n2x', 'n']

    Args:
        reserved: identifiers that mean something else in the program.
        ignore_case: true where `X` and `x` are the same.
    """

    def __init__(self, reserved: Iterable[str] = (), *, ignore_case: bool = False) -> None:
        self._fold = str.casefold if ignore_case else str
        self._taken = {self._fold(name) for name in reserved}
        self._count: dict[str, int] = {}

    def new(self, name: str) -> str:
        """An identifier that nothing else has: ASCII letters, digits, underscores."""
        plain = _FORBIDDEN.sub("_", name)[:LONGEST].strip("_")
        if not plain[:1].isalpha():
            plain = f"n{plain}"
        if self._fold(plain) in self._taken and self._fold(plain) not in self._count:
            plain += "_"
        found, number = plain, self._count.get(self._fold(plain), 1)
        while self._fold(found) in self._taken:
            number += 1
            found = f"{plain}_{number}"
        self._count[self._fold(plain)] = number
        self._taken.add(self._fold(found))
        return found


def harmless(text: str) -> str:
    r"""A text in a comment: on one line, without what cannot be seen and without an end of it.

    >>> harmless("a */ b\n<!-- c")
    'a * / b < !-- c'
    >>> harmless("a *\\ b")
    'a * / b'
    """
    line = "".join(c if c.isprintable() else " " for c in text).strip()
    line = line.replace("\\", "/")  # first, since it may make an end
    for end in ("*/", "/*", "<!--", "-->", "</", "??/"):
        line = line.replace(end, f"{end[0]} {end[1:]}")
    return line


def quoted(text: str) -> str:
    r"""A text as a literal of JavaScript, and of Python, in ASCII; also inside a page of HTML.

    >>> quoted("</script>\u2028"), quoted('"')
    ('"\\u003c/script>\\u2028"', '"\\""')
    """
    import json

    literal = json.dumps(text).replace("<", "\\u003c")
    return _PAIR.sub(lambda found: _letter(found[0]), literal)


_PAIR = re.compile(r"\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}")


def _letter(pair: str) -> str:
    """A letter beyond 16 bits as itself: Python takes a pair of escapes for two letters."""
    import json

    return str(json.loads(f'"{pair}"'))
