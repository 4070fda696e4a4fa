"""An explanation: all formats tell the same lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from deepgraph import load
from deepgraph.options.explanation_formats import FORMATS
from tests.support.strategies import SPECS

if TYPE_CHECKING:
    from deepgraph.explain.explanation import Explanation


@pytest.fixture(scope="module")
def explanation() -> Explanation:
    return load(SPECS / "mazur.json").explain({"i1": 0.05, "i2": 0.1}, {"o1": 0.01, "o2": 0.99})


def test_every_format_shows_the_result(explanation: Explanation) -> None:
    for name in FORMATS:
        text = getattr(explanation, name)()
        assert "0.5933" in text, name  # a of h1
        assert "0.2984" in text, name  # the loss


def test_json_has_the_value_of_every_line_to_its_last_bit(explanation: Explanation) -> None:
    content = json.loads(explanation.json())
    lines = [li for s in content["sections"] for step in s["steps"] for li in step["lines"]]
    assert len(lines) == len(explanation.lines)
    for told, line in zip(lines, explanation.lines, strict=True):
        if line.result is not None:
            assert told["value"] == line.value


def test_markdown_without_headings_is_part_of_a_page(explanation: Explanation) -> None:
    assert explanation.markdown().startswith("# ")
    assert "\n# " not in f"\n{explanation.markdown(headings=False)}"


def test_notebooks_and_terminals(explanation: Explanation) -> None:
    assert explanation._repr_markdown_() == explanation.markdown()
    assert str(explanation) == explanation.text()
