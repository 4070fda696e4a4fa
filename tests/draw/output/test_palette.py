"""Contrast: every text against what it stands on, in every theme, as WCAG 2 computes it."""

from __future__ import annotations

from itertools import product

import pytest

from deepgraph.draw.output.palette import DARK, GLOW, LIGHT, PAPER, Theme

THEMES = {"light": LIGHT, "dark": DARK, "paper": PAPER}
LEAST = 4.5


def channels(color: str) -> list[float]:
    return [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]


def luminance(rgb: list[float]) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: list[float], other: list[float]) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def blended(below: str, above: str, share: float) -> list[float]:
    pairs = zip(channels(below), channels(above), strict=True)
    return [b + (a - b) * share for b, a in pairs]


def test_contrast_is_that_of_wcag() -> None:
    assert contrast(channels("#000000"), channels("#ffffff")) == pytest.approx(21)
    assert contrast(channels("#767676"), channels("#ffffff")) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("name", THEMES)
def test_texts_on_the_page(name: str) -> None:
    """Labels, captions, notes, biases, nodes that are off: all stand on the page itself."""
    theme = THEMES[name]
    for role in ("ink", "muted", "positive", "negative", "zero", "off_text", "gradient"):
        found = contrast(channels(getattr(theme, role)), channels(theme.page))
        assert found >= LEAST, (role, found)


@pytest.mark.parametrize("name", THEMES)
def test_texts_in_nodes(name: str) -> None:
    """With any value: from no glow to the strongest."""
    theme: Theme = THEMES[name]
    for role, share in product(("ink", "muted", "gradient"), (0.0, *GLOW)):
        below = blended(theme.node, theme.glow, share if theme is not PAPER else 0.0)
        found = contrast(channels(getattr(theme, role)), below)
        assert found >= LEAST, (role, share, found)


@pytest.mark.parametrize("name", THEMES)
def test_lines_can_be_seen(name: str) -> None:
    """WCAG asks 3:1 of what is drawn; what carries nothing is faint on purpose."""
    theme = THEMES[name]
    for role in ("line", "positive", "negative", "zero"):
        assert contrast(channels(getattr(theme, role)), channels(theme.page)) >= 3, role
