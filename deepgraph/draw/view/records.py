"""The records of a view: nodes, edges, captions and texts of a picture, without a coordinate.

`deepgraph.draw.view.viewer` fills them from a network. Layout and output read nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from deepgraph.functions.aggregations import AGGREGATIONS

if TYPE_CHECKING:
    from deepgraph.evaluate.gradient import Gradient

LineRole = Literal["name", "value", "small", "gradient"]
NodeRole = Literal["input", "hidden", "output", "bias", "more"]
Mark = Literal["", "added", "removed", "changed"]
"""What became of a thing, in a picture that compares two networks."""


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
    role: LineRole
    reserve: str = ""

    @property
    def live(self) -> bool:
        """True if the text depends on the inputs."""
        return bool(self.reserve)


class GivenColor(NamedTuple):
    """The colour of a node, and by which name it was given: its own, or that of its layer."""

    color: str = ""
    name: str = ""


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
class BiasView:
    """A bias as a pill at the node that it feeds.

    Attributes:
        key: a made-up name, that of its edge.
        name, value: its label, `b1 = 0.35`; either may be empty.
        gradient: follows the label, empty without gradients.
        shared: True if the same parameter feeds other nodes, too.
        tip: the text of its tooltip.
        id: of its node in the network.
        mark: what became of it, in a picture that compares two networks.
        sign: −1, 0 or 1, of one that changed.
        size: how far it moved, from 0 to 1, relative to what moved farthest.
    """

    key: str
    name: str
    value: str
    gradient: str = ""
    shared: bool = False
    tip: str = ""
    id: str = ""
    mark: Mark = ""
    sign: int = 0
    size: float = 0.0

    @property
    def label(self) -> str:
        """Name, value and gradient as one text."""
        return joined(self.name, self.value, self.gradient)


@dataclass(frozen=True)
class NodeView:
    """A node as it is shown.

    Attributes:
        key: a made-up name that is safe in every format.
        kind: input, bias, hidden, output; `more` stands for nodes left out, `block` for a layer.
            A bias is a node only if one is drawn for all that it feeds; see `biases`.
        column: its number along the flow, from 0; −1 for a bias.
        lines: its texts from top to bottom: name, value, activation, z, gradient.
        biases: its own, drawn as pills.
        off: True if it is below the bend of its activation and sends nothing, as a dead ReLU does.
            An input, an output or a tanh whose value is 0 is not off.
        glow: its value, −1 to 1 relative to the largest magnitude, if the fill tells it.
        sketch: the shape of its activation, y at evenly spaced z of [−3, 3], both scaled to
            [−1, 1], if a badge shows it.
        step: the step of the evaluation that computes it; 0 for inputs and biases.
        back: the step of the chain rule that computes its gradient, behind all of the evaluation.
        tip: its arithmetic, for a tooltip.
        plot: its curve, below the lines.
        id: of its node in the network; empty if it stands for several.
        color: one that was chosen for it, instead of that of its role.
        mark: what became of it, in a picture that compares two networks.
        function: the name of its activation, if a badge shows it; for formats without badges.
        color_name: by which its colour was chosen: its own name, or that of its layer.
    """

    key: str
    kind: str
    column: int
    lines: tuple[Line, ...]
    biases: tuple[BiasView, ...] = ()
    off: bool = False
    glow: float | None = None
    sketch: tuple[float, ...] = ()
    step: int = 0
    tip: str = ""
    plot: Plot | None = None
    back: int = 0
    id: str = ""
    color: str = ""
    mark: Mark = ""
    function: str = ""
    color_name: str = ""

    @property
    def role(self) -> NodeRole:
        """What it is for, which decides its colours: input, hidden, output, bias or more."""
        role: NodeRole = self.kind.split()[-1]  # type: ignore[assignment]
        return role

    @property
    def name(self) -> str:
        """Its first line."""
        return self.lines[0].text


class EdgeView(NamedTuple):
    """An edge as it is shown; a tuple, since there may be a hundred thousand.

    Attributes:
        key: a made-up name.
        source, target: positions in `View.nodes`.
        name, value: its label, `w1 = 0.15`; either may be empty, both for a wire.
        gradient: follows the label, empty without gradients.
        sign: −1, 0 or 1, of the weight, or of the contribution if that is what is shown; 0 for a
            wire.
        size: magnitude from 0 to 1, relative to the largest shown.
        zero: True if it carries 0: it is pale, and its sign stays visible.
        shared: True if the same parameter is the weight of other edges, too.
        step: the step of the evaluation that uses it.
        back: the step of the chain rule that computes its gradient.
        tip: the text of its tooltip.
        mark: what became of it, in a picture that compares two networks.
        below: True if the gradient is a line of its own below the label.
    """

    key: str
    source: int
    target: int
    name: str = ""
    value: str = ""
    gradient: str = ""
    sign: int = 0
    size: float = 0.0
    zero: bool = False
    shared: bool = False
    step: int = 0
    tip: str = ""
    back: int = 0
    mark: Mark = ""
    below: bool = False

    @property
    def label(self) -> str:
        """Name, value and gradient as one text."""
        return joined(self.name, self.value, self.gradient)

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of the label as it is set; none without a label."""
        if not (self.below and self.gradient):
            return (self.label,) if self.label else ()
        return tuple(filter(None, (joined(self.name, self.value), self.gradient)))


def joined(name: str, value: str, gradient: str = "") -> str:
    """A name and its value as a label.

    >>> joined("w1", "0.15"), joined("", "0.15"), joined("w1", "", "∂ 2")
    ('w1 = 0.15', '0.15', 'w1  ∂ 2')
    """
    text = f"{name} = {value}" if name and value else name or value
    return f"{text}  {gradient}" if gradient else text


@dataclass(frozen=True)
class LegendItem:
    """One thing that the legend explains.

    Attributes:
        text: its words.
        node, edges: some as those that it explains, drawn before the words; there may be neither.
    """

    text: str
    node: NodeView | None = None
    edges: tuple[EdgeView, ...] = ()


@dataclass(frozen=True)
class GroupView:
    """A group in matrix form: a brace over the ends of its edges.

    Attributes:
        name: stands at the brace.
        target: the position in `View.nodes` of the node that all its edges feed.
        edges: their positions in `View.edges`.
    """

    name: str
    target: int
    edges: tuple[int, ...]


class Grid(NamedTuple):
    """The rows and columns in which a layer is drawn, its nodes row by row."""

    rows: int
    columns: int


@dataclass(frozen=True)
class Whole:
    """The network of which an irregular picture shows a part: the part keeps its layout.

    Attributes:
        roles: input, hidden or output, of each of its nodes but biases.
        pairs: source and target of each of its edges but those of biases.
        nodes: for each node of the view its position among these; −1 for dots.
        edges: for each edge of the view its position in `pairs`.
    """

    roles: tuple[NodeRole, ...]
    pairs: tuple[tuple[int, int], ...]
    nodes: tuple[int, ...]
    edges: tuple[int, ...]


class Scale(NamedTuple):
    """How large things are drawn.

    Attributes:
        font_size: px of the labels of edges; the usual size if `None`.
        spacing: a factor for the distances between nodes.
        compact: True for a narrow column of text: circles and texts are of more equal size, and
            proportions give way to width.
    """

    font_size: float | None = None
    spacing: float = 1.0
    compact: bool = False


AS_USUAL = Scale()


@dataclass(frozen=True)
class View:
    """A whole picture.

    Attributes:
        title, description: for readers who cannot see it.
        layered: True if columns show the structure.
        nodes, edges: in the order in which they are drawn.
        captions: one for each column; an empty one for a column that is no layer; none at all for
            an irregular network.
        grids: for each column its grid, or `None`; or none at all.
        gaps: for each column the caption of the gap before it, such as `W1, bias b1`; or none.
        groups: braces.
        notes: stand below everything: texts whose names are set as such, a group or what is
            shared.
        footnotes: below them, in plain words.
        dense: True for a picture of many nodes and edges: small circles, and texts to match.
        heading: the title that stands above it, if any.
        legend: what its colours and forms mean, below everything.
        scale: of its texts and distances.
        whole: the network of which it shows a part, if it is irregular.
        level: True if no label may be turned, as for Graphviz, which has level texts only.
    """

    title: str
    description: str
    layered: bool
    nodes: tuple[NodeView, ...]
    edges: tuple[EdgeView, ...]
    captions: tuple[str, ...]
    gaps: tuple[str, ...] = ()
    groups: tuple[GroupView, ...] = ()
    notes: tuple[str, ...] = ()
    footnotes: tuple[str, ...] = ()
    dense: bool = False
    whole: Whole | None = None
    grids: tuple[Grid | None, ...] = ()
    heading: str = ""
    legend: tuple[LegendItem, ...] = ()
    scale: Scale = AS_USUAL
    level: bool = False

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
        gaps = tuple(self.gaps[column] for column in used) if self.gaps else ()
        grids = tuple(self.grids[column] for column in used) if self.grids else ()
        return replace(self, nodes=nodes, captions=captions, gaps=gaps, grids=grids)


@dataclass(frozen=True)
class Gradients:
    """Numbers that a picture may show under values and on edges.

    Attributes:
        nodes: ∂loss/∂a by node id.
        parameters: ∂loss/∂parameter by name, the sum over all places of a shared one.
        edges: ∂loss/∂weight of an edge alone, by its number; that of its parameter if left out.
        sums: ∂loss/∂z by node id.
        biases: of a bias with a value of its own, the part of ∂loss/∂value that goes through one of
            its edges, by the number of the edge; that of its parameter if left out.
    """

    nodes: dict[str, float] = field(default_factory=dict)
    parameters: dict[str, float] = field(default_factory=dict)
    edges: dict[int, float] = field(default_factory=dict)
    sums: dict[str, float] = field(default_factory=dict)
    biases: dict[int, float] = field(default_factory=dict)

    @classmethod
    def of(cls, gradient: Gradient) -> Gradients:
        """The numbers of the first row of a gradient."""
        ids = gradient.trace.network.ids
        by_a, by_z = (
            dict(zip(ids, values[:, 0].tolist(), strict=True))
            for values in (gradient.nodes_a, gradient.nodes_z)
        )
        edges = gradient.edges.tolist()
        return cls(by_a, gradient.by_name, dict(enumerate(edges)), by_z, _of_biases(gradient))


def _of_biases(gradient: Gradient) -> dict[int, float]:
    """The parts of the derivatives by the values of biases, as `Gradients.biases`."""
    trace, network = gradient.trace, gradient.trace.network
    found: dict[int, float] = {}
    own = (network.node_parameter[network.source] >= 0).nonzero()[0]
    for target in set(network.target[own].tolist()):
        edges = network.incoming.of(target)
        with np.errstate(all="ignore"):
            terms = network.weights[edges] * trace.a[network.source[edges], 0]
        z, by_z = trace.z[target, :1], gradient.nodes_z[target, :1]
        derivative = AGGREGATIONS[network.aggregations[target]].derivative
        with np.errstate(all="ignore"):  # infinity and NaN flow through, as in the forward pass
            by_term = by_z if derivative is None else derivative(terms[:, None], z, by_z)[:, 0]
            by_source = (by_term * network.weights[edges]).tolist()
        found |= dict(zip(edges.tolist(), by_source, strict=True))
    return {edge: found[edge] for edge in own.tolist()}


@dataclass(frozen=True)
class Selection:
    """The part of a network that a picture shows.

    Attributes:
        nodes: (shown,) node numbers in the network's order.
        edges: (shown,) edge numbers.
        left_out: for a column that is too wide, how many nodes are missing and behind which node.
        remarks: footnotes about it.
        blocks: of the columns that are drawn as blocks those with nodes in it.
    """

    nodes: list[int]
    edges: list[int]
    left_out: dict[int, tuple[int, int]] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    blocks: tuple[int, ...] = ()
