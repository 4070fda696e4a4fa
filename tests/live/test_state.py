"""Changes of the state: what one step of undo takes back."""

from __future__ import annotations

import pytest

from deepgraph.live.document import page
from tests.support.live_gallery import page_of
from tests.support.live_page import opened
from tests.support.strategies import network


def test_undo_redo_and_reset(browser, tmp_path):
    with opened(browser, page_of("deep_state"), tmp_path) as live:
        live.type("x", "1")
        live.choose("e0")
        live.type("w1", "3")
        changed = live.page.locator(".outputs").inner_text()
        live.page.keyboard.press("Escape")
        live.page.get_by_role("button", name="Undo").click()
        live.page.get_by_role("button", name="Undo").click()
        live.settle()
        assert live.page.locator(".outputs").inner_text() == "y = 0.4872"
        live.page.get_by_role("button", name="Redo").click()
        live.page.get_by_role("button", name="Redo").click()
        live.settle()
        assert live.page.locator(".outputs").inner_text() == changed
        live.page.get_by_role("button", name="Reset").click()
        live.settle()
        assert live.page.locator(".outputs").inner_text() == "y = 0.4872"
        assert live.page.get_by_role("button", name="Reset").is_disabled()


def undos(live):
    """How often undo leads back, until nothing is left."""
    button, count = live.page.get_by_role("button", name="Undo"), 0
    while button.is_enabled():
        button.click()
        live.settle()
        count += 1
    return count


def test_each_edit_of_a_target_is_an_undo_of_its_own(browser, tmp_path):
    with opened(browser, page_of("deep_state"), tmp_path) as live:
        live.mode("Gradients")
        for text in ("0.25", "0.75"):
            live.page.get_by_label("y", exact=True).fill(text)
            live.page.get_by_label("y", exact=True).press("Enter")
            live.settle()
        live.page.get_by_role("button", name="Undo").click()
        live.settle()
        live.page.get_by_role("tab", name="Gradients").focus()
        assert live.page.get_by_label("y", exact=True).input_value() == "0.25"
        assert undos(live) == 1


def test_a_loss_is_undone_and_reset(browser, tmp_path):
    with opened(browser, page_of("deep_state"), tmp_path) as live:
        live.mode("Gradients")
        losses = live.page.get_by_role("combobox", name="Loss")
        first = losses.input_value()
        losses.select_option("huber")
        live.settle()
        live.page.get_by_role("button", name="Undo").click()
        live.settle()
        assert losses.input_value() == first
        live.page.get_by_role("button", name="Redo").click()
        live.settle()
        assert losses.input_value() == "huber"
        live.page.get_by_role("button", name="Reset").click()
        live.settle()
        assert losses.input_value() == first
        assert live.page.get_by_role("button", name="Reset").is_disabled()


def hold(live, key, times=6):
    """Hold a key, which repeats."""
    for _ in range(times):
        live.page.keyboard.down(key)
        live.settle(20)
    live.page.keyboard.up(key)
    live.settle(20)


@pytest.mark.parametrize("place", ["slider", "textbox"])
def test_a_held_arrow_key_is_one_undo(browser, tmp_path, place):
    name = "x, slider" if place == "slider" else "x"
    with opened(browser, page_of("deep_state"), tmp_path) as live:
        live.page.get_by_role(place, name=name, exact=True).focus()
        hold(live, "ArrowUp")
        hold(live, "ArrowUp")
        hold(live, "ArrowDown", 3)
        assert live.field("x").input_value() != "0.5"
        assert undos(live) == 3
        assert live.field("x").input_value() == "0.5"


def test_a_held_arrow_key_in_a_map_is_one_undo(browser, tmp_path):
    with opened(browser, page_of("xor"), tmp_path) as live:
        live.mode("Curves")
        live.page.get_by_label("and over").select_option(index=2)
        live.settle()
        live.page.locator(".map-over").focus()
        hold(live, "ArrowRight")
        hold(live, "ArrowUp")
        assert undos(live) == 2


def tiny(value):
    """A network whose input and weight are of a size."""
    return {
        "deepgraph": 1,
        "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
        "edges": [{"source": "x", "target": "y", "label": "w", "weight": value}],
    }


@pytest.mark.parametrize("size", [1e-4, 1e-12, 2e-13, 3e-20, 5e-200, 4e-290, 1e10, 1e300])
def test_sliders_have_the_size_of_their_numbers(browser, tmp_path, size):
    html = page(network(tiny(size)), {"x": size / 2}, over={"x": (0, size)})
    with opened(browser, html, tmp_path) as live:
        live.choose("e0")
        for name in ("x", "w"):
            before = float(live.field(name).input_value().replace("−", "-"))
            live.page.get_by_role("slider", name=f"{name}, slider").press("ArrowRight")
            live.settle()
            after = float(live.field(name).input_value().replace("−", "-"))
            assert 0 < after - before <= size, name


def test_the_smallest_numbers_do_not_break_a_slider(browser, tmp_path):
    html = page(network(tiny(5e-324)), {"x": 0}, over={"x": (0, 5e-324)})
    with opened(browser, html, tmp_path) as live:
        live.choose("e0")
        for name in ("x", "w"):
            live.page.get_by_role("slider", name=f"{name}, slider").press("ArrowRight")
            live.settle()
            assert "NaN" not in live.page.locator("main").inner_text()
