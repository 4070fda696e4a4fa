"""Columns: in the order of the file, centred."""

from __future__ import annotations

import numpy as np
import pytest

from deepgraph import draw
from deepgraph.graph.kinds import BIAS
from deepgraph.graph.shape import columns
from tests.support.odd import MADE
from tests.support.picture import (
    LAYERED,
    Picture,
    gallery,
    gallery_picture,
)


@pytest.mark.parametrize("name", [*LAYERED, *MADE])
def test_columns_in_the_order_of_the_file(name: str) -> None:
    network = gallery(name)[0] if name in LAYERED else MADE[name]
    picture = gallery_picture(name) if name in LAYERED else Picture(draw.render(network))
    column = columns(network)
    middles = []
    by_number = {node.number: node for node in picture.nodes if node.kind != "bias"}
    for number in range(int(column.max()) + 1):
        members = np.flatnonzero((column == number) & (network.kind != BIAS))
        nodes = [by_number[node].middle for node in members]
        x, y = np.array(nodes).T
        assert np.ptp(x) < 0.1
        assert (np.diff(y) > 0).all()
        middles.append((x[0], y.mean()))
    x, y = np.array(middles).T
    assert (np.diff(x) > 0).all()
    assert np.ptp(y) < 0.1, "the columns are centred"
