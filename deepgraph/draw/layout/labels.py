"""Where the label of each edge stands: on its own edge, touching nothing, found by local search.

Each label may slide along its edge. Places where it would touch a node or another text, or where a
foreign edge would run through it at a small angle, are struck out; of the rest a set is chosen in
which no two labels touch, the cheapest first, by min-conflicts search (Minton et al. 1992). All of
it is arithmetic over arrays, and the same picture comes out every time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

STEP = 5.0
"""Pixels between neighbouring places."""
MOST_PLACES = 70
"""Along one edge."""
SHALLOW = np.sin(np.radians(24.0))
"""Sine of the smallest angle at which a foreign edge may pass under a label; 20° and a margin."""
BEND = 1.6
"""Pixels by which a curve may leave the straight line of its label."""
ROUNDS, PATIENCE = 600, 90
"""Steps of the search before it gives up: in all, and without getting better."""


@dataclass(frozen=True)
class Rectangles:
    """Turned rectangles as arrays of one length.

    Attributes:
        x, y: centres.
        half_width, half_height: half their sides.
        cos, sin: of their turns.
    """

    x: Floats
    y: Floats
    half_width: Floats
    half_height: Floats
    cos: Floats
    sin: Floats

    def __len__(self) -> int:
        return len(self.x)

    def take(self, index: Any) -> Rectangles:
        """Some of them."""
        return Rectangles(
            self.x[index],
            self.y[index],
            self.half_width[index],
            self.half_height[index],
            self.cos[index],
            self.sin[index],
        )

    def put(self, index: int, other: Rectangles, which: int) -> None:
        """Replace one by one of others."""
        self.x[index], self.y[index] = other.x[which], other.y[which]
        self.half_width[index] = other.half_width[which]
        self.half_height[index] = other.half_height[which]
        self.cos[index], self.sin[index] = other.cos[which], other.sin[which]

    @classmethod
    def upright(cls, boxes: list[tuple[float, float, float, float]]) -> Rectangles:
        """From centre, width and height of each."""
        x, y, width, height = np.array(boxes, np.float64).reshape(-1, 4).T
        one = np.ones(len(x))
        return cls(x, y, width / 2, height / 2, one, 0 * one)

    @classmethod
    def joined(cls, parts: list[Rectangles]) -> Rectangles:
        """Several lots as one."""
        names = ("x", "y", "half_width", "half_height", "cos", "sin")
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))

    def touch(self, other: Rectangles) -> NDArray[np.bool_]:
        """(own, others) whether they share a point: no axis of either separates them."""
        a = [getattr(self, name)[:, None] for name in ("x", "y", "half_width", "half_height")]
        cos_a, sin_a = self.cos[:, None], self.sin[:, None]
        dx, dy = other.x - a[0], other.y - a[1]
        # cosine and sine of the angle between the two
        cos = np.abs(cos_a * other.cos + sin_a * other.sin)
        sin = np.abs(cos_a * other.sin - sin_a * other.cos)
        apart = np.abs(dx * cos_a + dy * sin_a) > (
            a[2] + other.half_width * cos + other.half_height * sin
        )
        apart |= np.abs(dy * cos_a - dx * sin_a) > (
            a[3] + other.half_width * sin + other.half_height * cos
        )
        apart |= np.abs(dx * other.cos + dy * other.sin) > (
            other.half_width + a[2] * cos + a[3] * sin
        )
        apart |= np.abs(dy * other.cos - dx * other.sin) > (
            other.half_height + a[2] * sin + a[3] * cos
        )
        together: NDArray[np.bool_] = ~apart
        return together


@dataclass(frozen=True)
class Segments:
    """Straight pieces of edges.

    Attributes:
        edge: (segments,) to which edge each belongs.
        start, end: (segments, 2).
    """

    edge: NDArray[np.int64]
    start: Floats
    end: Floats

    @classmethod
    def of(cls, curves: list[Floats]) -> Segments:
        """The pieces of polylines, each (points, 2)."""
        edge = np.concatenate([np.full(len(c) - 1, i) for i, c in enumerate(curves)])
        start = np.concatenate([c[:-1] for c in curves])
        return cls(edge.astype(np.int64), start, np.concatenate([c[1:] for c in curves]))

    def crossings(self, rooms: Rectangles) -> tuple[NDArray[np.bool_], Floats]:
        """Which segments pass through which rooms, (rooms, segments), and at what sine."""
        cos, sin = rooms.cos[:, None], rooms.sin[:, None]
        ends = []
        for point in (self.start, self.end):
            dx, dy = point[:, 0] - rooms.x[:, None], point[:, 1] - rooms.y[:, None]
            ends.append((dx * cos + dy * sin, dy * cos - dx * sin))
        (x0, y0), (x1, y1) = ends
        first, last = np.zeros_like(x0), np.ones_like(x0)
        # Liang and Barsky 1984: cut the segment by the four sides of an upright rectangle.
        for p, d, half in (
            (x0, x1 - x0, rooms.half_width[:, None]),
            (y0, y1 - y0, rooms.half_height[:, None]),
        ):
            safe = np.where(np.abs(d) < 1e-9, 1e-9, d)
            a, b = (-half - p) / safe, (half - p) / safe
            first = np.maximum(first, np.minimum(a, b))
            last = np.minimum(last, np.maximum(a, b))
        length = np.hypot(x1 - x0, y1 - y0) + 1e-9
        return first < last, np.abs(y1 - y0) / length


@dataclass(frozen=True)
class Request:
    """A label that wants a place.

    Attributes:
        edge: which of the curves it belongs to.
        width, height: the room that its text needs, at most.
        beside: whether it may stand beside its edge instead of on it.
        preferred: where along the edge it would best stand, 0 to 1.
    """

    edge: int
    width: float
    height: float
    beside: bool
    preferred: float = 0.5


@dataclass(frozen=True)
class Place:
    """Where a label stands.

    Attributes:
        x, y: its centre.
        angle: its turn in degrees.
        covers: whether an edge runs below it, its own or another.
        fits: whether it touches nothing that it may not touch.
    """

    x: float
    y: float
    angle: float
    covers: bool
    fits: bool


def place(
    requests: list[Request],
    curves: list[Floats],
    obstacles: Rectangles,
    lift: float,
    ends: float = 12.0,
) -> list[Place]:
    """Find a place for every label, the best there is where none is free.

    Args:
        requests: the labels, at least one.
        curves: the polylines of all edges, (points, 2) each.
        obstacles: what labels may not touch.
        lift: from an edge to the middle of a label beside it.
        ends: pixels at the head of an edge that belong to its arrow.
    """
    segments = Segments.of(curves)
    options = [_options(request, curves[request.edge], lift, ends) for request in requests]
    costs, under = [], []
    for request, (rooms, covers, along) in zip(requests, options, strict=True):
        cost, crossed = _costs(request, rooms, covers, along, segments, obstacles)
        costs.append(cost)
        under.append(crossed | covers)
    chosen = _search([rooms for rooms, _, _ in options], costs)
    final = Rectangles.joined([options[i][0].take([c]) for i, c in enumerate(chosen)])
    touching = final.touch(final)
    np.fill_diagonal(touching, False)
    angles = np.degrees(np.arctan2(final.sin, final.cos))
    return [
        Place(
            float(final.x[number]),
            float(final.y[number]),
            float(angles[number]),
            bool(under[number][choice]),
            bool(costs[number][choice] < FORBIDDEN and not touching[number].any()),
        )
        for number, choice in enumerate(chosen)
    ]


FORBIDDEN = 1e6


def _options(
    request: Request, curve: Floats, lift: float, ends: float
) -> tuple[Rectangles, NDArray[np.bool_], Floats]:
    """All places of one label along its edge: rooms, whether each covers the edge, and how far."""
    steps = np.diff(curve, axis=0)
    arc = np.concatenate([[0.0], np.cumsum(np.hypot(steps[:, 0], steps[:, 1]))])
    length, half = arc[-1], request.width / 2
    first, last = half + 4.0, length - half - ends
    if last <= first:
        first = last = max(length / 2 - ends / 4, 0.0)
    along = np.linspace(first, last, min(max(2, int((last - first) / STEP) + 1), MOST_PLACES))

    def at(where: Floats) -> Floats:
        return np.stack([np.interp(where, arc, curve[:, axis]) for axis in (0, 1)], axis=1)

    tail, head, middle = at(along - half), at(along + half), at(along)
    chord = head - tail
    chord = chord / (np.hypot(chord[:, 0], chord[:, 1])[:, None] + 1e-9)
    normal = np.stack([chord[:, 1], -chord[:, 0]], axis=1)
    sag = np.abs(np.sum((middle - (tail + head) / 2) * normal, axis=1))
    straight = sag <= BEND
    if straight.any():
        along, middle, chord, normal = (part[straight] for part in (along, middle, chord, normal))
    upwards = np.where(chord[:, 0] < -1e-9, -1.0, 1.0)[:, None]
    chord = chord * upwards  # letters stand upright
    shifts = (0.0, lift, -lift) if request.beside else (0.0,)
    places = np.concatenate([middle + shift * normal for shift in shifts])
    count = len(shifts)
    ones = np.ones(len(places))
    rooms = Rectangles(
        places[:, 0],
        places[:, 1],
        half * ones,
        request.height / 2 * ones,
        np.tile(chord[:, 0], count),
        np.tile(chord[:, 1], count),
    )
    covers = np.repeat(np.array(shifts) == 0.0, len(along))
    return rooms, covers, np.tile(along / max(length, 1e-9), count)


def _costs(
    request: Request,
    rooms: Rectangles,
    covers: NDArray[np.bool_],
    along: Floats,
    segments: Segments,
    obstacles: Rectangles,
) -> tuple[Floats, NDArray[np.bool_]]:
    """What each place costs, and whether a foreign edge runs below it.

    Forbidden places cost 1e6 and more, others their distance from the best.
    """
    costs = 40.0 * np.abs(along - request.preferred)
    if request.beside:
        costs += 25.0 * covers
    costs += FORBIDDEN * rooms.touch(obstacles).sum(axis=1)
    hit, sine = segments.crossings(rooms)
    foreign = segments.edge != request.edge
    crossed = hit & foreign
    costs += FORBIDDEN * (crossed & (sine < SHALLOW)).sum(axis=1)
    costs += np.where(covers, 4.0, 60.0) * crossed.sum(axis=1)
    # Beside its edge a label must not come back onto it where the edge bends.
    own = (hit & ~foreign).any(axis=1)
    costs += FORBIDDEN * (own & ~covers)
    return costs, crossed.any(axis=1)


def _search(options: list[Rectangles], costs: list[Floats]) -> list[int]:
    """Choose one place for each label: greedily, then min-conflicts."""
    count = len(options)
    order = sorted(range(count), key=lambda i: (int((costs[i] < FORBIDDEN).sum()), i))
    chosen = [int(np.argmin(cost)) for cost in costs]
    now = Rectangles.joined([options[i].take([c]) for i, c in enumerate(chosen)])
    load = np.zeros(count)  # what it costs to touch each label
    for number in order:
        _move(number, now, load, chosen, options, costs)
        load[number] = 1000.0
    touching = now.touch(now)
    np.fill_diagonal(touching, False)
    load = np.full(count, 450.0)
    fewest, since = count + 1, 0
    for step in range(ROUNDS):
        troubled = np.flatnonzero(touching.any(axis=1))
        if len(troubled) < fewest:
            fewest, since = len(troubled), step
        if not len(troubled) or step - since > PATIENCE:
            break
        # Of the labels in trouble move the one moved least so far; ties in turn.
        number = int(troubled[np.lexsort(((troubled + step) % count, load[troubled]))[0]])
        load[number] += 30.0
        _move(number, now, load, chosen, options, costs)
        row = now.take([number]).touch(now)[0]
        row[number] = False
        touching[number], touching[:, number] = row, row
    return chosen


def _move(
    number: int,
    now: Rectangles,
    load: Floats,
    chosen: list[int],
    options: list[Rectangles],
    costs: list[Floats],
) -> None:
    """Move a label to its best place, given where the others stand now."""
    touching = options[number].touch(now)
    touching[:, number] = False
    best = int(np.argmin(costs[number] + touching @ load))
    chosen[number] = best
    now.put(number, options[number], best)
