"""What is quoted for Graphviz comes back letter by letter, as a text, a label or a tooltip."""

from __future__ import annotations

import html
import json
import re

import pytest
from hypothesis import given, settings

from deepgraph.draw.graphviz import dot, execute
from tests.support.texts import HOSTILE, as_set, labels, one_break, shown


def drawn(text: str, **given: str) -> str:
    """A text in a label of Graphviz's SVG, whose runs of letters are joined."""
    attributes = dot.attributes(**given)
    svg = execute.run(f"digraph {{ n {attributes} }}").content.decode()
    found = "".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg))
    return html.unescape(found).replace("\u00a0", " ")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_quoted_text_is_one_label(text: str) -> None:
    attributes = dot.attributes(label=text, shape="box")
    done = execute.run(f"digraph {{ n {attributes} }}", format="json")
    [node] = json.loads(done.content)["objects"]
    label = re.sub(r"\\(.)", lambda found: {"\\": "\\", "n": "\n"}[found[1]], node["label"])
    assert html.unescape(label) == one_break(text)
    assert node["shape"] == "box"


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_in_markup_comes_back(text: str) -> None:
    label = dot.stacked([dot.Span(f"w1 {text}", 12.0), dot.Span("0.5", 12.0, "#ff0000", bold=True)])
    assert isinstance(label, dot.Markup)
    assert drawn(text, label=label) == f"w1 {text}0.5".replace("\u00a0", " ")


@settings(max_examples=40)
@given(labels)
def test_any_text_in_markup_comes_back(text: str) -> None:
    text = " ".join(shown(text).split())
    label = dot.label(f"w1 = {text}", 12.0)
    assert drawn(text, label=label) == as_set(f"w1 = {text}").replace("\u00a0", " ")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_tooltip_comes_back(text: str) -> None:
    attributes = dot.attributes(label="x", tooltip=dot.tip(text))
    svg = execute.run(f"digraph {{ n {attributes} }}").content.decode()
    [found] = re.findall(r'xlink:title="([^"]*)"', svg)
    assert html.unescape(found).replace("\u00a0", " ") == text.replace("\u00a0", " ")


@pytest.mark.parametrize("text", [text for text in HOSTILE if text[0] != "%"])
def test_a_name_is_one_name(text: str) -> None:
    done = execute.run(f"digraph {{ {dot.name(text)} -> b }}", format="json")
    assert [node["name"] for node in json.loads(done.content)["objects"]] == [
        text.replace("\\", "\\\\"),
        "b",
    ]


def test_names_as_mathematics() -> None:
    assert dot.label("w12 = 0.5", 20.0) == (
        '<I>w</I><SUB><FONT POINT-SIZE="14">12</FONT></SUB> = 0.5'
    )
    assert dot.label("0.5", 20.0) == "0.5"
    assert dot.spelled(dot.label("<bold>", 20.0)) == '"<bold>"'


def test_numbers_have_three_decimals_at_most() -> None:
    assert dot.attributes(a=1.0, b=0.12349, c=-0.0001) == "[a=1, b=0.123, c=0]"
    assert dot.position(1 / 3, 100) == "0.333,100"
