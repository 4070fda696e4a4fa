"""Fields that were given in Python, made records one by one; each mistake names its place."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from deepgraph.errors import Problem
from deepgraph.spec.lenient import LenientReader
from deepgraph.spec.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

Made = TypeVar("Made", bound=Record)

TOO_DEEP = "lists or objects are nested too deeply here"
"""The problem of what Python cannot follow to its end."""

_OF_NUMBERS = ("weight", "value", "threshold", "normalise", "rescale")
"""Fields that hold texts of numbers, or records of them; they are checked when they are read."""


@contextmanager
def told(key: str, place: str, problems: list[Problem]) -> Iterator[None]:
    """Adds what is wrong with the content of a field to the problems."""
    try:
        yield
    except RecursionError:
        problems.append(Problem(place, f"{key}: {TOO_DEEP}"))
    except (TypeError, ValueError, OverflowError, msgspec.MsgspecError) as error:
        problems.append(Problem(place, f"{key}: {str(error).replace('`', '')}"))


def record(
    kind: type[Made], fields: dict[str, Any], place: str, problems: list[Problem]
) -> Made | None:
    """A record of fields, numbers as `deepgraph.spec.writing.number` makes them.

    Args:
        kind: of the record.
        fields: by name.
        place: the beginning of the paths of problems.
        problems: further ones are added.

    Returns:
        The record; `None` if it has problems.
    """
    numbers = {key: fields[key] for key in _OF_NUMBERS if key in fields}
    plain = {key: content for key, content in fields.items() if key not in numbers}
    try:
        return msgspec.structs.replace(msgspec.convert(plain, kind), **numbers)
    except RecursionError:
        problems.append(Problem(place, TOO_DEEP))
    except (AttributeError, TypeError, ValueError, OverflowError) as error:  # of msgspec as well
        problems += _of_form(plain, kind, place) or [Problem(place, str(error).replace("`", ""))]
    return None


def _of_form(fields: dict[str, Any], kind: type[Record], place: str) -> list[Problem]:
    """The problems of a spec file with these fields; empty if no file could hold them."""
    reader = LenientReader()
    with suppress(AttributeError, TypeError, ValueError, OverflowError, RecursionError):
        reader.read(msgspec.json.encode(fields), kind, place)
    return reader.problems
