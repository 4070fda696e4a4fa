"""What is wrong with the first line of a text table, as people have them, and what to do."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from deepgraph.tables.csv_records import Dialect
from deepgraph.tables.first_bytes import IS_JSON, is_json
from deepgraph.words import typed_numbers
from deepgraph.words.messages import shown
from deepgraph.words.option_names import at_door

if TYPE_CHECKING:
    from collections.abc import Sequence

MARKS = ";\t|, "
"""Delimiters that a header may have, the likeliest first; a blank stands for any run of blanks."""

_ARFF = (
    "this is an ARFF file (Weka): keep the lines below @data, and write the names of the "
    "attributes above them in one line"
)
_COMMENT = (
    'the first line begins with "#"; remove the sign if the line names the columns, and the line '
    "if it is a comment"
)
_NO_NAMES = "the first line holds numbers; write the names of the columns above it"


def _delimiter(mark: str) -> str:
    """The option that names a delimiter, quoted for a shell; on a page a tab has two letters."""
    quoted = r"$'\t'" if mark == "\t" else f"'{mark}'"
    return at_door(
        command=f"--delimiter {quoted}",
        page="delimiter " + mark.replace("\t", r"\t"),
        python=f"delimiter={mark!r}",
    )


def of_line(line: bytes) -> str:
    """What kind of file begins with this line, if it is none of delimiters; else empty."""
    start = line.lstrip().lower()
    if start.startswith((b"@relation", b"@attribute", b"%")):
        return _ARFF
    if start.startswith(b"#"):
        return _COMMENT
    return IS_JSON if is_json(line) else ""


def of_faulty_header(line: bytes) -> str:
    """A guess at why a line is no header of its delimiter; empty if there is none."""
    for mark in MARKS:
        record = next(Dialect(mark).records(line))
        if not record.fault and len(record.cells) > 1:
            return _try(line.decode(errors="replace"), mark)
    return of_line(line)


def of_header(header: Sequence[str], line: bytes, wanted: str) -> str:
    """A guess at what is wrong with a header in which the wanted column is missing; may be empty.

    Blanks part its names if the wanted one is among them; they might also be words of one name.
    """
    if what := of_line(line):
        return what
    if header[0].startswith("sep="):
        return "the first line tells Excel the delimiter; remove it"
    if len(header) == 1:
        mark = next((mark for mark in MARKS[:-1] if mark in header[0]), None)
        if mark is None and len(header[0].split()) > 1 and wanted in header[0].split():
            mark = " "
        if mark is not None:
            return _try(header[0], mark)
    numbers = sum(map(_is_number, header))
    return _NO_NAMES if numbers and 2 * numbers >= len(header) else ""


def _try(header: str, mark: str) -> str:
    return f"the header looks like {shown(header)!r}: try {_delimiter(mark)}"


def of_accents(wanted: str, header: Sequence[str]) -> tuple[str, str] | None:
    """A header that differs from the wanted one only in how its accents are stored, in words, too.

    The two look the same. `None` if there is no such header.
    """
    form = unicodedata.normalize("NFC", wanted)
    same = next((name for name in header if unicodedata.normalize("NFC", name) == form), None)
    if same is None or same == wanted:
        return None
    which = {True: "in one character each (NFC)", False: "as letter and accent (NFD)"}
    words = f"the table stores its accents {which[same == form]}, and asked for are those stored"
    return same, f"{words} {which[wanted == form]}"


def _is_number(text: str) -> bool:
    try:
        typed_numbers.number(text)
    except ValueError:
        return False
    return True
