"""The value of a node of a piecewise-linear network as a sum over paths.

At one input every node of such a network is linear: a = slope·z + offset, with the slope and the
offset of the piece that z lies on. A path leads from an input or a bias along edges to the node; it
carries the value that it starts with, times the weights of its edges and the slopes of the nodes
that it passes. A node is off where its slope is 0: no path leads through it. The offset of a piece,
such as the 1 of a hard tanh above 1, begins a path of its own. Together the paths give the value.

A maximum or minimum lets the first extreme term through, and no other; a mean divides each of its
terms by their number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.errors import InputError
from deepgraph.explain import expressions as ex
from deepgraph.explain.expressions import Expression, Number
from deepgraph.explain.records import Step
from deepgraph.explain.values import Term, Values, join, weighted
from deepgraph.functions.aggregations import AGGREGATIONS
from deepgraph.graph.exact import double, exact_pieces
from deepgraph.graph.kinds import BIAS, INPUT
from deepgraph.options import shared
from deepgraph.words.messages import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.explain.records import Quantity
    from deepgraph.graph.stages import Member

Factor = tuple[Expression, Number]

PATHS_LIMIT: int = shared.PATHS_LIMIT.default
"""Paths to one node that are listed, if no other limit is asked for."""
LONG = 10**15
"""From so many paths on, the number of its digits says more."""
OFFSET = "offset"
"""Names the offset of a node's piece: offset(h)."""


@dataclass(frozen=True)
class _Piece:
    """The piece that z of a node lies on: a = slope·z + offset."""

    slope: Fraction
    offset: Fraction


@dataclass
class Paths:
    """The paths of one row.

    Attributes:
        values: of the row, its forward pass written out, so that exact values are known.
        limit: the most paths that are listed for one node.
        pieces: of the nodes that were looked at, by number.
        taken: the edges through which a node takes its value, each with its factors.
    """

    values: Values
    limit: int
    pieces: dict[int, _Piece] = field(default_factory=dict)
    taken: dict[int, dict[int, list[Factor]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.network = self.values.network
        varies = self.network.kind == INPUT
        for step in self.network.steps.tolist():
            if step < len(self.network.ids):
                varies[step] |= varies[self.network.source[self.network.incoming.of(step)]].any()
        self._varies = varies

    def step(self, member: Member, needed: set[int]) -> Step:
        """The paths to a value, and their sum.

        Args:
            member: where the paths end; to z of a node they do not pass its activation.
            needed: the nodes that it depends on, and itself.

        Raises:
            InputError: a node on the way is not piecewise linear or not finite, or there are more
                paths than the limit.
        """
        network, values = self.network, self.values
        node, before = member.node, member.is_z and not values.plain(member.node)
        order = [n for n in network.steps.tolist() if n in needed or n >= len(network.ids)]
        for step in order:
            self._look_at(step, passed=step != node or not before)
        counts = self._counts(order)
        name = network.ids[node]
        if counts[node] > self.limit:
            raise InputError(
                f'"{name}" has {many(counts[node])} paths, more than the limit of {self.limit:,}: '
                "raise the limit, or choose a node nearer to the inputs"
            )
        left = values.z_name(node) if before else values.name(node)
        value = values.z(node) if before else values.a(node)
        if node not in self.pieces:
            return Step(values.name(node), (values.given("a", name, left, value),))
        lines, terms = [], []
        for route, factors in self._routes(node, left, counts):
            term = weighted(factors)
            lines.append(values.line("path", name, route, term.symbols, term.numbers, term.value))
            number = Number(term.value, term.exact)
            terms.append(Term(route, number, term.value, term.exact))
        if not terms:
            terms.append(Term(ex.literal(0), ex.literal(0), 0.0, Fraction(0)))
        symbols, forms = join(terms)
        quantity: Quantity = "z" if before else "a"
        lines.append(values.line(quantity, name, left, symbols, forms, value.value))
        return Step(values.name(node), tuple(lines), self._note(node, order, counts))

    # --- nodes -----------------------------------------------------------------------------------

    def _look_at(self, step: int, *, passed: bool) -> None:
        """Find the piece of a node, and the edges that it takes its value through.

        If its activation is not passed, z counts, whatever the activation is.
        """
        network = self.network
        if step >= len(network.ids):
            return
        finite = (self.values.a(step).value, self.values.z(step).value)
        if not all(map(math.isfinite, finite)):
            raise InputError(f'"{network.ids[step]}" is not finite here, so no paths lead there')
        if network.kind[step] not in (INPUT, BIAS):
            self.pieces[step] = self._piece(step) if passed else _Piece(Fraction(1), Fraction(0))
            self.taken[step] = self._taken(step)

    def _piece(self, node: int) -> _Piece:
        """The slope and offset of the activation at z.

        At a bend that is the piece with the slope of the backward pass, if it gives the value. If
        rounding has put z onto another side of a bend, the side is that of the double, as in the
        lines of both passes.
        """
        function, number = self.network.activation(node), self.values.z(node)
        pieces, z = exact_pieces(function), self._exactly(number)
        if pieces is None:
            raise InputError(
                f'"{self.network.ids[node]}" is {function.name}, which is not piecewise linear: '
                "what it feeds is not a sum over paths; choose a node that it does not feed"
            )
        rounded = Fraction(number.value)
        aside = pieces.breaks_at(z) or pieces.region(z, 1) != pieces.region(rounded, 1)
        if aside and double(z) != number.value:
            z = rounded
        if not pieces.breaks_at(z):
            return _Piece(*pieces.line(pieces.region(z, 1)))
        value = pieces(z)
        derivative = float(function.derivative(np.array(double(z))))
        for side in (-1, 1):
            slope, offset = pieces.line(pieces.region(z, side))
            if slope * z + offset == value and double(slope) == derivative:
                return _Piece(slope, offset)
        return _Piece(Fraction(0), value)

    @staticmethod
    def _exactly(number: Number) -> Fraction:
        return Fraction(number.value) if number.exact is None else number.exact

    def _taken(self, node: int) -> dict[int, list[Factor]]:
        """The edges through which a node takes its value, each with the factors of its term."""
        values, network = self.values, self.network
        edges = network.incoming.of(node).tolist()
        row = AGGREGATIONS[network.aggregations[node]]
        own = {edge: values.factors(edge)[:-1] for edge in edges}
        if row.divides and len(edges) > 1:
            share = ex.literal(Fraction(1, len(edges)))
            return {edge: [*factors, (share, share)] for edge, factors in own.items()}
        if row.extreme and len(edges) > 1:
            terms = [weighted(values.factors(edge)) for edge in edges]
            known = [term.exact for term in terms if term.exact is not None]
            sizes = known if len(known) == len(terms) else [Fraction(t.value) for t in terms]
            chosen = edges[sizes.index(max(sizes) if row.extreme > 0 else min(sizes))]
            return {chosen: own[chosen]}
        if not row.adds and not row.extreme and len(edges) > 1:
            return self._of_product(node, edges, own)
        return own

    def _of_product(
        self, node: int, edges: list[int], own: dict[int, list[Factor]]
    ) -> dict[int, list[Factor]]:
        """The one edge of a product that varies with an input; the others are factors."""
        network, values = self.network, self.values
        varying = [edge for edge in edges if self._varies[network.source[edge]]]
        if len(varying) > 1:
            names = [network.ids[network.source[edge]] for edge in varying]
            raise InputError(
                f'"{network.ids[node]}" multiplies {listed(names)}, which vary with the inputs: '
                "their product is not a sum over paths; choose a node that it does not feed"
            )
        chosen = (varying or edges)[0]
        others = [factor for edge in edges if edge != chosen for factor in values.factors(edge)]
        return {chosen: [*own[chosen], *others]}

    # --- paths -----------------------------------------------------------------------------------

    def _counts(self, order: list[int], *, offsets: bool = True) -> dict[int, int]:
        """How many paths lead to each node, through nodes that are on, without listing them.

        Paths that begin with an offset count, too, or do not.
        """
        counts: dict[int, int] = {}
        for step in order:
            if step not in self.pieces:
                counts[step] = 1
                continue
            piece = self.pieces[step]
            through = sum(counts[int(self.network.source[edge])] for edge in self.taken[step])
            counts[step] = (through if piece.slope else 0) + bool(piece.offset and offsets)
        return counts

    def _routes(
        self, node: int, end: Expression, counts: dict[int, int]
    ) -> Iterator[tuple[ex.Route, list[Factor]]]:
        """Every path to a node: the names along it, and its factors from its start on.

        Args:
            node: where the paths end.
            end: its name.
            counts: how many paths lead to each node.
        """
        waiting: list[tuple[int, tuple[Expression, ...], tuple[Factor, ...]]] = [(node, (), ())]
        while waiting:
            at, behind, factors = waiting.pop()
            name = end if at == node else self.values.name(at)
            if at not in self.pieces:
                start: Factor = (name, self.values.a(at))
                yield ex.Route((name, *behind)), [start, *factors]
                continue
            piece = self.pieces[at]
            further: list[tuple[int, tuple[Expression, ...], tuple[Factor, ...]]] = []
            if piece.slope:
                slope = () if piece.slope == 1 else (self._slope(at, piece.slope),)
                for edge, own in self.taken[at].items():
                    source = int(self.network.source[edge])
                    if counts[source]:
                        further.append((source, (name, *behind), (*own, *slope, *factors)))
            waiting += reversed(further)
            if piece.offset:
                offset = ex.Call(OFFSET, (name,))
                number = Number(double(piece.offset), piece.offset)
                yield ex.Route((offset, name, *behind)), [(offset, number), *factors]

    def _slope(self, node: int, slope: Fraction) -> Factor:
        symbol = ex.Partial(self.values.name(node), self.values.z_name(node))
        return symbol, Number(double(slope), slope)

    def _note(self, node: int, order: list[int], counts: dict[int, int]) -> str:
        """How many paths there are, and which nodes are off."""
        structural: dict[int, int] = {}
        for step in order:
            structural[step] = 1
            if step in self.pieces:
                sources = self.network.source[self.network.incoming.of(step)].tolist()
                structural[step] = sum(structural[source] for source in sources)
        off = [self.values.names[n] for n in order if n in self.pieces and not self.pieces[n].slope]
        inner = self._counts(order, offsets=False)[node]
        words = f"{many(inner)} path{'s' * (inner != 1)} of {many(structural[node])} "
        words += "is on" if inner == 1 else "are on"
        if others := counts[node] - inner:
            words += f", and {many(others)} from an offset"
        return f"{words}{'; off: ' + listed(off, spell=str) if off else ''}"


def many(count: int) -> str:
    """A number of paths; of a long one only how long it is.

    >>> many(12_345), many(2**400)
    ('12,345', 'about 10^120')
    """
    return f"{count:,}" if count < LONG else f"about 10^{math.floor(math.log10(count))}"


def sums_over_paths(values: Values, needed: dict[Member, set[int]], limit: int) -> list[Step]:
    """The paths to each of some values, given with the nodes that it depends on; see `Paths`."""
    return [Paths(values, limit).step(member, before) for member, before in needed.items()]
