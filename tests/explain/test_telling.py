"""What the printed lines of a sheet tell about its gaps, by a solver that reads the text alone.

Lines that are sums of products are linear in the products of their gaps. Linear algebra says which
of these products are known, and linear algebra over their exponents says which gaps follow.
"""

from __future__ import annotations

import json
import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import deepgraph
from deepgraph.spec import gallery
from tests.support.gradients import cases
from tests.support.strategies import examples

GAP = "____"
SOLVED = re.compile(r"(?!.*(?<![\d.])0·____)(?!.*____·0(?![\d.]))[\d.\s+−·/²³()_]+")
"""Arithmetic that can be solved for its one gap, which no factor 0 takes out of it."""
HOMEWORK = {
    "deepgraph": 1,
    "nodes": [
        {"id": "x1", "kind": "input"},
        {"id": "x2", "kind": "input"},
        {"id": "b1", "kind": "bias", "value": 0.1},
        {"id": "b2", "kind": "bias", "value": -0.2},
        {"id": "b3", "kind": "bias", "value": 0.05},
        {"id": "h1", "activation": "sigmoid"},
        {"id": "h2", "activation": "sigmoid"},
        {"id": "y", "kind": "output", "activation": "sigmoid"},
    ],
    "edges": [
        {"source": "x1", "target": "h1", "label": "w1", "weight": 0.5},
        {"source": "x1", "target": "h2", "label": "w2", "weight": -0.3},
        {"source": "x2", "target": "h1", "label": "w3", "weight": 0.8},
        {"source": "x2", "target": "h2", "label": "w4", "weight": 0.4},
        {"source": "h1", "target": "y", "label": "w5", "weight": 1.2},
        {"source": "h2", "target": "y", "label": "w6", "weight": -0.7},
        {"source": "b1", "target": "h1"},
        {"source": "b2", "target": "h2"},
        {"source": "b3", "target": "y"},
    ],
}


def homework(**options):
    net = deepgraph.loads(json.dumps(HOMEWORK))
    return net.explain({"x1": 1, "x2": 2}, {"y": 1}, loss="half_squared_error", **options)


# --- reading a sheet ------------------------------------------------------------------------


def split(text, separators):
    """The parts of a text between separators outside brackets, each with the separator before."""
    parts, depth, start, sign, place = [], 0, 0, "", 0
    while place < len(text):
        depth += (text[place] in "([") - (text[place] in ")]")
        found = next((s for s in separators if text.startswith(s, place)), None)
        if found and depth == 0:
            parts.append((sign, text[start:place]))
            start, sign = place + len(found), found
            place = start
        else:
            place += 1
    return [*parts, (sign, text[start:])]


def number(text):
    """A printed number; `None` for anything else."""
    bare = text.strip().strip("()").replace("−", "-")
    try:
        return float(bare)
    except ValueError:
        return None


def bare(term):
    """A term without the brackets around all of it."""
    term = term.strip()
    return term[1:-1] if re.fullmatch(r"\([^()]*·[^()]*\)", term) else term


def products(symbols, numbers):
    """{names of the gaps: factor} of a sum of products; `None` if the text is none."""
    found = Counter()
    named, put_in = split(symbols, (" + ", " − ")), split(numbers, (" + ", " − "))
    if len(named) != len(put_in):
        return None
    for (_, name), (sign, term) in zip(named, put_in, strict=True):
        names = [part.strip() for _, part in split(bare(name), ("·",))]
        factors = [part.strip() for _, part in split(bare(term), ("·",))]
        if len(names) != len(factors):
            return None
        factor, gaps = -1.0 if sign == " − " else 1.0, []
        for one, text in zip(names, factors, strict=True):
            if text in (GAP, "−" + GAP):
                factor *= -1 if text.startswith("−") else 1
                gaps.append(one)
            elif number(text) is None:
                return None
            else:
                factor *= number(text)
        found[tuple(sorted(gaps))] += factor
    return found


class Sheet:
    """The lines of a sheet of one row.

    Attributes:
        asked: the names that it asks for.
        made: by hidden name, the hidden names whose product it is.
        equations: of the gaps of the lines that show their result.
        squares: lines whose one gap is under powers and quotients alone, with their result.
    """

    def __init__(self, text):
        self.asked, self.made, self.equations, self.squares = [], {}, [], []
        lines = [line.strip() for line in re.sub(r"\n {6,}", " ", text).split("\n")]
        read = [re.split(r" [=≈] ", line) for line in lines]
        read = [parts for parts in read if len(parts) > 1]
        hidden = {parts[0] for parts in read if GAP in parts[-1] and "[" not in parts[-1]}
        for parts in read:
            left, *_, result = parts
            if re.match(r"\(\d+\) _", result):
                self.asked.append(left)
            if result.startswith("["):
                continue
            if GAP in result and left not in self.made and len(parts) > 2:
                terms = split(parts[1], (" + ", " − "))
                names = [part.strip() for _, part in split(parts[1], ("·",))]
                chosen = tuple(name for name in names if name in hidden)
                plain = not re.search(r"/|\(1 − ", re.sub(r"∂[^·]*", "", parts[1]))
                if len(terms) == 1 and chosen and plain:
                    self.made[left] = chosen
            if GAP in result or len(parts) < 4 or GAP not in parts[2]:
                continue
            found = products(parts[1], parts[2])
            if found is not None:
                self.equations.append(found)
            elif parts[2].count(GAP) == 1 and re.fullmatch(SOLVED, parts[2]):
                self.squares.append(" = ".join(parts))

    def roots(self, names):
        """Names by those that no line says how to multiply together."""
        found = Counter()
        for name in names:
            found += self.roots(self.made[name]) if name in self.made else Counter([name])
        return found

    def told(self):
        """The asked names that follow from what is printed, and the lines that tell one alone."""
        equations = []
        for equation in self.equations:
            one = Counter()
            for names, factor in equation.items():
                one[frozenset(self.roots(names).items())] += factor
            one.pop(frozenset(), None)
            equations.append({key: factor for key, factor in one.items() if factor})
        keys = list(dict.fromkeys(key for equation in equations for key in equation))
        matrix = np.array([[equation.get(key, 0.0) for key in keys] for equation in equations])
        matrix = matrix.reshape(len(equations), len(keys))
        known = [key for n, key in enumerate(keys)
                 if rank(matrix) > rank(np.delete(matrix, n, axis=1))]  # fmt: skip
        names = sorted({name for key in known for name, _ in key})
        span = np.array([[dict(key).get(name, 0) for name in names] for key in known], float)
        span = span.reshape(len(known), len(names))
        found = []
        for name in self.asked:
            roots = self.roots([name])
            if set(roots) <= set(names) and names:
                row = np.array([[roots[one] for one in names]], float)
                found += [name] if rank(np.vstack([span, row])) == rank(span) else []
        return found + self.squares


def rank(matrix):
    """The rank of a matrix whose rows are rounded to a few digits."""
    if not matrix.size:
        return 0
    scale = np.abs(matrix).max(axis=1, keepdims=True)
    return int(np.linalg.matrix_rank(matrix / np.where(scale, scale, 1), tol=1e-2))


# --- the solver ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("a = p · q ≈ (1) ________\nb = p · q · x ≈ ____·____·2 ≈ 0.5\np = (2) ________\n"
         "q = (3) ________"), ["a"]),
        ("p = (1) ________\nb = p · x ≈ ____·2 ≈ 0.5", ["p"]),
        ("p = (1) ________\nq = (2) ________\nb = p·x + q·y ≈ ____·2 + ____·3 ≈ 0.5", []),
        (("p = (1) ________\nq = (2) ________\nb = p·x + q·y ≈ ____·2 + ____·3 ≈ 0.5\n"
         "c = p·u − q·v ≈ ____·2 − ____·1 ≈ 0.25"), ["p", "q"]),
        ("p = (1) ________\nb = (p − t)²/2 ≈ (____ − 1)²/2 ≈ 0.5",
         ["b = (p − t)²/2 = (____ − 1)²/2 = 0.5"]),
        ("p = (1) ________\nb = sigmoid(p) ≈ 1/(1 + exp(−____)) ≈ 0.5", []),
    ],
)  # fmt: skip
def test_the_solver_reads_a_sheet(lines, told):
    assert Sheet(lines).told() == told


# --- sheets --------------------------------------------------------------------------------


@pytest.mark.parametrize("blank", ["h1", "h2", "y", "w1", "w5", "b3", "loss", "z(y)", "h1,y"])
@pytest.mark.parametrize("options", [{}, {"learning_rate": 0.5}, {"notation": "delta"}])
def test_homework_does_not_tell_its_answers(blank, options):
    assert not Sheet(str(homework(**options).blank(*blank.split(",")))).told()


@pytest.mark.parametrize("name", ["mazur", "deep_state", "xor", "iris"])
def test_no_sheet_of_the_gallery_tells_its_answers(name):
    net = deepgraph.load(gallery.path(name))
    point = {one: 0.3 + 0.4 * n for n, one in enumerate(net.input_names)}
    targets = {one: float(n == 0) for n, one in enumerate(net.output_names)}
    whole = net.explain(point, targets, learning_rate=0.5)
    names = {line.name for line in whole.lines if line.symbols is not None and line.name}
    for blank in sorted(names)[:25]:
        assert not Sheet(str(whole.blank(blank))).told(), blank


@examples(40)
@given(cases(), st.randoms(use_true_random=False))
def test_no_sheet_of_a_random_network_tells_its_answers(case, rng):
    net, X, targets, loss, reduction = case
    point = {name: float(column[0]) for name, column in zip(net.input_names, X.T, strict=True)}
    wanted = {name: float(column[0]) for name, column in (targets or {}).items()} or None
    whole = net.explain(point, wanted, loss=loss, reduction=reduction)
    names = sorted({line.name for line in whole.lines if line.symbols is not None and line.name})
    for blank in rng.sample(names, min(4, len(names))):
        assert not Sheet(str(whole.blank(blank))).told(), blank


def test_a_gap_that_is_a_product_hides_what_it_is_multiplied_to():
    sheet = str(homework(learning_rate=0.5).blank("h1"))
    assert "∂z(h₁)/∂w₁ ≈ ____·____·1 ≈ ____\n" in sheet
    assert "∂z(h₁)/∂w₃ ≈ ____·____·2 ≈ ____\n" in sheet
    assert "new w₁ = w₁ − η · ∂loss/∂w₁ ≈ 0.5 − 0.5·____ ≈ ____" in sheet
    assert "1/(1 + exp(−____)) ≈ 0.6744" in sheet  # behind a sigmoid, to compare with
    assert "loss = (y − t(y))²/2 ≈ (0.6744 − 1)²/2 ≈ 0.05301" in sheet


def test_the_loss_and_what_comes_back_hide_the_output():
    sheet = str(homework().blank("y"))
    assert "loss = (y − t(y))²/2 ≈ (____ − 1)²/2 ≈ ____\n" in sheet
    assert "≈ ____·____·0.5744 ≈ ____\n" in sheet
    assert "≈ ____·0.8 + ____·0.4 ≈ ____\n" in sheet


def test_a_cross_entropy_hides_its_only_gap():
    net = deepgraph.loads(json.dumps(HOMEWORK))
    sheet = str(net.explain({"x1": 1, "x2": 2}, {"y": 1}, loss="cross_entropy").blank("y"))
    [loss] = [line for line in sheet.splitlines() if line.startswith("  loss = ")]
    assert loss.endswith("≈ ____")
