"""Rows to learn from: inputs, targets and classes; their shuffling, and a share for validation."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.errors import InputError
from deepgraph.words.messages import Nearest, in_quotes, shown
from deepgraph.words.option_names import option
from deepgraph.words.typed_numbers import same_class

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Rows:
    """Rows in the order of the network's inputs and of the goal's targets.

    Attributes:
        inputs: (inputs, rows).
        targets: (targets, rows).
        classes: (rows,) the number of the output that is the class of each row, or `None`.
    """

    inputs: Array
    targets: Array
    classes: NDArray[np.intp] | None = None

    def __len__(self) -> int:
        return int(self.inputs.shape[1])

    def take(self, rows: NDArray[np.intp]) -> Rows:
        """The rows with these numbers, in this order."""
        classes = None if self.classes is None else self.classes[rows]
        return Rows(self.inputs[:, rows], self.targets[:, rows], classes)


def one_hot(network: Graph, classes: Sequence[str]) -> tuple[dict[str, Array], NDArray[np.intp]]:
    """The targets of the outputs for the classes of rows, and the number of each row's output.

    Args:
        network: with two or more outputs; a class is the label of an output, or else its id.
        classes: (rows,)

    Raises:
        InputError: a class is no output or two, or there is only one output.
    """
    names = [network.label(int(node)) for node in network.outputs]
    if len(names) < 2:
        name = network.output_names[0]
        python = f"targets={{{name!r}: numbers}}"
        raise InputError(
            "classes need two outputs or more, and this network has one; give it a number for "
            f"each row instead: {option('target', f'{name}=COLUMN', argument=python)}"
        )
    numbers: dict[str, int] = {}
    for number, name in enumerate(names):
        if numbers.setdefault(name, number) != number:
            raise InputError(
                f'two outputs are called "{shown(name)}", so that it is no class; give each a '
                "label of its own"
            )
    known = ", ".join(map(in_quotes, names[:10]))
    near = Nearest(numbers, f"they are {known}; the label of an output names its class")
    found = np.empty(len(classes), np.intp)
    for row, text in enumerate(classes):
        known_as = same_class(text, numbers)
        if known_as is None:
            raise InputError(f'row {row + 1:,}: the class "{shown(text)}" is no output{near(text)}')
        found[row] = numbers[known_as]
    hot = (np.arange(len(names))[:, np.newaxis] == found).astype(np.float64)
    return dict(zip(network.output_names, hot, strict=True)), found


class Shuffle:
    """Orders of rows that a seed determines, the same on every platform and version of numpy.

    An order sorts raw numbers of PCG64, whose stream numpy promises to keep.

    Args:
        seed: any integer.
        purpose: another purpose gives other orders.
    """

    def __init__(self, seed: int, purpose: str) -> None:
        text = json.dumps([seed, purpose])
        digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
        self._source = np.random.PCG64(int.from_bytes(digest, "big"))

    def __call__(self, rows: int) -> NDArray[np.intp]:
        """(rows,) the next order of so many rows."""
        return np.argsort(self._source.random_raw(rows), kind="stable")


def split(rows: Rows, share: float, seed: int) -> tuple[Rows, Rows]:
    """Rows to learn from, and a share of all rows for validation, which a seed draws.

    Raises:
        InputError: the share is not between 0 and 1, or leaves no rows for one of the two.
    """
    if not 0 < share < 1:
        raise InputError(f"a validation share lies between 0 and 1, got {share:g}")
    count = round(share * len(rows))
    if not 0 < count < len(rows):
        raise InputError(
            f"a validation share of {share:g} of {len(rows):,} rows leaves "
            f"{count:,} to validate with and {len(rows) - count:,} to learn from"
        )
    order = Shuffle(seed, "validation")(len(rows))
    # In the order of the table, so that only the choice depends on the seed.
    return rows.take(np.sort(order[count:])), rows.take(np.sort(order[:count]))
