"""The layout of an irregular network: levels, an order in each, rows, and lanes for long edges.

The method is that of Sugiyama, Tagawa and Toda (1981), in the steps of `levels`, `ordering`,
`coordinates` and `lanes`. Everything that belongs to a node, its biases above all, is part of the
room that it takes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from deepgraph.draw.layout.coordinates import Room, places
from deepgraph.draw.layout.labels import place_labels
from deepgraph.draw.layout.lanes import End, Way
from deepgraph.draw.layout.levels import Levels, longest_chain, ranked
from deepgraph.draw.layout.node_sizes import node_boxes
from deepgraph.draw.layout.ordering import arrange, crossings
from deepgraph.draw.layout.records import Box, Layout
from deepgraph.draw.layout.routing import routed
from deepgraph.draw.layout.typography import LABEL_SIZE, text_width

if TYPE_CHECKING:
    from deepgraph.draw.layout.geometry import Point
    from deepgraph.draw.view.records import View
    from deepgraph.options.drawing import Direction

ATTEMPTS = 6
GROWTH = 1.3
"""The factor by which the room grows until all labels fit."""
BIAS_GAP = 15.0
"""Px between a node and its bias."""
BARE, LABELLED = 84.0, 52.0
"""Px between two levels without labels, and beside the widest label."""
SLOPE, WIDER = 0.35, 1.6
"""The room between two levels as a share of the largest climb there, but no more than so much
wider than the labels need."""
BETWEEN_NODES, BETWEEN_LANES = 30.0, 26.0
LAST_SHARE, LAST_MORE = 1.2, 1
"""Outputs stand in the last column unless that makes more crossings than this, times and more."""


def place(view: View, direction: Direction) -> Layout:
    """Place an irregular network."""
    view = view.with_notes_below()
    plan = _Plan(view, direction)
    best: tuple[int, Layout] | None = None
    labelled = any(edge.text for edge in view.edges)
    for attempt in range(ATTEMPTS if labelled else 1):
        boxes, curves = plan.placed()
        labels, crowded = place_labels(view, boxes, curves, [], [True] * len(view.edges))
        if best is None or len(crowded) < best[0]:
            best = len(crowded), Layout.framed(boxes, curves, labels, [], view.footnotes)
        if not crowded:
            break
        plan.grow(attempt)
    assert best is not None
    return best[1]


class _Plan:
    """A view with its levels in order, and the room that it is given.

    Attributes:
        nodes: the nodes of the view that the levels hold; the others are biases at their nodes.
        number: of each of them in the levels.
        inner: the edges between them.
        gap, apart: factors for the room between levels, and within them.
    """

    def __init__(self, view: View, direction: Direction) -> None:
        self.view = view
        self.down = direction == "down"
        self.boxes = node_boxes(view)
        self.own = _own_biases(view)
        biases = {bias for found in self.own.values() for bias in found}
        self.nodes = [n for n in range(len(view.nodes)) if n not in biases]
        self.number = {node: number for number, node in enumerate(self.nodes)}
        self.inner = [n for n, edge in enumerate(view.edges) if edge.source in self.number]
        self.levels = self._levels()
        self.chain = longest_chain(len(self.nodes), self.pairs, self.levels.rank)
        self.gap = self.apart = 1.0

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """The two ends of each inner edge."""
        edges = [self.view.edges[n] for n in self.inner]
        return [(self.number[edge.source], self.number[edge.target]) for edge in edges]

    def _kind(self, kind: str) -> set[int]:
        kinds = [self.view.nodes[node].kind for node in self.nodes]
        return {number for number, found in enumerate(kinds) if found.split()[-1] == kind}

    def _levels(self) -> Levels:
        """The levels in order: outputs in the last one, unless that costs many crossings."""
        pairs, first, outputs = self.pairs, self._kind("input"), self._kind("output")
        found = []
        for last in [set(), outputs] if self._ending(outputs) else [set()]:
            rank = ranked(len(self.nodes), pairs, first, last)
            if found and rank == found[0][1].rank[: len(rank)]:
                break
            levels = Levels.of(rank, pairs)
            arrange(levels, fixed=bool(first))
            found.append((crossings(levels, levels.order), levels))
        least, levels = found[-1]
        return levels if least <= found[0][0] * LAST_SHARE + LAST_MORE else found[0][1]

    def _ending(self, outputs: set[int]) -> bool:
        """Whether no output feeds another node."""
        return bool(outputs) and not any(source in outputs for source, _ in self.pairs)

    def grow(self, attempt: int) -> None:
        """Take more room: between levels, and every other time within them."""
        if attempt % 2:
            self.gap *= GROWTH
        else:
            self.apart *= GROWTH * GROWTH

    # --- places --------------------------------------------------------------------------

    def placed(self) -> tuple[list[Box], list[list[Point]]]:
        """The boxes of all nodes and the curves of all edges."""
        reach = [self._reach(node) for node in self.nodes]
        room = Room(
            [before for _, before, _, _ in reach],
            [after for _, _, _, after in reach],
            BETWEEN_NODES * self.apart,
            BETWEEN_LANES * self.apart,
        )
        across = places(self.levels, room, self.chain)
        spans = self._spans(reach, across)
        boxes = list(self.boxes)
        for number, node in enumerate(self.nodes):
            first, last = spans[self.levels.rank[number]]
            x, y = self._point((first + last) / 2, across[number])
            boxes[node] = replace(boxes[node], x=x, y=y)
        self._place_biases(boxes)
        return boxes, self._curves(boxes, across, spans)

    def _curves(
        self, boxes: list[Box], across: list[float], spans: list[tuple[float, float]]
    ) -> list[list[Point]]:
        """The curve of each edge; a bias has a straight line to its node."""
        rank = self.levels.rank
        ways = []
        for chain in self.levels.chains:
            stops = [(*spans[rank[stop]], across[stop]) for stop in chain[1:-1]]
            source, target = (self._end(boxes[self.nodes[end]]) for end in (chain[0], chain[-1]))
            leaves, enters = spans[rank[chain[0]]][1], spans[rank[chain[-1]]][0]
            ways.append(Way(source, target, stops, leaves, enters))
        lines = routed(ways, self.pairs, self._rooms(boxes))
        curves: list[list[Point]] = [[] for _ in self.view.edges]
        for number, line in zip(self.inner, lines, strict=True):
            curves[number] = [self._point(*point) for point in line]
        for number, edge in enumerate(self.view.edges):
            if not curves[number]:
                source, target = (self._end(boxes[node]) for node in (edge.source, edge.target))
                line = Way(source, target, [], 0.0, 0.0).direct()
                curves[number] = [self._point(*point) for point in line]
        return curves

    def _rooms(self, boxes: list[Box]) -> list[Any]:
        """What an edge keeps away from: nodes and their biases, along and across the flow."""
        found = []
        for number, node in enumerate(self.nodes):
            for part in [node, *self.own.get(node, [])]:
                end = self._end(boxes[part])
                size = 2 * end.half_long, 2 * end.half_high
                found.append((number, end.along, end.across, *size, end.round))
        return found

    def _point(self, along: float, across: float) -> Point:
        return (across, along) if self.down else (along, across)

    def _end(self, box: Box) -> End:
        along, across = self._point(box.x, box.y)
        long, high = (box.height, box.width) if self.down else (box.width, box.height)
        return End(along, across, long / 2, high / 2, box.form == "circle")

    def _reach(self, node: int) -> tuple[float, float, float, float]:
        """How far a node and its biases reach from its middle, back, up, on and down the flow."""
        box = self.boxes[node]
        biases = [self.boxes[bias] for bias in self.own.get(node, [])]
        wide = max([box.width, sum(bias.width + 8 for bias in biases) - 8]) / 2
        up = box.height / 2 + (BIAS_GAP + biases[0].height if biases else 0.0)
        if self.down:
            return up, wide, box.height / 2, wide
        return wide, up, wide, box.height / 2

    def _place_biases(self, boxes: list[Box]) -> None:
        for node, biases in self.own.items():
            box = boxes[node]
            x = box.x - (sum(boxes[bias].width + 8 for bias in biases) - 8) / 2
            for bias in biases:
                own = boxes[bias]
                y = box.y - box.height / 2 - BIAS_GAP - own.height / 2
                boxes[bias] = replace(own, x=x + own.width / 2, y=y)
                x += own.width + 8

    def _spans(
        self, reach: list[tuple[float, float, float, float]], across: list[float]
    ) -> list[tuple[float, float]]:
        """Where the nodes of each level begin and end along the flow."""
        levels = self.levels
        half = [0.0] * len(levels.order)
        for number, (back, _, on, _) in enumerate(reach):
            level = levels.rank[number]
            half[level] = max(half[level], back, on)
        spans, at = [], 0.0
        for level, size in enumerate(half):
            if level:
                at += self._gap(level, 2 * size, across)
            spans.append((at, at + 2 * size))
            at += 2 * size
        return spans

    def _gap(self, level: int, size: float, across: list[float]) -> float:
        """The room before a level: for the labels of edges that end or pass there, and for slopes."""
        longest = 0.0
        for number, chain in zip(self.inner, self.levels.chains, strict=True):
            edge = self.view.edges[number]
            if edge.text and self.levels.rank[chain[0]] < level <= self.levels.rank[chain[-1]]:
                # The label of a long edge has the lane past the nodes of a level, too.
                less = size if len(chain) > 2 else 0.0
                longest = max(longest, text_width(edge.label, LABEL_SIZE) - less)
        room = max(BARE, longest + LABELLED)
        above = self.levels.above
        climbs = [abs(across[n] - across[m]) for n in self.levels.order[level] for m in above[n]]
        steep = max(climbs, default=0.0) * SLOPE
        return min(max(room, steep), room * WIDER) * self.gap


def _own_biases(view: View) -> dict[int, list[int]]:
    """The biases that feed one node alone, by that node."""
    fed: dict[int, list[int]] = {}
    for edge in view.edges:
        if view.nodes[edge.source].kind == "bias":
            fed.setdefault(edge.source, []).append(edge.target)
    own: dict[int, list[int]] = {}
    for bias, targets in fed.items():
        if len(targets) == 1:
            own.setdefault(targets[0], []).append(bias)
    return own
