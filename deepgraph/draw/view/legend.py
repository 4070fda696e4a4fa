"""The legend: what the colours and forms mean that occur in a picture, and nothing else.

What is pale, and what a grey line is, nobody guesses: a picture says it without being asked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from deepgraph.draw.view.colors import colors_by_name
from deepgraph.draw.view.density import MOST_LABELS
from deepgraph.draw.view.records import EdgeView, LegendItem, NodeView

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

ROLES = ("input", "hidden", "output")
MANY_LINES = 4
"""From so many lines on their widths are explained below a picture; those of fewer are read off
their numbers."""


def legend(
    nodes: Sequence[NodeView],
    edges: Sequence[EdgeView],
    options: Mapping[str, Any],
    *,
    gradients: bool,
) -> tuple[LegendItem, ...]:
    """The items of a legend.

    Args:
        nodes: what is shown.
        edges: between them.
        options: of the picture; they decide what a colour tells.
        gradients: True if they are shown.
    """
    found = _of_nodes(nodes, options)
    found += _of_edges(edges, nodes, options)
    found += _of_gradients(options) * gradients
    return tuple(found)


def unguessed(
    nodes: Sequence[NodeView],
    edges: Sequence[EdgeView],
    options: Mapping[str, Any],
    *,
    gradients: bool,
) -> tuple[LegendItem, ...]:
    """The items of the legend that stand below a picture by default; arguments as in `legend`.

    They are what no number in the picture says: what is pale, and what is grey. What a hollow head
    and a wide line mean, the numbers on the lines say; but where there are none, or where a line of
    other items stands below a picture, readers look for them there, too. Below hundreds of lines
    they do not stand by themselves, since nobody sees one head or one width among these.
    """
    inner = _between_nodes(nodes, edges)
    wires = _wires(inner) if any(edge.sign for edge in inner) else []
    zeros = _zeros(nodes, inner)
    silent = len(inner) <= MOST_LABELS and not any(edge.value for edge in inner)
    wanted = bool(wires or zeros) or silent
    signs = _signs(inner, options, (-1,)) if wanted else []
    many = len([edge for edge in inner if edge.size]) >= MANY_LINES
    widths = _widths(inner, options) if many and wanted else []
    return (*zeros, *signs, *wires, *widths, *_of_gradients(options) * gradients)


def _of_gradients(options: Mapping[str, Any]) -> list[LegendItem]:
    if options["deltas"]:
        return [LegendItem("∂, δ: derivative of the loss, in nodes by z")]
    return [LegendItem("∂: derivative of the loss")]


def _of_nodes(nodes: Sequence[NodeView], options: Mapping[str, Any]) -> list[LegendItem]:
    roles = {node.role for node in nodes}
    found = []
    if options["fill"] == "value" and options["theme"] == "paper":
        if any(node.glow for node in nodes):  # no colour tells a sign
            found.append(
                LegendItem("darker: larger value, of either sign", _node("hidden", glow=1))
            )
    elif options["fill"] == "value":
        for sign, words in ((1.0, "value above 0"), (-1.0, "value below 0")):
            if any((node.glow or 0) * sign > 0 for node in nodes):
                found.append(LegendItem(words, _node("hidden", glow=sign)))
    else:
        plain = {node.role for node in nodes if not node.color}
        found += [LegendItem(role, _node(role)) for role in ROLES if role in plain]
    found += _colors(nodes, options)
    if "bias" in roles or any(node.biases for node in nodes):
        found.append(LegendItem("bias", _node("bias")))
    return found


def _colors(nodes: Sequence[NodeView], options: Mapping[str, Any]) -> list[LegendItem]:
    """What has a colour by name: the names by which nodes that are shown were given theirs."""
    shown = {node.color_name for node in nodes}
    names: dict[str, list[str]] = {}
    for name, color in colors_by_name(options["colors"]).items():
        if name in shown:
            names.setdefault(color, []).append(name)
    return [
        LegendItem(", ".join(named), replace(_node("hidden"), color=color))
        for color, named in names.items()
    ]


def _node(kind: str, *, off: bool = False, glow: float | None = None) -> NodeView:
    return NodeView("", kind, 0, (), off=off, glow=glow)


def _of_edges(
    edges: Sequence[EdgeView], nodes: Sequence[NodeView], options: Mapping[str, Any]
) -> list[LegendItem]:
    inner = _between_nodes(nodes, edges)
    found = _signs(inner, options, (1, -1)) + _wires(inner) + _zeros(nodes, inner)
    return found + _widths(inner, options)


def _widths(inner: Sequence[EdgeView], options: Mapping[str, Any]) -> list[LegendItem]:
    """The width of a line says the size of its weight without its sign, so it is a magnitude."""
    if len({round(edge.size, 2) for edge in inner if edge.size}) < 2:
        return []
    sign = max(edge.sign for edge in inner if edge.size)
    what = "|w·a|" if options["weights"] == "contribution" else "|weight|"
    return [LegendItem(f"wider: larger {what}", edges=(_edge(sign, 0.0), _edge(sign, 1.0)))]


def _signs(
    inner: Sequence[EdgeView], options: Mapping[str, Any], signs: tuple[int, ...]
) -> list[LegendItem]:
    what = "contribution w·a" if options["weights"] == "contribution" else "weight"
    words = {1: f"positive {what}", -1: f"negative {what}"}
    there = {edge.sign for edge in inner if edge.size}
    return [LegendItem(words[sign], edges=(_edge(sign),)) for sign in signs if sign in there]


def _between_nodes(nodes: Sequence[NodeView], edges: Sequence[EdgeView]) -> Sequence[EdgeView]:
    """The edges but those of biases; there may be a hundred thousand."""
    biases = {number for number, node in enumerate(nodes) if node.role == "bias"}
    return [edge for edge in edges if edge.source not in biases] if biases else edges


def _wires(inner: Sequence[EdgeView]) -> list[LegendItem]:
    item = LegendItem("no weight: passed on as it is", edges=(_edge(0),))
    # The tooltip of a parameter is never empty, even where its number is left out.
    return [item] if any(edge.sign == 0 and not edge.tip for edge in inner) else []


def _zeros(nodes: Sequence[NodeView], inner: Sequence[EdgeView]) -> list[LegendItem]:
    """What is pale, nodes and edges in one item where the edges come from nodes that are off."""
    pale = [edge for edge in inner if edge.zero]
    signs = {edge.sign for edge in pale}
    # A pale blue line is not taken for the orange one of a negative weight.
    edges = (_edge(max(signs), zero=True),) if signs else ()
    carries = [LegendItem("carries 0", edges=edges)] if edges else []
    if not any(node.off for node in nodes):
        return carries
    if any(nodes[edge.source].off for edge in pale):
        return [LegendItem("off: passes on 0", _node("hidden", off=True), edges)]
    return [LegendItem("off: passes on 0", _node("hidden", off=True)), *carries]


def _edge(sign: int, size: float = 0.4, *, zero: bool = False) -> EdgeView:
    return EdgeView("", 0, 0, sign=sign, size=size, zero=zero)
