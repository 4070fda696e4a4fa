"""The errors that a user of deepgraph can meet. This module imports nothing of the package.

Every message says where, what, and what to do. The command line prints the message and no
traceback; a library user catches `DeepgraphError` or one of its kinds.
"""

from __future__ import annotations

from dataclasses import dataclass

SHOWN_PROBLEMS = 20
"""How many problems of one spec a message spells out; the rest are counted."""


class DeepgraphError(Exception):
    """The base of every error that deepgraph raises on purpose: something a user can mend."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a spec.

    Attributes:
        path: the place as a JSON path, `$.edges[3].weight`.
        message: what is wrong and what to write instead, one or two short sentences.
        line: the line in the file, counted from 1, where it is known.
        column: the column in that line, counted from 1, where it is known.
    """

    path: str
    message: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.line}:{self.column}: {self.path}"
        return f"{place}: {self.message}"


class SpecError(DeepgraphError):
    """A spec that cannot be used; `problems` holds every mistake that was found.

    Args:
        problems: at least one problem.
        name: the file's name, or what the spec is called in messages.
    """

    def __init__(self, problems: list[Problem], name: str = "spec") -> None:
        self.problems = problems
        self.name = name
        shown = [f"{name}:{problem}" for problem in problems[:SHOWN_PROBLEMS]]
        if len(problems) > SHOWN_PROBLEMS:
            shown.append(f"… and {len(problems) - SHOWN_PROBLEMS:,} more problems")
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


class InputError(DeepgraphError):
    """Input values do not fit the network: a name, a shape or a number."""


class TableError(DeepgraphError):
    """A table cannot be read as it stands; the message names row and column."""


class FileError(DeepgraphError):
    """A file cannot be read or written; the message names it and says why."""


class DrawingError(DeepgraphError):
    """A picture cannot be made; the message names the cure."""


class MissingExtraError(DeepgraphError):
    """An optional package is missing; the message holds the command that installs it."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs an optional package: pip install 'deepgraph-nn[{extra}]'")
