"""The records of a view: nodes, edges, captions and texts of a picture, without a coordinate.

`deepgraph.draw.view.viewer` fills them from a network. Layout and output read nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from deepgraph.evaluate.gradient import Gradient

Role = Literal["name", "value", "small", "gradient"]


@dataclass(frozen=True)
class Line:
    """One line of text in a node.

    Attributes:
        text: its characters.
        role: decides its size, weight and colour.
        reserve: for a live value, the text for which the node keeps room, whatever the value is,
            since positions must not depend on values. A longer text is set smaller.
    """

    text: str
    role: Role
    reserve: str = ""

    @property
    def live(self) -> bool:
        """True if the text depends on the inputs."""
        return bool(self.reserve)


@dataclass(frozen=True)
class Plot:
    """The small plot in a node: its value as a function of one parameter.

    Coordinates run from 0 to 1, to the right and upwards.

    Attributes:
        strokes: connected lines.
        kinks: the points at which it bends.
        dots: its values at the points where it jumps.
        here: the point at the live values.
        zero: the height of the value 0, if that is within the plot.
        origin: the place of the parameter's value 0, if that is within the range.
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
        key: a made-up name that is safe in every format.
        kind: input, bias, hidden, output; `more` stands for nodes left out, `block` for a layer.
        column: its number along the flow, from 0; −1 for a bias.
        lines: its texts from top to bottom.
        note: its group in matrix form.
        off: True if it carries nothing, as a dead ReLU does.
        sign: −1, 0 or 1, of the value of a bias.
        glow: the size of its value, 0 to 1 relative to the largest.
        sketch: the shape of its activation, y at evenly spaced z of [−3, 3], both scaled to
            [−1, 1].
        step: the step of the evaluation that computes it; 0 for inputs and biases.
        tip: its arithmetic, for a tooltip.
        plot: stands in place of the sketch.
    """

    key: str
    kind: str
    column: int
    lines: tuple[Line, ...]
    note: str = ""
    off: bool = False
    sign: int = 0
    glow: float = 0.0
    sketch: tuple[float, ...] = ()
    step: int = 0
    tip: str = ""
    plot: Plot | None = None


@dataclass(frozen=True)
class EdgeView:
    """An edge as it is shown.

    Attributes:
        key: a made-up name.
        source, target: positions in `View.nodes`.
        text: its label, empty for a wire.
        gradient: follows the label, empty without gradients.
        sign: −1, 0 or 1, of the weight; of a bias's wire that of the bias.
        size: magnitude from 0 to 1, relative to the largest weight shown.
        off: True if nothing flows along it.
        step: the step of the evaluation that uses it.
        tip: the text of its tooltip.
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
        layered: True if columns show the structure; otherwise Graphviz finds the positions.
        nodes, edges: in the order in which they are drawn.
        captions: one for each column; empty for an irregular network.
        footnotes: stand below everything.
    """

    title: str
    description: str
    layered: bool
    nodes: tuple[NodeView, ...]
    edges: tuple[EdgeView, ...]
    captions: tuple[str, ...]
    footnotes: tuple[str, ...] = ()

    def with_notes_below(self) -> View:
        """The same view with its groups as footnotes instead of beneath their nodes."""
        notes = tuple(node.note for node in self.nodes if node.note)
        nodes = tuple(replace(node, note="") for node in self.nodes)
        return replace(self, nodes=nodes, footnotes=(*notes, *self.footnotes))

    def without_empty_columns(self) -> View:
        """The same view with its columns numbered anew, without those that show no node."""
        used = sorted({node.column for node in self.nodes if node.kind != "bias"})
        if used == list(range(len(used))) and len(self.captions) in (0, len(used)):
            return self
        nodes = tuple(
            node if node.kind == "bias" else replace(node, column=used.index(node.column))
            for node in self.nodes
        )
        captions = tuple(self.captions[column] for column in used) if self.captions else ()
        return replace(self, nodes=nodes, captions=captions)


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
        """The numbers of the first row of a gradient."""
        nodes = zip(gradient.trace.network.ids, gradient.nodes_a[:, 0].tolist(), strict=True)
        return cls(dict(nodes), gradient.by_name)


@dataclass(frozen=True)
class Selection:
    """The part of a network that a picture shows.

    Attributes:
        nodes: (shown,) node numbers in the network's order.
        edges: (shown,) edge numbers.
        left_out: for a column that is too wide, how many nodes are missing and behind which node.
        remarks: footnotes about it.
    """

    nodes: list[int]
    edges: list[int]
    left_out: dict[int, tuple[int, int]] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
