"""The layout in columns: by rank, nodes in the file's order, centred, straight edges.

A network that columns cannot show is placed by `irregular`.

Everything is computed along two axes: `main` along the flow of the signal, and `cross` along a
column. `direction` turns them into x and y at the end. A column holds cells: a node, before it the
biases that feed it alone, after it its group. An edge that skips columns runs in a lane before or
behind everything in them. Spacing grows until every label has a place.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from deepgraph.draw.layout.labels import place_labels
from deepgraph.draw.layout.node_sizes import node_boxes
from deepgraph.draw.layout.records import Box, Layout, Text
from deepgraph.draw.layout.routes import around, blocked, border_point, straight
from deepgraph.draw.layout.typography import CAPTION_SIZE, LABEL_SIZE, NOTE_SIZE, text_width

if TYPE_CHECKING:
    from deepgraph.draw.layout.geometry import Point
    from deepgraph.draw.view.records import EdgeView, View
    from deepgraph.options.drawing import Direction
    from deepgraph.options.shared import Backend

BIAS_GAP = 22.0
"""Between a bias and its node: room for an arrow."""
NOTE_GAP = 5.0
WIDEST_NOTE = 170.0
"""If a group is wider, all of them stand below the picture."""
LANE = 24.0
"""Between two edges that skip a column side by side."""
SPREAD = 1.55
"""A column of few nodes may spread by this factor, so that short columns do not huddle."""
SPARSE = 9
"""Up to so many labels between two columns stand beside their edges; more stand on them."""
ATTEMPTS = 12


def place(view: View, direction: Direction = "right", graphviz: Backend = "auto") -> Layout:
    """Find a place for everything that a view shows.

    Raises:
        DrawingError: an irregular network is too large for Graphviz, or there is none.
    """
    placed = _in_columns(view, direction) if view.layered else None
    if placed is not None:
        return placed
    from deepgraph.draw.layout import irregular  # only such networks need Graphviz

    return irregular.place(view, direction, graphviz)


def _in_columns(view: View, direction: Direction) -> Layout | None:
    """Place a layered network; `None` if edges that skip columns find no way through."""
    view = view.without_empty_columns()
    notes = [text_width(node.note, NOTE_SIZE) for node in view.nodes if node.note]
    if notes:
        if direction == "right" and max(notes) <= WIDEST_NOTE:
            layout, failed = _grown(_Plan(view, direction), ATTEMPTS // 3)
            if not failed:
                return layout
        view = view.with_notes_below()
    plan = _Plan(view, direction)
    layout, failed = _grown(plan, ATTEMPTS)
    return None if failed and plan.long else layout


def _grown(plan: _Plan, attempts: int) -> tuple[Layout, int]:
    """The first layout in which all fits, or else the best; and how much does not fit in it.

    The two axes take turns in growing: first along the flow, then along the columns. If an edge
    runs into a node, it is too steep, and more room along the columns would not help.
    """
    best: tuple[int, Layout] | None = None
    cross_turn = False
    for attempt in range(attempts):
        layout, crowded, stuck = plan.attempt()
        failed = len(crowded) + len(stuck)
        if best is None or failed < best[0]:
            best = failed, layout
        if not failed:
            break
        grow = 1.12 + 0.04 * attempt + 0.8 * len(crowded) / max(len(plan.view.edges), 1)
        if cross_turn and not stuck:
            plan.cross *= grow
        else:
            for column in plan.spanned([*crowded, *stuck]):
                plan.main[column] *= grow
        cross_turn = not cross_turn and not stuck
    assert best is not None
    return best[1], best[0]


class _Plan:
    """A view to be placed, and the room that it is given, which grows from attempt to attempt.

    Attributes:
        column: the column of each node; a bias stands in that of its node or before a gap.
        cells: the nodes of each column but biases.
        own: the biases that feed one node alone, by that node.
        outer: all other biases, by the column behind which their edges begin.
        main: for each column, a factor for the gap before it.
        cross: a factor for the gaps within columns.
        long: the edges that skip columns.
        lanes: the cross coordinate at which each of them passes the columns that it skips.
    """

    def __init__(self, view: View, direction: Direction) -> None:
        self.down = direction == "down"
        self.view = view
        self.boxes = node_boxes(view)
        self.column = [node.column for node in view.nodes]
        self.count = 1 + max(self.column)
        self.cells: list[list[int]] = [[] for _ in range(self.count)]
        for number, node in enumerate(view.nodes):
            if node.kind != "bias":
                self.cells[node.column].append(number)
        self.own, self.outer = self._biases()
        self.main = [1.0] * self.count
        self.cross = 1.0
        self.long = self._long_edges()
        self.lanes: dict[int, float] = {}

    def _long_edges(self) -> list[int]:
        """The edges that skip columns, the shorter ones first: they take the inner lanes."""
        spans = [self.column[e.target] - self.column[e.source] for e in self.view.edges]
        return sorted((n for n, span in enumerate(spans) if span > 1), key=spans.__getitem__)

    def _biases(self) -> tuple[dict[int, list[int]], list[list[int]]]:
        """Biases that stand with the one node that they feed; and the others by column."""
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
        """The extent of a box along the flow."""
        return box.height if self.down else box.width

    def cross_size(self, box: Box) -> float:
        """The extent of a box along its column."""
        return box.width if self.down else box.height

    def before(self, number: int) -> float:
        """The room that the biases of a node take in its column."""
        biases = [self.boxes[bias] for bias in self.own.get(number, [])]
        if not biases:
            return 0.0
        if self.down:
            return max(box.width for box in biases) + BIAS_GAP
        return biases[0].height + BIAS_GAP

    def after(self, number: int) -> float:
        """The room that the group of a node takes in its column."""
        return NOTE_GAP + NOTE_SIZE * 1.3 if self.view.nodes[number].note else 0.0

    def thickness(self, column: int) -> float:
        """The extent of a column along the flow: nodes, biases side by side, groups, caption."""
        nodes = self.cells[column]
        sizes = [self.main_size(self.boxes[node]) for node in nodes]
        for biases in [self.own.get(node, []) for node in nodes]:
            boxes = [self.boxes[bias] for bias in biases]
            sizes.append(sum(self.main_size(box) + 8 for box in boxes) - 8)
        if not self.down:
            sizes += [text_width(self.view.nodes[node].note, NOTE_SIZE) for node in nodes]
            if self.view.captions:
                sizes.append(text_width(self.view.captions[column], CAPTION_SIZE))
        return max(sizes)

    def gap(self, column: int) -> float:
        """The free room before a column, before it grows."""
        crossing = [
            edge
            for edge in self.view.edges
            if edge.text and self.column[edge.source] < column <= self.column[edge.target]
        ]
        longest = max((text_width(edge.text, LABEL_SIZE) for edge in crossing), default=0.0)
        crowd = 1.0 if len(crossing) <= SPARSE else 1.0 + len(crossing) ** 0.5 / 5
        if self.down and len(crossing) <= SPARSE:
            crowd = 0.7  # no label of its neighbours crosses an upright edge
        # Wide fans of bare edges want some depth, too.
        tallest = max(map(len, self.cells)) if not crossing else 0
        return max(84.0, 22.0 * tallest, longest * crowd + 52.0)

    # --- one attempt ---------------------------------------------------------------------

    def spanned(self, edges: list[int]) -> set[int]:
        """The columns whose gaps some edges cross."""
        found = [self.view.edges[number] for number in edges]
        ranges = [range(self.column[e.source] + 1, self.column[e.target] + 1) for e in found]
        return {column for columns in ranges for column in columns}

    def attempt(self) -> tuple[Layout, list[int], list[int]]:
        """A layout, the edges whose labels have no place, and those that run into something."""
        main, cross = self._centres()
        points = map(self._point, main, cross)
        boxes = [replace(b, x=x, y=y) for b, (x, y) in zip(self.boxes, points, strict=True)]
        curves = [
            self._detour(n, main, cross) if n in self.long else self._straight(edge, boxes)
            for n, edge in enumerate(self.view.edges)
        ]
        texts = self._texts(main, cross, boxes, curves)
        crowd = [0] * self.count
        for edge in self.view.edges:
            crowd[self.column[edge.target]] += bool(edge.text)
        beside = [crowd[self.column[edge.target]] <= SPARSE for edge in self.view.edges]
        found, crowded = place_labels(self.view, boxes, curves, texts, beside)
        layout = Layout.framed(boxes, curves, found, texts, self.view.footnotes)
        return layout, crowded, blocked(self.view, boxes, curves, texts)

    def _centres(self) -> tuple[list[float], list[float]]:
        """Both coordinates of every node, biases included."""
        main, cross = [0.0] * len(self.boxes), [0.0] * len(self.boxes)
        labelled = any(edge.text for edge in self.view.edges)
        gap = (24.0 if labelled else 14.0) * self.cross
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
                position += self.gap(column) * self.main[column]
            middle = position + thickness / 2
            position += thickness
            pitch = min(max(pitches[column], extent / len(nodes)), pitches[column] * SPREAD)
            for order, node in enumerate(nodes):
                main[node] = middle
                cross[node] = (order - (len(nodes) - 1) / 2) * pitch
                self._place_biases(node, main, cross)
        self._place_lanes(cross)
        self._place_outer(main, cross)
        return main, cross

    def _place_biases(self, node: int, main: list[float], cross: list[float]) -> None:
        """Place the biases of one node side by side before it."""
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
        """Place the biases that several nodes share, in stairs before everything else.

        The first stands at the gap that its edges cross, and each further one farther along it and
        farther out, so that no edge runs into the next bias.
        """
        edge, _ = self._reach(self.cells, cross)
        edge = min([edge, *(lane - 4.0 for lane in self.lanes.values())])
        placed: list[int] = []
        for column, biases in enumerate(self.outer):
            step_main = main[self.cells[column][0]] + self.thickness(column) / 2
            step_cross = edge - 14.0
            for bias in biases:
                long, high = self.main_size(self.boxes[bias]), self.cross_size(self.boxes[bias])
                main[bias], cross[bias] = step_main, step_cross - high / 2
                while any(self._near(bias, other, main, cross) for other in placed):
                    cross[bias] -= 8.0
                placed.append(bias)
                step_main, step_cross = step_main + long + 8.0, cross[bias] - high / 2 - 6.0

    def _near(self, one: int, other: int, main: list[float], cross: list[float]) -> bool:
        """True if two nodes are closer than a line of text."""
        sizes = self.boxes[one], self.boxes[other]
        return (
            abs(main[one] - main[other]) < sum(map(self.main_size, sizes)) / 2 + 12.0
            and abs(cross[one] - cross[other]) < sum(map(self.cross_size, sizes)) / 2 + 6.0
        )

    def _reach(self, columns: list[list[int]], cross: list[float]) -> tuple[float, float]:
        """The first and the last cross coordinate of some columns, biases and groups included."""
        ends = [
            (cross[n] - half - self.before(n), cross[n] + half + self.after(n))
            for nodes in columns
            for n in nodes
            for half in [self.cross_size(self.boxes[n]) / 2]
        ]
        return min(first for first, _ in ends), max(last for _, last in ends)

    def _place_lanes(self, cross: list[float]) -> None:
        """Find a lane for each edge that skips columns: before or behind all their nodes."""
        self.lanes = {}
        taken: list[tuple[set[int], float]] = []
        for number in self.long:
            edge = self.view.edges[number]
            skipped = set(range(self.column[edge.source] + 1, self.column[edge.target]))
            first, last = self._reach([self.cells[column] for column in skipped], cross)
            source = first if self.view.nodes[edge.source].kind == "bias" else cross[edge.source]
            middle = (source + cross[edge.target]) / 2
            way = -1 if middle - first <= last - middle else 1
            lane = (first if way < 0 else last) + way * LANE
            while any(other & skipped and abs(at - lane) < LANE - 1 for other, at in taken):
                lane += way * 4.0
            taken.append((skipped, lane))
            self.lanes[number] = lane

    # --- edges ---------------------------------------------------------------------------

    def _point(self, main: float, cross: float) -> Point:
        return (cross, main) if self.down else (main, cross)

    def _straight(self, edge: EdgeView, boxes: list[Box]) -> list[Point]:
        source, target = boxes[edge.source], boxes[edge.target]
        if self.column[edge.source] == self.column[edge.target]:  # a bias before its node
            start = border_point(source, (target.x, target.y))
            return [start, border_point(target, (source.x, source.y))]
        return straight(source, target, down=self.down)

    def _detour(self, number: int, main: list[float], cross: list[float]) -> list[Point]:
        """A curve in a lane before or behind all nodes of the columns that it skips."""
        edge = self.view.edges[number]
        first, last = self.column[edge.source] + 1, self.column[edge.target] - 1
        start = main[self.cells[first][0]] - self.thickness(first) / 2
        end = main[self.cells[last][0]] + self.thickness(last) / 2
        stops = [
            (main[edge.source], cross[edge.source]),
            (start, self.lanes[number]),
            (end, self.lanes[number]),
            (main[edge.target], cross[edge.target]),
        ]
        ends = [
            (self.main_size(box), self.cross_size(box), box.form == "circle")
            for box in (self.boxes[edge.source], self.boxes[edge.target])
        ]
        return [self._point(*point) for point in around(stops, ends)]

    # --- texts and labels ----------------------------------------------------------------

    def _texts(
        self, main: list[float], cross: list[float], boxes: list[Box], curves: list[list[Point]]
    ) -> list[Text]:
        """Groups beneath their nodes, and captions beyond everything else."""
        view = self.view
        texts = []
        for number, node in enumerate(view.nodes):
            if node.note:
                box = boxes[number]
                y = box.y + box.height / 2 + NOTE_GAP + NOTE_SIZE * 0.65
                texts.append(Text(node.note, box.x, y, NOTE_SIZE, role="note"))
        if not view.captions:
            return texts
        first, last = self._reach(self.cells, cross)
        if self.down:
            edge = min(
                [first]
                + [boxes[b].x - boxes[b].width / 2 for bs in self.outer for b in bs]
                + [x for curve in curves for x, _ in curve]
            )
            for caption, nodes in zip(view.captions, self.cells, strict=True):
                x = edge - 18.0 - text_width(caption, CAPTION_SIZE) / 2
                texts.append(Text(caption, x, main[nodes[0]], CAPTION_SIZE))
            return texts
        edge = max([last, *(y for curve in curves for _, y in curve)])
        for caption, nodes in zip(view.captions, self.cells, strict=True):
            texts.append(Text(caption, main[nodes[0]], edge + 16.0 + CAPTION_SIZE, CAPTION_SIZE))
        return texts
