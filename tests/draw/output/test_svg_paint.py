"""The rules by which an inline SVG follows its page; a browser checks them in tests/embed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from deepgraph import draw
from deepgraph.draw.output import svg_paint
from deepgraph.draw.output.palette import DARK, LIGHT
from tests.support import browser
from tests.support.picture import gallery

if TYPE_CHECKING:
    from pathlib import Path

SWITCHED = re.compile(r"--dg-(\w+):light-dark\((#\w+),(#\w+)\);")


def test_every_role_has_its_variable_in_both_themes() -> None:
    rules = svg_paint.page_rules()
    light, both, system = rules.split("}", 1)[0], *rules.split("@supports")[1:]
    for theme, rule in ((LIGHT, light), (DARK, system[: system.index("}")])):
        assert dict(re.findall(r"--dg-(\w+):(#\w+);", rule)) == dict(theme.items(""))
    pairs = zip(LIGHT.items(""), DARK.items(""), strict=True)
    assert {role: (one, two) for role, one, two in SWITCHED.findall(both)} == {
        role: (one, two) for (role, one), (_, two) in pairs
    }
    for role in dict(LIGHT.items("")):
        assert f".f-{role}{{fill:var(--deepgraph-{role}," in rules


@pytest.mark.parametrize("theme", ["light", "dark", "paper"])
def test_a_theme_of_its_own_follows_no_page(theme: str) -> None:
    network, trace = gallery("xor")
    assert b"prefers-color-scheme" not in draw.render(network, trace, inline=True, theme=theme)


def test_without_the_system_only_marks_make_it_dark() -> None:
    whole, marked = svg_paint.page_rules(), svg_paint.page_rules(False)
    assert "prefers-color-scheme" in whole
    assert "prefers-color-scheme" not in marked
    assert "light-dark" not in marked
    assert '[data-theme="dark"] svg.dg-page-' in marked


def test_pictures_of_one_page_share_no_name_but_that_of_their_rules() -> None:
    network, trace = gallery("xor")
    one, two = (draw.render(network, shown, inline=True).decode() for shown in (None, trace))
    names = [re.findall(r'<svg [^>]*class="([^"]*)"', text)[0].split() for text in (one, two)]
    assert {*names[0]} & {*names[1]} == {"deepgraph", svg_paint.page_class()}
    assert " id=" not in one + two


def test_colours_that_few_pictures_have_come_with_the_picture() -> None:
    network, trace = gallery("xor")
    plain, coloured = (
        draw.render(network, trace, inline=True, **options).decode()  # type: ignore[arg-type]
        for options in ({}, {"colors": "y=teal"})
    )
    rules = svg_paint.page_rules()
    assert plain.count(rules) == coloured.count(rules) == 1
    assert "teal" not in plain
    (own,) = {*re.findall(r"svg\.(dg-\w+)\{--dg-teal:", coloured)}
    assert re.search(rf'<svg [^>]*class="deepgraph dg-page-\w+ {own}"', coloured)
    assert f"svg.{own} .f-teal{{fill:var(--deepgraph-teal,var(--dg-teal))}}" in coloured


# --- in a browser ---------------------------------------------------------------------------------

DARK_SYSTEM = "--blink-settings=preferredColorScheme=0"
LIGHT_SYSTEM = "--blink-settings=preferredColorScheme=1"
PAGES = {  # the head of a page: the theme on a light system, and on a dark one
    "": "light light",
    '<meta name="color-scheme" content="light">': "light light",
    '<meta name="color-scheme" content="dark">': "dark dark",
    '<meta name="color-scheme" content="light dark">': "light dark",
    "<style>:root{color-scheme:light dark}</style>": "light dark",
    "<style>body{color-scheme:dark}</style>": "dark dark",
}


@pytest.mark.parametrize("system", ["light", "dark"])
def test_the_page_decides_and_not_the_system(tmp_path: Path, system: str) -> None:
    browser.needed()
    network, trace = gallery("xor")
    svg = draw.render(network, trace, inline=True).decode()
    flag = DARK_SYSTEM if system == "dark" else LIGHT_SYSTEM
    for head, themes in PAGES.items():
        expected = themes.split()[system == "dark"]
        assert ink(tmp_path, head, "", svg, flag) == expected, head
        for mark in ("light", "dark"):  # what a reader chose wins over everything
            assert ink(tmp_path, head, f'data-theme="{mark}"', svg, flag) == mark, head


def ink(folder: Path, head: str, mark: str, svg: str, flag: str) -> str:
    """The theme of a picture, by the colour of its texts as Chromium sees it."""
    page = folder / "page.html"
    script = "document.title=getComputedStyle(document.querySelector('.f-ink')).fill"
    page.write_text(
        f"<!doctype html><html {mark}><meta charset=utf-8>{head}<body>{svg}"
        f"<script>{script}</script>",
        encoding="utf-8",
    )
    dom = browser.run(page, flag, "--dump-dom")
    match = re.search(r"<title>rgb\((\d+), (\d+), (\d+)\)</title>", dom)
    assert match, dom[:300]
    color = "#" + "".join(f"{int(channel):02x}" for channel in match.groups())
    return {LIGHT.ink: "light", DARK.ink: "dark"}[color]


def test_paper_is_light_and_shows_all() -> None:
    (printed,) = re.findall(r"@media print\{.*", svg_paint.page_rules())
    assert "min-width:0!important" in printed
    assert ".f-page{fill:#fff}" in printed
    network, trace = gallery("xor")
    own = draw.render(network, trace, inline=True, theme="dark").decode()
    assert re.search(r"@media print\{svg\.dg-\w+\{min-width:0!important", own)
