"""The curve of each node along a line through the inputs, as points to draw.

The curve of a piecewise-linear node is exact and has its kinks; any other curve is sampled, most
densely where it bends most.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.errors import InputError
from deepgraph.evaluate.reference import trace
from deepgraph.graph.exact import double
from deepgraph.graph.kinds import BIAS
from deepgraph.kinks.propagate import LIMIT, exact_curves_where_possible
from deepgraph.kinks.records import node_kinks
from deepgraph.kinks.sweep import along_input
from deepgraph.words.numbers import z_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from fractions import Fraction

    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph
    from deepgraph.kinks.records import NodeKinks
    from deepgraph.kinks.sweep import Sweep

    Points = tuple[tuple[float, float], ...]
    Floats = NDArray[np.float64]

FIRST = 129
"""The number of evenly spaced samples to begin with."""
ROUNDS = 8
"""The number of times that a stretch that bends is halved."""
FLAT = 0.001
"""A stretch is not halved if the value in its middle is so near to the straight line, as a share of
the height of the curve."""
LARGEST = 1e300
"""A larger value is not drawn, since scales would overflow."""
STEEP = 0.02
"""A rise by more than this share of the height within a finest stretch is drawn as a jump."""


@dataclass(frozen=True)
class Curve:
    """The function of one node, as doubles.

    Attributes:
        node: its id.
        strokes: connected lines, each at least two points (position, value), from left to right.
        dots: single points of the function that lie on no stroke, such as a step's value at 0.
        kinks: points at which it bends or jumps; none if it is sampled.
        exact: true if it was found by exact arithmetic, false if it is sampled.
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
    """The functions of nodes along one line through the inputs.

    Attributes:
        sweep: the line.
        value: "z" or "a".
        nodes: by id.
    """

    sweep: Sweep
    value: str
    nodes: dict[str, Curve]

    def title(self, node: str) -> str:
        """`y`, or `z(y)` before its activation."""
        return node if self.value == "a" else z_of(node)


def node_curves(
    network: Graph,
    sweep: Sweep,
    nodes: Sequence[str] | None = None,
    *,
    pre_activations: bool = False,
    limit: int = LIMIT,
) -> Curves:
    """The curves of nodes along a line through the inputs.

    Args:
        network: all of its parameters must have values.
        sweep: from `deepgraph.kinks.sweep.along_input` or `between`.
        nodes: ids, and names of stages; by default every neuron.
        pre_activations: z instead of a.
        limit: a node with more pieces is sampled.

    Raises:
        InputError: no such node, or a range that cannot be drawn.
        UninitialisedError: a parameter has no value.
    """
    require_drawable(sweep.name, *sweep.ends)
    names = neurons(network) if nodes is None else nodes
    numbers, pre_activations = alike(network, names, pre_activations=pre_activations)
    value = "az"[pre_activations]
    exact = exact_curves_where_possible(
        network, sweep, numbers, limit, pre_activations=pre_activations
    )
    found = {}
    for node, curve in exact.items():
        with suppress(InputError):  # a limit at a jump has too many digits
            found[node] = _drawn(node_kinks(network, node, curve, value))
    smooth = [node for node in numbers if node not in found]
    if smooth:
        t, values = _samples(network, sweep, smooth, pre_activations=pre_activations)
        for node, y in zip(smooth, values, strict=True):
            found[node] = Curve(network.ids[node], _strokes(t, y))
    return Curves(sweep, value, {network.ids[node]: found[node] for node in numbers})


def alike(network: Graph, names: Iterable[str], *, pre_activations: bool) -> tuple[list[int], bool]:
    """The nodes that names of nodes and stages mean, once each, and whether z of them is meant.

    Raises:
        InputError: no such node or stage, or z of some nodes beside a of others.
    """
    members = network.members(names)
    before = [member for member in members if member.is_z]
    if before and not pre_activations and len(before) < len(members):
        other = next(member for member in members if not member.is_z)
        raise InputError(
            f"a plot shows z of all its nodes or a of all, not {network.member_name(before[0])} "
            f"beside {network.member_name(other)}: choose one kind, or pre_activations for z of all"
        )
    return list(dict.fromkeys(m.node for m in members)), bool(before) or pre_activations


def require_drawable(name: str, start: Fraction, end: Fraction) -> None:
    """Check that a range can be an axis of a plot, whose numbers are doubles.

    Raises:
        InputError: its ends are the same double, or too large.
    """
    if float(start) == float(end):
        raise InputError(f"the range of {name} is too narrow to be drawn: both ends are one double")
    if max(abs(start), abs(end)) > LARGEST:
        raise InputError(f"the range of {name} is too wide to be drawn: beyond {LARGEST:g}")


def neurons(network: Graph) -> list[str]:
    """The ids of all hidden and output nodes."""
    return [name for name, kind in zip(network.ids, network.kind, strict=True) if kind > BIAS]


def with_live_values(
    network: Graph,
    ranges: Mapping[str, tuple[str, str]],
    typed: Mapping[str, str],
    inputs: dict[str, float] | None,
) -> tuple[dict[str, float] | None, Curves]:
    """The curves of all nodes to show in a diagram, and the live values to show beside them.

    If the input that varies has no value of its own, there are curves, but no live values.

    Args:
        network: all of its parameters must have values.
        ranges: the bounds of the input that varies, as typed.
        typed: the inputs that were typed one by one, as texts, which count exactly.
        inputs: live values of the inputs, typed or of a row; `None` if there are none.

    Raises:
        InputError: see `deepgraph.kinks.sweep.along_input`.
    """
    held = typed or inputs or {}
    at = {name: value for name, value in held.items() if name not in ranges}
    found = node_curves(network, along_input(network, ranges, at))
    if typed and not ranges.keys() & typed.keys():
        inputs = None
    return inputs, found


# --- exact ------------------------------------------------------------------------------------


def _drawn(node: NodeKinks) -> Curve:
    """The curve of known pieces; its strokes end where it jumps."""
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
    """The strokes without points whose value is too large to draw, infinite or NaN."""
    kept = (tuple(point for point in stroke if abs(point[1]) <= LARGEST) for stroke in strokes)
    return tuple(stroke for stroke in kept if len(stroke) > 1)


# --- sampled ----------------------------------------------------------------------------------


def _samples(
    network: Graph, sweep: Sweep, nodes: list[int], *, pre_activations: bool
) -> tuple[Floats, Floats]:
    """(samples,) positions and (nodes, samples) values; positions are denser where a node bends."""

    def values(t: Floats) -> Floats:
        found = trace(network, network.input_array(sweep.values(t)))
        return np.asarray((found.z if pre_activations else found.a)[nodes])

    start, end = float(sweep.start), float(sweep.end)
    t = np.linspace(start, end, FIRST)
    y = values(t)
    open_ = np.ones(len(t) - 1, np.bool)
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
    """(nodes, 1) the difference of the highest and the lowest value that is drawn."""
    finite = np.where(np.abs(y) <= LARGEST, y, np.nan)
    known = np.isfinite(finite).any(axis=1)
    height = np.zeros(len(y))
    height[known] = np.nanmax(finite[known], axis=1) - np.nanmin(finite[known], axis=1)
    return height[:, None]


def _strokes(t: Floats, y: Floats) -> tuple[Points, ...]:
    """Lines through the samples, cut at jumps and at values that are not finite."""
    width = np.diff(t)
    height = float(_heights(y[None])[0, 0])
    finest = width <= (t[-1] - t[0]) / (FIRST - 1) / 2 ** (ROUNDS - 1)
    jump = finest & (np.abs(np.diff(np.where(np.abs(y) <= LARGEST, y, 0.0))) > STEEP * height)
    cut = jump | ~np.isfinite(y[1:]) | ~np.isfinite(y[:-1])
    ends = [0, *(np.flatnonzero(cut) + 1).tolist(), len(t)]
    strokes = [tuple(zip(t[a:b].tolist(), y[a:b].tolist(), strict=True)) for a, b in pairwise(ends)]
    return _finite(strokes)
