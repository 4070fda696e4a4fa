"""Rows to learn from: inputs, targets and classes; their shuffling, and a share for validation."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from deepgraph.errors import InputError
from deepgraph.words.messages import Nearest, in_quotes, shown
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from deepgraph.graph.classes import Classes
    from deepgraph.graph.graph import Graph

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Rows:
    """Rows in the order of the network's inputs and of the goal's targets.

    Attributes:
        inputs: (inputs, rows).
        targets: (targets, rows).
        classes: (rows,) the number of the output that is the class of each row, or `None`.
        numbers: (rows,) where the rows lie in the table, from 0; `None` if they are all of it.
    """

    inputs: Array
    targets: Array
    classes: NDArray[np.intp] | None = None
    numbers: NDArray[np.intp] | None = None

    def number(self, row: int) -> int:
        """The number of a row in the table, from 1."""
        return 1 + (row if self.numbers is None else int(self.numbers[row]))

    def __len__(self) -> int:
        return int(self.inputs.shape[1])

    def scaled(self, network: Graph) -> Rows:
        """The rows with their inputs as a network normalises them."""
        return replace(self, inputs=network.normalised(self.inputs))

    def take(self, rows: NDArray[np.intp]) -> Rows:
        """The rows with these numbers, in this order."""
        classes = None if self.classes is None else self.classes[rows]
        numbers = rows if self.numbers is None else self.numbers[rows]
        return Rows(self.inputs[:, rows], self.targets[:, rows], classes, numbers)


def one_hot(network: Graph, classes: Sequence[str]) -> tuple[dict[str, Array], NDArray[np.intp]]:
    """The targets of the outputs for the classes of rows, and the number of each row's output.

    Args:
        network: a class is the label of an output, or else its id; of one output, one of its two
            classes, whose targets are 0 and 1, or −1 and 1 around a threshold up to 0.
        classes: (rows,)

    Raises:
        InputError: a class is no output or two, or the one output tells no classes.
    """
    known = network.classes
    if known is None:
        name = network.output_names[0]
        python = f"targets={{{name!r}: numbers}}"
        raise InputError(
            "classes need two outputs or more, and this network has one; give it a number for "
            f"each row instead: {option('target', f'{name}=COLUMN', argument=python)}, or name its "
            'two classes in the spec, "classes": ["no", "yes"]'
        )
    names = known.names
    numbers: dict[str, int] = {}
    for number, name in enumerate(names):
        if numbers.setdefault(name, number) != number:
            raise InputError(
                f'two outputs are called "{shown(name)}", so that the name does not tell one class '
                "from another; give each a label of its own"
            )
    listing = ", ".join(map(in_quotes, names[:10]))
    near = Nearest(numbers, f"they are {listing}; the label of an output names its class")
    if known.threshold is not None:
        near = Nearest(numbers, known.known())
    found = np.empty(len(classes), np.intp)
    for row, text in enumerate(map(cache(known.meant), classes)):
        if text not in numbers:
            what = f'row {row + 1:,}: the class "{shown(text)}" is no {known.kind}{near(text)}'
            raise InputError(what + _named(known, classes))
        found[row] = numbers[text]
    if known.threshold is not None:
        return {network.output_names[0]: _of_two(known, found)}, found
    hot = (np.arange(len(names))[:, np.newaxis] == found).astype(np.float64)
    return dict(zip(network.output_names, hot, strict=True)), found


def _named(known: Classes, classes: Sequence[str]) -> str:
    """How a spec names the classes of a table, if it names none and the table has two."""
    texts = list(dict.fromkeys(classes))
    if known.threshold is None or known.given or len(texts) != 2:
        return ""
    listing = ", ".join(map(in_quotes, texts))
    return f'; the output may name its own in the spec, "classes": [{listing}], the smaller first'


def _of_two(classes: Classes, found: NDArray[np.intp]) -> Array:
    """(rows,) what the one output is to be for the first or the second of its classes."""
    try:
        return np.array(classes.targets())[found]
    except ValueError as error:
        raise InputError(f"{error}, so that it is not clear what to train towards") from None


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
