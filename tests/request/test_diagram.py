"""A diagram for a page: its ids, its size, its theme."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deepgraph.draw.output.svg import LEAST_SIZE
from deepgraph.embed import ask, numbered
from deepgraph.request.diagram import fitted
from deepgraph.spec import gallery

if TYPE_CHECKING:
    from pathlib import Path


def test_an_inline_picture(here: Path) -> None:
    diagram = ask("diagram", "xor.json", [("set", "x1=1 x2=0")], folder=here).diagram()
    assert diagram.alt.endswith("XOR = 1")
    one, two = diagram.html(1), diagram.html(2)
    ids = [set(re.findall(r'\bid="([^"]*)"', html)) for html in (one, two)]
    assert len(ids[0]) == 3
    assert not ids[0] & ids[1]
    for html, own in zip((one, two), ids, strict=True):
        named = re.findall(r'aria-labelledby="([^"]*)"', html)[0].split()
        assert {*named, *re.findall(r"#(dg-[\w-]+)", html)} <= own
        assert "<script" not in html
        assert not re.search(r"""(href|src|url)\s*[=(]""", html)
    assert numbered(two, "") == two


def test_no_text_of_an_inline_picture_is_too_small() -> None:
    for name in gallery.names():
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
    read_out = fitted(html, 7, alt='XOR "drawn"')
    assert 'aria-label="XOR &quot;drawn&quot;"' in read_out
    assert "aria-labelledby" not in read_out
    assert re.findall(r'id="(dg-[0-9a-f]+-7)"', read_out)
    assert "width:max(30em,min(100%," in fitted(html, "", width="30em")
    assert fitted(html, "") == html
