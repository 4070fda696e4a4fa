"""The constants of a spec by which inputs are normalised and outputs rescaled."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import msgspec
import numpy as np

from deepgraph.functions.scaling import NEUTRAL
from deepgraph.spec import literals

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from deepgraph.spec.records import Layer, Node, Normalise, Rescale


class Scaled(NamedTuple):
    """Nodes of one record of the spec, with their constants.

    Attributes:
        nodes: their numbers.
        record: of a node or of a layer.
        path: of the record in the file.
    """

    nodes: range
    record: Normalise | Rescale
    path: str

    @property
    def texts(self) -> dict[str, bytes]:
        """The texts of the constants that the record has, by key: of numbers, or of lists."""
        return _texts(self.record)


def _texts(record: Normalise | Rescale) -> dict[str, bytes]:
    fields = ((key, bytes(getattr(record, key))) for key in record.__struct_fields__)
    return {key: text for key, text in fields if text}


def is_rescaled(record: Node | Layer) -> bool:
    """True if a node or a layer is to be rescaled by some constant."""
    return record.rescale is not None and bool(_texts(record.rescale))


def entries(text: bytes) -> list[bytes]:
    """The texts of the numbers in a list."""
    return [bytes(entry) for entry in msgspec.json.decode(text, type=list[msgspec.Raw])]


@dataclass(frozen=True, eq=False)
class Scaling:
    """The nodes that are scaled, and their constants.

    Attributes:
        nodes: (scaled,) node numbers, ascending.
        texts: for each node the texts of the constants that the spec gives, by key.
    """

    nodes: NDArray[np.int64]
    texts: list[dict[str, bytes]]

    @classmethod
    def of(cls, parts: Iterable[Scaled]) -> Self | None:
        """The scaling that sound records say; `None` if no node has a constant."""
        nodes: list[int] = []
        texts: list[dict[str, bytes]] = []
        for part in parts:
            columns = {
                key: entries(text) if text[:1] == b"[" else repeat(text, len(part.nodes))
                for key, text in part.texts.items()
            }
            if columns:
                nodes += part.nodes
                rows = zip(*columns.values(), strict=True)
                texts += [dict(zip(columns, row, strict=True)) for row in rows]
        if not nodes:
            return None
        return cls(np.array(nodes, np.int64), texts)

    @cached_property
    def place(self) -> dict[int, int]:
        """The position of each node in `nodes`."""
        return {node: place for place, node in enumerate(self.nodes.tolist())}

    def given(self, node: int) -> dict[str, float]:
        """The constants that the spec gives a node, by key."""
        texts = self.texts[self.place[node]]
        return {key: literals.value(text) for key, text in texts.items()}

    @cached_property
    def _constants(self) -> dict[str, NDArray[np.float64]]:
        """By key (scaled,) constants, those that do nothing where the spec has none."""
        found = {}
        for key, neutral in NEUTRAL.items():
            column = np.full(len(self.texts), neutral)
            for place, texts in enumerate(self.texts):
                if key in texts:
                    column[place] = literals.value(texts[key])
            found[key] = column
        return found

    def columns(
        self,
        nodes: NDArray[np.integer[Any]],
        dtype: np.dtype[Any],
        keys: Iterable[str] = tuple(NEUTRAL),
    ) -> dict[str, NDArray[Any]]:
        """By key (nodes, 1) constants in a dtype, of nodes that are all scaled."""
        places = [self.place[node] for node in nodes.tolist()]
        with np.errstate(over="ignore"):  # 1e300 is infinite in float32
            return {key: self._constants[key][places].astype(dtype)[:, np.newaxis] for key in keys}
