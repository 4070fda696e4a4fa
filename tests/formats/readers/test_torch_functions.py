# ruff: noqa: E501 (a case is a line)
"""Functions of PyTorch: by hand on made traces, and beside PyTorch itself where it is installed."""

from __future__ import annotations

import numpy as np
import pytest

import deepgraph
from deepgraph.errors import FormatError
from tests.support.models import distance
from tests.support.traces import Tape

X = np.arange(27.0).reshape(3, 3, 3) / 10 - 1


def numbers(monkeypatch, build, array=X):
    tape = Tape()
    made = build(tape, tape.input())
    return tape.network(monkeypatch, array.shape, made)([array.reshape(-1)])[0]


def by_size(tape, x):
    return tape.call("view", x, tape.call("size", x, 0), tape.call("size", x, 1), -1)


SHAPES = {
    "a size is that of its axis": (lambda t, x: t.call("mean", by_size(t, x), 2), X.reshape(3, 9).mean(1)),
    "a product of sizes": (
        lambda t, x: t.call("mean", t.call("reshape", x, (1, t.call("mul", t.call("size", x, 1), t.call("size", x, 2)), -1)), 1),
        X.reshape(9, 3).mean(0),
    ),
    "flatten from an axis on": (lambda t, x: t.call("mean", t.call("flatten", x, 2), 2), X.reshape(3, 9).mean(1)),
    "flatten up to an axis": (lambda t, x: t.call("sum", t.call("flatten", x, 1, 2), 1), X.reshape(9, 3).sum(0)),
    "flatten up to an axis from the end": (
        lambda t, x: t.call("sum", t.call("flatten", x, start_dim=1, end_dim=-2), 1), X.reshape(9, 3).sum(0),
    ),
    "a module that flattens": (
        lambda t, x: t.call("sum", t.module("Flatten", x, start_dim=1, end_dim=2), 1), X.reshape(9, 3).sum(0),
    ),
    "axis for dim": (lambda t, x: t.call("mean", x, axis=2), X.mean(1).reshape(-1)),
    "all by keyword": (lambda t, x: t.call("reshape", t.call("cat", tensors=[x, x], dim=1), shape=(1, 54)), np.tile(X.reshape(-1), 2)),
    "means without their padding": (
        lambda t, x: t.call("avg_pool2d", x, 3, padding=1, stride=2, count_include_pad=False), X[:, None, :2, :2].mean((2, 3))[:, 0],
    ),
    "slopes by channel": (
        lambda t, x: t.module("PReLU", x, weight=np.array([0.1, 0.2, 0.3])),
        np.where(X > 0, X, X * np.array([0.1, 0.2, 0.3])[:, None, None]).reshape(-1),
    ),
    "added in place": (lambda t, x: t.call("mul", t.call("add_", t.call("tanh", x), 1.0), 2.0), 2 * (np.tanh(X) + 1).reshape(-1)),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_and_arguments(name, monkeypatch):
    build, wanted = SHAPES[name]
    found = numbers(monkeypatch, build)
    if name.startswith("means"):  # of four windows in each channel the first
        found, wanted = found[::4], X[:, :2, :2].mean((1, 2))
    assert found == pytest.approx(wanted, abs=1e-12)


REFUSED = {
    "beta": lambda t, x: t.call("softplus", x, beta=3),
    "threshold": lambda t, x: t.module("Softplus", x, beta=1, threshold=0.1),
    "divisor": lambda t, x: t.module("AvgPool2d", x, divisor_override=3, kernel_size=2, stride=2, padding=0, ceil_mode=False),
    "decimals": lambda t, x: t.call("round", x, decimals=2),
    "torch.int64": lambda t, x: t.call("to", x, "torch.int64"),
    "float16": lambda t, x: t.call("to", x, dtype="torch.float16"),
    "without an axis": lambda t, x: t.call("softmax", x, None),
    "only for training": lambda t, x: t.call("dropout", x, 0.5),
    "dtype": lambda t, x: t.call("mean", x, 1, dtype="torch.float16"),
    "alpha": lambda t, x: t.call("add", x, x, alpha=2),
    "rounding_mode": lambda t, x: t.call("div", x, 2, rounding_mode="floor"),
    "nonsense": lambda t, x: t.call("relu", x, nonsense=1),
    "3 arguments": lambda t, x: t.call("tanh", x, 1, 2),
    'lacks the argument "other"': lambda t, x: t.call("add", x),
    "axes 4": lambda t, x: t.call("mean", t.call("flatten", x, 1), 4),
    "axis 5": lambda t, x: t.call("softmax", x, 5),
    "axis has to be named": lambda t, x: t.call("squeeze", x),
    "only slices by numbers": lambda t, x: t.call("getitem", x, slice(None, t.call("size", x, 1))),
    "it is not read": lambda t, x: t.call("getattr", x, "T"),
}  # fmt: skip


@pytest.mark.parametrize("said", REFUSED)
def test_what_would_be_passed_over_is_refused(said, monkeypatch):
    with pytest.raises(FormatError, match=said):
        numbers(monkeypatch, REFUSED[said])


def lost(tape, x):
    h = tape.call("tanh", x)
    tape.call("add_", h, 1.0)
    return h


def lost_in_a_view(tape, x):
    h = tape.call("tanh", x)
    tape.call("add_", tape.call("view", h, 1, 27), 1.0)
    return tape.call("mul", h, 2.0)


def lost_in_a_module(tape, x):
    h = tape.call("tanh", x)
    return tape.call("add", tape.module("ReLU", h, inplace=True), h)


@pytest.mark.parametrize("build", [lost, lost_in_a_view, lost_in_a_module])
def test_what_is_overwritten_and_used_is_refused(build, monkeypatch):
    with pytest.raises(FormatError, match="which is used behind it"):
        numbers(monkeypatch, build)


def test_beside_pytorch():
    torch = pytest.importorskip("torch", reason="pip install torch")
    nn, functional = torch.nn, torch.nn.functional

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.slope = nn.Conv2d(2, 3, 2), nn.PReLU(3)
            self.out = nn.Linear(3, 2)

        def forward(self, x):
            h = self.slope(self.conv(x))
            h = functional.avg_pool2d(h, 3, 2, 1, True, False)
            h = functional.dropout(h, 0.5, self.training)
            h = h.view(h.size(0), h.shape[1], -1).mean(axis=2)
            h += 1
            return self.out(functional.relu(h, inplace=True)).softmax(-1)

    module = Net().double()
    rows = np.random.default_rng(1).standard_normal((4, 2, 6, 6))
    network = deepgraph.from_torch(module, shape=(2, 6, 6))
    assert module.training
    with torch.no_grad():
        Y = module.eval()(torch.tensor(rows)).numpy()
    assert distance(network, rows.reshape(4, -1), Y) <= 1e-12
