"""What counts in the picture of an irregular network, measured where everything was put."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from deepgraph import draw
from deepgraph.draw.layout.geometry import polyline

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from deepgraph.network import Network

    Points = NDArray[np.float64]

INSIDE = 1.5
"""Px of a node's border that an edge may touch."""
SAME = 3.0
"""Px within which two meetings of one pair of edges are one crossing."""


@dataclass
class Laid:
    """A picture as a measure needs it, of whatever program.

    Attributes:
        width, height: of everything.
        boxes: (nodes, 4) centre, width and height.
        round: for each node whether it is a circle.
        ends: for each edge its two nodes.
        lines: for each edge the points of its line.
        inputs: the nodes that are inputs, in the order of the file.
        pills: the node and the room (centre, width, height) of each bias.
    """

    width: float
    height: float
    boxes: Points
    round: list[bool]
    ends: list[tuple[int, int]]
    lines: list[Points]
    inputs: list[int]
    pills: list[tuple[int, tuple[float, float, float, float]]]

    @property
    def crossings(self) -> int:
        """The number of points at which two edges cross."""
        start, end, owner = self._pieces()
        if not len(owner):
            return 0
        along = end - start
        other = start[None] - start[:, None]
        cross = along[:, None, 0] * along[None, :, 1] - along[:, None, 1] * along[None, :, 0]
        parallel = np.abs(cross) < 1e-9
        safe = np.where(parallel, 1.0, cross)
        t = (other[..., 0] * along[None, :, 1] - other[..., 1] * along[None, :, 0]) / safe
        u = (other[..., 0] * along[:, None, 1] - other[..., 1] * along[:, None, 0]) / safe
        meet = ~parallel & (t >= 0) & (t < 1) & (u >= 0) & (u < 1)
        meet &= owner[:, None] < owner[None]
        points: dict[tuple[int, int], list[Points]] = {}
        for i, j in zip(*np.nonzero(meet), strict=True):
            at = start[i] + t[i, j] * along[i]
            found = points.setdefault((int(owner[i]), int(owner[j])), [])
            if all(np.hypot(*(at - p)) > SAME for p in found):
                found.append(at)
        return sum(map(len, points.values()))

    @property
    def through(self) -> int:
        """How many times an edge runs through a node that is not its own, or through a bias."""
        start, end, owner = self._pieces()
        hits = set()
        for number, (x, y, width, height) in enumerate(self.boxes):
            if self.round[number]:
                along = end - start
                square = np.maximum((along**2).sum(1), 1e-12)
                share = np.clip(((np.array([x, y]) - start) * along).sum(1) / square, 0, 1)
                off = np.linalg.norm(start + share[:, None] * along - [x, y], axis=1)
                inside = off < width / 2 - INSIDE
            else:
                inside = _through_box(start, end, x, y, width / 2 - INSIDE, height / 2 - INSIDE)
            hits |= {(int(e), number) for e in owner[inside] if number not in self.ends[e]}
        for number, (_, (x, y, width, height)) in enumerate(self.pills):
            inside = _through_box(start, end, x, y, width / 2 - INSIDE, height / 2 - INSIDE)
            hits |= {(int(e), -1 - number) for e in owner[inside]}
        return len(hits)

    @property
    def head_distances(self) -> list[float]:
        """Px between the ends of each two edges that enter one node."""
        into: dict[int, list[Points]] = {}
        for (_, target), line in zip(self.ends, self.lines, strict=True):
            into.setdefault(target, []).append(line[-1])
        pairs = (pair for tips in into.values() for pair in itertools.combinations(tips, 2))
        return [math.dist(one, other) for one, other in pairs]

    @property
    def bias_distances(self) -> list[float]:
        """Px between the borders of each bias and its node."""
        return [_gap(self.boxes[node], room) for node, room in self.pills]

    @property
    def out_of_order(self) -> int:
        """The inputs that do not follow the one before them in the file, or leave the column."""
        places = self.boxes[self.inputs]
        return sum(
            abs(one[0] - other[0]) > 0.5 or other[1] <= one[1]
            for one, other in itertools.pairwise(places)
        )

    def _pieces(self) -> tuple[Points, Points, NDArray[np.int64]]:
        """The straight pieces of all edges, and the edge of each."""
        # A hair of a turn, so that level and upright pieces meet no end of another exactly.
        turn = np.array([[1, 1e-7], [-1e-7, 1]])
        lines = [line @ turn for line in self.lines]
        owner = np.repeat(np.arange(len(lines)), [len(line) - 1 for line in lines])
        start = np.concatenate([line[:-1] for line in lines])
        return start, np.concatenate([line[1:] for line in lines]), owner


def _through_box(
    start: Points, end: Points, x: float, y: float, wide: float, high: float
) -> NDArray[np.bool]:
    first, last = np.zeros(len(start)), np.ones(len(start))
    for axis, middle, half in ((0, x, wide), (1, y, high)):
        speed = end[:, axis] - start[:, axis]
        speed = np.where(np.abs(speed) < 1e-12, 1e-12, speed)
        a, b = (middle - half - start[:, axis]) / speed, (middle + half - start[:, axis]) / speed
        first, last = np.maximum(first, np.minimum(a, b)), np.minimum(last, np.maximum(a, b))
    return np.asarray(first < last)


def ours(network: Network, trace: Any = None, **options: Any) -> Laid:
    """Our picture of a network."""
    drawing = draw.prepare(network, trace, **options)
    return of(drawing)


def of(drawing: Any) -> Laid:
    """What counts in a drawing."""
    view, layout = drawing.view, drawing.layout
    nodes = list(zip(view.nodes, layout.boxes, strict=True))
    boxes = np.array([(box.x, box.y, box.width, box.height) for _, box in nodes])
    pills = [
        (n, box.rooms[1 + k]) for n, (_, box) in enumerate(nodes) for k in range(len(box.pills))
    ]
    return Laid(
        layout.width,
        layout.height,
        boxes,
        [box.form == "circle" for _, box in nodes],
        [(edge.source, edge.target) for edge in view.edges],
        [np.asarray(polyline(list(curve))) for curve in layout.curves],
        [number for number, (node, _) in enumerate(nodes) if node.kind == "input"],
        pills,
    )


def _gap(one: Points, other: tuple[float, float, float, float]) -> float:
    dx = max(abs(one[0] - other[0]) - (one[2] + other[2]) / 2, 0.0)
    dy = max(abs(one[1] - other[1]) - (one[3] + other[3]) / 2, 0.0)
    return math.hypot(dx, dy)
