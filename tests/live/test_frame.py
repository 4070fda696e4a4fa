"""A live page in a frame is light or dark as the page around it, not as the reader's system."""

from __future__ import annotations

import pytest
from markdown import Markdown

import deepgraph
from deepgraph.draw.output.svg_paint import PAGE_MARKS
from deepgraph.embed import superfences
from deepgraph.live.frame import frame, frame_rules
from deepgraph.options.drawing import FIXED_THEMES
from deepgraph.spec import gallery
from tests.support import browser as chromium
from tests.support.live_page import Opened
from tests.support.sphinx_project import project


@pytest.fixture(scope="module", params=["light", "dark"])
def system(request):
    """A browser whose system is light, or dark; playwright's own choice would reach into frames."""
    from playwright.sync_api import sync_playwright

    chromium.needed()
    dark = ["--force-dark-mode"] if request.param == "dark" else []
    with sync_playwright() as play:
        found = play.chromium.launch(
            executable_path=chromium.chromium(), args=["--no-sandbox", *dark]
        )
        seen = found.new_context(color_scheme="null").new_page()
        is_dark = seen.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        assert is_dark == (request.param == "dark")
        yield found
        found.close()


@pytest.fixture
def show(system, tmp_path):
    """Opens a text, or a file of a site, as a page; its `theme` is that of the frame in it."""
    contexts = []

    def opened(page):
        if isinstance(page, str):
            file = tmp_path / "page.html"
            file.write_text(f"<!DOCTYPE html><title>t</title>{page}", encoding="utf-8")
            page = file
        contexts.append(
            system.new_context(color_scheme="null", viewport={"width": 1440, "height": 900})
        )
        found = Opened(contexts[-1].new_page())
        found.page.goto(page.resolve().as_uri())
        return found

    yield opened
    for context in contexts:
        context.close()


def themed(live, wanted):
    """Hold the frame to a theme, which it may take a moment to hear of."""
    inside = live.frame()
    inside.locator(f"html[data-theme={wanted}]").wait_for(state="attached", timeout=20_000)
    ground = inside.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
    red = int(ground.split("(")[1].split(",")[0])
    assert (red < 99) == (wanted == "dark"), ground


def mark(live, selector):
    """Mark the page as a theme's switch does, by an attribute or a class; "" takes all away."""
    name, _, value = selector.strip("[.]").replace('"', "").partition("=")
    live.page.evaluate(
        """([name, value]) => {
          const root = document.documentElement;
          if (value) root.setAttribute(name, value);
          else if (name) root.className = name;
          else for (const one of root.getAttributeNames()) root.removeAttribute(one);
        }""",
        [name, value],
    )


def fenced(**settings):
    """A page of Markdown with a live page in it, without the plugin of MkDocs."""
    name = {"name": "deepgraph", "class": "deepgraph", "validator": superfences.validator}
    fence = {**name, "format": superfences.formatter_with(**settings)}
    text = f'```deepgraph kind="live"\n{gallery.path("xor").read_text(encoding="utf-8")}```\n'
    configs = {"pymdownx.superfences": {"custom_fences": [fence]}}
    return Markdown(extensions=[*configs], extension_configs=configs).convert(text)


@pytest.mark.slow
@pytest.mark.parametrize("place", ["notebook", "fence"])
def test_the_marks_of_themes_decide(show, place):
    notebook = deepgraph.load(gallery.path("xor")).live()._repr_html_()
    live = show(notebook if place == "notebook" else fenced())
    for light, dark in PAGE_MARKS:
        mark(live, light)
        themed(live, "light")
        mark(live, dark)
        themed(live, "dark")
        mark(live, "")


@pytest.mark.slow
def test_a_page_without_marks_is_as_its_color_scheme_says(show):
    text = frame("XOR", html=deepgraph.load(gallery.path("xor")).live().html)
    for theme in ("light", "dark"):
        themed(show(f"<style>:root{{color-scheme:{theme}}}</style>{text}"), theme)


@pytest.mark.slow
def test_a_site_that_is_always_light_or_dark_says_so(show):
    html = deepgraph.load(gallery.path("xor")).live().html
    rules = f"<style>{frame_rules()}</style>"
    for theme in FIXED_THEMES:
        live = show(rules + frame("XOR", html=html, theme=theme))
        mark(live, '[data-theme="light"]' if theme == "dark" else '[data-theme="dark"]')
        themed(live, "dark" if theme == "dark" else "light")
    marked = show(rules + frame("XOR", html=html, system=False))
    themed(marked, "light")
    mark(marked, ".dark")
    themed(marked, "dark")


@pytest.mark.slow
def test_the_switch_of_a_site_of_sphinx_decides(show, tmp_path):
    site = tmp_path / "site"
    site.mkdir()
    index = "Page\n====\n\n.. deepgraph:: xor.json\n   :live:\n"
    built = project(site, conf='html_theme = "furo"\n', index=index)()
    assert built.code == 0, built.told
    live = show(built.folder / "index.html")
    for theme in ("dark", "light", "dark"):
        for _ in range(3):
            if live.page.evaluate("document.body.dataset.theme") == theme:
                break
            live.page.locator(".theme-toggle:visible").first.click()
        assert live.page.evaluate("document.body.dataset.theme") == theme
        themed(live, theme)
