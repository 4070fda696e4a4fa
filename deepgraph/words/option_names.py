"""The names of options in messages: a flag, a name on a page, or an argument in Python.

A message of any room may advise an option, and the reader should be able to type what it says. A
room cannot know where its reader types, so `option` asks the door through which he came: the
command line and pages wrap their work in `read_at`, and without it the reader is in Python.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

Door = Literal["command", "page", "python"]
"""Where options are typed: on the command line, on a page, or as arguments of the library."""

# The library differs from the command line in the names of these.
_ARGUMENTS = {"input_format": "form", "column": "columns"}

_SHORT = {"output": "-o"}  # the command line teaches this one by its letter

_door: ContextVar[Door] = ContextVar("door", default="python")


@contextmanager
def read_at(door: Door) -> Iterator[None]:
    """While the block runs, messages name options as that door does."""
    before = _door.set(door)
    try:
        yield
    finally:
        _door.reset(before)


def named(door: Door, name: str) -> str:
    """The name of an option at a door, without a value.

    >>> named("command", "input_format"), named("page", "input_format")
    ('--input-format', 'input-format')
    """
    if door == "python":
        return _ARGUMENTS.get(name, name)
    if door == "page":
        return name.replace("_", "-")
    return _SHORT.get(name) or f"--{name.replace('_', '-')}"


def option(name: str, value: str | float | bool = "", *, argument: str = "") -> str:
    """An option as the reader of a message types it.

    Args:
        name: with underscores.
        value: a number, a text, or a placeholder in capitals; `True` switches it on.
        argument: what stands in Python for name and value, where the rule does not give it.

    >>> option("max_width", 12), option("weights", "none"), option("focus", "ID")
    ('max_width=12', 'weights="none"', 'focus=ID')
    >>> with read_at("command"):
    ...     option("max_width", 12), option("collapse", True), option("keep")
    ('--max-width 12', '--collapse', '--keep')
    >>> with read_at("page"):
    ...     option("max_width", 12), option("collapse", True)
    ('max-width 12', 'collapse')
    """
    door = _door.get()
    typed = named(door, name)
    if door == "python":
        if argument or value == "":
            return argument or typed
        plain = not isinstance(value, str) or value.isupper()
        return f"{typed}={value}" if plain else f'{typed}="{value}"'
    return typed if value is True or value == "" else f"{typed} {value}"


def at_door(*, command: str, page: str, python: str) -> str:
    """The words for the door of the reader, where they differ by more than a name."""
    return {"command": command, "page": page, "python": python}[_door.get()]
