"""The graph that a comparison draws."""

from __future__ import annotations

import json

import pytest

from deepgraph.diff.pairing import paired
from deepgraph.diff.union import union
from deepgraph.loading import load, loads
from tests.support.picture import SPECS

IRREGULAR = json.loads((SPECS / "full_adder.json").read_text())


def without(edge):
    """The full adder without one of its edges."""
    edges = IRREGULAR["edges"][:edge] + IRREGULAR["edges"][edge + 1 :]
    return loads(json.dumps(IRREGULAR | {"edges": edges}))


@pytest.mark.parametrize("edge", [0, 3, 5, 8])
def test_a_removed_edge_keeps_its_place(edge):
    """A layout depends on the order, so that outputs changed places beside the picture of A."""
    whole, part = load(SPECS / "full_adder.json"), without(edge)
    removed = union(whole, part, paired(whole, part))
    assert [one for one, _ in removed.edges] == list(range(len(whole.source)))
    added = union(part, whole, paired(part, whole))
    assert [other for _, other in added.edges] == list(range(len(whole.source)))
