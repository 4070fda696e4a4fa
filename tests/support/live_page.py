"""Opens live pages in Chromium, from a file, and collects what the browser complains of."""

from __future__ import annotations

import shutil
from contextlib import contextmanager

import numpy as np
from playwright.sync_api import sync_playwright

from deepgraph import live
from tests.support.needs import need


@contextmanager
def browser():
    """Debian's Chromium."""
    program = shutil.which("chromium")
    need(program, "Chromium", "apt install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            yield chromium
        finally:
            chromium.close()


@contextmanager
def opened(chromium, folder, network, *, hash="", **options):
    """The page of a network, loaded; afterwards nothing was complained of, nothing requested.

    Args:
        chromium: of `browser`.
        folder: for the file.
        network: of the page.
        hash: the fragment of the address.
        options: arguments of `live.page`; those of a browser context are in `context`.
    """
    context = chromium.new_context(**options.pop("context", {}))
    file = folder / "page.html"
    file.write_text(live.page(network, **options), encoding="utf-8")
    page = context.new_page()
    complaints, requests = [], []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(file.as_uri() + (f"#{hash}" if hash else ""))
    try:
        yield page
        assert complaints == []
        assert len([url for url in requests if not url.startswith("data:")]) == 1
    finally:
        context.close()


def until(page, script, argument=None):
    """Wait until a function of JavaScript is true; playwright's own way needs eval, which the
    Content-Security-Policy of the page forbids."""
    for _ in range(200):
        if page.evaluate(script, argument):
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"never true: {script}")


def rows(name, X, targets):
    """A table for a page."""
    return live.Rows(name, np.asarray(X, float), targets)
