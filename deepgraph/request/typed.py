"""What a person types for a network: `x=0.5`, a fraction, names of columns.

The command line and the embeds read the same texts by these functions; `option` is how the option
is called where it was typed, `--set` or `set`.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from deepgraph.errors import InputError, OptionError
from deepgraph.spec import literals
from deepgraph.words import typed_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deepgraph.network import Network


def pairs(texts: Iterable[str], option: str, *, first: bool = False) -> dict[str, str]:
    """`x=0.5` and `x2=1` as a dictionary.

    Args:
        texts: each with an equals sign.
        option: for messages.
        first: whether the name ends at the first equals sign; else at the last, since an id may
            itself hold one.

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
    """A number: a decimal or a fraction p/q.

    Raises:
        InputError: it is none.
    """
    if "/" not in text:
        try:
            return typed_numbers.number(text)
        except ValueError as error:
            raise InputError(f"{option} {name}={text}: {error}") from None
    try:
        return literals.value(literals.encode(text))
    except ValueError:
        raise InputError(f"{option} {name}={text}: {text!r} is not a number") from None


def delimiter(text: str, option: str) -> str:
    r"""What stands between the cells of a CSV; `\t` is a tab.

    Raises:
        OptionError: it is not one character.
    """
    character = "\t" if text == "\\t" else text
    if len(character) != 1 or character in '"\r\n' or not character.isascii():
        raise OptionError(f"{option} is one ASCII character, no quote or line break; \\t is a tab")
    return character


def numbers(texts: Iterable[str], option: str) -> dict[str, float]:
    """`y=1` and `y2=1/3` as numbers by name; errors as in `pairs` and `number`."""
    return {name: number(name, text, option) for name, text in pairs(texts, option).items()}


def headers(network: Network, texts: Iterable[str], option: str) -> dict[str, str]:
    """`x=COLUMN` as the header of each input, which is its id where nobody says another.

    Raises:
        OptionError: see `pairs`.
        InputError: no such input.
    """
    given = pairs(texts, option, first=True)
    network.require_inputs(given)
    return {name: given.get(name, name) for name in network.input_names}


def ranges(texts: Iterable[str], option: str) -> dict[str, tuple[str, str]]:
    """`x=-1:1` as bounds by input, left as text, so that a fraction stays one.

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


def node_names(network: Network, texts: Iterable[str]) -> list[str]:
    """`all`, or ids between commas; a text that is an id as a whole is that one."""
    given = list(texts)
    if "all" in given and "all" not in network.index:
        return network.ids
    whole = [
        [text] if text in network.index else text.removesuffix(",").split(",") for text in given
    ]
    return list(chain.from_iterable(whole))
