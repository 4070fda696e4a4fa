"""Finds a place for the label of each edge: level, in a gap of its own line.

The ground of a label hides the line under it, so a label always stands on its own edge and is
nearer to it than to any other. It stands where it is wanted, which is at one distance from their
sources for all labels of a column, or else as near as possible along its edge. It never touches a
node, a text, another label or the head of its arrow; it stands on a crossing, or a foreign line
runs through it, only if no place is free; and it is turned along its line only if no level place
is. `label_search` then chooses a place for each, so that no two touch.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.draw.layout.geometry import Rectangles, Segments, along_line, nearby, polyline
from deepgraph.draw.layout.label_places import (
    CROSSING,
    FORBIDDEN,
    SHARE,
    STEP,
    THROUGH,
    Places,
    Wish,
    along_edge,
    crossed,
    touched,
)
from deepgraph.draw.layout.label_search import choose
from deepgraph.draw.layout.node_sizes import BADGE_RADIUS, badge_centre, sizes_of
from deepgraph.draw.layout.records import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from deepgraph.draw.layout.geometry import Floats, Point
    from deepgraph.draw.layout.records import Box
    from deepgraph.draw.view.records import View

BESIDE = 14.0
"""Px between a node and the labels behind it."""
FINE = 3.0
"""Px between neighbouring places of a label that a foreign line meets."""


def place_labels(
    view: View,
    boxes: list[Box],
    curves: list[list[Point]],
    texts: list[Text],
    wishes: Sequence[Wish | None] = (),
) -> tuple[list[Text | None], list[int], dict[int, float]]:
    """Find a place for the label of each edge.

    Args:
        view: what is shown.
        boxes: its nodes.
        curves: its edges.
        texts: others in it.
        wishes: one for each edge; without one its label is wanted at `SHARE` of its line.

    Returns:
        A label or `None` for each edge; the edges whose labels have no place without touching
        something; and those whose labels have a place but a foreign line in it, with what the place
        costs.
    """
    found: list[Text | None] = [None] * len(view.edges)
    wanted = [number for number, edge in enumerate(view.edges) if edge.label]
    if not wanted:
        return found, [], {}
    labels = _Labels(view, wanted, curves, wishes, _obstacles(view, boxes, texts))
    places, costs = labels.places(range(len(wanted)))
    chosen = choose(places.rooms, costs, places.label)
    rooms, costs = labels.freed(places.rooms.take(chosen), costs[chosen])
    touching = _touching(rooms)
    angles = np.degrees(np.arctan2(rooms.sin, rooms.cos))
    crowded, crossed = [], {}
    for number, edge in enumerate(wanted):
        x, y, angle = (float(part[number]) for part in (rooms.x, rooms.y, angles))
        label = view.edges[edge].label
        found[edge] = Text(label, x, y, labels.size, angle=angle, role="label", background=True)
        if costs[number] >= FORBIDDEN or number in touching:
            crowded.append(edge)
        elif costs[number] >= THROUGH:
            crossed[edge] = float(costs[number])
    return found, crowded, crossed


class _Labels:
    """The labels of a picture, with all that they keep away from.

    Attributes:
        size: of their letters.
        rooms: the width and height of each.
        wishes: one for each.
    """

    def __init__(
        self,
        view: View,
        edges: list[int],
        curves: list[list[Point]],
        wishes: Sequence[Wish | None],
        obstacles: Rectangles,
    ) -> None:
        self.size, self.level = sizes_of(view).label, view.level
        self.edges, self.obstacles = edges, obstacles
        self.lines = [polyline(curve) for curve in curves]
        self.segments = Segments.of(self.lines)
        self.rooms = [Text(view.edges[n].label, 0, 0, self.size).room[2:] for n in edges]
        self.wishes = [wishes[n] if wishes else None for n in edges]
        self.strict = np.array([wish is None or wish.strict for wish in self.wishes])

    def places(self, labels: Iterable[int], *, all_of: bool = False) -> tuple[Places, Floats]:
        """All places of some labels, and their costs.

        With `all_of`, those along their whole edges, close to one another, and foreign lines cost
        in dense layers as well.
        """
        found = []
        for number in labels:
            edge, wish, level = self.edges[number], self.wishes[number], self.level
            if all_of and wish is not None:
                level = level or not wish.strict
                wish = replace(wish, reach=1e9, start=0.0)
            step = FINE if all_of else STEP
            line = self.lines[edge]
            found.append(
                along_edge(self.rooms[number], line, wish, number, edge, step, level=level)
            )
        places = Places.joined(found)
        strict = self.strict | all_of
        costs = places.costs + touched(places, self.obstacles)
        return places, costs + crossed(places, self.segments, strict[places.label])

    def freed(self, rooms: Rectangles, costs: Floats) -> tuple[Rectangles, Floats]:
        """The labels that a foreign line meets, moved to places without any, where those are free.

        None stands in the way of another, so that each has its place where it stands or moves.
        """
        count = len(self.edges)
        now = Places(rooms, costs, np.arange(count), np.array(self.edges))
        met = np.flatnonzero(crossed(now, self.segments, np.ones(count, np.bool)) >= THROUGH)
        if not len(met):
            return rooms, costs
        places, prices = self.places(met.tolist(), all_of=True)
        moved = True
        while moved:
            moved = False
            for number in met.tolist():
                own = np.flatnonzero((places.label == number) & (prices < THROUGH))
                others = rooms.take(np.arange(count) != number)
                own = own[~places.rooms.take(own).touch(others).any(axis=1)]
                if len(own):
                    best = own[np.argmin(prices[own])]
                    rooms.put(number, places.rooms, int(best))
                    costs[number] = prices[best]
                    met = met[met != number]
                    moved = True
        return rooms, costs


def on_crossings(crossed: Mapping[int, float]) -> int:
    """How many labels stand on a crossing, of those that a foreign line comes to."""
    return sum(cost >= CROSSING for cost in crossed.values())


def level_wishes(
    view: View, boxes: list[Box], curves: list[list[Point]], *, down: bool
) -> list[Wish | None]:
    """Wishes for a picture in levels: all labels behind one level in one column.

    It is at 0.38 of the way to the next level, or so much farther that the longest label keeps
    off the nodes.
    """
    axis, size = (1, sizes_of(view).label) if down else (0, sizes_of(view).label)
    at = [(box.y if down else box.x) for box in boxes]
    half = [(box.height if down else box.width) / 2 for box in boxes]
    levels = sorted({round(place) for place in at})
    following = dict(pairwise(levels))
    reach: dict[int, float] = {}
    for edge in view.edges:
        if edge.label:
            room = Text(edge.label, 0, 0, size).room
            long = room[3] if down else room[2]
            level = round(at[edge.source])
            reach[level] = max(reach.get(level, 0.0), half[edge.source] + BESIDE + long / 2)
    found: list[Wish | None] = []
    for edge, curve in zip(view.edges, curves, strict=True):
        level = round(at[edge.source])
        if not edge.label or level not in following:
            found.append(None)
            continue
        ahead = max(SHARE * (following[level] - level), reach[level])
        found.append(Wish(along_line(curve, axis, level + ahead)))
    return found


def _touching(rooms: Rectangles) -> set[int]:
    """The rooms that touch another one."""
    areas = rooms.bounds
    one, other = nearby(areas, areas, 60.0)
    pairs = one < other
    one, other = one[pairs], other[pairs]
    hit = rooms.take(one).touch_each(rooms.take(other))
    return {*one[hit].tolist(), *other[hit].tolist()}


def _obstacles(view: View, boxes: list[Box], texts: list[Text]) -> Rectangles:
    """The rooms that labels must not touch: of nodes and their parts, badges, other texts."""
    size = 2 * BADGE_RADIUS + 4
    nodes = zip(view.nodes, boxes, strict=True)
    return Rectangles.upright(
        [(x, y, w + 6, h + 6) for box in boxes for x, y, w, h in box.rooms]
        + [text.room for text in texts]
        + [(*badge_centre(b), size, size) for node, b in nodes if node.sketch]
    )
