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
    THROUGH,
    Places,
    Room,
    Wish,
    along_edges,
    crossed,
    met,
    touched,
)
from deepgraph.draw.layout.label_search import choose
from deepgraph.draw.layout.node_sizes import BADGE_RADIUS, badge_centre, sizes_of
from deepgraph.draw.layout.records import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deepgraph.draw.layout.geometry import Floats, Point
    from deepgraph.draw.layout.records import Box
    from deepgraph.draw.view.records import View

BESIDE = 14.0
"""Px between a node and the labels behind it."""
FINE = 4.0
"""Px between neighbouring places of a label that a foreign line meets."""
BESIDE_LINE = 2.0
"""Px that such a label keeps from foreign lines: letters are larger in some fonts."""


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
    places, costs = labels.places()
    chosen = choose(places.rooms, costs, places.label)
    rooms, costs = labels.freed(places.rooms.take(chosen), costs[chosen])
    touching = _touching(rooms)
    angles = np.degrees(np.arctan2(rooms.sin, rooms.cos))
    crowded, crossed = [], {}
    for number, edge in enumerate(wanted):
        x, y, angle = (float(part[number]) for part in (rooms.x, rooms.y, angles))
        found[edge] = Text.of(view.edges[edge].lines, x, y, labels.size, angle)
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
        self.rooms = [Text.of(view.edges[n].lines, 0, 0, self.size).room[2:] for n in edges]
        self.wishes = [wishes[n] if wishes else None for n in edges]
        self.strict = np.array([wish is None or wish.strict for wish in self.wishes])

    def places(self) -> tuple[Places, Floats]:
        """All places of all labels, and their costs."""
        each = enumerate(zip(self.rooms, self.edges, self.wishes, strict=True))
        places = along_edges(
            [
                Room(size, self.lines[edge], wish, self.level, number, edge)
                for number, (size, edge, wish) in each
            ]
        )
        costs = places.costs + touched(places, self.obstacles)
        return places, costs + crossed(places, self.segments, self.strict[places.label])

    def freed(self, rooms: Rectangles, costs: Floats) -> tuple[Rectangles, Floats]:
        """The labels that a foreign line meets, moved to places without any, where those are free.

        In dense layers as well: there the others stay in their column.
        """
        count = len(self.edges)
        now = Places(rooms, costs, np.arange(count), np.array(self.edges))
        struck = np.flatnonzero(met(now.grown(BESIDE_LINE), self.segments))
        if not len(struck):
            return rooms, costs
        places = self._clear(struck.tolist())
        free = {number: np.flatnonzero(places.label == number) for number in struck.tolist()}
        moved = True
        while moved:  # a label that has moved may leave a place to another
            moved = False
            for number in [*free]:
                others, own = rooms.take(np.arange(count) != number), free[number]
                own = own[~places.rooms.take(own).touch(others).any(axis=1)]
                if len(own):
                    best = int(own[np.argmin(places.costs[own])])
                    rooms.put(number, places.rooms, best)
                    costs[number] = places.costs[best]
                    del free[number]
                    moved = True
        return rooms, costs

    def _clear(self, labels: list[int]) -> Places:
        """The places of some labels anywhere on their edges that touch nothing but other labels."""
        rooms = []
        for number in labels:
            edge, wish, level = self.edges[number], self.wishes[number], self.level
            if wish is not None:
                level = level or not wish.strict
                wish = replace(wish, reach=1e9, start=0.0)
            rooms.append(Room(self.rooms[number], self.lines[edge], wish, level, number, edge))
        places = along_edges(rooms, FINE)
        places = places.take(places.costs < FORBIDDEN)
        places = places.take(touched(places, self.obstacles) == 0)
        return places.take(~met(places.grown(BESIDE_LINE), self.segments))


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
            room = Text.of(edge.lines, 0, 0, size).room
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
