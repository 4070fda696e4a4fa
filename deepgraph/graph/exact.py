"""Parameters as exact fractions, for arithmetic without rounding."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from deepgraph.errors import InputError
from deepgraph.spec import literals
from deepgraph.words.messages import shown
from deepgraph.words.numbers import true_minus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.functions.node_function import NodeFunction
    from deepgraph.functions.piecewise import Piecewise
    from deepgraph.graph.graph import Graph


def exact_parameters(network: Graph, *, doubles: bool = False) -> list[Fraction]:
    """(parameters,) the exact value of each parameter.

    A value that still is that of the spec is the number in the spec's text, 13/10 for `1.30`. Any
    other value is the shortest decimal that reads back as the same double.

    Args:
        network: a network whose parameters all have values.
        doubles: take values that replace those of the spec, and values from a file of arrays, as
            the exact doubles. A value drawn for an empty place still is the decimal that
            `deepgraph init` writes there.

    Raises:
        InputError: a number in the spec has more digits than `literals.LONGEST` allows.
    """
    values = network.parameters.values.tolist()
    found: list[Fraction | None] = [None] * len(values)
    for number, text in _texts(network):
        if not literals.missing(text) and literals.value(text) == values[number]:
            found[number] = _exact(text, network.parameters.name(number))
    binary = (~network.unwritten & doubles).tolist()
    for number, value in enumerate(values):
        if found[number] is None:
            found[number] = Fraction(value) if binary[number] else shortest(value)
    return found  # type: ignore[return-value]


def written_fractions(network: Graph) -> dict[int, str]:
    """By number the parameters that the spec has as fractions, as text: `1/3`, `−2/7`.

    One whose value is no more that of the spec is left out.
    """
    values = network.parameters.values
    return {
        number: true_minus(text.decode().strip('"'))
        for number, text in _texts(network)
        if text[:1] == b'"' and literals.value(text) == values[number]
    }


def exact_constants(network: Graph) -> dict[int, Fraction]:
    """The value of each unit-style bias, by node number.

    Raises:
        InputError: a number in the spec has more digits than `literals.LONGEST` allows.
    """
    texts = {node.id: bytes(node.value) for node in network.spec.nodes if node.kind == "bias"}
    return {
        node: _exact(texts.get(network.ids[node]) or b"1", network.ids[node])
        for node in np.flatnonzero(~np.isnan(network.node_constant)).tolist()
    }


def _exact(text: bytes, name: str) -> Fraction:
    """The exact value of a text of the spec; `name` says in an error whose it is."""
    try:
        return literals.exact(text)
    except literals.TooLongError as error:
        raise InputError(f"{shown(name)}: {error}") from None


def exact_settings(function: NodeFunction) -> dict[str, Fraction]:
    """The parameters of an activation by name: the number in the spec, or the table's default.

    >>> from deepgraph.functions.node_function import NodeFunction
    >>> exact_settings(NodeFunction.of("hard_sigmoid"))
    {'alpha': Fraction(1, 6), 'beta': Fraction(1, 2)}
    """
    defaults = {} if function.row is None else function.row.defaults
    exact = {name: _simplest(value) for name, value in defaults.items()}
    return exact | {name: _constant(function, name, v) for name, v in function.parameters.items()}


def exact_rescaling(function: NodeFunction) -> tuple[Fraction, Fraction]:
    """The exact scale and mean of the function of a rescaled node.

    Raises:
        InputError: a number in the spec has more digits than `literals.LONGEST` allows.
    """
    scale, mean = float(function.scale), float(function.mean)
    return _constant(function, "scale", scale), _constant(function, "mean", mean)


def _constant(function: NodeFunction, name: str, value: float) -> Fraction:
    """A number of a function as its text has it, or the shortest decimal of its double."""
    text = function.texts.get(name)
    return shortest(value) if text is None else _exact(text, name)


def exact_pieces(function: NodeFunction) -> Piecewise | None:
    """The exact form of a piecewise-linear activation; `None` for any other.

    >>> from deepgraph.functions.node_function import NodeFunction
    >>> exact_pieces(NodeFunction.of({"name": "relu", "gain": 3}))(Fraction(2))
    Fraction(6, 1)
    """
    if function.row is None or function.row.pieces is None:
        return None
    pieces = function.row.pieces(**exact_settings(function))
    if function.gain != 1.0:
        pieces = pieces.stretched(shortest(function.gain))
    return pieces.rescaled(*exact_rescaling(function)) if function.rescaled else pieces


def _simplest(value: float) -> Fraction:
    """The fraction with a small denominator, such as 1/6, that a default of the table means."""
    simple = Fraction(value).limit_denominator(1000)
    return simple if float(simple) == value else shortest(value)


def double(number: Fraction) -> float:
    """The nearest double; infinite beyond the largest.

    >>> double(Fraction(1, 3)), double(Fraction(10**400))
    (0.3333333333333333, inf)
    """
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def digits(number: Fraction) -> int:
    """The digits of numerator or denominator, whichever has more; at most one too many.

    >>> digits(Fraction(1, 250))
    3
    """
    return bits(number) * 30103 // 100_000 + 1


def bits(number: Fraction) -> int:
    """The binary digits of numerator or denominator, whichever has more."""
    return max(number.numerator.bit_length(), number.denominator.bit_length())


def shortest(value: float) -> Fraction:
    """The shortest decimal that reads back to a double, as an exact number.

    >>> shortest(0.1)
    Fraction(1, 10)
    """
    return Fraction(repr(value))


def _texts(network: Graph) -> Iterator[tuple[int, bytes]]:
    """Parameter numbers with their texts in the spec."""
    spec, parameters = network.spec, network.parameters
    first = len(network.ids) - len(spec.nodes)
    for node, record in enumerate(spec.nodes, first):
        if network.node_parameter[node] >= 0:
            yield int(network.node_parameter[node]), bytes(record.value)
    own = network.edge_parameter[len(network.source) - len(spec.edges) :].tolist()
    for number, edge in zip(own, spec.edges, strict=True):
        if number >= 0:
            yield number, bytes(edge.weight)
    if not isinstance(spec.parameters, dict):
        return
    blocks = {block.name: block for block in parameters.blocks}
    for name, raw in spec.parameters.items():
        if name in blocks:
            matrix = len(blocks[name].shape) == 2
            text = bytes(raw) if matrix else b"[" + bytes(raw) + b"]"
            rows = msgspec.json.decode(text, type=list[list[msgspec.Raw]] | None) or []
            entries = [bytes(entry) for row in rows for entry in row]
            yield from enumerate(entries, blocks[name].offset)
        elif name in network.groups:
            listed = msgspec.json.decode(bytes(raw), type=list[msgspec.Raw])
            for label, entry in zip(network.groups[name], listed, strict=True):
                number = parameters.find(label)
                assert number is not None
                yield number, bytes(entry)
        else:
            number = parameters.find(name)
            assert number is not None
            yield number, bytes(raw)
