"""Worked arithmetic and tables in whole builds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.sphinx_project import Build, Built


def test_formulas_and_a_table_in_html(furo: tuple[Build, Built, Path]) -> None:
    built = furo[1]
    arithmetic = built.text("arithmetic.html")
    assert "Some rows, accuracy 0.98 (147 of 150 rows)" in arithmetic
    assert arithmetic.count("<tr") == 3
    ids = re.findall(r'<[^>]* id="([^"]*)"', arithmetic)
    assert len(ids) == len(set(ids))
    assert r"\begin{align*}" in arithmetic
    assert '<p class="deepgraph-caption"><em>XOR <em>on paper</em></em></p>' in arithmetic
    assert r"z\left(h_{1}\right)" in arithmetic


def test_arithmetic_is_text_where_no_formula_can_be(furo: tuple[Build, Built, Path]) -> None:
    built = furo[0]("text")
    assert built.code == 0, built.told
    page = built.text("arithmetic.txt")
    assert "z(h₁) = w₁·x₁ + w₃·x₂ + b₁ = 1·1 + 1·0 + 0 = 1" in page
    assert r"\begin" not in page
    assert page.rstrip().endswith("*XOR *on paper**")
    assert "accuracy 0.98 (147 of 150 rows)" in page
