"""Every line that the page says is the one that `explain` prints, to the last character.

In a run on a desk this compares 84,903 lines, in CI, with all rows of all tables, 801,226.
"""

from __future__ import annotations

import csv
import os
import random
from decimal import Decimal, getcontext, localcontext

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import deepgraph
from deepgraph.explain import arithmetic as python
from deepgraph.explain import formula
from deepgraph.explain.wording import SENTENCES
from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.functions.aggregations import AGGREGATIONS
from deepgraph.functions.losses import LOSSES
from deepgraph.live import scripts
from deepgraph.live.arithmetic import arithmetic
from deepgraph.spec import gallery
from deepgraph.words.notation import runs, unicode
from tests.support.explained import cases as examples_of
from tests.support.live import run_node
from tests.support.naughty import legal, naughty
from tests.support.neurons import small
from tests.support.spoken import case, compared, programmed
from tests.support.strategies import ODD_IDS, network, specs

NAMES = (*scripts.NUMBERS, *scripts.WORDS)
PRECISIONS = (None, *range(1, 18), "full")
IN_CI = bool(os.environ.get("CI"))


def loss_of(net, loss=None):
    if loss is not None:
        return loss
    functions = {net.activation(node).name for node in net.outputs.tolist()}
    return "cross_entropy" if functions == {"softmax"} else "half_squared_error"


def rows_of(net):
    """The rows of a network's table; of a long one in CI, and of a wide network, only some."""
    path = gallery.path(net.spec.name).with_suffix(".csv")
    with path.open() as stream:
        rows = list(csv.DictReader(stream))
    wide = len(net.ids) // 20  # 0 for most, 1 for iris, 5 for digits
    most = (150, 50, 50, 50, 50, 30)[wide] if IN_CI else (22, 8, 8, 8, 8, 2)[wide]
    return rows[:: -(-len(rows) // most)]


@pytest.mark.parametrize("name", gallery.names())
def test_every_line_of_the_gallery_is_that_of_explain(name):
    net = deepgraph.load(gallery.path(name))
    cases = []
    for number, row in enumerate(rows_of(net)):
        inputs = {key: float(row[key]) for key in net.input_names}
        output = net.output_names[number % len(net.output_names)]
        precision = PRECISIONS[number % len(PRECISIONS)]
        cases.append(case(net, inputs, {output: 1.0}, loss_of(net), precision=precision))
    for inputs, targets, loss in examples_of(net):
        first = {key: np.atleast_1d(value)[0] for key, value in inputs.items()}
        wanted = {key: np.atleast_1d(value)[0] for key, value in targets.items()}
        one = {key: value if isinstance(value, str) else float(value) for key, value in first.items()}
        goal = {key: value if isinstance(value, str) else float(value) for key, value in wanted.items()}
        given_goal = None if loss == "output" else goal or {net.output_names[0]: 1.0}
        for fractions in (False, True) if len(net.ids) < 60 else (True,):
            cases.append(case(net, one, given_goal, loss_of(net, loss), fractions=fractions))
    assert compared([net], [cases]) > 40


@pytest.mark.parametrize("name", gallery.names())
def test_every_node_by_itself(name):
    net = deepgraph.load(gallery.path(name))
    row = rows_of(net)[-1]
    inputs = {key: float(row[key]) for key in net.input_names}
    targets = {net.output_names[-1]: 1.0}
    live = [i for i in net.ids if i in net.input_names or net.kind[net.index[i]] > 1]
    cases = [case(net, inputs, node=node) for node in live[-40 if IN_CI else -12 :]]
    for node in live[-12 if len(live) < 60 else -2 :]:
        try:
            cases.append(case(net, inputs, targets, loss_of(net), node=node))
        except deepgraph.InputError as error:
            assert "the loss does not depend on" in str(error)
    assert compared([net], [cases]) > len(cases)


# --- everything that a line may hold ------------------------------------------------------------

POINTS = (
    *(-1000.0, -6.5, -3.0, -2.5, -1.0, -0.5, -1e-9, -0.0, 0.0, 5e-324, 1e-5, 0.1, 0.5, 1.0, 1.5, 2.0),
    *(2.5, 3.0, 6.0, 6.000001, 30.0, 750.0, 123456.789, 1e308, np.inf, -np.inf, np.nan, 1 / 3, -2 / 3),
)
"""Kinks, ties, zeros of both signs, numbers near the limits of doubles, and what is no number."""


def test_every_activation_at_every_kind_of_number():
    neurons, edges = [], []
    for number, name in enumerate(ACTIVATIONS):
        for own in ({}, {"gain": -2.5}):
            neurons.append((f"h{len(neurons) + 1}", {"name": name, **own} if own else name))
            edges.append(("x", neurons[-1][0], 1))
        edges.append(("x", neurons[-1][0], f"{number + 1}/7"))
    neurons.append(("y", "identity"))
    edges += [(name, "y", "1/3") for name, _ in neurons[:-1]]
    net = small(*neurons, edges=edges)
    cases = []
    for number, x in enumerate(POINTS):
        precision = PRECISIONS[number % len(PRECISIONS)]
        for fractions in (False, True):
            given_ = {"fractions": fractions, "precision": precision}
            cases.append(case(net, {"x": x}, {"y": 0.25}, **given_))
        cases.append(case(net, {"x": x}, loss="output"))
    assert compared([net], [cases]) > 10_000


def test_ties_and_many_terms():
    nets, cases = [], []
    for name in AGGREGATIONS:
        inputs = [f"x{i}" for i in range(1, 16)]
        neurons = [
            ("m", "relu", name),
            ("few", "tanh", name),
            ("one", "identity", name),
            ("y", "identity", "sum"),
        ]
        edges = [(x, "m", 0.5) for x in inputs] + [(x, "few", 2) for x in inputs[:3]]
        edges += [("x1", "one", 3), ("m", "y", 1), ("few", "y", "1/7"), ("one", "y", -1)]
        net = small(*neurons, edges=edges, inputs=inputs)
        rows = [[1.0] * 15, [0.0] * 15, [-0.1] * 15, [*[0.3] * 14, 0.4], [0.1 * i for i in range(15)]]
        for number, row in enumerate(rows):
            given_ = dict(zip(inputs, row, strict=True))
            for precision in (None, 2 + number, "full"):
                cases.append((net, case(net, given_, {"y": 1}, precision=precision)))
            cases.append((net, case(net, given_, {"y": "1/3"}, fractions=True)))
        nets.append(net)
    grouped = [[one for owner, one in cases if owner is net] for net in nets]
    assert compared(nets, grouped) > 2_000


def drawn(count, start):
    """This many random networks, the same in every run."""
    found = []

    @seed(start)
    @settings(max_examples=count, database=None, phases=[Phase.generate], deadline=None,
              suppress_health_check=list(HealthCheck))
    @given(specs())
    def collect(spec):
        found.append(spec)

    collect()
    return [network(spec) for spec in found]


def test_two_hundred_random_networks():
    rng = random.Random(19)
    nets = drawn(200, 19)
    cases = [[_any_case(rng, net, backward) for backward in (True, False)] for net in nets]
    assert len(nets) >= 200
    assert compared(nets, cases) > 20_000


def _any_case(rng, net, backward):
    numbers = (rng.gauss(0, 3), float(rng.randint(-2, 2)), 0.0, "1/3", "-2/7")
    inputs = {name: rng.choice(numbers) for name in net.input_names}
    options = {"precision": rng.choice(PRECISIONS), "fractions": rng.random() < 0.25}
    if not backward:
        return case(net, inputs, node=rng.choice(net.ids), **options)
    targets = {name: rng.choice((0.0, 1.0, 0.25)) for name in net.output_names}
    functions = [net.activation(node) for node in net.outputs.tolist()]
    if all(f.name in ("softmax", "sigmoid") and not f.rescaled for f in functions):
        return case(net, inputs, targets, "cross_entropy", **options)
    losses = [name for name, loss in LOSSES.items() if loss.f is not None]
    if len(functions) == 1 and rng.random() < 0.2:
        return case(net, inputs, None, "output", **options)
    return case(net, inputs, targets, rng.choice(losses), **options)


def test_a_changed_weight_is_a_decimal_and_the_others_are_those_of_the_file():
    net = network(
        {
            "deepgraph": 1,
            "nodes": [{"id": "x", "kind": "input"}, {"id": "h"}, {"id": "y", "kind": "output"}],
            "edges": [
                {"source": "x", "target": "h", "label": "v", "weight": "1/3"},
                {"source": "h", "target": "y", "label": "w", "weight": "2/3"},
            ],
        }
    )
    values = net.parameters.values.copy()
    values[1] = 0.1
    changed = net.with_values(values)
    cases = [case(changed, {"x": "3/7"}, {"y": 1}, fractions=fractions) for fractions in (False, True)]
    for one, _ in cases:
        one["values"] = values
    assert compared([net], [cases]) > 10


# --- what the scripts know ----------------------------------------------------------------------


def script_text():
    return "".join(scripts.source(name) for name in scripts.WORDS)


def test_the_scripts_say_every_sentence_of_explain():
    text = script_text()
    built = {f"{how} {word}" for how in ("is", "is not", "first of equal", "equal to") for word in ("largest", "smallest")}
    by_python = {"stage by stage", "layer by layer", "in matrix form", "the final prediction", "the final predictions", "weighted", "weighted and bias", "values", "activation", "shape"}
    assert by_python | built <= SENTENCES.keys(), "this test knows sentences that are gone"
    for key in SENTENCES.keys() - by_python - built - {"terms", "factors"}:
        assert f'"{key}"' in text, f'deepgraph/explain says "{key}", and no script in live/js/words does'
    for how in ("is", "is not", "first of equal", "equal to"):
        assert f'"{how}"' in text


def test_the_scripts_know_every_function_of_the_formulas():
    known = run_node("const main = () => Interval.functions.concat(Object.keys(RATIONAL_AT));", names=NAMES)
    used = {call: row.name for row in ACTIVATIONS.values() for form in (row.shown or row.formula, row.derivative_formula, row.derivative_by_a or "1") for call in formula_calls(form)}
    for call, name in used.items():
        assert call in known, f"the formula of {name} has {call}, which js/words/interval.js lacks"
    assert set(python._AT) == {(name, at) for name, at in python._AT}
    functions = {*python.RISING, *python._PIECEWISE, "sin", "cos"}
    assert set(known) >= functions - {"√"}, "explain computes a function that the scripts do not"


def formula_calls(text):
    tokens = formula._TOKEN.findall(text)
    return {token for token, behind in zip(tokens, tokens[1:], strict=False) if behind == "(" and token.isalpha() and token not in ("if", "else")}


def test_the_scripts_know_every_aggregation_and_loss():
    joins = run_node("const main = () => JOINS;", names=NAMES)
    assert {name: (row["symbol"], row.get("divides", False), row.get("extreme", 0)) for name, row in joins.items()} == {
        name: (row.symbol, row.divides, row.extreme) for name, row in AGGREGATIONS.items()
    }, "js/words/lines.js has other aggregations than the table"
    exceptions = {name for name, loss in LOSSES.items() if not loss.formula}
    assert exceptions == {"cross_entropy", "output"}, "js/words/loss.js knows no other loss without a formula"


def test_a_name_has_the_runs_of_its_notation():
    ids = [*ODD_IDS, "x", "x1", "w35", "x_1", "theta", r"\hat{y}_i", "b_or", "x^2", "W1[2,3]", "b1[7]", "x1234", "ab", "ab1", "x 1", "Ω", "x²", "x_{12,3}"]
    ids += [text for text in naughty() if legal(text)]
    ids = list(dict.fromkeys(ids))
    net = small(*[(name, "relu") for name in ids], edges=[("input", name, 1) for name in ids], inputs=("input",))
    main = """const main = ({ data, ids }) => { readProgram(data, []); WORDS.use(data.arithmetic);
      return ids.map((name) => { const atom = Spelling.named(name); return [atom.text, Spelling.runs([atom])]; }); };"""
    found = run_node(main, {"data": programmed(net, [])["data"], "ids": ids}, names=NAMES)
    plain = deepgraph.explain.spelling.subscripts
    for name, (text, pieces) in zip(ids, found, strict=True):
        assert text == plain(name)
        if not text.startswith('"'):
            assert text == unicode(runs(name))
            assert "".join(piece for piece, _ in pieces) == "".join(run.text for run in runs(name))
        else:
            assert pieces == [[text, 0]]


def test_decimals_are_those_of_python():
    rng = random.Random(5)
    cases, expected = [], []
    ours = {
        "add": lambda a, b: a + b, "multiply": lambda a, b: a * b, "divide": lambda a, b: a / b,
        "exp": lambda a, _: python._exp(a), "log": lambda a, _: python._ln(a),
        "root": lambda a, _: python._root(a), "tanh": lambda a, _: python._tanh(a),
    }  # fmt: skip
    with localcontext(python.CONTEXT):
        for _ in range(3000):
            a, b = (
                Decimal(rng.choice((1, -1)) * rng.randrange(1, 10 ** rng.choice((1, 3, 17, 40)))).scaleb(
                    rng.randrange(-40, 4)
                )
                for _ in "ab"
            )
            name = rng.choice(list(ours))
            if name in ("exp", "tanh") and abs(a) > 200_000:
                continue
            cases.append([name, str(int(a.scaleb(-a.as_tuple().exponent))), a.as_tuple().exponent, str(int(b.scaleb(-b.as_tuple().exponent))), b.as_tuple().exponent])
            expected.append(ours[name](a, b))
    main = """const main = (cases) => cases.map(([name, m, e, n, f]) => {
      const found = Decimal[name]({ m: BigInt(m), e }, { m: BigInt(n), e: f });
      return typeof found === "number" ? String(found) : `${found.m}e${found.e}`; });"""
    getcontext()
    for one, wanted, found in zip(cases, expected, run_node(main, cases, names=NAMES), strict=True):
        assert Decimal(found) == wanted, one


def test_the_part_of_a_program_is_small():
    net = deepgraph.load(gallery.path("digits"))
    found = arithmetic(net)
    assert not found["names"].keys() & {"W1[1,1]", "h1"}
    assert len(found["names"]) < 80
