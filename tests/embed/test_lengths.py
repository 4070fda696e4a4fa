"""Lengths of CSS, and what is none."""

from __future__ import annotations

import pytest

from deepgraph.embed.lengths import length
from deepgraph.errors import OptionError


@pytest.mark.parametrize(
    ("text", "css"),
    [("480", "480px"), ("60 %", "60%"), ("5cm", "5cm"), ("1.5in", "1.5in"), ("30em", "30em")],
)
def test_what_a_length_is(text: str, css: str) -> None:
    assert length("width", text) == css


@pytest.mark.parametrize("text", ["", "wide", "5foo", "-3px", "²", "5px;color:red", "60%\n"])
def test_what_is_none(text: str) -> None:
    with pytest.raises(OptionError, match=r"^width is a length such as 480, 60% or 30em, got "):
        length("width", text)


def test_a_height_is_no_share() -> None:
    assert length("height", "480") == "480px"
    with pytest.raises(OptionError, match=r"^height is a length such as 480 or 30em, got '50%'"):
        length("height", "50%")
