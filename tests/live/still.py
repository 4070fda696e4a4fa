"""Makes the still pictures of the live page in docs/: `python -m tests.live.still`."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.support.browser import SHIPPED, chromium
from tests.support.live_gallery import page_of
from tests.support.live_page import opened

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = Path(__file__).parents[2] / "docs"
NAMES = {"light": "live.png", "dark": "live.dark.png"}
COLORS = 128
"""Of a palette, with which a picture of a page is small and looks the same."""


@contextmanager
def browser_of_one_font() -> Iterator[Any]:
    """Chromium that knows no font but ours, so that every machine draws the same still."""
    with tempfile.TemporaryDirectory() as folder:
        fonts = Path(folder) / "fonts.conf"
        fonts.write_text(
            f"<fontconfig><dir>{SHIPPED}</dir><cachedir>{folder}</cachedir></fontconfig>"
        )
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium(),
                args=["--no-sandbox"],
                env=dict(os.environ) | {"FONTCONFIG_FILE": str(fonts)},
            )
            yield browser
            browser.close()


def drawn(browser: Any, folder: Path | str, scheme: str) -> Image.Image:
    """The still of the page of today."""
    html = page_of("deep_state", inputs={"x": 0.5}, targets={"y": 1.0})
    with opened(browser, html, folder, width=1180, height=760, scheme=scheme) as live:
        live.page.locator(".chosen select").first.select_option(label="w7 (g1 → y)")
        live.mode("Gradients")
        live.settle(300)
        shot = Image.open(BytesIO(live.page.screenshot()))
    return shot.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)


def main() -> None:
    """Write docs/live.png and docs/live.dark.png."""
    with browser_of_one_font() as browser, tempfile.TemporaryDirectory() as folder:
        for scheme, name in NAMES.items():
            drawn(browser, folder, scheme).save(DOCS / name, optimize=True)


if __name__ == "__main__":
    main()
