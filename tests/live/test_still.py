"""The still of the live page in the README shows the page of today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from tests.live.still import DOCS, NAMES, browser_of_one_font, drawn
from tests.support.browser import needed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VISIBLE = 48
"""A step of a colour channel that is no rounding of the palette."""
SIDE = 20
"""Px of the squares that are compared; a word or an edge that changed fills a good part of some."""
MOST = 0.2
"""Of the pixels of a square, that may differ so: another Chromium smooths letters otherwise."""


@pytest.fixture(scope="module")
def own_browser() -> Iterator[Any]:
    """It has our fonts alone, as the still was drawn."""
    needed()
    with browser_of_one_font() as browser:
        yield browser


@pytest.mark.parametrize("scheme", NAMES)
def test_the_still_is_not_stale(scheme: str, own_browser: Any, tmp_path: Path) -> None:
    """`python -m tests.live.still` draws it anew."""
    shown = Image.open(DOCS / NAMES[scheme]).convert("RGB")
    today = drawn(own_browser, tmp_path, scheme).convert("RGB")
    assert shown.size == today.size
    apart = np.abs(np.asarray(shown, np.int16) - np.asarray(today, np.int16)).max(axis=2) > VISIBLE
    height, width = apart.shape
    squares = apart.reshape(height // SIDE, SIDE, width // SIDE, SIDE).mean(axis=(1, 3))
    assert squares.max() < MOST
