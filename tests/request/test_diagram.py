"""A diagram for a page: its size, its theme, its rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from deepgraph.draw.output.svg import LEAST_SIZE
from deepgraph.draw.output.svg_paint import page_rules
from deepgraph.embed import ask
from deepgraph.request.diagram import WORDS, beside, fitted
from deepgraph.spec import gallery
from tests.support import browser

if TYPE_CHECKING:
    from pathlib import Path


def test_an_inline_picture(here: Path) -> None:
    diagram = ask("diagram", "xor.json", [("set", "x1=1 x2=0")], folder=here).diagram()
    assert diagram.alt.endswith("XOR = 1")
    html = diagram.html()
    assert not re.search(r"\bid=", html)  # a page may hold it twice
    assert html.count(f'aria-label="{diagram.alt}"') == 1
    assert "<script" not in html
    assert not re.search(r"""(href|src|url)\s*[=(]""", html)
    assert " data-search-exclude" in html[: html.index("<svg")]


def test_a_style_sheet_of_the_site_may_have_the_rules(here: Path) -> None:
    diagram = ask("diagram", "xor.json", folder=here).diagram()
    for system in (True, False):
        whole, bare = diagram.html(system=system), diagram.html(system=system, rules=False)
        assert whole.replace(page_rules(system), "") == bare
        assert len(bare) < len(whole) - 5_000
        (name,) = re.findall(r'<svg [^>]*class="deepgraph (dg-page-\w+)', bare)
        assert f"svg.{name}{{" in page_rules(system)
        assert f"svg.{name}{{" not in page_rules(not system)
    large = ask("diagram", str(gallery.path("digits")), [("max-width", "100")]).diagram()
    assert "<style>" not in large.html(rules=False)


def test_no_text_of_an_inline_picture_is_too_small() -> None:
    for name in gallery.names(more=False):
        html = ask("diagram", str(gallery.path(name))).diagram().html()
        width = float(re.findall(r' width="([\d.]+)"', html)[0])
        least = float(re.findall(r"min-width:(\d+)px", html)[0])
        smallest = min(float(size) for size in re.findall(r'font-size="([\d.]+)"', html))
        assert least <= width + 1
        assert smallest * least / width >= min(LEAST_SIZE, smallest) - 1e-9


def test_the_theme_of_a_request_stays(here: Path) -> None:
    free = ask("diagram", "xor.json", folder=here).diagram()
    dark = ask("diagram", "xor.json", [("theme", "dark")], folder=here).diagram()
    assert "prefers-color-scheme" in free.html()
    assert "prefers-color-scheme" not in free.html(theme="light")
    assert "prefers-color-scheme" not in dark.html()
    assert dark.html(theme="light") == dark.html()


def test_a_page_fits_a_diagram(here: Path) -> None:
    html = ask("diagram", "xor.json", folder=here).diagram().html()
    read_out = fitted(html, alt='XOR "drawn"')
    assert re.findall('aria-label="([^"]*)"', read_out) == ["XOR &quot;drawn&quot;"]
    assert "width:max(30em,min(100%," in fitted(html, width="30em")
    assert fitted(html) == html


@pytest.mark.slow
def test_text_runs_beside_a_diagram_only_where_words_have_room(here: Path) -> None:
    from playwright.sync_api import sync_playwright

    browser.needed()
    drawn = ask("diagram", "xor.json", [("fit", "300")], folder=here).diagram().html()
    least = int(re.findall(r"min-width:(\d+)px", drawn)[0])
    words = int(WORDS.removesuffix("em")) * 16
    found = {}
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=browser.chromium(), args=["--no-sandbox"])
        page = chromium.new_page()
        for width in ("", "40%", "200px"):
            page.set_content(
                f'<body style="margin:0"><div><figure style="float:left;margin:0;max-width:100%;'
                f'width:{beside(drawn, width)}">{drawn}</figure>{"word " * 99}</div>'
            )
            for column in (1200, least + words + 9, least + words - 9, 300):
                taken = page.evaluate(
                    "column => {document.querySelector('div').style.width = column + 'px';"
                    "return document.querySelector('figure').getBoundingClientRect().width}",
                    column,
                )
                found[width, column] = round(taken)
        chromium.close()
    natural = float(re.findall(r'<svg [^>]*?\bwidth="([\d.]+)', drawn)[0])
    assert found["", 1200] == round(natural)
    assert found["40%", 1200] == max(480, least)
    assert found["200px", 1200] == found["200px", least + words + 9] == least
    for width in ("", "40%", "200px"):
        assert found[width, least + words - 9] == least + words - 9
        assert found[width, 300] == 300
