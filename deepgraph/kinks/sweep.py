"""A line through the inputs: one input over a range, or the segment between two rows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import InputError
from deepgraph.graph.exact import digits, shortest
from deepgraph.spec import literals
from deepgraph.words import typed_numbers
from deepgraph.words.messages import several

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import ArrayLike, NDArray

    from deepgraph.functions.piecewise import Line
    from deepgraph.graph.graph import Graph

Number = int | float | str | Fraction | Decimal
"""A number as a caller gives it: a float counts as its shortest decimal, a text as written."""


@dataclass(frozen=True)
class Sweep:
    """A line through the inputs: each input is slope·t + intercept of one parameter t.

    Attributes:
        name: of the parameter: the input's id, or "t" along a segment, from 0 to 1.
        start: of its range.
        end: of its range.
        inputs: (slope, intercept) by input id, in the network's order.
    """

    name: str
    start: Fraction
    end: Fraction
    inputs: dict[str, Line]

    @property
    def ends(self) -> tuple[Fraction, Fraction]:
        """Start and end of the range."""
        return self.start, self.end

    @property
    def fixed(self) -> dict[str, Fraction]:
        """The inputs that do not vary, with their values."""
        return {name: value for name, (slope, value) in self.inputs.items() if not slope}

    def values(self, t: ArrayLike) -> dict[str, NDArray[np.float64]]:
        """The values of each input at these t, as doubles, for `Network.trace`."""
        at = np.asarray(t, np.float64)
        return {
            name: float(slope) * at + float(intercept)
            for name, (slope, intercept) in self.inputs.items()
        }

    def place(self, inputs: Mapping[str, float]) -> float | None:
        """The t at which the inputs have these values, to nine digits; `None` off the line."""
        name, (slope, intercept) = next(
            (name, line) for name, line in self.inputs.items() if line[0]
        )
        found = (inputs[name] - float(intercept)) / float(slope)
        if not float(self.start) <= found <= float(self.end):
            return None
        there = self.values(found)
        close = all(np.isclose(inputs[name], there[name], 1e-9, 1e-9) for name in self.inputs)
        return found if close else None


def along_input(
    network: Graph, over: Mapping[str, tuple[Number, Number]], at: Mapping[str, Number] | None
) -> Sweep:
    """The line along one input, the others fixed.

    Args:
        network: for its inputs.
        over: the input's id with start and end.
        at: the values of all other inputs.

    Raises:
        InputError: no such input, an empty range, a value too few or too many, or no number.
    """
    if len(over) != 1:
        raise InputError(f"a range is given for one input, not for {len(over)}")
    [(name, bounds)] = over.items()
    fixed = held(network, over, at)
    start, end = span(name, bounds)
    lines = {
        other: (Fraction(1), Fraction(0)) if other == name else (Fraction(0), fixed[other])
        for other in network.input_names
    }
    return Sweep(name, start, end, lines)


def held(
    network: Graph, over: Iterable[str], at: Mapping[str, Number] | None
) -> dict[str, Fraction]:
    """The exact values `at` of all inputs but those that vary (`over`).

    Raises:
        InputError: no such input, a value too few or too many, or no number.
    """
    varying, given = list(over), dict(at or {})
    network.require_inputs([*varying, *given])
    for name in varying:
        if name in given:
            raise InputError(f"the input {name} has a range, and a value as well; leave one out")
    lacking = [n for n in network.input_names if n not in varying and n not in given]
    if lacking:
        values = " ".join(f"{name}=0" for name in lacking[:5])
        raise InputError(
            f"no value for the {several('input', lacking)}: each input that does not vary "
            f"needs one, such as {values}"
        )
    return {name: exact(value, name) for name, value in given.items()}


def span(name: str, bounds: tuple[Number, Number]) -> tuple[Fraction, Fraction]:
    """Start and end of the range of an input, exactly.

    Raises:
        InputError: no number, or an empty range.
    """
    start, end = (exact(bound, f"the range of {name}") for bound in bounds)
    if not start < end:
        cure = "; the lower end comes first" if start > end else ""
        raise InputError(
            f"the range of {name} is from {start} to {end}: nothing lies between{cure}"
        )
    return start, end


def chosen_sweep(
    network: Graph,
    over: Mapping[str, tuple[Number, Number]] | None,
    at: Mapping[str, Number] | None,
    between_rows: tuple[Mapping[str, Number], Mapping[str, Number]] | None,
) -> Sweep:
    """The line that the arguments of a public function choose: a range of one input, or two rows.

    Raises:
        InputError: neither or both are given, or they do not fit: see `along_input`, `between`.
    """
    if (over is None) == (between_rows is None):
        raise InputError("give a range of one input (over), or two rows (between)")
    if over is not None:
        return along_input(network, over, at)
    assert between_rows is not None
    if at:
        raise InputError("both rows hold all inputs: no further values (at) beside between")
    return between(network, *between_rows)


def between(network: Graph, first: Mapping[str, Number], second: Mapping[str, Number]) -> Sweep:
    """The segment from one row of inputs (t = 0) to another (t = 1).

    Raises:
        InputError: a value too few or too many, no number, or rows without a difference.
    """
    lines: dict[str, Line] = {}
    for row in (first, second):
        network.require_inputs(row)
        lacking = [name for name in network.input_names if name not in row]
        if lacking:
            raise InputError(f"no value for the {several('input', lacking)}")
    for name in network.input_names:
        start, end = exact(first[name], name), exact(second[name], name)
        lines[name] = (end - start, start)
    if not any(slope for slope, _ in lines.values()):
        raise InputError("both rows have the same inputs: nothing lies between them")
    return Sweep("t", Fraction(0), Fraction(1), lines)


def exact(number: Any, name: str) -> Fraction:
    """The exact value of a number.

    Args:
        number: a text such as "0.1" or "1/3", or a number of Python; see `Number`.
        name: how the message calls the number.

    Raises:
        InputError: it is no finite number, or has more digits than exact arithmetic takes.
    """
    if isinstance(number, Decimal):
        number = str(number)
    try:
        if isinstance(number, str):
            found = _typed(number)
        elif isinstance(number, float):  # numpy's double is one, too
            found = shortest(float(number))
        else:
            found = Fraction(number)
        float(found)  # an error for a number beyond the largest double
        if digits(found) > literals.LONGEST:
            most = f"{literals.LONGEST:,} digits above or below"
            raise literals.TooLongError(f"exact arithmetic takes fractions of at most {most}")
    except literals.TooLongError as error:
        raise InputError(f"{name}: {error}") from None
    except (ValueError, TypeError, OverflowError):
        raise InputError(f"{name}: {_spelled(number)} is not a finite number") from None
    return found


def _spelled(number: Any) -> str:
    try:
        return literals.shown(repr(number).encode("utf-8", "backslashreplace"))
    except ValueError:  # Python spells no integer of more than 4,300 digits
        return "this"


def _typed(text: str) -> Fraction:
    if "/" in text:
        return literals.exact(literals.encode(text))
    if not math.isfinite(typed_numbers.number(text)):
        raise ValueError(text)
    return literals.decimal(text)
