"""Corrects how autodoc, napoleon and sphinx-click show our docstrings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def hide_colon(_: Sphinx, kind: str, *others: Any) -> None:
    """Hide the colon in the first line of a property, which napoleon takes for the end of a type.

    The first call is before napoleon; the second call, after it, restores the colon.
    """
    lines = others[-1]
    if kind == "property":
        lines[0] = lines[0].translate({ord(":"): "\0", 0: ":"})


def plain_signature(*event: Any) -> tuple[str | None, str | None]:
    """Write `...` for `<factory>`, which is not Python and breaks the types beside it."""
    signature, returns = event[-2:]
    return signature and signature.replace("<factory>", "..."), returns


def commands_as_code(_app: Sphinx, _context: Any, lines: list[str]) -> None:
    """Show the options and the example commands in a help text as code."""
    for number in reversed(range(len(lines))):
        if not lines[number].lstrip().startswith(("|", ":", "..")):
            pieces = re.split("(`[^`]*`)", lines[number])  # what is code already stays
            pieces[::2] = [re.sub(r"(?<!\S)--[a-z][a-z-]*", r"``\g<0>``", p) for p in pieces[::2]]
            lines[number] = "".join(pieces)
        if lines[number].startswith("| "):
            lines[number] = f"   {lines[number][2:]}"
            if not lines[number - 1].startswith("| "):
                lines[number:number] = [".. code-block:: text", ""]


def setup(app: Sphinx) -> dict[str, bool]:
    for priority in (400, 600):
        app.connect("autodoc-process-docstring", hide_colon, priority=priority)
    app.connect("autodoc-process-signature", plain_signature)
    for part in ("description", "options"):
        app.connect(f"sphinx-click-process-{part}", commands_as_code)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
