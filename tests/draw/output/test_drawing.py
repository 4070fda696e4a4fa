"""A drawing: laid out once, only for formats that need it; the table of formats."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from deepgraph import draw
from deepgraph.draw.output import drawing as module
from deepgraph.errors import DrawingError
from deepgraph.options.picture_formats import FORMATS
from tests.support.picture import gallery


def test_all_formats_share_one_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def place(*given: Any) -> Any:
        calls.append(given)
        return placed(*given)

    placed = module.place
    monkeypatch.setattr(module, "place", place)
    drawing = draw.prepare(*gallery("xor"))
    drawing.written("mermaid")
    assert calls == []
    for format in FORMATS:
        assert drawing.written(format) == draw.render(*gallery("xor"), format=format)
    drawing.written("svg", theme="dark")
    assert len(calls) == 1 + len(FORMATS) - 1  # its own, and that of each `render` but Mermaid's


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_has_a_module(format: str) -> None:
    assert callable(import_module(f"deepgraph.draw.output.{format}").write)


@pytest.mark.parametrize(
    ("options", "given", "same"),
    [
        ({}, None, {"theme": "light"}),
        ({"inline": True}, None, {"inline": True, "theme": "auto"}),
        ({"theme": "dark"}, None, {"theme": "dark"}),
        ({"theme": "dark"}, "paper", {"theme": "paper"}),
    ],
)
def test_the_theme(options: dict[str, Any], given: Any, same: dict[str, Any]) -> None:
    network, trace = gallery("xor")
    written = draw.prepare(network, trace, **options).written("svg", theme=given)
    assert written == draw.render(network, trace, **same)


@pytest.mark.parametrize("format", ["png", "pdf", "tikz", "mermaid", "dot"])
def test_other_formats_are_light_even_inline(format: Any) -> None:
    network, trace = gallery("xor")
    inline = draw.render(network, trace, format=format, inline=True)
    assert inline == draw.render(network, trace, format=format, theme="light")


@pytest.mark.parametrize("format", ["", "jpg", "SVG", ".svg", "drawing", "look"])
def test_no_other_format(format: Any) -> None:
    drawing = draw.prepare(*gallery("xor"))
    with pytest.raises(DrawingError) as caught:
        drawing.written(format)
    assert (
        str(caught.value) == f'a picture is svg, png, pdf, html, tikz, mermaid, dot, not "{format}"'
    )


def test_a_fill_by_value_is_in_every_format() -> None:
    network, trace = gallery("deep_state")
    for format in FORMATS:
        by_role = draw.render(network, trace, format=format)
        assert draw.render(network, trace, format=format, fill="value") != by_role, format


def test_biases_groups_and_heads_are_in_every_text_format() -> None:
    network, trace = gallery("deep_state")
    for format in ("svg", "tikz", "mermaid", "dot"):
        with_groups = draw.render(network, trace, format=format)
        assert draw.render(network, trace, format=format, groups=False) != with_groups, format
        mazur, values = gallery("mazur")
        once = draw.render(mazur, values, format=format, biases="shared")
        assert draw.render(mazur, values, format=format) != once, format
