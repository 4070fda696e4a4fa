"""Pieces of error messages: did-you-mean, lists, plurals, articles, shortening."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

LONGEST_LIST = 10_000
"""How many known names are compared with a mistyped one."""

LONGEST_SHOWN = 60
"""How many characters of a name or a cell a message repeats."""


class Nearest:
    """Ends the message about an unknown name with the nearest known one.

    Comparing costs time, and of a thousand mistakes a person reads the first few: so many names
    are compared, and for the others nothing is suggested.

    >>> Nearest(["relu", "tanh"])("rleu")
    '; did you mean "relu"?'

    A name that differs in nothing but case and blanks is near, however short it is.

    Args:
        known: the names.
        otherwise: what to say when none is near.
        budget: how many names to compare.
    """

    def __init__(self, known: Iterable[str], otherwise: str = "", budget: int = 25) -> None:
        self._known = known
        self._otherwise = f"; {otherwise}" if otherwise else ""
        self._budget = budget
        self._found: dict[str, str | None] = {}

    def name(self, name: str) -> str | None:
        """The nearest name, if one is near."""
        if name not in self._found and self._budget:
            import difflib  # only mistakes need it

            self._budget -= 1
            known = list(islice(self._known, LONGEST_LIST))
            same = [other for other in known if _bare(other) == _bare(name)]
            near = same or difflib.get_close_matches(name[:300], known, 1)
            self._found[name] = near[0] if near else None
        return self._found.get(name)

    def __call__(self, name: str) -> str:
        """The end of the sentence; empty if there is nothing to say."""
        near = self.name(name)
        return self._otherwise if near is None else f'; did you mean "{near}"?'


def _bare(name: str) -> str:
    return "".join(name.split()).casefold()


def shown(name: str, limit: int = LONGEST_SHOWN) -> str:
    """A name as it stands in a message: cut short, so that the message stays one line."""
    return name if len(name) <= limit else f"{name[:limit]}…"


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


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun; `many` is the plural where it is not `one` with an s.

    >>> counted(1, "node"), counted(1200, "node"), counted(2, "bias", "biases")
    ('1 node', '1,200 nodes', '2 biases')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def again(places: list[str]) -> str:
    """That a mistake stands at further places behind the first."""
    more = len(places) - 1
    return f" (here and at {counted(more, 'more place')})" if more else ""


def article(word: str) -> str:
    """A word with its article.

    >>> article("input"), article("bias")
    ('an input', 'a bias')
    """
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"
