"""The records of a spec file, format 1; docs/format.md explains the format.

Records hold the content of the file and nothing derived. Numbers stay text (`msgspec.Raw`), so that
they can be shown, compared to their last decimal, and written back unchanged.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Raw

from deepgraph.functions.losses import Reduction  # noqa: TC001 (msgspec reads it)
from deepgraph.functions.written import Function  # noqa: TC001 (msgspec reads it)

VERSION = 1
"""The format that this version writes, and the newest that it reads."""


Kind = Literal["input", "bias", "hidden", "output"]


ABSENT = Raw()
"""The text of a number that the file does not have."""


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The base of all records: frozen, and an unknown key is an error."""


class Normalise(Record, frozen=True):
    """The constants that scale an input: a number each, in a layer also a list of numbers."""

    min: Raw = ABSENT
    max: Raw = ABSENT
    mean: Raw = ABSENT
    scale: Raw = ABSENT


class Rescale(Record, frozen=True):
    """The constants that scale an output: a number each, in a layer also a list of numbers."""

    mean: Raw = ABSENT
    scale: Raw = ABSENT


class Node(Record, frozen=True):
    """One neuron, input or bias node."""

    id: str
    kind: Kind = "hidden"
    activation: Function = "identity"
    aggregation: str = "sum"
    normalise: Normalise | None = None
    rescale: Rescale | None = None
    classes: list[str] | None = None
    threshold: Raw = ABSENT
    label: str | None = None
    layer: str | None = None
    value: Raw = ABSENT
    trainable: bool = True
    note: str | None = None


class Edge(Record, frozen=True):
    """One connection; it is a wire if it has neither label nor weight."""

    source: str
    target: str
    label: str | None = None
    weight: Raw = ABSENT
    trainable: bool = True
    note: str | None = None


class Layer(Record, frozen=True):
    """A dense layer, whose weights are a matrix."""

    id: str
    size: int
    activation: Function = "identity"
    weights: str | None = None
    bias: str | msgspec.UnsetType | None = msgspec.UNSET
    sources: list[str] | None = msgspec.field(default=None, name="from")
    names: list[str] | None = None
    normalise: Normalise | None = None
    rescale: Rescale | None = None
    classes: list[str] | None = None
    threshold: Raw = ABSENT
    grid: tuple[int, int] | None = None
    note: str | None = None


class Loss(Record, frozen=True):
    """The loss of an example and its published value."""

    name: str
    node: str | None = None
    expect: Raw = ABSENT
    reduction: Reduction = "mean"


class Example(Record, frozen=True):
    """A test case of the spec itself, which `deepgraph check` recomputes."""

    name: str | None = None
    source: str | None = None
    note: str | None = None
    inputs: dict[str, Raw] = {}
    expect: dict[str, Raw] = {}
    pre_activations: dict[str, Raw] = {}
    targets: dict[str, Raw] = {}
    loss: Loss | None = None
    gradients: dict[str, Raw] = {}
    node_gradients: dict[str, Raw] = {}
    deltas: dict[str, Raw] = {}
    learning_rate: Raw = ABSENT
    optimiser: str | None = None
    momentum: Raw = ABSENT
    weight_decay: Raw = ABSENT
    freeze: list[str] = []
    batch: int | None = None
    steps: int = 1
    updated: dict[str, Raw] = {}
    table: str | None = None
    class_column: str | None = msgspec.field(default=None, name="class")
    accuracy: Raw = ABSENT
    tolerance: Raw = ABSENT


class Group(Record, frozen=True):
    """A group with more to say than its labels."""

    labels: list[str]
    trainable: bool = True
    note: str | None = None


class Spec(Record, frozen=True, kw_only=True):
    """A whole spec file."""

    schema: str | None = msgspec.field(default=None, name="$schema")
    deepgraph: int
    name: str | None = None
    title: str | None = None
    description: str | None = None
    source: str | None = None
    note: str | None = None
    layers: list[Layer] = []
    nodes: list[Node] = []
    edges: list[Edge] = []
    parameters: dict[str, Raw] | str = {}
    groups: dict[str, list[str] | Group] = {}
    stages: dict[str, list[str]] = {}
    unused: list[str] = []
    examples: list[Example] = []
    style: dict[str, Any] = {}

    @property
    def files(self) -> list[str]:
        """The names of the files beside it: of parameters, of the tables of examples."""
        parameters = [self.parameters] if isinstance(self.parameters, str) else []
        return [*parameters, *(e.table for e in self.examples if e.table is not None)]

    @property
    def labels_by_group(self) -> dict[str, list[str]]:
        """The labels of each group, in whichever of its two forms it is written."""
        return {
            name: group.labels if isinstance(group, Group) else group
            for name, group in self.groups.items()
        }
