"""Colours and sizes: every consumer below reads them from here.

Colours tell the sign of a weight for colour-blind readers too (blue and orange), and every text
colour has a contrast of at least 4.5:1 on its page.
"""

from __future__ import annotations

from dataclasses import dataclass

NAME_SIZE, VALUE_SIZE, SMALL_SIZE, LABEL_SIZE, CAPTION_SIZE = 15, 17, 12, 13, 14
"""Font sizes in px: a node's id, its value, its z, a weight, a caption."""


@dataclass(frozen=True)
class Theme:
    """The colours of one page; roles are the class names in the SVG."""

    page: str
    ink: str
    muted: str
    node: str
    input: str
    positive: str
    negative: str
    off: str
    off_text: str


THEMES = {
    "light": Theme(
        page="#ffffff",
        ink="#1b2430",
        muted="#5b6675",
        node="#e8eefa",
        input="#f1f3f6",
        positive="#1f5fc4",
        negative="#b8430f",
        off="#b3bbc6",
        off_text="#68717d",
    ),
    "dark": Theme(
        page="#0f131a",
        ink="#e8ecf2",
        muted="#9ca7b6",
        node="#18243a",
        input="#1b212b",
        positive="#77adff",
        negative="#ff9b57",
        off="#475160",
        off_text="#97a1af",
    ),
}
