"""The picture of the loss: its curves are where the numbers are."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from deepgraph.draw.output import loss_curve, png

SVG = "{http://www.w3.org/2000/svg}"
FALLING = [10.0 ** (-n / 10) for n in range(51)]


def curves(svg: str) -> list[list[tuple[float, float]]]:
    root = ElementTree.fromstring(svg)
    lines = [line.get("points", "").split() for line in root.iter(f"{SVG}polyline")]
    return [[tuple(map(float, point.split(","))) for point in line] for line in lines]


def ticks(svg: str) -> dict[float, float]:
    """Height by value, of the labels at the upright axis."""
    root = ElementTree.fromstring(svg)
    found = {}
    for text in root.iter(f"{SVG}text"):
        if text.get("text-anchor") == "end":
            number = float((text.text or "").replace("−", "-"))
            found[number] = float(text.get("y", "")) - 4
    return found


def test_a_loss_over_many_powers_of_ten_has_a_logarithmic_axis() -> None:
    svg = loss_curve.draw(FALLING, None, 50, "half_squared_error")
    (line,) = curves(svg)
    assert len(line) == 51
    places = ticks(svg)
    assert {1.0, 0.1, 0.001, 1e-5} <= places.keys()
    for value, y in places.items():
        epoch = round(-10 * math.log10(value))
        assert line[epoch][1] == pytest.approx(y, abs=0.15)
    heights = [y for _, y in line]
    steps = [b - a for a, b in pairwise(heights)]
    assert max(steps) - min(steps) < 0.21


@pytest.mark.parametrize("decades", [1.4, 2, 3.5, 6, 8.1, 13, 17, 31, 45, 81, 170, 300, 600])
@pytest.mark.parametrize("top", [1.0, 3e4, 8e-9])
def test_labels_of_powers_of_ten_are_round_and_stand_apart(decades: float, top: float) -> None:
    low = max(top * 10.0 ** -min(decades, 300), 1e-307)
    high = min(top * 10.0 ** max(decades - 300, 0), 1e307)
    places = ticks(loss_curve.draw([high, low], None, 1, "loss"))
    assert 3 <= len(places) <= 12
    heights = sorted(places.values())
    assert min(b - a for a, b in pairwise(heights)) > loss_curve.SMALL
    if len(places) < decades:  # not every power has a label
        powers = sorted(round(math.log10(value)) for value in places)
        step = powers[1] - powers[0]
        assert all(power % step == 0 for power in powers)


def test_a_linear_axis_begins_at_zero() -> None:
    svg = loss_curve.draw([1.0, 0.5, 0.25], [1.1, 0.6, math.inf], 2, "cross_entropy")
    training, validation = curves(svg)
    assert (len(training), len(validation)) == (3, 2)
    places = ticks(svg)
    assert places[0.0] == loss_curve.HEIGHT - loss_curve.BOTTOM
    assert training[1][1] == pytest.approx(places[0.5], abs=0.1)
    assert ">training<" in svg
    assert ">validation<" in svg


@pytest.mark.parametrize("losses", [[0.0], [0.0, 0.0], [2.0], [1.0, 1.0], [5e-324, 1.0], [1e300]])
def test_odd_losses(losses: list[float]) -> None:
    svg = loss_curve.draw(losses, None, 0, "a <loss>")
    assert "nan" not in svg
    assert "a &lt;loss&gt;" in svg
    assert len(curves(svg)[0]) == len(losses)


def test_a_long_curve_keeps_its_peaks() -> None:
    losses = [1.0] * 100_000
    losses[77_777] = 3.0
    svg = loss_curve.draw(losses, None, 0, "loss", "dark")
    (line,) = curves(svg)
    assert len(line) <= loss_curve.MOST_POINTS + 2
    assert len({y for _, y in line}) == 2


def test_everything_lies_within_the_picture_and_can_be_drawn_as_png() -> None:
    svg = loss_curve.draw(FALLING, FALLING[::-1], 0, "half_squared_error")
    for line in curves(svg):
        assert all(loss_curve.LEFT <= x <= loss_curve.WIDTH - loss_curve.RIGHT for x, _ in line)
        assert all(loss_curve.TOP <= y <= loss_curve.HEIGHT - loss_curve.BOTTOM for _, y in line)
    assert png.svg_to_png(svg).startswith(b"\x89PNG")
    assert re.search("the best epoch is 0 with 1e−5|the best epoch is 0 with 0.00001", svg)
