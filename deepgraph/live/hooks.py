"""What a script needs to follow values in a picture, and the room that a layout keeps for numbers.

A layout with the longest usual numbers is made first; the numbers of now then stand in it.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.draw.layout.node_sizes import set_lines, sizes_of, tie
from deepgraph.draw.layout.routes import LEAVES, SHORT
from deepgraph.draw.layout.typography import set_width, text_width
from deepgraph.draw.output.palette import HEADS, node_roles
from deepgraph.draw.view.records import joined
from deepgraph.functions.piecewise import Pieces
from deepgraph.graph.exact import exact_pieces, written_fractions
from deepgraph.graph.kinds import HIDDEN
from deepgraph.graph.shape import columns
from deepgraph.live.program import delta
from deepgraph.words.numbers import short

if TYPE_CHECKING:
    from deepgraph.draw.layout.node_sizes import SetLine
    from deepgraph.draw.layout.records import Box, Layout, Part, Text
    from deepgraph.draw.layout.typography import Sizes
    from deepgraph.draw.output.drawing import Drawing
    from deepgraph.draw.view.records import BiasView, EdgeView, Line, NodeView, View
    from deepgraph.network import Network

ROOM = "−0.888"
"""The number for which a label keeps room at least."""
SIGNS = "0123456789.−+e∞NaN?/ []"
"""The characters of live texts, whose widths the script knows."""
NEAR = 0.02
"""px by which nobody sees that a line lies elsewhere."""
NEAR_THIRD = 0.06
"""px by which the inner points of a straight piece may lie beside its thirds, with one decimal."""
LEAST_FONT = 7.5
"""px of the smallest text, indices apart; in a place that is too narrow the picture scrolls."""


def roomy(view: View) -> View:
    """The view with longer numbers, by which room is made for those to come."""
    return replace(
        view,
        nodes=tuple(
            replace(node, biases=tuple(replace(b, value=_long(b)) for b in node.biases))
            for node in view.nodes
        ),
        edges=tuple(edge._replace(value=_long(edge)) for edge in view.edges),
    )


def _long(item: EdgeView | BiasView) -> str:
    """The value of an edge or a bias as a text that is long enough; empty if it shows none."""
    return max(item.value, ROOM, key=lambda text: text_width(text, 10)) if item.value else ""


def hooks(network: Network, drawing: Drawing) -> dict[str, Any]:
    """What a script needs to follow values.

    Returns:
        width, height: of the picture, px.
        dense, bare: of the picture: small circles; arrows without heads.
        options: those that decide how numbers are shown.
        sizes: font sizes by role.
        nodes: for each node that is drawn: number, box, the live lines with their places.
        edges: δ the number of each edge that is drawn.
        curves: by edge number the x and y of the points of its curve in turn, in tenths of a px and
            each minus the one before, of all edges but straight ones between the middles of two
            circles; see `folded`.
        labels: of each edge that is drawn {x, y, angle, size, room, before, value, above, high,
            cut} or `None`: its place and font size, the px of its text at its longest and of what
            stands before the value, 1 if it has a value, the page above its middle and in all in
            font sizes, how many characters the value has; empty if no edge has one.
        pills: for each bias at its node: number of its edge, place, label, and the two ends of the
            line to its node, from the middle of its place.
        columns: (nodes,) of the network, if numbers of a column have one number of decimals.
    """
    view, layout, options = drawing.view, drawing.layout, drawing.options
    sizes = sizes_of(view)
    even = view.dense and view.layered
    pills = [
        _pill(bias, part, box, sizes.pill)
        for node, box in zip(view.nodes, layout.boxes, strict=True)
        for bias, part in zip(node.biases, box.pills, strict=True)
    ]
    labels = [
        label and _label(edge, label) for edge, label in zip(view.edges, layout.labels, strict=True)
    ]
    shown = ("weights", "precision", "fill", "scale_width", "deltas")
    written = written_fractions(network) if options["fractions"] else {}
    return {
        "width": round(layout.width, 2),
        "height": round(layout.height, 2),
        "dense": view.dense,
        "bare": len(view.edges) > HEADS,
        "options": {name: options[name] for name in shown},
        "sizes": {name: round(size, 2) for name, size in sizes._asdict().items()},
        "nodes": [
            _node(network, node, box, drawing)
            for node, box in zip(view.nodes, layout.boxes, strict=True)
        ],
        "edges": delta(np.array([int(edge.key[1:]) for edge in view.edges], np.int64)),
        "curves": _curves(view, layout),
        "labels": labels if any(labels) else [],
        "pills": pills,
        "columns": columns(network).tolist() if even else None,
        "written": {str(number): text for number, text in written.items()},
        "least": _least(drawing),
        "title": view.title,
    }


def _node(network: Network, node: NodeView, box: Box, drawing: Drawing) -> dict[str, Any]:
    """A node: its place, and for each line that is live how it is set."""
    sizes = sizes_of(drawing.view)
    number = network.index.get(node.id, -1)
    places = set_lines(node, box, sizes) if node.role not in ("bias", "more") else []
    lines = []
    for at, (line, _, y, _, _) in enumerate(places):
        if said := _said(line, at, node, network):
            size = getattr(sizes, line.role)
            lines.append({"line": at, "is": said, **_set(line, size, y, box)})
    found: dict[str, Any] = {
        "number": number,
        "role": node.role,
        "box": _rounded(box.x, box.y, box.width, box.height),
        "form": box.form,
        "roles": [place.line.role for place in places],
        "lines": lines,
    }
    if node.color:
        found["paint"] = node_roles(replace(node, off=False))
    if places:
        found["derivative"] = _derivative(places, box, sizes, dense=drawing.view.dense)
    if node.role == "bias":
        text = node.lines[0].text
        value = _value_end(text)
        found["cut"], found["name"] = len(value), round(set_width(text, sizes.pill), 2)
    if node.role == "hidden" and (zeros := _zeros(network, number)):
        found["zeros"] = zeros
    return found


def _said(line: Line, at: int, node: NodeView, network: Network) -> str:
    """What a line of a node says, if that depends on values: value, class, z or slope."""
    if line.live:
        return "value" if line.role == "value" else "z"
    number = network.index.get(node.id, -1)
    classes = network.classes
    lone = number in network.outputs and len(network.outputs) == 1
    follows = at > 0 and node.lines[at - 1].role == "value" and lone
    return "class" if classes is not None and classes.given and follows else ""


def _set(line: Line, size: float, y: float, box: Box) -> dict[str, Any]:
    """How a line is fitted: its room, and the width of what stands before its number."""
    bold = line.role == "value"
    room = _chord(box, y, size)
    if room is None:
        room = set_width(line.reserve or line.text, size, bold=bold)
    number = _value_end(line.text)
    before = set_width(line.text, size, bold=bold) - text_width(number, size, bold=bold)
    return {
        "before": round(before, 2),
        "y": round(y, 2),
        "room": round(room, 2),
        "cut": len(number),
    }


def _chord(box: Box, y: float, size: float) -> float | None:
    """The room for a line in a circle; `None` in a box, which is as wide as its lines."""
    if box.form != "circle":
        return None
    offset = abs(y - box.y) + size * 0.36
    return max(2 * (math.sqrt(max((box.width / 2) ** 2 - offset**2, 0.0)) - 0.5), 1.0)


def _derivative(places: list[SetLine], box: Box, sizes: Sizes, *, dense: bool) -> dict[str, float]:
    """The place of a derivative: of the small lines; if dense of the value; else below all."""
    inside = [place for place in places if place.anchor == "middle"]
    small = [place for place in inside if place.line.role == "small"]
    last, size = inside[-1], sizes.gradient
    if dense:
        y, size = next(p.y for p in inside if p.line.role == "value"), sizes.value
    elif small:
        y = small[0].y
    else:
        y = last.y + last.size * 0.58 + size * 0.54
    room = _chord(box, y, size) or box.width - 8.0
    return {"size": round(size, 2), "y": round(y, 2), "room": round(room, 2)}


def _value_end(text: str) -> str:
    """The number at the end of a text, as figures write it; empty if there is none."""
    found = re.search(r"(?:^|(?<=[ ]))(?:−?[0-9.]+(?:e−?[0-9]+)?|−?∞|NaN|\?|[−0-9]+/[0-9]+)$", text)
    return found[0] if found else ""


def _label(edge: EdgeView, label: Text) -> dict[str, Any]:
    text = _label_text(edge, label.size)
    _, top, _, height = label.ground
    place = zip(
        ("x", "y", "angle", "size"),
        _rounded(label.x, label.y, label.angle, label.size),
        strict=True,
    )
    return {
        **dict(place),
        **{key: text[key] for key in ("room", "before")},
        "value": int(text["value"]),
        "above": round((label.y - top) / label.size, 3),
        "high": round(height / label.size, 3),
        "cut": text["cut"],
    }


def _curves(view: View, layout: Layout) -> dict[str, list[int | None]]:
    """By edge number the curves that the script does not find by itself."""
    found: dict[str, list[int | None]] = {}
    for edge, curve in zip(view.edges, layout.curves, strict=True):
        numbers = [number for point in curve for number in point]
        source, target = layout.boxes[edge.source], layout.boxes[edge.target]
        found_by_itself = straight(source, target)
        if len(numbers) != len(found_by_itself) or not np.allclose(
            numbers, found_by_itself, rtol=0.0, atol=NEAR
        ):
            found[edge.key[1:]] = steps(folded([round(number, 1) for number in numbers]))
    return found


def folded(curve: list[float]) -> list[float | None]:
    """A curve whose straight pieces have `None` in the place of the points at their thirds.

    >>> folded([0.0, 0.0, 1.0, 2.0, 2.0, 4.0, 3.0, 6.0])
    [0.0, 0.0, None, 3.0, 6.0]
    """
    if len(curve) <= 4:  # two ends
        return [*curve]
    found: list[float | None] = [*curve[:2]]
    for at in range(0, len(curve) - 2, 6):
        start, *middle, end = np.reshape(curve[at : at + 8], (4, 2))
        thirds = [(2 * start + end) / 3, (start + 2 * end) / 3]
        is_straight = np.allclose(middle, thirds, rtol=0.0, atol=NEAR_THIRD)
        found += [None] if is_straight else [float(n) for point in middle for n in point]
        found += curve[at + 6 : at + 8]
    return found


def steps(curve: list[float | None]) -> list[int | None]:
    """The x and y of a folded curve in tenths of a px, each minus the x or y before it.

    >>> steps([0.5, 1.0, None, 3.0, 1.0])
    [5, 10, None, 25, 0]
    """
    found: list[int | None] = []
    before = [0, 0]
    for number in curve:
        if number is None:
            found.append(None)
            continue
        tenths = round(number * 10)
        found.append(tenths - before[0])
        before = [before[1], tenths]
    return found


def straight(source: Box, target: Box) -> list[float]:
    """x and y of the ends of a line between the middles of two circles, with room before both."""
    x, y, wide, to_x, to_y, to_wide = _rounded(
        source.x, source.y, source.width, target.x, target.y, target.width
    )
    if {source.form, target.form} != {"circle"}:
        return []
    dx, dy = to_x - x, to_y - y
    length = math.hypot(dx, dy) or 1.0
    back, ahead = (wide / 2 + LEAVES) / length, (to_wide / 2 + SHORT) / length
    return [x + dx * back, y + dy * back, to_x - dx * ahead, to_y - dy * ahead]


def _label_text(item: EdgeView | BiasView, size: float) -> dict[str, Any]:
    """The widths of a label: of what stands before its value, of the whole at its longest."""
    whole, live = set_width(item.label, size), text_width(item.value, size)
    long = joined(item.name, _long(item), item.gradient)
    return {
        "before": round(whole - live, 2),
        "cut": len(item.value),
        "room": round(set_width(long, size), 2),
        "value": bool(item.value),
    }


def _pill(bias: BiasView, part: Part, box: Box, size: float) -> dict[str, Any]:
    x, y = box.x + part.dx, box.y + part.dy
    (from_x, from_y), (to_x, to_y) = tie(box, part)
    return {
        "number": int(bias.key[1:]),
        "box": _rounded(x, y, part.width, part.height),
        "tie": _rounded(from_x - x, from_y - y, to_x - x, to_y - y),
        **_label_text(bias, size),
    }


def _least(drawing: Drawing) -> float:
    """The width in px from which on all texts can be read."""
    sizes, layout = sizes_of(drawing.view), drawing.layout
    fonts = [label.size for label in layout.labels if label is not None]
    fonts += [text.size for text in layout.texts]
    for node, box in zip(drawing.view.nodes, layout.boxes, strict=True):
        if node.role not in ("bias", "more"):
            fonts += [place.size for place in set_lines(node, box, sizes)]
    return round(layout.width * LEAST_FONT / min(fonts))


def _zeros(network: Network, node: int) -> list[list[float | None]]:
    """The stretches of z on which a hidden node is off: its activation is flat at 0."""
    pieces = exact_pieces(network.activation(node)) if network.kind[node] == HIDDEN else None
    if not isinstance(pieces, Pieces):
        return []
    ends = [None, *map(float, pieces.breaks), None]
    return [
        [low, high]
        for low, high, line in zip(ends, ends[1:], pieces.lines, strict=False)
        if not any(line)
    ]


def _rounded(*numbers: float) -> list[float]:
    return [float(short(number)) for number in numbers]


def widths() -> dict[str, list[float]]:
    """The widths of `SIGNS` in thousandths of a font size, in regular and in bold type."""
    return {
        name: [round(text_width(sign, 1000, bold=bold)) for sign in SIGNS]
        for name, bold in (("regular", False), ("bold", True))
    }
