"""The spec file, format 1: its records, read and written; docs/format.md says what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph import lazy

if TYPE_CHECKING:
    from deepgraph.spec.reading import load, read
    from deepgraph.spec.records import (
        Edge,
        Example,
        Group,
        Layer,
        Loss,
        Node,
        Normalise,
        Rescale,
        Spec,
    )
    from deepgraph.spec.writing import save, write

__all__ = [
    "Edge",
    "Example",
    "Group",
    "Layer",
    "Loss",
    "Node",
    "Normalise",
    "Rescale",
    "Spec",
    "load",
    "read",
    "save",
    "write",
]

__getattr__, __dir__ = lazy.exports(
    __name__,
    {
        **dict.fromkeys(("load", "read"), "spec.reading"),
        **dict.fromkeys(
            ("Edge", "Example", "Group", "Layer", "Loss", "Node", "Normalise", "Rescale", "Spec"),
            "spec.records",
        ),
        **dict.fromkeys(("save", "write"), "spec.writing"),
    },
)
