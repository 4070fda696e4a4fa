"""The health of the nodes of a network on data: where their derivatives vanish, and how far.

A node is *flat* in a row if the slope of its activation there is less than a hundredth of its
steepest one: what comes back through it shrinks a hundredfold, so that a step of the others moves
it as little as a hundred times smaller learning rate would. A flat node with a function such as
ReLU is *off*; one with a sigmoid or tanh is *saturated*.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from deepgraph.evaluate.reference import Trace
    from deepgraph.functions.node_function import NodeFunction

    Array = NDArray[np.float64]

FLAT = 0.01
"""The part of the steepest slope below which a node is flat; a sigmoid is from |z| = 6.0 on, tanh
from 3.0 on."""
GRID = np.linspace(-20.0, 20.0, 4001)
"""The z at which slopes are looked at, in units of 1/gain."""
FAR = np.array([-1e12, -1e6, -1e3, 1e3, 1e6, 1e12])
UNBOUNDED = 1e5
"""A value beyond this, at z up to 1e12, is one of a function without bounds."""


@dataclass(frozen=True)
class NodeHealth:
    """A neuron over the rows of a table.

    Attributes:
        node: its id.
        function: its activation, as a picture names it.
        kind: "step" if its derivative is 0 everywhere; "rectifier" if one side of it is 0, such as
            ReLU; "bounded" if it saturates, such as sigmoid; "open" for others.
        low, high: the smallest and the largest z.
        flat: the share of the rows in which it is flat.
        slope: the largest slope of the rows, as a part of the steepest that there is.
    """

    node: str
    function: str
    kind: str
    low: float
    high: float
    flat: float
    slope: float


@dataclass(frozen=True)
class InputHealth:
    """An input over the rows of a table, as it flows in: after `normalise`.

    Attributes:
        name: its id.
        low, high: the smallest and the largest value.
        mean: the mean.
        spread: the standard deviation.
    """

    name: str
    low: float
    high: float
    mean: float
    spread: float

    @property
    def size(self) -> float:
        """The root of the mean square, which the derivatives of its weights grow with."""
        return math.hypot(self.mean, self.spread)


def steepest(function: NodeFunction) -> float | None:
    """The steepest slope of a function; `None` if slopes have no bound, or it is flat everywhere.

    It is looked for between −20 and 20, in units of 1/gain. Where it is much steeper there than
    between −10 and 10, slopes go on growing.
    """
    assert function.row is not None
    z = GRID / max(abs(function.gain), 1e-300)
    with np.errstate(all="ignore"):
        slopes = np.abs(function.derivative(z))
    inner, whole = np.nanmax(slopes[1000:3001]), np.nanmax(slopes)
    if not math.isfinite(whole) or whole == 0 or whole > 1.5 * inner:
        return None
    return float(whole)


def reach(function: NodeFunction) -> tuple[float, float]:
    """The smallest and the largest value of a function, infinite without a bound."""
    with np.errstate(all="ignore"):
        values = function(np.concatenate([FAR, GRID]))
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    return (low if low > -UNBOUNDED else -math.inf, high if high < UNBOUNDED else math.inf)


@cache
def kind_of(name: str) -> str:
    """The kind of an activation by its name; see `NodeHealth`."""
    from deepgraph.functions.node_function import NodeFunction

    function = NodeFunction.of(name)
    if function.row is not None and function.row.jumps:
        return "step"
    left = np.array([-1e6, -1e3, -20.0])
    with np.errstate(all="ignore"):
        low, high = reach(function)
        off = bool((np.abs(function(left)) < 1e-6).all() and abs(function(np.zeros(1))[0]) < 1e-6)
    if off:
        return "rectifier"
    return "bounded" if math.isfinite(low) and math.isfinite(high) else "open"


def node_health(trace: Trace, nodes: Iterable[int]) -> dict[int, NodeHealth]:
    """The health of neurons by number, but for those of a softmax, which work together."""
    network, found = trace.network, {}
    for node in nodes:
        function = network.activation(node)
        if function.row is None:
            continue
        z, most = trace.z[node], steepest(function)
        with np.errstate(all="ignore"):
            slopes = np.abs(function.derivative(z)) / most if most else np.ones_like(z)
        kind = kind_of(function.name)
        if kind == "step":
            slopes = np.zeros_like(z)
        found[node] = NodeHealth(
            network.ids[node],
            function.caption,
            kind,
            float(z.min()),
            float(z.max()),
            float((slopes < FLAT).mean()),
            float(slopes.max()),
        )
    return found


def input_health(trace: Trace) -> list[InputHealth]:
    """The inputs of a forward pass, in the network's order."""
    network = trace.network
    return [
        InputHealth(
            network.ids[node],
            *(float(part) for part in (a.min(), a.max(), a.mean(), a.std())),
        )
        for node, a in ((node, trace.a[node]) for node in network.inputs.tolist())
    ]
