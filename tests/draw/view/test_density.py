"""How full a picture is."""

from __future__ import annotations

import pytest

from deepgraph.draw.view.density import MOST_PLACED, is_dense, mostly_layered, shown_weights
from deepgraph.draw.view.selection import select
from deepgraph.edit.templates import dense
from deepgraph.errors import DrawingError
from deepgraph.network import Network
from tests.support.picture import LAYERED, SKIPPING, gallery

WHOLE = {"focus": None, "top": None, "max_width": 100}


@pytest.mark.parametrize("name", [*LAYERED, *SKIPPING])
def test_columns_are_for_layers(name: str) -> None:
    assert mostly_layered(gallery(name)[0]) == (name in LAYERED)


@pytest.mark.parametrize(
    ("sizes", "labelled", "expected"),
    [
        ([6, 3, 1], True, False),
        ([7, 1], True, True),  # nodes in a column
        ([6, 4, 1], True, True),  # labels in a gap
        ([6, 4, 1], False, False),
    ],
)
def test_a_dense_picture(sizes: list[int], labelled: bool, expected: bool) -> None:
    network = Network(dense(sizes, "relu"))
    selection = select(network, **WHOLE)
    assert is_dense(network, selection, layered=True, labelled=labelled) == expected


def test_too_many_labels_are_refused_and_else_left_out() -> None:
    network = Network(dense([25, 25], "relu", layers=True))
    selection = select(network, **WHOLE)
    assert len(network.parameters) > MOST_PLACED
    assert shown_weights(network, selection, None) == (True, "none")
    with pytest.raises(DrawingError, match="find no room in which they can be read"):
        shown_weights(network, selection, "both")
    few, _ = gallery("xor")
    assert shown_weights(few, select(few, **WHOLE), None) == (False, "both")
    assert shown_weights(few, select(few, **WHOLE), "name") == (False, "name")
