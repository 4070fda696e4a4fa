"""A network with a text in every place that a text can have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph import draw
from tests.support.picture import (
    spec,
)

MORE = ["c1", "c2", "c3", "y"]
"""Nodes behind the first two of an irregular network."""

if TYPE_CHECKING:
    from deepgraph.network import Network


def named(id: str, label: str, *, skip: bool = False) -> Network:
    """A network with a text in every place that a text can have.

    Without `skip` it is layered, with it irregular: each node feeds all that come later.
    """
    inner = f"{id[:255]}h"
    chain = [inner, *(MORE if skip else ["y"])]
    network = spec(
        [
            (id, "input"),
            (inner, "hidden", {"label": label}),
            ("y", "output"),
            (f"{id[:255]}b", "bias", {"value": 1}),
            *((name, "hidden") for name in MORE[:-1] if skip),
        ],
        [
            (id, inner, {"label": label, "weight": -1}),
            (f"{id[:255]}b", "y"),
            *((a, b) for i, a in enumerate(chain) for b in chain[i + 1 :]),
        ],
        groups={f"{label}'": [label]},
        title=f"{label}.",
    )
    assert network.ids[0] == id
    assert draw.prepare(network).view.layered != skip
    return network


def usable(id: str, label: str) -> bool:
    """True if the names of `named` are all different."""
    made = [id, f"{id}h", f"{id}b", *MORE]
    return len(set(made)) == len(made) and f"{id}b" not in (label, f"{label}'")
