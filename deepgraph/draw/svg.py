"""Graphviz's SVG, made ours: turned labels on a background, fonts line by line, words for all.

Graphviz draws shapes, curves and arrows; it can neither turn a text nor give the lines of a node
different fonts. Every text is therefore set here, from the view, and its place from the layout.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

from deepgraph.draw.dot import edge_color, format_number
from deepgraph.draw.layout import SIZES, line_offsets
from deepgraph.draw.metrics import FAMILY, text_width
from deepgraph.draw.theme import LABEL_SIZE, THEMES, Theme

if TYPE_CHECKING:
    from deepgraph.draw.layout import Box, Layout, Text
    from deepgraph.draw.view import EdgeView, NodeView, View

_NAMESPACE = "{http://www.w3.org/2000/svg}"
_SHAPES = ("ellipse", "polygon", "path")
_BASELINE = 0.35
"""From the middle of a line of text to its baseline, in font sizes."""


def finish(graphviz_svg: str, view: View, layout: Layout, theme: Theme) -> str:
    """The picture as a self-contained SVG file.

    Args:
        graphviz_svg: what Graphviz drew of `dot.for_drawing`.
        view: what is shown.
        layout: where.
        theme: its colours.
    """
    drawn = ET.fromstring(graphviz_svg)
    groups = {group.get("id"): group for group in drawn.iter(f"{_NAMESPACE}g")}
    size = {"width": format_number(layout.width), "height": format_number(layout.height)}
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            **size,
            "viewBox": f"0 0 {size['width']} {size['height']}",
            "role": "img",
            "font-family": FAMILY,
            "text-anchor": "middle",
        },
    )
    ET.SubElement(root, "title").text = view.title
    ET.SubElement(root, "desc").text = view.description
    ET.SubElement(root, "rect", {**size, "fill": theme.page})
    canvas = ET.SubElement(root, "g", {"transform": f"translate(0 {size['height']})"})
    texts = ET.SubElement(root, "g")
    for edge, label in zip(view.edges, layout.labels, strict=True):
        group = ET.SubElement(canvas, "g", {"class": "edge"})
        ET.SubElement(group, "title").text = edge.tip
        _copy_shapes(groups[edge.key], group)
        if label is not None:
            _label(texts, edge, view.nodes[edge.source], label, theme)
    for node, box in zip(view.nodes, layout.boxes, strict=True):
        group = ET.SubElement(canvas, "g", {"class": f"node {node.kind}"})
        ET.SubElement(group, "title").text = node.tip
        _copy_shapes(groups[node.key], group)
        _lines(texts, node, box, theme)
    for text in layout.texts:
        _set(texts, text.text, text.x, text.y, text.size, theme.muted)
    return ET.tostring(root, encoding="unicode") + "\n"


def _copy_shapes(source: ET.Element, target: ET.Element) -> None:
    for element in source.iter():
        name = element.tag.removeprefix(_NAMESPACE)
        if name in _SHAPES:
            ET.SubElement(target, name, dict(element.items()))


def _label(parent: ET.Element, edge: EdgeView, source: NodeView, label: Text, theme: Theme) -> None:
    """A label along its edge, on a piece of page that hides the edges below."""
    group = ET.SubElement(parent, "g")
    if label.angle:
        x, y, angle = (format_number(n) for n in (label.x, label.y, label.angle))
        group.set("transform", f"rotate({angle} {x} {y})")
    if label.background:
        width, height = text_width(edge.text, LABEL_SIZE) + 4, LABEL_SIZE * 1.1
        ET.SubElement(
            group,
            "rect",
            {
                "x": format_number(label.x - width / 2),
                "y": format_number(label.y - height / 2),
                "width": format_number(width),
                "height": format_number(height),
                "fill": theme.page,
            },
        )
    _set(group, edge.text, label.x, label.y, LABEL_SIZE, edge_color(edge, source, theme)[1])


def _lines(parent: ET.Element, node: NodeView, box: Box, theme: Theme) -> None:
    ink = theme.off_text if node.off else theme.ink
    if node.kind == "bias":
        color = theme.negative if node.negative else theme.positive
        _set(parent, node.lines[0].text, box.x, box.y, LABEL_SIZE, color)
        return
    for line, offset in zip(node.lines, line_offsets(node), strict=True):
        color = theme.muted if line.role == "small" and not node.off else ink
        weight = "bold" if line.role == "value" else ""
        _set(parent, line.text, box.x, box.y + offset, SIZES[line.role], color, weight)


def _set(
    parent: ET.Element, text: str, x: float, y: float, size: float, color: str, weight: str = ""
) -> None:
    element = ET.SubElement(
        parent,
        "text",
        {
            "x": format_number(x),
            "y": format_number(y + size * _BASELINE),
            "font-size": format_number(size),
            "fill": color,
            **({"font-weight": weight} if weight else {}),
            "xml:space": "preserve",
        },
    )
    element.text = text


def theme_named(name: str) -> Theme:
    """The colours of a theme.

    Raises:
        KeyError: there is none of this name.
    """
    return THEMES[name]
