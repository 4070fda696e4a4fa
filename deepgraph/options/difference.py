"""The options of a comparison: on the command line, on pages, and as arguments in Python."""

from __future__ import annotations

from dataclasses import replace

from deepgraph.options.option import Option
from deepgraph.options.shared import EXAMPLE, INIT, INPUT, ROW, SEED, SET

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
    "strict",
    "switch",
    "Report also what is only written differently: 0.50 and 0.5, layers and nodes.",
)
IGNORE = Option(
    "ignore",
    "choice",
    "Leave a section out: " + ", ".join(KEYS) + ".",
    choices=KEYS,
    metavar="SECTION",
    many=True,
)
DRAWING = (
    "weights", "precision", "title", "legend", "font_size", "spacing", "direction", "fit", "theme",
    "max_width", "focus", "wrap", "animate", "inline", "scale",
)  # fmt: skip
"""The drawing options of the picture of a comparison."""
_EXAMPLE = replace(
    EXAMPLE,
    help="Compare what they compute on the inputs of this example of B, or of A: its name or "
    "number.",
)
TARGET = Option(
    "target",
    "text",
    "The column of the table with the right classes, for the accuracy of both.",
    metavar="COLUMN",
)
OVER = Option(
    "over",
    "text",
    "Compare the kinks along this input; bounds may be fractions. The others are those of --set.",
    metavar="ID=FROM:TO",
    many=True,
)
SECTIONS = (RTOL, ATOL, STRICT, IGNORE)
"""What counts as a difference."""
INPUTS = (SET, INPUT, _EXAMPLE, ROW, OVER, TARGET, SEED, INIT)
"""Where the two are compared by what they compute."""
