"""Labels stand on their own edges."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.picture import (
    GALLERY,
    distance,
    gallery,
    gallery_picture,
)


@pytest.mark.parametrize("name", GALLERY)
def test_a_label_stands_by_its_edge(name: str) -> None:
    network, _ = gallery(name)
    picture = gallery_picture(name)
    by_label: dict[str, list[Any]] = {}
    for word in picture.outside:
        by_label.setdefault(word.text.split(" ")[0], []).append(word.middle)
    for number, arrow in enumerate(picture.arrows):
        if network.edge_parameter[number] < 0 or name == "digits":
            continue
        label = network.parameters.name(int(network.edge_parameter[number]))
        assert min(distance(place, arrow.line) for place in by_label[label]) < 60, label
