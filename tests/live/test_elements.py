"""Number fields and sliders: their ranges, what is wrong with a text, and the keyboard."""

from __future__ import annotations

import pytest

from tests.support.live_gallery import page_of
from tests.support.live_page import opened


def ends(live):
    slider = live.page.locator(".chosen input[type=range]").first
    return [float(slider.get_attribute(name)) for name in ("min", "max")]


def test_a_slider_shrinks_back_behind_a_large_number(browser, tmp_path):
    with opened(browser, page_of("mazur"), tmp_path) as live:
        live.choose("e3")
        first = ends(live)
        assert first == [-5, 5]
        assert live.page.locator(".chosen .ends").inner_text().split() == ["−5", "5"]
        for number in ("1000", "-1e308"):
            field = live.page.locator(".chosen input[type=text]").first
            field.fill(number)
            field.press("Enter")
            live.settle()
            assert float(number) in ends(live)
            live.page.get_by_role("button", name="Reset").click()
            live.settle()
            assert ends(live) == first


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Type a number"),
        ("1/0", "divides by 0"),
        ("1e999", "too large"),
        ("abc", "is no number"),
    ],
)
def test_a_wrong_text_has_its_reason(browser, tmp_path, typed, said):
    with opened(browser, page_of("deep_state"), tmp_path) as live:
        live.type("x", typed)
        assert said in live.page.locator(".inputs .wrong").first.inner_text()
        live.field("x").press("Escape")
        assert live.field("x").input_value() == "0.5"
        assert not live.page.locator(".inputs .wrong").first.is_visible()


def test_enter_takes_the_place_of_the_old_number_and_escape_leads_back(browser, tmp_path):
    with opened(browser, page_of("mazur"), tmp_path) as live:
        keys = live.page.keyboard
        x, y = live.middle_of('.picture .label[data-edge="e0"]')
        live.page.mouse.click(x, y)
        focused = "document.activeElement.closest('.picture [data-edge]')?.dataset.edge"
        chosen = live.page.evaluate(focused)
        assert chosen == "e0"  # a click brings the focus, so that arrows go on from there
        keys.press("Enter")
        keys.type("2.24")
        keys.press("Enter")
        live.settle()
        assert "→ 2.24" in live.page.locator(".changes").first.inner_text()
        keys.press("Escape")
        assert live.page.evaluate(focused) == chosen


def test_all_places_of_a_shared_number_are_marked(browser, tmp_path):
    with opened(browser, page_of("mazur"), tmp_path) as live:
        keys = [
            option.get_attribute("value")
            for option in live.page.locator("optgroup[label=Biases] option").all()
        ]
        live.choose(keys[0])
        assert live.page.locator(".marks .mark-item").count() == 2
        live.choose("e0")
        assert live.page.locator(".marks .mark-item").count() == 1


def test_a_chosen_number_out_of_sight_is_in_the_line_below(browser, tmp_path):
    with opened(browser, page_of("mazur"), tmp_path, width=360, height=640, has_touch=True) as live:
        x, y = live.middle_of('.picture .label[data-edge="e0"]')
        live.page.touchscreen.tap(x, y)
        live.settle(150)
        pick = live.page.locator(".bar .pick")
        assert "= 0.15" in pick.inner_text()
        pick.click()
        live.settle(150)
        box = live.page.locator(".chosen input[type=text]").first.bounding_box()
        assert 0 < box["y"] < 600
        assert not pick.is_visible()


def test_both_ends_of_a_slider_are_reached_as_they_are(browser, tmp_path):
    html = page_of("xor", over={"x1": (-1 / 7, 1 / 3)})
    with opened(browser, html, tmp_path) as live:
        slider = live.page.locator(".inputs input[type=range]").first
        for key, end in (("End", 1 / 3), ("Home", -1 / 7)):
            slider.press(key)
            live.settle()
            assert float(live.field("x1").input_value().replace("−", "-")) == end


def test_lines_of_arithmetic_are_seen_whole(browser, tmp_path):
    with opened(browser, page_of("mazur"), tmp_path, width=360) as live:
        live.mode("Gradients")
        live.choose("n1")
        right = live.page.evaluate(
            "() => Math.max(...[...document.querySelectorAll('.said .line')].map((line) =>"
            " line.offsetLeft + line.scrollWidth))"
        )
        assert 0 < right <= 360
