"""Parses option values: ID=NUMBER, ID=FROM:TO, lists of nodes.

In every function, `option` is the name of the option for messages, from `Caller.option`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph.errors import InputError, OptionError
from deepgraph.graph.stages import member
from deepgraph.spec import literals
from deepgraph.words import typed_numbers
from deepgraph.words.messages import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deepgraph.network import Network


MOST_NUMBERS = 1000
"""The most whole numbers that one option may name."""


def pairs(texts: Iterable[str], option: str, *, first: bool = False) -> dict[str, str]:
    """Split `x=0.5` and `x2=1` into names and contents.

    A name ends at the last equals sign, since an id may hold one; with `first`, at the first.

    Raises:
        OptionError: a text is no pair, or a name is given twice.
    """
    found: dict[str, str] = {}
    for text in texts:
        name, mark, content = text.partition("=") if first else text.rpartition("=")
        if not mark or not name:
            raise OptionError(f"{option} takes NAME=VALUE, got {text!r}")
        if name in found:
            raise OptionError(f"{option} {name} is given twice")
        found[name] = content
    return found


def number(name: str, text: str, option: str) -> float:
    """Read a number: a decimal or a fraction p/q.

    Raises:
        InputError: the text is no number.
    """
    if "/" not in text:
        try:
            return typed_numbers.number(text)
        except ValueError as error:
            raise InputError(f"{option} {name}={shown(text)}: {error}") from None
    try:
        return literals.value(literals.encode(text))
    except literals.TooLongError as error:
        raise InputError(f"{option} {name}={shown(text)}: {error}") from None
    except ValueError:
        wrong = shown(text)
        raise InputError(f"{option} {name}={wrong}: {wrong!r} is not a number") from None


def delimiter(text: str, option: str) -> str:
    r"""Read the character between the cells of a CSV; `\t` is a tab.

    Raises:
        OptionError: the text is not one character.
    """
    character = "\t" if text == "\\t" else text
    if len(character) != 1 or character in '"\r\n' or not character.isascii():
        raise OptionError(f"{option} is one ASCII character, no quote or line break; \\t is a tab")
    return character


def numbers(texts: Iterable[str], option: str) -> dict[str, float]:
    """Read `y=1` and `y2=1/3` as numbers by name; errors as in `pairs` and `number`."""
    return {name: number(name, text, option) for name, text in pairs(texts, option).items()}


def exact(texts: Iterable[str], option: str) -> dict[str, str]:
    """Check numbers as `numbers` does, and leave them as texts, so that a fraction stays one."""
    found = pairs(texts, option)
    for name, text in found.items():
        number(name, text, option)
    return found


def ranges(texts: Iterable[str], option: str) -> dict[str, tuple[str, str]]:
    """Split `x=-1:1` into bounds by input, left as texts, so that a fraction stays one.

    Raises:
        OptionError: a text is no range, or an input has two.
    """
    found = {}
    for text in texts:
        name, _, bounds = text.rpartition("=")
        start, _, end = bounds.partition(":")
        if not (name and start.strip() and end.strip()):
            raise OptionError(f"{option} takes ID=FROM:TO, such as x=-1:1; got {text}")
        if name in found:
            raise OptionError(f"{option} {name} is given twice")
        found[name] = (start, end)
    return found


def whole_numbers(text: str, option: str) -> list[int]:
    """Read `1:10`, both ends included, or `3,5,8`.

    >>> whole_numbers("1:3", "seeds"), whole_numbers("8,-5", "seeds")
    ([1, 2, 3], [8, -5])

    Raises:
        OptionError: it is neither, or there are more than a thousand.
    """
    what = f"{option} takes whole numbers, FROM:TO or separated by commas, such as 1:10 or 3,5,8"
    try:
        if ":" in text:
            first, last = map(int, text.split(":"))
            found = list(range(first, min(last, first + MOST_NUMBERS) + 1))
        else:
            found = [int(part) for part in text.split(",")]
    except ValueError:
        raise OptionError(f"{what}; got {text}") from None
    if not found or len(found) > MOST_NUMBERS:
        raise OptionError(f"{what}, from 1 to {MOST_NUMBERS:,} of them; got {text}")
    if len(set(found)) < len(found):
        raise OptionError(f"{option} {text}: a number is there twice")
    return found


def names(network: Network, texts: Iterable[str]) -> list[str]:
    """Read lists of names of any kind; a text that is one name is not cut at its commas."""
    parameters = network.parameters

    def is_name(text: str) -> bool:
        return member(text, network.index) is not None or parameters.find(text) is not None

    return [
        name
        for text in texts
        for name in ([text] if is_name(text) else text.removesuffix(",").split(","))
    ]


def parameter_names(network: Network, texts: Iterable[str]) -> list[str]:
    """Read lists of parameters, groups, matrices and vectors, `b1,b2`; one name is not cut."""
    return [
        name
        for text in texts
        for name in ([text] if text in network.parameters else text.removesuffix(",").split(","))
    ]


def node_names(network: Network, texts: Iterable[str]) -> list[str]:
    """Read lists of nodes, of their z and of stages.

    That is `all`, or names between commas; a text that is one name is not cut at its commas.
    """
    given = list(texts)

    def is_name(text: str) -> bool:
        return text in network.stages or member(text, network.index) is not None

    if "all" in given and not is_name("all"):
        return network.ids
    return [
        name
        for text in given
        for name in ([text] if is_name(text) else text.removesuffix(",").split(","))
    ]
