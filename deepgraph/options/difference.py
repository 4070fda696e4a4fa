"""The options of a comparison: on the command line, on pages, and as arguments in Python."""

from __future__ import annotations

from deepgraph.options.option import Option

KEYS = ("structure", "order", "parameters", "names", "examples", "style", "words", "form")
"""The sections of a comparison, in the order in which they are told."""

RTOL = Option(
    "rtol",
    "number",
    "Parameters are equal within this share of the larger one.",
    0.0,
    metavar="NUMBER",
    low=0,
    in_words="a number, 0 or more",
)
ATOL = Option(
    "atol",
    "number",
    "Parameters are equal within this distance.",
    0.0,
    metavar="NUMBER",
    low=0,
    in_words="a number, 0 or more",
)
STRICT = Option(
    "strict", "switch", "Tell what is only written otherwise, too: 0.50 and 0.5, layers and nodes."
)
IGNORE = Option(
    "ignore",
    "choice",
    "Leave a section out: " + ", ".join(KEYS) + ".",
    choices=KEYS,
    metavar="SECTION",
    many=True,
)
SECTIONS = (RTOL, ATOL, STRICT)
