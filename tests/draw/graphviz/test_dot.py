"""Quoted texts, attributes and positions, as Graphviz itself reads them."""

from __future__ import annotations

import html
import json
import re

import pytest

from deepgraph.draw.graphviz import dot, execute
from tests.support.texts import HOSTILE, one_break


@pytest.mark.parametrize("text", HOSTILE)
def test_a_quoted_text_is_one_label(text: str) -> None:
    if "\0" in text:
        pytest.skip("no text of a view holds it")
    attributes = dot.attributes(label=text, shape="box")
    graph = json.loads(execute.run(f"digraph {{ n {attributes} }}", format="json"))
    [node] = graph["objects"]
    label = re.sub(r"\\(.)", lambda found: {"\\": "\\", "n": "\n"}[found[1]], node["label"])
    assert html.unescape(label) == one_break(text)
    assert node["shape"] == "box"


def test_numbers_have_three_decimals_at_most() -> None:
    assert dot.attributes(a=1.0, b=0.12349, c=-0.0001) == "[a=1, b=0.123, c=0]"
    assert dot.position(1 / 3, 100) == "0.333,100"
