"""The rules by which an inline SVG follows its page; a browser checks them in tests/embed."""

from __future__ import annotations

import re

import pytest

from deepgraph import draw
from deepgraph.draw.output import svg_paint
from deepgraph.draw.output.palette import DARK, LIGHT
from tests.support.picture import gallery


def test_every_role_has_its_variable_in_both_themes() -> None:
    rules = svg_paint.page_rules("root")
    light, system, *_ = rules
    for theme, rule in ((LIGHT, light), (DARK, system)):
        assert dict(re.findall(r"--dg-(\w+):(#\w+);", rule)) == dict(theme.items())
    for role in dict(LIGHT.items()):
        assert any(f".f-{role}{{fill:var(--deepgraph-{role}," in rule for rule in rules)


@pytest.mark.parametrize("theme", ["light", "dark", "paper"])
def test_a_theme_of_its_own_follows_no_page(theme: str) -> None:
    network, trace = gallery("xor")
    assert b"prefers-color-scheme" not in draw.render(network, trace, inline=True, theme=theme)


def test_without_the_system_only_marks_make_it_dark() -> None:
    network, trace = gallery("xor")
    text = draw.render(network, trace, inline=True).decode()
    found = svg_paint.without_system(text)
    assert "prefers-color-scheme" in text
    assert "prefers-color-scheme" not in found
    assert '[data-theme="dark"] #dg-' in found
    assert len(text) - len(found) == len(svg_paint.page_rules("dg-0123456789")[1])
