"""Reads XML without any of what makes it dangerous: no DOCTYPE, no entities, no other file."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree
from xml.parsers import expat

from deepgraph.errors import FormatError

if TYPE_CHECKING:
    from deepgraph.formats.readers.record import Source

DEEPEST = 100


class _Checked:
    """What expat tells while it reads a file for the first time."""

    def __init__(self) -> None:
        self.depth = 0

    def refuse(self, *_: object) -> None:
        raise FormatError("this XML has a DOCTYPE, which can name other files; remove it")

    def start(self, *_: object) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise FormatError(f"elements nested more than {DEEPEST} deep")

    def end(self, *_: object) -> None:
        self.depth -= 1


def root(source: Source) -> ElementTree.Element:
    """The top element of a file.

    Raises:
        FormatError: it is no XML, or has a DOCTYPE.
    """
    require_plain(source)
    try:
        return ElementTree.fromstring(source.content)
    except ElementTree.ParseError as error:  # a namespace that is not declared
        raise FormatError(f"this is not XML: {error}") from None


def require_plain(source: Source) -> None:
    """Check that a file is XML without a DOCTYPE, before anything else reads it.

    Raises:
        FormatError: it is not.
    """
    checked, parser = _Checked(), expat.ParserCreate()
    parser.StartDoctypeDeclHandler = checked.refuse
    parser.StartElementHandler = checked.start
    parser.EndElementHandler = checked.end
    try:
        parser.Parse(source.content, True)
    except (expat.ExpatError, ValueError) as error:
        raise FormatError(f"this is not XML: {error}") from None


def plain_name(element: ElementTree.Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]
