"""Exercises: what a sheet hides and numbers, what the answers hold, in every format."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given

import deepgraph
from deepgraph.errors import InputError
from deepgraph.spec import gallery
from tests.support.gradients import cases
from tests.support.strategies import examples

MAZUR = deepgraph.load(gallery.path("mazur"))
DEEP = deepgraph.load(gallery.path("deep_state"))
WHOLE = MAZUR.explain(example="the backward pass")


def rows(explanation):
    """The lines of the text, without their indents; a broken one is one line again."""
    return re.sub(r"\n {6,}", " ", explanation.text()).split("\n")


def test_a_node_leaves_numbered_gaps_for_what_is_computed_of_it():
    found = [line.strip() for line in rows(WHOLE.blank("h1"))]
    assert "z(h₁) = w₁·i₁ + w₂·i₂ + b₁ = (1) ________" in found
    assert "h₁ = sigmoid(z(h₁)) ≈ (2) ________" in found
    assert "∂h₁/∂z(h₁) = h₁·(1 − h₁) ≈ (4) ________" in found


def test_no_other_line_gives_a_hidden_value_away():
    sheet = WHOLE.blank("h1", "w5").text()
    by_hand = {"0.5933", "0.59327", "0.3775", "0.03635", "0.2413", "0.008771", "0.0087714"}
    by_hand |= {"0.08217", "0.3589"}
    assert not [number for number in by_hand if number in sheet]
    found = [line.strip() for line in rows(WHOLE.blank("h1", "w5"))]
    assert "z(o₁) = w₅·h₁ + w₆·h₂ + b₂ ≈ 0.4·____ + 0.45·0.5969 + 0.6 ≈ 1.106" in found
    assert any(line.startswith("∂loss/∂w₇ =") and "·____ ≈ −0.02260" in line for line in found)
    assert "A¹ = sigmoid(Z¹) ≈ [____ 0.5969]" in found


def test_no_reason_gives_a_hidden_value_away():
    whole = DEEP.explain({"x": 0.5}, {"y": 1})
    asked = whole.blank("h1", "h2").text()
    assert "0.225" in whole.text()
    assert "1.275" in whole.text()
    assert "0.225" not in asked
    assert "1.275" not in asked
    assert "∂h₂/∂z(h₂) = ____\n" in asked
    assert "∂g₂/∂z(g₂) = 1, as 0.39975 > 0" in asked


def test_what_is_given_stays():
    assert "i₁ = 0.05" in WHOLE.blank("all").text()
    assert "η = 0.5" in WHOLE.blank("all").text()
    # h2 is 0 here, and so is nothing else that a line about g2 is given.
    sheet = DEEP.explain({"x": 0.5}).blank("h2").text()
    assert "z(g₂) = w₄·h₁ + w₆·h₂ + b₄ = −1.69·0.225 + (−1.84·____) + 0.78 = 0.39975" in sheet


def test_the_answers_are_the_hidden_lines_with_their_numbers():
    asked = ("h1", "o1", "w5", "loss")
    sheet, answers = WHOLE.blank(*asked).text(), WHOLE.solution(*asked).text()
    numbers = [int(n) for n in re.findall(r"\((\d+)\) ____", sheet)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert [int(n) for n in re.findall(r"   \((\d+)\)$", answers, re.MULTILINE)] == numbers
    whole = {line.strip() for line in rows(WHOLE)}
    told = [line.strip() for line in rows(WHOLE.solution(*asked)) if re.search(r"\(\d+\)$", line)]
    assert len(told) == len(numbers)
    assert {re.sub(r"   \(\d+\)$", "", line) for line in told} <= whole


def test_one_value_is_asked_for_once():
    """The matrix form repeats z(h1): a gap without a number, and no second answer."""
    found = [line.strip() for line in rows(WHOLE.blank("z(h1)"))]
    assert found.count("z(h₁) = w₁·i₁ + w₂·i₂ + b₁ = (1) ________") == 1
    assert "z(h₁) = w₁₂·[i₁ i₂]ᵀ + b₁ = ____" in found
    assert "h₁ = sigmoid(z(h₁)) = 1/(1 + exp(−____)) ≈ 0.5933" in found


def test_rows_ask_each_for_their_own():
    xor = deepgraph.load(gallery.path("xor"))
    sheet = xor.explain(example=1).blank("h1").text()
    assert re.findall(r"\((\d)\) ____", sheet) == list("12345678")


def test_the_other_formats():
    sheet = WHOLE.blank("h1")
    assert r"\text{(1)}\ \underline{\hspace{4em}}" in sheet.markdown()
    assert r"0.4 \cdot \underline{\hspace{2em}}" in sheet.latex()
    lines = [
        line
        for section in json.loads(sheet.json())["sections"]
        for step in section["steps"]
        for line in step["lines"]
    ]
    hidden = next(line for line in lines if line["name"] == "h1")
    assert hidden["vector"] == "(1) ________"
    assert not hidden.keys() & {"value", "values", "numbers", "result", "exact"}


@examples(30)
@given(cases())
def test_everything_that_random_networks_compute_can_be_asked_for(case):
    net, X, targets, loss, reduction = case
    given = {name: column.tolist() for name, column in zip(net.input_names, X[:2].T, strict=True)}
    wanted = {name: float(column[0]) for name, column in (targets or {}).items()} or None
    whole = net.explain(given, wanted, loss=loss, reduction=reduction)
    sheet = whole.blank("all")
    asked = [line for line in sheet.lines if line.quantity in ("a", "z") and line.symbols]
    assert all(line.numbers is None and line.result is None for line in asked)
    assert len(whole.solution("all").lines) <= len(whole.lines)
    for spelled in (sheet.text(), sheet.markdown(), sheet.latex(), sheet.json()):
        assert spelled


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("h9", 'nothing is computed here that "h9" names; there are all, h1, z(h1), h2'),
        ("i1", 'nothing is computed here that "i1" names'),
        ("eta", 'nothing is computed here that "eta" names'),
    ],
)
def test_a_name_that_asks_for_nothing_is_told(name, message):
    with pytest.raises(InputError) as caught:
        MAZUR.explain(example=1).blank(name)
    assert str(caught.value).startswith(message)


def test_a_walk_becomes_an_exercise_without_its_table():
    walk = MAZUR.explain(example="the backward pass", steps=2)
    sheet, solution = walk.blank("w5"), walk.solution("w5")
    gaps = [line for line in str(sheet).splitlines() if "new w₅" in line]
    assert [line.rpartition("≈ ")[2] for line in gaps] == ["(2) ________", "(4) ________"]
    assert [section.step for section in solution.sections] == [1, 1, 2, 2]
    assert "Weights" not in str(sheet)
    assert "0.3589" not in str(sheet)
    assert "≈ 0.3589   (2)" in str(solution)
