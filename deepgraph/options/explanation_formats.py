"""The formats of worked arithmetic, for the command line and pages, without numpy.

A format is a row here and a method of its name on `deepgraph.explain.Explanation`.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args


class ExplanationFormat(NamedTuple):
    """One format.

    Attributes:
        name: of the format and of its method.
        suffixes: of its files.
        language: of the fenced block of a page in Markdown; empty if the text is part of the page.
    """

    name: str
    suffixes: tuple[str, ...]
    language: str = ""


FORMATS: dict[str, ExplanationFormat] = {
    row.name: row
    for row in (
        ExplanationFormat("text", (".txt",), "text"),
        ExplanationFormat("markdown", (".md", ".markdown")),
        ExplanationFormat("latex", (".tex",), "latex"),
        ExplanationFormat("json", (".json",), "json"),
    )
}
Notation = Literal["partial", "delta"]
"""How derivatives by z are written: ∂loss/∂z(h1), or δ(h1)."""
NOTATIONS: tuple[Notation, ...] = get_args(Notation)
"""The first is the default."""
SUFFIXES = {suffix: row.name for row in FORMATS.values() for suffix in row.suffixes}
