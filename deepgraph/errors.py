"""The errors that a user of deepgraph can meet. This module needs no other of the package.

Every message says where, what, and what to do. The command line prints the message and no
traceback; a library user catches `DeepgraphError` or one of its kinds, or the kind of error that
Python itself would raise: a file that is missing is a `FileNotFoundError`, too.
"""

from __future__ import annotations

import errno
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN_PROBLEMS = 20
"""How many problems of one spec a message spells out; the rest are counted."""

LOCATED = 1000
"""How many problems of one file get a line and a column."""


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def _spelled_out(text: str) -> str:
    """A message without the control characters of a name in it, which a terminal would obey."""
    return _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)


class DeepgraphError(Exception):
    """The base of every error that deepgraph raises on purpose: something a user can mend."""

    def __str__(self) -> str:
        return _spelled_out(str(self.args[0]) if self.args else "")


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a spec.

    Attributes:
        path: the place as a JSON path, `$.edges[3].weight`.
        message: what is wrong and what to write instead, one or two short sentences.
        line: the line in the file, counted from 1, where it is known.
        column: the column in that line, in characters from 1, where it is known.
        rule: the rule that found it, `edges_are_unique`, for programs that sort problems.
        severity: a warning does not stop the network from being used.
    """

    path: str
    message: str
    line: int | None = None
    column: int | None = None
    rule: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        path = self.path if len(self.path) <= LONGEST_PATH else f"{self.path[:LONGEST_PATH]}…"
        place = path if self.line is None else f"{self.line}:{self.column}: {path}"
        mark = "warning: " if self.severity == "warning" else ""
        return _spelled_out(f"{place}: {mark}{self.message}")


LONGEST_PATH = 600
"""Characters of a path that a message shows; an id has no more than 256 of them."""

FURTHER = Problem("$", "one more of these")
"""Each problem behind the first thousand of a rule: it counts, and nobody is shown it."""


class SpecError(DeepgraphError, ValueError):
    """A spec that cannot be used; `problems` holds every mistake that was found.

    Args:
        problems: at least one problem.
        name: the file's name, or what the spec is called in messages.
        more: how many further ones were counted and not looked up.
    """

    def __init__(self, problems: list[Problem], name: str = "spec", more: int = 0) -> None:
        self.problems = problems
        self.name = name
        self.count = len(problems) + more
        shown = [f"{name}:{problem}" for problem in problems[:SHOWN_PROBLEMS]]
        hidden = self.count - len(shown)
        if hidden:
            shown.append(f"… and {hidden:,} more problem{'s' * (hidden > 1)}")
        super().__init__("\n".join(shown))


class UninitialisedError(DeepgraphError):
    """Numbers are needed, and some parameters have none; `names` lists them."""

    def __init__(self, names: list[str], count: int) -> None:
        self.names = names
        listed = ", ".join(names) + (
            f" and {count - len(names):,} more" if count > len(names) else ""
        )
        verb = "has" if count == 1 else "have"
        super().__init__(
            f"{listed} {verb} no value. Write the numbers into the spec, fill them with "
            "`deepgraph init SPEC --seed 1`, or draw them on the fly with --seed 1."
        )


class InputError(DeepgraphError, ValueError):
    """Input values do not fit the network: a name, a shape or a number."""


class OptionError(InputError):
    """An option does not exist, does not take this value, or does not go with the others."""


class DivergedError(DeepgraphError):
    """Training left the finite numbers; the message names the epoch and the first node.

    Attributes:
        history: the epochs until then, as in `deepgraph.train.Training`; empty where the network
            was not finite before the first one.
    """

    def __init__(self, message: str, history: Sequence[Any] = ()) -> None:
        super().__init__(message)
        self.history = history


class TableError(DeepgraphError):
    """A table cannot be read as it stands; the message names row and column."""


class RowError(TableError):
    """A row of a table does not fit; the others may."""


class LostRowsError(DeepgraphError):
    """Rows that were read are neither in the result nor listed: a mistake in this program."""

    def __init__(self, table: str, read: int, written: int, listed: int) -> None:
        super().__init__(
            f"internal error: {table}: {read:,} rows in the file, {written:,} in the result and "
            f"{listed:,} left out; please report this with the file"
        )


class FileError(DeepgraphError, OSError):
    """A file cannot be read or written; the message names it and says why."""


class MissingFileError(FileError, FileNotFoundError):
    """A file is not there."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.errno = errno.ENOENT


class DrawingError(DeepgraphError):
    """A picture cannot be made; the message names the cure."""


class MissingExtraError(DeepgraphError, ImportError):
    """An optional package is missing; the message holds the command that installs it."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs an optional package: pip install 'deepgraph-nn[{extra}]'")
