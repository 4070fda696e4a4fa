"""The palette of all formats: colours by role, and widths of lines.

The fill of a node tells its role, a bold border the outputs. Blue and orange tell the sign of a
weight, apart for colour-blind readers, too (Okabe and Ito 2008), and never alone: the head of an
arrow is filled for a positive weight and hollow for a negative one, and numbers have their signs.
What carries 0 is pale. Nodes and layers may be given one of `COLORS` instead of that of their role.
Every text has a contrast of at least 4.5:1 on its ground.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, get_args

from deepgraph.options.drawing import Color

if TYPE_CHECKING:
    from deepgraph.draw.view.records import BiasView, EdgeView, NodeView
    from deepgraph.options.drawing import ThemeName

GLOW = (0.03, 0.28)
"""Opacity of the fill of a node by its value: if that is nearly 0, and for the largest."""
BIAS_LINE = 1.1
"""Width of the border of a bias and of the line to its node."""
HEADS = 600
"""With more edges than this the heads of their arrows are one thicket, and none is drawn."""
THIN = 24
"""With more edges than this between two columns their lines are thinner."""


@dataclass(frozen=True)
class Theme:
    """The colours of one page, by role.

    Attributes:
        page: behind everything.
        ink, muted: texts of nodes; captions, notes, activations and z.
        input, input_line, node, line, output, output_line: fill and border of inputs, of hidden
            nodes, of outputs.
        off, off_line, off_text: of a node that is off, below the bend of its activation.
        bias, bias_line, bias_text: of a bias.
        positive, negative, wire: lines of edges by the sign of the weight; without one.
        positive_text, negative_text, wire_text: their labels.
        positive_pale, negative_pale, wire_pale: lines of edges that carry 0.
        positive_pale_text, negative_pale_text, wire_pale_text: their labels.
        gradient: texts of gradients.
        brace: the line of a group.
        amber, amber_line and so on: fill and border of nodes that are given this colour.
    """

    page: str
    ink: str
    muted: str
    input: str
    input_line: str
    node: str
    line: str
    output: str
    output_line: str
    off: str
    off_line: str
    off_text: str
    bias: str
    bias_line: str
    bias_text: str
    positive: str
    negative: str
    wire: str
    positive_text: str
    negative_text: str
    wire_text: str
    positive_pale: str
    negative_pale: str
    wire_pale: str
    positive_pale_text: str
    negative_pale_text: str
    wire_pale_text: str
    gradient: str
    brace: str
    amber: str
    amber_line: str
    grey: str
    grey_line: str
    rose: str
    rose_line: str
    teal: str
    teal_line: str
    violet: str
    violet_line: str

    def items(self, text: str) -> list[tuple[str, str]]:
        """Roles and their colours: those of every picture, and those that a text names."""
        names = (field.name for field in fields(self))
        wanted = [n for n in names if n not in _ON_DEMAND or f"-{n.removesuffix('_line')}" in text]
        return [(name, getattr(self, name)) for name in wanted]


_COLORS = {  # light, dark, paper
    "page": ("#ffffff", "#0f1319", "#ffffff"),
    "ink": ("#1b2430", "#e9edf3", "#000000"),
    "muted": ("#4b5563", "#a9b4c2", "#333333"),
    "input": ("#f7f0dc", "#2e2917", "#ffffff"),
    "input_line": ("#6b6040", "#c8b67c", "#000000"),
    "node": ("#e6edf8", "#1a2740", "#efefef"),
    "line": ("#33486b", "#8fadde", "#000000"),
    "output": ("#dff0e2", "#17301e", "#ffffff"),
    "output_line": ("#2c5c3a", "#77c48c", "#000000"),
    "off": ("#f4f7fc", "#131a26", "#ffffff"),
    "off_line": ("#99a4b5", "#4d5d78", "#a0a0a0"),
    "off_text": ("#646e7c", "#8a97a8", "#666666"),
    "bias": ("#f7f8fa", "#171c25", "#ffffff"),
    "bias_line": ("#8a94a3", "#687586", "#808080"),
    "bias_text": ("#2f3947", "#c4ccd7", "#222222"),
    "positive": ("#1c4a8f", "#7cb0ff", "#000000"),
    "negative": ("#d0641f", "#ff9e5e", "#000000"),
    "wire": ("#4b5563", "#9eaab9", "#444444"),
    "positive_text": ("#1c4a8f", "#8dbaff", "#000000"),
    "negative_text": ("#b24d12", "#ffa66b", "#000000"),
    "wire_text": ("#4b5563", "#a9b4c2", "#333333"),
    "positive_pale": ("#99aecd", "#3d5a87", "#a8a8a8"),
    "negative_pale": ("#e3a279", "#8a5834", "#a8a8a8"),
    "wire_pale": ("#b1b8c2", "#4c5665", "#b8b8b8"),
    "positive_pale_text": ("#4b6fa6", "#6f94cf", "#666666"),
    "negative_pale_text": ("#b2572a", "#c58357", "#666666"),
    "wire_pale_text": ("#667080", "#8a97a8", "#666666"),
    "gradient": ("#6b3fa0", "#c9a4f5", "#333333"),
    "brace": ("#8490a0", "#7b8899", "#777777"),
    # Paper has no colour but grey, by which five of them could not be told apart.
    "amber": ("#fdebc2", "#3a2c0b", "#ffffff"),
    "amber_line": ("#7d5a0b", "#e3b655", "#000000"),
    "grey": ("#e9ebee", "#262b33", "#ffffff"),
    "grey_line": ("#4d5561", "#a7b0bd", "#000000"),
    "rose": ("#fbe2e8", "#3b1a25", "#ffffff"),
    "rose_line": ("#93304f", "#f294ad", "#000000"),
    "teal": ("#d4eeec", "#10312f", "#ffffff"),
    "teal_line": ("#1c6663", "#67c7c3", "#000000"),
    "violet": ("#ece3f8", "#281d3f", "#ffffff"),
    "violet_line": ("#5d3f91", "#b99cf0", "#000000"),
}
LIGHT, DARK, PAPER = (
    Theme(**dict(zip(_COLORS, colors, strict=True)))
    for colors in zip(*_COLORS.values(), strict=True)
)
_SAME = {
    "blue": ("node", "line"),
    "green": ("output", "output_line"),
    "sand": ("input", "input_line"),
}
"""Colours that are those of a role."""
_ON_DEMAND = {f"{color}{part}" for color in {*get_args(Color)} - {*_SAME} for part in ("", "_line")}
"""Roles that are in a picture only where somebody asks for them."""
THEMES: dict[ThemeName, Theme] = {"light": LIGHT, "dark": DARK, "auto": LIGHT, "paper": PAPER}


MARKED = {"added": "teal", "removed": "rose"}
"""The colours of what came and of what went, in a picture that compares two networks.

They never say it alone: names have a + or a −, and lines are dashed.
"""
DASHES = "5 4"
"""The dashes of what went, as `stroke-dasharray` of SVG."""
EDGE_DASHES = {"removed": DASHES, "added": "12 3 2 3"}
"""Those of edges, which are told apart where there is no room for a + or a −, and in grey."""
_EDGE_ROLES = {
    (sign, zero): (f"{role}{pale}", f"{role}{pale}_text")
    for sign, role in ((1, "positive"), (-1, "negative"), (0, "wire"))
    for zero, pale in ((False, ""), (True, "_pale"))
}


def edge_roles(edge: EdgeView) -> tuple[str, str]:
    """The colours of an edge's line and of its label: by sign, pale if it carries 0."""
    if edge.mark in MARKED:
        return f"{MARKED[edge.mark]}_line", f"{MARKED[edge.mark]}_line"
    return _EDGE_ROLES[edge.sign, edge.zero]


def pill_line(bias: BiasView) -> tuple[str, float]:
    """The colour and the width of the border of a pill: those of an edge where it changed."""
    if bias.mark in MARKED:
        return f"{MARKED[bias.mark]}_line", BIAS_LINE
    if bias.mark == "changed":
        return _EDGE_ROLES[bias.sign, False][0], BIAS_LINE + 1.5 * bias.size
    return "bias_line", BIAS_LINE


def node_roles(node: NodeView) -> tuple[str, str]:
    """The colours of a node's fill and of its border."""
    if node.mark == "removed":
        return "page", "rose_line"
    if node.mark == "added":
        return "teal", "teal_line"
    if node.off:
        return "off", "off_line"
    if node.color:
        return _SAME.get(node.color, (node.color, f"{node.color}_line"))
    return {
        "input": ("input", "input_line"),
        "output": ("output", "output_line"),
        "bias": ("bias", "bias_line"),
    }.get(node.role, ("node", "line"))


def text_role(line_role: str, *, off: bool) -> str:
    """The colour of a line of a node."""
    if off:
        return "off_text"
    return {"small": "muted", "gradient": "gradient"}.get(line_role, "ink")


def edge_width(edge: EdgeView, *, wire: bool, many: bool = False) -> float:
    """The width of an edge; `wire` is True for that of a bias, `many` where edges are many."""
    if wire:
        return BIAS_LINE
    return 0.8 + 1.2 * edge.size if many else 1.5 + 1.5 * edge.size


def head_length(width: float, *, dense: bool) -> float:
    """The length of an arrow head, at a line of so many px of width."""
    return (3.5 if dense else 5.5) + 1.8 * width


def border_width(node: NodeView) -> float:
    """The width of the border of a node."""
    return {"output": 2.6, "bias": BIAS_LINE}.get(node.role, 1.6)


def glow_role(node: NodeView) -> str:
    """The colour that tells the sign of a value in the fill of a node."""
    return "positive" if (node.glow or 0.0) > 0 else "negative"


def glow_opacity(node: NodeView) -> float:
    """The opacity of that colour, by the size of the value."""
    return GLOW[0] + (GLOW[1] - GLOW[0]) * abs(node.glow) if node.glow else 0.0


def solid_fill(node: NodeView, theme: Theme) -> str:
    """The fill of a node as one colour, for formats that know no opacity.

    >>> from deepgraph.draw.view.records import NodeView
    >>> solid_fill(NodeView("n0", "input", 0, ()), LIGHT)
    '#f7f0dc'
    >>> solid_fill(NodeView("n0", "input", 0, (), glow=-1.0), LIGHT)
    '#f2d4c0'
    """
    if node.glow is None:
        return str(getattr(theme, node_roles(node)[0]))
    above, share = getattr(theme, glow_role(node)), glow_opacity(node)
    pairs = [(int(theme.page[i : i + 2], 16), int(above[i : i + 2], 16)) for i in (1, 3, 5)]
    mixed = [round(below + (over - below) * share) for below, over in pairs]
    return "#" + "".join(f"{channel:02x}" for channel in mixed)
