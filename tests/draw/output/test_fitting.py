"""Pictures for a column: closer nodes, or downwards, and never against what someone chose."""

from __future__ import annotations

import re
from typing import Any

import pytest

from deepgraph import draw
from deepgraph.draw.output.svg import least_width
from tests.support.picture import gallery

COMMON = ("xor", "mazur", "half_adder", "statquest_dosage", "deep_state")


@pytest.mark.parametrize("name", COMMON)
def test_common_pictures_fit_a_column_of_600(name: str) -> None:
    network, trace = gallery(name)
    drawing = draw.prepare(network, trace, fit=600)
    assert least_width(drawing) <= 600
    assert drawing.layout.height / drawing.layout.width <= 2
    html = drawing.written("html").decode()
    assert int(re.findall(r"min-width:(\d+)px", html)[0]) <= 600


def test_what_fits_already_stays_as_it_is() -> None:
    network, trace = gallery("half_adder")
    assert draw.render(network, trace, fit=600) == draw.render(network, trace)


def test_closer_comes_before_down() -> None:
    network, trace = gallery("xor")
    options = draw.prepare(network, trace, fit=600).options
    assert (options["direction"], options["spacing"]) == ("right", 0.9)
    network, trace = gallery("deep_state")
    assert draw.prepare(network, trace, fit=600).options["direction"] == "down"


@pytest.mark.parametrize(
    "chosen", [{"direction": "right"}, {"direction": "down"}, {"spacing": 1.5}, {"wrap": 2}]
)
def test_what_someone_chose_stays(chosen: dict[str, Any]) -> None:
    network, trace = gallery("deep_state")
    options = draw.prepare(network, trace, fit=600, **chosen).options
    assert {name: options[name] for name in chosen} == chosen
    if "wrap" in chosen:
        assert options["direction"] == "right"


def test_what_cannot_fit_is_as_narrow_as_it_can_be() -> None:
    network, trace = gallery("iris")
    usual, fitted = draw.prepare(network, trace), draw.prepare(network, trace, fit=600)
    assert 600 < least_width(fitted) < least_width(usual)
    assert fitted.options["direction"] == "right"
