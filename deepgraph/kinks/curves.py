"""The function that each node is of one parameter, as points to draw.

Where a node is piecewise linear, its curve is exact and knows its kinks; elsewhere it is sampled,
the more densely the more it bends.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.errors import InputError
from deepgraph.evaluate.reference import trace
from deepgraph.graph.exact import double
from deepgraph.graph.kinds import BIAS
from deepgraph.kinks import LIMIT, propagate, record
from deepgraph.kinks.sweep import along_input

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph
    from deepgraph.kinks import NodeKinks
    from deepgraph.kinks.sweep import Sweep

    Points = tuple[tuple[float, float], ...]
    Floats = NDArray[np.float64]

FIRST = 129
"""Samples to begin with, evenly spaced."""
ROUNDS = 8
"""How often stretches that bend are halved."""
FLAT = 0.001
"""A middle so near to the straight line, as a share of the curve's height, needs no halving."""
LARGEST = 1e300
"""A value beyond it is not drawn: scales would overflow."""
STEEP = 0.02
"""A rise by this share of the height within one of the finest stretches is drawn as a jump."""


@dataclass(frozen=True)
class Curve:
    """The function of one node, as doubles.

    Attributes:
        node: its id.
        strokes: connected lines, each at least two points (position, value), from left to right.
        dots: single points of the function that lie on no stroke, such as a step's value at 0.
        kinks: where it bends or jumps, and its value there; none where it was sampled.
        exact: whether it was found by exact arithmetic.
    """

    node: str
    strokes: tuple[Points, ...]
    dots: Points = ()
    kinks: Points = ()
    exact: bool = False

    @property
    def values(self) -> list[float]:
        """Every finite value that is drawn."""
        points = [point for stroke in self.strokes for point in stroke]
        return [y for _, y in (*points, *self.dots)]


@dataclass(frozen=True)
class Curves:
    """The functions of nodes along one way through the inputs.

    Attributes:
        sweep: the way.
        value: "z" or "a".
        nodes: by id.
    """

    sweep: Sweep
    value: str
    nodes: dict[str, Curve]

    def title(self, node: str) -> str:
        """`y`, or `z(y)` before its activation."""
        return node if self.value == "a" else f"z({node})"


def curves(
    network: Graph,
    sweep: Sweep,
    nodes: Sequence[str] | None = None,
    *,
    pre_activations: bool = False,
    limit: int = LIMIT,
) -> Curves:
    """The curves of nodes along a way through the inputs.

    Args:
        network: all of its parameters must have values.
        sweep: from `deepgraph.kinks.sweep.along_input` or `between`.
        nodes: ids; by default every neuron.
        pre_activations: z instead of a.
        limit: a node of more pieces is sampled.

    Raises:
        InputError: no such node, or a range that cannot be drawn.
        UninitialisedError: a parameter has no value.
    """
    require_drawable(sweep.name, *sweep.ends)
    numbers = network.node_numbers(neurons(network) if nodes is None else nodes)
    value = "az"[pre_activations]
    exact = propagate.where_possible(
        network, sweep, numbers, limit, pre_activations=pre_activations
    )
    found = {node: _drawn(record(network, node, curve, value)) for node, curve in exact.items()}
    smooth = [node for node in numbers if node not in found]
    if smooth:
        t, values = _samples(network, sweep, smooth, pre_activations=pre_activations)
        for node, y in zip(smooth, values, strict=True):
            found[node] = Curve(network.ids[node], _strokes(t, y))
    return Curves(sweep, value, {network.ids[node]: found[node] for node in numbers})


def require_drawable(name: str, start: Fraction, end: Fraction) -> None:
    """Check that the range of an input can be an axis, whose numbers are doubles.

    Raises:
        InputError: its ends are one double, or too large.
    """
    if float(start) == float(end):
        raise InputError(f"the range of {name} is too narrow to be drawn: both ends are one double")
    if max(abs(start), abs(end)) > LARGEST:
        raise InputError(f"the range of {name} is too wide to be drawn: beyond {LARGEST:g}")


def neurons(network: Graph) -> list[str]:
    """Every hidden and output node."""
    return [name for name, kind in zip(network.ids, network.kind, strict=True) if kind > BIAS]


# --- exact ------------------------------------------------------------------------------------


def beside(
    network: Graph,
    ranges: Mapping[str, tuple[str, str]],
    typed: Mapping[str, str],
    inputs: dict[str, float] | None,
) -> tuple[dict[str, float] | None, Curves]:
    """The curves of all nodes for a diagram, and what is left of its live values.

    Args:
        network: all of its parameters must have values.
        ranges: the bounds of the input that varies, as typed.
        typed: the inputs that were typed one by one, as they were typed, exactly.
        inputs: live values of the inputs, typed or of a row; `None` without either.

    Raises:
        InputError: see `deepgraph.kinks.sweep.along_input`.
    """
    held = typed or inputs or {}
    at = {name: value for name, value in held.items() if name not in ranges}
    found = curves(network, along_input(network, ranges, at))
    if typed and not ranges.keys() & typed.keys():
        inputs = None  # all but the input that varies: there are curves, but no live values
    return inputs, found


def _drawn(node: NodeKinks) -> Curve:
    """The strokes of a curve whose pieces are known: they end where it jumps."""
    jumps = {kink.position for kink in node.kinks if kink.jumps}
    strokes = []
    stroke: list[tuple[float, float]] = []
    for piece in node.pieces:
        if not stroke:
            stroke.append((float(piece.start), double(piece(piece.start))))
        stroke.append((float(piece.end), double(piece(piece.end))))
        if piece.end in jumps:
            strokes.append(tuple(stroke))
            stroke = []
    if stroke:
        strokes.append(tuple(stroke))
    shown = [kink for kink in node.kinks if abs(kink.at) <= LARGEST]
    kinks = [(float(kink.position), float(kink.at)) for kink in shown]
    dots = [(float(kink.position), float(kink.at)) for kink in shown if kink.jumps]
    return Curve(node.node, _finite(strokes), tuple(dots), tuple(kinks), exact=True)


def _finite(strokes: list[Points]) -> tuple[Points, ...]:
    """Strokes without the points that are too large to be drawn, infinite or NaN."""
    kept = (tuple(point for point in stroke if abs(point[1]) <= LARGEST) for stroke in strokes)
    return tuple(stroke for stroke in kept if len(stroke) > 1)


# --- sampled ----------------------------------------------------------------------------------


def _samples(
    network: Graph, sweep: Sweep, nodes: list[int], *, pre_activations: bool
) -> tuple[Floats, Floats]:
    """(samples,) positions and (nodes, samples) values, denser where any of the nodes bends."""

    def values(t: Floats) -> Floats:
        found = trace(network, network.input_array(sweep.values(t)))
        return np.asarray((found.z if pre_activations else found.a)[nodes])

    start, end = float(sweep.start), float(sweep.end)
    t = np.linspace(start, end, FIRST)
    y = values(t)
    open_ = np.ones(len(t) - 1, np.bool_)
    for _ in range(ROUNDS):
        left = np.flatnonzero(open_)
        middle = (t[left] + t[left + 1]) / 2
        between = values(middle)
        with np.errstate(all="ignore"):
            off = np.abs(between - (y[:, left] + y[:, left + 1]) / 2)
            bends = ~(off <= FLAT * _heights(y)).all(axis=0)  # NaN bends, too
        t = np.insert(t, left + 1, middle)
        y = np.insert(y, left + 1, between, axis=1)
        halves = np.insert(open_, left + 1, open_[left])
        halves[np.flatnonzero(halves)] = np.repeat(bends, 2)
        open_ = halves
        if not open_.any():
            break
    return t, y


def _heights(y: Floats) -> Floats:
    """(nodes, 1) between the lowest and the highest value that is drawn."""
    finite = np.where(np.abs(y) <= LARGEST, y, np.nan)
    known = np.isfinite(finite).any(axis=1)
    height = np.zeros(len(y))
    height[known] = np.nanmax(finite[known], axis=1) - np.nanmin(finite[known], axis=1)
    return height[:, None]


def _strokes(t: Floats, y: Floats) -> tuple[Points, ...]:
    """Lines through samples, cut where a value is not finite and where it jumps."""
    width = np.diff(t)
    height = float(_heights(y[None])[0, 0])
    finest = width <= (t[-1] - t[0]) / (FIRST - 1) / 2 ** (ROUNDS - 1)
    jump = finest & (np.abs(np.diff(np.where(np.abs(y) <= LARGEST, y, 0.0))) > STEEP * height)
    cut = jump | ~np.isfinite(y[1:]) | ~np.isfinite(y[:-1])
    ends = [0, *(np.flatnonzero(cut) + 1).tolist(), len(t)]
    strokes = [tuple(zip(t[a:b].tolist(), y[a:b].tolist(), strict=True)) for a, b in pairwise(ends)]
    return _finite(strokes)
