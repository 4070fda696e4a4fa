"""Colours, sizes and what else every drawing shares: all consumers read them from here.

Blue and orange tell the sign of a weight to colour-blind readers, too (Okabe and Ito 2008); widths
and dashes tell the rest in grey. Every text has a contrast of at least 4.5:1 on what it stands on.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deepgraph.draw.view.records import EdgeView
    from deepgraph.options.drawing import ThemeName

NAME_SIZE, VALUE_SIZE, SMALL_SIZE = 16.0, 17.0, 12.0
"""Font sizes in px in a node: its id, its value, its z."""
LABEL_SIZE, NOTE_SIZE, CAPTION_SIZE = 13.0, 13.0, 14.0
"""Font sizes in px: a weight, a group or footnote, a caption."""
SIZES: dict[str, float] = {
    "name": NAME_SIZE,
    "value": VALUE_SIZE,
    "small": SMALL_SIZE,
    "gradient": SMALL_SIZE,
}
"""Font sizes by the role of a line in a node."""
SMALLEST = 11.0
"""No text is smaller, subscripts included."""
ARROWS = 48
"""With more edges than this their arrows are a thicket, and the columns tell the direction."""
GLOW = (0.04, 0.34)
"""Opacity of the glow of a node whose value is nearly 0, and of the largest."""


@dataclass(frozen=True)
class Theme:
    """The colours of one page, by role.

    Attributes:
        page: behind everything.
        ink, muted: texts of nodes; captions and notes.
        node: behind a node's texts.
        line: the border of a node, a wire.
        glow: what shows the size of a value, over `node`.
        positive, negative, zero: lines and texts of parameters by sign.
        off, off_text: lines and texts of what carries nothing.
        gradient: texts of gradients.
    """

    page: str
    ink: str
    muted: str
    node: str
    line: str
    glow: str
    positive: str
    negative: str
    zero: str
    off: str
    off_text: str
    gradient: str

    def items(self) -> list[tuple[str, str]]:
        """Roles and their colours."""
        return [(field.name, getattr(self, field.name)) for field in fields(self)]


LIGHT = Theme(
    page="#ffffff",
    ink="#18212d",
    muted="#4e5867",
    node="#f5f7fa",
    line="#2b3645",
    glow="#4f8df5",
    positive="#1b5bc0",
    negative="#b5400c",
    zero="#4e5867",
    off="#b9c1cb",
    off_text="#656f7c",
    gradient="#6b3fa0",
)
DARK = Theme(
    page="#0f1319",
    ink="#e9edf3",
    muted="#9eaab9",
    node="#1a212c",
    line="#c3ccd8",
    glow="#2f66c4",
    positive="#7cb0ff",
    negative="#ff9e5e",
    zero="#9eaab9",
    off="#4a5566",
    off_text="#98a3b2",
    gradient="#c9a4f5",
)
PAPER = Theme(
    page="#ffffff",
    ink="#000000",
    muted="#3a3a3a",
    node="#ffffff",
    line="#000000",
    glow="#9a9a9a",
    positive="#000000",
    negative="#000000",
    zero="#3a3a3a",
    off="#b0b0b0",
    off_text="#6a6a6a",
    gradient="#3a3a3a",
)
THEMES: dict[ThemeName, Theme] = {"light": LIGHT, "dark": DARK, "auto": LIGHT, "paper": PAPER}


def edge_roles(edge: EdgeView) -> tuple[str, str]:
    """The colours of an edge's line and of its label."""
    if edge.off:
        return "off", "off_text"
    role = {1: "positive", -1: "negative"}.get(edge.sign, "zero")
    return role, role
