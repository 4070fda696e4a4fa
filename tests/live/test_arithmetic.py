"""Every line that the page says is the one that `explain` prints, to the last character.

A run on a desk compares 40,507 lines: 7,926 of the rows of the gallery, 2,991 of single nodes,
12,122 of every activation at numbers of every kind, 5,640 of ties and many terms, 11,828 of 220
random networks. In CI there are more rows of the long tables.
"""

from __future__ import annotations

import csv
import os
import random

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

import deepgraph
from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.functions.aggregations import AGGREGATIONS
from deepgraph.functions.losses import LOSSES
from deepgraph.graph.kinds import BIAS, HIDDEN, INPUT
from deepgraph.graph.reach import ancestors
from deepgraph.live.arithmetic import arithmetic
from deepgraph.spec import gallery
from tests.support.explained import cases as examples_of
from tests.support.neurons import small
from tests.support.spoken import case, compared, programmed, spoken
from tests.support.strategies import irregular, network, renamed, specs

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
    at_desk, in_ci = (2, 30) if len(net.ids) > 60 else (8, 150)  # digits is the wide one
    most = in_ci if IN_CI else max(at_desk, len(rows) if len(rows) < 25 else 0)
    return rows[:: -(-len(rows) // most)]


def first_row(content):
    """The numbers or fractions of the first row of an example."""
    found = {key: np.atleast_1d(value)[0] for key, value in content.items()}
    return {key: str(v) if isinstance(v, str) else float(v) for key, v in found.items()}


@pytest.mark.parametrize("name", gallery.names(more=False))
def test_every_line_of_the_gallery_is_that_of_explain(name):
    net = deepgraph.load(gallery.path(name))
    cases = []
    for number, row in enumerate(rows_of(net)):
        inputs = {key: float(row[key]) for key in net.input_names}
        targets = {net.output_names[number % len(net.output_names)]: 1.0}
        precision = PRECISIONS[number % len(PRECISIONS)]
        cases.append(case(net, inputs, targets, loss_of(net), precision=precision))
    for inputs, targets, loss in examples_of(net):
        wanted = first_row(targets) or {net.output_names[0]: 1.0}
        goal = None if loss == "output" else wanted
        kinds = (False, True) if len(net.ids) < 60 else (True,)
        cases += [
            case(net, first_row(inputs), goal, loss_of(net, loss), fractions=kind) for kind in kinds
        ]
    assert compared([net], [cases]) > 40


@pytest.mark.parametrize("name", gallery.names(more=False))
def test_every_node_by_itself(name):
    net = deepgraph.load(gallery.path(name))
    row = rows_of(net)[-1]
    inputs = {key: float(row[key]) for key in net.input_names}
    nodes = [node for node in range(len(net.ids)) if net.kind[node] != BIAS]
    shown = [net.ids[node] for node in nodes[-40 if IN_CI else -12 :]]
    cases = [case(net, inputs, node=node) for node in shown]
    output = net.output_names[-1]
    before = ancestors(net, [net.index[output]])
    moving = [node for node in shown if net.index[node] in before]
    cases += [
        case(net, inputs, {output: 1.0}, loss_of(net), node=node)
        for node in moving[-2 if len(nodes) > 60 else -12 :]
    ]
    assert compared([net], [cases]) > len(cases)


@pytest.mark.parametrize("name", gallery.names(more=False))
def test_the_value_of_every_output_and_of_a_hidden_node_as_a_loss(name):
    net = deepgraph.load(gallery.path(name))
    row = rows_of(net)[0]
    inputs = {key: float(row[key]) for key in net.input_names}
    kinds = dict(zip(net.kind.tolist(), net.ids, strict=True))
    hidden = kinds.get(HIDDEN, kinds[INPUT])  # the last of its kind
    most = 2 if len(net.ids) > 60 else 10
    shown = [*net.output_names[:most], hidden]
    cases = [case(net, inputs, None, "output", of=of) for of in shown]
    cases += [case(net, inputs, None, "output", of=of, node=of) for of in shown]
    assert compared([net], [cases]) > 20


# --- everything that a line may hold ------------------------------------------------------------

POINTS = (
    *(
        -1000.0,
        -6.5,
        -3.0,
        -2.5,
        -1.0,
        -0.5,
        -1e-9,
        -0.0,
        0.0,
        5e-324,
        1e-5,
        0.1,
        0.5,
        1.0,
        1.5,
        2.0,
    ),
    *(
        2.5,
        3.0,
        6.0,
        6.000001,
        30.0,
        750.0,
        123456.789,
        1e308,
        np.inf,
        -np.inf,
        np.nan,
        1 / 3,
        -2 / 3,
    ),
)
"""Kinks, ties, zeros of both signs, numbers near the limits of doubles, and what is no number."""


def test_every_activation_at_every_kind_of_number():
    neurons, edges = [], []
    for number, name in enumerate(ACTIVATIONS):
        for own, weight in (({}, 1), ({"gain": -2.5}, f"{number + 1}/7")):
            neurons.append((f"h{len(neurons) + 1}", {"name": name, **own} if own else name))
            edges.append(("x", neurons[-1][0], weight))
    neurons.append(("y", "identity"))
    edges += [(name, "y", "1/3") for name, _ in neurons[:-1]]
    net = small(*neurons, edges=edges)
    cases = []
    for number, x in enumerate(POINTS):
        precision = PRECISIONS[number % len(PRECISIONS)]
        options = {"fractions": number % 3 == 0, "precision": precision}
        loss, targets = ("output", None) if number % 5 == 0 else ("squared_error", {"y": 0.25})
        cases.append(case(net, {"x": x}, targets, loss, **options))
    assert compared([net], [cases]) > 4_000


def test_ties_and_many_terms():
    nets, cases = [], []
    inputs = [f"x{i}" for i in range(1, 16)]
    tenths = [0.1 * i for i in range(15)]
    rows = [[1.0] * 15, [0.0] * 15, [-0.1] * 15, [*[0.3] * 14, 0.4], tenths]
    for name in AGGREGATIONS:
        neurons = [("m", "relu", name), ("few", "tanh", name), ("one", "identity", name)]
        edges = [(x, "m", 0.5) for x in inputs] + [(x, "few", 2) for x in inputs[:3]]
        edges += [("x1", "one", 3), ("m", "y", 1), ("few", "y", "1/7"), ("one", "y", -1)]
        net = small(*neurons, ("y", "identity"), edges=edges, inputs=inputs)
        nets.append(net)
        cases.append([])
        for number, row in enumerate(rows):
            given_ = dict(zip(inputs, row, strict=True))
            shown = [{"precision": p} for p in (None, 2 + number, "full")]
            cases[-1] += [case(net, given_, {"y": 1}, **options) for options in shown]
            cases[-1].append(case(net, given_, {"y": "1/3"}, fractions=True))
    assert compared(nets, cases) > 2_000


def test_ties_that_double_precision_breaks():
    """3·0.1 is above 0.3 in doubles, 10·0.3 and 3 are one double, and 0.5·0.2 is 0.1."""
    pairs = [
        ((3, 0.1), (1, 0.3)),
        ((1, 0.3), (3, 0.1)),
        ((10, 0.3), (1, 3.0)),
        ((0.5, 0.2), (1, 0.1)),
    ]
    nets, cases = [], []
    for name in ("max", "min"):
        for one, other in pairs:
            terms = [one, other, (1, 0.2)]
            edges = [(f"x{at}", "m", weight) for at, (weight, _) in enumerate(terms)]
            net = small(("m", "identity", name), edges=edges, inputs=["x0", "x1", "x2"])
            nets.append(net)
            inputs = {f"x{at}": x for at, (_, x) in enumerate(terms)}
            cases.append([case(net, inputs, {"m": 1}, fractions=kind) for kind in (False, True)])
    assert compared(nets, cases) > 150
    said = "\n".join(
        line.note for line in nets[0].explain({"x0": 0.1, "x1": 0.3, "x2": 0.2}, {"m": 1}).lines
    )
    assert "as large or larger, but in double precision, which rounds, its term is smaller" in said


def test_a_z_that_rounding_has_moved_off_its_kink():
    nets = [
        small(
            ("h", name),
            ("y", "identity"),
            edges=[("x1", "h", w), ("x2", "h", v), ("x3", "h", b), ("h", "y", 2)],
            inputs=["x1", "x2", "x3"],
        )
        for name in ("step", "sign", "relu", "hard_tanh")
        for w, v, b in ((0.1, 0.2, -0.3), (0.25, 0.25, -0.5), (0.7, 0.1, -0.8))
    ]
    ones = {"x1": 1, "x2": 1, "x3": 1}
    kinds = (False, True)
    cases = [[case(net, ones, {"y": 1}, fractions=kind) for kind in kinds] for net in nets]
    assert compared(nets, cases) > 300


def drawn(count, start):
    """This many random networks, the same in every run."""
    found = []

    @seed(start)
    @settings(
        max_examples=count,
        database=None,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(specs())
    def collect(spec):
        found.append(spec)

    collect()
    return [network(spec) for spec in found]


def test_two_hundred_random_networks():
    rng = random.Random(19)
    nets = drawn(120, 19)
    for size in range(100):
        made = irregular(rng, 3, 2, 3 + size // 10, None, list(AGGREGATIONS), scaled=True)
        nets.append(network(renamed(rng, made)))
    cases = [[_any_case(rng, net, backward) for backward in (True, False)] for net in nets]
    assert len(nets) >= 200
    assert compared(nets, cases) > 10_000


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
    loss = rng.choice(losses)
    if LOSSES[loss].targets:
        targets = {name: rng.choice(LOSSES[loss].targets) for name in net.output_names}
    return case(net, inputs, targets, loss, **options)


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
    cases = [
        case(changed, {"x": "3/7"}, {"y": 1}, fractions=fractions) for fractions in (False, True)
    ]
    for one, _ in cases:
        one["values"] = values
    assert compared([net], [cases]) > 10


def test_the_scripts_of_a_page_say_the_same():
    net = deepgraph.load(gallery.path("irregular"))
    inputs = dict.fromkeys(net.input_names, 0.5)
    targets = dict.fromkeys(net.output_names, 1)
    options = ({"precision": "full"}, {"fractions": True}, {"precision": 2})
    cases = [case(net, inputs, targets, **one) for one in options]
    [found] = spoken([programmed(net, [given_ for given_, _ in cases])], short=True)
    assert found == [expected for _, expected in cases]


def test_the_part_of_a_program_is_small():
    net = deepgraph.load(gallery.path("digits"))
    found = arithmetic(net)
    assert not found["names"].keys() & {"W1[1,1]", "h1"}
    assert len(found["names"]) < 80
