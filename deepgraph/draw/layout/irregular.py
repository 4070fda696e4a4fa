"""The layout of an irregular network: levels, an order in each, rows, and lanes for long edges.

The method is that of Sugiyama, Tagawa and Toda (1981), in the steps of `levels`, `ordering`,
`coordinates`, `lanes` and `routing`. What belongs to a node, its biases above all, is part of the
room that the node takes.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from deepgraph.draw.layout.coordinates import Room, places
from deepgraph.draw.layout.framing import framed
from deepgraph.draw.layout.labels import level_wishes, on_crossings, place_labels
from deepgraph.draw.layout.lanes import End, Way
from deepgraph.draw.layout.levels import Levels, longest_chains, ranked
from deepgraph.draw.layout.node_sizes import node_boxes, sizes_of, with_pills
from deepgraph.draw.layout.ordering import arrange, crossings
from deepgraph.draw.layout.records import Box, Layout, Text
from deepgraph.draw.layout.routing import routed
from deepgraph.draw.layout.rows import Rows
from deepgraph.draw.view.records import Whole

if TYPE_CHECKING:
    from deepgraph.draw.layout.geometry import Point
    from deepgraph.draw.layout.levels import Pair
    from deepgraph.draw.layout.records import Side
    from deepgraph.draw.view.records import NodeRole, View
    from deepgraph.options.drawing import Direction

ATTEMPTS, SOFT_ATTEMPTS, FEW = 3, 2, 60
"""How often the room may grow: for labels that do not fit, and, with so few edges, for those on
foreign lines."""
GROWTH = 1.3
"""The factor by which the room grows until all labels fit."""
BARE, LABELLED = 84.0, 52.0
"""Px between two levels without labels, and beside the widest label."""
SLOPE, WIDER, WIDEST = 0.4, 1.6, 200.0
"""The room between two levels as a share of the largest climb there, but no more than so much
wider than the labels need, or so many px."""
TRIED, FEW_PIECES, CLEARLY = 11, 150, 0.75
"""How many other longest ways are tried in a picture of so few pieces of edges, and the share of
its climbs below which the first gives way to another."""
BETWEEN_NODES, BETWEEN_LANES = 30.0, 30.0
BESIDE_LABEL, WIDEST_LANE = 10.0, 70.0
"""Px from a label in a lane that runs down to the next lane, which is no farther than that."""
STEEP = 1.0
"""The climb in heights of a node beyond which an edge comes to where a bias may stand."""
LAST_SHARE, LAST_MORE = 1.1, 1
"""Outputs stand in the last column unless that makes more crossings than this, times and more."""


def place(view: View, direction: Direction, wrap: int | None = None) -> Layout:
    """Place an irregular network, or any in rows of `wrap` columns."""
    view = _with_columns_said(view)
    plan, sizes = _Plan(view, direction, wrap), sizes_of(view)
    best: tuple[tuple[int, int, float], Layout] | None = None
    labelled = any(edge.label for edge in view.edges)
    for attempt in range(ATTEMPTS if labelled else 1):
        boxes, curves = plan.placed()
        wishes = level_wishes(view, boxes, curves, down=plan.down)
        labels, crowded, crossed = place_labels(view, boxes, curves, [], wishes)
        failed = len(crowded), len(crossed), sum(crossed.values())
        if best is None or failed < best[0]:
            layout = framed(boxes, curves, labels, [], view, sizes)
            best = failed, replace(layout, unfit=len(crowded), crossed=on_crossings(crossed))
        few = len(view.edges) <= FEW and attempt < SOFT_ATTEMPTS
        if not crowded and not (crossed and few):
            break
        plan.grow(attempt)
    assert best is not None
    return best[1]


def _with_columns_said(view: View) -> View:
    """A layered view whose captions stand in a remark: its columns are not below one another."""
    if not view.layered or not any(view.captions):
        return view
    gaps = view.gaps or [""] * len(view.captions)
    words = [
        f"{caption} ({gap})" if gap else caption
        for caption, gap in zip(view.captions, gaps, strict=True)
    ]
    return replace(view, footnotes=(" → ".join(filter(None, words)), *view.footnotes))


class _Plan:
    """A view with its levels in order, and the room that it is given.

    Attributes:
        levels: of all nodes; their numbers are those of the view, and so are those of the first
            edges. Edges that are not shown follow.
        chain: the nodes of a longest way, which stand on one row.
        lane: px that two lanes need for their labels.
        gap, apart: factors for the room between levels, and within them.
        across: the place of each node and stop across the flow.
    """

    def __init__(self, view: View, direction: Direction, wrap: int | None = None) -> None:
        self.view = view
        self.wrap = wrap
        self.down = direction == "down"
        self.sizes = sizes_of(view)
        self.levels = self._levels()
        self.pairs = [(chain[0], chain[-1]) for chain in self.levels.chains]
        self.gap = self.apart = view.scale.spacing
        self.lane = self._lane()
        self.boxes = node_boxes(view, direction)
        self._choose_chain()
        self._choose_sides()

    def _levels(self) -> Levels:
        """The levels of what is shown, in the order of the whole network."""
        whole = self.view.whole or _as_whole(self.view)
        layered = self.view.layered
        levels = _in_columns(self.view) if layered else arranged(whole.roles, whole.pairs)
        edges = list(whole.edges)
        if all(node in whole.nodes for node in range(len(whole.roles))):
            # Edges that are not shown keep their room, so that every node stays where it is.
            edges += sorted(set(range(len(whole.pairs))) - set(edges))
        return levels.part(whole.nodes, edges)

    def _lane(self) -> float:
        """Px that two lanes need: where they run down, a level label in one is beside the next."""
        if not self.down:
            return 0.0
        labels = [
            Text.of(edge.lines, 0, 0, self.sizes.label)
            for edge, chain in zip(self.view.edges, self.levels.chains, strict=False)
            if len(chain) > 2 and edge.lines
        ]
        widest = max((label.width for label in labels), default=0.0)
        return min(widest / 2 + BESIDE_LABEL, WIDEST_LANE)

    def _choose_chain(self) -> None:
        """Put that of the longest ways on one row with which all edges climb clearly less."""
        chains = longest_chains(len(self.view.nodes), self.pairs, self.levels.rank)
        self.chain = next(chains, [])
        self.across = places(self.levels, self._room(), self.chain)
        least = CLEARLY * self.levels.climb(self.across)
        for chain in itertools.islice(chains, TRIED if self.levels.pieces <= FEW_PIECES else 0):
            across = places(self.levels, self._room(), chain)
            if (climb := self.levels.climb(across)) < least:
                least, self.chain, self.across = climb, chain, across

    def _choose_sides(self) -> None:
        """Put the biases of each node on the side at which fewer edges arrive steeply."""
        across, turned = self.across, False
        other: Side = "left" if self.down else "below"
        for number, node in enumerate(self.view.nodes):
            name = self.boxes[number].name
            if node.biases and (name is None or name.side != other):
                ends = [*self.levels.above[number], *self.levels.below[number]]
                climbs = [across[end] - across[number] for end in ends]
                steep = 2 * self._end(self.boxes[number]).half_high * STEEP
                before = sum(climb < -steep for climb in climbs)
                after = sum(climb > steep for climb in climbs)
                if (after > before) if self.down else (before > after):
                    box = replace(self.boxes[number], pills=())
                    self.boxes[number] = with_pills(node, box, self.sizes, other)
                    turned = True
        if turned:
            self.across = places(self.levels, self._room(), self.chain)

    def grow(self, attempt: int) -> None:
        """Take more room: between levels, and every other time within them."""
        if attempt % 2:
            self.gap *= GROWTH
        else:
            self.apart *= GROWTH * GROWTH
            self.across = places(self.levels, self._room(), self.chain)

    # --- along and across the flow -------------------------------------------------------

    def _point(self, along: float, across: float) -> Point:
        return (across, along) if self.down else (along, across)

    def _end(self, box: Box) -> End:
        along, across = self._point(box.x, box.y)
        long, high = (box.height, box.width) if self.down else (box.width, box.height)
        return End(along, across, long / 2, high / 2, box.form == "circle")

    def _reach(self, box: Box) -> tuple[float, float, float, float]:
        """How far a node reaches from its middle: back, before, on and after."""
        left, up, right, down = box.reach
        return (up, left, down, right) if self.down else (left, up, right, down)

    # --- places --------------------------------------------------------------------------

    def placed(self) -> tuple[list[Box], list[list[Point]]]:
        """The boxes of all nodes and the curves of all edges."""
        room = self._room()
        sizes = list(zip(room.before, room.after, strict=True))
        each = self.wrap or len(self.levels.order)
        rows = Rows.of(self.levels, self._spans(self.across), self.across, sizes, each)
        boxes = []
        for number, box in enumerate(self.boxes):
            first, last = rows.span(number)
            x, y = self._point((first + last) / 2, rows.place(number))
            boxes.append(replace(box, x=x, y=y))
        return boxes, self._curves(boxes, rows)

    def _room(self) -> Room:
        reach = [self._reach(box) for box in self.boxes]
        return Room(
            [before for _, before, _, _ in reach],
            [after for _, _, _, after in reach],
            BETWEEN_NODES * self.apart,
            max(BETWEEN_LANES * self.apart, self.lane),
        )

    def _spans(self, across: list[float]) -> list[tuple[float, float]]:
        """Where the nodes of each level begin and end along the flow."""
        half = [0.0] * len(self.levels.order)
        for number, box in enumerate(self.boxes):
            level = self.levels.rank[number]
            back, _, on, _ = self._reach(box)
            half[level] = max(half[level], back, on)
        spans, at = [], 0.0
        for level, size in enumerate(half):
            if level:
                at += self._gap(level, 2 * size, across)
            spans.append((at, at + 2 * size))
            at += 2 * size
        return spans

    def _gap(self, level: int, size: float, across: list[float]) -> float:
        """The room before a level: for labels of edges that end or pass there, and for slopes."""
        longest, rank, text = 0.0, self.levels.rank, self.sizes.label
        for edge, chain in zip(self.view.edges, self.levels.chains, strict=False):
            if edge.label and rank[chain[0]] < level <= rank[chain[-1]]:
                # The label of a long edge has the lane past the nodes of a level, too.
                less = size if len(chain) > 2 else 0.0
                longest = max(longest, Text.of(edge.lines, 0, 0, text).width - less)
        room, above = max(BARE, longest + LABELLED), self.levels.above
        climbs = [abs(across[n] - across[m]) for n in self.levels.order[level] for m in above[n]]
        steep = max(climbs, default=0.0) * SLOPE
        return min(max(room, steep), max(room * WIDER, WIDEST)) * self.gap

    def _curves(self, boxes: list[Box], rows: Rows) -> list[list[Point]]:
        """The curve of each edge; those that turn between rows have no choice."""
        lines: list[list[Point]] = [[] for _ in self.view.edges]
        ways: dict[int, Way] = {}
        for edge, chain in enumerate(self.levels.chains[: len(lines)]):
            source, target = chain[0], chain[-1]
            ends = self._end(boxes[source]), self._end(boxes[target])
            if rows.row(source) != rows.row(target):
                lines[edge] = rows.line(chain, *ends)
                continue
            stops = [(*rows.span(stop), rows.place(stop)) for stop in chain[1:-1]]
            ways[edge] = Way(*ends, stops, rows.span(source)[1], rows.span(target)[0])
        found = routed(list(ways.values()), [self.pairs[edge] for edge in ways], self._rooms(boxes))
        for edge, line in zip(ways, found, strict=True):
            lines[edge] = line
        return [[self._point(*point) for point in line] for line in lines]

    def _rooms(self, boxes: list[Box]) -> list[tuple[Any, ...]]:
        """What an edge keeps away from: nodes and what belongs to them, along and across."""
        found = []
        for number, box in enumerate(boxes):
            for part, (x, y, width, height) in enumerate(box.rooms):
                end = self._end(Box(x, y, width, height, box.form))
                size = 2 * end.half_long, 2 * end.half_high
                found.append((number, end.along, end.across, *size, end.round and not part))
        return found


def _as_whole(view: View) -> Whole:
    """A view that shows all of its network, without the dots for nodes left out."""
    kept = [number for number, node in enumerate(view.nodes) if node.role != "more"]
    new = {number: at for at, number in enumerate(kept)}
    return Whole(
        tuple(view.nodes[number].role for number in kept),
        tuple((new[edge.source], new[edge.target]) for edge in view.edges),
        tuple(new.get(number, -1) for number in range(len(view.nodes))),
        tuple(range(len(view.edges))),
    )


def _in_columns(view: View) -> Levels:
    """The levels of a layered view: its columns, in the order of the file."""
    kept = [node for node in view.without_empty_columns().nodes if node.role != "more"]
    whole = _as_whole(view)
    return Levels.of([max(node.column, 0) for node in kept], whole.pairs)


@lru_cache(maxsize=4)  # the same for every theme, distance and direction of one picture
def arranged(roles: tuple[NodeRole, ...], pairs: tuple[Pair, ...]) -> Levels:
    """The levels in order: outputs in the last one, unless that costs many crossings."""
    inputs, outputs = (
        {number for number, found in enumerate(roles) if found == role}
        for role in ("input", "output")
    )
    ending = not any(source in outputs for source, _ in pairs)
    found: list[tuple[int, Levels]] = []
    for last in [set(), outputs] if outputs and ending else [set()]:
        rank = ranked(len(roles), pairs, inputs, last)
        if found and rank == found[0][1].rank[: len(rank)]:
            break
        levels = Levels.of(rank, pairs)
        arrange(levels, fixed=bool(inputs))
        found.append((crossings(levels, levels.order), levels))
    least, levels = found[-1]
    return levels if least <= found[0][0] * LAST_SHARE + LAST_MORE else found[0][1]
