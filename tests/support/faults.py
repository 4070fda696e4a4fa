"""The faults of a picture, judged by where Chromium put everything.

A text is two turned rectangles: its *ink*, as wide as the text's advance and as high as its letters
really are, and its *line*, the box of `getBBox`, which has the whole line height, accents and all.
Two texts overlap, and a text leaves its node, where ink does: letters that a reader sees. Lines
overlap harmlessly, as in any paragraph. How far a label is from its edge goes by the line, which is
the box that the browser reports. Half a pixel of each ink is let go: that is what anti-aliasing
smears, and what the layout cannot know of a font's side bearings.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Points = NDArray[np.float64]

SLACK = 0.5
"""Px of a text's border that may touch something."""
SHALLOW, THROUGH = math.radians(20), 3.0
"""A foreign edge strikes a label out if it passes at less than this angle, and so many px from its
middle. In a dense layer one may pass through a corner: the ground of the label hides it there."""
NEAR = 3.0
"""Px between a label and its own edge, at most."""
SMALLEST = 9.0
"""The smallest font size."""
WITHIN = 3.0
"""Px of an edge that may lie in a node: its end, below the border."""
UNCUT = 1.0
"""Px of a line that may reach into a label that it is cut for."""
STEP, ENDS = 4.0, (4.0, 15.0)
"""A free place for a label is looked for at every so many px of its edge; so much of its ends, the
head of its arrow above all, must stay in sight."""


def faults(page: dict[str, Any]) -> list[str]:
    """Everything wrong with one picture."""
    words = [word for word in page["words"] if word["text"].strip()]
    inks = np.array([_ink(word) for word in words]).reshape(-1, 4, 2)
    shapes = [
        Shape.of(node["key"], what, node[key])
        for node in page["nodes"]
        for key, what in (("shape", "node"), ("badge", "badge"))
        if node[key]
    ]
    plots = [Shape.of(n["key"], "plot", n["plot"]) for n in page["nodes"] if n["plot"]]
    pieces = Pieces.of(page["edges"])
    size = np.array([page["width"], page["height"]])
    backs = {back["key"] for back in page["backs"] if "box" in back}
    return [
        *_texts_on_texts(words, inks),
        *_on_nodes(words, inks, shapes),
        *_outside(words, inks, shapes, pieces, size),
        *_plots(words, inks, shapes, plots),
        *_edges_through_texts(words, inks, pieces, backs),
        *_lines_through_labels(words, inks, page["edges"]),
        *_edges_through_nodes(shapes, pieces),
        *_far_from_their_edges(words, page["edges"]),
        *_nearer_to_others(words, inks, page["edges"]),
        *_on_crossings(words, inks, shapes, page["edges"]),
        *[f'"{w["text"]}" is {w["size"]} px high' for w in words if w["size"] < SMALLEST - 0.01],
    ]


# --- shapes ----------------------------------------------------------------------------------


def _turned(box: Any, matrix: Any) -> Points:
    """The corners of a box (x, y, width, height) under an SVG matrix."""
    x, y, width, height = box
    corners = np.array([(x, y), (x + width, y), (x + width, y + height), (x, y + height)])
    a, b, c, d, e, f = matrix
    return np.asarray(corners @ np.array([[a, b], [c, d]]) + np.array([e, f]))


def _ink(word: dict[str, Any]) -> Points:
    x, _, width, _ = word["line"]
    top, bottom = word["ink"]
    slack = min(SLACK, width / 2, (bottom - top) / 2)
    box = (x + slack, top + slack, width - 2 * slack, bottom - top - 2 * slack)
    return _turned(box, word["matrix"])


def _line(word: dict[str, Any]) -> Points:
    return _turned(word["line"], word["matrix"])


def _overlap(one: Points, others: Points) -> NDArray[np.bool]:
    """(others,) whether rectangles (4, 2) and (others, 4, 2) share an area."""
    apart = np.zeros(len(others), bool)
    for axis in (one[1] - one[0], one[2] - one[1]):
        a, b = one @ axis, others @ axis
        apart |= (a.max() <= b.min(axis=1)) | (b.max(axis=1) <= a.min())
    for corner in (0, 1):
        axes = others[:, corner + 1] - others[:, corner]
        a, b = one @ axes.T, np.einsum("opi,oi->op", others, axes)
        apart |= (a.max(axis=0) <= b.min(axis=1)) | (b.max(axis=1) <= a.min(axis=0))
    return ~apart


def _clip(box: Points, start: Points, end: Points) -> Points:
    """(pieces,) how many px of each straight piece lie in a rectangle (4, 2)."""
    first, last = np.zeros(len(start)), np.ones(len(start))
    along = end - start
    for corner in (0, 1):
        side = box[corner + 1] - box[corner]
        low, high = box[corner] @ side, box[corner + 1] @ side
        here, speed = start @ side, along @ side
        speed = np.where(np.abs(speed) < 1e-12, 1e-12, speed)
        a, b = (low - here) / speed, (high - here) / speed
        first, last = np.maximum(first, np.minimum(a, b)), np.minimum(last, np.maximum(a, b))
    return np.asarray(np.maximum(last - first, 0) * np.linalg.norm(along, axis=1))


@dataclass
class Shape:
    """A node's outline or a badge: a circle, or a rectangle with its rounded corners filled."""

    name: str
    what: str
    box: Points
    radius: float

    @classmethod
    def of(cls, name: str, what: str, found: dict[str, Any]) -> Shape:
        width = found["box"][2]
        box = _turned(found["box"], found["matrix"])
        return cls(name, what, box, width / 2 if found["round"] else 0.0)

    @property
    def middle(self) -> Points:
        return np.asarray(self.box.mean(axis=0))

    def covers(self, others: Points) -> NDArray[np.bool]:
        """(others,) which rectangles it shares an area with."""
        hit = _overlap(self.box, others)
        if self.radius:
            for number in np.flatnonzero(hit):
                around = np.concatenate([others[number], others[number][:1]])
                dot = np.array([self.middle, self.middle])
                near = _clip(others[number], dot, dot + 1e-6).any()
                hit[number] = near or _distance(self.middle, around) < self.radius
        return hit

    def holds(self, points: Points) -> bool:
        """True if all of some points are in it."""
        if self.radius:
            return bool(np.linalg.norm(points - self.middle, axis=1).max() <= self.radius)
        return bool(
            (points >= self.box.min(axis=0)).all() and (points <= self.box.max(axis=0)).all()
        )

    def length(self, start: Points, end: Points) -> Points:
        """(pieces,) how many px of each straight piece lie in it."""
        if not self.radius:
            return _clip(self.box, start, end)
        along = end - start
        size = np.maximum(np.linalg.norm(along, axis=1), 1e-9)
        share = ((self.middle - start) * along).sum(axis=1) / size
        off = np.linalg.norm(start + (share / size)[:, None] * along - self.middle, axis=1)
        half = np.sqrt(np.maximum(self.radius**2 - off**2, 0))
        first, last = np.maximum(share - half, 0), np.minimum(share + half, size)
        return np.asarray(np.maximum(last - first, 0))


def _distance(point: Points, line: Points) -> float:
    start, along = line[:-1], np.diff(line, axis=0)
    square = np.maximum((along**2).sum(axis=1), 1e-12)
    share = np.clip(((point - start) * along).sum(axis=1) / square, 0, 1)
    return float(np.linalg.norm(start + share[:, None] * along - point, axis=1).min())


def _gap(box: Points, edge: Points) -> float:
    """From a rectangle to an edge, 0 where they meet."""
    if _clip(box, edge[:-1], edge[1:]).any():
        return 0.0
    closed = np.concatenate([box, box[:1]])
    gaps = [_distance(corner, edge) for corner in box]
    return min(gaps + [_distance(point, closed) for point in edge])


@dataclass
class Pieces:
    """All edges, cut into straight pieces."""

    edge: list[str]
    start: Points
    end: Points

    @classmethod
    def of(cls, edges: list[dict[str, Any]]) -> Pieces:
        names, starts, ends = [], [np.zeros((0, 2))], [np.zeros((0, 2))]
        for edge in edges:
            points = np.array(edge["points"], np.float64)
            names += [edge["key"]] * (len(points) - 1)
            starts.append(points[:-1])
            ends.append(points[1:])
        return cls(names, np.concatenate(starts), np.concatenate(ends))


# --- faults ----------------------------------------------------------------------------------


def _texts_on_texts(words: list[dict[str, Any]], inks: Points) -> list[str]:
    found = []
    for i, word in enumerate(words[:-1]):
        hits = np.flatnonzero(_overlap(inks[i], inks[i + 1 :])) + i + 1
        found += [f'"{word["text"]}" on "{words[j]["text"]}"' for j in hits]
    return found


def _on_nodes(words: list[dict[str, Any]], inks: Points, shapes: list[Shape]) -> list[str]:
    """Texts over nodes that are not their own, texts over badges, nodes over nodes."""
    found = []
    boxes = np.array([shape.box for shape in shapes]).reshape(-1, 4, 2)
    for number, shape in enumerate(shapes):
        for hit in np.flatnonzero(shape.covers(inks)):
            word = words[hit]
            if (word["kind"], word["owner"], shape.what) != ("node", shape.name, "node"):
                found.append(f'"{word["text"]}" on {shape.what} {shape.name}')
        for hit in np.flatnonzero(shape.covers(boxes[number + 1 :])) + number + 1:
            other = shapes[hit]
            far = np.linalg.norm(shape.middle - other.middle) >= shape.radius + other.radius
            if other.name != shape.name and not (shape.radius and other.radius and far):
                found.append(f"{shape.what} {shape.name} on {other.what} {other.name}")
    return found


def _outside(
    words: list[dict[str, Any]], inks: Points, shapes: list[Shape], pieces: Pieces, size: Points
) -> list[str]:
    """Texts that leave their own node, and anything that leaves the picture."""
    found = []
    nodes = {shape.name: shape for shape in shapes if shape.what == "node"}
    for word, ink in zip(words, inks, strict=True):
        line = _line(word)
        if (line < 0).any() or (line > size).any():
            found.append(f'"{word["text"]}" leaves the picture')
        own = nodes.get(word["owner"]) if word["kind"] == "node" else None
        if own is not None and not own.holds(ink):
            found.append(f'"{word["text"]}" leaves node {own.name}')
    found += [
        f"{shape.what} {shape.name} leaves the picture"
        for shape in shapes
        if (shape.box < 0).any() or (shape.box > size).any()
    ]
    ends = np.concatenate([pieces.start, pieces.end])
    if (ends < 0).any() or (ends > size).any():
        found.append("an edge leaves the picture")
    return found


def _plots(
    words: list[dict[str, Any]], inks: Points, shapes: list[Shape], plots: list[Shape]
) -> list[str]:
    """Curves that leave their node, or lie on a text or a badge."""
    found = []
    nodes = {shape.name: shape for shape in shapes if shape.what == "node"}
    badges = [shape for shape in shapes if shape.what == "badge"]
    for plot in plots:
        if not nodes[plot.name].holds(plot.box):
            found.append(f"the curve leaves node {plot.name}")
        hit = plot.covers(inks) if len(words) else []
        found += [f'the curve of {plot.name} on "{words[n]["text"]}"' for n in np.flatnonzero(hit)]
        covered = plot.covers(np.array([badge.box for badge in badges]).reshape(-1, 4, 2))
        found += [
            f"the curve of {plot.name} on badge {badges[n].name}" for n in np.flatnonzero(covered)
        ]
    return found


def _edges_through_texts(
    words: list[dict[str, Any]], inks: Points, pieces: Pieces, backs: set[str]
) -> list[str]:
    """Foreign edges that strike a label out, and any edge through what has no background."""
    found = []
    along = pieces.end - pieces.start
    for word, ink in zip(words, inks, strict=True):
        if word["kind"] == "node":
            continue
        for hit in np.flatnonzero(_clip(ink, pieces.start, pieces.end) > 0):
            edge = pieces.edge[hit]
            name = f'{edge} through "{word["text"]}"'
            if word["kind"] == "free":
                found.append(name)
                continue
            if word["owner"] not in backs:
                found.append(f"{name}, which has no background")
            a, b = word["matrix"][:2]
            x, y = along[hit]
            turn = abs(math.atan2(y * a - x * b, x * a + y * b))
            angle = min(turn, math.pi - turn)
            middle = _distance(ink.mean(axis=0), np.array([pieces.start[hit], pieces.end[hit]]))
            if word["owner"] != edge and angle < SHALLOW and middle < THROUGH:
                found.append(f"{name} at {math.degrees(angle):.0f}°")
    return found


def _lines_through_labels(
    words: list[dict[str, Any]], inks: Points, edges: list[dict[str, Any]]
) -> list[str]:
    """Lines that a picture by Graphviz does not cut where a label stands."""
    cut = [
        {"key": edge["key"], "points": points}
        for edge in edges
        for points in edge.get("strokes", ())
    ]
    pieces = Pieces.of(cut)
    found = []
    for word, ink in zip(words, inks, strict=True):
        if word["kind"] == "label" and cut:
            hits = np.flatnonzero(_clip(ink, pieces.start, pieces.end) > UNCUT)
            found += [f'the line of {pieces.edge[hit]} in "{word["text"]}"' for hit in hits]
    return found


def _edges_through_nodes(shapes: list[Shape], pieces: Pieces) -> list[str]:
    """Edges over nodes; at its own two nodes an edge may reach a border's width inside."""
    found = []
    for shape in shapes:
        inside: dict[str, float] = {}
        if shape.what == "node":
            for hit, length in enumerate(shape.length(pieces.start, pieces.end)):
                inside[pieces.edge[hit]] = inside.get(pieces.edge[hit], 0.0) + length
        found += [f"{edge} through {shape.name}" for edge, px in inside.items() if px > WITHIN]
    return found


def _far_from_their_edges(words: list[dict[str, Any]], edges: list[dict[str, Any]]) -> list[str]:
    lines = {edge["key"]: np.array(edge["points"]) for edge in edges}
    found = []
    for word in words:
        if word["kind"] == "label":
            gap = _gap(_line(word), lines[word["owner"]])
            if gap > NEAR:
                found.append(f'"{word["text"]}" is {gap:.1f} px from its edge')
    return found


def _nearer_to_others(
    words: list[dict[str, Any]], inks: Points, edges: list[dict[str, Any]]
) -> list[str]:
    """Labels whose middle is nearer to a foreign edge than to their own."""
    lines = {edge["key"]: np.array(edge["points"]) for edge in edges}
    found = []
    for word, ink in zip(words, inks, strict=True):
        if word["kind"] != "label":
            continue
        middle = ink.mean(axis=0)
        own = _distance(middle, lines[word["owner"]])
        for key, line in lines.items():
            if key != word["owner"] and _distance(middle, line) < own - SLACK:
                found.append(f'"{word["text"]}" is nearer to {key} than to its edge')
    return found


def _on_crossings(
    words: list[dict[str, Any]],
    inks: Points,
    shapes: list[Shape],
    edges: list[dict[str, Any]],
) -> list[str]:
    """Labels on a crossing of their edge, though another place on it is free."""
    lines = {edge["key"]: np.array(edge["points"]) for edge in edges}
    labels = [n for n, word in enumerate(words) if word["kind"] == "label"]
    found = []
    for number in labels:
        own = lines[words[number]["owner"]]
        foreign = [line for line in lines.values() if line is not own]
        points = _crossings(own, foreign)
        ink = inks[number]
        if not _holds(ink, points).any():
            continue
        others = np.delete(inks, number, axis=0)
        places, ends = _along(own)
        for place in places - ink.mean(axis=0):
            moved = ink + place
            free = not _holds(moved, np.concatenate([points, ends])).any()
            free = free and not _overlap(moved, others).any()
            free = free and not any(shape.covers(moved[None])[0] for shape in shapes)
            middle = moved.mean(axis=0)
            if free and all(_distance(middle, line) > THROUGH for line in foreign):
                found.append(f'"{words[number]["text"]}" on a crossing beside a free place')
                break
    return found


def _along(line: Points) -> tuple[Points, Points]:
    """(places, 2) at every few px of a line, and those of them that are its ends."""
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    arc = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.arange(0.0, arc[-1], STEP)
    places = np.stack([np.interp(at, arc, line[:, axis]) for axis in (0, 1)], axis=1)
    return places, places[(at < ENDS[0]) | (at > arc[-1] - ENDS[1])]


def _holds(box: Points, points: Points) -> NDArray[np.bool]:
    """(points,) which points lie in a rectangle (4, 2)."""
    inside = np.ones(len(points), bool)
    for corner in (0, 1):
        side = box[corner + 1] - box[corner]
        along = points @ side
        inside &= (along > box[corner] @ side) & (along < box[corner + 1] @ side)
    return inside


def _crossings(line: Points, others: list[Points]) -> Points:
    """(crossings, 2) of a line with others."""
    if not others:
        return np.zeros((0, 2))
    start = np.concatenate([other[:-1] for other in others])
    along = np.concatenate([np.diff(other, axis=0) for other in others])
    found = [np.zeros((0, 2))]
    for a, u in zip(line[:-1], np.diff(line, axis=0), strict=True):
        area = u[0] * along[:, 1] - u[1] * along[:, 0]
        flat = np.abs(area) < 1e-9
        safe = np.where(flat, 1.0, area)
        between = start - a
        s = (between[:, 0] * along[:, 1] - between[:, 1] * along[:, 0]) / safe
        t = (between[:, 0] * u[1] - between[:, 1] * u[0]) / safe
        hit = ~flat & (s >= 0) & (s <= 1) & (t >= 0) & (t <= 1)
        found.append(a + s[hit, None] * u)
    return np.concatenate(found)
