"""Reads a finished picture as a reader sees it: nodes, arrows and words, all in page coordinates.

Only this is relied on: nodes and edges are groups of class `node` and `edge` that name their number
in the network as `data-node="n3"` and `data-edge="e5"`; a node names its kind as `data-kind`; a
bias beside its node is a group of class `bias` that names its edge as `data-bias`; the first shape
in a node and the last one in a bias is its outline; and every text is a `text` element, in the
group of what it belongs to.
"""

from __future__ import annotations

import csv
import json
import math
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph import draw
from deepgraph.draw.layout.typography import text_width
from deepgraph.loading import load, loads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from deepgraph.network import Network

    Points = NDArray[np.float64]

SPECS = Path(__file__).parents[2] / "specs"
GALLERY = sorted(path.stem for path in SPECS.glob("*.json"))
SKIPPING = ["full_adder", "half_adder", "irregular"]
"""Those with edges that skip columns."""
LAYERED = [name for name in GALLERY if name not in SKIPPING]


# --- networks ------------------------------------------------------------------------------


def spec(nodes: list[Any], edges: list[Any], **more: Any) -> Network:
    """A network from short forms: nodes (id, kind, other keys), edges (source, target, keys)."""

    def node(id: str, kind: str = "hidden", **keys: Any) -> dict[str, Any]:
        return {"id": id, "kind": kind, **keys}

    def edge(source: str, target: str, **keys: Any) -> dict[str, Any]:
        return {"source": source, "target": target, **keys}

    text = {
        "deepgraph": 1,
        "nodes": [node(*n[:2], **(n[2] if len(n) > 2 else {})) for n in nodes],
        "edges": [edge(*e[:2], **(e[2] if len(e) > 2 else {})) for e in edges],
        **more,
    }
    return loads(json.dumps(text))


@cache
def gallery(name: str) -> tuple[Network, Any]:
    """A network of the gallery, and its trace for the first row of its table."""
    network = load(SPECS / f"{name}.json")
    with (SPECS / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        row = next(csv.DictReader(lines))
    return network, network.trace({key: float(row[key]) for key in network.input_names})


@cache
def gallery_picture(name: str, **options: Any) -> Picture:
    """The picture of a network of the gallery, whole, with the values of its first row."""
    network, trace = gallery(name)
    return Picture(draw.render(network, trace, max_width=64, legend=False, **options))


# --- geometry ------------------------------------------------------------------------------


def area(x: float, y: float, width: float, height: float) -> Points:
    """The corners of an upright rectangle by its left top corner."""
    return np.array([(x, y), (x + width, y), (x + width, y + height), (x, y + height)])


def bounds(points: Points) -> Points:
    """The upright rectangle around some points."""
    low, high = points.min(axis=0), points.max(axis=0)
    return area(*low, *(high - low))


def overlap(one: Points, other: Points) -> bool:
    """True if two convex shapes share more than a border: no side of theirs separates them."""
    for shape in (one, other):
        sides = np.roll(shape, -1, axis=0) - shape
        for dx, dy in sides:
            across = np.array([-dy, dx]) / (math.hypot(dx, dy) or 1.0)
            a, b = one @ across, other @ across
            if a.max() <= b.min() + 0.01 or b.max() <= a.min() + 0.01:
                return False
    return True


def distance(point: Points, line: Points) -> float:
    """From a point to a line through points."""
    starts, ends = line[:-1], line[1:]
    along = ends - starts
    length = np.maximum((along**2).sum(axis=1), 1e-12)
    share = np.clip(((point - starts) * along).sum(axis=1) / length, 0, 1)
    return float(np.linalg.norm(starts + share[:, None] * along - point, axis=1).min())


def flattened(path: str) -> Points:
    """The points of an SVG path, its curves cut into pieces."""
    assert set(re.findall("[A-Za-z]", path)) <= set("MCLZlz"), path
    points: list[tuple[float, float]] = []
    for command, text in re.findall("([MCLZlz])([^MCLZlz]*)", path):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+(?:e-?\d+)?", text)]
        pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
        if command == "l":  # each corner from the one before
            for x, y in pairs:
                points.append((points[-1][0] + x, points[-1][1] + y))
            continue
        if command != "C":
            points += pairs
            continue
        for number in range(0, len(pairs), 3):
            corners = np.array([points[-1], *pairs[number : number + 3]])
            for t in np.linspace(0, 1, 13)[1:]:
                weights = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3]
                points.append(tuple(weights @ corners))
    return np.array(points)


def _matrix(transform: str) -> Points:
    """(3, 3) of an SVG transform."""
    matrix = np.eye(3)
    for name, text in re.findall(r"(\w+)\(([^)]*)\)", transform):
        n = [float(number) for number in re.findall(r"-?[\d.]+(?:e-?\d+)?", text)]
        step = np.eye(3)
        if name == "translate":
            step[:2, 2] = n[0], n[1] if len(n) > 1 else 0.0
        else:
            assert name == "rotate", name
            c, s = math.cos(math.radians(n[0])), math.sin(math.radians(n[0]))
            step[:2, :2] = [[c, -s], [s, c]]
            middle = np.array(n[1:] or [0.0, 0.0])
            step[:2, 2] = middle - step[:2, :2] @ middle
        matrix = matrix @ step
    return matrix


# --- what is in a picture --------------------------------------------------------------------


@dataclass
class Word:
    """A text and the corners of the room that its letters take, in whichever common font."""

    text: str
    room: Points
    element: ET.Element

    @property
    def middle(self) -> Points:
        return self.room.mean(axis=0)


@dataclass
class Node:
    """A node: its number, outline and tooltip, and its words in their order."""

    number: int
    kind: str
    outline: Points
    tip: str
    words: list[Word] = field(default_factory=list)

    @cached_property
    def box(self) -> Points:
        return bounds(self.outline)

    @property
    def middle(self) -> Points:
        return self.box.mean(axis=0)

    @property
    def texts(self) -> list[str]:
        return [word.text for word in self.words]


@dataclass
class Pill:
    """A bias beside its node: the number of its edge, its outline, tooltip and text."""

    number: int
    outline: Points
    tip: str
    words: list[Word] = field(default_factory=list)

    @cached_property
    def box(self) -> Points:
        return bounds(self.outline)

    @property
    def text(self) -> str:
        return self.words[0].text


@dataclass
class Arrow:
    """An edge: its number, its line from the source to the point of its arrow, its tooltip.

    `corner` is that of the head, which has an outline around it if it is hollow.
    """

    number: int
    line: Points
    tip: str
    corner: Points


class Picture:
    """A parsed SVG."""

    def __init__(self, svg: bytes) -> None:
        self.svg = svg
        self.root = ET.fromstring(svg)
        self.nodes: list[Node] = []
        self.arrows: list[Arrow] = []
        self.words: list[Word] = []
        self.pills: list[Pill] = []
        self.outside: list[Word] = []
        owners: dict[ET.Element, Node | Pill] = {}
        for element, matrix, anchor in self._walk(self.root, np.eye(3), "start"):
            tag = self.tag(element)
            if tag == "text":
                word = _word(element, matrix, anchor)
                self.words.append(word)
                (owners[element].words if element in owners else self.outside).append(word)
            elif tag == "g" and "node" in element.get("class", "").split():
                kind = element.get("data-kind", "")
                number = int(element.get("data-node", "")[1:])
                if kind != "more":  # which is a text alone
                    outline = next(points for _, points in _shapes(element, matrix))
                    self.nodes.append(Node(number, kind, outline, _tip(element)))
                    owners |= dict.fromkeys(element.iter(), self.nodes[-1])
            elif tag == "g" and "bias" in element.get("class", "").split():
                *_, (_, outline) = _shapes(element, matrix)
                number = int(element.get("data-bias", "")[1:])
                self.pills.append(Pill(number, outline, _tip(element)))
                owners |= dict.fromkeys(element.iter(), self.pills[-1])
            elif tag == "g" and "edge" in element.get("class", "").split():
                shapes = list(_shapes(element, matrix))
                (_, line), *heads = shapes
                corner = line[-1]
                for _, points in heads:
                    outline = _outline(element) if element.get("stroke") else 0.0
                    corner = _point(points)
                    line = np.concatenate([line, [_tip_of(points, outline)]])
                number = int(element.get("data-edge", "")[1:])
                self.arrows.append(Arrow(number, line, _tip(element), corner))

    @property
    def texts(self) -> list[str]:
        return [word.text for word in self.words]

    @property
    def width(self) -> float:
        return float(self.root.get("width", ""))

    @property
    def height(self) -> float:
        return float(self.root.get("height", ""))

    def child(self, tag: str) -> str:
        """The text of a child of the root."""
        found = [element for element in self.root if self.tag(element) == tag]
        assert len(found) == 1, tag
        return "".join(found[0].itertext())

    @staticmethod
    def tag(element: ET.Element) -> str:
        return element.tag.removeprefix("{http://www.w3.org/2000/svg}")

    def _walk(
        self, element: ET.Element, matrix: Points, anchor: str
    ) -> Iterator[tuple[ET.Element, Points, str]]:
        matrix = matrix @ _matrix(element.get("transform", ""))
        anchor = element.get("text-anchor", anchor)
        yield element, matrix, anchor
        for child in element:
            yield from self._walk(child, matrix, anchor)


def _moved(points: Points, matrix: Points) -> Points:
    return points @ matrix[:2, :2].T + matrix[:2, 2]


def _tip(element: ET.Element) -> str:
    return next((child.text or "" for child in element if Picture.tag(child) == "title"), "")


def _outline(edge: ET.Element) -> float:
    """The width of the line around the hollow head of an edge."""
    *_, head = (each for each in edge if Picture.tag(each) == "path")
    return float(head.get("stroke-width", "1"))


def _shapes(element: ET.Element, matrix: Points) -> Iterator[tuple[str, Points]]:
    """The outlines of what is drawn in a group."""
    for shape in element.iter():
        tag = Picture.tag(shape)
        if shape is not element:
            assert not shape.get("transform"), "a shape with a transform of its own"
        if tag == "path":
            yield tag, _moved(flattened(shape.get("d", "")), matrix)
        elif tag == "polygon":
            yield tag, _moved(flattened("M" + shape.get("points", "")), matrix)
        elif tag == "rect":
            sides = [float(shape.get(key, "0")) for key in ("x", "y", "width", "height")]
            yield tag, _moved(area(*sides), matrix)
        elif tag in ("circle", "ellipse"):
            x, y = (float(shape.get(key, "0")) for key in ("cx", "cy"))
            rx, ry = (float(shape.get(key, shape.get("r", "0"))) for key in ("rx", "ry"))
            turn = np.linspace(0, 2 * math.pi, 145)
            yield tag, _moved(np.stack([x + rx * np.cos(turn), y + ry * np.sin(turn)], 1), matrix)


def _tip_of(head: Points, outline: float) -> Points:
    """The point of an arrow; the line around a hollow head reaches beyond its corner."""
    tip = _point(head)
    away = tip - head.mean(axis=0)
    length = np.linalg.norm(away)
    side = next(corner for corner in head if not np.allclose(corner, tip)) - tip
    sine = abs(away[0] * side[1] - away[1] * side[0]) / length / np.linalg.norm(side)
    return np.asarray(tip + away / length * outline / 2 / sine)


def _point(head: Points) -> Points:
    """The point of an arrow: the corner of its head that is farthest from the middle."""
    away = np.linalg.norm(head - head.mean(axis=0), axis=1)
    return np.asarray(head[int(np.argmax(away))])


def _word(element: ET.Element, matrix: Points, anchor: str) -> Word:
    text = "".join(element.itertext())
    size = float(element.get("font-size", "nan"))
    assert math.isfinite(size), "a text has a size"
    width = _width(element, size, bold=element.get("font-weight") == "bold")
    left = float(element.get("x", "0")) - {"start": 0, "middle": 0.5, "end": 1}[anchor] * width
    # Capitals and digits reach 0.73 of the size above the baseline, descenders 0.21 below.
    top = float(element.get("y", "0")) - 0.73 * size
    return Word(text, _moved(area(left, top, width, 0.94 * size), matrix), element)


def _width(element: ET.Element, size: float, *, bold: bool) -> float:
    """The width of a text, with its smaller parts, and those that stand over one another."""
    found = text_width(element.text or "", size, bold=bold)
    for part in element:
        own = float(part.get("font-size", size))
        found += text_width(part.text or "", own, bold=bold) + float(part.get("dx", 0))
        found += text_width(part.tail or "", size, bold=bold)
    return found
