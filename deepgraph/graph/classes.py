"""The classes of a network: of several outputs the largest, of one output two on its two sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from deepgraph.functions.activations import ACTIVATIONS, find
from deepgraph.spec import literals
from deepgraph.words.messages import listed
from deepgraph.words.typed_numbers import same_class

if TYPE_CHECKING:
    from fractions import Fraction

    from numpy.typing import NDArray

    from deepgraph.functions.node_function import NodeFunction
    from deepgraph.functions.written import Function
    from deepgraph.spec.records import Layer, Node

DEFAULT_CLASSES = ("0", "1")
"""The classes of a lone sigmoid output, and of a threshold without names."""
DEFAULT_THRESHOLD = 0.5

SAME = {"true": "1", "false": "0"}
"""What a column of truth values means where the classes are numbers."""


class Classed(NamedTuple):
    """A node or a layer that names the two classes of the one output, or gives their threshold.

    Attributes:
        nodes: their numbers.
        record: with the two keys.
        path: of the record in the file.
    """

    nodes: range
    record: Node | Layer
    path: str

    @property
    def keys(self) -> list[str]:
        """Those of the two keys that the record has."""
        given = {"classes": self.record.classes is not None, "threshold": bool(self.threshold)}
        return [key for key, there in given.items() if there]

    @property
    def threshold(self) -> bytes:
        """The text of the threshold; empty if there is none."""
        return bytes(self.record.threshold)


@dataclass(frozen=True)
class Classes:
    """The classes that a network tells apart.

    Attributes:
        names: of several outputs their labels, or else their ids; of one output its two classes.
        threshold: of the one output, from which on its class is the second; `None` for several
            outputs, of which the largest says the class.
        given: True if the spec itself says something about the two classes.
        exact: the threshold as the spec has it, such as 1/3.
    """

    names: list[str]
    threshold: float | None = None
    given: bool = False
    exact: Fraction | None = None

    def decided(self, outputs: NDArray[Any]) -> NDArray[np.intp]:
        """(rows,) the number of the class of each row, from finite (outputs, rows) values."""
        if self.threshold is None:
            return np.asarray(np.argmax(outputs, axis=0))  # the first of equal ones
        return np.asarray(outputs[0] >= self.threshold, np.intp)

    def predicted(self, outputs: NDArray[Any]) -> NDArray[np.intp]:
        """(rows,) the same, −1 for a row in which an output is NaN."""
        return np.where(np.isnan(outputs).any(axis=0), -1, self.decided(outputs))

    def meant(self, text: str) -> str:
        """The class that a cell of a table means; the cell itself if it means none.

        A number means the class that is the same number, however it is spelled; where the two
        classes of one output are numbers, truth values mean them.

        >>> Classes(["0", "1"], 0.5).meant("True"), Classes(["7", "8"]).meant("8.0")
        ('1', '8')
        """
        if self.threshold is not None and text not in self.names:
            plain = SAME.get(text.strip().lower(), text)
            return same_class(plain, self.names) or text
        return same_class(text, self.names) or text

    @property
    def kind(self) -> str:
        """What a class is, in a message: an output, or a class."""
        return "output" if self.threshold is None else "class"

    def known(self, most: int = 10) -> str:
        """The classes for a message: `the outputs are "a" and "b"`."""
        what = "outputs" if self.threshold is None else "classes"
        names = listed(self.names[:most], spell='"{}"'.format)
        return f"the {what} are {names}"

    def targets(self) -> tuple[float, float]:
        """What training moves the one output towards for its first and for its second class.

        Raises:
            ValueError: the threshold does not lie between 0 and 1, or between −1 and 1.
        """
        assert self.threshold is not None
        if 0 < self.threshold <= 1:
            return 0.0, 1.0
        if -1 < self.threshold <= 0:
            return -1.0, 1.0
        raise ValueError(f"the threshold {self.threshold:g} lies beyond −1 and 1")


def classes_of(labels: list[str], function: NodeFunction, given: list[Classed]) -> Classes | None:
    """The classes of a network; `None` if it has one output that is no classifier.

    Args:
        labels: of the outputs, or else their ids.
        function: of the first output.
        given: what the spec says about the one output.
    """
    if len(labels) > 1:
        return Classes(labels)
    names, threshold = list(DEFAULT_CLASSES), DEFAULT_THRESHOLD
    exact = None
    for part in given:
        names = part.record.classes or names
        if part.threshold:
            threshold, exact = literals.value(part.threshold), literals.exact(part.threshold)
    if not given and (not is_sigmoid(function.written) or function.rescaled):
        return None
    return Classes(names, threshold, bool(given), exact)


def one_hot_rows(targets: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(rows,) true where (outputs, rows) targets want 1 of one output and 0 of all others."""
    ones = targets == 1.0
    found: NDArray[np.bool_] = (ones.sum(axis=0) == 1) & (ones | (targets == 0.0)).all(axis=0)
    return found


def is_sigmoid(function: Function) -> bool:
    """True if an activation as a spec writes it is the sigmoid, whatever its gain."""
    name = function if isinstance(function, str) else function.get("name")
    return isinstance(name, str) and find(name) is ACTIVATIONS["sigmoid"]
