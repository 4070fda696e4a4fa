"""docs/questions.md: each question of a learner is answered with the right numbers.

The numbers are computed once more here, in plain Python. Every row of the page has its test, by the
words of the question.
"""

from __future__ import annotations

import csv
import json
import math
import re
import shlex
from fractions import Fraction
from pathlib import Path

import pytest

from tests.support.by_hand import Dense, perceptron, sigmoid
from tests.support.many_runs import run

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| \d+ \| (.+?) \| `(.+)` \|$", PAGE, re.MULTILINE)
COMMANDS = dict(ROWS)
CORNERS = [(0, 0), (0, 1), (1, 0), (1, 1)]
XOR = [((0, 0), [0]), ((0, 1), [1]), ((1, 0), [1]), ((1, 1), [0])]
MAZUR = ((0.05, 0.1), (0.01, 0.99))
ANSWERS = {}


def answers(question):
    def keep(check):
        assert question not in ANSWERS
        ANSWERS[question] = check
        return check

    return keep


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The files that the page makes first."""
    place = tmp_path_factory.mktemp("questions")
    block = re.search(r"^```\{run\}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL).group(1)
    for line in (line[2:] for line in block.splitlines() if line.startswith("$ ")):
        if line.startswith("printf "):
            text, name = re.fullmatch(r"printf '(.*)' > (\S+)", line).groups()
            (place / name).write_text(text.replace("\\n", "\n"))
        else:
            assert run(str(place), *shlex.split(line)[1:])["code"] == 0
    return place


class Answer:
    """What a command prints, and its numbers."""

    def __init__(self, folder, question):
        self.folder, self.words = folder, shlex.split(COMMANDS[question])[1:]
        done = run(str(folder), *self.words, limit=60)
        self.printed, self.said, self.code = done["printed"], done["said"], done["code"]

    def content(self):
        done = run(str(self.folder), *self.words, "--json", limit=60)
        assert done["code"] == 0
        return json.loads(done["printed"])

    def lines(self):
        """Every line of `explain` as (quantity, name, value)."""
        steps = [
            step for section in self.content()["sections"] for step in section.get("steps", [])
        ]
        lines = [line for step in steps for line in step["lines"]]
        return [(line["quantity"], line.get("name"), line.get("value")) for line in lines]

    def values(self):
        """The last value of each quantity of each name."""
        return {(quantity, name): value for quantity, name, value in self.lines()}

    def table(self):
        """The weights after each step, by row and column."""
        (table,) = (s["table"] for s in self.content()["sections"] if "table" in s)
        return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]


@pytest.mark.parametrize("question", COMMANDS)
def test_the_numbers_of_an_answer_are_those_of_plain_code(folder, question):
    answer = Answer(folder, question)
    assert "Traceback" not in answer.said
    ANSWERS[question](answer)


def test_every_question_has_a_test_and_there_are_enough():
    assert list(ANSWERS) == list(COMMANDS)
    assert len(COMMANDS) == len(ROWS) >= 40
    numbers = re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)
    assert numbers == [str(n + 1) for n in range(len(ROWS))]


def mazur():
    return Dense(
        [[[0.15, 0.2], [0.25, 0.3]], [[0.4, 0.45], [0.5, 0.55]]],
        [[0.35, 0.35], [0.6, 0.6]],
        ["sigmoid", "sigmoid"],
    )


def near(value):
    return pytest.approx(value, rel=1e-9, abs=1e-14)


# --- one row, forward and backward ----------------------------------------------------------------


@answers("What is the value of each node for these inputs?")
def _(answer):
    (row,) = csv.DictReader(answer.printed.splitlines())
    _, (_, hidden, outputs) = mazur().forward(MAZUR[0])
    assert [float(row[name]) for name in ("h1", "h2", "o1", "o2")] == near([*hidden, *outputs])


@answers("How does the net input of a hidden node come about?")
def _(answer):
    assert "0.15·0.05 + 0.2·0.1 + 0.35 = 0.3775" in answer.printed
    assert answer.values()["z", "h1"] == near(0.15 * 0.05 + 0.2 * 0.1 + 0.35)
    assert answer.values()["a", "h1"] == near(sigmoid(0.3775))


@answers("What is the total error of this row?")
def _(answer):
    assert answer.values()["loss", None] == near(mazur().loss(*MAZUR))


@answers("What is the derivative of the error by a weight of the output layer, w5?")
def _(answer):
    y, h = mazur().forward(MAZUR[0])[1][2][0], mazur().forward(MAZUR[0])[1][1][0]
    assert answer.values()["dparameter", "w5"] == near((y - 0.01) * y * (1 - y) * h)


@answers("And by a weight of the hidden layer, w1, where the error comes from two outputs?")
def _(answer):
    assert answer.values()["dparameter", "w1"] == near(mazur().deltas(*MAZUR)[0][0] * 0.05)


def flat(net):
    return [w for layer in net.weights for row in layer for w in row]


@answers("What are the new weights after one step with learning rate 0.5?")
def _(answer):
    net = mazur()
    net.step([MAZUR], 0.5)
    found = answer.values()
    assert [found["updated", f"w{n}"] for n in range(1, 9)] == near(flat(net))
    deltas = mazur().deltas(*MAZUR)  # a bias is one number for the nodes of its layer
    assert found["updated", "b1"] == near(0.35 - 0.5 * sum(deltas[0]))
    assert found["updated", "b2"] == near(0.6 - 0.5 * sum(deltas[1]))


@answers("And after a second and a third step, where the biases stay?")
def _(answer):
    net = mazur()
    for row in answer.table()[1:]:
        assert row["loss"] == near(net.loss(*MAZUR))
        net.step([MAZUR], 0.5, biases=False)
        assert [row[f"w{n}"] for n in range(1, 9)] == near(flat(net))
    assert answer.table()[2]["loss"] == pytest.approx(0.291027924, abs=5e-7)  # as published


@answers("Is the error really so small after 10,000 steps?")
def _(answer):
    net = mazur()
    for _ in range(10_000):
        net.step([MAZUR], 0.5, biases=False)
    assert net.loss(*MAZUR) == pytest.approx(0.0000351085, rel=1e-3)  # as published
    assert f"→ {net.loss(*MAZUR):.4g}, kept in epoch 10,000" in answer.said
    assert "Why:" not in answer.said


@answers("My lecture writes δ for the error of a node. What is δ of h1?")
def _(answer):
    assert "δ(h₁) = " in answer.printed
    assert answer.values()["dz", "h1"] == near(mazur().deltas(*MAZUR)[0][0])


@answers(
    "Homework: two linear layers, inputs 2 and 3, target 1, α = 0.05. What are the six new weights?"
)
def _(answer):
    h1, h2 = 0.11 * 2 + 0.21 * 3, 0.12 * 2 + 0.08 * 3
    error = 0.14 * h1 + 0.15 * h2 - 1
    wanted = {
        "W1[1,1]": 0.11 - 0.05 * error * 0.14 * 2,
        "W1[1,2]": 0.21 - 0.05 * error * 0.14 * 3,
        "W1[2,1]": 0.12 - 0.05 * error * 0.15 * 2,
        "W1[2,2]": 0.08 - 0.05 * error * 0.15 * 3,
        "W2[1,1]": 0.14 - 0.05 * error * h1,
        "W2[1,2]": 0.15 - 0.05 * error * h2,
    }
    found = answer.values()
    assert {name: found["updated", name] for name in wanted} == near(wanted)


@answers("One tanh neuron: what is the derivative of its output by each input and weight?")
def _(answer):
    slope = 1 - math.tanh(-3 * 2 + 1 * 0 + 6.8813735870195432) ** 2
    wanted = {("da", "x1"): -3 * slope, ("da", "x2"): slope}
    wanted |= {("dparameter", "w1"): 2 * slope, ("dparameter", "w2"): 0.0}
    found = answer.values()
    assert {key: found[key] for key in wanted} == near(wanted)


@answers("Can I have the numbers as exact fractions?")
def _(answer):
    x, t, w = Fraction(1, 3), Fraction(2, 7), Fraction(1, 2)
    new = w - Fraction(1, 10) * (w * x - t) * x
    assert f"loss = (y − t(y))²/2 = (1/6 − 2/7)²/2 = {(w * x - t) ** 2 / 2}" in answer.printed
    assert re.search(rf"^  new w = .* = {new}$", answer.printed, re.MULTILINE)


@answers("Are the numbers that this book printed right?")
def _(answer):
    assert answer.printed.rstrip().endswith("mazur: 25 ok, 0 failed")
    found = dict(re.findall(r"total error +loss \w+ +(\S+) +(\S+)", answer.printed))
    assert {k: float(v) for k, v in found.items()} == {"0.298371109": near(mazur().loss(*MAZUR))}


# --- losses ---------------------------------------------------------------------------------------


@answers("Why is the derivative of softmax with cross-entropy just p − t?")
def _(answer):
    assert "∂loss/∂zᵢ = pᵢ·Σₖ tₖ − tᵢ" in answer.printed
    found, spec = answer.values(), json.loads((answer.folder / "iris.json").read_text())
    p = spec["parameters"]
    x = (5.9, 3.2, 4.8, 1.8)
    net = Dense([p["W1"], p["W2"]], [p["b1"], p["b2"]], ["relu", "identity"])
    z = net.forward(x)[0][1]
    total = sum(math.exp(one) for one in z)
    names = ("setosa", "versicolor", "virginica")
    for name, one in zip(names, z, strict=True):
        t = float(name == "versicolor")
        assert found["dz", name] == pytest.approx(math.exp(one) / total - t, rel=1e-9)
    assert found["loss", None] == pytest.approx(-math.log(math.exp(z[1]) / total), rel=1e-9)


@answers("What is the cross-entropy of a sigmoid output, and its derivative by z?")
def _(answer):
    y = sigmoid(0.6 * 0.5 + 0.1)
    found = answer.values()
    assert found["loss", None] == near(-math.log(y))
    assert found["dz", "y"] == near(y - 1)
    assert found["dparameter", "w"] == near((y - 1) * 0.5)


@answers("What changes with (y − t)² instead of half of it?")
def _(answer):
    found = answer.values()
    assert [found["loss", None], found["da", "y"], found["dparameter", "w"]] == near([4, -4, -8])


@answers("What is the derivative of the absolute error?")
def _(answer):
    found = answer.values()
    assert [found["loss", None], found["da", "y"], found["dparameter", "w"]] == near([2, -1, -2])


@answers("And of the Huber loss, far from the target?")
def _(answer):
    found = answer.values()
    assert [found["loss", None], found["da", "y"], found["dparameter", "w"]] == near([1.5, -1, -2])


@answers("And of the hinge loss?")
def _(answer):
    found = answer.values()  # max(0, 1 − t·y) with y = 0.5 and t = 1
    assert [found["loss", None], found["da", "y"]] == near([0.5, -1])


# --- several rows and steps -----------------------------------------------------------------------

TWO = [((1.0,), (1.0,)), ((2.0,), (3.0,))]


def line():
    return Dense([[[0.5]]], [[0.0]], ["identity"])


def gradient(net, rows):
    """The sums over some rows of the derivatives by w and b."""
    deltas = [net.deltas(x, t)[0][0] for x, t in rows]
    return [sum(d * x[0] for d, (x, _) in zip(deltas, rows, strict=True)), sum(deltas)]


@answers("What is the gradient of a batch: the mean of its rows?")
def _(answer):
    w, b = gradient(line(), TWO)
    found = answer.values()
    assert [found["updated", "w"], found["updated", "b"]] == near([0.5 - 0.05 * w, -0.05 * b])
    assert "the mean of the rows" in answer.printed


@answers("What if my course adds the rows up instead?")
def _(answer):
    w, b = gradient(line(), TWO)
    found = answer.values()
    assert [found["updated", "w"], found["updated", "b"]] == near([0.5 - 0.1 * w, -0.1 * b])
    assert "the sum of the rows" in answer.printed


@answers("What does stochastic descent do, one row after the other?")
def _(answer):
    net = line()
    for place, row in enumerate(answer.table()[1:]):
        net.step([TWO[place % 2]], 0.1)
        assert (row["w"], row["b"]) == near((net.weights[0][0][0], net.biases[0][0]))
    assert len(answer.table()) == 5


@answers("How does momentum work, by hand?")
def _(answer):
    values, speed = [0.5, 0.0], [0.0, 0.0]
    for row in answer.table()[1:]:
        g = gradient(Dense([[[values[0]]]], [[values[1]]], ["identity"]), TWO)
        speed = [0.9 * v + one / 2 for v, one in zip(speed, g, strict=True)]
        values = [value - 0.1 * v for value, v in zip(values, speed, strict=True)]
        assert [row["w"], row["b"]] == near(values)
    assert len(answer.table()) == 4


@answers("And Adam, by hand?")
def _(answer):
    values, m, v = [0.5, 0.0], [0.0, 0.0], [0.0, 0.0]
    for step, row in enumerate(answer.table()):
        if step:
            g = gradient(Dense([[[values[0]]]], [[values[1]]], ["identity"]), TWO)
            m = [0.9 * one + 0.1 * d / 2 for one, d in zip(m, g, strict=True)]
            v = [0.999 * one + 0.001 * (d / 2) ** 2 for one, d in zip(v, g, strict=True)]
            for place in range(2):
                mean, square = m[place] / (1 - 0.9**step), v[place] / (1 - 0.999**step)
                values[place] -= 0.1 * mean / (math.sqrt(square) + 1e-8)
        assert [row["w"], row["b"]] == near(values)
    assert all(f"{letter}(w)" in answer.printed for letter in ("m", "v", "m̂", "v̂"))


@answers("How does weight decay (L2) change a step?")
def _(answer):
    found = answer.values()
    g = (0.5 * 2 - 3) * 2
    assert found["penalty", None] == near(0.1 / 2 * 0.5**2)
    assert found["updated", "w"] == near(0.5 - 0.1 * (g + 0.1 * 0.5))
    assert found["updated", "b"] == near(0 - 0.1 * (0.5 * 2 - 3))  # a bias has no penalty


@answers("What if one weight is not to move?")
def _(answer):
    found = answer.values()
    assert found["updated", "w"] == near(0.5 - 0.1 * (0.5 * 2 - 3) * 2)
    assert ("updated", "b") not in found


# --- perceptron, delta rule, Hebb -----------------------------------------------------------------


def gate(*targets):
    return [((x1, x2), t) for (x1, x2), t in zip(CORNERS, targets, strict=True)]


def near_rows(steps):
    return [near(list(step)) for step in steps]


@answers("How does a perceptron learn AND, step by step?")
def _(answer):
    steps = perceptron(gate(0, 0, 0, 1))
    assert len(steps) == 24
    assert by_row(answer) == near_rows(steps)
    assert steps[-1] == (-3, 2, 1)


@answers("And OR?")
def _(answer):
    assert by_row(answer) == near_rows(perceptron(gate(0, 1, 1, 1)))


@answers("And NAND?")
def _(answer):
    assert by_row(answer) == near_rows(perceptron(gate(1, 1, 1, 0)))


@answers("Our exercise begins with all weights at 0.5. What comes out?")
def _(answer):
    assert by_row(answer) == near_rows(perceptron(gate(0, 0, 0, 1), (0.5, 0.5, 0.5)))


@answers("Does a learning rate of 0.1 change anything?")
def _(answer):
    tenths = [[n / 10 for n in step] for step in perceptron(gate(0, 0, 0, 1))]
    assert by_row(answer) == near_rows(tenths)


def by_row(answer):
    return [[row["b"], row["w1"], row["w2"]] for row in answer.table()[1:]]


@answers("Why does it never learn XOR?")
def _(answer):
    steps = perceptron(gate(0, 1, 1, 0), epochs=3)
    assert steps[11] == steps[7]  # the third epoch ends where the second did
    assert "epoch 3 ends with the numbers of epoch 2" in answer.said
    assert "no straight line (or plane) parts the rows" in answer.said


SIGNS = [((-1, -1), -1), ((-1, 1), -1), ((1, -1), -1), ((1, 1), 1)]


@answers("How does an ADALINE (delta rule) learn?")
def _(answer):
    b = w1 = w2 = 0.0
    for ((x1, x2), t), row in zip(SIGNS, answer.table()[1:], strict=True):
        error = t - (b + w1 * x1 + w2 * x2)
        b, w1, w2 = b + 0.1 * error, w1 + 0.1 * error * x1, w2 + 0.1 * error * x2
        assert [row["error(y)"], row["b"], row["w1"], row["w2"]] == near([error, b, w1, w2])
    assert "All rows are right" in answer.printed


@answers("How does Hebb's rule learn AND with −1 and 1?")
def _(answer):
    sums = [sum(t for _, t in SIGNS), *(sum(t * x[n] for x, t in SIGNS) for n in (0, 1))]
    assert by_row(answer)[-1] == near(sums) == [-2, 2, 2]


# --- why does it not learn? -----------------------------------------------------------------------


def why(answer):
    return next(line for line in answer.said.splitlines() if line.startswith("Why: "))


def started(answer, seed):
    """The network of `relu.json` with the start that a seed draws."""
    done = run(str(answer.folder), "init", "relu.json", "--seed", str(seed), "-o", "-")
    assert done["code"] == 0, done
    spec = json.loads(done["printed"])
    weight = {(e["source"], e["target"]): e.get("weight") for e in spec["edges"]}
    bias = {n["id"]: n.get("value") for n in spec["nodes"] if n.get("kind") == "bias"}
    into = {e["target"]: bias[e["source"]] for e in spec["edges"] if e["source"] in bias}
    hidden = [[weight["x1", h], weight["x2", h]] for h in ("h1", "h2")]
    out = [[weight["h1", "y"], weight["h2", "y"]]]
    return Dense([hidden, out], [[into["h1"], into["h2"]], [into["y"]]], ["relu", "identity"])


def trained(net, epochs):
    """The smallest mean loss on XOR."""
    losses = []
    for _ in range(epochs + 1):
        losses.append(sum(net.loss(x, t) for x, t in XOR) / 4)
        net.step(XOR, 0.1)
    return min(losses)


@answers("XOR with two ReLUs: the loss stays at 0.125. Why?")
def _(answer):
    net = started(answer, 2)
    most = max(net.forward(x)[0][0][0] for x, _ in XOR)
    assert most < 0
    assert why(answer).startswith(
        f"Why: h1 is dead: ReLU gives 0 in all 4 rows (z at most −{-most:.3g})"
    )
    assert trained(net, 1000) == pytest.approx(0.125, abs=1e-4)


@answers("XOR with sigmoids: every output is about 0.5. Why?")
def _(answer):
    assert why(answer).startswith("Why: 100 epochs at the learning rate 0.1 are too few. Give ")


@answers("I began with all weights at 0. Why does nothing happen?")
def _(answer):
    zero = Dense([[[0.0, 0.0], [0.0, 0.0]], [[0.0, 0.0]]], [[0.0, 0.0], [0.0]], ["sigmoid"] * 2)
    deltas = [zero.deltas(x, t) for x, t in XOR]
    assert all(sum(d[0][n] for d in deltas) == 0 for n in (0, 1))
    assert sum(d[1][0] for d in deltas) == 0
    assert why(answer).startswith(
        "Why: all 6 weights into and out of the hidden nodes h1, h2 start"
    )


@answers("Is it bad luck? Which starts get through?")
def _(answer):
    rows = re.findall(r"^ +(\d) +(\S+) +(\S+) ", answer.said, re.MULTILINE)
    assert [seed for seed, *_ in rows] == ["1", "2", "3", "4", "5", "6"]
    for seed, _, loss in rows:
        plain = trained(started(answer, seed), 1000)
        assert float(loss) == pytest.approx(plain, rel=0.01, abs=1e-10)


def overflows(net, rows):
    try:
        return not all(math.isfinite(net.loss(x, t)) for x, t in rows)
    except OverflowError:
        return True


@answers("My loss becomes NaN. Which number comes first?")
def _(answer):
    assert answer.code == 1
    net = started(answer, 1)
    rows = [(x, [t]) for (x, _), t in zip(XOR, (20, 35, 50, 80), strict=True)]
    epochs = 0
    while not overflows(net, rows):
        net.step(rows, 50)
        epochs += 1
    assert f"training stopped in epoch {epochs}: the loss is too large for a double" in answer.said
    assert "The learning rate 50 is too large." in answer.said


@answers("My outputs never get above 1. Why?")
def _(answer):
    assert why(answer).startswith(
        "Why: the targets of y go from 20 to 80, and its sigmoid gives 0 to 1: 4 of 4 rows"
    )


@answers("Can I train a network of step units by gradient descent?")
def _(answer):
    assert why(answer).startswith("Why: h1, h2 have step, whose derivative is 0 but for its jump")


@answers("Can I see the health of a network before I train it?")
def _(answer):
    net = started(answer, 2)
    for name, place in (("h1", 0), ("h2", 1)):
        z = [net.forward(x)[0][0][place] for x, _ in XOR]
        off = sum(one <= 0 for one in z) / 4
        assert re.search(rf"^{name} .* {off:.0%} off$", answer.printed, re.MULTILINE)
    assert "dead: h1 is dead" in answer.printed


# --- to look at, and to hand out ------------------------------------------------------------------


@answers("What is the truth table of this network?")
def _(answer):
    rows = list(csv.reader(answer.printed.splitlines()))[1:]
    assert [[*map(float, row)] for row in rows] == [[*x, *t] for x, t in XOR]


@answers("How good is the classifier, and who is taken for whom?")
def _(answer):
    p = json.loads((answer.folder / "iris.json").read_text())["parameters"]
    net = Dense([p["W1"], p["W2"]], [p["b1"], p["b2"]], ["relu", "identity"])
    names = ("setosa", "versicolor", "virginica")
    counts = {name: [0, 0, 0] for name in names}
    with (answer.folder / "iris.csv").open(encoding="utf-8") as stream:
        for row in list(csv.reader(stream))[1:]:
            z = net.forward([float(cell) for cell in row[:4]])[1][-1]
            counts[row[4]][z.index(max(z))] += 1
    for name, told in counts.items():
        assert re.search(rf"^{name} +{' +'.join(map(str, told))}$", answer.said, re.MULTILINE)
    right = sum(counts[name][place] for place, name in enumerate(names))
    assert f"({right} of 150 rows)" in answer.said


@answers("What is the Jacobian at this point?")
def _(answer):
    _, (_, (h1, h2), outputs) = mazur().forward(MAZUR[0])
    into = [[0.15, 0.2], [0.25, 0.3]]
    out = [[0.4, 0.45], [0.5, 0.55]]
    slopes = [h1 * (1 - h1), h2 * (1 - h2)]
    wanted = [
        y * (1 - y) * (vs[0] * slopes[0] * into[0][i] + vs[1] * slopes[1] * into[1][i])
        for vs, y in zip(out, outputs, strict=True)
        for i in (0, 1)
    ]
    found = answer.content()["derivatives"]
    assert [n for row in found for n in row] == near(wanted)


def state(x):
    """The network `deep_state` and its slope at x, written out."""
    h1, h2 = 1.73 * x - 0.64, -1.85 * x - 0.35
    a1, a2 = max(0.0, h1), max(0.0, h2)
    s1, s2 = 1.73 * (h1 > 0), -1.85 * (h2 > 0)
    g1, g2 = 0.64 * a1 + 1.26 * a2 + 1.3, -1.69 * a1 - 1.84 * a2 + 0.78
    t1, t2 = (0.64 * s1 + 1.26 * s2) * (g1 > 0), (-1.69 * s1 - 1.84 * s2) * (g2 > 0)
    return 0.67 * max(0.0, g1) + 1.05 * max(0.0, g2) - 0.9, 0.67 * t1 + 1.05 * t2


@answers("Which input matters most over all rows?")
def _(answer):
    slopes = [state(x)[1] for x in (-1, -0.5, 0, 0.5, 1)]
    content = answer.content()
    assert content["mean"] == [[near(sum(slopes) / 5)]]
    assert content["mean_absolute"] == [[near(sum(map(abs, slopes)) / 5)]]
    assert content["largest"] == [[near(max(map(abs, slopes)))]]


@answers("What is the slope of the network at x = 0.5?")
def _(answer):
    found = answer.values()
    assert (found["loss", None], found["da", "x"]) == near(state(0.5))


@answers("Where does it bend?")
def _(answer):
    h1, h2 = 0.64 / 1.73, -0.35 / 1.85
    g2 = [(0.78 / 1.69 + 0.64) / 1.73, (0.78 / 1.84 + 0.35) / -1.85]
    places = sorted([h1, h2, *g2])
    rows = re.findall(r"^ *([−\d.]+) +([−\d.]+) ", answer.printed, re.MULTILINE)
    assert [float(x.replace("−", "-")) for x, _ in rows] == pytest.approx(places, rel=1e-5)
    assert [float(y.replace("−", "-")) for _, y in rows] == pytest.approx(
        [state(x)[0] for x in places], rel=1e-5
    )


@answers("Can I have this as an exercise with gaps?")
def _(answer):
    assert "z(h₁) = w₁·x₁ + w₃·x₂ + b₁ = (1) ____" in answer.printed
    assert "h₂ = ReLU(z(h₂)) = ReLU(0) = 0" in answer.printed
    assert "XOR = w₅·h₁ + w₆·h₂ = (3) ____" in answer.printed


@answers("And its solution?")
def _(answer):
    assert re.findall(r"= (\S+)   \((\d)\)$", answer.printed, re.MULTILINE) == [
        ("1", "1"), ("1", "2"), ("1", "3"),
    ]  # fmt: skip
