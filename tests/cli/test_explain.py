"""`deepgraph explain` as real processes."""

from __future__ import annotations

import json

import pytest

import deepgraph
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
    assert 'nothing that is computed here is called "h9"' in wrong.stderr
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
    takes = "(the value that is differentiated takes the place of a loss)"
    assert f"  loss = versicolor ≈ 0.4671   {takes}\n" in done.stdout
    lacking = run("explain", SPECS / "iris.json", "--example", "flower 71", "--loss", "output")
    assert "say which: --of setosa" in lacking.stderr


def table_of(text):
    [table] = [s["table"] for s in json.loads(text)["sections"] if "table" in s]
    return table


def test_the_file_of_train_is_the_walk(run, tmp_path):
    """The same settings: the numbers of the file are those of the last step, bit for bit."""
    table = ("--input", SPECS / "xor.csv", "--target", "y=target_y")
    for how in (("--momentum", "0.9"), ("--optimiser", "adam")):
        same = (*table, *how, "--batch", "1", "--learning-rate", "0.05")
        options = ("--order", "file", "--keep", "last", "--epochs", "25", "-o", "t.json")
        spec = {"deepgraph": 1, "layers": [
            {"id": "x", "size": 2},
            {"id": "h", "size": 3, "activation": "tanh", "weights": "W1", "bias": "b1"},
            {"id": "y", "size": 1, "names": ["y"], "weights": "W2", "bias": "b2"}]}  # fmt: skip
        (tmp_path / "empty.json").write_text(json.dumps(spec))
        good(run("init", "empty.json", "--seed", "3", "-o", "net.json"))
        good(run("train", "net.json", *same, *options))
        walk = ("--steps", "100", "--short", "--format", "json")
        found = table_of(good(run("explain", "net.json", *same, *walk)))
        trained = deepgraph.load(tmp_path / "t.json").parameters
        names = [trained.name(number) for number in range(len(trained))]
        assert found["columns"][-len(names) :] == names
        assert found["rows"][-1][-len(names) :] == trained.values.tolist()


def test_targets_are_columns_of_the_table(run, tmp_path):
    table = ("--input", SPECS / "xor.csv")
    text = good(run("explain", XOR, *table, "--rows", "--target", "y=target_y"))
    assert "  loss = (XOR − t(XOR))²/2 = (1 − 1)²/2 = 0\n" in text
    assert "  loss: the mean of the rows\n" in text
    one = run("explain", XOR, *table, "--row", "2", "--target", "y=target_y")
    assert "loss = (XOR − t(XOR))²/2 = (1 − 1)²/2 = 0" in good(one)
    total = good(run("explain", XOR, *table, "--rows", "--target", "y=1", "--reduction", "sum"))
    assert "  gradient: the sum of the rows\n" in total
    assert "row 1 + row 2 + row 3 + row 4 =" in total
    done = run("explain", XOR, *table, "--target", "y=target")
    assert error(done) == (
        f'{SPECS / "xor.csv"}: no column "target" for --target; did you mean "target_y"?'
    )
    (tmp_path / "t.csv").write_text("x1,x2,1\n0,1,5\n")
    done = run("explain", XOR, "--input", "t.csv", "--row", "1", "--target", "y=1")
    assert "(1 − 5)²/2" in good(done)
    assert done.stderr == 'Note: --target y=1 is the column "1"; 1.0 is the number.\n'
    classes = ("--input", SPECS / "iris.csv", "--rows", "2", "--target", "species")
    assert "ln(setosa)" in good(run("explain", SPECS / "iris.json", *classes))


def test_options_of_steps_go_together(run):
    pair = ("explain", XOR, "--set", "x1=0", "--set", "x2=1")
    for options, message in {
        ("--loss", "huber"): "--loss says how targets are compared: give --target ID=NUMBER, too",
        ("--reduction", "sum"): "--reduction says how targets are compared: give --target",
        (
            "--steps",
            "2",
        ): "derivatives are those of a loss or a node: give --target ID=NUMBER, or --of",
        ("--target", "y=1", "--batch", "2"): "--batch is about several steps: say --steps N, too",
        ("--target", "y=1", "--short"): "--short is about several steps: say --steps N, too",
        ("--target", "y=1", "--steps", "1", "--epochs", "1"): "--steps and --epochs exclude each",
        ("--target", "y=1", "--optimiser", "adam", "--momentum", "0.5"): (
            "--momentum belongs to sgd; adam has its own"
        ),
    }.items():
        done = run(*pair, *options)
        assert (done.returncode, message in done.stderr) == (2, True), (options, done.stderr)


def test_a_perceptron_step_by_step(run, tmp_path):
    spec = {"deepgraph": 1, "layers": [
        {"id": "x", "size": 2},
        {"id": "y", "size": 1, "activation": "step", "weights": "W", "bias": "b"}],
        "parameters": {"W": [[0, 0]], "b": [0]}}  # fmt: skip
    (tmp_path / "unit.json").write_text(json.dumps(spec))
    (tmp_path / "and.csv").write_text("x1,x2,t\n0,0,0\n0,1,0\n1,0,0\n1,1,1\n")
    given = ("unit.json", "--rule", "perceptron", "--input", "and.csv", "--target", "y=t")
    text = good(run("explain", *given))
    assert "Step 24 · Row 4 · Update\n  (there is no error, so nothing changes)\n" in text
    good(run("train", *given, "-o", "and.json"))
    trained = deepgraph.load(tmp_path / "and.json").parameters.values.tolist()
    found = table_of(good(run("explain", *given, "--short", "--format", "json")))
    assert found["rows"][-1][-3:] == trained
    assert found["note"] == "All rows are right"


@pytest.mark.parametrize("suffix", ["md", "tex", "json", "txt"])
def test_a_walk_in_every_format(run, tmp_path, suffix):
    given = (MAZUR, *PAIR, "--steps", "3", "--learning-rate", "0.5", "-o", f"walk.{suffix}")
    good(run("explain", *given))
    text = (tmp_path / f"walk.{suffix}").read_text()
    wanted = {
        "md": ["## Step 3 · Update", "| step | loss | b₁ | b₂ |", "|--:|--:|--:|--:|"],
        "tex": [r"\subsection*{Step 3 $\cdot$ Update}", r"\begin{longtable}{rrr", r"$w_{8}$"],
        "json": ['"step": 3', '"table"'],
        "txt": ["Step 3 · Update", "  step    loss      b₁"],
    }[suffix]
    for piece in wanted:
        assert piece in text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--steps", "1", "--short", "--blank", "y"), "--short leaves the arithmetic out"),
        (("--freeze", "w1"), "--freeze is about a step: say --learning-rate NUMBER, too"),
        (("--learning-rate", "-1"), "a learning rate is a positive number, got -1"),
        (("--rule", "perceptron", "--optimiser", "sgd"), "--optimiser is for gradient descent"),
        (("--rule", "perceptron", "--momentum", "0"), "--momentum is for gradient descent"),
    ],
)
def test_options_that_would_do_nothing_are_refused(run, options, message):
    done = run("explain", XOR, "--set", "x1=0", "--set", "x2=1", "--target", "y=1", *options)
    assert message in done.stderr
    assert done.returncode


def test_the_help_has_no_limits_where_there_are_none(run):
    assert "None" not in good(run("explain", "--help"))
