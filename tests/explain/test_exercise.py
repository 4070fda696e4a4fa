"""Exercises: what a sheet hides and numbers, what the answers hold, in every format."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

import deepgraph
from deepgraph.errors import InputError
from deepgraph.explain.expressions import Call, Gap, Number, Partial, Power, Vector, in_doubles
from deepgraph.explain.expressions import numbers as numbers_in
from deepgraph.explain.expressions import replace as replace_leaves
from deepgraph.spec import gallery
from tests.support.gradients import cases
from tests.support.strategies import examples

MAZUR = deepgraph.load(gallery.path("mazur"))
DEEP = deepgraph.load(gallery.path("deep_state"))
WHOLE = MAZUR.explain(example="the backward pass")
AND = {"x1": [0, 0, 1, 1], "x2": [0, 1, 0, 1]}
UNIT = deepgraph.loads(
    json.dumps(
        {
            "deepgraph": 1,
            "nodes": [
                {"id": "x1", "kind": "input"},
                {"id": "x2", "kind": "input"},
                {"id": "b", "kind": "bias", "value": 0},
                {"id": "y", "kind": "output", "activation": "step"},
            ],
            "edges": [
                {"source": "x1", "target": "y", "label": "w1", "weight": 0},
                {"source": "x2", "target": "y", "label": "w2", "weight": 0},
                {"source": "b", "target": "y"},
            ],
        }
    )
)


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
    assert "z(o₁) = w₅·h₁ + w₆·h₂ + b₂ ≈ 0.4·____ + 0.45·0.5969 + 0.6 ≈ ____" in found
    assert "o₁ = sigmoid(z(o₁)) ≈ 1/(1 + exp(−____)) ≈ 0.7514" in found
    assert any(line.startswith("∂loss/∂w₇ =") and line.endswith("·____ ≈ ____") for line in found)
    assert "A¹ = sigmoid(Z¹) ≈ [____ 0.5969]" in found


def test_no_reason_gives_a_hidden_value_away():
    whole = DEEP.explain({"x": 0.5}, {"y": 1})
    asked = whole.blank("h1", "h2").text()
    assert "0.225" in whole.text()
    assert "1.275" in whole.text()
    assert "0.225" not in asked
    assert "1.275" not in asked
    assert re.search(r"∂h₂/∂z\(h₂\) = \(\d+\) ____", asked)
    assert "∂g₁/∂z(g₁) = 1, as 1.444 > 0" in asked


def test_what_is_given_stays():
    assert "i₁ = 0.05" in WHOLE.blank("all").text()
    assert "η = 0.5" in WHOLE.blank("all").text()
    # h2 is 0 here, and so is nothing else that a line about g2 is given.
    sheet = DEEP.explain({"x": 0.5}).blank("h2").text()
    assert "z(g₂) = w₄·h₁ + w₆·h₂ + b₄ = −1.69·0.225 + (−1.84·____) + 0.78 = ____" in sheet


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
    hidden = next(line for line in lines if line.get("name") == "h1")
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
        ("h9", 'nothing that is computed here is called "h9"; there are all, h1, z(h1), h2'),
        ("i1", 'nothing that is computed here is called "i1"'),
        ("eta", 'nothing that is computed here is called "eta"'),
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


# --- nothing gives a hidden value away, over many networks ---------------------------------


NAMES = {"z", "t", "w", "e", "δ", "error", "new", "m", "v", "m\u0302", "v\u0302"}
"""Functions that make names: z(h1) is a value, and no arithmetic with h1."""


def subtrees(tree):
    """Every value that a tree names, and its arithmetic, the tree itself first."""
    if tree is None:
        return
    yield tree
    if isinstance(tree, Partial) or (isinstance(tree, Call) and tree.function in NAMES):
        return  # the name of one value
    for name in getattr(tree, "__dataclass_fields__", {}):
        part = getattr(tree, name)
        for one in part if isinstance(part, tuple) else (part,):
            for inner in one if isinstance(one, tuple) else (one,):
                if hasattr(inner, "__dataclass_fields__"):
                    yield from subtrees(inner)


def placed(explanation):
    """The lines of an explanation by step, row and place of their sections."""
    return [
        ((section.step, section.row), line)
        for section in explanation.sections
        if section.title != "Given"
        for step in section.steps
        for line in (step.lines or step.unsaid)
    ]


def shown_numbers(line):
    """The printed numbers of a line behind its symbols, in order."""
    parts = [line.numbers, line.vector]
    parts += [side for reason in line.reasons for side in (reason.left, reason.right)]
    return [n.text for part in parts if part is not None for n in numbers_in(part)]


def is_same(line, text):
    """True for a line that only names a value with this text: ∂loss/∂b = ∂loss/∂z · ∂z/∂b."""
    is_function = isinstance(line.symbols, Call) and line.symbols.function not in NAMES
    if is_function or line.numbers is not None or line.result is None:
        return False
    return line.result.text == text


def leaves(tree):
    """The leaves of arithmetic, in order."""
    found = []
    replace_leaves(tree, lambda leaf: found.append(leaf) or leaf)
    return found


def reads_off(line, made):
    """True for a line of a sheet that is k·____ + c = result: what is missing is (result − c)/k.

    By doubles alone: the one gap of the printed arithmetic is filled with two other values.
    """
    if made.result is None or made.numbers is None or line.numbers is None:
        return False
    if line.quantity == "local":  # known to tell: ∂m/∂w = 1·____ of a product or a maximum
        return False
    before, after = leaves(line.numbers), leaves(made.numbers)
    gaps = [n for n, leaf in enumerate(after) if isinstance(leaf, Gap)]
    if len({before[n].of for n in gaps}) != 1 or any(
        isinstance(part, (Call, Power)) for part in subtrees(line.numbers)
    ):
        return False

    def at(step):
        place = count()

        def fill(leaf):
            n = next(place)
            printed = (
                float(Fraction(leaf.text.replace("−", "-"))) if isinstance(leaf, Number) else 0
            )
            return replace(leaf, value=printed + step * (n in gaps)) if printed else leaf

        return in_doubles(replace_leaves(line.numbers, fill))

    up, down = (at(step) - at(0) for step in (1e-3, -1e-3))
    return abs(up) > 1e-9 and abs(up + down) < 1e-6 * abs(up)


def leaks(whole, sheet):
    """Lines of a sheet that print a value of a gap where it is put in, or is the same again.

    By the symbols alone: a line of the same row and step that names a hidden value shows fewer
    numbers with its text than the line had before; so does a line whose only arithmetic is the name
    of a hidden value.
    """
    before, after = placed(whole), placed(sheet)
    assert [line.left for _, line in before] == [line.left for _, line in after]
    hidden = {}
    named_once = Counter((scope, line.left) for scope, line in before)
    for (scope, line), (_, made) in zip(before, after, strict=True):
        is_gap = isinstance(made.vector, Gap) and made.vector.number and line.result is not None
        if is_gap and named_once[scope, line.left] == 1:
            hidden[scope, line.left] = line.result.text
    found = []
    for (scope, line), (_, made) in zip(before, after, strict=True):
        found += [line] if reads_off(line, made) else []
        if isinstance(line.left, Vector) and isinstance(made.vector, Vector):
            # Each entry is the result of its own name, whatever else has the same digits.
            told = [
                name for name, one in zip(line.left.entries, made.vector.entries, strict=True)
                if isinstance(one, Number)
            ]  # fmt: skip
            found += [line for name in told if (scope, name) in hidden]
            continue
        texts = shown_numbers(made)
        for (place, symbol), text in list(hidden.items()):
            if place != scope:
                continue
            named = line.symbols is not None and symbol in subtrees(line.symbols)
            if line.left == symbol:
                found += [line] if made.result is not None else []
            elif is_same(line, text) and named:
                if named_once[scope, line.left] == 1:
                    hidden[scope, line.left] = line.result.text
                found += [line] if made.result is not None else []
            elif named and text in shown_numbers(line):
                found += [line] if texts.count(text) >= shown_numbers(line).count(text) else []
    return found


@pytest.mark.slow
@examples(60)
@given(cases(), st.integers(0, 2**32))
def test_no_line_of_a_sheet_gives_a_gap_away(case, seed):
    net, X, targets, loss, reduction = case
    rng = random.Random(seed)
    rows = rng.choice([1, len(X)])
    given = {
        name: column.tolist() for name, column in zip(net.input_names, X[:rows].T, strict=True)
    }
    wanted = {name: column[:rows].tolist() for name, column in (targets or {}).items()} or None
    options = {"loss": loss, "reduction": reduction}
    if rng.random() < 0.5:
        options |= {"learning_rate": rng.choice([0.1, 1.0]), "momentum": rng.choice([0.0, 0.9])}
    whole = net.explain(given, wanted, **options)
    names = sorted({line.name for line in whole.lines if line.symbols is not None and line.name})
    for blanks in [[name] for name in rng.sample(names, min(4, len(names)))] + [["all"], ["loss"]]:
        try:
            sheet = whole.blank(*blanks)
        except InputError:
            assert blanks == ["loss"]  # a network that is not asked for one
            continue
        assert not leaks(whole, sheet)


@pytest.mark.parametrize("rule", ["perceptron", "delta"])
@pytest.mark.parametrize("blank", ["y", "w1", "b", "all"])
def test_a_step_without_an_error_looks_like_any_other(rule, blank):
    """What a sheet leaves out would tell that the error is 0."""
    walk = UNIT.explain(AND, {"y": [0, 0, 0, 1]}, rule=rule, epochs=2)
    sheet = walk.blank(blank)
    titles = [section.title for section in sheet.sections if section.title != "Given"]
    assert titles == ["Forward", "Error", "Update"] * 8
    assert not leaks(walk, sheet)
    updates = [s for s in sheet.sections if s.title == "Update"]
    assert {len(step.lines) for s in updates for step in s.steps} == {4}
    assert all("η = 1\n" in str(sheet) or rule == "delta" for _ in updates)


def test_what_is_not_hidden_stays_beside_a_gap():
    """Inputs, η and weights are given, though they may be as large as a hidden value."""
    sheet = str(UNIT.explain(AND, {"y": [0, 0, 0, 1]}, rule="perceptron", steps=1).blank("y"))
    assert "  new b = b + η·error(y) = 0 + 1·____ = ____\n" in sheet
    assert "  new w₂ = w₂ + η·error(y)·x₂ = 0 + 1·____·0 = 0\n" in sheet
    assert "  w₁ = 0\n  w₂ = 0\n  b = 0\n" in sheet
    sheet = str(UNIT.explain(AND, {"y": [0, 0, 0, 1]}, rule="perceptron", steps=2).blank("w1"))
    assert "z(y) = w₁·x₁ + w₂·x₂ + b = 0·0 + 0·0 + 0 = 0" in sheet
    assert "z(y) = w₁·x₁ + w₂·x₂ + b = ____·0 + 0·1 + (−1) = −1" in sheet


def test_a_derivative_of_a_bias_is_hidden_in_its_update():
    sheet = str(DEEP.explain({"x": 0.5}, {"y": 1}, learning_rate=0.1).blank("g1"))
    assert "∂loss/∂b₃ = ∂loss/∂z(g₁) · ∂z(g₁)/∂b₃ ≈ ____\n" in sheet
    assert "new b₃ = b₃ − η · ∂loss/∂b₃ ≈ 1.3 − 0.1·____ ≈ ____" in sheet
    assert "1.444" not in sheet
    assert "∂loss/∂w₃ = ∂loss/∂g₁ · ∂g₁/∂z(g₁) · ∂z(g₁)/∂w₃ ≈ ____·____·0.225 ≈" in sheet


def test_z_alone_hides_the_value_of_a_unit_that_is_on():
    sheet = str(DEEP.explain({"x": 0.5}).blank("z(g1)"))
    assert "g₁ = ReLU(z(g₁)) = ReLU(____) = ____\n" in sheet
    assert "1.444" not in sheet


def test_the_sheet_states_the_weights_and_targets_that_it_needs():
    sheet = WHOLE.blank("o1", "loss")
    first = sheet.sections[0]
    assert first.title == "Given"
    stated = {str(line.left.name if hasattr(line.left, "name") else line.left): line.value
              for step in first.steps for line in step.lines}  # fmt: skip
    assert {"w5": 0.4, "w6": 0.45, "b2": 0.6}.items() <= stated.items()
    assert "  t(o₁) = 0.01\n" in str(sheet)
    assert "  t(o₂) = 0.99\n" in str(sheet)
    # A sheet that asks for everything can be worked out from what it says.
    names = [f"w{n}" for n in range(1, 9)] + ["b1", "b2"]
    whole = WHOLE.blank("all").sections[0]
    told = {line.left.name: line.value for step in whole.steps for line in step.lines
            if hasattr(line.left, "name")}  # fmt: skip
    assert told == {name: float(MAZUR.parameters[name]) for name in names}


def test_a_sheet_says_that_a_rounded_number_comes_in():
    sheet = str(WHOLE.blank("o1"))
    assert "∂loss/∂o₁ = o₁ − t(o₁) ≈ (3) ________" in sheet  # 0.7514 is rounded
    assert "∂loss/∂w₆ = ∂loss/∂o₁ · ∂o₁/∂z(o₁) · ∂z(o₁)/∂w₆ ≈ ____·____·0.5969 ≈ ____" in sheet


WIRED = {
    "deepgraph": 1,
    "nodes": [
        {"id": "x", "kind": "input"},
        {"id": "h", "activation": "tanh"},
        {"id": "k", "activation": "tanh"},
        {"id": "m", "aggregation": "max"},
        {"id": "y", "kind": "output"},
    ],
    "edges": [
        {"source": "x", "target": "h", "label": "w", "weight": 0.5},
        {"source": "x", "target": "k", "label": "v", "weight": 0.25},
        {"source": "h", "target": "m", "label": "c", "weight": 1},
        {"source": "k", "target": "m", "label": "d", "weight": 0.2},
        {"source": "m", "target": "y", "label": "e", "weight": 3},
    ],
}


@pytest.mark.parametrize(
    ("blank", "options", "line"),
    [
        ("h", {}, "m = max(c·h, d·k) ≈ max(1·____, 0.2·0.4621) = ____"),
        ("loss", {"weight_decay": 2}, "objective = loss + penalty ≈ ____ + 10.3525 ≈ ____"),
        ("w", {"learning_rate": 0.1, "steps": 2}, "z(h) = w·x ≈ ____·2 = ____"),
    ],
)
def test_a_line_that_would_tell_a_gap_has_a_gap_for_its_result(blank, options, line):
    net = deepgraph.loads(json.dumps(WIRED))
    whole = net.explain({"x": 2}, {"y": 1}, **options)
    found = [one.strip() for one in rows(whole.blank(blank))]
    assert line in found


def test_a_shared_weight_has_a_gap_for_the_sum_of_its_parts():
    content = json.loads(json.dumps(WIRED))
    content["edges"][1]["label"] = "w"
    del content["edges"][1]["weight"]
    whole = deepgraph.loads(json.dumps(content)).explain({"x": 2}, {"y": 1})
    assert not leaks(whole, whole.blank("w"))
    assert not leaks(whole, whole.blank("h"))


def test_each_softmax_has_a_sum_and_a_largest_z_of_its_own():
    """They are called alike, and a gap for the one is none for the other."""
    net = deepgraph.loads(
        json.dumps(
            {
                "deepgraph": 1,
                "layers": [
                    {"id": "x", "size": 1},
                    {"id": "h", "size": 3, "activation": "softmax", "weights": "W", "bias": "b"},
                    {"id": "y", "size": 2, "activation": "softmax", "weights": "V", "bias": "c"},
                ],
                "parameters": {
                    "W": [[1], [2], [0]], "b": [0, 0.5, 1], "c": [0.25, 0],
                    "V": [[0.5, 3, 0], [1, -1, 2]],
                },
            }
        )
    )  # fmt: skip
    whole = net.explain({"x": 1})
    first, second = [line for line in whole.lines if line.quantity == "total"]
    assert first.left != second.left
    assert str(first.left.name) == str(second.left.name) == "Σe"
    sheet = whole.blank("h1", "h2", "h3")
    made = [line for line in sheet.lines if line.quantity in ("total", "largest")]
    kept = [line.result is not None for line in made]
    assert kept[2:] == [True, True]  # those of y, which tell no gap
