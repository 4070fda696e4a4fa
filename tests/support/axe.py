"""axe-core over a page of a built site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.live_page import AXE, TWO_FRAMES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MODES = ((1200, "light"), (400, "dark"))
"""Width in px and colour scheme: each width and each scheme once."""
RUN = "axe.run(document, {resultTypes: ['violations'], iframes: false})"


def violations(browser: Any, page: Path) -> Iterator[str]:
    """What axe-core finds on a page, with the first place of each; frames have tests of their own.

    Args:
        browser: of Playwright.
        page: an HTML file.
    """
    context = browser.new_context(reduced_motion="reduce")
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    opened = context.new_page()
    opened.goto(page.as_uri())
    opened.add_script_tag(path=str(AXE))
    for width, scheme in MODES:
        opened.set_viewport_size({"width": width, "height": 900})
        opened.emulate_media(color_scheme=scheme)
        opened.evaluate(TWO_FRAMES)  # the page hears of its new width before its next frame
        for found in opened.evaluate(RUN)["violations"]:
            place = found["nodes"][0]["html"][:200]
            yield f"{page.name} at {width} px, {scheme}: {found['id']}: {place}"
    yield from (f"request: {url}" for url in asked if not url.startswith(("file:", "data:")))
    context.close()
