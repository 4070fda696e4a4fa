"""The words of a marker, and the Markdown and the files of its block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deepgraph import load
from deepgraph.embed.content import Ask, fenced
from deepgraph.errors import DeepgraphError, OptionError
from tests.support.strategies import SPECS

if TYPE_CHECKING:
    from pathlib import Path


def content(*marker: str, folder: Path = SPECS):
    return Ask.read(marker).content(folder, lambda: "picture")


@pytest.mark.parametrize(
    ("marker", "kind", "spec", "options", "own"),
    [
        (["a.json"], "diagram", "a.json", (), {}),
        (["explain", "a.json"], "explain", "a.json", (), {}),
        (["a.json", "--set", "x=1", "-o", "a.png"], "diagram", "a.json", (("set", "x=1"),),
         {"output": "a.png"}),
        (["eval", "a.json", "--set", "my x=1"], "eval", "a.json", (("set", "'my x=1'"),), {}),
        (["explain"], "diagram", "explain", (), {}),
    ],
)  # fmt: skip
def test_the_words_of_a_marker(marker, kind, spec, options, own) -> None:
    assert Ask.read(marker) == Ask(kind, spec, options, own)


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        (["a.json", "x=1"], "every value has an option before it: --set x=1"),
        ([], "a marker names one spec, .*; there is none"),
        (["a.json", "--alt", "a", "--alt", "b"], "alt is given twice"),
    ],
)
def test_words_that_make_no_marker(marker, message) -> None:
    with pytest.raises(OptionError, match=message):
        Ask.read(marker)


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        (["explain", "xor.json", "--set", "x1=1", "--set", "x2=0", "--alt", "a"],
         "alt is for an image: svg, png or pdf"),
        (["xor.json", "-o", "a.tex"], "a.tex is no image; end it in .svg, .png or .pdf"),
        (["xor.json", "-o", "a.png", "--format", "svg"], "a.png is no name of a svg"),
        (["explain", "xor.json", "--format", "pdf"],
         "format is one of markdown, text, latex, json, got \"pdf\""),
        (["xor.json", "--input", "xor.csv", "--set", "x1=1"],
         "--set and --input exclude each other"),
        (["eval", "xor.json", "--input", "iris.csv"], "--column x1=HEADER names another"),
    ],
)  # fmt: skip
def test_mistakes_name_options_as_a_marker_writes_them(marker, message) -> None:
    with pytest.raises(DeepgraphError) as caught:
        content(*marker)
    assert message in str(caught.value)


def test_html_stands_in_the_page_as_it_is() -> None:
    found = content("xor.json", "--format", "html")
    assert found.images == {}
    assert found.text.startswith('<div class="deepgraph-diagram"')
    assert "\n\n" not in found.text.strip()  # an empty line would end the block of HTML


def test_a_picture_has_a_light_and_a_dark_file() -> None:
    found = content("xor.json", "--set", "x1=1", "--set", "x2=0")
    assert [path.name for path in found.images] == ["picture.svg", "picture.dark.svg"]
    assert 'src="./picture.svg"' in found.text
    assert 'srcset="./picture.dark.svg"' in found.text


def test_the_formats_of_arithmetic() -> None:
    given = ("explain", "deep_state.json", "--set", "x=0.5", "--format")
    explanation = load(SPECS / "deep_state.json").explain({"x": "0.5"})
    assert content(*given, "text").text == fenced(explanation.text(), "text")
    assert content(*given, "markdown").text == explanation.markdown(headings=False)


def test_the_jacobian_is_a_matrix_at_a_point_and_a_line_for_each_pair_over_rows() -> None:
    """At (1, 1) both nodes are on: y = (x1 + x2) − 2·(x1 + x2 − 1), with a slope of −1 by each."""
    point = ("--set", "x1=1", "--set", "x2=1")
    at = content("jacobian", "xor.json", *point).text.splitlines()
    assert at[0] == "|  | x1 | x2 |"
    assert at[2] == "| y | −1 | −1 |"
    assert at[-1] == "∂output/∂input at x1 = 1, x2 = 1"
    rows = content("jacobian", "xor.json", "--over", "x1=0,1", "--over", "x2=0.5,2").text
    assert "| output | input | mean |" in rows
    assert "∂output/∂input over 4 rows" in rows
    with pytest.raises(OptionError, match='no option "keep" here'):
        content("jacobian", "xor.json", *point, "--keep", "x1")
