"""Maps over two inputs: values with a boundary, or the areas in which each node is the largest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.engines import prepare
from deepgraph.errors import InputError
from deepgraph.kinks.curves import LARGEST, require_drawable
from deepgraph.kinks.sweep import held, span
from deepgraph.plot.canvas import MARKS, drawn, heading, held_below, held_inputs, plain
from deepgraph.plot.points import by_class
from deepgraph.words.numbers import number_text, z_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.image import AxesImage
    from numpy.typing import NDArray

    from deepgraph.graph.classes import Classes
    from deepgraph.graph.graph import Graph
    from deepgraph.kinks.sweep import Number
    from deepgraph.plot.canvas import Canvas
    from deepgraph.plot.points import Points

    Floats = NDArray[np.float64]

SAMPLES = 301
"""Positions along each side; a boundary is interpolated between them, so it is much finer."""


@dataclass(frozen=True)
class Plane:
    """Two inputs that vary, and the values of the others.

    Attributes:
        x, y: the ids of the inputs that vary.
        left, right, bottom, top: the ends of their ranges.
        at: the values of all other inputs.
    """

    x: str
    y: str
    left: float
    right: float
    bottom: float
    top: float
    at: dict[str, float]

    @classmethod
    def over(
        cls,
        network: Graph,
        over: Mapping[str, tuple[Number, Number]],
        at: Mapping[str, Number] | None,
    ) -> Plane:
        """The plane of two ranges and the values of all other inputs, as a caller gives them.

        Raises:
            InputError: no such input, an empty range or one that cannot be drawn, a value too few
                or too many, or no number.
        """
        fixed = held(network, over, at)
        x, y = over
        edges: list[float] = []
        for name, bounds in over.items():
            ends = span(name, bounds)
            require_drawable(name, *ends)
            edges += map(float, ends)
        left, right, bottom, top = edges
        values = {name: float(value) for name, value in fixed.items()}
        return cls(x, y, left, right, bottom, top, values)

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """The four edges, as matplotlib takes them."""
        return self.left, self.right, self.bottom, self.top

    def axis(self, samples: int) -> tuple[Floats, Floats]:
        """(samples,) evenly spaced positions along x, and as many along y."""
        return (
            np.linspace(self.left, self.right, samples),
            np.linspace(self.bottom, self.top, samples),
        )

    def values(
        self, network: Graph, nodes: Sequence[str], samples: int, *, pre_activations: bool
    ) -> Floats:
        """(nodes, y, x) values at evenly spaced positions; NaN where they cannot be drawn.

        Raises:
            InputError: no such node, or one without any value.
        """
        x, y = (side.ravel() for side in np.meshgrid(*self.axis(samples)))
        rows = {name: np.full(len(x), value) for name, value in self.at.items()}
        inputs = network.input_array({**rows, self.x: x, self.y: y})
        z, a = prepare(network, nodes, exact=True).run_with_z(inputs)
        found = (z if pre_activations else a).reshape(len(nodes), samples, samples)
        found = np.where(np.abs(found) <= LARGEST, found, np.nan)
        for name, values in zip(nodes, found, strict=True):
            if np.isnan(values).all():
                raise InputError(f"{name} has no value in this plane that can be drawn")
        return found


@dataclass(frozen=True)
class Map:
    """A map over two inputs.

    Attributes:
        network: all of its parameters must have values.
        plane: the inputs that vary, and their ranges.
        nodes: one for a map of its values, several for areas.
        pre_activations: show z instead of a.
        level: of the boundary of one node; `None` for the usual one.
    """

    network: Graph
    plane: Plane
    nodes: list[str]
    pre_activations: bool
    level: float | None

    def draw(self, paper: Canvas, points: Points | None) -> None:
        """Draw the map, its boundary or boundaries, and rows of a table on top.

        Raises:
            InputError: the map does not fit its level or its points, or a node has no value.
        """
        paper.size(600, 460)
        plane, network = self.plane, self.network
        paper.title = heading(network)
        labels = [network.label(network.index[name]) for name in (plane.x, plane.y)]
        axes = paper.axes(labels[0], labels[1], paper.title, held_below(plane.at))
        values = plane.values(network, self.nodes, SAMPLES, pre_activations=self.pre_activations)
        if len(self.nodes) == 1:
            level = self.usual_level(points) if self.level is None else self.level
            self._values(paper, axes, values[0], level)
        elif self.level is not None:
            raise InputError("a level is that of one node: choose it with nodes")
        else:
            self._areas(paper, axes, values, legend=points is None)
        axes.set_xlim(plane.left, plane.right)
        axes.set_ylim(plane.bottom, plane.top)
        if points is not None:
            self._points(paper, axes, points)
        # A legend of the figure takes no width from the map.
        title = "area: the largest of the nodes" if len(self.nodes) > 1 else None
        if title and points is not None:
            title += f", points: {drawn(points.name)}"
        paper.figure.legend(loc="outside lower center", ncols=5, title=title)

    # --- one node -----------------------------------------------------------------------------

    def _values(self, paper: Canvas, axes: Axes, values: Floats, level: float) -> None:
        name = self._title(self.nodes[0])
        image = show(axes, self.plane, values, cmap=paper.colormap(), norm=centred(values, level))
        bar = paper.figure.colorbar(image, ax=axes, pad=0.02)
        bar.set_label(drawn(name))
        bar.outline.set_visible(False)
        low, high = np.nanmin(values), np.nanmax(values)
        text = number_text(level)
        if low < level < high:
            style: dict[str, Any] = {"color": paper.theme.ink, "linewidth": 1.6}
            self._boundary(axes, values, level, **style)
            axes.plot([], [], label=drawn(f"boundary: {name} = {text}"), **style)
        else:
            axes.plot([], [], " ", label=drawn(f"no boundary: {name} is {text} nowhere within"))
        paper.description = plain(
            f"{name} over {self._ranges()}: between {number_text(float(low))} and "
            f"{number_text(float(high))}, its boundary where it is {text}"
        )

    def usual_level(self, points: Points | None) -> float:
        """The level of the boundary by default: the threshold between the classes of the output.

        Without classes it is 0.5 for values or targets in 0…1, else 0.
        """
        network = self.network
        row = network.activation(network.index[self.nodes[0]]).row
        if self.pre_activations:
            return 0.0
        if (classes := self._two_classes) is not None and classes.threshold is not None:
            return classes.threshold
        wanted = () if points is None or isinstance(points.target, list) else points.target
        binary = len(wanted) > 0 and set(np.unique(wanted).tolist()) <= {0.0, 1.0}
        return 0.5 if row is None or binary else row.threshold  # a softmax, too, is from 0 to 1

    @property
    def _two_classes(self) -> Classes | None:
        """The two classes that the spec names, if this is a map of their output; else `None`."""
        classes = self.network.classes
        own = self.nodes == self.network.output_names and not self.pre_activations
        return classes if own and classes is not None and classes.given else None

    # --- several nodes ------------------------------------------------------------------------

    def _areas(self, paper: Canvas, axes: Axes, values: Floats, *, legend: bool) -> None:
        from matplotlib.colors import to_rgb

        known = ~np.isnan(values).any(axis=0)  # elsewhere none is the largest, as in `eval`
        largest = np.where(known, np.argmax(values, axis=0), -1)
        page = np.array(to_rgb(paper.theme.page))
        hues = [np.array(to_rgb(paper.color(n))) for n in range(len(values))]
        tints = np.array([*(page + paper.tint(n) * (c - page) for n, c in enumerate(hues)), page])
        show(axes, self.plane, tints[largest])
        for number, value in enumerate(values):
            ahead = value - np.max(np.delete(values, number, axis=0), axis=0)
            if (ahead < 0).any() and (ahead > 0).any():
                self._boundary(axes, ahead, 0.0, color=paper.theme.line, linewidth=1.1)
            if legend and (largest == number).any():
                name = drawn(self._title(self.nodes[number]))
                axes.plot([], [], "s", color=tints[number], markersize=9, label=name)
        shares = [
            f"{self._title(name)} {np.mean(largest == number):.0%}"
            for number, name in enumerate(self.nodes)
        ]
        paper.description = plain(
            f"the largest node over {self._ranges()}: {', '.join(shares)} of the area"
        )

    # --- both -----------------------------------------------------------------------------------

    def _boundary(
        self, axes: Axes, values: Floats, level: float, *, color: str, linewidth: float
    ) -> None:
        sides = self.plane.axis(SAMPLES)
        axes.contour(*sides, values, [level], colors=[color], linewidths=linewidth)

    def _title(self, node: str) -> str:
        label = self.network.label(self.network.index[node])
        return z_of(label) if self.pre_activations else label

    def _ranges(self) -> str:
        plane = self.plane
        ranges = ((plane.x, plane.left, plane.right), (plane.y, plane.bottom, plane.top))
        return " and ".join(
            f"{name} from {number_text(low)} to {number_text(high)}" for name, low, high in ranges
        ) + held_inputs(plane.at)

    def _points(self, paper: Canvas, axes: Axes, points: Points) -> None:
        plane = self.plane
        x, y = points.inputs[plane.x], points.inputs[plane.y]
        inside = (plane.left <= x) & (x <= plane.right) & (plane.bottom <= y) & (y <= plane.top)
        labels = [self.network.label(self.network.index[name]) for name in self.nodes]
        if self._two_classes is not None:  # high values are the second class
            labels = self._two_classes.names[1:]
        target = points.target
        if isinstance(target, np.ndarray):
            different = {number_text(float(value)) for value in np.unique(target)}
            if len(different) > len(MARKS) and not different <= set(labels):
                if len(self.nodes) > 1:
                    raise InputError(
                        f"{points.name} has {len(different):,} different numbers, and in a map of "
                        "several nodes points have classes: take a column of classes, or choose "
                        "one node"
                    )
                scale: Any = axes.images[0].norm  # typed as a base class without its scatter
                axes.scatter(
                    x[inside], y[inside], c=target[inside], cmap=paper.colormap(), norm=scale,
                    edgecolors=paper.theme.ink, linewidths=0.7, s=26, zorder=4, clip_on=False,
                    label=drawn(points.name),
                )  # fmt: skip
                return
            target = [number_text(float(value)) for value in target]
        groups = by_class(target, labels)
        order = list(range(len(groups)))
        # In a map of one node its own class has the colour of high values; without such a class
        # the second one has it.
        if len(self.nodes) == 1 and len(groups) > 1 and groups[0][0] != labels[0]:
            order[:2] = [1, 0]
        for number, (label, members) in zip(order, groups, strict=True):
            shown = members[inside[members]]
            axes.plot(
                x[shown], y[shown], marker=paper.mark(number), color=paper.color(number),
                label=drawn(label), markeredgecolor=paper.theme.page, markeredgewidth=0.6,
                markersize=5.5, linestyle="none", zorder=4,
                clip_on=False,  # a point on the edge is whole
            )  # fmt: skip


def show(axes: Axes, plane: Plane, pixels: Floats, **style: Any) -> AxesImage:
    """Fill a plot with an image: (y, x) values, or (y, x, 3) colours."""
    return axes.imshow(
        pixels, origin="lower", extent=plane.extent, aspect="auto", interpolation="nearest", **style
    )


def centred(values: Floats, level: float) -> Any:
    """The colour scale of values with the level in its middle."""
    from matplotlib.colors import Normalize

    finite = values[np.isfinite(values)]
    reach = float(np.abs(finite - level).max()) if len(finite) else 1.0
    return Normalize(level - (reach or 1.0), level + (reach or 1.0))
