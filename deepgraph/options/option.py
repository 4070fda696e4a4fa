"""An option: its name, its values, its default, and how a text becomes a value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from re import DOTALL, fullmatch, split
from typing import TYPE_CHECKING, Any, Literal

from deepgraph.words.messages import Nearest, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PAIRS = ("ID=NUMBER", "ID=VALUE", "ID=VALUES", "ID=FROM:TO")
"""The values of options that may hold several, `x1=0 x2=1` or `x1=0,x2=1`."""

Kind = Literal["choice", "integer", "number", "rational", "text", "switch", "names"]
"""A "rational" is a number that may be written as a fraction, 1/3, and then is a `Fraction`. A
"switch" is true or false, "names" are a switch that may also list some names."""


@dataclass(frozen=True)
class Option:
    """One option of a command, of a page or of a spec's `style`.

    Attributes:
        name: the argument of the library, and the key in `style`; the command line has dashes for
            underscores.
        kind: of its values.
        help: one sentence for the command's help.
        default: the value if none is given.
        metavar: the name of a value in the help.
        choices: all values of a "choice".
        low, high: the range of a number, both included; `None` is no limit.
        in_words: the values in words, for messages; made of kind and range if it is empty.
        many: `True` if it may be given several times.
        pattern: of a regular expression that a "text" matches; any text if it is empty.
        elsewhere: what other tools call the choices, by the table in `deepgraph.words.elsewhere`.
        meant: the choice that is meant by another name; such a name is taken for it.
    """

    name: str
    kind: Kind
    help: str
    default: Any = None
    metavar: str = ""
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    in_words: str = ""
    many: bool = False
    pattern: str = ""
    elsewhere: Mapping[str, str] | None = None
    meant: Callable[[str], str] | None = None

    @property
    def flag(self) -> str:
        """Its name on the command line, without the dashes in front."""
        return self.name.replace("_", "-")

    @property
    def pairs(self) -> bool:
        """True if several values may follow each other: `x1=0 x2=1` or `x1=0,x2=1`."""
        return self.many and self.metavar in PAIRS

    def check(self, value: Any) -> Any:
        """Return a value of this option, by its own name.

        Raises:
            ValueError: it is no value of this option; the message says which there are.
        """
        if self.meant is not None and isinstance(value, str) and value not in self.choices:
            value = self.meant(value)
        if not self._fits(value):
            got = f'"{shown(value)}"' if isinstance(value, str) else shown(repr(value))
            # No digits of a number are a slip of other digits.
            slip = isinstance(value, str) and not value.isdecimal()
            nearest = Nearest(self.choices, elsewhere=self.elsewhere)(value) if slip else ""
            raise ValueError(f"{self.flag} is {self.values}, got {got}{nearest}")
        return value

    def read(self, text: str) -> Any:
        """The value of a text that a person typed; an empty text switches a switch on.

        Raises:
            ValueError: the text is no value of this option; the message says which there are.
        """
        value: Any = text
        if self.kind in ("switch", "names"):
            value = {"": True, "true": True, "false": False}.get(text.lower(), text)
        elif self.kind in ("integer", "number"):
            try:
                value = int(text) if self.kind == "integer" else float(text)
            except ValueError:
                value = text
        elif self.kind == "rational":
            value = rational(text)
        return self.check(value)

    @property
    def values(self) -> str:
        """The values in words."""
        if self.in_words:
            return self.in_words
        if self.kind == "choice":
            return f"one of {', '.join(self.choices)}"
        if self.kind in ("switch", "text"):
            return "true or false" if self.kind == "switch" else "a text"
        number = "a whole number" if self.kind == "integer" else "a number"
        number += " or a fraction, 0.5 or 1/2" if self.kind == "rational" else ""
        if self.low is not None and self.high is not None:
            return f"{number} from {self.low:g} to {self.high:g}"
        if self.low is not None:
            return f"{number}, at least {self.low:g}"
        return number if self.high is None else f"{number}, at most {self.high:g}"

    def _fits(self, value: Any) -> bool:
        if self.kind == "choice":
            return value in self.choices if isinstance(value, str) else False
        if self.kind == "switch":
            return isinstance(value, bool)
        if self.kind == "names":
            return isinstance(value, bool) or (isinstance(value, str) and bool(value.strip()))
        if self.kind == "text":
            return isinstance(value, str) and bool(fullmatch(self.pattern or ".*", value, DOTALL))
        whole = hasattr(value, "__index__") and not isinstance(value, bool)  # numpy's, too
        broken = self.kind in ("number", "rational") and isinstance(value, float)
        broken = broken or (self.kind == "rational" and isinstance(value, Fraction))
        if not whole and not broken:
            return False
        low = -math.inf if self.low is None else self.low
        return bool(low <= value <= (math.inf if self.high is None else self.high))


def rational(text: str) -> float | Fraction | str:
    """The value of a decimal, or of a fraction of two whole numbers; else the text itself.

    >>> rational("0.5"), rational("-1/3"), rational("1/0"), rational("half")
    (0.5, Fraction(-1, 3), '1/0', 'half')
    """
    if fullmatch(r"\s*[+-]?[0-9]{1,400}\s*/\s*[0-9]{1,400}\s*", text):
        above, below = text.split("/")
        return Fraction(int(above), int(below)) if int(below) else text
    try:
        return float(text)
    except ValueError:
        return text


def is_pair(word: str) -> bool:
    """True for a word such as `x1=0`, which may be a further value of an option of pairs."""
    return fullmatch("[^-=][^=]*=[^=]+", word, DOTALL) is not None


def pairs(text: str) -> list[str]:
    """The values that one text holds, with commas between.

    >>> pairs("x1=0,x2=1/3"), pairs("x=0,5"), pairs("x=0,1,y=2"), pairs("a=b,c=1")
    (['x1=0', 'x2=1/3'], ['x=0,5'], ['x=0,1', 'y=2'], ['a=b,c=1'])
    """
    found = split(r",(?=[^=,\s]+=)", text)
    return found if all(map(_is_of_numbers, found)) else [text]


def _is_of_numbers(pair: str) -> bool:
    """True for `x1=0` and `x=-1:1`; a name may have commas and `=` of its own."""
    return is_pair(pair) and fullmatch(r"[-+0-9.eE/:,_ ]+", pair.rpartition("=")[2]) is not None


def lists_names(word: str) -> bool:
    """Whether the word behind an option of "names" belongs to it: no option, no spec.

    >>> lists_names("h2,h3"), lists_names("xor.json"), lists_names("-o"), lists_names("-")
    (True, False, False, False)
    """
    return not word.startswith("-") and not word.endswith((".json", ".md"))
