"""The table of picture formats, and those who read it."""

from __future__ import annotations

from typing import get_args

import pytest

from deepgraph import draw
from deepgraph.embed.content import FORMATS as EMBEDDED
from deepgraph.errors import DrawingError
from deepgraph.options.picture_formats import FORMATS, SUFFIXES, Format
from deepgraph.words.messages import either
from tests.support.picture import gallery


def test_the_names_are_those_of_the_type() -> None:
    assert set(FORMATS) == set(get_args(Format)) == set(SUFFIXES.values())
    assert all(name == row.name for name, row in FORMATS.items())


def test_pages_take_all_of_them() -> None:
    assert list(EMBEDDED["diagram"]) == list(FORMATS)
    assert [name for name, language in EMBEDDED["diagram"].items() if not language] == [
        *("svg", "png", "pdf", "html")
    ]


@pytest.mark.parametrize("format", FORMATS)
def test_steps_are_drawn_in_the_formats_that_show_them(format: Format) -> None:
    network, trace = gallery("xor")
    if FORMATS[format].steps:
        first, *_, last = draw.steps(network, trace, format=format)
        assert first != last
    else:
        with pytest.raises(DrawingError) as caught:
            draw.steps(network, trace, format=format)
        assert str(caught.value) == f"steps are drawn as svg or png, not {format}"


def test_names_in_a_list() -> None:
    assert either("and", ["svg"]) == "svg"
    assert either("and", ["svg", "png"]) == "svg and png"
