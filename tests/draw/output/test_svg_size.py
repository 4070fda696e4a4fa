"""The size of an SVG, in whichever units."""

from __future__ import annotations

import pytest

from deepgraph.draw.output.pdf import svg_to_pdf
from deepgraph.draw.output.png import svg_to_png
from deepgraph.draw.output.svg_size import svg_size
from deepgraph.errors import DrawingError
from tests.support.resolved_svg import picture


@pytest.mark.parametrize(
    "size",
    ['width="225pt" height="45pt"', 'viewBox="0 0 300 60"', 'width="100%" viewBox="0 0 300 60"'],
)
def test_size_in_other_units(size: str) -> None:
    assert svg_size(picture("", size)) == (300, 60)


@pytest.mark.parametrize("svg", ["", "no picture", "<svg"])
@pytest.mark.parametrize("draw", [svg_to_png, svg_to_pdf])
def test_what_is_no_svg(draw: object, svg: str) -> None:
    assert callable(draw)
    with pytest.raises(DrawingError, match="no SVG"):
        draw(svg)
