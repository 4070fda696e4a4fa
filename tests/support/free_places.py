"""Labels that a foreign line meets, at any angle, though a free place on their own edge is left.

A place on an edge is *free* if the label could stand there as it stands now, its middle on the
edge, level, or turned along the edge if it is turned now, and

- the ends of its edge stay in sight: so much of the tail, and the head of the arrow;
- no foreign line passes through it, at any angle, so that no crossing is in it either;
- it touches no other text, no ground of another label, no node, no bias and no badge;
- it is within the picture.

What must be free is the ground of the label, the piece of page behind it, a tenth wider, since
the reader's font may be, and with `AIR` around it. All else stays where it is: a label for which
others would have to move has no free place. That is the tolerance for dense bundles.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.support.outlines import clip, clips, nearest, overlaps, turned

if TYPE_CHECKING:
    from tests.support.outlines import Points, Shape

STEP = 4.0
"""A free place is looked for at every so many px of an edge."""
TAIL, HEAD = 4.0, 15.0
"""Px of the ends of an edge that stay in sight."""
AIR, WIDER = 5.0, 1.1
"""Px around a free place, and by how much its ground is wider than now."""
BEND = 1.0
"""Px by which an edge may leave the middle of a label that is turned along it."""


def struck(
    words: list[dict[str, Any]], inks: Points, shapes: list[Shape], page: dict[str, Any]
) -> list[str]:
    """Each label that a foreign line meets beside a free place."""
    lines = {edge["key"]: np.array(edge["points"], np.float64) for edge in page["edges"]}
    owner = np.repeat(list(lines), [len(line) - 1 for line in lines.values()])
    starts = np.concatenate([line[:-1] for line in lines.values()] or [np.zeros((0, 2))])
    ends = np.concatenate([line[1:] for line in lines.values()] or [np.zeros((0, 2))])
    backs = {back["key"]: back for back in page["backs"] if "matrix" in back}
    grounds = {
        number: _ground(backs.get(word["owner"]), ink)
        for number, (word, ink) in enumerate(zip(words, inks, strict=True))
        if word["kind"] == "label"
    }
    size = np.array([page["width"], page["height"]])
    found = []
    for number, ground in grounds.items():
        own = words[number]["owner"]
        foreign = owner != own
        through = foreign & (clip(inks[number], starts, ends) > 0)
        if not through.any():
            continue
        places = _places(ground, lines[own])
        places = places[((places >= 0) & (places <= size)).all(axis=(1, 2))]
        places = places[~(clips(places, starts[foreign], ends[foreign]) > 0).any(axis=1)]
        taken = [inks[n] for n in range(len(words)) if n != number]
        taken += [grounds[n] for n in grounds if n != number]
        places = places[~overlaps(places, np.array(taken).reshape(-1, 4, 2)).any(axis=1)]
        for shape in shapes:
            places = places[~shape.covers(places)]
        if len(places):
            x, y = places[0].mean(axis=0)
            word = words[number]["text"]
            edge = owner[through][0]
            found.append(f'{edge} through "{word}" though ({x:.0f}, {y:.0f}) is free')
    return found


def _ground(back: dict[str, Any] | None, ink: Points) -> Points:
    """The corners of the ground of a label, a tenth wider; of its ink where a line is cut."""
    ground = turned(back["box"], back["matrix"]) if back else ink
    return np.asarray(ground.mean(axis=0) + (ground - ground.mean(axis=0)) @ _stretch(ground))


def _stretch(ground: Points) -> Points:
    """(2, 2) what widens a turned rectangle along its text."""
    along = (ground[1] - ground[0]) / np.hypot(*(ground[1] - ground[0]))
    return np.asarray(np.eye(2) + (WIDER - 1) * np.outer(along, along))


def _places(ground: Points, line: Points) -> Points:
    """(places, 4, 2) the ground wherever both ends of its edge stay in sight, with air around."""
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    arc = np.concatenate([[0.0], np.cumsum(steps)])

    def at(along: Any) -> Points:
        return np.stack([np.interp(along, arc, line[:, axis]) for axis in (0, 1)], axis=-1)

    side, down = ground[1] - ground[0], ground[3] - ground[0]
    width, height, angle = np.hypot(*side), np.hypot(*down), math.atan2(side[1], side[0])
    middle = ground.mean(axis=0)
    off = _turn((middle - nearest(middle, line))[None], -angle)
    half = np.array([width, height]) / 2 + AIR
    around = off + np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * half
    along = np.arange(TAIL, max(arc[-1] - HEAD, TAIL), STEP)
    found = [at(along)[:, None] + around]
    if abs(math.sin(angle)) > 0.01:
        first, last = at(along - width / 2), at(along + width / 2)
        straight = np.linalg.norm((first + last) / 2 - at(along), axis=1) < BEND
        straight &= (along >= width / 2) & (along <= arc[-1] - width / 2)
        for place, (dx, dy) in zip(along[straight], (last - first)[straight], strict=True):
            turn = math.atan2(dy, dx) if dx >= 0 else math.atan2(-dy, -dx)
            found.append(at(place) + _turn(around, turn)[None])
    places = np.concatenate(found)
    seen = at(np.array([0.0, TAIL, arc[-1] - HEAD, arc[-1]]))
    return np.asarray(places[~(clips(places, seen[::2], seen[1::2]) > 0).any(axis=1)])


def _turn(points: Points, angle: float) -> Points:
    """Points turned around the origin, clockwise as in an SVG."""
    cos, sin = math.cos(angle), math.sin(angle)
    return np.asarray(points @ np.array([[cos, sin], [-sin, cos]]))
