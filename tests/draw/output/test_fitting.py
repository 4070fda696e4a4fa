"""Pictures for a column: closer nodes, or downwards, and never against what someone chose."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from deepgraph import draw
from deepgraph.draw.layout import irregular, ordering
from deepgraph.draw.output import fitting
from deepgraph.draw.output.svg import least_width
from deepgraph.draw.view.records import Gradients
from tests.support.picture import gallery

COMMON = ("xor", "mazur", "half_adder", "statquest_dosage", "deep_state", "irregular")


@pytest.mark.parametrize("name", COMMON)
def test_common_pictures_fit_a_column_of_600(name: str) -> None:
    network, trace = gallery(name)
    drawing = draw.prepare(network, trace, fit=600)
    assert least_width(drawing) <= 600
    assert drawing.layout.height / drawing.layout.width <= 2
    html = drawing.written("html").decode()
    assert int(re.findall(r"min-width:(\d+)px", html)[0]) <= 600


@pytest.mark.parametrize(("name", "direction"), [("deep_state", "down"), ("mazur", "right")])
def test_gradients_fit_as_well(name: str, direction: str) -> None:
    network, trace = gallery(name)
    assert trace is not None
    values = {name: trace[name] for name in network.input_names}
    wanted = {} if name == "deep_state" else {"o1": 0.01, "o2": 0.99}
    loss = "half_squared_error" if wanted else "output"
    gradients = Gradients.of(network.gradient(values, wanted, loss=loss))
    drawing = draw.prepare(network, trace, gradients=gradients, fit=600)
    assert least_width(drawing) <= 600
    assert drawing.options["direction"] == direction


@pytest.mark.parametrize("name", ["full_adder", "irregular"])
def test_irregular_networks_fit_without_a_new_order(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search for an order takes most of the time, and does not ask how far apart nodes are."""
    network, _ = gallery(name)
    asked: list[bool] = []
    arrange = ordering.arrange
    monkeypatch.setattr(
        irregular, "arrange", lambda *a, **k: (asked.append(True), arrange(*a, **k))
    )
    irregular.arranged.cache_clear()
    assert draw.prepare(network).layout.unfit == 0
    once = len(asked)
    assert once > 0
    drawing = draw.prepare(network, fit=600)
    assert least_width(drawing) <= 600
    assert len(asked) == once


def test_what_touches_is_not_taken() -> None:
    network, trace = gallery("iris")
    drawing = draw.prepare(network, trace)
    bad = replace(drawing.layout, width=100.0, unfit=1)
    closer = replace(drawing, places=bad)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(fitting, "_candidates", lambda *_: iter([closer, drawing]))
        assert fitting.fitted(drawing, 600) is drawing


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
