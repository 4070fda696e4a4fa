"""Names in messages: the known one nearest to a mistyped one, lists, articles."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

LONGEST_LIST = 10_000
"""How many known names are compared with a mistyped one."""


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


def shown(name: str, limit: int = 60) -> str:
    """A name as it stands in a message: cut short, so that the message stays one line."""
    return name if len(name) <= limit else f"{name[:limit]}…"


def listed(names: Collection[str], limit: int = 10) -> str:
    """The first names of a list, and how many more there are.

    >>> listed(["x1", "x2", "y"], 2)
    'x1, x2 and 1 more'
    """
    first = ", ".join(shown(name) for name in islice(names, limit))
    return first if len(names) <= limit else f"{first} and {len(names) - limit:,} more"


def again(places: list[str]) -> str:
    """That a mistake stands at further places behind the first."""
    more = len(places) - 1
    return f" (here and at {more:,} more place{'s' * (more > 1)})" if more else ""


def article(word: str) -> str:
    """A word with its article.

    >>> article("input"), article("bias")
    ('an input', 'a bias')
    """
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"
