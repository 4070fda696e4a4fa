"""The panel of gradients, in Chromium: what it says of derivatives that say nothing."""

from __future__ import annotations

import pytest

from tests.support.live_gallery import page_of
from tests.support.live_page import opened


@pytest.mark.parametrize(
    ("x1", "target", "said", "chips"),
    [
        ("1", "0.5", "Lines are as wide as their derivative is large", 3),
        ("0", "1", "Every derivative is 0", 0),
        ("1", "1e200", "too large for double precision", 3),
        ("1e308", "-1e308", "too large for double precision", 5),
    ],
)
def test_the_panel_says_what_derivatives_are_worth(browser, tmp_path, x1, target, said, chips):
    with opened(browser, page_of("xor"), tmp_path) as live:
        live.type("x1", x1)
        live.mode("Gradients")
        live.type("XOR", target)
        assert said in live.page.locator(".slopes .loss").inner_text()
        found = live.page.locator(".slopes .chip")
        assert found.count() == chips
        assert live.page.locator(".slopes h2").is_visible() == bool(chips)
        assert not live.messages


def test_a_training_that_cannot_move_says_so(browser, tmp_path):
    with opened(browser, page_of("xor"), tmp_path) as live:
        live.mode("Training")
        live.type("XOR", "1")
        live.page.get_by_role("button", name="Step", exact=True).click()
        live.settle()
        assert "Every derivative is 0" in live.page.locator(".training .loss").inner_text()
