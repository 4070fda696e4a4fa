"""The quiz: answers to the shown precision, a link in the middle of it and at its end."""

from __future__ import annotations

import pytest

import deepgraph
from deepgraph.errors import InputError
from deepgraph.live.document import page
from tests.support.live_gallery import page_of
from tests.support.live_page import opened
from tests.support.strategies import SPECS


def test_a_quiz_is_answered_to_the_shown_precision(browser, tmp_path):
    with opened(browser, page_of("deep_state"), tmp_path) as live:
        live.mode("Quiz")
        assert "0.225" not in live.page.locator(".picture").text_content()
        assert live.page.locator(".question").inner_text() == "What is h1? (4 digits)"
        asked = live.page.locator(".quiz input")
        for typed, said in (("0.3", "Not yet"), ("0.22", "Right so far"), ("0.225", "Right: h1")):
            asked.fill(typed)
            asked.press("Enter")
            live.settle()
            assert said in live.page.locator(".verdict").inner_text()
        for answer in ("0", "1.444"):
            asked.fill(answer)
            asked.press("Enter")
        live.page.get_by_role("button", name="Show it").click()
        live.settle()
        asked.fill("0,4872")
        asked.press("Enter")
        live.settle()
        assert "All values are found" in live.page.locator(".question").inner_text()
        assert "3 right at the first try; 5 of 5" in live.page.locator(".quiz").inner_text() or (
            "2 right at the first try; 5 of 5" in live.page.locator(".quiz").inner_text()
        )


def test_a_link_in_the_middle_and_at_the_end_of_a_quiz(browser, tmp_path):
    html = page_of("xor")
    states = []
    with opened(browser, html, tmp_path) as live:
        live.mode("Quiz")
        live.page.get_by_role("button", name="Show it").click()
        states.append(live.state())
        while live.page.get_by_role("button", name="Show it").is_visible():
            live.page.get_by_role("button", name="Show it").click()
            live.settle()
        score = live.page.locator(".quiz .told").inner_text()
        states.append(live.state())
    with opened(browser, html, tmp_path, fragment=states[0]) as live:
        assert "1 of " in live.page.locator(".quiz .told").inner_text()
        assert "?" in live.page.locator(".picture").text_content()
    with opened(browser, html, tmp_path, fragment=states[1]) as live:
        assert "All values are found" in live.page.locator(".question").inner_text()
        assert live.page.locator(".quiz .told").inner_text() == score
        live.page.get_by_role("button", name="Start again").click()
        live.settle()
        assert "What is" in live.page.locator(".question").inner_text()


def test_right_answers_are_counted_across_a_link(browser, tmp_path):
    html = page_of("deep_state")
    with opened(browser, html, tmp_path) as live:
        live.mode("Quiz")
        live.page.locator(".quiz input").fill("0.225")
        live.page.locator(".quiz input").press("Enter")
        state = live.state()
    with opened(browser, html, tmp_path, fragment=state) as live:
        assert "1 right at the first try; 1 of 5" in live.page.locator(".quiz").inner_text()


def test_the_quiz_opens_with_the_nodes_that_are_asked_for(browser, tmp_path):
    network = deepgraph.load(SPECS / "deep_state.json")
    quiz = page(network, {"x": 0.5}, blank=["h1", "y"])
    with opened(browser, quiz, tmp_path) as live:
        live.settle()
        picture = live.page.locator(".picture").text_content()
        assert "0.225" not in picture
        assert "1.444" in picture  # g1 is not asked for
        asked = live.page.locator(".quiz input")
        for answer in ("0.225", "0.4872"):
            asked.fill(answer)
            asked.press("Enter")
            live.settle()
        assert "All values are found" in live.page.locator(".question").inner_text()
        assert "2 right at the first try; 2 of 2" in live.page.locator(".quiz").inner_text()


@pytest.mark.parametrize(
    ("name", "message"),
    [("h9", 'no node is named "h9"'), ("x", '"x" is an input node; the quiz asks for values that')],
)
def test_the_quiz_asks_for_what_is_computed(name, message):
    network = deepgraph.load(SPECS / "deep_state.json")
    with pytest.raises(InputError, match=message):
        page(network, {"x": 0.5}, blank=[name])


def test_a_quiz_leaves_a_row_whose_answers_are_nearly_all_0(browser, tmp_path):
    with opened(browser, page_of("xor"), tmp_path) as live:
        row = live.page.locator(".rows input")
        assert row.input_value() == "1"
        live.mode("Quiz")
        assert row.input_value() == "2"
    with opened(browser, page_of("deep_state"), tmp_path) as live:
        live.mode("Quiz")
        assert live.page.locator(".rows input").input_value() == "1"
    asked_for = page(deepgraph.load(SPECS / "xor.json"), {"x1": 0, "x2": 0})
    with opened(browser, asked_for, tmp_path) as live:
        live.mode("Quiz")
        assert live.page.locator(".rows input").input_value() == "1"


def test_a_short_answer_is_no_miss(browser, tmp_path):
    with opened(browser, page_of("deep_state"), tmp_path) as live:
        live.mode("Quiz")
        asked, told = live.page.locator(".quiz input"), live.page.locator(".quiz .told")
        for typed in ("0.2", "0,225", "0", "1", "1.444"):
            asked.fill(typed)
            asked.press("Enter")
            live.settle()
            if typed in ("0.2", "1"):
                assert (
                    "Right so far: give more digits" in live.page.locator(".verdict").inner_text()
                )
        assert "3 right at the first try; 3 of 5" in told.inner_text()
