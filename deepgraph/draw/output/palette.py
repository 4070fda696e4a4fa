"""The palette of all formats: colours by role, and widths of lines.

Blue and orange tell the sign of a weight apart for colour-blind readers, too (Okabe and Ito 2008);
in grey, widths and dashes do. Every text has a contrast of at least 4.5:1 on its ground.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deepgraph.draw.view.records import EdgeView, NodeView
    from deepgraph.options.drawing import ThemeName

ARROWS = 48
"""With more edges than this their arrows are a thicket, and the columns show the direction."""
GLOW = (0.04, 0.34)
"""Opacity of the glow of a node whose value is nearly 0, and of the largest."""
WIRE = 1.2
"""Width of the line of a bias and of its edges."""


@dataclass(frozen=True)
class Theme:
    """The colours of one page, by role.

    Attributes:
        page: behind everything.
        ink, muted: texts of nodes; captions and notes.
        node: behind a node's texts.
        line: the border of a node, a wire.
        glow: over `node`, as strong as the value is large.
        positive, negative, zero: lines and texts of parameters by sign.
        off, off_text: lines and texts of nodes and edges that carry nothing.
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


_COLORS = {  # light, dark, paper
    "page": ("#ffffff", "#0f1319", "#ffffff"),
    "ink": ("#18212d", "#e9edf3", "#000000"),
    "muted": ("#4e5867", "#9eaab9", "#3a3a3a"),
    "node": ("#f5f7fa", "#1a212c", "#ffffff"),
    "line": ("#2b3645", "#c3ccd8", "#000000"),
    "glow": ("#4f8df5", "#2f66c4", "#9a9a9a"),
    "positive": ("#1b5bc0", "#7cb0ff", "#000000"),
    "negative": ("#b5400c", "#ff9e5e", "#000000"),
    "zero": ("#4e5867", "#9eaab9", "#3a3a3a"),
    "off": ("#b9c1cb", "#4a5566", "#b0b0b0"),
    "off_text": ("#656f7c", "#98a3b2", "#6a6a6a"),
    "gradient": ("#6b3fa0", "#c9a4f5", "#3a3a3a"),
}
LIGHT, DARK, PAPER = (
    Theme(**dict(zip(_COLORS, colors, strict=True)))
    for colors in zip(*_COLORS.values(), strict=True)
)
THEMES: dict[ThemeName, Theme] = {"light": LIGHT, "dark": DARK, "auto": LIGHT, "paper": PAPER}


def edge_roles(edge: EdgeView) -> tuple[str, str]:
    """The colours of an edge's line and of its label."""
    return ("off", "off_text") if edge.off else (sign_role(edge.sign),) * 2


def sign_role(sign: int) -> str:
    """The colour of a parameter by its sign."""
    return {1: "positive", -1: "negative"}.get(sign, "zero")


def edge_width(edge: EdgeView, *, wire: bool) -> float:
    """The width of an edge; `wire` is True for that of a bias."""
    return WIRE if wire else 1.1 + 1.9 * edge.size


def border_width(node: NodeView) -> float:
    """The width of the border of a node."""
    return 2.4 if "output" in node.kind else 1.4


def glow_opacity(node: NodeView) -> float:
    """The opacity of the glow of a node."""
    return GLOW[0] + (GLOW[1] - GLOW[0]) * node.glow
