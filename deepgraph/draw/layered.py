"""The layered layout: columns by rank, nodes in the file's order, centred, straight edges.

Everything is computed along two axes: `main`, the way the signal flows, and `cross`, along a
column. `direction` turns them into x and y at the end. A column holds cells: a node, the bias that
feeds it alone before it, its group after it. An edge that skips columns leaves by a lane before or
behind everything in them. Spacing grows until every label has a place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from deepgraph.draw import labels
from deepgraph.draw.metrics import text_width
from deepgraph.draw.shapes import (
    Box,
    Layout,
    Text,
    border_point,
    label_room,
    node_boxes,
)
from deepgraph.draw.theme import CAPTION_SIZE, LABEL_SIZE, NOTE_SIZE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.draw.view import EdgeView, View

    Floats = NDArray[np.float64]
    Point = tuple[float, float]

Direction = Literal["right", "down"]
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)

MARGIN = 22.0
BIAS_GAP = 22.0
"""Between a bias and its node: room for an arrow."""
NOTE_GAP = 5.0
LANE = 20.0
"""Between two edges that skip a column side by side."""
SPREAD = 1.55
"""A column of few nodes may spread by this factor, so that short columns do not huddle."""
SPARSE = 9
"""So many labels between two columns stand beside their edges; more stand on them."""
ATTEMPTS = 12
LIFT = 10.3
"""From an edge to the middle of a label beside it."""
LONGEST_SKIPS = 4
"""With more edges that skip columns than this, `dot` finds better ways around."""


@dataclass(frozen=True)
class Spacing:
    """What grows from attempt to attempt."""

    main: float
    cross: float


def layered(view: View, direction: Direction) -> Layout:
    """Place a layered network.

    Args:
        view: what is shown.
        direction: where the signal flows to.
    """
    plan = _Plan(view, direction)
    spacing = Spacing(1.0, 1.0)
    best: tuple[int, Layout] | None = None
    for attempt in range(ATTEMPTS):
        layout, failed = plan.attempt(spacing)
        if best is None or failed < best[0]:
            best = failed, layout
        if not failed:
            break
        # The two axes take turns: first room along the edges, then between them.
        grow = 1.12 + 0.04 * attempt
        spacing = (
            replace(spacing, main=spacing.main * grow)
            if attempt % 2 == 0
            else replace(spacing, cross=spacing.cross * grow)
        )
    assert best is not None
    return best[1]


class _Plan:
    """What does not change from attempt to attempt."""

    def __init__(self, view: View, direction: Direction) -> None:
        self.down = direction == "down"
        if self.down:
            view = _notes_below(view)
        self.view = view
        self.boxes = node_boxes(view)
        self.column = [node.column for node in view.nodes]
        self.count = 1 + max(self.column)
        self.cells: list[list[int]] = [[] for _ in range(self.count)]
        for number, node in enumerate(view.nodes):
            if node.kind != "bias":
                self.cells[node.column].append(number)
        self.own, self.outer = self._biases()
        self.long = {number: lane for lane, number in enumerate(self._long_edges(), 1)}

    def _long_edges(self) -> list[int]:
        """The edges that skip columns."""
        return [
            number
            for number, edge in enumerate(self.view.edges)
            if self.column[edge.target] - self.column[edge.source] > 1
        ]

    def _biases(self) -> tuple[dict[int, list[int]], list[list[int]]]:
        """Biases that stand with the one node they feed; and the others by column."""
        fed: dict[int, list[EdgeView]] = {}
        for edge in self.view.edges:
            fed.setdefault(edge.source, []).append(edge)
        own: dict[int, list[int]] = {}
        outer: list[list[int]] = [[] for _ in range(self.count)]
        for number, node in enumerate(self.view.nodes):
            if node.kind != "bias":
                continue
            edges = fed.get(number, [])
            if len(edges) == 1 and not edges[0].text:
                own.setdefault(edges[0].target, []).append(number)
            else:
                column = min((self.column[edge.target] for edge in edges), default=1) - 1
                self.column[number] = max(column, 0)
                outer[self.column[number]].append(number)
        for target, biases in own.items():
            for bias in biases:
                self.column[bias] = self.column[target]
        return own, outer

    # --- sizes along the two axes --------------------------------------------------------

    def main_size(self, box: Box) -> float:
        """How far a box reaches along the flow."""
        return box.height if self.down else box.width

    def cross_size(self, box: Box) -> float:
        """How far it reaches along its column."""
        return box.width if self.down else box.height

    def before(self, number: int) -> float:
        """Room that the biases of a node take in its column."""
        biases = [self.boxes[bias] for bias in self.own.get(number, [])]
        if not biases:
            return 0.0
        if self.down:
            return max(box.width for box in biases) + BIAS_GAP
        return biases[0].height + BIAS_GAP

    def after(self, number: int) -> float:
        """Room that the group of a node takes in its column."""
        return NOTE_GAP + NOTE_SIZE * 1.3 if self.view.nodes[number].note else 0.0

    def thickness(self, column: int) -> float:
        """How far a column reaches along the flow: nodes, biases side by side, groups, caption."""
        nodes = self.cells[column]
        sizes = [self.main_size(self.boxes[node]) for node in nodes]
        for biases in [self.own.get(node, []) for node in nodes]:
            boxes = [self.boxes[bias] for bias in biases]
            sizes.append(sum(self.main_size(box) + 8 for box in boxes) - 8)
        if not self.down:
            sizes += [text_width(self.view.nodes[node].note, NOTE_SIZE) for node in nodes]
            if self.view.captions:
                sizes.append(text_width(self.view.captions[column], CAPTION_SIZE))
            sizes.append(sum(self.boxes[bias].width + 8 for bias in self.outer[column]) - 8)
        return max(sizes)

    def gap(self, column: int) -> float:
        """The free room before a column, at spacing 1."""
        crossing = [
            edge
            for edge in self.view.edges
            if edge.text and self.column[edge.source] < column <= self.column[edge.target]
        ]
        longest = max((text_width(edge.text, LABEL_SIZE) for edge in crossing), default=0.0)
        crowd = 1.0 if len(crossing) <= SPARSE else 1.0 + len(crossing) ** 0.5 / 5
        if self.down and len(crossing) <= SPARSE:
            crowd = 0.7  # an upright edge is crossed by no label of its neighbours
        # Wide fans of bare edges want some depth, too.
        tallest = max(map(len, self.cells)) if not crossing else 0
        return max(84.0, 22.0 * tallest, longest * crowd + 52.0)

    # --- one attempt ---------------------------------------------------------------------

    def attempt(self, spacing: Spacing) -> tuple[Layout, int]:
        """The layout at this spacing, and how many labels found no place."""
        main, cross = self._centres(spacing)
        boxes = [
            replace(box, x=x, y=y)
            for box, (x, y) in zip(self.boxes, map(self._point, main, cross), strict=True)
        ]
        curves = [
            self._detour(number, main, cross)
            if number in self.long
            else _straight(boxes[edge.source], boxes[edge.target])
            for number, edge in enumerate(self.view.edges)
        ]
        texts = self._texts(main, cross, boxes, curves)
        return self._finish(boxes, curves, texts)

    def _centres(self, spacing: Spacing) -> tuple[list[float], list[float]]:
        """Both coordinates of every node, biases included."""
        main, cross = [0.0] * len(self.boxes), [0.0] * len(self.boxes)
        labelled = any(edge.text for edge in self.view.edges)
        gap = (24.0 if labelled else 14.0) * spacing.cross
        pitches = [
            max(self.before(n) + self.cross_size(self.boxes[n]) + self.after(n) for n in nodes)
            + gap
            for nodes in self.cells
        ]
        extent = max(p * len(nodes) for p, nodes in zip(pitches, self.cells, strict=True))
        position = 0.0
        for column, nodes in enumerate(self.cells):
            thickness = self.thickness(column)
            if column:
                position += self.gap(column) * spacing.main
            middle = position + thickness / 2
            position += thickness
            pitch = min(max(pitches[column], extent / len(nodes)), pitches[column] * SPREAD)
            for place, node in enumerate(nodes):
                main[node] = middle
                cross[node] = (place - (len(nodes) - 1) / 2) * pitch
                self._place_biases(node, main, cross)
        self._place_outer(main, cross)
        return main, cross

    def _place_biases(self, node: int, main: list[float], cross: list[float]) -> None:
        """The biases of one node, side by side before it."""
        biases = self.own.get(node, [])
        edge = cross[node] - self.cross_size(self.boxes[node]) / 2 - BIAS_GAP
        whole = sum(self.main_size(self.boxes[bias]) + 8 for bias in biases) - 8
        start = main[node] - whole / 2
        for bias in biases:
            size = self.main_size(self.boxes[bias])
            main[bias] = start + size / 2
            cross[bias] = edge - self.cross_size(self.boxes[bias]) / 2
            start += size + 8

    def _place_outer(self, main: list[float], cross: list[float]) -> None:
        """Biases that several nodes share, in one row before everything else."""
        inner = [n for nodes in self.cells for n in nodes]
        edge = min(cross[n] - self.cross_size(self.boxes[n]) / 2 - self.before(n) for n in inner)
        for column, biases in enumerate(self.outer):
            if not biases:
                continue
            middle = main[self.cells[column][0]]
            sizes = [self.main_size(self.boxes[bias]) for bias in biases]
            start = middle - (sum(sizes) + 8 * (len(sizes) - 1)) / 2
            for bias, size in zip(biases, sizes, strict=True):
                main[bias] = start + size / 2
                cross[bias] = edge - 14.0 - self.cross_size(self.boxes[bias]) / 2
                start += size + 8

    # --- edges ---------------------------------------------------------------------------

    def _point(self, main: float, cross: float) -> Point:
        return (cross, main) if self.down else (main, cross)

    def _detour(self, number: int, main: list[float], cross: list[float]) -> list[Point]:
        """A curve in a lane before or behind all nodes of the columns that it skips."""
        edge = self.view.edges[number]
        skipped = range(self.column[edge.source] + 1, self.column[edge.target])
        inner = [n for column in skipped for n in self.cells[column]]
        boxes = self.boxes
        first = min(cross[n] - self.cross_size(boxes[n]) / 2 - self.before(n) for n in inner)
        last = max(cross[n] + self.cross_size(boxes[n]) / 2 + self.after(n) for n in inner)
        middle = (cross[edge.source] + cross[edge.target]) / 2
        room = LANE * self.long[number]
        beyond = first - room if middle - first <= last - middle else last + room
        stops = [(main[edge.source], cross[edge.source])]
        reach = [(main[self.cells[column][0]], self.thickness(column) / 2) for column in skipped]
        stops.append((reach[0][0] - reach[0][1], beyond))
        stops.append((reach[-1][0] + reach[-1][1], beyond))
        stops.append((main[edge.target], cross[edge.target]))
        return self._smooth(edge, stops)

    def _smooth(self, edge: EdgeView, stops: list[Point]) -> list[Point]:
        """A curve through points in (main, cross) that runs along the flow at inner points."""
        source, target = self.boxes[edge.source], self.boxes[edge.target]
        (m0, c0), (m1, c1), (m2, c2), (m3, c3) = stops
        # It leaves and enters at the side of the node that faces its lane.
        side0, side1 = (1 if c1 > c0 else -1), (1 if c2 > c3 else -1)
        reach0, reach1 = (0.8 if box.form == "circle" else 1.0 for box in (source, target))
        start = (
            m0 + self.main_size(source) / 2 * reach0,
            c0 + side0 * self.cross_size(source) / 2 * 0.6,
        )
        end = (
            m3 - self.main_size(target) / 2 * reach1,
            c3 + side1 * self.cross_size(target) / 2 * 0.6,
        )
        half0, half1 = (m1 - start[0]) / 2, (end[0] - m2) / 2
        points = [
            start,
            (start[0] + half0, start[1] + (c1 - start[1]) * 0.35),
            (m1 - half0, c1),
            (m1, c1),
            (m1 + (m2 - m1) / 3, c1),
            (m1 + (m2 - m1) * 2 / 3, c1),
            (m2, c2),
            (m2 + half1, c2),
            (end[0] - half1, end[1] + (c2 - end[1]) * 0.35),
            end,
        ]
        return [self._point(*point) for point in points]

    # --- texts and labels ----------------------------------------------------------------

    def _texts(
        self,
        main: list[float],
        cross: list[float],
        boxes: list[Box],
        curves: list[list[Point]],
    ) -> list[Text]:
        view = self.view
        texts = []
        for number, node in enumerate(view.nodes):
            if node.note:
                box = boxes[number]
                y = box.y + box.height / 2 + NOTE_GAP + NOTE_SIZE * 0.65
                texts.append(Text(node.note, box.x, y, NOTE_SIZE, role="note"))
        if not view.captions:
            return texts
        low = [n for nodes in self.cells for n in nodes]
        if self.down:
            edge = min(
                [cross[n] - self.cross_size(boxes[n]) / 2 - self.before(n) for n in low]
                + [boxes[b].x - boxes[b].width / 2 for bs in self.outer for b in bs]
                + [x for curve in curves for x, _ in curve]
            )
            for caption, nodes in zip(view.captions, self.cells, strict=True):
                x = edge - 18.0 - text_width(caption, CAPTION_SIZE) / 2
                texts.append(Text(caption, x, main[nodes[0]], CAPTION_SIZE))
            return texts
        edge = max(
            [cross[n] + self.cross_size(boxes[n]) / 2 + self.after(n) for n in low]
            + [y for curve in curves for _, y in curve]
        )
        for caption, nodes in zip(view.captions, self.cells, strict=True):
            texts.append(Text(caption, main[nodes[0]], edge + 16.0 + CAPTION_SIZE, CAPTION_SIZE))
        return texts

    def _finish(
        self, boxes: list[Box], curves: list[list[Point]], texts: list[Text]
    ) -> tuple[Layout, int]:
        """Place the labels, and move everything so that it starts at the margin."""
        view = self.view
        obstacles = [(b.x, b.y, b.width + 6, b.height + 6) for b in boxes]
        obstacles += [label_room(text) for text in texts]
        crowd: dict[int, int] = {}
        for edge in view.edges:
            column = self.column[edge.target]
            crowd[column] = crowd.get(column, 0) + bool(edge.text)
        wanted = [number for number, edge in enumerate(view.edges) if edge.text]
        requests = []
        for number in wanted:
            edge = view.edges[number]
            sparse = crowd[self.column[edge.target]] <= SPARSE
            _, _, width, height = label_room(Text(edge.text, 0, 0, LABEL_SIZE))
            preferred = 0.5 if sparse else 0.3
            requests.append(labels.Request(number, width, height, sparse, preferred))
        places: list[labels.Place] = []
        failed = 0
        if requests:
            lines = [polyline(curve) for curve in curves]
            rooms = labels.Rectangles.upright(obstacles)
            places, failed = labels.place(requests, lines, rooms, lift=LIFT)
        found: list[Text | None] = [None] * len(view.edges)
        for number, place in zip(wanted, places, strict=True):
            found[number] = Text(
                view.edges[number].text,
                place.x,
                place.y,
                LABEL_SIZE,
                place.angle,
                "label",
                place.covers,
            )
        return Layout.framed(boxes, curves, found, texts, view.footnotes, MARGIN), failed


def _notes_below(view: View) -> View:
    """Groups as footnotes: where the signal flows down, edges leave where a group would stand."""
    notes = tuple(node.note for node in view.nodes if node.note)
    nodes = tuple(replace(node, note="") for node in view.nodes)
    return replace(view, nodes=nodes, footnotes=(*notes, *view.footnotes))


def _straight(source: Box, target: Box) -> list[Point]:
    """The two ends of a straight line from border to border."""
    start = border_point(source, (target.x, target.y))
    return [start, border_point(target, (source.x, source.y))]


def polyline(curve: list[Point], pieces: int = 14) -> Floats:
    """Points along a Bézier curve of 1 + 3·n points; a straight line has only its ends."""
    points = np.array(curve, np.float64)
    if len(points) == 2:
        return points
    t = np.linspace(0, 1, pieces + 1)[:, None]
    parts = [points[:1]]
    for start in range(0, len(points) - 1, 3):
        a, b, c, d = points[start : start + 4]
        curve_points = (
            (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
        )
        parts.append(curve_points[1:])
    return np.concatenate(parts)
