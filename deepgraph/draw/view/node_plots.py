"""The small plots in a node: a sketch of its activation, or its value over a range of inputs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.draw.view.records import Plot
from deepgraph.functions.aggregations import SUM
from deepgraph.words.messages import counted
from deepgraph.words.numbers import held_at, number_text, visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deepgraph.graph.graph import Graph
    from deepgraph.kinks.curves import Curve, Curves

SKETCH = 25
"""Points in the sketch of an activation."""
MIDDLE = 0.5
"""The height at which a constant runs."""
POLE = 20.0
"""A curve is cut off if its height is more than so many times that of its middle 96 % of values."""


def sketch(network: Graph, node: int) -> tuple[float, ...]:
    """The shape of a node's activation for its badge; empty if there is nothing to see.

    That a node multiplies, takes a mean or is rescaled no badge can tell, so it keeps its words.
    """
    function = network.activation(node)
    if network.aggregations[node] != SUM or function.rescaled:
        return ()
    if function.row is None or function.is_identity:
        return ()
    y = function(np.linspace(-3.0, 3.0, SKETCH))
    y = np.where(np.isfinite(y), np.clip(y, -9.0, 9.0), 0.0)
    low, high = float(y.min()), float(y.max())
    if high - low < 1e-9:
        return ()
    return tuple(round(float(v), 3) for v in (y - low) / (high - low) * 2 - 1)


def node_plot(
    curves: Curves, curve: Curve, here: tuple[float, float] | None, precision: int
) -> Plot:
    """The plot of one node; `here` is its place at the live values, if they lie in the range."""
    start, end = map(float, curves.sweep.ends)
    low, high = limits(curve)
    below, above = with_zero(low, high)

    def across(t: float) -> float:
        return (t - start) / (end - start)

    def up(value: float) -> float:
        share = (value - below) / (above - below) if above > below else MIDDLE
        return min(max(share, 0.0), 1.0)

    ends = " to ".join(number_text(bound, precision) for bound in (start, end))
    tip = f"{curves.title(curve.node)} for {curves.sweep.name} from {ends}: "
    return Plot(
        tuple(tuple((across(t), up(y)) for t, y in stroke) for stroke in curve.strokes),
        tuple((across(t), up(y)) for t, y in curve.kinks if (t, y) not in curve.dots),
        tuple((across(t), up(y)) for t, y in curve.dots),
        None if here is None or not math.isfinite(here[1]) else (across(here[0]), up(here[1])),
        up(0.0) if below <= 0 <= above and below < above else None,
        across(0.0) if start < 0 < end else None,
        visible(tip + extent(curve, precision)),
    )


def with_zero(low: float, high: float) -> tuple[float, float]:
    """The range of values with 0 in it, unless that would leave the curve less than half of it."""
    if low > 0 and low <= high - low:
        return 0.0, high
    if high < 0 and -high <= high - low:
        return low, 0.0
    return low, high


def limits(curve: Curve) -> tuple[float, float]:
    """The lowest and the highest value that is drawn; poles are cut off."""
    values = np.array([y for y in curve.values if math.isfinite(y)])
    if not len(values):
        return 0.0, 0.0
    low, high = float(values.min()), float(values.max())
    if curve.exact:
        return low, high
    first, last = (float(edge) for edge in np.percentile(values, (2, 98)))
    if high - low > POLE * (last - first) > 0:
        return first, last
    return low, high


def extent(curve: Curve, precision: int) -> str:
    """The range of a curve's values and its kinks: `between 0 and 1 with 4 kinks`."""
    low, high = (number_text(edge, precision) for edge in limits(curve))
    kinks = f" with {counted(len(curve.kinks), 'kink')}" if curve.exact else ""
    return f"between {low} and {high}{kinks}"


def remark(curves: Curves, name: str, precision: int) -> str:
    """The footnote about the plots; `name` is the parameter as a reader knows it."""
    kinks = ""
    if any(curve.kinks for curve in curves.nodes.values()):
        exact = all(curve.exact for curve in curves.nodes.values())
        kinks = ", a dot at each kink" if exact else ", a dot at each kink that is known exactly"
    return f"in each node: {_function(curves, name, precision)}{kinks}"


def in_words(curves: Curves, name: str, labels: Mapping[str, str], precision: int) -> str:
    """The curves for readers who cannot see them; `labels` names the nodes that are described."""
    extents = ", ".join(
        f"{label} {extent(curves.nodes[node], precision)}"
        for node, label in labels.items()
        if node in curves.nodes
    )
    curve = f"in each node the curve of {_function(curves, name, precision)}"
    return f"{curve}: {extents}" if extents else curve


def _function(curves: Curves, name: str, precision: int) -> str:
    """The function that the plots show: `its value over x from −1 to 1`."""
    way = curves.sweep
    start, end = (number_text(float(bound), precision) for bound in way.ends)
    fixed = {other: number_text(float(at), precision) for other, at in way.fixed.items()}
    value = "value" if curves.value == "a" else "z"
    return f"its {value} over {name} from {start} to {end}{held_at(fixed)}"
