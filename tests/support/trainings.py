"""Trainings that are broken in one known way, and sound ones: what a diagnosis must say of each."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import numpy as np

from deepgraph.edit.templates import dense
from deepgraph.functions.losses import LOSSES
from deepgraph.spec.writing import write
from tests.support.strategies import network

XOR = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)


class Given(NamedTuple):
    """The arguments of `deepgraph.train.fit`."""

    network: Any
    X: Any
    targets: Any
    options: dict[str, Any]


def net(sizes, hidden="tanh", output="identity", seed=1, init="xavier", **values):
    """A dense network with drawn values, some of which are then replaced."""
    made = network(json.loads(write(dense(sizes, hidden, output))))
    made = made.initialised(seed, init)
    return made.with_values(values) if values else made


def weights(made):
    """(parameters,) true for the weights, by the edges."""
    from deepgraph.evaluate.optimisers import weight_parameters

    return weight_parameters(made)


def blobs(centres, rows, seed, spread=0.6):
    """Clouds around centres, and the number of each row's cloud."""
    rng = np.random.default_rng(seed)
    number = np.repeat(np.arange(len(centres)), rows)
    X = np.array(centres, float)[number] + spread * rng.standard_normal((len(number), 2))
    order = rng.permutation(len(number))
    return X[order], number[order]


def wave(rows=60, seed=0, noise=0.0):
    """A sine with noise."""
    rng = np.random.default_rng(seed)
    x = np.linspace(-1, 1, rows)[:, np.newaxis]
    return x, {"y": np.sin(3 * x[:, 0]) + noise * rng.standard_normal(rows)}


def bank(seed=3, rows=200):
    """Columns as a bank has them: age, salary, products; who is old and poor leaves."""
    rng = np.random.default_rng(seed)
    age, salary = rng.uniform(18, 80, rows), rng.uniform(10_000, 120_000, rows)
    products = rng.integers(1, 5, rows).astype(float)
    left = (age - 49) / 18 - (salary - 65_000) / 32_000 + 0.3 * products > 0.7
    return np.stack([age, salary, products], axis=1), {"y": left.astype(float)}


# --- broken ---------------------------------------------------------------------------------


def dead():
    """Biases so negative that no ReLU is on in any row."""
    made = net([2, 3, 1], "relu", seed=4)
    values = np.where(weights(made), made.parameters.values, -5.0)
    return Given(made.with_values(values), XOR, {"y": [0, 1, 1, 0]}, {"epochs": 300})


def zero():
    """Every number 0."""
    made = net([2, 3, 1], "tanh", "sigmoid")
    made = made.with_values(np.zeros(len(made.parameters)))
    return Given(made, XOR, {"y": [0, 1, 1, 0]}, {"epochs": 500, "learning_rate": 1.0})


def saturated():
    """Weights forty times too large."""
    made = net([2, 3, 1], "sigmoid", "sigmoid", seed=2)
    made = made.with_values(40 * made.parameters.values)
    X, t = blobs([(-1, 1), (1, -1)], 40, 5)
    return Given(made, X, {"y": 1.0 - t}, {"epochs": 300})


def unscaled():
    """Columns of a bank as they are."""
    X, t = bank()
    return Given(net([3, 4, 1], "tanh", "sigmoid"), X, t, {"epochs": 300, "learning_rate": 0.5})


def diverging():
    """A line through a parabola's points, with steps far too long."""
    x, t = wave()
    return Given(net([1, 6, 1], "relu"), x, t, {"epochs": 100, "learning_rate": 50.0})


def symmetric():
    """Every weight one half."""
    made = net([2, 3, 1], "tanh", "sigmoid")
    made = made.with_values(np.where(weights(made), 0.5, 0.0))
    return Given(made, XOR, {"y": [0, 1, 1, 0]}, {"epochs": 500, "learning_rate": 1.0})


def wrong_range():
    """Prices for an output that is a sigmoid."""
    x, t = wave()
    price = {"y": 50 + 30 * t["y"]}
    return Given(net([1, 5, 1], "tanh", "sigmoid"), x, price, {"epochs": 300})


def too_few_epochs():
    """XOR with a hundred epochs."""
    made = net([2, 2, 1], "sigmoid", "sigmoid", seed=1)
    return Given(made, XOR, {"y": [0, 1, 1, 0]}, {"epochs": 100, "learning_rate": 2.0})


def frozen():
    """The weights into the hidden nodes are frozen, and by chance useless."""
    x, t = wave()
    made = net([1, 4, 1], "tanh", seed=3)
    names = [name for name in made.parameters.names if name in ("w1", "w2", "w3", "w4")]
    made = made.with_values(dict.fromkeys(names, 0.01))
    return Given(made, x, t, {"epochs": 800, "freeze": names, "learning_rate": 0.2})


def one_class():
    """Six of two hundred rows are of the class, in the midst of the others."""
    rng = np.random.default_rng(8)
    X = rng.standard_normal((200, 2))
    t = ["rare" if row % 33 == 7 else "usual" for row in range(200)]
    spec = json.loads(write(dense([2, 3, 2], "tanh", "softmax")))
    for node, label in zip(spec["nodes"][-2:], ("usual", "rare"), strict=True):
        if node["id"].startswith("y"):
            node["label"] = label
    spec["nodes"] = [
        n | {"label": {"y1": "usual", "y2": "rare"}[n["id"]]} if n["id"] in ("y1", "y2") else n
        for n in spec["nodes"]
    ]
    return Given(network(spec).initialised(1, "xavier"), X, t, {"epochs": 300})


def wrong_rate():
    """A learning rate of 1e-5."""
    x, t = wave()
    return Given(net([1, 6, 1], "tanh", seed=2), x, t, {"epochs": 500, "learning_rate": 1e-5})


def step_units():
    """Hidden nodes with the step of the perceptron."""
    made = net([2, 3, 1], "step", "sigmoid", seed=2)
    return Given(made, XOR, {"y": [0, 1, 1, 0]}, {"epochs": 300})


BROKEN = {
    "dead": dead,
    "zero": zero,
    "saturated": saturated,
    "unscaled": unscaled,
    "diverging": diverging,
    "symmetric": symmetric,
    "range": wrong_range,
    "epochs": too_few_epochs,
    "frozen": frozen,
    "class": one_class,
    "rate": wrong_rate,
    "steps": step_units,
}
"""By the cause that the first finding names; `diverging` raises, and then it is the rate."""


# --- sound ----------------------------------------------------------------------------------


def _xor_tanh():
    given = {"epochs": 1000, "learning_rate": 1.0}
    return Given(net([2, 4, 1], "tanh", "sigmoid", seed=3), XOR, {"y": [0, 1, 1, 0]}, given)


def _xor_relu_with_a_dead_node():
    """One of six nodes is off everywhere, and the others do the work."""
    made = net([2, 6, 1], "relu", seed=2, init="he", b1=-5.0)
    return Given(made, XOR, {"y": [0, 1, 1, 0]}, {"epochs": 1500, "learning_rate": 0.2})


def _wave():
    return Given(net([1, 8, 1], "tanh"), *wave(), {"epochs": 3000, "learning_rate": 0.2})


def _noisy_wave():
    """Half of what is left is noise, which nothing can learn."""
    x, t = wave(120, seed=1, noise=0.7)
    return Given(net([1, 4, 1], "tanh", seed=2), x, t, {"epochs": 1500, "learning_rate": 0.1})


def _line():
    rng = np.random.default_rng(2)
    X = rng.standard_normal((80, 3))
    t = X @ [1.0, -2.0, 0.5] + 3 + 0.1 * rng.standard_normal(80)
    return Given(net([3, 1]), X, {"y": t}, {"epochs": 300})


def _line_of_noise():
    """A weak trend in much noise: a fit that explains a fifth is all that there is."""
    rng = np.random.default_rng(4)
    X = rng.standard_normal((150, 2))
    t = 0.5 * X[:, 0] + rng.standard_normal(150)
    return Given(net([2, 1]), X, {"y": t}, {"epochs": 300})


def _logistic():
    X, n = blobs([(-1, 0), (1, 0)], 60, 2, spread=1.0)
    t = [str(k) for k in n]
    return Given(net([2, 1], "tanh", "sigmoid"), X, t, {"epochs": 400, "learning_rate": 0.5})


def _three_clouds():
    X, n = blobs([(-2, 0), (2, 0), (0, 2.5)], 40, 3)
    given = {"epochs": 200, "optimiser": "adam", "batch": 20, "learning_rate": 0.02}
    return Given(net([2, 6, 3], "relu", "softmax", init="he"), X, [f"y{k + 1}" for k in n], given)


def _huber_with_outliers():
    x, t = wave(100, seed=5, noise=0.05)
    t["y"][::20] += 5.0
    given = {"epochs": 3000, "learning_rate": 0.3, "loss": "huber"}
    return Given(net([1, 6, 1], "tanh", seed=3), x, t, given)


def _hinge():
    X, n = blobs([(-1.5, 0), (1.5, 0)], 50, 6)
    given = {"epochs": 400, "loss": "hinge"}
    return Given(net([2, 1]), X, {"y": np.where(n, 1.0, -1.0)}, given)


def _frozen_features():
    """Only the output learns, from tanh features that do."""
    made = net([1, 12, 1], "tanh", seed=5)
    rng = np.random.default_rng(5)
    names = [f"w{k}" for k in range(1, 13)]
    made = made.with_values(dict(zip(names, rng.uniform(-4, 4, 12), strict=True)))
    given = {"epochs": 3000, "learning_rate": 0.2, "freeze": names}
    return Given(made, *wave(), given)


def _two_outputs_with_decay():
    rng = np.random.default_rng(9)
    X = rng.uniform(-1, 1, (100, 2))
    targets = {"y1": X[:, 0] * X[:, 1], "y2": X[:, 0] ** 2}
    given = {"epochs": 1500, "optimiser": "adam", "weight_decay": 1e-5}
    return Given(net([2, 10, 2], "tanh", seed=4), X, targets, given)


SOUND = {
    "XOR with tanh": _xor_tanh,
    "XOR with ReLU, one of six dead": _xor_relu_with_a_dead_node,
    "a wave": _wave,
    "a wave in noise": _noisy_wave,
    "a plane": _line,
    "a weak trend": _line_of_noise,
    "two clouds that overlap": _logistic,
    "three clouds": _three_clouds,
    "outliers": _huber_with_outliers,
    "a margin": _hinge,
    "frozen features": _frozen_features,
    "two outputs with weight decay": _two_outputs_with_decay,
}
assert all(name in LOSSES for name in ("huber", "hinge"))
