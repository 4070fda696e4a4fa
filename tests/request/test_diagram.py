"""A diagram for a page: its size, its theme, its rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deepgraph.draw.output.svg import LEAST_SIZE
from deepgraph.draw.output.svg_paint import page_rules
from deepgraph.embed import ask
from deepgraph.request.diagram import fitted
from deepgraph.spec import gallery

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
