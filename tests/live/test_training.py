"""Training in JavaScript: the same steps as Python, a divergence told, the way back."""

from __future__ import annotations

import csv

import numpy as np
import pytest

import deepgraph
from deepgraph import train
from deepgraph.functions.losses import CLASSES_LOSS, LOSSES
from deepgraph.live.losses import losses
from deepgraph.train.rows import one_hot
from tests.support.live import run_networks
from tests.support.strategies import GALLERY, SPECS, bits, network

STEPS = """
const main = ({ table, loss, rate, count, method }) => {
  const program = programs[0], { rows, goal } = trainingData(table, loss);
  const training = new Training(program, program.values, rows, goal, method);
  training.step(rate, count);
  const { values, losses, trouble } = training;
  training.rewind();
  const again = training.losses, rewound = training.values;
  for (let i = 0; i < count; i++) training.step(rate);
  return { values, losses, trouble, rewound, again: [again[0]], single: training.values };
};
"""

RELU = {
    "deepgraph": 1,
    "layers": [
        {"id": "x", "size": 2},
        {"id": "h", "size": 3, "activation": "relu", "weights": "W1", "bias": "b1"},
        {"id": "y", "size": 1, "weights": "W2", "bias": "b2"},
    ],
    "parameters": {
        "W1": [[0.5, -0.3], [0.2, 0.7], [-0.6, 0.4]],
        "b1": [0.1, 0, "1/3"],
        "W2": [[0.4, -0.9, 0.3]],
        "b2": [0.05],
    },
}
SHARED = {
    "deepgraph": 1,
    "nodes": [
        {"id": "x", "kind": "input"},
        {"id": "b", "kind": "bias", "value": 0.25},
        {"id": "h1", "activation": "relu"},
        {"id": "h2", "activation": {"name": "leaky_relu", "alpha": 0.25}, "aggregation": "max"},
        {"id": "y", "kind": "output", "aggregation": "mean"},
    ],
    "edges": [
        {"source": "x", "target": "h1", "label": "w", "weight": 0.7},
        {"source": "b", "target": "h1"},
        {"source": "x", "target": "h2", "label": "w"},
        {"source": "b", "target": "h2"},
        {"source": "h1", "target": "y", "label": "v1", "weight": 0.5},
        {"source": "h2", "target": "y", "label": "v2", "weight": -0.4, "trainable": False},
    ],
}


PLAIN = {"momentum": 0, "decay": 0}


def run(net, X, targets, loss, rate, count=100, method=PLAIN):
    table = {
        "inputs": np.asarray(X, float).T.tolist(),
        "targets": {str(net.index[name]): list(column) for name, column in targets.items()},
    }
    given = {"table": table, "loss": loss, "rate": rate, "count": count, "method": method}
    found = run_networks(STEPS, [net], given)
    lists = ("values", "losses", "rewound", "again", "single")
    return found | {name: np.array(found[name], float) for name in lists}


def by_steps(net, X, targets, loss, rate, count=100):
    losses = []
    for _ in range(count):
        found = net.gradient(X, targets, loss)
        losses.append(found.loss)
        net = found.update(rate)
    return net.parameters.values, [*losses, net.loss(X, targets, loss)]


def rows(net, seed, count=12):
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, (count, len(net.inputs)))
    return X, {name: rng.uniform(-1, 1, count) for name in net.output_names}


@pytest.mark.parametrize("spec", [RELU, SHARED], ids=["layers", "shared weights"])
@pytest.mark.parametrize("loss", ["half_squared_error", "mean_squared_error"])
def test_a_hundred_steps_give_the_bits_of_python(spec, loss):
    net = network(spec)
    X, targets = rows(net, 1)
    found = run(net, X, targets, loss, 0.1)
    values, losses = by_steps(net, X, targets, loss, 0.1)
    assert found["trouble"] is None
    assert (bits(found["values"]) == bits(values)).all()
    assert (bits(found["losses"]) == bits(losses)).all()
    assert losses[-1] < losses[0]
    assert found["single"].tolist() == found["values"].tolist()


@pytest.mark.parametrize("spec", [RELU, SHARED], ids=["layers", "shared weights"])
def test_a_hundred_steps_equal_those_of_the_command(spec):
    """`deepgraph train` adds up in the order of the BLAS, so the last bits may differ."""
    net = network(spec)
    X, targets = rows(net, 2)
    found = run(net, X, targets, "half_squared_error", 0.05)
    done = train.fit(net, X, targets, epochs=100, learning_rate=0.05)
    assert done.best.number == 100
    assert np.allclose(found["values"], done.network.parameters.values, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("spec", [RELU, SHARED], ids=["layers", "shared weights"])
@pytest.mark.parametrize("decay", [0, 0.125])
def test_momentum_and_weight_decay_move_as_those_of_the_command(spec, decay):
    net = network(spec)
    X, targets = rows(net, 4)
    method = {"momentum": 0.75, "decay": decay}
    found = run(net, X, targets, "half_squared_error", 0.05, 30, method)
    done = train.fit(
        net,
        X,
        targets,
        epochs=30,
        learning_rate=0.05,
        momentum=0.75,
        weight_decay=decay,
        keep="last",
    )
    assert np.allclose(found["values"], done.network.parameters.values, rtol=1e-12, atol=1e-14)
    plain = run(net, X, targets, "half_squared_error", 0.05, 30)
    assert not np.allclose(found["values"], plain["values"], rtol=1e-3)


def test_classes_by_cross_entropy():
    net = deepgraph.load(SPECS / "iris.json")
    assert net.normalise is not None or net.softmax_groups
    rng = np.random.default_rng(3)
    X = rng.uniform(0, 5, (9, len(net.inputs)))
    wanted = np.eye(len(net.outputs))[rng.integers(0, len(net.outputs), 9)]
    targets = dict(zip(net.output_names, wanted.T, strict=True))
    found = run(net, X, targets, "cross_entropy", 0.01)
    values, losses = by_steps(net, X, targets, "cross_entropy", 0.01)
    assert np.allclose(found["values"], values, rtol=1e-9)
    assert np.allclose(found["losses"], losses, rtol=1e-9)


def test_rewinding_leads_to_the_same_start():
    net = network(RELU)
    X, targets = rows(net, 1)
    found = run(net, X, targets, "half_squared_error", 0.1)
    assert (bits(found["rewound"]) == bits(net.parameters.values)).all()
    assert found["again"].tolist() == found["losses"][:1].tolist()


def test_a_divergence_is_told_with_node_and_row_and_the_values_stay_finite():
    net = network(RELU)
    X, targets = rows(net, 1)
    found = run(net, X, targets, "half_squared_error", 1e6)
    trouble = found["trouble"]
    assert np.isfinite(found["values"]).all()
    assert np.isfinite(found["losses"]).all()
    assert trouble["step"] == len(found["losses"]) > 1
    with np.errstate(all="ignore"):
        at = net.with_values(found["values"])
        stepped = at.gradient(X, targets, "half_squared_error").step(1e6)
    if trouble["what"] in ("z", "a"):
        trace = net.with_values(np.nan_to_num(stepped, nan=1.0, posinf=np.inf)).trace(X)
        strange = ~(np.isfinite(trace.z) & np.isfinite(trace.a))
        assert strange[trouble["node"]].any()
        assert np.flatnonzero(strange[trouble["node"]])[0] == trouble["row"]
    else:
        assert trouble["what"] == "loss"
        assert trouble["value"] == np.inf


def test_trouble_names_the_first_node():
    """exp grows over the largest double in the second row."""
    spec = {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input"},
            {"id": "h", "activation": "exp"},
            {"id": "y", "kind": "output"},
        ],
        "edges": [
            {"source": "x", "target": "h", "label": "w", "weight": 2},
            {"source": "h", "target": "y", "label": "v", "weight": 1},
        ],
    }
    found = run(network(spec), [[1.0], [500.0]], {"y": [0.0, 0.0]}, "squared_error", 0.1)
    assert found["trouble"] == {
        "step": 0, "what": "a", "node": 1, "row": 1, "value": np.inf
    }  # fmt: skip
    assert found["values"].tolist() == [2.0, 1.0]


RESUMED = """
const main = ({ table, loss, rate }) => {
  const program = programs[0], { rows, goal } = trainingData(table, loss);
  const training = new Training(program, program.values, rows, goal, { momentum: 0.5, decay: 0 });
  training.step(rate, 5);
  const { values, velocity } = training, losses = [...training.losses];
  training.step(rate, 5);
  const end = training.losses;
  training.resume(values, losses, velocity);
  training.step(rate, 5);
  return [end, training.losses];
};
"""


def test_it_goes_on_from_an_earlier_moment():
    net = network(RELU)
    X, targets = rows(net, 1)
    table = {"inputs": X.T.tolist(), "targets": {str(net.index["y"]): targets["y"].tolist()}}
    given = {"table": table, "loss": "squared_error", "rate": 0.1}
    end, again = run_networks(RESUMED, [net], given)
    assert len(end) == 11
    assert again == end


BEGIN = """
const main = (tables) => programs.map((program, at) => tables[at].losses.map((loss) => {
  const data = { ...trainingData(tables[at], loss), method: PLAIN };
  const { rate } = triedRate(program, program.values, data);
  const training = new Training(program, program.values, data.rows, data.goal);
  const isFlat = training.gradient.values.every((slope) => slope === 0);
  training.step(Number(rate), 100);
  return { loss, rate, isFlat, trouble: training.trouble, losses: training.losses };
}));
"""


def table_of(net, path):
    """What the page of a network may learn from: its table, or a row of it with targets of 1."""
    with path.with_suffix(".csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))[:150]
    named = {name: f"target_{name}" for name in net.output_names if f"target_{name}" in rows[0]}
    others = [header for header in rows[0] if header not in net.input_names]
    if named:
        wanted = {name: [float(row[header]) for row in rows] for name, header in named.items()}
    elif others and net.classes:
        wanted, _ = one_hot(net, [row[others[0]] for row in rows])
        wanted = {name: column.tolist() for name, column in wanted.items()}
    else:
        rows, wanted = rows[:1], {name: [1.0] for name in net.output_names}
    inputs = [[float(row[name]) for row in rows] for name in net.input_names]
    targets = {str(net.index[name]): column for name, column in wanted.items()}
    usable = [name for name in losses(net) if name in LOSSES and LOSSES[name].f]
    return {
        "inputs": inputs,
        "targets": targets,
        "losses": usable + [CLASSES_LOSS] * bool(net.classes),
    }


def test_the_rate_to_begin_with_lowers_the_loss_of_every_gallery_network():
    networks = [deepgraph.load(path) for path in GALLERY]
    found = run_networks(BEGIN, networks, list(map(table_of, networks, GALLERY)))
    rates = set()
    for net, runs in zip(networks, found, strict=True):
        for run in runs:
            first, later = run["losses"][0], run["losses"][1:]
            what = (net.name, run["loss"], run["rate"], first, later[-1])
            print(*what)
            assert run["trouble"] is None, what
            assert later[-1] < first or run["isFlat"], what
            rates.add(run["rate"])
    assert len(rates) > 2  # one size does not fit all


STILL = """
const main = ({ momentum }) => {
  const rows = { count: 1, inputs: Float64Array.of(1) };
  const goal = { loss: "squared_error", nodes: programs[0].outputs, targets: Float64Array.of(0) };
  const [program] = programs, method = { ...PLAIN, momentum };
  const training = new Training(program, program.values, rows, goal, method);
  training.step(1e-17);
  return training.isStill && !training.values.some((value) => value !== 1);
};
"""


@pytest.mark.parametrize(("momentum", "is_still"), [(0, True), (0.5, True), (0.95, False)])
def test_a_training_stands_still_where_no_later_step_would_move_a_number(momentum, is_still):
    """A step of 2e-17 leaves 1 as it is; momentum of 0.5 makes it 4e-17, and 0.95 makes it 4e-16,
    more than half of the last bit, 5.6e-17."""
    spec = {
        "deepgraph": 1,
        "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
        "edges": [{"source": "x", "target": "y", "weight": 1}],
    }
    assert run_networks(STILL, [network(spec)], {"momentum": momentum}) == is_still
