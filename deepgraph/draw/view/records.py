"""What a picture shows: boxes, arrows, captions, numbers as text. Records only.

`deepgraph.draw.view.viewer` fills them from a network; everything after reads nothing else, and
nothing here knows a coordinate.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from deepgraph.evaluate.gradient import Gradient

Role = Literal["name", "value", "small", "gradient"]


@dataclass(frozen=True)
class Line:
    """One line of text in a node.

    Attributes:
        text: what it says.
        role: how it is set.
        reserve: of a live value, the text that its node keeps room for, whatever the value is:
            positions must not depend on values. A longer text is set smaller.
    """

    text: str
    role: Role
    reserve: str = ""

    @property
    def live(self) -> bool:
        """Whether it depends on the inputs."""
        return bool(self.reserve)


@dataclass(frozen=True)
class Plot:
    """A node's function, small, in its box; coordinates from 0 to 1, rightwards and upwards.

    Attributes:
        strokes: connected lines.
        kinks: where it bends.
        dots: where it jumps, its values there.
        here: the point at the live values.
        zero: how high the value 0 is, where it is within.
        origin: where the position 0 is, where it is within the range.
        tip: its range in words.
    """

    strokes: tuple[tuple[tuple[float, float], ...], ...]
    kinks: tuple[tuple[float, float], ...] = ()
    dots: tuple[tuple[float, float], ...] = ()
    here: tuple[float, float] | None = None
    zero: float | None = None
    origin: float | None = None
    tip: str = ""


@dataclass(frozen=True)
class NodeView:
    """A node as it is shown.

    Attributes:
        key: synthetic name, safe in every format.
        kind: input, bias, hidden, output; `more` stands for nodes left out, `block` for a layer.
        column: from 0 along the flow; −1 for a bias.
        lines: from top to bottom.
        note: its group in matrix form.
        off: it carries nothing (a dead ReLU).
        sign: of a bias.
        glow: the size of its value, 0 to 1 relative to the largest.
        curve: its activation, y at evenly spaced z of [−3, 3], both scaled to [−1, 1].
        step: when it is evaluated, inputs and biases at 0.
        tip: its arithmetic, for a tooltip.
        plot: its function, in place of the sketch of its activation.
    """

    key: str
    kind: str
    column: int
    lines: tuple[Line, ...]
    note: str = ""
    off: bool = False
    sign: int = 0
    glow: float = 0.0
    curve: tuple[float, ...] = ()
    step: int = 0
    tip: str = ""
    plot: Plot | None = None


@dataclass(frozen=True)
class EdgeView:
    """An edge as it is shown.

    Attributes:
        key: synthetic name.
        source, target: positions in `View.nodes`.
        text: its label, empty for a wire.
        gradient: what follows the label, empty without gradients.
        sign: −1, 0 or 1 of the weight; of a bias's wire that of the bias.
        size: magnitude from 0 to 1, relative to the largest weight shown.
        off: nothing flows along it.
        step: when it is used.
        tip: what a tooltip says.
    """

    key: str
    source: int
    target: int
    text: str
    gradient: str = ""
    sign: int = 0
    size: float = 0.0
    off: bool = False
    step: int = 0
    tip: str = ""

    @property
    def label(self) -> str:
        """Text and gradient as one."""
        return f"{self.text}  {self.gradient}" if self.gradient else self.text


@dataclass(frozen=True)
class View:
    """A whole picture.

    Attributes:
        title, description: for readers who cannot see it.
        layered: whether columns show the structure; else Graphviz finds positions.
        nodes, edges: what is drawn.
        captions: of each column; empty for an irregular network.
        footnotes: below everything.
    """

    title: str
    description: str
    layered: bool
    nodes: tuple[NodeView, ...]
    edges: tuple[EdgeView, ...]
    captions: tuple[str, ...]
    footnotes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gradients:
    """Numbers that a picture may show under values and on edges.

    Attributes:
        nodes: ∂loss/∂a by node id.
        parameters: ∂loss/∂parameter by name.
    """

    nodes: dict[str, float] = field(default_factory=dict)
    parameters: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, gradient: Gradient) -> Gradients:
        """Those of the first row of a gradient."""
        nodes = zip(gradient.trace.network.ids, gradient.nodes_a[:, 0].tolist(), strict=True)
        return cls(dict(nodes), gradient.by_name)


@dataclass(frozen=True)
class Shown:
    """What of a network a picture shows: `nodes` and `edges` by number, `left_out` by column.

    Attributes:
        nodes: (shown,) node numbers in the network's order.
        edges: (shown,) edge numbers.
        left_out: of a column that is too wide, how many nodes are missing, and behind which one.
        remarks: what the captions must say about it.
    """

    nodes: list[int]
    edges: list[int]
    left_out: dict[int, tuple[int, int]] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
