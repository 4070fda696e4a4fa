"""Steps of training against PyTorch and scikit-learn, from the same start, in one process."""

from __future__ import annotations

import warnings

import numpy as np

import deepgraph
from deepgraph.edit.templates import dense
from deepgraph.train.descent import Descent
from deepgraph.train.objective import goal
from deepgraph.train.records import Settings
from deepgraph.train.rows import Rows, one_hot
from tests.benchmarks.harness import Case, Program
from tests.benchmarks.networks import SPECS

STEPS = 1000
EPOCHS = 10


def cases():
    """All of them, by a short name."""
    return {"step": step, "digits": digits}


def step():
    """The seed network on 150 rows, all of them in every step."""
    net = deepgraph.load(SPECS / "deep_state.json")
    X = np.linspace(-1, 1, 150)[:, np.newaxis]
    t = np.sin(3 * X)

    def prepare():
        aim, targets = goal(net, {"y": t[:, 0]}, "half_squared_error", len(X))
        rows = Rows(np.ascontiguousarray(X.T), targets)

        def call():
            run = Descent(net, aim, rows, None, Settings(STEPS, 0.05)).run()
            return net.with_values(run.values)(X)

        return call

    programs = [Program("deepgraph", prepare, ours=True)]
    programs += [
        Program(f"PyTorch, {dtype}, {name}", lambda d=dtype, o=options: with_torch(net, X, t, d, o))
        for dtype in ("float64", "float32")
        for name, options in (
            ("SGD", {}),
            ("SGD(foreach=False)", {"foreach": False}),
            ("SGD(foreach=True)", {"foreach": True}),
        )
    ]
    work = f"{STEPS:,} steps of gradient descent, deep_state, 150 rows"
    return Case(work, programs, 1e-3, by_step)


def by_step(medians):
    ours, peers = medians["deepgraph"], {k: v for k, v in medians.items() if k != "deepgraph"}
    said = f"{ours / STEPS * 1e6:.1f} µs a step"
    if peers:
        best = min(peers, key=peers.get)
        said += f"; the fastest of the others ({best}) {peers[best] / STEPS * 1e6:.1f} µs"
    return f"{said}. PyTorch on one thread, which is its fastest here."


def with_torch(net, X, t, dtype, options):
    """Linear layers and the optimiser, as its tutorials write them."""
    import torch
    from torch import nn

    torch.set_num_threads(1)
    kind = getattr(torch, dtype)
    value = {name: net.parameters.values[net.parameters.find(name)] for name in net.parameters.keys}
    shape = [
        (["w1", "w2"], (2, 1), ["b1", "b2"]),
        (["w3", "w5", "w4", "w6"], (2, 2), ["b3", "b4"]),
        (["w7", "w8"], (1, 2), ["b5"]),
    ]
    x, wanted = torch.tensor(X, dtype=kind), torch.tensor(t, dtype=kind)

    def call():
        layers = []
        for weights, size, biases in shape:
            layer = nn.Linear(size[1], size[0], dtype=kind)
            matrix = np.reshape([value[name] for name in weights], size)
            layer.weight.data = torch.tensor(matrix, dtype=kind)
            layer.bias.data = torch.tensor([value[name] for name in biases], dtype=kind)
            layers += [layer, nn.ReLU()]
        model = nn.Sequential(*layers[:-1])
        optimiser = torch.optim.SGD(model.parameters(), lr=0.025, **options)  # of the whole square
        loss = nn.MSELoss()
        for _ in range(STEPS):
            optimiser.zero_grad()
            loss(model(x), wanted).backward()
            optimiser.step()
        return model(x).detach().numpy()

    return call


def digits():
    """64-32-10 on the digits of scikit-learn, Adam, batches of 50."""
    from sklearn.datasets import load_digits

    data = load_digits()
    X, y = data.data / 16, data.target
    net = deepgraph.Network(dense([64, 32, 10], output_activation="softmax", layers=True))
    net = net.initialised(0, "xavier")
    names = net.output_names

    def prepare():
        hot, classes = one_hot(net, [names[digit] for digit in y])
        aim, targets = goal(net, hot, "cross_entropy", len(X))
        rows = Rows(np.ascontiguousarray(X.T), targets, classes)
        settings = Settings(EPOCHS, 0.001, "adam", batch=50)
        return lambda: Descent(net, aim, rows, None, settings).run()

    def scikit_learn():
        from sklearn.neural_network import MLPClassifier

        def call():
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # it would go on for longer
                MLPClassifier((32,), batch_size=50, max_iter=EPOCHS, random_state=0).fit(X, y)

        return call

    programs = [
        Program("deepgraph", prepare, ours=True),
        Program("scikit-learn, MLPClassifier", scikit_learn),
        Program("PyTorch, float32, Adam", lambda: digits_with_torch(X, y)),
    ]
    work = f"{EPOCHS} epochs of 64-32-10 on 1,797 digits, Adam, batches of 50"
    return Case(work, programs, None)


def digits_with_torch(X, y):
    import torch
    from torch import nn

    torch.set_num_threads(1)
    x, wanted = torch.tensor(X, dtype=torch.float32), torch.tensor(y)

    def call():
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
        optimiser = torch.optim.Adam(model.parameters(), lr=0.001)
        loss = nn.CrossEntropyLoss()
        for _ in range(EPOCHS):
            for part in torch.randperm(len(x)).split(50):
                optimiser.zero_grad()
                loss(model(x[part]), wanted[part]).backward()
                optimiser.step()
        return model

    return call
