"""Braces of groups: an arc over the ends of the edges of each, its name between two of them."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.draw.layout.geometry import Rectangles, Segments, polyline
from deepgraph.draw.layout.node_sizes import sizes_of
from deepgraph.draw.layout.records import Brace, Text
from deepgraph.draw.layout.typography import set_width

if TYPE_CHECKING:
    from collections.abc import Callable

    from deepgraph.draw.layout.geometry import Point
    from deepgraph.draw.layout.records import Box, Layout
    from deepgraph.draw.view.records import GroupView, View

AWAY = 20.0
"""Px between the rim of a node and a brace."""
BEYOND = 14.0
"""Px by which a brace reaches beyond its first and its last edge."""
CLEAR = 4.0
"""Px that it keeps from a bias."""
TICK = 4.5
"""The length of its two ends, which point to the node."""
PIECES = 16


def with_braces(view: View, layout: Layout) -> Layout:
    """The layout with a brace for each group of the view."""
    if not view.groups:
        return layout
    segments = Segments.of([polyline(list(curve)) for curve in layout.curves])
    taken = [room for box in layout.boxes for room in box.rooms]
    taken += [label.room for label in layout.labels if label is not None]
    found = []
    for group in view.groups:
        brace = _brace(view, group, layout, segments, taken)
        found.append(brace)
        taken.append(brace.name.room)
    return replace(layout, braces=tuple(found))


def _brace(
    view: View,
    group: GroupView,
    layout: Layout,
    segments: Segments,
    taken: list[tuple[float, float, float, float]],
) -> Brace:
    """The arc of one group, and its name where it touches least."""
    box, sizes = layout.boxes[group.target], sizes_of(view)
    radius = math.hypot(box.width, box.height) / 2 if box.form == "box" else box.width / 2
    radius += AWAY
    angles = sorted(_unwound([_angle(box, layout.curves[edge]) for edge in group.edges]))

    def at(angle: float, distance: float) -> Point:
        return box.x + distance * math.cos(angle), box.y + distance * math.sin(angle)

    first = angles[0] - _beyond(box, lambda far: at(angles[0] - far / radius, radius)) / radius
    last = angles[-1] + _beyond(box, lambda far: at(angles[-1] + far / radius, radius)) / radius
    arc = [at(first + (last - first) * n / PIECES, radius) for n in range(PIECES + 1)]
    points = (at(first, radius - TICK), *arc, at(last, radius - TICK))
    size = sizes.pill
    middles = [(a + b) / 2 for a, b in pairwise(angles)]
    half = set_width(group.name, size) / 2
    places = []
    for angle in [*middles, first - 0.3, last + 0.3]:
        reach = abs(math.cos(angle)) * half + abs(math.sin(angle)) * size * 0.6 + 6.0
        places += [at(angle, radius + reach + more) for more in (0.0, 10.0, 20.0)]
    texts = [Text(group.name, x, y, size, role="brace") for x, y in places]
    return Brace(points, texts[_least(texts, segments, taken)])


def _beyond(box: Box, end: Callable[[float], Point]) -> float:
    """Px by which a brace reaches beyond an edge, and not into a bias of its node."""
    for far in np.arange(BEYOND, 0.0, -2.0).tolist():
        x, y = end(far)
        if not any(
            abs(x - left) < wide / 2 + CLEAR and abs(y - top) < high / 2 + CLEAR
            for left, top, wide, high in box.rooms[1:]
        ):
            return float(far)
    return 0.0


def _angle(box: Box, curve: tuple[Point, ...]) -> float:
    """The direction in which an edge arrives at its node, seen from the node's middle."""
    x, y = curve[-1]
    return math.atan2(y - box.y, x - box.x)


def _unwound(angles: list[float]) -> list[float]:
    """Angles that do not jump at ±180°, where most edges arrive."""
    start = angles[0]
    return [start + (angle - start + math.pi) % (2 * math.pi) - math.pi for angle in angles]


def _least(
    texts: list[Text], segments: Segments, taken: list[tuple[float, float, float, float]]
) -> int:
    """The place at which a name touches the fewest nodes, texts and edges."""
    rooms = Rectangles.upright([text.room for text in texts])
    touched = rooms.touch(Rectangles.upright(taken)).sum(axis=1)
    crossed, _ = segments.crossings(rooms)
    return int(np.argmin(10 * touched + crossed.sum(axis=1)))
