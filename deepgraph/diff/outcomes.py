"""What two networks make of the same inputs: values on some rows, kinks along a line."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.diff.figures import DIGITS, figure_text, moved_texts, told_apart
from deepgraph.graph.exact import double
from deepgraph.words.messages import counted, listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from numpy.typing import NDArray

    from deepgraph.diff.parameters import Tolerance
    from deepgraph.graph.graph import Graph
    from deepgraph.kinks import Kinks
    from deepgraph.network import Network


@dataclass(frozen=True)
class Place:
    """A value that differs: the output, the row from 1, and the value before and after."""

    output: str
    row: int
    before: float
    after: float


@dataclass(frozen=True)
class ValueChanges:
    """The outputs of both networks on some rows.

    Attributes:
        rows: how many.
        differ: the rows in which an output differs by more than the tolerance.
        largest: the largest difference; `None` if nothing differs.
        first: the first one.
        predictions: how many rows get another class; `None` where the outputs are no classes.
        first_prediction: the first such row, and its classes before and after.
        accuracy: the shares of rows that are told rightly, before and after; `None` without a
            column of right classes.
    """

    rows: int
    differ: int
    largest: Place | None
    first: Place | None
    predictions: int | None = None
    first_prediction: tuple[int, str, str] | None = None
    accuracy: tuple[float, float] | None = None

    def __bool__(self) -> bool:
        return bool(self.differ or self.predictions)

    def lines(self, digits: int | None = None) -> list[str]:
        """The lines of a report, the first its heading; `digits` as in `figures.moved_texts`."""
        found = [f"values on {counted(self.rows, 'row')}"]
        if self.largest is None or self.first is None:
            found.append("the same")
        else:
            *texts, size = moved_texts(self.largest.before, self.largest.after, digits)
            far = "" if size is None else " " + size.lstrip("+\N{MINUS SIGN}")
            found.append(f"largest difference{far}: {self._told(self.largest, texts)}")
            if self.first != self.largest:
                texts = [*told_apart(self.first.before, self.first.after, digits or DIGITS)]
                found.append(f"first: {self._told(self.first, texts)}")
            if self.rows > 1:
                found.append(f"{self.differ:,} of {self.rows:,} rows differ")
        if self.first_prediction is not None or (self.predictions is not None and self.rows > 1):
            found.append(self._predicted())
        if self.accuracy is not None:
            texts = [figure_text(share, digits or DIGITS) for share in self.accuracy]
            found.append(f"accuracy: {' → '.join(texts)}")
        return found

    def _told(self, place: Place, texts: Sequence[str | None]) -> str:
        """The output, the row, and the value before and after."""
        row = "" if self.rows == place.row == 1 else f" in row {place.row:,}"
        return f"output {place.output}{row}: {texts[0]} → {texts[1]}"

    def _predicted(self) -> str:
        """How many rows get another class, and the first of them."""
        if self.rows == 1 and self.first_prediction is not None:
            return f"prediction: {' → '.join(self.first_prediction[1:])}"
        others = self.predictions or 0
        told = f"other predictions: {others:,} of {self.rows:,} ({others / self.rows:.1%})"
        if self.first_prediction is not None:
            row, before, after = self.first_prediction
            told += f"; first: row {row:,}, {before} → {after}"
        return told

    def json(self) -> dict[str, Any]:
        """The same as values of JSON."""
        places = {
            key: None
            if place is None
            else {
                "output": place.output,
                "row": place.row,
                "before": _json(place.before),
                "after": _json(place.after),
            }
            for key, place in (("largest", self.largest), ("first", self.first))
        }
        return {
            "rows": self.rows,
            "differ": self.differ,
            **places,
            "predictions": self.predictions,
            "first_prediction": None
            if self.first_prediction is None
            else dict(zip(("row", "before", "after"), self.first_prediction, strict=True)),
            "accuracy": None if self.accuracy is None else [_json(x) for x in self.accuracy],
        }


def _json(value: float) -> float | str:
    return value if math.isfinite(value) else str(value)


def value_changes(
    networks: tuple[Network, Network],
    inputs: tuple[Mapping[str, Any], Mapping[str, Any]],
    outputs: Sequence[tuple[int, int]],
    tolerance: Tolerance,
    right: Sequence[str] | None = None,
    first_row: int = 1,
) -> ValueChanges:
    """Compare the outputs of two networks.

    Args:
        networks: before and after.
        inputs: of each, by its own names.
        outputs: the positions among the outputs of both of those that are one.
        tolerance: within which values are equal.
        right: (rows,) the right classes, if they are known.
        first_row: the number of the first row, for the report.
    """
    found = [network(X, exact=True) for network, X in zip(networks, inputs, strict=True)]
    mine = found[0][:, [one for one, _ in outputs]]
    yours = found[1][:, [other for _, other in outputs]]
    apart = tolerance.differ(mine, yours)
    names = [networks[1].output_names[other] for _, other in outputs]

    def place(row: int, column: int) -> Place:
        before, after = float(mine[row, column]), float(yours[row, column])
        return Place(names[column], first_row + row, before, after)

    largest = first = None
    if apart.any():
        with np.errstate(invalid="ignore", over="ignore"):
            sizes = np.where(apart, np.abs(yours - mine), -1.0)
        sizes[apart & np.isnan(sizes)] = np.inf  # a number that became none, or the other way round
        largest = place(*map(int, np.unravel_index(np.argmax(sizes), sizes.shape)))
        first = place(*map(int, np.argwhere(apart)[0]))
    rows, differ = len(mine), int(apart.any(axis=1).sum())
    before, after = _classes(networks[0], found[0]), _classes(networks[1], found[1])
    told = right is not None or all(network.tells_classes for network in networks)
    if before is None or after is None or not told:
        return ValueChanges(rows, differ, largest, first)
    other = [row for row in range(rows) if before[row] != after[row]]
    first_other = (other[0] + first_row, before[other[0]], after[other[0]]) if other else None
    accuracy = None
    if right is not None and rows:
        accuracy = _accuracy(networks[0], before, right), _accuracy(networks[1], after, right)
    return ValueChanges(rows, differ, largest, first, len(other), first_other, accuracy)


def _classes(network: Graph, values: NDArray[np.float64]) -> list[str] | None:
    """(rows,) the class of each row, `?` where an output is NaN; `None` without classes."""
    classes = network.classes
    if classes is None:
        return None
    names = [*classes.names, "?"]
    return [names[number] for number in classes.predicted(values.T).tolist()]


def _accuracy(network: Graph, told: Sequence[str], right: Sequence[str]) -> float:
    classes = network.classes
    assert classes is not None
    pairs = zip(told, right, strict=True)
    return sum(one == classes.meant(other) for one, other in pairs) / len(told)


# --- kinks ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class KinkChanges:
    """Where the outputs of both networks bend along a line.

    Attributes:
        over: the line in words.
        nodes: by output the positions before and after.
    """

    over: str
    nodes: dict[str, tuple[list[Fraction], list[Fraction]]]

    def __bool__(self) -> bool:
        return any(before != after for before, after in self.nodes.values())

    def lines(self, digits: int | None = None) -> list[str]:
        """The lines of a report, the first its heading; `digits` as in `figures.moved_texts`."""
        found = [f"kinks over {self.over}"]
        for name, (before, after) in self.nodes.items():
            if before == after:
                found.append(f"{name}: {counted(len(before), 'kink')}, the same")
            elif len(before) == len(after):
                moved = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
                texts = [" → ".join(_moved(double(x), double(y), digits)) for x, y in moved]
                found.append(f"{name}: {counted(len(before), 'kink')}, {listed(texts)}")
            else:
                texts = [_positions(positions, digits) for positions in (before, after)]
                found.append(f"{name}: {' → '.join(texts)}")
        return found

    def json(self) -> dict[str, Any]:
        """The same as values of JSON."""
        return {
            name: {
                "before": [double(position) for position in before],
                "after": [double(position) for position in after],
            }
            for name, (before, after) in self.nodes.items()
        }


def _moved(before: float, after: float, digits: int | None) -> tuple[str, str]:
    return told_apart(before, after, digits or DIGITS)


def _positions(positions: list[Fraction], digits: int | None) -> str:
    if not positions:
        return "no kinks"
    texts = [figure_text(double(position), digits or DIGITS) for position in positions]
    return f"{counted(len(positions), 'kink')} ({listed(texts)})"


def kink_changes(
    found: tuple[Kinks, Kinks], outputs: Sequence[tuple[str, str]], over: str
) -> KinkChanges:
    """Compare the kinks of two networks along one line.

    Args:
        found: before and after, of their outputs.
        outputs: the ids in A and B of those that are one.
        over: the line in words.
    """
    return KinkChanges(
        over,
        {
            other: (
                [kink.position for kink in found[0][one].kinks],
                [kink.position for kink in found[1][other].kinks],
            )
            for one, other in outputs
        },
    )
