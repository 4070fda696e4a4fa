"""Reads lengths as people write them on pages."""

from __future__ import annotations

import re

from deepgraph.errors import OptionError

_LENGTH = re.compile(
    r"(\d+(?:\.\d+)?) ?(px|%|em|rem|ex|ch|vw|vh|vmin|vmax|cm|mm|Q|in|pt|pc|)", re.ASCII
)


def length(option: str, text: str) -> str:
    """A length as CSS has it; a number alone is one of px.

    >>> length("width", "60 %"), length("width", "480")
    ('60%', '480px')

    Args:
        option: its name; a "height" is no share, since a frame has no height to take one of.
        text: what a person wrote.

    Raises:
        OptionError: it is no length.
    """
    found = _LENGTH.fullmatch(text)
    if found is None or (option == "height" and found[2] == "%"):
        example = "480, 60% or 30em" if option == "width" else "480 or 30em"
        raise OptionError(f"{option} is a length such as {example}, got {text!r}")
    return f"{found[1]}{found[2] or 'px'}"
