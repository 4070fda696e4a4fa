"""Long networks in several rows."""

from __future__ import annotations

import pytest

from deepgraph import draw
from tests.support.drawn import layers
from tests.support.irregular_measure import ours
from tests.support.irregular_networks import irregular_networks


@pytest.mark.parametrize("each", [2, 3, 5])
def test_a_chain_of_blocks_is_read_like_lines(each: int) -> None:
    network = layers(*range(1, 12))
    drawing = draw.prepare(network, collapse=True, wrap=each)
    places = [(box.x, box.y) for box in drawing.layout.boxes]
    for number, (x, y) in enumerate(places[1:], 1):
        before = places[number - 1]
        if number % each:
            assert x > before[0]
            assert abs(y - before[1]) < 1
        else:
            assert abs(x - places[0][0]) < 30
            assert y > before[1] + 40
    laid = ours(network, collapse=True, wrap=each)
    assert laid.crossings == laid.through == 0


@pytest.mark.parametrize("name", ["tower 3", "tower 5", "NEAT 6", "random 4"])
def test_rows_of_irregular_networks(name: str) -> None:
    network = irregular_networks()[name]
    wide, rows = ours(network, weights="none"), ours(network, weights="none", wrap=3)
    assert rows.width < wide.width
    assert rows.height > wide.height
    assert rows.through == rows.out_of_order == 0


def test_few_columns_stay_in_one_row() -> None:
    network = layers(2, 3, 2)
    assert draw.render(network, wrap=3) == draw.render(network)
    assert draw.render(network, wrap=2) != draw.render(network)
