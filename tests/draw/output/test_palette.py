"""Contrast: every text against what it stands on, in every theme, as WCAG 2 computes it."""

from __future__ import annotations

from itertools import product

import pytest

from deepgraph.draw.output.arrow_heads import arrow
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


ON_PAGE = ["ink", "muted", "gradient", "off_text"] + [
    f"{sign}{pale}_text" for sign in ("positive", "negative", "wire") for pale in ("", "_pale")
]


@pytest.mark.parametrize("name", THEMES)
def test_texts_on_the_page(name: str) -> None:
    """Labels, captions, notes, names outside their nodes: all stand on the page itself."""
    theme = THEMES[name]
    for role in ON_PAGE:
        found = contrast(channels(getattr(theme, role)), channels(theme.page))
        assert found >= LEAST, (role, found)


@pytest.mark.parametrize("name", THEMES)
def test_texts_in_nodes_and_biases(name: str) -> None:
    theme: Theme = THEMES[name]
    fills = ("input", "node", "output", "amber", "grey", "rose", "teal", "violet")
    pairs = [*product(("ink", "muted", "gradient"), fills)]
    pairs += [("off_text", "off"), ("gradient", "off"), ("bias_text", "bias")]
    for role, below in pairs:
        found = contrast(channels(getattr(theme, role)), channels(getattr(theme, below)))
        assert found >= LEAST, (role, below, found)


@pytest.mark.parametrize("name", THEMES)
def test_texts_on_a_fill_by_value(name: str) -> None:
    """With any value: from nearly none to the largest."""
    theme: Theme = THEMES[name]
    texts = ("ink", "muted", "gradient")
    for role, sign, share in product(texts, ("positive", "negative"), GLOW):
        below = blended(theme.page, getattr(theme, sign), share)
        found = contrast(channels(getattr(theme, role)), below)
        assert found >= LEAST, (role, sign, share, found)


@pytest.mark.parametrize("name", THEMES)
def test_lines_can_be_seen(name: str) -> None:
    """WCAG asks 3:1 of what is drawn; what carries 0 is pale on purpose."""
    theme = THEMES[name]
    page = channels(theme.page)
    lines = ["input_line", "line", "output_line", "positive", "negative", "wire"]
    for role in lines + [f"{color}_line" for color in ("amber", "grey", "rose", "teal", "violet")]:
        assert contrast(channels(getattr(theme, role)), page) >= 3, role
    for role in ("positive", "negative", "wire"):
        pale, full = (contrast(channels(getattr(theme, r)), page) for r in (f"{role}_pale", role))
        assert 1.5 <= pale < full * 0.75, role


@pytest.mark.parametrize("name", ["light", "dark"])
def test_what_is_pale_keeps_the_hue_of_its_sign(name: str) -> None:
    theme = THEMES[name]
    for suffix in ("", "_pale", "_text", "_pale_text"):
        red, _, blue = channels(getattr(theme, f"positive{suffix}"))
        assert blue > red + 0.1
        red, _, blue = channels(getattr(theme, f"negative{suffix}"))
        assert red > blue + 0.1


def test_the_sign_is_there_without_colour() -> None:
    """On paper all lines are black: the head of an arrow tells the sign, in every format."""
    assert PAPER.positive == PAPER.negative
    curve = ((0.0, 0.0), (100.0, 0.0))
    filled = arrow(curve, 2.0, hollow=False, dense=False)
    hollow = arrow(curve, 2.0, hollow=True, dense=False)
    assert (len(filled.corners), len(hollow.corners)) == (4, 3)
    assert filled.outline == 0 < hollow.outline
    # The line stops behind a hollow head, or it would show in it.
    assert hollow.points[-1][0] <= min(x for x, _ in hollow.corners) + 1e-9
