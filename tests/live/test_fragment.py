"""The state in the fragment of the URL: it comes back, and what is no state is told."""

from __future__ import annotations

import pytest

from tests.support.live_gallery import first_inputs, page_of
from tests.support.live_page import opened


def test_the_url_holds_the_state(browser, tmp_path):
    html = page_of("deep_state")
    with opened(browser, html, tmp_path) as live:
        live.type("x", "0.1")
        live.choose("e2")
        live.type("w2", "1/3")
        live.mode("Gradients")
        live.type("y", "0.3")
        state, picture_then = live.state(), live.shapes()
    with opened(browser, html, tmp_path, fragment=state) as live:
        assert live.shapes() == picture_then
        assert live.state() == state
        assert not live.page.locator(".warning").is_visible()


@pytest.mark.parametrize(
    ("fragment", "said"),
    [
        ("rubbish", "could not be read"),
        ("live=1&spec={digest}&x=1,2", "could not be read"),
        ("live=1&spec={digest}&p=99:1", "could not be read"),
        ("live=1&spec={digest}&p=0:Infinity", "could not be read"),
        ("live=1&spec={digest}&on=e999", "could not be read"),
        ("live=1&spec={digest}&mode=__proto__", "could not be read"),
        ("live=1&spec={digest}&loss=toString", "could not be read"),
        ("live=1&spec={digest}&in=0.5", "could not be read"),
        ("live=1&spec={digest}&toString=1", "could not be read"),
        ("%E0%A4%A", "could not be read"),
        ("live=1&spec={digest}&x", "could not be read"),
        ("live=1&spec={digest}&row=100000", "could not be read"),
        ("live=1&spec={digest}&row=1&x=0.25", "could not be read"),
        ("live=1&spec={digest}&hidden=99", "could not be read"),
        ("live=1&spec={digest}&hidden=0", "could not be read"),  # an input is never asked for
        ("live=1&spec={digest}&training.rate=fast", "could not be read"),
        ("live=1&spec={digest}&training.rate=-1", "could not be read"),
        ("live=1&spec={digest}&training.rate=Infinity", "could not be read"),
        ("live=1&spec={digest}&training.steps=7", "could not be read"),
        ("live=1&spec={digest}&training.rows=9", "could not be read"),
        ("live=1&spec={digest}&training.speed=1", "could not be read"),
        ("live=1&spec={digest}&curves.x=2", "could not be read"),
        ("live=1&spec={digest}&curves.of=99", "could not be read"),
        ("live=1&spec={digest}&quiz.right=99", "could not be read"),
        ("live=1&spec={digest}&slopes.x=1", "could not be read"),
        ("live=1&spec={digest}&nothing.x=1", "could not be read"),
        ("live=1&spec={digest}&__proto__.x=1", "could not be read"),
        ("live=2&spec={digest}", "another version"),
        ("live=1&spec=00000000", "another file"),
    ],
)
def test_garbage_in_the_url_is_told(browser, tmp_path, fragment, said):
    html = page_of("deep_state")
    fragment = fragment.format(digest=first_inputs(html)[1])
    with opened(browser, html, tmp_path, fragment=fragment) as live:
        assert said in live.page.locator(".warning").inner_text()
        assert live.page.locator(".outputs").inner_text() == "y = 0.4872"


def test_a_link_is_for_pages_of_the_same_loss(browser, tmp_path):
    """A page of a node's value shows other derivatives than one that has a loss of targets."""
    plain, of_node = page_of("deep_state"), page_of("deep_state", of="h1")
    for made_by, opened_on in ((plain, of_node), (of_node, plain)):
        with opened(browser, made_by, tmp_path) as live:
            live.type("x", "0.25")
            live.mode("Gradients")
            state = live.state()
        with opened(browser, opened_on, tmp_path, fragment=state) as live:
            assert "another file or page" in live.page.locator(".warning").inner_text()
            assert live.field("x").input_value() == "0.5"
        with opened(browser, made_by, tmp_path, fragment=state) as live:
            assert not live.page.locator(".warning").is_visible()
            assert live.field("x").input_value() == "0.25"


@pytest.mark.parametrize("mode", ["train", "curves"])
def test_settings_of_panels_come_back(browser, tmp_path, mode):
    html = page_of("iris")
    digest = first_inputs(html)[1]
    fragment = f"live=1&spec={digest}&mode={mode}&training.rate=1%2F8&training.steps=100"
    fragment += "&curves.x=2&curves.of=1&curves.y=4"
    with opened(browser, html, tmp_path, fragment=fragment) as live:
        assert not live.page.locator(".warning").first.is_visible()
        if mode == "train":
            assert live.page.get_by_label("Learning rate").input_value() == "1/8"
            assert live.page.get_by_label("Steps at once").input_value() == "100"
        else:
            assert live.page.get_by_label("Over", exact=True).evaluate("s => s.selectedIndex") == 1
            assert live.page.get_by_label("and over").evaluate("s => s.selectedIndex") == 4


def test_a_row_that_is_shown_is_the_row_of_the_link(browser, tmp_path):
    html = page_of("deep_state")
    with opened(browser, html, tmp_path) as live:
        assert live.state() == ""
        live.type("x", "0.1")
        assert "row=0" in live.state()
        state = live.state()
    with opened(browser, html, tmp_path, fragment=state) as live:
        assert live.field("x").input_value() == "0.1"
        assert "own values" in live.page.locator(".rows").inner_text()


def test_a_step_beyond_the_last_one_is_the_last_one(browser, tmp_path):
    html = page_of("deep_state")
    fragment = f"live=1&spec={first_inputs(html)[1]}&mode=step&step=99"
    with opened(browser, html, tmp_path, fragment=fragment) as live:
        told = live.page.locator(".sentence")
        last = told.inner_text().split(":")[0]
        assert last.split()[1] == last.split()[3]
        live.page.get_by_role("button", name="‹ Back").click()
        live.settle()
        assert told.inner_text().split()[1] == str(int(last.split()[1]) - 1)


def test_a_wrong_link_in_an_open_page_leads_to_the_file_and_can_be_undone(browser, tmp_path):
    html = page_of("deep_state")
    digest = first_inputs(html)[1]
    with opened(browser, html, tmp_path) as live:
        first = live.field("x").input_value()
        live.type("x", "0.125")
        live.go(f"live=1&spec={digest}&p=0:Infinity")
        assert (
            "could not be read; the page shows the file"
            in live.page.locator(".warning").inner_text()
        )
        assert live.field("x").input_value() == first
        live.page.get_by_role("button", name="Undo", exact=True).click()
        live.settle()
        assert live.field("x").input_value() == "0.125"


def test_a_link_followed_in_an_open_page_can_be_undone(browser, tmp_path):
    html = page_of("deep_state")
    digest = first_inputs(html)[1]
    with opened(browser, html, tmp_path) as live:
        live.type("x", "0.125")
        live.go(f"live=1&spec={digest}&x=0.75")
        assert live.field("x").input_value() == "0.75"
        live.page.get_by_role("button", name="Undo", exact=True).click()
        live.settle()
        assert live.field("x").input_value() == "0.125"


def test_a_state_that_follows_another_one_at_once_is_not_lost(browser, tmp_path):
    """The page writes the first one into its address while the second one is on its way."""
    html = page_of("deep_state")
    digest = first_inputs(html)[1]
    with opened(browser, html, tmp_path) as live:
        for x in (1, 2):
            live.page.evaluate(
                """async (hash) => {
                  const wait = (time) => new Promise((done) => setTimeout(done, time));
                  const loop = (end) => { while (performance.now() < end) { /* busy */ } };
                  location.hash = `${hash}0`;
                  await wait(60);
                  const late = performance.now() + 500;
                  setTimeout(() => { location.hash = `${hash}5`; }, 290 - 60);
                  setTimeout(() => loop(late), 280 - 60);
                  await wait(700);
                }""",
                f"live=1&spec={digest}&x={x}.",
            )
            live.settle(400)
            assert live.field("x").input_value() == f"{x}.5"
