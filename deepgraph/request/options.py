"""The options of each kind of request: those of `render`, `explain` and `eval`, by the same names.

A directive, a fence line and a marker pass options as names and texts; `read` parses them for all.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, Literal, get_args

from deepgraph.errors import OptionError
from deepgraph.options import difference, drawing, shared
from deepgraph.options.option import Option, is_pair, lists_names, pairs
from deepgraph.tables.source import INPUT_FORMAT
from deepgraph.words import elsewhere
from deepgraph.words.messages import Nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Kind = Literal["diagram", "explain", "eval", "jacobian", "value", "live", "diff"]
"""The result: a picture, worked arithmetic, a table, derivatives, one number, a live page, a
comparison."""
KINDS: tuple[Kind, ...] = get_args(Kind)
TABLES: tuple[Kind, ...] = ("eval", "jacobian")
"""Those whose result is a table, `Request.table`."""

_VALUES = (
    *(shared.EXAMPLE, shared.SET, shared.OVER, shared.INPUT, shared.ROW, shared.COLUMN),
    *(shared.DELIMITER, shared.DECIMAL, INPUT_FORMAT),
)
_SEED = (shared.SEED, shared.INIT)
_LOSS = (shared.TARGET, shared.LOSS)
_ROWS = Option(
    "rows", "integer", "At most so many rows of the table.", low=1, in_words="how many rows"
)
DIGITS = Option(
    "precision",
    "choice",
    "Significant digits, or full.",
    choices=(*map(str, range(1, 18)), "full"),
    in_words="1 to 17, or full",
)
_PRECISION = drawing.OPTIONS["precision"]


LIVE_DRAWING = (
    "weights", "precision", "biases", "groups", "activations", "fill", "scale_width", "fractions",
    "deltas", "colors", "font_size", "spacing", "direction", "max_width", "focus", "top", "wrap",
)  # fmt: skip
"""Drawing options of a live page; it decides the others itself."""


def _table(*given: Option) -> dict[str, Option]:
    return {option.name: option for option in given}


OPTIONS: dict[Kind, dict[str, Option]] = {
    "diagram": _table(
        *_VALUES,
        shared.CURVES,
        shared.GRADIENT,
        *_LOSS,
        shared.OF,
        *(option for name, option in drawing.OPTIONS.items() if name != "inline"),
        *_SEED,
        shared.GRAPHVIZ,
    ),
    "explain": _table(
        *_VALUES,
        _ROWS,
        shared.NODE,
        shared.BACKWARD,
        *_LOSS,
        shared.OF,
        shared.REDUCTION,
        shared.LEARNING_RATE,
        shared.OPTIMISER,
        shared.MOMENTUM,
        shared.WEIGHT_DECAY,
        shared.FREEZE,
        shared.STEPS,
        shared.EPOCHS,
        shared.BATCH,
        shared.RULE,
        shared.SHORT,
        shared.FRACTIONS,
        shared.PATHS,
        shared.PATHS_LIMIT,
        shared.DERIVE,
        shared.NOTATION,
        shared.BLANK,
        shared.SOLUTION,
        DIGITS,
        *_SEED,
    ),
    "eval": _table(
        *_VALUES,
        _ROWS,
        shared.KEEP,
        shared.RENAME,
        shared.NODES,
        shared.PRE_ACTIVATIONS,
        shared.ARGMAX,
        shared.TARGET_COLUMN,
        shared.DTYPE,
        _PRECISION,
        *_SEED,
    ),
    "jacobian": _table(*_VALUES, shared.NODES, _PRECISION, *_SEED),
    "value": _table(*_VALUES, _PRECISION, *_SEED),
    "diff": _table(
        *difference.SECTIONS,
        *difference.INPUTS,
        *(shared.COLUMN, shared.DELIMITER, shared.DECIMAL, INPUT_FORMAT),
        *(drawing.OPTIONS[name] for name in difference.DRAWING if name != "inline"),
    ),
    "live": _table(
        *_VALUES,
        _ROWS,
        shared.SLIDER,  # in the place of the rows that the same word makes elsewhere
        *_LOSS,
        shared.OF,
        *(drawing.OPTIONS[name] for name in LIVE_DRAWING),
        shared.LANG,
        shared.HIDDEN,
        *_SEED,
    ),
}
"""The options by kind of request; `inline` is missing, since the page decides it."""

SWITCHES = frozenset(
    option.flag
    for table in (drawing.OPTIONS, *OPTIONS.values())
    for option in table.values()
    if option.kind in ("switch", "names")
)
NAMES = frozenset(option.flag for option in drawing.OPTIONS.values() if option.kind == "names")
OF_PAIRS = frozenset(
    option.flag for table in OPTIONS.values() for option in table.values() if option.pairs
)


def read(kind: Kind, given: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Parse options that were given as texts.

    Args:
        kind: of the request.
        given: names, with dashes or underscores, and texts; an empty text switches a switch on. An
            option of many values may be repeated, or hold them with spaces between (and quotes
            around those with spaces, or with commas in a name, inside).

    Returns:
        The values by name, with underscores.

    Raises:
        OptionError: no such option, one that is given twice, or a text that is no value of it.
    """
    known = OPTIONS[kind]
    nearest = Nearest([option.flag for option in known.values()], elsewhere=elsewhere.OPTIONS)
    found: dict[str, Any] = {}
    for written, text in given:
        name = written.replace("-", "_")
        if name not in known:
            raise OptionError(f'no option "{written}" here{nearest(written)}')
        option = known[name]
        try:
            if option.many:
                given_now = _split_pairs(text) if option.pairs else _split(text)
                found[name] = [*found.get(name, []), *given_now]
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


def _split_pairs(text: str) -> list[str]:
    """The pairs in a text, also those with commas between; what stands in quotes is one pair.

    So the name of a node may hold commas and equality signs.
    """
    parts = _split(text)
    try:
        written = shlex.split(text, posix=False)
    except ValueError:  # the other half of a quote stands behind a backslash
        return parts
    if len(written) != len(parts):  # quotes within a word
        return parts
    found: list[str] = []
    for word, part in zip(written, parts, strict=True):
        found += [part] if word.startswith(("'", '"')) else pairs(part)
    return found


def words(given: Sequence[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """Split the words of a command line into arguments, and options for `read`.

    >>> words(["xor.json", "--set", "x1=1", "x2=0", "--gradient", "--no-collapse"])
    (['xor.json'], [('set', 'x1=1'), ('set', 'x2=0'), ('gradient', ''), ('collapse', 'false')])
    >>> words(["--theme=dark"])
    ([], [('theme', 'dark')])

    Raises:
        OptionError: the last option lacks its value.
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
        elif name in NAMES and waiting and lists_names(waiting[-1]):
            options.append((name, waiting.pop()))
        elif switch in SWITCHES:
            options.append((switch, "" if switch == name else "false"))
        elif waiting:
            options.append((name, waiting.pop()))
            while name in OF_PAIRS and waiting and is_pair(waiting[-1]):
                options.append((name, waiting.pop()))
        else:
            raise OptionError(f"{word} needs a value")
    return alone, options
