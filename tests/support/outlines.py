"""Turned rectangles, circles and lines in a page, and what they share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Points = NDArray[np.float64]


def turned(box: Any, matrix: Any) -> Points:
    """The corners of a box (x, y, width, height) under an SVG matrix."""
    x, y, width, height = box
    corners = np.array([(x, y), (x + width, y), (x + width, y + height), (x, y + height)])
    a, b, c, d, e, f = matrix
    return np.asarray(corners @ np.array([[a, b], [c, d]]) + np.array([e, f]))


def overlap(one: Points, others: Points) -> NDArray[np.bool]:
    """(others,) whether rectangles (4, 2) and (others, 4, 2) share an area."""
    return overlaps(one[None], others)[0]


def overlaps(ones: Points, others: Points) -> NDArray[np.bool]:
    """(ones, others) the same of rectangles (ones, 4, 2)."""
    apart = np.zeros((len(ones), len(others)), bool)
    for corner in (0, 1):
        axes = ones[:, corner + 1] - ones[:, corner]
        a, b = np.einsum("npi,ni->np", ones, axes), np.einsum("opi,ni->nop", others, axes)
        apart |= (a.max(axis=1)[:, None] <= b.min(axis=2)) | (
            b.max(axis=2) <= a.min(axis=1)[:, None]
        )
        axes = others[:, corner + 1] - others[:, corner]
        a, b = np.einsum("npi,oi->nop", ones, axes), np.einsum("opi,oi->op", others, axes)
        apart |= (a.max(axis=2) <= b.min(axis=1)) | (b.max(axis=1) <= a.min(axis=2))
    return np.asarray(~apart)


def clip(box: Points, start: Points, end: Points) -> Points:
    """(pieces,) how many px of each straight piece lie in a rectangle (4, 2)."""
    return clips(box[None], start, end)[0]


def clips(boxes: Points, start: Points, end: Points) -> Points:
    """(boxes, pieces) the same of rectangles (boxes, 4, 2)."""
    found = np.zeros((len(boxes), len(start)))
    # Of thousands of pieces few come near a rectangle: those whose upright frames meet its own.
    near = np.ones(found.shape, bool)
    for axis in (0, 1):
        ends = np.stack([start[:, axis], end[:, axis]])
        near &= ends.min(axis=0) <= boxes[:, :, axis].max(axis=1)[:, None]
        near &= ends.max(axis=0) >= boxes[:, :, axis].min(axis=1)[:, None]
    box, piece = np.nonzero(near)
    found[box, piece] = _inside(boxes[box], start[piece], end[piece])
    return found


def _inside(boxes: Points, start: Points, end: Points) -> Points:
    """(pairs,) how many px of a straight piece each lie in a rectangle each (pairs, 4, 2)."""
    first, last = np.zeros(len(boxes)), np.ones(len(boxes))
    along = end - start
    for corner in (0, 1):
        side = boxes[:, corner + 1] - boxes[:, corner]
        low, high = (np.einsum("bi,bi->b", boxes[:, n], side) for n in (corner, corner + 1))
        here, speed = np.einsum("bi,bi->b", start, side), np.einsum("bi,bi->b", along, side)
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
        box = turned(found["box"], found["matrix"])
        return cls(name, what, box, width / 2 if found["round"] else 0.0)

    @property
    def middle(self) -> Points:
        return np.asarray(self.box.mean(axis=0))

    def covers(self, others: Points) -> NDArray[np.bool]:
        """(others,) which rectangles it shares an area with."""
        hit = overlap(self.box, others)
        if self.radius:
            for number in np.flatnonzero(hit):
                around = np.concatenate([others[number], others[number][:1]])
                dot = np.array([self.middle, self.middle])
                near = clip(others[number], dot, dot + 1e-6).any()
                hit[number] = near or distance(self.middle, around) < self.radius
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
            return clip(self.box, start, end)
        along = end - start
        size = np.maximum(np.linalg.norm(along, axis=1), 1e-9)
        share = ((self.middle - start) * along).sum(axis=1) / size
        off = np.linalg.norm(start + (share / size)[:, None] * along - self.middle, axis=1)
        half = np.sqrt(np.maximum(self.radius**2 - off**2, 0))
        first, last = np.maximum(share - half, 0), np.minimum(share + half, size)
        return np.asarray(np.maximum(last - first, 0))


def nearest(point: Points, line: Points) -> Points:
    """(2,) the point of a line that is nearest to another one."""
    start, along = line[:-1], np.diff(line, axis=0)
    square = np.maximum((along**2).sum(axis=1), 1e-12)
    share = np.clip(((point - start) * along).sum(axis=1) / square, 0, 1)
    spots = start + share[:, None] * along
    return np.asarray(spots[np.linalg.norm(spots - point, axis=1).argmin()])


def distance(point: Points, line: Points) -> float:
    """From a point to a line."""
    return float(np.linalg.norm(nearest(point, line) - point))


def gap(box: Points, edge: Points) -> float:
    """From a rectangle to an edge, 0 where they meet."""
    if clip(box, edge[:-1], edge[1:]).any():
        return 0.0
    closed = np.concatenate([box, box[:1]])
    gaps = [distance(corner, edge) for corner in box]
    return min(gaps + [distance(point, closed) for point in edge])


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
