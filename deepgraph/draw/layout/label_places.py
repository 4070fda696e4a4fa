"""The places of labels along their edges, and what each costs.

A place is level or turned along its line. It costs its way from where the label is wanted, each
crossing and each foreign line in it, and far more what it must not touch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from deepgraph.draw.layout.geometry import Rectangles, middle, nearby

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from deepgraph.draw.layout.geometry import Floats, Segments

SHARE = 0.38
"""Of the way from the source, where a label is wanted."""
STEP = 6.0
"""Px between neighbouring places."""
MOST_PLACES = 48
"""Along one edge."""
TAIL, HEAD = 5.0, 16.0
"""Px of its line that a label leaves free: behind its source, and before its target."""
SHALLOW = np.sin(np.radians(24.0))
"""Sine of the angle below which a foreign line runs along a label, not across it."""
LEVEL = np.sin(np.radians(7.0))
"""Sine of the angle up to which a line is as good as level."""
BEND = 1.6
"""Px by which a curve may leave the straight line of a label that is turned."""

FORBIDDEN = 1e6
"""The cost of a place for each thing that it must not touch."""
STRUCK, STRIKES = 20000.0, 4.0
"""The cost of a foreign line that strikes the label out, which passes along it, and no more than so
many px from its middle."""
CROSSING, ALONGSIDE, THROUGH = 15000.0, 5000.0, 3000.0
"""The costs of each crossing of its own edge, and of each foreign line along or through it: some
lines through a label are better than a crossing below it, where no reader sees whose it is."""
TURNED, UPRIGHT = 1500.0, 300.0
"""The costs of being turned, and of standing upright besides; all are more than a way along an
edge costs, which is 1 for each px."""
BESIDE_CROSSING = 2.0
"""Px that a label keeps from a crossing: indices hang that much lower in some fonts."""
SLANTED = 60.0
"""A curve that becomes level is rather labelled there."""


@dataclass(frozen=True)
class Wish:
    """Where the label of an edge is wanted.

    Attributes:
        along: px along its line, to the middle of the label.
        strict: True if foreign lines keep out of it; in a dense layer some cannot, and its labels
            stay in their column.
        reach: px along its line by which it may miss that.
        start: px along its line before which it does not begin.
    """

    along: float
    strict: bool = True
    reach: float = 1e9
    start: float = 0.0


class Places(NamedTuple):
    """Places as arrays of one length.

    Attributes:
        rooms: of the label.
        costs: without what it touches.
        label: its number among those that are placed.
        edge: the number of its edge.
    """

    rooms: Rectangles
    costs: Floats
    label: NDArray[np.int64]
    edge: NDArray[np.int64]

    def take(self, index: Any) -> Places:
        """The places that an index chooses."""
        return Places(self.rooms.take(index), *(array[index] for array in self[1:]))

    def grown(self, by: float) -> Places:
        """The same with so many px more on each side of their rooms."""
        return self._replace(rooms=self.rooms.grown(by))


# --- the places of labels along their edges ------------------------------------------------------


class Room(NamedTuple):
    """A label that looks for a place on its line.

    Attributes:
        size: its width and height.
        line: (points, 2) of its edge.
        wish: where it is wanted; without one at `SHARE` of its line.
        level: True if it must not be turned.
        label, edge: its number among those that are placed, and that of its edge.
    """

    size: tuple[float, float]
    line: Floats
    wish: Wish | None
    level: bool
    label: int
    edge: int


def along_edges(rooms: Sequence[Room], step: float | None = None) -> Places:
    """All places of labels along their edges: for each in turn level ones, then turned ones.

    They are at every `step` px; by default at as many that there are no more than `MOST_PLACES`.
    """
    lines = _Lines.of([room.line for room in rooms])
    lengths = lines.arc[:, -1]
    wanted, along = [], []
    for room, length in zip(rooms, lengths.tolist(), strict=True):
        wanted.append(SHARE * length if room.wish is None else room.wish.along)
        reach = 1e9 if room.wish is None else room.wish.reach
        along.append(_along(wanted[-1], length, reach, step))
    which = np.repeat(np.arange(len(rooms)), [len(part) for part in along])
    places = np.concatenate(along)
    starts = [TAIL + (0.0 if room.wish is None else room.wish.start) for room in rooms]
    upright = np.array([room.level for room in rooms])
    wide, high = np.array([room.size for room in rooms], np.float64).T
    width, height, tail_end, length = (a[which] for a in (wide, high, np.array(starts), lengths))
    centres, chord, slope, sag, hidden = lines.below(which, places, width, height)
    costs = np.abs(places - np.array(wanted)[which]) + SLANTED * slope
    flat = (places - hidden >= tail_end) & (places + hidden <= length - HEAD)
    turned = (sag <= BEND) & (slope > LEVEL) & ~upright[which]
    turned &= (places - width / 2 >= tail_end) & (places + width / 2 <= length - HEAD)
    found = np.bincount(which[flat | turned], minlength=len(rooms))
    for number in np.flatnonzero(found == 0).tolist():  # none: the one nearest to the middle
        own = np.flatnonzero(which == number)
        centre = (lengths[number] - HEAD + TAIL) / 2
        nearest = own[np.argmin(np.abs(places[own] - centre))]
        flat[nearest] = True
        costs[nearest] += FORBIDDEN
    spots = np.concatenate([np.flatnonzero(flat), np.flatnonzero(turned)])
    order = np.argsort(which[spots], kind="stable")
    spots, is_turned = spots[order], (np.arange(len(spots)) >= flat.sum())[order]
    cos, sin = np.where(is_turned[:, None], chord[spots], [1.0, 0.0]).T
    costs = costs[spots]
    costs[is_turned] = (costs + TURNED + UPRIGHT * slope[spots])[is_turned]
    x, y = centres[spots].T
    return Places(
        Rectangles(x, y, width[spots] / 2, height[spots] / 2, cos, sin),
        costs,
        np.array([room.label for room in rooms])[which[spots]],
        np.array([room.edge for room in rooms])[which[spots]],
    )


class _Below(NamedTuple):
    """The part of a line below a label, for each of some places.

    Attributes:
        centres: (places, 2) the middles of the labels.
        chord: (places, 2) the direction of a label that is turned along its line.
        slope: (places,) the magnitude of its sine: 0 if it is level.
        sag: (places,) px from the middle of a label to its chord.
        hidden: (places,) px of the line that a level label hides, to either side of its middle.
    """

    centres: Floats
    chord: Floats
    slope: Floats
    sag: Floats
    hidden: Floats


class _Lines(NamedTuple):
    """Lines of several points each, padded by their last point to one number of points.

    Attributes:
        points: (lines, points, 2)
        arc: (lines, points) px along each line to each of its points.
    """

    points: Floats
    arc: Floats

    @classmethod
    def of(cls, lines: Sequence[Floats]) -> _Lines:
        most = max(map(len, lines))
        points = np.stack([line[[*range(len(line))] + [-1] * (most - len(line))] for line in lines])
        steps = np.diff(points, axis=1)
        arc = np.zeros(points.shape[:2])
        arc[:, 1:] = np.cumsum(np.hypot(steps[..., 0], steps[..., 1]), axis=1)
        return cls(points, arc)

    def at(self, which: NDArray[np.int64], along: Floats) -> Floats:
        """(places, 2) the points at so many px along lines of these numbers."""
        last = self.arc.shape[1] - 2
        before = (self.arc[which, 1:-1] <= along[:, None]).sum(axis=1) if last else 0 * which
        start, end = (self.arc[which, before + n] for n in (0, 1))
        first, second = (self.points[which, before + n] for n in (0, 1))
        safe = np.where(end > start, end - start, 1.0)[:, None]
        found = (second - first) / safe * (along - start)[:, None] + first
        found = np.where((along <= start)[:, None], first, found)
        beyond = (along >= self.arc[which, -1])[:, None]
        return np.asarray(np.where(beyond, self.points[which, -1], found))

    def below(
        self, which: NDArray[np.int64], along: Floats, width: Floats, height: Floats
    ) -> _Below:
        """What is below labels of these sizes at so many px along lines of these numbers."""
        centres = self.at(which, along)
        half = np.minimum(width / 2, self.arc[which, -1] / 2)
        tail, head = self.at(which, along - half), self.at(which, along + half)
        chord = head - tail
        chord /= np.hypot(chord[:, 0], chord[:, 1])[:, None] + 1e-9
        chord *= np.where(chord[:, 0] < -1e-9, -1.0, 1.0)[:, None]  # letters stand upright
        slope = np.abs(chord[:, 1])
        normal = np.stack([chord[:, 1], -chord[:, 0]], axis=1)
        sag = np.abs(np.sum((centres - (tail + head) / 2) * normal, axis=1))
        # The line leaves the ground of a level label at a side or at the top.
        hidden = np.minimum(width / 2 / np.maximum(np.abs(chord[:, 0]), 1e-9), width / 2 + height)
        hidden = np.minimum(hidden, height / 2 / np.maximum(slope, 1e-9))
        return _Below(centres, chord, slope, sag, hidden)


def _along(wanted: float, length: float, reach: float, step: float | None) -> Floats:
    """Px along an edge at which its label may stand, the wish among them."""
    wanted = min(max(wanted, 0.0), length)
    step = step or max(STEP, length / MOST_PLACES)
    before = np.arange(wanted, max(wanted - reach, 0.0), -step)[::-1]
    after = np.arange(wanted + step, min(wanted + reach, length), step)
    return np.concatenate([before if len(before) else [wanted], after])


# --- costs of all places -----------------------------------------------------------------------


def _cell(rooms: Rectangles) -> float:
    """A cell of the grid, about as large as a label."""
    return 2 * middle(rooms.half_width) + 10.0


def touched(places: Places, obstacles: Rectangles) -> Floats:
    """(places,) the cost of obstacles that places touch."""
    if not len(places.costs):
        return np.zeros(0)
    one, other = nearby(places.rooms.bounds, obstacles.bounds, _cell(places.rooms))
    hit = places.rooms.take(one).touch_each(obstacles.take(other))
    return np.asarray(FORBIDDEN * np.bincount(one[hit], minlength=len(places.costs)), np.float64)


def met(places: Places, segments: Segments) -> NDArray[np.bool]:
    """(places,) whether a foreign line passes through each."""
    if not len(places.costs):
        return np.zeros(0, np.bool)
    cell = _cell(places.rooms)
    room, _, _ = _foreign(places, segments.cut(2 * cell), cell)
    return np.bincount(room, minlength=len(places.costs)) > 0


def _foreign(
    places: Places, pieces: Segments, cell: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """The places and the pieces of foreign lines through them, and the sines of their angles."""
    room, piece = nearby(places.rooms.bounds, pieces.bounds, cell)
    foreign = pieces.edge[piece] != places.edge[room]
    room, piece = room[foreign], piece[foreign]
    hit, sine = pieces.crossings_of(places.rooms.take(room), piece)
    return room[hit], piece[hit], sine[hit]


def crossed(places: Places, segments: Segments, strict: NDArray[np.bool]) -> Floats:
    """(places,) the cost of crossings in them, and of foreign lines along and through them."""
    count, cell = len(places.costs), _cell(places.rooms)
    pieces = segments.cut(2 * cell)
    room, piece, sine = _foreign(places, pieces, cell)
    edge, shallow = pieces.edge[piece], sine < SHALLOW
    middles = np.stack([places.rooms.x[room], places.rooms.y[room]], axis=1)
    struck = room[shallow & (pieces.distances(middles, piece) < STRIKES)]
    # An edge of several pieces counts once.
    _, first = np.unique(room * (int(segments.edge.max()) + 1) + edge, return_index=True)
    price = np.where(shallow[first], ALONGSIDE, THROUGH) * strict[room[first]]
    costs = np.bincount(room[first], price, minlength=count)
    costs = costs + STRUCK * np.bincount(struck, minlength=count)
    one, other, points = segments.meetings(2 * cell)
    spots = np.concatenate([points, points], axis=1)
    rooms = places.rooms.grown(BESIDE_CROSSING)
    room, point = nearby(rooms.bounds, spots, cell)
    own = (one[point] == places.edge[room]) | (other[point] == places.edge[room])
    room, point = room[own], point[own]
    inside = rooms.take(room).hold_each(points[point])
    return np.asarray(costs + CROSSING * np.bincount(room[inside], minlength=count), np.float64)
