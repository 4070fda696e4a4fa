"""Where a piecewise-linear network bends, exactly, along one line through its inputs.

Along such a line every node is a piecewise-linear function of one number. The pieces are propagated
through the graph in topological order, in rational arithmetic over the numbers as they are written,
so that no bend is missed and none is found twice.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from deepgraph.errors import InputError
from deepgraph.graph.exact import double
from deepgraph.kinks import propagate, sweep

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deepgraph.graph.graph import Graph
    from deepgraph.kinks.exact_curve import Curve
    from deepgraph.kinks.sweep import Number, Sweep

LIMIT = 10_000
"""Pieces that a node may have unless the caller says otherwise."""


@dataclass(frozen=True)
class Piece:
    """A stretch on which a node is one line, its ends left out.

    Attributes:
        start: of the stretch.
        end: of the stretch.
        slope: of the line, which is slope · position + intercept.
        intercept: of the line.
    """

    start: Fraction
    end: Fraction
    slope: Fraction
    intercept: Fraction

    def __call__(self, position: Fraction) -> Fraction:
        """The value of the line."""
        return self.slope * position + self.intercept


@dataclass(frozen=True)
class Kink:
    """A place where a node's function bends or jumps.

    Attributes:
        position: where.
        left: the limit from the left; `None` at the start of the range.
        at: the value itself.
        right: the limit from the right; `None` at the end of the range.
        slope_left: of the piece to the left; `None` likewise.
        slope_right: of the piece to the right; `None` likewise.
        nodes: the ids of the nodes that bend or jump there, and so cause it.
    """

    position: Fraction
    left: Fraction | None
    at: Fraction
    right: Fraction | None
    slope_left: Fraction | None
    slope_right: Fraction | None
    nodes: tuple[str, ...]

    @property
    def jumps(self) -> bool:
        """Whether the value differs from a limit."""
        return any(side is not None and side != self.at for side in (self.left, self.right))


@dataclass(frozen=True)
class NodeKinks:
    """The whole function of a node over the range.

    Attributes:
        node: its id.
        value: "z" or "a".
        pieces: from left to right, neighbours never on the same line, unless a single value
            between them is off it.
        kinks: from left to right. At an end of the range one stands only where the value there is
            not the limit.
        first: the value at the start of the range.
        last: the value at its end.
    """

    node: str
    value: str
    pieces: tuple[Piece, ...]
    kinks: tuple[Kink, ...]
    first: Fraction
    last: Fraction

    @property
    def title(self) -> str:
        """`y`, or `z(y)` before its activation, as in a table of `eval`."""
        return self.node if self.value == "a" else f"z({self.node})"

    @cached_property
    def _starts(self) -> list[Fraction]:
        return [piece.start for piece in self.pieces]

    @cached_property
    def _at(self) -> dict[Fraction, Fraction]:
        ends = {self.pieces[0].start: self.first, self.pieces[-1].end: self.last}
        return ends | {kink.position: kink.at for kink in self.kinks}

    def __call__(self, position: Fraction | int) -> Fraction:
        """The exact value at a place in the range.

        Raises:
            ValueError: the place is outside.
        """
        there = Fraction(position)
        if not self.pieces[0].start <= there <= self.pieces[-1].end:
            raise ValueError(f"{position} is outside the range")
        found = self._at.get(there)
        return self.pieces[bisect_left(self._starts, there) - 1](there) if found is None else found


@dataclass(frozen=True)
class Kinks:
    """The functions of chosen nodes along one line through the inputs.

    Attributes:
        sweep: the line; positions are values of its parameter.
        nodes: one for each chosen node.
    """

    sweep: Sweep
    nodes: tuple[NodeKinks, ...]

    def __getitem__(self, node: str) -> NodeKinks:
        """The function of a node by its id.

        Raises:
            KeyError: it was not chosen.
        """
        for found in self.nodes:
            if found.node == node:
                return found
        raise KeyError(node)

    def json(self, *, fractions: bool = False) -> dict[str, Any]:
        """The line and the functions of the nodes as JSON values.

        Args:
            fractions: write every number exactly, as a text p/q; by default as the nearest double,
                and one beyond the largest as a text.
        """

        def spell(number: Fraction | None) -> Any:
            if number is None:
                return None
            nearest = double(number)
            return str(number) if fractions else nearest if math.isfinite(nearest) else str(nearest)

        def spelled(record: Any, *names: str) -> dict[str, Any]:
            return {name: spell(getattr(record, name)) for name in names}

        sides = ("position", "left", "at", "right", "slope_left", "slope_right")
        return {
            "over": {
                "name": self.sweep.name,
                **spelled(self.sweep, "start", "end"),
                "inputs": {
                    name: {"slope": spell(slope), "intercept": spell(intercept)}
                    for name, (slope, intercept) in self.sweep.inputs.items()
                },
            },
            "nodes": [
                {
                    "node": node.node,
                    "value": node.value,
                    **spelled(node, "first", "last"),
                    "kinks": [
                        {**spelled(kink, *sides), "jumps": kink.jumps, "bends": list(kink.nodes)}
                        for kink in node.kinks
                    ],
                    "pieces": [
                        spelled(piece, "start", "end", "slope", "intercept")
                        for piece in node.pieces
                    ],
                }
                for node in self.nodes
            ],
        }


def kinks(
    network: Graph,
    over: Mapping[str, tuple[Number, Number]] | None = None,
    *,
    at: Mapping[str, Number] | None = None,
    between: tuple[Mapping[str, Number], Mapping[str, Number]] | None = None,
    nodes: Sequence[str] | None = None,
    pre_activations: bool = False,
    limit: int = LIMIT,
) -> Kinks:
    """Every kink of chosen nodes; arguments and errors as in `Network.kinks`."""
    way = sweep.along(network, over, at, between)
    if limit < 1:
        raise InputError(f"the limit is a number of pieces, at least 1, got {limit}")
    names = network.output_names if nodes is None else nodes
    numbers = network.node_numbers(names)
    curves = propagate.curves(network, way, numbers, limit, pre_activations=pre_activations)
    value = "az"[pre_activations]
    found = [record(network, number, curves[number], value) for number in numbers]
    return Kinks(way, tuple(found))


def record(network: Graph, node: int, curve: Curve, value: str) -> NodeKinks:
    """A curve of a node as pieces and kinks; `value` is "z" or "a"."""
    points, lines = curve.points, curve.lines
    pieces = [
        Piece(left.t, right.t, *line)
        for left, right, line in zip(points, points[1:], lines, strict=False)
    ]
    positions = {point: position for position, point in enumerate(points)}
    kinks = []
    for event in sorted(curve.events, key=lambda event: event.point.order):
        position = positions[event.point]
        before = pieces[position - 1] if position else None
        behind = pieces[position] if position < len(pieces) else None
        t = event.point.t
        kinks.append(
            Kink(
                t,
                None if before is None else before(t),
                curve.values[position],
                None if behind is None else behind(t),
                None if before is None else before.slope,
                None if behind is None else behind.slope,
                tuple(network.ids[bender] for bender in sorted(event.benders)),
            )
        )
    return NodeKinks(
        network.ids[node], value, tuple(pieces), tuple(kinks), curve.values[0], curve.values[-1]
    )
