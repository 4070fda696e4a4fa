"""The live page while a slider is moved: from the event to the repainted picture.

    python -m tests.benchmarks.sliders

A network of 50 nodes, its picture alone and with a decision map of 10,000 cells. A browser waits
for the screen, which shows a picture every 16.7 ms; here it does not wait, so that the time is that
of its work alone. Wall time is shared with whatever else the machine does, and without a graphics
processor the browser paints on its processors, too.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from deepgraph.live.document import page
from tests.support.browser import chromium
from tests.support.live_page import opened
from tests.support.sliding import fifty, show_map, slid

NO_WAIT = ("--disable-gpu-vsync", "--disable-frame-rate-limit")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        flags = ["--no-sandbox", *NO_WAIT]
        browser = playwright.chromium.launch(executable_path=chromium(), args=flags)
        for what, prepare in (("picture", None), ("picture and map of 100 x 100", show_map)):
            with opened(browser, page(fifty()), Path(folder)) as live:
                if prepare is not None:
                    prepare(live)
                took = slid(live)
                print(f"{what}: median {took.wall:.1f} ms, CPU {took.cpu:.1f} ms a change")
        browser.close()


main()
