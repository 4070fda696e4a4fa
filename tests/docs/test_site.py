"""The built documentation: its links lead somewhere, and a browser shows every page as meant."""

from __future__ import annotations

import importlib
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag

import click
import pytest

import deepgraph
from deepgraph.cli import cli
from deepgraph.spec import gallery
from tests.support import axe, pages

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "docs").glob("*.md"))
ELSEWHERE = re.compile(r"(?i)(https?:)?//|mailto:|data:")
PICTURE = re.compile(r'<svg [^>]*class="deepgraph ')
FIXED = re.compile(r"^:theme: ", re.MULTILINE)
"""A diagram in a theme of its own, which the page's switch leaves alone."""


class Page(HTMLParser):
    """The content of a page: ids, links, what it loads, pictures without words."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.wordless: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "link" and given.get("rel") not in ("canonical", "index", "search", "next"):
            self.loaded.append(given["href"])
        if tag in ("script", "img", "iframe", "source") and "src" in given:
            self.loaded.append(given["src"])
        if tag == "img" and not given.get("alt"):
            self.wordless.append(given.get("src", ""))


@pytest.fixture(scope="module")
def parsed(site: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in sorted(site.glob("*.html"))}


def test_every_source_is_a_page(parsed: dict[Path, Page], site: Path) -> None:
    for source in SOURCES:
        assert site / f"{source.stem}.html" in parsed


def test_every_page_is_in_the_navigation(parsed: dict[Path, Page], site: Path) -> None:
    linked = {urldefrag(link)[0] for link in parsed[site / "index.html"].links}
    assert {f"{source.stem}.html" for source in SOURCES} - {"index.html"} <= linked


def test_links_lead_to_pages_and_places_that_exist(parsed: dict[Path, Page]) -> None:
    dead = []
    for path, page in parsed.items():
        for link in [*page.links, *page.loaded]:
            if ELSEWHERE.match(link):
                continue
            place, anchor = urldefrag(link)
            file = path.parent / unquote(place.partition("?")[0]) if place else path
            known = parsed.get(file)
            missing = anchor and known is not None and unquote(anchor) not in known.ids
            if not file.exists() or missing:
                dead.append(f"{path.name}: {link}")
    assert dead == []


def test_nothing_is_loaded_from_elsewhere(parsed: dict[Path, Page]) -> None:
    for path, page in parsed.items():
        assert [url for url in page.loaded if ELSEWHERE.match(url)] == [], path.name


def test_ids_stand_once_and_pictures_have_words(parsed: dict[Path, Page]) -> None:
    for path, page in parsed.items():
        twice = [name for name, count in Counter(page.ids).items() if count > 1]
        assert (twice, page.wordless) == ([], []), path.name


def test_every_network_of_the_gallery_is_shown_from_all_sides(site: Path) -> None:
    pages = [site / "gallery.html", site / "gallery-more.html"]
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    sections = dict(part.split('"', 1) for part in text.split('<section id="')[1:])
    for name in gallery.names():
        shown = sections[name.replace("_", "-")]
        assert re.search(rf'href="_downloads/[^"]*/{name}\.json"', shown)
        assert len(PICTURE.findall(shown)) == 2
        assert [shown.count(f'class="on-{kind}"') for kind in ("wide", "narrow")] == [1, 1]
        assert shown.count("<math ") >= 1
        assert f"deepgraph eval {name}.json" in shown
        assert re.search(rf"{name}: \d+ ok, 0 failed", shown)
        assert "array([" in shown


def test_the_references_leave_nothing_out(site: Path) -> None:
    page = (site / "commands.html").read_text(encoding="utf-8")
    listed, _, reference = page.partition('<section id="reference">')
    for name, command in cli.commands.items():
        assert f'href="#deepgraph-{name}"' in listed
        for option in command.params:
            if isinstance(option, click.Option) and not option.hidden:
                assert f'id="cmdoption-deepgraph-{name}-{option.opts[0].lstrip("-")}"' in reference
    page = (site / "api.html").read_text(encoding="utf-8")
    for name in set(deepgraph.__all__) - {"__version__"}:
        assert re.search(rf'id="deepgraph\.(\w+\.)?{name}"', page), name


def test_formulas_hold_no_tex(site: Path) -> None:
    for path in site.glob("*.html"):
        for formula in re.findall(r"(?s)<math .*?</math>", path.read_text(encoding="utf-8")):
            assert "\\" not in formula, path.name


def test_a_gap_in_a_formula_is_a_line_of_its_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """Browsers do not stretch the `_` that docutils puts below a space."""
    monkeypatch.syspath_prepend(ROOT / "docs" / "_ext")
    mathml = importlib.import_module("mathml").mathml
    for width, line in (("2", "____"), ("4", "________")):
        formula = mathml(rf"z = \underline{{\hspace{{{width}em}}}} + 1", block=True)
        assert f"mtext>{line}</" in formula
        assert "munder" not in formula


def test_options_keep_their_dashes(parsed: dict[Path, Page]) -> None:
    for path in parsed:
        assert re.findall(r"[ >]–[a-z].*", path.read_text(encoding="utf-8")) == [], path.name


def test_no_page_names_a_place_of_the_machine_that_built_it(site: Path) -> None:
    for page in site.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        for place in {str(ROOT), str(site.parent), str(Path.home())} - {"/"}:
            assert place not in text, f"{page.name} names {place}"


@pytest.mark.parametrize("name", [source.stem for source in SOURCES])
def test_axe_finds_nothing(name: str, site: Path, browser: Any) -> None:
    """Wide and light, narrow and dark, and no request elsewhere."""
    assert list(axe.violations(browser, site / f"{name}.html")) == []


@pytest.mark.parametrize("name", [source.stem for source in SOURCES])
def test_a_page_in_a_browser(name: str, site: Path, browser: Any) -> None:
    """Light and dark, on a phone and on a desk: no overflow, no tiny text, no fault."""
    found = pages.inspect(browser, [site / f"{name}.html"], **pages.FURO)
    assert len(found) == len(pages.WIDTHS)
    wrong = []
    for page in found:
        faults = pages.faults(page)
        fixed = [fault for fault in faults if fault.endswith("the same colours in light and dark")]
        assert len(fixed) <= len(FIXED.findall((ROOT / "docs" / f"{name}.md").read_text("utf-8")))
        faults = [fault for fault in faults if fault not in fixed]
        faults += ["wider than its window"] * page["light"]["overflows"]
        wrong += [f"at {page['width']} px: {fault}" for fault in faults]
        if name.startswith("gallery"):  # which has each twice, and shows one of the two
            pictures = PICTURE.findall((site / f"{name}.html").read_text("utf-8"))
            assert len(page["light"]["diagrams"]) * 2 == len(pictures)
    assert wrong == []
