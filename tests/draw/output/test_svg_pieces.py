"""Texts, outlines and paths of an SVG, as an XML parser and a reader see them."""

from __future__ import annotations

import unicodedata
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given

from deepgraph.draw.layout.records import Box
from deepgraph.draw.layout.typography import SMALLEST_SCRIPT
from deepgraph.draw.output.svg_pieces import curve_data, escape, outline, smallest_size, spelled
from tests.support.texts import as_set, labels, shown


@given(labels)
def test_an_escaped_text_is_read_back(text: str) -> None:
    assert ET.fromstring(f"<text>{escape(shown(text))}</text>").text in (shown(text), None)


@given(labels)
def test_a_spelled_text_has_all_its_letters(text: str) -> None:
    element = ET.fromstring(f"<text>{spelled(shown(text), 16.0)}</text>")
    # An accent without a letter of its own, and an exponent over an index, change the order.
    found = unicodedata.normalize("NFD", "".join(element.itertext()))
    assert len(found) == len(unicodedata.normalize("NFD", as_set(shown(text))))


def test_a_subscript_goes_down_and_the_next_piece_up_again() -> None:
    found = ET.fromstring(f"<text>{spelled('w12 = 3', 20.0)}</text>")
    name, below, rest = found
    assert (name.get("font-style"), name.text) == ("italic", "w")
    assert (below.get("dy"), below.text) == ("4.4", "12")
    assert (rest.get("dy"), rest.text) == ("-4.4", " = 3")
    assert float(below.get("font-size", "")) == pytest.approx(smallest_size("w12 = 3", 20.0))


def test_no_subscript_is_too_small_to_read() -> None:
    assert smallest_size("w1", 12.0) == SMALLEST_SCRIPT


@pytest.mark.parametrize(
    ("form", "start"),
    [
        ("circle", '<circle cx="10" cy="20" r="15"'),
        ("box", '<rect x="-5" y="15" width="30" height="10" rx="9"'),
        ("pill", '<rect x="-5" y="15" width="30" height="10" rx="5"'),
    ],
)
def test_outlines(form: str, start: str) -> None:
    assert outline(Box(10, 20, 30, 10, form)) == start


def test_more_than_two_points_are_a_curve() -> None:
    points = [(0.0, 0.0), (1.0, 2.0), (3.0, 4.005), (5.0, -0.001)]
    assert curve_data(points) == "M0 0C1 2 3 4 5 0"
