"""The order of scripts in a line, held to python-bidi."""

from __future__ import annotations

import pytest
from bidi import get_display
from hypothesis import given
from hypothesis import strategies as st

from deepgraph.draw.output.bidi import LEFT_MARK, is_plain, kept_apart, levels, visual

LETTERS = "abC שלוםקר مرحبا 0123 .,:+-−=·%$éखन\u0301\u200e"


def shown(text: str) -> str:
    return "".join(text[at] for at in visual(levels(text)))


@given(st.text(st.sampled_from(LETTERS), max_size=16))
def test_the_order_is_that_of_python_bidi(text: str) -> None:
    expected = get_display(text, base_dir="L")
    # Spaces at the end of a line keep the direction of the line (rule L1); nothing shows them.
    assert sorted(expected) == sorted(text)
    assert shown(text.rstrip()) == get_display(text.rstrip(), base_dir="L")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("w = −0.5", "w = −0.5"),
        ("שלום = −0.5", "םולש = −0.5"),
        ("z(שלום) = −0.5", "z(םולש) = −0.5"),
        ("שלום עולם", "םלוע םולש"),
        ("مرحبا = 12.5  ∂ 3", "ابحرم = 12.5  ∂ 3"),
        ("[שלום אב]", "[בא םולש]"),
        ("مرحبا 2 = 0.25", "2 ابحرم = 0.25"),
    ],
)
def test_what_follows_a_name_stays_behind_it(text: str, expected: str) -> None:
    assert shown(kept_apart(text)).replace(LEFT_MARK, "") == expected


def test_a_line_that_runs_from_left_to_right() -> None:
    assert is_plain("w₃₅ = −0.5 日本")
    assert not is_plain("שלום")
