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

    @classmethod
    def joined(cls, parts: list[Places]) -> Places:
        """Join several sets into one."""
        arrays = zip(*(part[1:] for part in parts), strict=True)
        return cls(Rectangles.joined([part.rooms for part in parts]), *map(np.concatenate, arrays))

    def take(self, index: Any) -> Places:
        """The places that an index chooses."""
        return Places(self.rooms.take(index), *(array[index] for array in self[1:]))

    def grown(self, by: float) -> Places:
        """The same with so many px more on each side of their rooms."""
        return self._replace(rooms=self.rooms.grown(by))


# --- the places of one label -------------------------------------------------------------------


def along_edge(
    size: tuple[float, float],
    line: Floats,
    wish: Wish | None,
    label: int,
    edge: int,
    step: float | None = None,
    *,
    level: bool,
) -> Places:
    """All places of one label along its edge, level ones first, or level ones only.

    They are at every `step` px; by default at as many that there are no more than `MOST_PLACES`.
    """
    steps = np.diff(line, axis=0)
    arc = np.concatenate([[0.0], np.cumsum(np.hypot(steps[:, 0], steps[:, 1]))])
    length = float(arc[-1])
    wanted = SHARE * length if wish is None else wish.along
    along = _along(wanted, length, 1e9 if wish is None else wish.reach, step)
    width, height = size

    def at(where: Floats) -> Floats:
        return np.stack([np.interp(where, arc, line[:, axis]) for axis in (0, 1)], axis=1)

    middle = at(along)
    half = np.minimum(width / 2, length / 2)
    tail, head = at(along - half), at(along + half)
    chord = head - tail
    chord /= np.hypot(chord[:, 0], chord[:, 1])[:, None] + 1e-9
    chord *= np.where(chord[:, 0] < -1e-9, -1.0, 1.0)[:, None]  # letters stand upright
    slope = np.abs(chord[:, 1])
    # The part of the line that a level label hides: it leaves its ground at a side or at the top.
    hidden = np.minimum(width / 2 / np.maximum(np.abs(chord[:, 0]), 1e-9), width / 2 + height)
    hidden = np.minimum(hidden, height / 2 / np.maximum(slope, 1e-9))
    costs = np.abs(along - wanted) + SLANTED * slope
    tail_end = TAIL + (0.0 if wish is None else wish.start)
    flat = (along - hidden >= tail_end) & (along + hidden <= length - HEAD)
    normal = np.stack([chord[:, 1], -chord[:, 0]], axis=1)
    sag = np.abs(np.sum((middle - (tail + head) / 2) * normal, axis=1))
    turned = (sag <= BEND) & (slope > LEVEL) & (not level)
    turned &= (along - width / 2 >= tail_end) & (along + width / 2 <= length - HEAD)
    if not flat.any() and not turned.any():
        nearest = int(np.argmin(np.abs(along - (length - HEAD + TAIL) / 2)))
        flat[nearest] = True
        costs[nearest] += FORBIDDEN
    upright = np.tile([1.0, 0.0], (int(flat.sum()), 1))
    cos, sin = np.concatenate([upright, chord[turned]]).T
    spots = np.concatenate([middle[flat], middle[turned]])
    costs = np.concatenate([costs[flat], (costs + TURNED + UPRIGHT * slope)[turned]])
    count = len(spots)
    half_width, half_height = (np.full(count, side / 2) for side in size)
    rooms = Rectangles(spots[:, 0], spots[:, 1], half_width, half_height, cos, sin)
    return Places(rooms, costs, np.full(count, label), np.full(count, edge))


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
