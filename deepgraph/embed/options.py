"""The options of what is embedded: those of `render`, `explain` and `eval`, by the same names.

Every place where a writer asks for something (a directive, a fence line, a marker) hands its
options over as names and texts; `read` is the one place that understands them.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, Literal, get_args

from deepgraph import style
from deepgraph.errors import OptionError
from deepgraph.examples import LOSSES
from deepgraph.nearest import Nearest
from deepgraph.style import Option

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Kind = Literal["diagram", "explain", "eval", "value"]
"""A picture, worked arithmetic, a table of values, one number."""
KINDS: tuple[Kind, ...] = get_args(Kind)

_ROW = "the number of a row, from 1"


def _table(*options: Option) -> dict[str, Option]:
    return {option.name: option for option in options}


_VALUES = _table(
    Option("set", "text", "Values of inputs, ID=NUMBER, with spaces between them.", many=True),
    Option("input", "text", "A table with a column for each input."),
    Option("row", "integer", "Which row of the table, from 1.", low=1, said=_ROW),
    Option("column", "text", "ID=HEADER: the column that holds an input.", many=True),
    Option("delimiter", "text", "Character between the cells of a CSV."),
    Option("input_format", "choice", "Format of the table.", choices=("csv", "tsv", "parquet")),
)
_SEED = _table(
    Option("seed", "integer", "Draw uninitialised parameters at random.", said="a whole number"),
    Option("init", "choice", "How they are drawn.", choices=("uniform", "he", "xavier")),
)
_LOSS = _table(
    Option("target", "text", "Wanted values of nodes, ID=NUMBER.", many=True),
    Option("loss", "choice", "The loss.", choices=LOSSES),
)
_ROWS = Option("rows", "integer", "At most so many rows of the table.", low=1, said="how many rows")
_PRECISION = style.OPTIONS["precision"]

OPTIONS: dict[Kind, dict[str, Option]] = {
    "diagram": {
        **_VALUES,
        **_table(
            Option("curves", "text", "ID=FROM:TO: nodes as functions of an input.", many=True),
            Option("gradient", "switch", "Show the derivatives of the loss."),
        ),
        **_LOSS,
        **{name: option for name, option in style.OPTIONS.items() if name != "inline"},
        **_SEED,
        **_table(
            Option(
                "graphviz",
                "choice",
                "Which Graphviz lays out an irregular network.",
                choices=("auto", "embedded", "system"),
            )
        ),
    },
    "explain": {
        **_VALUES,
        **_table(
            _ROWS,
            Option("node", "text", "Only this node and what it needs."),
            Option("backward", "switch", "Derivatives of the loss, by the chain rule."),
            *_LOSS.values(),
            Option("reduction", "choice", "How losses are joined.", choices=("mean", "sum")),
            Option("learning_rate", "number", "Show a step of gradient descent.", said="a number"),
            Option("fractions", "switch", "Rational numbers as p/q."),
            Option(
                "precision",
                "choice",
                "Significant digits, or full.",
                choices=(*map(str, range(1, 18)), "full"),
                said="1 to 17, or full",
            ),
        ),
        **_SEED,
    },
    "eval": {
        **_VALUES,
        **_table(
            _ROWS,
            Option("keep", "text", "Columns of the table to show as well.", many=True),
            Option("nodes", "text", "Nodes to show instead: all, or id,id,…", many=True),
            Option("pre_activations", "switch", "Show z beside a."),
            Option("argmax", "switch", "Add a column with the label of the largest output."),
            Option("target", "text", "The column to compare the largest output with."),
            Option("dtype", "choice", "Type of the computation.", choices=("float64", "float32")),
            _PRECISION,
        ),
        **_SEED,
    },
    "value": {**_VALUES, **_table(_PRECISION), **_SEED},
}
"""By what is asked for; `inline` is not among them, since the embed decides it."""

SWITCHES = frozenset(
    option.flag
    for table in (style.OPTIONS, *OPTIONS.values())
    for option in table.values()
    if option.kind == "switch"
)


def read(kind: Kind, given: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The values of options that were given as texts.

    Args:
        kind: what is asked for.
        given: names, with dashes or underscores, and texts; an empty one switches a switch on. An
            option of many values may stand there often, or hold them with spaces between (and
            quotes around those with spaces inside).

    Raises:
        OptionError: no such option, one that is given twice, or a text that says no value.
    """
    known = OPTIONS[kind]
    nearest = Nearest([option.flag for option in known.values()])
    found: dict[str, Any] = {}
    for written, text in given:
        name = written.replace("-", "_")
        if name not in known:
            raise OptionError(f'no option "{written}" here{nearest(written)}')
        option = known[name]
        try:
            if option.many:
                found[name] = [*found.get(name, []), *_split(text)]
                continue
            if name in found:
                raise ValueError(f"{option.flag} is given twice")
            found[name] = option.read(text)
        except ValueError as error:
            raise OptionError(str(error)) from None
    return found


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        raise ValueError(f"a quote is not closed: {text}") from None


def words(given: Sequence[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """The words of a command line as what stands alone, and options for `read`.

    >>> words(["xor.json", "--set", "x1=1", "--theme=dark", "--gradient", "--no-collapse"])
    (['xor.json'], [('set', 'x1=1'), ('theme', 'dark'), ('gradient', ''), ('collapse', 'false')])

    Raises:
        OptionError: an option stands at the end without its value.
    """
    alone: list[str] = []
    options: list[tuple[str, str]] = []
    waiting = list(reversed(given))
    while waiting:
        word = waiting.pop()
        if not word.startswith("--"):
            alone.append(word)
            continue
        name, mark, text = word[2:].partition("=")
        switch = name.removeprefix("no-")
        if mark:
            options.append((name, text))
        elif switch in SWITCHES:
            options.append((switch, "" if switch == name else "false"))
        elif waiting:
            options.append((name, waiting.pop()))
        else:
            raise OptionError(f"{word} needs a value")
    return alone, options
