"""Pieces of messages: text made safe for a line, did-you-mean, lists, plurals, articles."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from deepgraph.words.elsewhere import bare, bare_word

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

LONGEST_LIST = 10_000
"""The number of known names that are compared with a mistyped one."""

LONGEST_SHOWN = 60
"""The number of characters of a name or a cell that a message repeats."""

_HIDDEN = (
    "\x7f-\x9f"  # control characters
    "\xad\u180e\u200b\u2060-\u2064\ufeff"  # without a width
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # the direction of writing
    "\u2028\u2029\ufff9-\ufffb\ud800-\udfff"  # line ends, annotations, halves of characters
    "\U000e0000-\U000e007f"  # tags, which hide a text
)
_UNSAFE = re.compile(rf"[\x00-\x1f{_HIDDEN}]|\A\s*:(?=:)|#(?=#\w*\[)")
_UNSAFE_IN_JSON = re.compile(f"[{_HIDDEN}]")


def printable(text: str) -> str:
    r"""Any text as one line of a terminal or of a log, which it can neither steer nor forge.

    Foreign text (a label, a key, a header, the name of a file) goes into messages and reports. An
    escape stands for each of its characters that would end the line, move the cursor, turn the
    direction of writing, or be invisible; and where the line would be a command to a build server:
    `::error::` at the start, `##[error]` anywhere.

    >>> printable("a\nb"), printable("::error::x"), printable("重み 1")
    ('a\\nb', '\\x3a:error::x', '重み 1')
    """
    return _UNSAFE.sub(lambda found: _escaped(found[0]), text)


def _escaped(found: str) -> str:
    before, last = found[:-1], found[-1]
    ascii_sign = last.isascii() and last.isprintable()
    spelled = f"\\x{ord(last):02x}" if ascii_sign else last.encode("unicode_escape").decode()
    return before + spelled


def printable_json(text: str) -> str:
    r"""A JSON document whose texts cannot steer a terminal: the escapes are JSON's own.

    >>> printable_json('{"name": "\u202e"}')
    '{"name": "\\u202e"}'
    """

    def escape(found: re.Match[str]) -> str:
        units = found[0].encode("utf-16-be", "surrogatepass").hex()
        return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))

    return text if text.isascii() else _UNSAFE_IN_JSON.sub(escape, text)


class Nearest:
    """Ends the message about an unknown name with the nearest known name.

    Comparing takes time, and a person reads only the first of a thousand mistakes. So only the
    first unknown names are compared; for the others nothing is suggested.

    >>> Nearest(["relu", "tanh"])("rleu")
    '; did you mean "relu"?'

    A name that differs only in case and signs is near, however short it is. What other tools call
    a thing comes before similar letters.

    >>> Nearest(["log", "sigmoid"], elsewhere={"logsig": "sigmoid"})("logsig")
    '; write "sigmoid"'

    Args:
        known: the known names.
        otherwise: the end of the message if no name is near.
        budget: the number of unknown names to compare.
        elsewhere: a table of `deepgraph.words.elsewhere`.
    """

    def __init__(
        self,
        known: Iterable[str],
        otherwise: str = "",
        budget: int = 25,
        elsewhere: Mapping[str, str] | None = None,
    ) -> None:
        self._known = known
        self._elsewhere = elsewhere
        self._otherwise = f"; {otherwise}" if otherwise else ""
        self._budget = budget
        self._found: dict[str, str | None] = {}

    def name(self, name: str) -> str | None:
        """The nearest known name; `None` if none is near."""
        if name not in self._found and self._budget:
            self._budget -= 1
            self._found[name] = self._nearest(name)
        return self._found.get(name)

    def _nearest(self, name: str) -> str | None:
        import difflib  # only mistakes need it

        known = list(islice(self._known, LONGEST_LIST))
        own = bare(name) if self._elsewhere is None else bare_word(name)
        same = [other for other in known if own and bare(other) == own]
        if same or own in (self._elsewhere or ()):
            return same[0] if same else self._meant(name)
        return next(iter(difflib.get_close_matches(name[:300], known, 1)), None)

    def _meant(self, name: str) -> str | None:
        """What a name of other tools stands for, if that is known."""
        meant = (self._elsewhere or {}).get(bare_word(name))
        return meant if meant and (meant in self._known or meant[0] == "{") else None

    def __call__(self, name: str) -> str:
        """The end of the message; empty if there is no suggestion."""
        near = self.name(name)
        if near is not None and near == self._meant(name):
            return f"; write {near}" if near[0] == "{" else f'; write "{near}"'
        return self._otherwise if near is None else f'; did you mean "{near}"?'


def shown(name: str, limit: int = LONGEST_SHOWN) -> str:
    """A name for a message, shortened so that the message stays on one line."""
    return name if len(name) <= limit else f"{name[:limit]}…"


def shown_value(given: object) -> str:
    """Any value of Python for a message, cut short like `shown`.

    >>> shown_value(["w3", 1]), shown_value(10**5000)
    ("['w3', 1]", 'an int')
    """
    if type(given).__repr__ is object.__repr__:  # which shows an address
        return article(type(given).__name__)
    try:
        return shown(repr(given))
    except (ValueError, RecursionError):  # too many digits, too many lists within each other
        return article(type(given).__name__)


def in_quotes(name: str) -> str:
    """A name in quotes, cut short like `shown`."""
    return f'"{shown(name)}"'


def listed(
    names: Collection[str],
    limit: int = 10,
    *,
    count: int | None = None,
    spell: Callable[[str], str] = shown,
) -> str:
    """The first names of a list, and how many more there are.

    Args:
        names: all of them, or at least the first `limit`.
        limit: how many to name.
        count: how many there are, if `names` holds only the first.
        spell: writes a name.

    >>> listed(["x1", "x2", "y"], 2)
    'x1, x2 and 1 more'
    """
    first = ", ".join(spell(name) for name in islice(names, limit))
    more = (len(names) if count is None else count) - limit
    return f"{first} and {more:,} more" if more > 0 else first


def several(what: str, names: Collection[str]) -> str:
    """A list of names with what they are, in the plural if it is more than one name.

    >>> several("input", ["x1"]), several("input", ["x1", "x2"])
    ('input x1', 'inputs x1, x2')
    """
    return f"{what}{'s' if len(names) > 1 else ''} {listed(names)}"


def either(word: str, names: Sequence[str]) -> str:
    """Some names as a message lists them.

    >>> either("or", ["svg", "png", "pdf"])
    'svg, png or pdf'
    """
    *first, last = names
    return f"{', '.join(first)} {word} {last}" if first else last


def titled(title: str, text: str) -> str:
    """A title and what is said of it; a title that asks, or ends by itself, needs no colon.

    >>> titled("XOR", "2 inputs"), titled("Is it XOR?", "2 inputs")
    ('XOR: 2 inputs', 'Is it XOR? 2 inputs')
    """
    return f"{title}{'' if title.endswith(tuple('?!.:…')) else ':'} {text}"


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun; `many` is the plural where it is not `one` with an s.

    >>> counted(1, "node"), counted(1200, "node"), counted(2, "bias", "biases")
    ('1 node', '1,200 nodes', '2 biases')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def again(places: list[str]) -> str:
    """The part of a message that counts the further places of a mistake."""
    more = len(places) - 1
    return f" (here and at {counted(more, 'more place')})" if more else ""


def article(word: str) -> str:
    """A word with its article.

    >>> article("input"), article("bias")
    ('an input', 'a bias')
    """
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"
