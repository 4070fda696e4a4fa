"""What the picture shows in the middle of a way, and what it hides."""

from __future__ import annotations

import pytest

from deepgraph.live.document import page
from tests.support.live_gallery import page_of
from tests.support.live_page import opened
from tests.support.strategies import network


def labels(live):
    """The text that is seen at each edge."""
    return live.page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll(".picture .label")].map((label) =>
          [label.dataset.edge, [...label.querySelectorAll("text")]
            .filter((text) => getComputedStyle(text).display !== "none")
            .map((text) => text.textContent.trim()).join("|")]))"""
    )


def test_a_weight_is_a_weight_until_the_way_back_comes_to_it(browser, tmp_path):
    html = page_of("mazur", targets={"o1": 0.01, "o2": 0.99})
    with opened(browser, html, tmp_path) as live:
        live.mode("Step by step")
        known = {text for text in labels(live).values() if "=" in text}
        assert known >= {"w1 = 0.15", "w5 = 0.4", "w8 = 0.55"}
        slopes = 0
        while live.page.get_by_role("button", name="Next").is_enabled():
            live.page.get_by_role("button", name="Next").click()
            live.settle(20)
            seen = labels(live).values()
            assert all(text in known or text.startswith("∂") for text in seen), seen
            slopes = max(slopes, sum(text.startswith("∂") for text in seen))
        assert slopes == 8  # at the end all of them are derivatives, with their names
        assert "∂w₅ 0.08217" in seen
        biases = live.page.locator(".picture .bias .slope").all_text_contents()
        assert "∂ 0.1385" in biases  # a part of the derivative by b2, which has two places


def drawn(live):
    """Class and width of each line."""
    return live.page.evaluate(
        """() => [...document.querySelectorAll(".picture .edge path")].map((path) =>
          [path.getAttribute("class"), path.getAttribute("stroke-width")])"""
    )


def two(weight):
    return {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input"},
            {"id": "h", "activation": "relu"},
            {"id": "y", "kind": "output"},
        ],
        "edges": [
            {"source": "x", "target": "h", "label": "w", "weight": weight},
            {"source": "h", "target": "y", "label": "v", "weight": 2},
        ],
    }


@pytest.mark.parametrize("weights", ["both", "contribution"])
def test_lines_of_a_quiz_do_not_betray_a_zero(browser, tmp_path, weights):
    """h is 0 for x = −1 and 1 for x = 1; the line behind it differs, but not in the quiz."""
    seen = {"Explore": [], "Quiz": []}
    for x in (-1.0, 1.0):
        html = page(network(two(1)), {"x": x}, weights=weights)
        with opened(browser, html, tmp_path) as live:
            for mode, found in seen.items():
                live.mode(mode)
                found.append([drawn(live)[1], list(labels(live).values())[1:]])
    assert seen["Explore"][0] != seen["Explore"][1]
    assert seen["Quiz"][0] == seen["Quiz"][1]


NAMED = {
    "deepgraph": 1,
    "nodes": [
        {"id": "x1", "kind": "input"},
        {"id": "x2", "kind": "input"},
        {"id": "y", "kind": "output"},
    ],
    "edges": [
        {"source": "x1", "target": "y", "label": "a1", "weight": 2},
        {"source": "x2", "target": "y", "label": "a2", "weight": 3},
    ],
    "groups": {"u": ["a1", "a2"]},
}


@pytest.mark.parametrize(
    ("lang", "weights"), [("de", "Gewichte"), ("fr", "poids"), ("es", "pesos")]
)
def test_the_line_of_a_group_is_in_the_language_of_the_page(browser, tmp_path, lang, weights):
    html = page(network(NAMED), groups=True, lang=lang)
    with opened(browser, html, tmp_path) as live:
        line = live.page.locator(".picture > text", has_text="u = ")
        assert line.text_content() == f"{weights} → y: u = [a1 a2]"


def test_the_line_of_a_group_keeps_the_names_of_its_members(browser, tmp_path):
    """A letter of a1 stands in NaN, too, so that the line may be taken for numbers."""
    html = page(network(NAMED), groups=True)
    with opened(browser, html, tmp_path) as live:
        line = live.page.locator(".picture > text", has_text="u = ")
        assert line.text_content() == "weights → y: u = [a1 a2]"
        live.choose("e0")
        live.page.locator(".chosen input[type=range]").first.press("Home")
        live.settle()
        assert "a1" in live.page.locator(".changes").first.inner_text()
        assert line.text_content() == "weights → y: u = [a1 a2]"
