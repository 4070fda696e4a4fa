"""Reads the text of a JSON file of another tool."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from deepgraph.errors import FormatError

if TYPE_CHECKING:
    from deepgraph.formats.readers.record import Source

LONGEST_INTEGER = 300


def loads(source: Source) -> dict[str, Any]:
    """The object of a JSON file.

    Raises:
        FormatError: it is no JSON, or its top is no object.
    """
    try:
        found = json.loads(source.text(), parse_int=_integer)
    except RecursionError:
        raise FormatError("the lists and objects of this JSON are nested too deeply") from None
    except ValueError as error:
        raise FormatError(f"this is not JSON: {error}") from None
    if not isinstance(found, dict):
        raise FormatError("the top level of this JSON is not an object")
    return found


def _integer(text: str) -> int:
    if len(text) > LONGEST_INTEGER:
        raise ValueError(f"an integer of {len(text):,} digits")
    return int(text)
