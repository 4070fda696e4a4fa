"""Irregular networks, which Graphviz lays out."""

from __future__ import annotations

import pytest

from tests.support.picture import (
    SKIPPING,
    gallery,
    gallery_picture,
)


@pytest.mark.parametrize("name", SKIPPING)
def test_irregular_networks_run_from_left_to_right(name: str) -> None:
    network, _ = gallery(name)
    picture = gallery_picture(name)
    inner = [node.kind != "bias" for node in picture.nodes]
    for source, target in zip(network.source, network.target, strict=True):
        if inner[source]:
            assert picture.nodes[source].middle[0] < picture.nodes[target].middle[0]
