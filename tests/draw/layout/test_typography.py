"""Widths of text: never below any of the common fonts, never far above the widest."""

from __future__ import annotations

import pytest
from PIL import ImageFont

from deepgraph.draw.layout.typography import FAMILY, text_width
from deepgraph.draw.output.font_files import FONT_FOLDER

TEXTS = [
    "x",
    "W1[8,4] −1.061",
    "h1 = ReLU(−1.275)",
    "w₁₂·x + b₃",
    "σ(z) ≈ 0.4872175",
    "Illinois",
    "é ñ Ž",
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(
    ("face", "bold", "italic"),
    [("Regular", False, False), ("Bold", True, False), ("Italic", False, True)],
)
def test_above_liberation_sans_and_not_far(text: str, face: str, bold: bool, italic: bool) -> None:
    font = ImageFont.truetype(str(FONT_FOLDER / f"LiberationSans-{face}.ttf"), 1000)
    wide = text_width(text, 1000, bold=bold, italic=italic)
    assert font.getlength(text) <= wide <= 1.45 * font.getlength(text) + 100


@pytest.mark.parametrize(
    ("character", "bold", "advance"),
    [
        # DejaVu Sans 2.37, units per em 2048.
        ("0", False, 1303),
        ("W", False, 2025),
        ("−", False, 1716),
        ("0", True, 1425),
        ("W", True, 2259),
        ("₁", False, 821),
        ("σ", False, 1298),
    ],
)
def test_not_below_dejavu_sans(character: str, bold: bool, advance: int) -> None:
    assert text_width(character, 2048, bold=bold) == pytest.approx(advance, abs=2.1)
    assert text_width(character, 2048, bold=bold) >= advance


@pytest.mark.parametrize(
    ("text", "ems"),
    [
        ("", 0.0),
        ("重み", 2.0),
        ("e\u0301", text_width("e", 1.0)),
        ("é", text_width("e", 1.0)),
        ("🙂", 1.4),
        ("a\u200bb", text_width("ab", 1.0)),
        ("\u05d0", 0.7),
    ],
)
def test_beyond_the_table(text: str, ems: float) -> None:
    assert text_width(text, 10.0) == pytest.approx(10 * ems)


def test_grows_with_size_and_length() -> None:
    assert text_width("ab", 20.0) == pytest.approx(2 * text_width("ab", 10.0))
    assert text_width("ab", 10.0) == pytest.approx(text_width("a", 10.0) + text_width("b", 10.0))
    assert text_width("ab", 10.0, italic=True) > text_width("ab", 10.0)
    assert text_width("0", 10.0, bold=True) > text_width("0", 10.0)


def test_the_font_stack_fits_an_attribute() -> None:
    assert '"' not in FAMILY
    assert FAMILY.endswith(", sans-serif")
