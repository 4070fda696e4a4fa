"""The records of a layout: boxes, texts and curves in px, y downwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from deepgraph.draw.layout.typography import set_width
from deepgraph.words.notation import runs

if TYPE_CHECKING:
    from deepgraph.draw.layout.geometry import Point
    from deepgraph.draw.view.records import EdgeView, NodeView

    Room = tuple[float, float, float, float]
    """Centre, width and height."""

LEADING = 1.2
"""The height of a line of text in font sizes."""
ABOVE, BELOW, OVER = 0.58, 0.76, 0.7
"""Of the page behind a label above its middle, below it for an index, and above it for an exponent
or an accent, in font sizes."""

Side = Literal["left", "right", "above", "below"]


@dataclass(frozen=True)
class Part:
    """Something that belongs to a node and stands beside it: a bias, a name that is too long.

    Attributes:
        dx, dy: from the centre of the node to its own.
        width, height: its size.
        side: of the node on which it stands.
    """

    dx: float
    dy: float
    width: float
    height: float
    side: Side


@dataclass(frozen=True)
class Box:
    """A node.

    Attributes:
        x, y: its centre.
        width, height: its size.
        form: circle, box, pill (a bias that is a node) or none (the dots for nodes left out).
        pills: one for each of its biases.
        name: the place of its name, if that stands outside.
    """

    x: float
    y: float
    width: float
    height: float
    form: str
    pills: tuple[Part, ...] = ()
    name: Part | None = None

    @property
    def parts(self) -> tuple[Part, ...]:
        """Its biases, and its name if that stands outside."""
        return (*self.pills, self.name) if self.name else self.pills

    @property
    def reach(self) -> tuple[float, float, float, float]:
        """How far it reaches with all its parts from its centre: left, up, right, down."""
        left = right = self.width / 2
        up = down = self.height / 2
        for part in self.parts:
            left = max(left, part.width / 2 - part.dx)
            right = max(right, part.width / 2 + part.dx)
            up = max(up, part.height / 2 - part.dy)
            down = max(down, part.height / 2 + part.dy)
        return left, up, right, down

    @property
    def rooms(self) -> list[Room]:
        """The rooms of the node itself and of its parts."""
        parts = [(self.x + p.dx, self.y + p.dy, p.width, p.height) for p in self.parts]
        return [(self.x, self.y, self.width, self.height), *parts]


@dataclass(frozen=True)
class Text:
    """A text of one line or two.

    Attributes:
        text: the characters of its first line.
        x, y: its centre.
        size: its font size.
        angle: by which it is turned clockwise, in degrees.
        role: label, caption, gap (the caption of a gap), note (a group), remark, legend or title.
        background: True if a piece of page behind it hides what runs below.
        under: the characters of its second line; empty if there is none.
    """

    text: str
    x: float
    y: float
    size: float
    angle: float = 0.0
    role: str = "caption"
    background: bool = False
    under: str = ""

    @classmethod
    def of(
        cls, lines: tuple[str, ...], x: float, y: float, size: float, angle: float = 0.0
    ) -> Text:
        """The label of an edge, of one line or two."""
        text, *under = lines
        return cls(text, x, y, size, angle, "label", background=True, under="".join(under))

    @property
    def room(self) -> tuple[float, float, float, float]:
        """Centre, width and height of the room that it takes before it is turned."""
        return self.x, self.y, self.width + 5.0, self.size * self.high

    @property
    def lines(self) -> list[tuple[str, float]]:
        """Each line, and the y of its middle before the text is turned."""
        if not self.under:
            return [(self.text, self.y)]
        half = LEADING * self.size / 2
        return [(self.text, self.y - half), (self.under, self.y + half)]

    @property
    def width(self) -> float:
        """The width of the longer line."""
        wide = set_width(self.text, self.size)
        return max(wide, set_width(self.under, self.size)) if self.under else wide

    @property
    def high(self) -> float:
        """The height of all lines in font sizes."""
        return LEADING * (2 if self.under else 1)

    @property
    def low(self) -> bool:
        """True if its last line has a subscript."""
        return any(run.place == "sub" for run in runs(self.lines[-1][0]))

    @property
    def tall(self) -> bool:
        """True if its first line has an exponent or an accent."""
        return any(run.place == "sup" or run.accented for run in runs(self.lines[0][0]))

    @property
    def ground(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of the page behind it: no more than its letters need."""
        width = self.width * 0.92 + self.size * 0.3
        low, high = (BELOW if self.low else ABOVE), (OVER if self.tall else ABOVE)
        top, bottom = self.lines[0][1] - high * self.size, self.lines[-1][1] + low * self.size
        return self.x - width / 2, top, width, bottom - top


@dataclass(frozen=True)
class Brace:
    """The brace of a group.

    Attributes:
        points: of a line over the ends of its edges.
        name: its name beside it.
    """

    points: tuple[Point, ...]
    name: Text


@dataclass(frozen=True)
class Mark:
    """A small node or edge that stands before words of the legend.

    Attributes:
        node, edge: of an item of the view's legend; one of them is `None`.
        box: of the node, else `None`.
        line: the two ends of the edge, else none.
    """

    node: NodeView | None = None
    edge: EdgeView | None = None
    box: Box | None = None
    line: tuple[Point, ...] = ()


@dataclass(frozen=True)
class Layout:
    """Everything in its place.

    Attributes:
        width, height: of the picture.
        boxes: one for each node of the view.
        curves: one for each edge, from the border of the source to the border of the target: the
            two ends of a straight line, or the 1 + 3·n points of a Bézier curve.
        labels: one for each edge, `None` for an edge without.
        texts: captions, notes and footnotes.
        braces: one for each group of the view.
        legend: the marks of the view's legend; their words are among the texts.
        unfit: how many edges have no way, or no place for their label, without touching something.
        crossed: how many labels stand on a crossing.
    """

    width: float
    height: float
    boxes: tuple[Box, ...]
    curves: tuple[tuple[Point, ...], ...]
    labels: tuple[Text | None, ...]
    texts: tuple[Text, ...]
    braces: tuple[Brace, ...] = ()
    legend: tuple[Mark, ...] = ()
    unfit: int = 0
    crossed: int = 0


class Measures(NamedTuple):
    """The distances of one layout, each a list by column.

    Attributes:
        pitches: the distance of two nodes in it.
        middles: its main coordinate.
        lines: the main coordinate at which the labels before it stand.
    """

    pitches: list[float]
    middles: list[float]
    lines: list[float]
