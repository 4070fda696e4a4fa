"""The kinks and pieces of nodes, as a caller gets them."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import isfinite
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from deepgraph.errors import UnknownNameError
from deepgraph.graph.exact import digits, double
from deepgraph.kinks.exact_curve import LONGEST, too_long
from deepgraph.words.messages import Nearest, counted, listed, shown
from deepgraph.words.numbers import z_of

if TYPE_CHECKING:
    from deepgraph.graph.graph import Graph
    from deepgraph.kinks.exact_curve import ExactCurve
    from deepgraph.kinks.sweep import Sweep


@dataclass(frozen=True)
class Piece:
    """An open interval on which a node's function is the line slope · position + intercept."""

    start: Fraction
    end: Fraction
    slope: Fraction
    intercept: Fraction

    def __call__(self, position: Fraction) -> Fraction:
        """The value of the line."""
        return self.slope * position + self.intercept


@dataclass(frozen=True)
class Kink:
    """A position at which a node's function bends or jumps.

    Attributes:
        left: the limit from the left; `None` at the start of the range.
        right: the limit from the right; `None` at its end.
        at: the value itself.
        slope_left: of the piece on the left; `None` at the start of the range.
        slope_right: of the piece on the right; `None` at its end.
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
        """True if the value differs from one of the limits."""
        return any(side is not None and side != self.at for side in (self.left, self.right))


@dataclass(frozen=True)
class NodeKinks:
    """The whole function of a node over the range.

    Attributes:
        node: its id.
        value: "z" or "a".
        pieces: from left to right. Neighbours lie on different lines, unless the single value
            between them is off their common line.
        kinks: from left to right. An end of the range is a kink only if the value there is not
            the limit.
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
        return self.node if self.value == "a" else z_of(self.node)

    @cached_property
    def _at(self) -> dict[Fraction, Fraction]:
        ends = {self.pieces[0].start: self.first, self.pieces[-1].end: self.last}
        return ends | {kink.position: kink.at for kink in self.kinks}

    def __call__(self, position: Fraction | int) -> Fraction:
        """The exact value at a position in the range.

        Raises:
            ValueError: the position is outside.
        """
        there = Fraction(position)
        if not self.pieces[0].start <= there <= self.pieces[-1].end:
            raise ValueError(f"{position} is outside the range")
        if there in self._at:
            return self._at[there]
        return self.pieces[bisect_left(self.pieces, there, key=attrgetter("start")) - 1](there)


@dataclass(frozen=True)
class Kinks:
    """The functions of chosen nodes along one line through the inputs.

    Attributes:
        sweep: the line; positions are values of its parameter.
        nodes: one for each chosen node.
    """

    sweep: Sweep
    nodes: tuple[NodeKinks, ...]

    def __repr__(self) -> str:
        where = f"over {self.sweep.name} from {self.sweep.start} to {self.sweep.end}"
        counts = (f"{counted(len(found.kinks), 'kink')} of {found.title}" for found in self.nodes)
        return f"<Kinks {where}: {', '.join(counts)}>"

    def __getitem__(self, node: str) -> NodeKinks:
        """The function of a node by its id, or by its title, as in `z(y)`.

        Raises:
            UnknownNameError: it was not chosen; this is a `KeyError`, too.
        """
        for found in self.nodes:
            if node in (found.node, found.title):
                return found
        titles = [found.title for found in self.nodes]
        cure = Nearest(titles, f"chosen are {listed(titles)}")(str(node))
        raise UnknownNameError(f'no chosen node is "{shown(str(node))}"{cure}')

    def json(self, *, fractions: bool = False) -> dict[str, Any]:
        """Everything as values of JSON.

        Args:
            fractions: numbers as texts "p/q"; otherwise as doubles, or as texts if these are
                infinite.
        """

        def spell(number: Fraction | None) -> Any:
            if number is None:
                return None
            nearest = double(number)
            return str(number) if fractions else nearest if isfinite(nearest) else str(nearest)

        def spelled(record: object, *names: str) -> dict[str, Any]:
            return {name: spell(getattr(record, name)) for name in names}

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
                        {
                            **spelled(kink, "position", "left", "at", "right"),
                            **spelled(kink, "slope_left", "slope_right"),
                            "jumps": kink.jumps,
                            "bends": list(kink.nodes),
                        }
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


def node_kinks(network: Graph, node: int, curve: ExactCurve, value: str) -> NodeKinks:
    """The curve of a node as pieces and kinks; `value` is "z" or "a".

    Raises:
        InputError: a limit has too many digits.
    """
    pieces = [
        Piece(left.t, right.t, *line)
        for (left, right), line in zip(pairwise(curve.points), curve.lines, strict=True)
    ]

    def side(number: int, t: Fraction) -> tuple[Fraction, Fraction] | tuple[None, None]:
        """The limit and the slope of a piece at one of its ends."""
        if not 0 <= number < len(pieces):
            return None, None
        limit = pieces[number](t)
        if digits(limit) > LONGEST:
            raise too_long(network.ids[node])
        return limit, pieces[number].slope

    positions = {point: position for position, point in enumerate(curve.points)}
    kinks = []
    for event in curve.events:
        t, position = event.point.t, positions[event.point]
        left, slope_left = side(position - 1, t)
        right, slope_right = side(position, t)
        nodes = tuple(network.ids[cause] for cause in sorted(event.causes))
        kinks.append(Kink(t, left, curve.values[position], right, slope_left, slope_right, nodes))
    first, last = curve.values[0], curve.values[-1]
    return NodeKinks(network.ids[node], value, tuple(pieces), tuple(kinks), first, last)
