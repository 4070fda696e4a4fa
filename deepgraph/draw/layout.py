"""Where everything stands, in px, y downwards.

A layered network gets coordinates of our own: columns by rank, nodes in the file's order, centred,
straight edges, each label on its edge where it touches nothing. Any other is laid out once by
Graphviz `dot`. Positions depend on the structure and the weights' texts, never on live values.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from deepgraph.draw import dot, graphviz
from deepgraph.draw.geometry import Rectangle, stroke
from deepgraph.draw.metrics import text_width
from deepgraph.draw.theme import CAPTION_SIZE, LABEL_SIZE, NAME_SIZE, SMALL_SIZE, VALUE_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.draw.graphviz import Backend
    from deepgraph.draw.view import EdgeView, Line, NodeView, View

LINE = 1.28
"""Line height, in font sizes."""
SIZES: dict[str, float] = {"name": NAME_SIZE, "value": VALUE_SIZE, "small": SMALL_SIZE}
RESERVED = "−8.8888"
"""Room kept for a live value, so that most values do not move the picture."""
LARGEST_CIRCLE = 48.0
"""Radius; a node that needs more becomes a rounded box."""
SMALLEST_CIRCLE = 26.0
PILL_HEIGHT = 26.0
PILL_GAP = 24.0
"""Between a bias and the node that it feeds: room for an arrow."""
MARGIN = 24.0
SPARSE = 8
"""So many labels between two columns stand beside their edges; more stand on them."""
ATTEMPTS = 9
GROWTH = 1.18


@dataclass(frozen=True)
class Box:
    """A node: its centre, its size, its form (circle, box or pill)."""

    x: float
    y: float
    width: float
    height: float
    form: str

    @property
    def rectangle(self) -> Rectangle:
        """The room it takes."""
        return Rectangle(self.x, self.y, self.width / 2, self.height / 2)


@dataclass(frozen=True)
class Text:
    """A text by its centre, turned by `angle` degrees clockwise, on a piece of page if need be."""

    text: str
    x: float
    y: float
    size: float
    angle: float = 0.0
    role: str = "caption"
    background: bool = False


@dataclass(frozen=True)
class Layout:
    """Everything in its place.

    Attributes:
        width, height: of the picture.
        boxes: of each node of the view.
        paths: of each edge the points of its Bézier curve, 1 + 3·n of them, from the border of
            the source to the border of the target, the arrow's point last.
        labels: of each edge, `None` where it has none.
        texts: captions, groups and footnotes.
    """

    width: float
    height: float
    boxes: tuple[Box, ...]
    paths: tuple[tuple[tuple[float, float], ...], ...]
    labels: tuple[Text | None, ...]
    texts: tuple[Text, ...]


def layout(view: View, backend: Backend = "auto") -> Layout:
    """Place everything that a view shows.

    Raises:
        DrawingError: Graphviz, which is asked for irregular networks, refuses.
    """
    if not view.layered:
        return _irregular(view, backend)
    tight = None
    for attempt in range(ATTEMPTS):
        tight = _Columns(view, GROWTH**attempt)
        if tight.place_labels():
            break
    assert tight is not None
    return tight.layout()


# --- sizes -------------------------------------------------------------------------------


def box_size(lines: list[tuple[str, float]]) -> tuple[float, float]:
    """Width and height of some lines of text, given as text and font size."""
    width = max(
        (text_width(text, size, bold=size == VALUE_SIZE) for text, size in lines), default=0.0
    )
    return width, sum(size * LINE for _, size in lines)


def line_offsets(node: NodeView) -> list[float]:
    """The vertical centre of each line of a node, from the node's own centre."""
    heights = [SIZES[line.role] * LINE for line in node.lines]
    offsets, top = [], -sum(heights) / 2
    for height in heights:
        offsets.append(top + height / 2)
        top += height
    return offsets


def _footnote_width(view: View) -> float:
    """The width of a page that holds the footnotes."""
    widths = [text_width(note, SMALL_SIZE + 1) + 2 * MARGIN for note in view.footnotes]
    return max(widths, default=0.0)


def _radius(node: NodeView) -> float:
    """The smallest circle that holds a node's lines."""
    needed = SMALLEST_CIRCLE
    for line, offset in zip(node.lines, line_offsets(node), strict=True):
        size = SIZES[line.role]
        width = text_width(_reserved(line), size, bold=line.role == "value")
        needed = max(needed, math.hypot(width / 2, abs(offset) + size * 0.38) + 4)
    return needed


def _reserved(line: Line) -> str:
    """A line, or what most live values need in its place."""
    usual = {"value": RESERVED, "small": f"z {RESERVED}"}.get(line.role, "")
    live = line.role == "value" or line.text.startswith("z ")
    return usual if live and len(line.text) <= len(usual) else line.text


def _boxes(view: View) -> list[Box]:
    """The size of every node, not yet placed: circles alike, or boxes alike."""
    neurons = [node for node in view.nodes if node.kind != "bias"]
    radius = max(map(_radius, neurons))
    sizes = {}
    for column in {node.column for node in neurons}:
        mine = [node for node in neurons if node.column == column]
        lines = [[(_reserved(line), SIZES[line.role]) for line in node.lines] for node in mine]
        width = max(box_size(texts)[0] for texts in lines) + 24
        height = max(box_size(texts)[1] for texts in lines) + 12
        sizes[column] = (max(width, 2 * SMALLEST_CIRCLE), max(height, 2 * SMALLEST_CIRCLE - 12))
    boxes = []
    for node in view.nodes:
        if node.kind == "bias":
            width = text_width(node.lines[0].text, LABEL_SIZE) + 22
            boxes.append(Box(0, 0, width, PILL_HEIGHT, "pill"))
        elif radius <= LARGEST_CIRCLE:
            boxes.append(Box(0, 0, 2 * radius, 2 * radius, "circle"))
        else:
            boxes.append(Box(0, 0, *sizes[node.column], "box"))
    return boxes


# --- layered networks ----------------------------------------------------------------------


class _Columns:
    """One attempt at a layered picture, at a given spacing."""

    def __init__(self, view: View, scale: float) -> None:
        self.view = view
        self.boxes = _boxes(view)
        self.columns: list[list[int]] = [[] for _ in view.captions]
        for number, node in enumerate(view.nodes):
            if node.kind != "bias":
                self.columns[node.column].append(number)
        self.own_bias, self.shared_bias = self._biases()
        self.labels: list[Text | None] = [None] * len(view.edges)
        self._place(scale)

    def _biases(self) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
        """Biases of one node by that node; shared ones by the column before what they feed."""
        fed: dict[int, list[int]] = {}
        for edge in self.view.edges:
            if self.view.nodes[edge.source].kind == "bias":
                fed.setdefault(edge.source, []).append(edge.target)
        own: dict[int, list[int]] = {}
        shared: dict[int, list[int]] = {}
        for number, node in enumerate(self.view.nodes):
            if node.kind != "bias":
                continue
            targets = fed.get(number, [])
            weighted = any(e.text for e in self.view.edges if e.source == number)
            if len(targets) == 1 and not weighted:
                own.setdefault(targets[0], []).append(number)
            else:
                column = self.view.nodes[targets[0]].column - 1 if targets else 0
                shared.setdefault(max(column, 0), []).append(number)
        return own, shared

    def _place(self, scale: float) -> None:
        view, boxes = self.view, self.boxes
        above = PILL_HEIGHT + PILL_GAP if self.own_bias else 0.0
        below = 22.0 if any(node.note for node in view.nodes) else 0.0
        tallest = max(box.height for box in boxes)
        labelled = any(edge.text for edge in view.edges)
        pitch = tallest + above + below + (26.0 if labelled else 18.0) * scale
        rows = max(map(len, self.columns))
        top = MARGIN + (PILL_HEIGHT + PILL_GAP if self.shared_bias else 0.0)
        height = top + above + tallest + (rows - 1) * pitch + below
        middle = top + above + tallest / 2 + (rows - 1) * pitch / 2
        x = MARGIN
        self.centres: list[float] = []
        for number, column in enumerate(self.columns):
            width = self._column_width(number)
            if number:
                x += self._gap(number, scale)
            self.centres.append(x + width / 2)
            for position, node in enumerate(column):
                y = middle + (position - (len(column) - 1) / 2) * pitch
                boxes[node] = replace(boxes[node], x=x + width / 2, y=y)
            self._place_row(self.shared_bias.get(number, []), x + width / 2, MARGIN)
            x += width
        for node, biases in self.own_bias.items():
            box = boxes[node]
            self._place_row(biases, box.x, box.y - box.height / 2 - PILL_GAP - PILL_HEIGHT)
        self.width = x + MARGIN
        self.texts = self._texts(height + 6)
        lowest = max((text.y + text.size for text in self.texts), default=height)
        self.height = lowest + MARGIN - 6

    def _place_row(self, biases: list[int], middle: float, top: float) -> None:
        """Biases side by side."""
        x = middle - self._row_width(biases) / 2
        for bias in biases:
            width = self.boxes[bias].width
            self.boxes[bias] = replace(self.boxes[bias], x=x + width / 2, y=top + PILL_HEIGHT / 2)
            x += width + 8

    def _row_width(self, biases: list[int]) -> float:
        return sum(self.boxes[bias].width + 8 for bias in biases) - 8

    def _column_width(self, number: int) -> float:
        """The widest thing in a column: node, bias, group, caption."""
        view = self.view
        nodes = self.columns[number]
        widths = [self.boxes[node].width for node in nodes]
        widths += [text_width(view.nodes[node].note, SMALL_SIZE + 1) for node in nodes]
        widths.append(text_width(view.captions[number], CAPTION_SIZE))
        widths += [self._row_width(self.own_bias.get(node, [])) for node in nodes]
        widths.append(self._row_width(self.shared_bias.get(number, [])))
        return max(widths)

    def _gap(self, number: int, scale: float) -> float:
        """The free room before a column: its labels fit, and steep edges stay readable."""
        texts = [
            text_width(edge.text, LABEL_SIZE)
            for edge in self.view.edges
            if edge.text and self.view.nodes[edge.target].column == number
        ]
        longest = max(texts, default=0.0)
        crowd = 1.0 if len(texts) <= SPARSE else 2.2
        return max(90.0, longest * crowd + 56.0) * scale

    def _texts(self, top: float) -> list[Text]:
        view = self.view
        texts = []
        for number, node in enumerate(view.nodes):
            if node.note:
                box = self.boxes[number]
                y = box.y + box.height / 2 + 14
                texts.append(Text(node.note, box.x, y, SMALL_SIZE + 1, role="group"))
        y = top + CAPTION_SIZE
        for caption, x in zip(view.captions, self.centres, strict=True):
            texts.append(Text(caption, x, y, CAPTION_SIZE))
        self.width = max(self.width, _footnote_width(view))
        for note in view.footnotes:
            y += CAPTION_SIZE * 1.6
            texts.append(Text(note, self.width / 2, y, SMALL_SIZE + 1, role="group"))
        return texts

    # --- labels ----------------------------------------------------------------------------

    def place_labels(self) -> bool:
        """Find a place for every label; false if one has none where it touches nothing."""
        view = self.view
        lines = [self._line(edge) for edge in view.edges]
        taken = [box.rectangle for box in self.boxes]
        taken += [
            Rectangle(t.x, t.y, text_width(t.text, t.size) / 2, t.size * LINE / 2)
            for t in self.texts
        ]
        count: dict[int, int] = {}
        for edge in view.edges:
            column = view.nodes[edge.target].column
            count[column] = count.get(column, 0) + bool(edge.text)
        everywhere = True
        for number, edge in enumerate(view.edges):
            if not edge.text:
                continue
            sparse = count[view.nodes[edge.target].column] <= SPARSE
            foreign = [stroke(*line) for other, line in enumerate(lines) if other != number]
            found = None
            for strict in (True, False) if sparse else (False,):
                blocked = taken + foreign if strict else taken
                for candidate in _candidates(lines[number], edge.text, beside=strict):
                    room = _room(candidate)
                    if not any(room.touches(other) for other in blocked):
                        found = candidate
                        break
                if found:
                    break
            if found is None:
                everywhere = False
                found = next(_candidates(lines[number], edge.text, beside=False))
            self.labels[number] = found
            taken.append(_room(found))
        return everywhere

    def _line(self, edge: EdgeView) -> tuple[float, float, float, float]:
        """From border to border, straight."""
        source, target = self.boxes[edge.source], self.boxes[edge.target]
        x1, y1 = _border(source, target.x, target.y)
        x2, y2 = _border(target, source.x, source.y)
        return x1, y1, x2, y2

    def layout(self) -> Layout:
        """What was found."""
        paths = []
        for edge in self.view.edges:
            x1, y1, x2, y2 = self._line(edge)
            thirds = [(x1 + (x2 - x1) * t, y1 + (y2 - y1) * t) for t in (0.0, 1 / 3, 2 / 3, 1.0)]
            paths.append(tuple(thirds))
        return Layout(
            self.width,
            self.height,
            tuple(self.boxes),
            tuple(paths),
            tuple(self.labels),
            tuple(self.texts),
        )


def _candidates(
    line: tuple[float, float, float, float], text: str, *, beside: bool
) -> Iterator[Text]:
    """Places along a straight edge: from its middle if beside it, else from its source."""
    x1, y1, x2, y2 = line
    length = math.hypot(x2 - x1, y2 - y1) or 1.0
    angle = math.degrees(math.atan2(y2 - y1, x2 - x1))
    half = text_width(text, LABEL_SIZE) / 2 + 3
    first, last = half + 4, length - half - 14
    steps = max(1, int((last - first) / 6))
    along = [first + (last - first) * step / steps for step in range(steps + 1)]
    if last < first:
        along = [length / 2]
    if beside:
        along.sort(key=lambda place: abs(place - (first + last) / 2))
    turned = angle if -90 <= angle <= 90 else angle + 180
    lift = LABEL_SIZE * 0.5 + 5.0 if beside else 0.0
    for place in along:
        for side in (1, -1) if beside else (0,):
            x = x1 + (x2 - x1) * place / length + side * lift * (y2 - y1) / length
            y = y1 + (y2 - y1) * place / length - side * lift * (x2 - x1) / length
            yield Text(text, x, y, LABEL_SIZE, turned, "label", background=not beside)


def _room(label: Text) -> Rectangle:
    half = text_width(label.text, label.size) / 2 + 3
    return Rectangle(label.x, label.y, half, label.size * 0.62, math.radians(label.angle))


def _border(box: Box, x: float, y: float) -> tuple[float, float]:
    """Where the line from a box's centre to a point leaves it."""
    dx, dy = x - box.x, y - box.y
    if box.form == "circle":
        share = box.width / 2 / (math.hypot(dx, dy) or 1.0)
    else:
        share = min(
            box.width / 2 / abs(dx) if dx else math.inf,
            box.height / 2 / abs(dy) if dy else math.inf,
        )
    return box.x + dx * share, box.y + dy * share


# --- irregular networks ----------------------------------------------------------------------


def _irregular(view: View, backend: Backend) -> Layout:
    """Graphviz `dot` finds ranks, positions and curves; sizes are ours."""
    boxes = _boxes(view)
    text = dot.for_dot(view, [(box.width, box.height, box.form) for box in boxes])
    found = json.loads(graphviz.run(text, engine="dot", format="json", backend=backend))
    height = float(found["bb"].split(",")[3])
    objects = [item for item in found.get("objects", []) if "pos" in item]  # ranks have none
    places = {item["name"]: _point(item["pos"], height) for item in objects}
    placed = [
        replace(box, x=places[node.key][0] + MARGIN, y=places[node.key][1] + MARGIN)
        for node, box in zip(view.nodes, boxes, strict=True)
    ]
    by_key = {item["id"]: item for item in found.get("edges", []) if "id" in item}
    paths, labels = [], []
    for edge in view.edges:
        item = by_key[edge.key]
        paths.append(tuple((x + MARGIN, y + MARGIN) for x, y in _curve(item["pos"], height)))
        place = _point(item["lp"], height) if edge.text else None
        labels.append(
            Text(edge.text, place[0] + MARGIN, place[1] + MARGIN, LABEL_SIZE, role="label")
            if place
            else None
        )
    width = float(found["bb"].split(",")[2]) + 2 * MARGIN
    texts, y = [], height + 2 * MARGIN - 6
    for number, node in enumerate(view.nodes):
        if node.note:
            box = placed[number]
            texts.append(
                Text(node.note, box.x, box.y + box.height / 2 + 14, SMALL_SIZE + 1, role="group")
            )
    width = max(width, _footnote_width(view))
    for note in view.footnotes:
        y += CAPTION_SIZE * 1.6
        texts.append(Text(note, width / 2, y - CAPTION_SIZE, SMALL_SIZE + 1, role="group"))
    return Layout(width, y + 6, tuple(placed), tuple(paths), tuple(labels), tuple(texts))


def _point(text: str, height: float) -> tuple[float, float]:
    x, y = text.split(",")
    return float(x), height - float(y)


def _curve(text: str, height: float) -> list[tuple[float, float]]:
    """The points of `e,x,y x,y x,y …`, the arrow's point last."""
    ends, *points = text.split()
    curve = [_point(point, height) for point in points]
    return [*curve, _point(ends.removeprefix("e,"), height)]
