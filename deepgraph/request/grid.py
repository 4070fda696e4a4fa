"""Values of inputs without a file: lists and ranges, in all combinations, as a table.

    x1=0,1          a list
    x=-1:1:0.1      from −1 to 1 in steps of 0.1, both ends included

The first input varies slowest, as in a truth table.
"""

from __future__ import annotations

import csv
import io
import itertools
import math
from fractions import Fraction
from typing import TYPE_CHECKING

from deepgraph.errors import InputError, OptionError
from deepgraph.request import parsing
from deepgraph.spec import literals
from deepgraph.words.messages import listed, several
from deepgraph.words.option_names import option as option_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deepgraph.network import Network

MOST_ROWS = 1_000_000
"""The most combinations; more are a mistake, or belong into a file."""


def values(texts: Iterable[str], option: str) -> dict[str, list[str]]:
    """Read `x1=0,1` and `x=-1:1:0.5` as numbers by input, texts as they stand in a table.

    >>> values(["x1=0,1", "x=-1:1:0.5"], "over")
    {'x1': ['0', '1'], 'x': ['-1', '-0.5', '0', '0.5', '1']}

    Raises:
        OptionError: a text is neither, or an input is there twice.
        InputError: a number is none.
    """
    found = {}
    for name, text in parsing.pairs(texts, option).items():
        if ":" in text:
            found[name] = _range(name, text, option)
            continue
        found[name] = [_plain(name, part.strip(), option) for part in text.split(",")]
        if not all(found[name]):
            raise OptionError(f"{option} {name}={text}: a value is missing between two commas")
    return found


def is_grid(text: str) -> bool:
    """True for a list, a single value or a range with a step; false for FROM:TO."""
    return text.count(":") != 1


def _plain(name: str, text: str, option: str) -> str:
    """A number as a cell of a table: a fraction becomes its nearest double."""
    if not text:
        return ""
    number = parsing.number(name, text, option)
    return repr(number) if "/" in text else text


def _range(name: str, text: str, option: str) -> list[str]:
    parts = text.split(":")
    if len(parts) != 3:
        raise OptionError(
            f"{option} takes ID=VALUE,VALUE,… or ID=FROM:TO:STEP, such as x1=0,1 or x=-1:1:0.1; "
            f"got {name}={text}"
        )
    start, end, step = (_exact(name, part, option) for part in parts)
    if not step or (end - start) / step < 0:
        raise OptionError(f"{option} {name}={text}: the step does not lead from FROM to TO")
    count = math.floor((end - start) / step) + 1
    if count > MOST_ROWS:
        raise OptionError(f"{option} {name}={text}: these are {count:,} values")
    return [_decimal(start + step * place) for place in range(count)]


def _exact(name: str, text: str, option: str) -> Fraction:
    """The number as it is written, so that ten steps of 0.1 are 1."""
    number = parsing.number(name, text.strip(), option)
    if not math.isfinite(number):
        raise OptionError(
            f"{option} {name}: steps lead from number to number, and {number} is none"
        )
    try:
        return literals.exact(text.strip().encode() if "/" not in text else literals.encode(text))
    except ValueError:
        return Fraction(number)


def _decimal(number: Fraction) -> str:
    if number.denominator == 1:
        return str(number.numerator)
    return repr(float(number))


def listed_rows(columns: Mapping[str, list[str]]) -> str:
    """The rows of columns of one length, as a CSV; a fraction becomes its nearest double."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    for row in zip(*columns.values(), strict=True):
        writer.writerow([_plain("", text, "") for text in row])
    return stream.getvalue()


def table(network: Network, over: Mapping[str, list[str]], fixed: Mapping[str, str]) -> str:
    """All combinations as a CSV with a column for each input.

    Args:
        network: with the inputs.
        over: the values of the inputs that vary.
        fixed: the value of each other input.

    Raises:
        InputError: an input is unknown, lacks a value or has two; or there are too many rows.
    """
    network.require_inputs([*over, *fixed])
    twice = [name for name in fixed if name in over]
    if twice:
        raise InputError(f"{listed(twice)} varies, and is given one value, too; drop one of them")
    lacking = [name for name in network.input_names if name not in over and name not in fixed]
    if lacking:
        it, verb = ("it", "does") if len(lacking) == 1 else ("them", "do")
        values = " ".join(f"{name}=0" for name in lacking[:5])
        cure = f"give {it} with {option_name('set', values)}"
        raise InputError(
            f"no value for the {several('input', lacking)}, which {verb} not vary; {cure}"
        )
    rows = math.prod(map(len, over.values()))
    if rows > MOST_ROWS:
        raise InputError(f"these are {rows:,} rows, and {MOST_ROWS:,} are the most; take a file")
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([*over, *fixed])
    for combination in itertools.product(*over.values()):
        writer.writerow([*combination, *fixed.values()])
    return stream.getvalue()
