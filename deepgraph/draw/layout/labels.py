"""Finds a place for the label of each edge: on its own edge, touching nothing, by local search.

Each label may slide along its edge. Places at which it would touch a node or another text, or at
which a foreign edge would run through it at a small angle, are forbidden. Of the rest a set is
chosen in which no two labels touch, the cheapest first, by min-conflicts search (Minton et al.
1992). All of it is arithmetic over arrays, and the same picture comes out every time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.draw.layout.geometry import Rectangles, Segments, polyline
from deepgraph.draw.layout.node_sizes import BADGE_RADIUS, badge_centre
from deepgraph.draw.layout.records import Box, Text
from deepgraph.draw.layout.typography import LABEL_SIZE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepgraph.draw.layout.geometry import Floats, Point
    from deepgraph.draw.view.records import View

STEP = 5.0
"""Px between neighbouring places."""
MOST_PLACES = 70
"""Along one edge."""
LIFT = 10.0
"""Px from an edge to the middle of a label beside it."""
HEAD = 12.0
"""Px at the end of an edge that belong to its arrow."""
SHALLOW = np.sin(np.radians(24.0))
"""Sine of the smallest angle at which a foreign edge may pass under a label; 20° and a margin."""
BEND = 1.6
"""Px by which a curve may leave the straight line of its label."""
ROUNDS, PATIENCE = 600, 90
"""Steps of the search before it gives up: in all, and without getting better."""
FORBIDDEN = 1e6
"""The cost of a place for each thing that it must not touch."""


def place_labels(
    view: View, boxes: list[Box], curves: list[list[Point]], texts: list[Text], beside: list[bool]
) -> tuple[list[Text | None], list[int]]:
    """Find a place for the label of each edge, and the edges whose labels have none.

    `texts` are others in the picture. `beside` is True for each edge whose label may stand beside
    it.
    """
    found: list[Text | None] = [None] * len(view.edges)
    wanted = [number for number, edge in enumerate(view.edges) if edge.text]
    if not wanted:
        return found, []
    lines = [polyline(curve) for curve in curves]
    segments, obstacles = Segments.of(lines), _obstacles(view, boxes, texts)
    labels, options, costs, under = [], [], [], []
    for edge in wanted:
        label = Text(view.edges[edge].label, 0, 0, LABEL_SIZE, role="label")
        rooms, covers, along = _options(label, lines[edge], beside[edge])
        cost, crossed = _costs(rooms, covers, along, segments, obstacles, edge, beside[edge])
        labels.append(label)
        options.append(rooms)
        costs.append(cost)
        under.append(crossed | covers)
    chosen = _search(options, costs)
    final = Rectangles.joined([options[i].take([c]) for i, c in enumerate(chosen)])
    touching = final.touch(final)
    np.fill_diagonal(touching, False)
    angles = np.degrees(np.arctan2(final.sin, final.cos))
    crowded = []
    for number, (edge, choice) in enumerate(zip(wanted, chosen, strict=True)):
        x, y, angle = (float(part[number]) for part in (final.x, final.y, angles))
        background = bool(under[number][choice])
        found[edge] = replace(labels[number], x=x, y=y, angle=angle, background=background)
        if costs[number][choice] >= FORBIDDEN or touching[number].any():
            crowded.append(edge)
    return found, crowded


def _obstacles(view: View, boxes: list[Box], texts: list[Text]) -> Rectangles:
    """The rooms that labels must not touch: of nodes, of their badges, of other texts."""
    size = 2 * BADGE_RADIUS + 4
    nodes = zip(view.nodes, boxes, strict=True)
    return Rectangles.upright(
        [(b.x, b.y, b.width + 6, b.height + 6) for b in boxes]
        + [text.room for text in texts]
        + [(*badge_centre(b), size, size) for node, b in nodes if node.sketch]
    )


def _options(
    label: Text, curve: Floats, beside: bool
) -> tuple[Rectangles, NDArray[np.bool], Floats]:
    """All places of one label along its edge: their rooms, if they cover it, how far along."""
    steps = np.diff(curve, axis=0)
    arc = np.concatenate([[0.0], np.cumsum(np.hypot(steps[:, 0], steps[:, 1]))])
    _, _, width, height = label.room
    length, half = arc[-1], width / 2
    first, last = half + 4.0, length - half - HEAD
    if last <= first:
        first = last = max(length / 2 - HEAD / 4, 0.0)
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
    shifts = (0.0, LIFT, -LIFT) if beside else (0.0,)
    places = np.concatenate([middle + shift * normal for shift in shifts])
    count = len(shifts)
    sizes = (np.full(len(places), side / 2) for side in (width, height))
    rooms = Rectangles(*places.T, *sizes, *np.tile(chord, (count, 1)).T)
    covers = np.repeat(np.array(shifts) == 0.0, len(along))
    return rooms, covers, np.tile(along / max(length, 1e-9), count)


def _costs(
    rooms: Rectangles,
    covers: NDArray[np.bool],
    along: Floats,
    segments: Segments,
    obstacles: Rectangles,
    edge: int,
    beside: bool,
) -> tuple[Floats, NDArray[np.bool]]:
    """The cost of each place, and if a foreign edge runs below it.

    Forbidden places cost `FORBIDDEN` and more, others their distance from the best.
    """
    costs = 40.0 * np.abs(along - (0.5 if beside else 0.3))
    if beside:
        costs += 25.0 * covers
    costs += FORBIDDEN * rooms.touch(obstacles).sum(axis=1)
    hit, sine = segments.crossings(rooms)
    foreign = segments.edge != edge
    crossed = hit & foreign
    costs += FORBIDDEN * (crossed & (sine < SHALLOW)).sum(axis=1)
    costs += np.where(covers, 4.0, 60.0) * crossed.sum(axis=1)
    # A label beside its edge must not come back onto it at a bend.
    own = (hit & ~foreign).any(axis=1)
    costs += FORBIDDEN * (own & ~covers)
    return costs, crossed.any(axis=1)


def _search(options: list[Rectangles], costs: list[Floats]) -> list[int]:
    """Choose one place for each label: first greedily, then by min-conflicts."""
    count = len(options)
    order = sorted(range(count), key=lambda i: (int((costs[i] < FORBIDDEN).sum()), i))
    chosen = [int(np.argmin(cost)) for cost in costs]
    now = Rectangles.joined([options[i].take([c]) for i, c in enumerate(chosen)])
    load = np.zeros(count)  # the cost of touching each label
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
        # Move the label in trouble that was moved least so far; ties take turns.
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
    """Move a label to its best place, given the present places of the others."""
    touching = options[number].touch(now)
    touching[:, number] = False
    best = int(np.argmin(costs[number] + touching @ load))
    chosen[number] = best
    now.put(number, options[number], best)
