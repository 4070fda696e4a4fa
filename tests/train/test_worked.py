"""The walk over steps: the bits of `train`, the numbers of plain Python, what is refused."""

from __future__ import annotations

import csv
import json
import math
import re
from fractions import Fraction

import numpy as np
import pytest

import deepgraph
from deepgraph.embed import ask
from deepgraph.errors import DivergedError, InputError, OptionError
from deepgraph.spec import gallery
from deepgraph.spec.writing import write
from deepgraph.train import fit
from tests.support.strategies import SPECS
from tests.support.worked import judge, lines

MAZUR = SPECS / "mazur.json"
ROWS = {"i1": [0.05, 0.4, -0.3], "i2": [0.1, -0.2, 0.6]}
WANTED = {"o1": [0.01, 0.7, 0.4], "o2": [0.99, 0.2, 0.5]}
OPTIMISERS = {
    "momentum": {"momentum": 0.9},
    "adam": {"optimiser": "adam"},
    "decay": {"weight_decay": 0.02, "learning_rate": 0.3},
}


def table_of(explanation):
    """The table of a walk: its columns, and its rows with all digits."""
    [table] = [s["table"] for s in json.loads(explanation.json())["sections"] if "table" in s]
    return table["columns"], table["rows"]


def named(net):
    """The parameters by their names."""
    names = map(net.parameters.name, range(len(net.parameters)))
    return dict(zip(names, net.parameters.values.tolist(), strict=True))


def last_values(explanation, net):
    columns, rows = table_of(explanation)
    count = len(net.parameters)
    assert columns[-count:] == list(named(net))
    return rows[-1][-count:]


# --- the bits of train -----------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("batch", [1, 3, None])
@pytest.mark.parametrize("how", OPTIMISERS)
@pytest.mark.parametrize("name", gallery.names(more=False))
def test_a_hundred_steps_have_the_bits_of_train(name, how, batch):
    net = deepgraph.load(gallery.path(name))
    rng = np.random.default_rng(7)
    count = {1: 4, 3: 10, None: 4}[batch]  # of ten rows the last batch has one
    epochs = {1: 25, 3: 25, None: 100}[batch]
    X = {i: rng.uniform(-1, 1, count).tolist() for i in net.input_names}
    targets = {o: rng.integers(0, 2, count).astype(float).tolist() for o in net.output_names}
    options = OPTIMISERS[how] | {"batch": batch}
    loss = "half_squared_error"
    found = net.explain(X, targets, steps=100, loss=loss, short=True, **options)
    trained = fit(net, X, targets, loss=loss, epochs=epochs, order="file", keep="last", **options)
    assert last_values(found, net) == trained.network.parameters.values.tolist()
    assert len(table_of(found)[1]) == 101


def test_steps_that_end_within_an_epoch_are_the_first_of_more():
    net = deepgraph.load(MAZUR)
    long = table_of(net.explain(ROWS, WANTED, epochs=3, batch=2, short=True))[1]
    short = table_of(net.explain(ROWS, WANTED, steps=3, batch=2, short=True))[1]
    assert short == long[:4]
    assert len(long) == 7
    assert [row[2] for row in long[1:]] == ["1–2", "3", "1–2", "3", "1–2", "3"]


def test_the_full_form_has_the_same_steps():
    net = deepgraph.load(MAZUR)
    options = {"steps": 5, "batch": 2, "optimiser": "adam"}
    full, short = (net.explain(ROWS, WANTED, short=short, **options) for short in (False, True))
    columns, rows = table_of(short)
    assert table_of(full) == (columns, rows)
    for step, row in enumerate(rows[1:], 1):
        updated = {
            line.name: line.value
            for section in full.sections
            if (section.step, section.title) == (step, "Update")
            for part in section.steps
            for line in part.lines
            if line.quantity == "updated" and line.name
        }
        assert updated == dict(zip(columns[-10:], row[-10:], strict=True))


# --- numbers of plain Python -----------------------------------------------------------------


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def mazur_gradient(w, rows, targets):
    """Mean gradient of half the squared error of the 2-2-2 sigmoid network, in plain floats."""
    total = dict.fromkeys(w, 0.0)
    for (i1, i2), (t1, t2) in zip(rows, targets, strict=True):
        h1 = sigmoid(w["w1"] * i1 + w["w2"] * i2 + w["b1"])
        h2 = sigmoid(w["w3"] * i1 + w["w4"] * i2 + w["b1"])
        o1 = sigmoid(w["w5"] * h1 + w["w6"] * h2 + w["b2"])
        o2 = sigmoid(w["w7"] * h1 + w["w8"] * h2 + w["b2"])
        d1, d2 = (o1 - t1) * o1 * (1 - o1), (o2 - t2) * o2 * (1 - o2)
        e1 = (d1 * w["w5"] + d2 * w["w7"]) * h1 * (1 - h1)
        e2 = (d1 * w["w6"] + d2 * w["w8"]) * h2 * (1 - h2)
        parts = {
            "w1": e1 * i1, "w2": e1 * i2, "w3": e2 * i1, "w4": e2 * i2, "b1": e1 + e2,
            "w5": d1 * h1, "w6": d1 * h2, "w7": d2 * h1, "w8": d2 * h2, "b2": d1 + d2,
        }  # fmt: skip
        for name, part in parts.items():
            total[name] += part / len(rows)
    return total


def plain_steps(w, batches, move):
    """The weights after each step; `move` takes a name, a weight, its gradient and the step."""
    found = []
    for t, (rows, targets) in enumerate(batches, 1):
        g = mazur_gradient(w, rows, targets)
        w = {name: move(name, value, g[name], t) for name, value in w.items()}
        found.append(w)
    return found


def momentum_step(eta, mu):
    v = {}

    def move(name, w, g, t):
        v[name] = mu * v.get(name, 0.0) + g
        return w - eta * v[name]

    return move


def adam_step(eta):
    m, v = {}, {}

    def move(name, w, g, t):
        m[name] = 0.9 * m.get(name, 0.0) + 0.1 * g
        v[name] = 0.999 * v.get(name, 0.0) + 0.001 * g * g
        return w - eta * (m[name] / (1 - 0.9**t)) / (math.sqrt(v[name] / (1 - 0.999**t)) + 1e-8)

    return move


def decay_step(eta, share):
    def move(name, w, g, t):
        return w - eta * (g + share * w * name.startswith("w"))

    return move


MOVES = {
    "momentum": (momentum_step(0.5, 0.9), {"momentum": 0.9, "learning_rate": 0.5}),
    "adam": (adam_step(0.02), {"optimiser": "adam", "learning_rate": 0.02}),
    "decay": (decay_step(0.3, 0.05), {"weight_decay": 0.05, "learning_rate": 0.3}),
}


@pytest.mark.parametrize("how", MOVES)
def test_steps_are_those_of_plain_floats(how):
    move, options = MOVES[how]
    net = deepgraph.load(MAZUR)
    start = named(net)
    rows = list(zip(*ROWS.values(), strict=True))
    targets = list(zip(*WANTED.values(), strict=True))
    batches = [(rows[:2], targets[:2]), (rows[2:], targets[2:])] * 6
    expected = plain_steps(start, batches, move)
    columns, found = table_of(net.explain(ROWS, WANTED, steps=12, batch=2, short=True, **options))
    for row, values in zip(found[1:], expected, strict=True):
        shown = dict(zip(columns, row, strict=True))
        assert {n: shown[n] for n in values} == pytest.approx(values, rel=1e-12)


def test_second_and_third_step_of_mazur_by_his_own_rule():
    """His page stops after the first step; the next ones are those of a loop in plain floats.

    He leaves the biases as they are, so they are frozen here.
    """
    net = deepgraph.load(MAZUR).frozen(["b1", "b2"])
    start = named(net)

    def move(name, w, g, t):
        return w if name.startswith("b") else w - 0.5 * g

    expected = plain_steps(start, [([(0.05, 0.1)], [(0.01, 0.99)])] * 3, move)
    found = net.explain(
        {"i1": 0.05, "i2": 0.1}, {"o1": 0.01, "o2": 0.99}, steps=3, learning_rate=0.5
    )
    columns, rows = table_of(found)
    for row, values in zip(rows[1:], expected, strict=True):
        assert dict(zip(columns, row, strict=True)) | values == pytest.approx(
            dict(zip(columns, row, strict=True)), rel=1e-12
        )
    assert rows[1][columns.index("w5")] == pytest.approx(0.35891648, abs=5e-9)
    assert "not trainable, and left as they are: b1, b2" in str(found)


def line_fit():
    """y = w·x + b, whose steps are rational."""
    builder = deepgraph.Builder()
    builder.input("x")
    builder.output("y")
    builder.edge("x", "y", "w", 0.5)
    builder.bias("b", 0.25, "y")
    return builder.build()


def test_fractions_stay_exact_from_step_to_step():
    net = line_fit()
    x, t = [Fraction(1, 3), Fraction(2)], [Fraction(1), Fraction(-1, 2)]
    w, b, v = Fraction(1, 2), Fraction(1, 4), [Fraction(0), Fraction(0)]
    eta, mu, share = Fraction(1, 10), Fraction(1, 2), Fraction(1, 5)
    for _ in range(3):
        errors = [w * xi + b - ti for xi, ti in zip(x, t, strict=True)]
        slopes = [sum(e * xi for e, xi in zip(errors, x, strict=True)) / 2 + share * w,
                  sum(errors) / 2]  # fmt: skip
        v = [mu * old + g for old, g in zip(v, slopes, strict=True)]
        w, b = w - eta * v[0], b - eta * v[1]
    found = net.explain(
        {"x": ["1/3", 2]}, {"y": [1, "-1/2"]}, steps=3, learning_rate=0.1, momentum=0.5,
        weight_decay=0.2, fractions=True,
    )  # fmt: skip
    last = {line.name: line.exact for line in found.lines if line.quantity == "updated"}
    assert (last["w"], last["b"]) == (w, b)


# --- lines -----------------------------------------------------------------------------------


@pytest.mark.parametrize("precision", [None, 2, 9, "full"])
@pytest.mark.parametrize("how", MOVES)
def test_every_line_of_a_walk_reads_back(how, precision):
    net = deepgraph.load(MAZUR)
    found = net.explain(ROWS, WANTED, steps=3, batch=2, precision=precision, **MOVES[how][1])
    read = lines(str(found))
    assert len(read) == len(found.lines)
    for line in read:
        judge(line, 4 if precision is None else precision)


@pytest.mark.parametrize("how", MOVES)
def test_every_line_of_a_walk_down_an_output_reads_back(how):
    """Steps that make the output itself smaller, with what the optimiser carries along."""
    net = deepgraph.load(MAZUR)
    found = net.explain(ROWS, of="o1", steps=3, batch=2, **MOVES[how][1])
    assert "→" not in str(found).split("Weights")[0].replace("(→", "")
    columns, rows = table_of(found)
    assert [row[columns.index("epoch")] for row in rows[1:]] == [1, 1, 2]
    read = lines(str(found))
    assert len(read) == len(found.lines)
    for line in read:
        judge(line, 4)


def test_a_walk_in_words():
    text = str(deepgraph.load(MAZUR).explain(ROWS, WANTED, steps=2, batch=2, optimiser="adam"))
    assert "\nStep 1 · Row 2 · Forward\n" in text
    assert "\nStep 2 · Row 3 · Update\n" not in text  # of all rows of the step
    assert "\nStep 2 · Update\n" in text
    assert "\nStep 1 · All rows of the step\n" in text
    assert "  loss = (row 1 + row 2)/2 ≈ " in text
    assert "  gradient: the mean of the rows\n" in text
    assert re.search(r"m̂\(w₁\) = new m\(w₁\)/\(1 − β₁²\) ≈ \S+/\(1 − 0.9²\) ≈ ", text)


def test_rows_of_a_later_batch_keep_their_numbers():
    rows = {name: [*values, 0.5] for name, values in ROWS.items()}
    wanted = {name: [*values, 0.5] for name, values in WANTED.items()}
    text = str(deepgraph.load(MAZUR).explain(rows, wanted, steps=2, batch=2))
    second = text.partition("Step 2 · All rows of the step")[2]
    assert "  loss = (row 3 + row 4)/2 ≈ " in second
    assert "row 1" not in second


def test_weight_decay_is_said_without_a_walk():
    text = str(
        deepgraph.load(MAZUR).explain(
            {"i1": 0.05, "i2": 0.1}, {"o1": 0.01, "o2": 0.99}, weight_decay=0.01
        )
    )
    assert (
        "= (0.01/2)·(0.15² + 0.2² + 0.25² + 0.3² + 0.4² + 0.45² + 0.5² + 0.55²) = 0.00565" in text
    )
    assert "  ∂objective/∂w₅ = ∂loss/∂w₅ + λ·w₅ ≈ 0.08217 + 0.01·0.4 = 0.08617\n" in text
    assert "(biases have no penalty: b1, b2)" in text
    assert "\nUpdate\n" not in text


def test_a_kink_at_which_training_rounds_otherwise_is_told(monkeypatch):
    """z of a ReLU that is 0 but for rounding: the lines and the step may be on two sides of it."""
    builder = deepgraph.Builder()
    for name in ("x1", "x2"):
        builder.input(name)
    builder.node("h", activation="relu")
    builder.output("y")
    builder.edge("x1", "h", "w1", 0.1)
    builder.edge("x2", "h", "w2", 0.2)
    builder.bias("b", -0.3, "h")
    builder.edge("h", "y", "w3", 1)
    net = builder.build()
    from deepgraph.train.descent import Descent

    ours = net.explain({"x1": 1, "x2": 1}, {"y": 1}, steps=1, learning_rate=0.1)
    assert "kink" not in str(ours) or "the other side" in str(ours)
    plain = Descent._move

    def other(self, *given):
        self._weights.gradient[:] = 0.0
        plain(self, *given)

    monkeypatch.setattr(Descent, "_move", other)
    found = str(net.explain({"x1": 1, "x2": 1}, {"y": 1}, steps=1, learning_rate=0.1))
    assert "at a kink, where rounding decides, training was on the other side of it" in found


# --- classes, mistakes -----------------------------------------------------------------------


def test_classes_are_compared_by_cross_entropy():
    net = deepgraph.load(SPECS / "iris.json")
    with (SPECS / "iris.csv").open() as stream:
        rows = list(csv.DictReader(stream))[48:52]
    X = {name: [float(row[name]) for row in rows] for name in net.input_names}
    classes = [row["species"] for row in rows]
    found = net.explain(X, classes, steps=2, batch=2)
    assert "loss = −t(setosa)·ln(setosa) ≈" in str(found)
    trained = fit(net, X, classes, epochs=1, batch=2, order="file", keep="last")
    assert trained.loss == "cross_entropy"
    assert last_values(found, net) == trained.network.parameters.values.tolist()


MISTAKES = {
    "no steps": ({"batch": 2}, "batch is about several steps: say steps=N, too"),
    "short alone": ({"short": True}, "short is about several steps: say steps=N, too"),
    "both": ({"steps": 2, "epochs": 2}, "steps and epochs exclude each other"),
    "none": ({"steps": 0}, "steps is a whole number from 1 on, got 0"),
    "half": ({"steps": 1, "batch": 1.5}, "batch is a whole number from 1 on, got 1.5"),
    "paths": ({"steps": 1, "paths": True}, "paths and steps exclude each other"),
    "momentum": ({"steps": 1, "momentum": 1}, "momentum is at least 0 and less than 1, got 1"),
    "rate": ({"steps": 1, "learning_rate": 0}, "a learning rate is a positive number, got 0"),
    "rule": ({"rule": "oja"}, 'rule is gradient, perceptron, delta or hebb, got "oja"'),
    "output": (
        {"steps": 1, "loss": "output"},
        'the loss "output" is an output itself, which has no smallest value to train towards',
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_what_does_not_go_together_is_refused(name):
    options, message = MISTAKES[name]
    with pytest.raises((InputError, OptionError)) as caught:
        deepgraph.load(MAZUR).explain(ROWS, WANTED, **options)
    assert str(caught.value) == message


def test_targets_are_asked_for():
    net = deepgraph.load(MAZUR)
    with pytest.raises(InputError, match=r"give targets=\{ID: NUMBER\}$"):
        net.explain(ROWS, steps=1)
    with pytest.raises(
        InputError, match=r"^loss says how targets are compared, and there are none"
    ):
        net.explain(ROWS, loss="huber")
    with pytest.raises(InputError, match=r"^reduction says how targets are compared"):
        net.explain(ROWS, reduction="sum")


def test_a_walk_that_diverges_says_where():
    net = line_fit()
    with pytest.raises(DivergedError, match=r"^training stopped in epoch 1: the loss is too large"):
        net.explain({"x": [1.0, 2.0]}, {"y": 1.0}, steps=3, learning_rate=1e200)


def test_the_adaline_of_the_page_against_fractions():
    """W ← W + 2·α·e·p, by itself; the spec and the figures stand in docs/steps.md."""
    from pathlib import Path

    page = (Path(__file__).parents[2] / "docs" / "steps.md").read_text(encoding="utf-8")
    block = next(b for b in page.split("```") if ":example: orange and apple" in b)
    net = deepgraph.loads(block[block.index("{\n") :])
    found = net.explain(example="orange and apple", learning_rate="1/5", batch=1, steps=3)
    weights, alpha, steps = [Fraction(0)] * 3, Fraction(1, 5), []
    patterns = [((1, -1, -1), -1), ((1, 1, -1), 1)]
    for p, target in (*patterns, patterns[0]):
        error = target - sum(w * x for w, x in zip(weights, p, strict=True))
        weights = [w + 2 * alpha * error * x for w, x in zip(weights, p, strict=True)]
        steps.append(weights)
    new = [line for line in found.lines if line.quantity == "updated" and line.name]
    values = [line.value for line in new]
    assert values == pytest.approx([float(w) for step in steps for w in step], rel=1e-13)
    assert steps[1] == [Fraction(4, 25), Fraction(24, 25), Fraction(-4, 25)]


@pytest.mark.parametrize("batch", [None, 2])
def test_the_sum_of_the_rows_is_that_of_training(batch):
    net = deepgraph.load(MAZUR)
    options = {"learning_rate": 0.05, "batch": batch, "reduction": "sum", "weight_decay": 0.1}
    found = net.explain(ROWS, WANTED, epochs=3, short=True, **options)
    columns, rows = table_of(found)
    trained = fit(
        net, ROWS, WANTED, loss="half_squared_error", epochs=3, order="file", keep="last", **options
    )
    shown = dict(zip(columns, rows[-1], strict=True))
    for name, value in named(trained.network).items():
        assert shown[name] == value
    # The same by the mean, with a rate as many times larger and a decay as many times smaller.
    count = batch or len(ROWS["i1"])
    if len(ROWS["i1"]) % count == 0:
        again = fit(
            net, ROWS, WANTED, loss="half_squared_error", epochs=3, order="file", keep="last",
            learning_rate=0.05 * count, batch=batch, weight_decay=0.1 / count,
        )  # fmt: skip
        assert named(again.network) == pytest.approx(named(trained.network), rel=1e-12)


def test_the_table_names_a_default_rate_and_has_its_digits():
    net = deepgraph.load(MAZUR)
    note = net.explain(ROWS, WANTED, steps=2, short=True, precision=9).sections[-1].table.note
    assert note.endswith("; η is 0.1, the default of sgd")
    assert re.search(r"goes from 0\.\d{9} to 0\.\d{9}", note)
    given = net.explain(ROWS, WANTED, steps=2, short=True, learning_rate=0.1)
    assert "default" not in given.sections[-1].table.note


def test_no_rounded_number_is_a_fraction():
    net = deepgraph.load(MAZUR)
    walk = net.explain(ROWS, WANTED, steps=2, optimiser="adam", learning_rate="1/3", fractions=True)
    text = str(walk)
    assert "  η = 1/3\n" in text
    assert not re.search(r"\d{9,}/|/\d{10,}", text.replace("1/100000000", ""))
    table = walk.sections[-1].table
    assert table.rows[0][2:] == tuple(
        str(Fraction(repr(value))) for value in net.parameters.values.tolist()
    )
    assert all("/" not in cell for cell in table.rows[2])


def test_a_reason_names_what_is_equal():
    unit = deepgraph.loads(
        json.dumps(
            {
                "deepgraph": 1,
                "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "activation": "step"}],
                "edges": [{"source": "x", "target": "y", "label": "w", "weight": 0}],
            }
        ).replace('"y", "activation"', '"y", "kind": "output", "activation"')
    )
    assert "y = step(z(y)) = 1, as z(y) = 0\n" in str(
        unit.explain({"x": [1]}, {"y": [0]}, rule="perceptron", steps=1)
    )


def test_a_step_and_no_backward_pass_exclude_each_other():
    net = deepgraph.load(MAZUR)
    for options in ({"steps": 1}, {"learning_rate": 0.1}, {"short": True}):
        with pytest.raises(OptionError, match=r"which need the backward pass: drop backward=False"):
            net.explain(ROWS, WANTED, backward=False, **options)
    with pytest.raises(InputError, match=r"^a learning rate is a positive number, got -1"):
        net.explain(ROWS, WANTED, learning_rate=-1)


def test_the_steps_of_an_example_do_not_bar_its_paths_and_its_derivation(tmp_path):
    example = {
        "name": "three",
        "inputs": {"x": [1, 2]},
        "targets": {"y": [0, 1]},
        "loss": {"name": "half_squared_error"},
        "learning_rate": 0.1,
        "steps": 3,
        "batch": 1,
        "updated": {"w": 0},
    }
    content = json.loads(write(line_fit().spec))
    net = deepgraph.loads(json.dumps(content | {"examples": [example]}))
    assert "Paths" in str(net.explain(example="three", paths=True))
    typed = {"text": json.dumps(content | {"examples": [example]}), "folder": tmp_path}
    for option, part in (("paths", "Paths"), ("short", "Weights")):
        asked = ask("explain", None, [("example", "three"), (option, "")], **typed)
        assert part in str(asked.explanation())
    derived = net.explain(example="three", derive=True)
    assert {section.step for section in derived.sections} == {None}
