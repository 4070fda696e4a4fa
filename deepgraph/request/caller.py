"""The caller of a request: the names of its options, its way to open tables, its notes."""

from __future__ import annotations

import re
import shlex
from typing import IO, TYPE_CHECKING, NamedTuple

from deepgraph.errors import OptionError
from deepgraph.files import open_binary
from deepgraph.words.option_names import Door, named

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

NO_SEED = "<init> says how to draw missing values; say <seed> N to draw them"
"""The refusal of a method of drawing values where none are drawn."""
WHOLE_TABLE = "<{}> needs a whole table: <input> FILE, without <row>"
"""The refusal of an option that makes no sense for one row."""
NAMED = 5
"""The number of inputs that a message about missing values names."""


def _drop(_: str) -> None:
    """Drop a note. A function of the module, unlike a lambda, can be pickled with a request."""


class Caller(NamedTuple):
    """One place where people type options: the command line, or a page.

    Attributes:
        door: where options are typed.
        open_table: opens the file that `input` names.
        note: takes a sentence that a person should know about a result.
    """

    door: Door = "page"
    open_table: Callable[[str], AbstractContextManager[IO[bytes]]] = open_binary
    note: Callable[[str], None] = _drop

    def option(self, name: str) -> str:
        """The name of an option as it is typed.

        >>> Caller().option("input_format"), Caller("command").option("input_format")
        ('input-format', '--input-format')
        """
        return named(self.door, name)

    def refusal(self, message: str) -> OptionError:
        """The error with a message in which every `<name>` is an option.

        >>> print(Caller("command").refusal("<row> and <rows> exclude each other"))
        --row and --rows exclude each other
        """
        return OptionError(re.sub(r"<(\w+)>", lambda match: self.option(match[1]), message))

    def without_inputs(self, names: Sequence[str]) -> OptionError:
        """The error about missing values of the inputs.

        >>> print(Caller().without_inputs(["x1", "x2"]))
        give the inputs: input FILE, or set x1=0 x2=0
        """
        option = self.option("set")
        pairs = [shlex.quote(f"{name}=0") for name in names[:NAMED]]
        if self.door == "page":
            shown = f"{option} {' '.join(pairs)}"
        else:
            shown = " ".join(f"{option} {pair}" for pair in pairs)
            shown += f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
        return OptionError(f"give the inputs: {self.option('input')} FILE, or {shown}")


PAGE = Caller()
"""Pages call an option by its name, and show no notes."""
