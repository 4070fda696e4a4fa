"""Colours that nodes and layers are given by name."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from deepgraph import draw, loads
from deepgraph.draw.output.palette import DARK, LIGHT
from deepgraph.errors import DrawingError, SpecError
from deepgraph.options.drawing import Color
from tests.support.picture import gallery


def colors(name: str, **options: object) -> dict[str, str]:
    network, trace = gallery(name)
    view = draw.prepare(network, trace, **options).view  # type: ignore[arg-type]
    return {node.name: node.color for node in view.nodes if node.color}


def test_a_layer_gives_its_colour_to_its_nodes_and_a_node_may_differ() -> None:
    found = colors("deep_state", colors="g1=rose,hidden 2=teal,y=grey")
    assert found == {"g1": "rose", "g2": "teal", "y": "grey"}


def test_the_last_of_two_colours_counts() -> None:
    assert colors("deep_state", colors="h1=rose,h1=teal") == {"h1": "teal"}


def test_a_name_may_hold_a_comma_and_an_equals_sign() -> None:
    text = """{"deepgraph": 1, "nodes": [{"id": "a,b=c", "kind": "input"},
               {"id": "y", "kind": "output"}],
               "edges": [{"source": "a,b=c", "target": "y", "weight": 1}]}"""
    view = draw.prepare(loads(text), colors="a,b=c=teal,y=rose").view
    assert [node.color for node in view.nodes] == ["teal", "rose"]


def test_blocks_have_the_colour_of_their_layer() -> None:
    assert colors("digits", colors="h=violet", collapse=True) == {"h": "violet"}
    assert colors("digits", colors="h=violet", collapse="h") == {"h": "violet"}


@pytest.mark.parametrize("collapse", [False, True, "hidden 1"])
def test_on_paper_there_are_none(collapse: bool | str) -> None:
    network, _ = gallery("deep_state")
    plain, asked = (
        draw.render(network, colors=colors, theme="paper", collapse=collapse, legend=True)
        for colors in (None, "hidden 1=teal,y=rose")
    )
    assert plain == asked


@pytest.mark.parametrize("wrong", ["h=teal", "b1=teal"])
def test_a_name_that_is_not_there_is_told(wrong: str) -> None:
    with pytest.raises(DrawingError, match=r'no node or layer is named ".*"'):
        colors("deep_state", colors=wrong)


@pytest.mark.parametrize("wrong", ["h1", "h1=pink", "=teal", "h1=teal,", "h1:teal"])
def test_a_value_that_is_none_is_a_mistake_of_the_spec(wrong: str) -> None:
    valid = '{"deepgraph": 1, "layers": [{"id": "h1", "size": 1}, {"id": "y", "size": 1, "weights": "W", "bias": "b"}], "style": {"colors": "%s"}}'  # noqa: E501
    loads(valid % "h1=teal")
    with pytest.raises(SpecError, match="colors is names of nodes or layers with a colour each"):
        loads(valid % wrong)


def test_a_node_that_is_off_stays_pale() -> None:
    network, trace = gallery("deep_state")
    plain, asked = (
        draw.render(network, trace, colors=colors).decode() for colors in (None, "h1=rose")
    )
    assert "h1" in {node.id for node in draw.prepare(network, trace).view.nodes if node.off}
    assert plain == asked


@pytest.mark.parametrize("color", get_args(Color))
def test_every_format_and_theme_has_the_colour(color: Color) -> None:
    network, trace = gallery("deep_state")
    asked = {"trace": trace, "colors": f"g1={color}"}
    for theme in ("light", "dark"):
        fill, line = (
            getattr({"light": LIGHT, "dark": DARK}[theme], role)
            for role in {
                "blue": ("node", "line"),
                "green": ("output", "output_line"),
                "sand": ("input", "input_line"),
            }.get(color, (color, f"{color}_line"))
        )
        for form in ("svg", "mermaid", "dot", "tikz"):
            text = draw.render(network, format=form, theme=theme, **asked).decode()
            if form == "tikz":
                fill, line = fill.lstrip("#").upper(), line.lstrip("#").upper()
            assert fill in text, (form, theme)
            assert line in text, (form, theme)


def test_only_the_colours_that_occur_are_carried_for_a_dark_page() -> None:
    network, trace = gallery("deep_state")
    for inline in (False, True):
        text = draw.render(network, trace, theme="auto", inline=inline, colors="g1=teal").decode()
        style = re.search("<style>.*?</style>", text, re.DOTALL)
        assert style
        assert DARK.teal in style[0]
        assert not re.search("amber|rose|violet", style[0])
        plain = draw.render(network, trace, theme="auto", inline=inline).decode()
        assert "teal" not in plain


def test_a_colour_that_is_none_is_told_wherever_it_stands() -> None:
    with pytest.raises(DrawingError, match=r'^"turquoise" is no colour; colours are '):
        colors("deep_state", colors="h1=turquoise,y=rose")
    assert colors("deep_state", colors="h1=teal, y=rose") == {"h1": "teal", "y": "rose"}
