"""`deepgraph explain` as real processes."""

from __future__ import annotations

import json

import pytest

from tests.support.outcome import error, good
from tests.support.strategies import SPECS

STATE, XOR, MAZUR = SPECS / "deep_state.json", SPECS / "xor.json", SPECS / "mazur.json"
PAIR = ("--set", "i1=0.05", "--set", "i2=0.1", "--target", "o1=0.01", "--target", "o2=0.99")


def test_the_seed_example(run):
    text = good(run("explain", STATE, "--set", "x=0.5"))
    assert "  z(h₁) = w₁·x + b₁ = 1.73·0.5 + (−0.64) = 0.225\n" in text
    assert "  y = w₇·g₁ + w₈·g₂ + b₅ = 0.67·1.444 + 1.05·0.39975 + (−0.9) = 0.4872175\n" in text
    assert "Backward" not in text


def test_backward_and_update(run):
    text = good(run("explain", MAZUR, *PAIR, "--learning-rate", "0.5", "--precision", "9"))
    assert "≈ 0.7413650696·0.1868156018·0.5932699921 ≈ 0.0821670406" in text
    assert "  new w₅ = w₅ − η · ∂loss/∂w₅ ≈ 0.4 − 0.5·0.0821670406 ≈ 0.358916480\n" in text
    plain = good(run("explain", MAZUR, *PAIR, "--backward"))
    assert "Backward" in plain
    assert "Update" not in plain


def test_fractions_as_they_were_typed(run):
    text = good(run("explain", STATE, "--set", "x=1/3", "--fractions", "--node", "h1"))
    assert text.endswith("  h₁ = ReLU(z(h₁)) = ReLU(−19/300) = 0\n")
    assert "  x = 1/3\n" in text


def test_paths(run):
    text = good(run("explain", STATE, "--set", "x=0.5", "--paths", "--node", "g1"))
    assert "  x→h₁→g₁ = x·w₁·w₃ = 0.5·1.73·0.64 = 0.5536\n" in text
    assert "  g₁ = x→h₁→g₁ + b₁→h₁→g₁ + b₃→g₁ = 0.5536 + (−0.4096) + 1.3 = 1.444\n" in text
    assert error(run("explain", STATE, "--set", "x=0.5", "--paths", "--paths-limit", "6")) == (
        '"y" has 7 paths, more than the limit of 6: raise the limit, or choose a node nearer to '
        "the inputs"
    )
    assert '"h1" is sigmoid, which is not piecewise linear' in error(
        run("explain", MAZUR, "--set", "i1=0", "--set", "i2=0", "--paths")
    )


def test_rows_of_a_table(run):
    table = ("--input", SPECS / "xor.csv")
    assert "XOR" in good(run("explain", XOR, *table, "--row", "4"))
    text = good(run("explain", XOR, *table, "--rows", "--target", "y=1"))
    assert "Row 4 · Backward" in text
    assert "All rows" in text
    done = run("explain", XOR, *table, "--rows", "2")
    assert "Row 3" not in good(done)
    assert done.stderr == "Note: the first 2 rows are explained; --rows N explains more.\n"


@pytest.mark.parametrize(
    ("name", "start"),
    [("a.md", "# One input"), ("a.tex", "\\documentclass{article}"), ("a.txt", "One input")],
)
def test_formats_by_suffix(run, tmp_path, name, start):
    assert good(run("explain", STATE, "--set", "x=0.5", "-o", name)) == ""
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)


def test_json(run):
    content = json.loads(good(run("explain", STATE, "--set", "x=0.5", "--format", "json")))
    assert content["title"] == "One input, two layers of two ReLU nodes"


def test_missing_weights_and_a_seed(run):
    good(run("new", "1-2-1", "-o", "n.json"))
    assert "no value" in error(run("explain", "n.json", "--set", "x=1"))
    assert "Forward" in good(run("explain", "n.json", "--set", "x=1", "--seed", "1"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "give the inputs: --input FILE, or --set x=0"),
        (
            ("--set", "x=1", "--backward"),
            "give --target ID=NUMBER, or --of ID",
        ),
        (("--set", "x=1", "--row", "1"), "--row needs a table: --input FILE"),
        (("--set", "x=1", "--input", "t.csv"), "--set and --input exclude each other"),
        (("--input", "t.csv", "--row", "1", "--rows", "2"), "--row and --rows exclude each other"),
        (("--set", "x=1", "--precision", "many"), '--precision is 1 to 17, or full, got "many"'),
        (("--set", "x=1", "-o", "a.doc"), "a.doc: name a format with --format"),
    ],
)
def test_wrong_usage(run, arguments, message):
    assert message in error(run("explain", STATE, *arguments), 2)


def test_wrong_data(run):
    assert "no node or stage is named" in error(
        run("explain", STATE, "--set", "x=1", "--node", "q")
    )
    assert error(run("explain", STATE, "--set", "x=1", "--target", "y=one")) == (
        "--target y=one: 'one' is not a number"
    )


def test_render_draws_the_gradient(run):
    values = (STATE, "--set", "x=0.5", "--format", "svg")
    picture = good(run("render", *values, "--target", "y=1", "--gradient"))
    assert "0.6901" in picture  # ∂loss/∂h1
    assert "0.6901" not in good(run("render", *values))
    assert "1.346" in good(run("render", *values, "--gradient", "--loss", "output")).replace(
        "−", "-"
    )
    assert "say --gradient" in error(run("render", *values, "--target", "y=1"), 2)
    assert "needs live values" in error(run("render", STATE, "--gradient", "--target", "y=1"), 2)


# --- exercises, derivations, examples -------------------------------------------------------------


def test_a_sheet_and_its_solution(run, tmp_path):
    asked = (
        "explain",
        MAZUR,
        "--example",
        "the backward pass",
        "--blank",
        "h1,w5",
        "--blank",
        "loss",
    )
    sheet, solution = run(*asked), run(*asked, "--solution")
    assert (sheet.returncode, sheet.stderr, solution.stderr) == (0, "", "")
    assert "z(h₁) = w₁·i₁ + w₂·i₂ + b₁ = (1) ________\n" in sheet.stdout
    assert "0.15·0.05 + 0.2·0.1 + 0.35 = 0.3775   (1)\n" in solution.stdout
    assert "0.2984" not in sheet.stdout
    assert run(*asked, "-o", "sheet.tex").returncode == 0
    assert r"\underline{\hspace{4em}}" in (tmp_path / "sheet.tex").read_text(encoding="utf-8")
    wrong = run("explain", MAZUR, "--example", "1", "--blank", "h9")
    assert 'nothing is computed here that "h9" names' in wrong.stderr
    alone = run("explain", MAZUR, "--example", "1", "--solution")
    assert "--solution has the answers to the gaps of --blank" in error(alone, 2)


def test_a_derivation_and_deltas(run):
    done = run("explain", MAZUR, "--example", "2", "--derive", "--notation", "delta")
    assert (done.returncode, done.stderr) == (0, "")
    assert "  ∂loss/∂z = (a − t)·a·(1 − a)\n" in done.stdout
    assert "  ∂loss/∂w₅ = δ(o₁)·h₁ ≈ 0.1385·0.5933 ≈ 0.08217\n" in done.stdout
    wrong = run("explain", MAZUR, "--example", "2", "--notation", "deltas")
    assert "delta" in error(wrong, 2)
    assert "give targets" in run("explain", MAZUR, "--example", "1", "--derive").stderr


def test_an_example_of_the_spec(run):
    by_name = run("explain", MAZUR, "--example", "the total error")
    values = ("--set", "i1=0.05", "--set", "i2=0.10", "--target", "o1=0.01", "--target", "o2=0.99")
    assert by_name.stdout == run("explain", MAZUR, *values).stdout
    wrong = run("explain", MAZUR, "--example", "the totl error")
    assert wrong.returncode == 1
    assert 'did you mean "the total error"? The examples are "the forward pass", ' in wrong.stderr
    both = run("explain", MAZUR, "--example", "2", "--set", "i1=1")
    assert "--example and --set exclude each other: the example says the inputs" in error(both, 2)


def test_the_derivative_of_a_node(run):
    done = run("explain", SPECS / "iris.json", "--example", "flower 71", "--of", "versicolor")
    assert (done.returncode, done.stderr) == (0, "")
    assert "  loss = versicolor ≈ 0.4671\n" in done.stdout
    lacking = run("explain", SPECS / "iris.json", "--example", "flower 71", "--loss", "output")
    assert "say which: --of setosa" in lacking.stderr
