"""The errors that deepgraph raises on purpose. This module imports only words.

Every message says where, what, and what to do. The command line prints the message without a
traceback. A library user catches `DeepgraphError`, one of its subclasses, or the error that Python
itself would raise: a missing file is also a `FileNotFoundError`.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from deepgraph.words.messages import printable
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN_PROBLEMS = 20
"""The number of problems of a spec that a message lists; it counts the rest."""

LOCATED = 1000
"""The number of problems of a file that get a line and a column."""

LONGEST_PATH = 600
"""The number of characters of a path that a message shows; an id has at most 256."""


def _restored(kind: type[DeepgraphError], arguments: Any, state: dict[str, Any]) -> DeepgraphError:
    """An error from another process, whatever arguments its class is called with."""
    error = kind.__new__(kind, *arguments)
    error.args = arguments
    error.__dict__.update(state)
    return error


class DeepgraphError(Exception):
    """The base class of all errors that deepgraph raises on purpose: a user can mend the cause."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (type(self), self.args, self.__dict__)

    def __str__(self) -> str:
        return printable(str(self.args[0]) if self.args else "")

    def _render_traceback_(self) -> list[str]:
        """What IPython shows if a cell ends with the error, see `deepgraph.embed.notebook`."""
        notebook = import_module("deepgraph.embed.notebook")  # lies above this module
        found: list[str] = notebook.traceback_of(self)
        return found


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a spec.

    Attributes:
        path: the JSON path of the mistake, `$.edges[3].weight`.
        message: what is wrong and what to write instead, in one or two short sentences.
        line: the line in the file, counted from 1; `None` if unknown.
        column: the character in that line, counted from 1; `None` if unknown.
        rule: the name of the rule that found it, such as `edges_are_unique`.
        severity: a network with warnings can be used, one with errors cannot.
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
        return printable(f"{place}: {mark}{self.message}")


FURTHER = Problem("$", "one more of these")
"""Stands for each problem after the first thousand of a rule: it is counted and never shown."""


class SpecError(DeepgraphError, ValueError):
    """A spec that is not valid; `problems` holds every mistake that was found.

    Args:
        problems: at least one problem.
        name: the name of the file or of the spec in messages.
        more: the number of further problems, which were only counted.
    """

    def __init__(self, problems: list[Problem], name: str = "spec", more: int = 0) -> None:
        self.problems = problems
        self.name = name
        self.count = len(problems) + more
        shown = [f"{name}:{problem}" for problem in problems[:SHOWN_PROBLEMS]]
        hidden = self.count - len(shown)
        if hidden:
            shown.append(f"… and {hidden:,} more problem{'s' * (hidden > 1)}")
        super().__init__("\n".join(map(printable, shown)))

    def __str__(self) -> str:
        return str(self.args[0])  # lines, each of which is safe


class UninitialisedError(DeepgraphError):
    """Parameters that are needed have no value; `names` lists the first of them."""

    def __init__(self, names: list[str], count: int) -> None:
        self.names = names
        more = count - len(names)
        listed = ", ".join(names) + (f" and {more:,} more" if more else "")
        verb = "has" if count == 1 else "have"
        super().__init__(
            f"{listed} {verb} no value. Write the numbers into the spec, fill them with "
            "`deepgraph init SPEC --seed 1`, or draw them on the fly with "
            f"{option('seed', 1, argument='network.initialised(1)')}."
        )


class InputError(DeepgraphError, ValueError):
    """Inputs do not fit the network: a wrong name, shape or number."""


class UnknownNameError(InputError, KeyError):
    """No node, stage, parameter or group has this name; also the `KeyError` of `network[name]`."""


class SmoothError(InputError):
    """A node is not piecewise linear along a line, so its curve has no kinks."""


class FormatError(DeepgraphError, ValueError):
    """A file of another tool is damaged, or holds what a spec cannot; the message names the place.

    The place is the name of a node, a layer or an array of that file.
    """


class OptionError(InputError):
    """An option does not exist, does not take this value, or excludes another option."""


class DivergedError(DeepgraphError):
    """Training produced infinity or NaN; the message names the epoch and the first node.

    Attributes:
        history: the epochs before that, as in `deepgraph.train.Training`; empty if the network was
            not finite before the first epoch.
        recorded: the values of parameters until then, as in `deepgraph.train.Training`.
        case: the training, for `deepgraph.train.diagnosis`.
    """

    def __init__(self, message: str, history: Sequence[Any] = ()) -> None:
        super().__init__(message)
        self.history = history
        self.recorded: dict[str, Any] = {}
        self.case: Any = None


class TableError(DeepgraphError):
    """A table cannot be read; the message names row and column."""


class RowError(TableError):
    """One row of a table cannot be read; other rows may be sound."""


class LostRowsError(DeepgraphError):
    """Rows of a table are neither in the result nor listed as left out: a bug in deepgraph."""

    def __init__(self, table: str, read: int, written: int, listed: int) -> None:
        super().__init__(
            f"internal error: {table}: {read:,} rows in the file, {written:,} in the result and "
            f"{listed:,} left out; please report this with the file"
        )


class FileError(DeepgraphError, OSError):
    """A file cannot be read or written; the message names it and says why."""


class MissingFileError(FileError, FileNotFoundError):
    """A file does not exist."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.errno = errno.ENOENT

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self.args  # the number is no part of the state


class DrawingError(DeepgraphError):
    """A picture cannot be drawn; the message says what to do."""


class MissingFontWarning(UserWarning):
    """A PNG or PDF has characters that no font has; the message names them."""


class ImportedWarning(UserWarning):
    """An import left something out, or has a doubt; the message says what."""


class MissingExtraError(DeepgraphError, ImportError):
    """An optional package is missing; the message contains the command that installs it."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs an optional package: pip install 'deepgraph-nn[{extra}]'")
