"""Makes the model files of `models/` with the tools that people use, and records what they compute.

Run in an environment that has torch (with onnxscript), onnx, onnxruntime, scikit-learn, skl2onnx,
keras (with KERAS_BACKEND=torch), h5py, joblib and neat-python:

    python tests/formats/readers/generate.py FOLDER [PART …]

Each part writes its files, and `PART.json` with what the original computed: for each file rows of
inputs, rows of outputs, how near an import has to be, and the options of the import.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

ROWS = 6
DOUBLE, SINGLE = 1e-12, 1e-4


class Record:
    """The files of one part, and what the originals computed."""

    def __init__(self, folder, part):
        self.folder, self.part, self.files = folder, part, {}

    def add(self, name, X, Y, bar, **options):
        assert name not in self.files
        X, Y = np.asarray(X, float), np.asarray(Y, float)
        self.files[name] = {
            "bar": bar,
            "options": options,
            "inputs": X.reshape(len(X), -1).tolist(),
            "outputs": Y.reshape(len(Y), -1).tolist(),
        }

    def write(self):
        text = json.dumps(self.files, indent=1)
        (self.folder / f"{self.part}.json").write_text(text)


def rows(size, seed=0):
    return np.random.default_rng(seed).standard_normal((ROWS, size))


# --- ONNX out of PyTorch -------------------------------------------------------------------------


def torch_modules():
    import torch
    from torch import nn

    class Branches(nn.Module):
        def __init__(self):
            super().__init__()
            self.left, self.right = nn.Linear(4, 3), nn.Linear(4, 5)
            self.out = nn.Linear(8, 2)

        def forward(self, x):
            return self.out(torch.cat([torch.tanh(self.left(x)), self.right(x).relu()], 1))

    class Residual(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b, self.c = nn.Linear(4, 4), nn.Linear(4, 4), nn.Linear(4, 1)

        def forward(self, x):
            h = torch.relu(self.a(x)) + x
            return self.c(torch.relu(self.b(h) + h))

    class Two(nn.Module):
        def __init__(self):
            super().__init__()
            self.body, self.mean, self.value = nn.Linear(3, 6), nn.Linear(6, 2), nn.Linear(6, 1)

        def forward(self, x):
            h = torch.tanh(self.body(x))
            return torch.softmax(self.mean(h), -1), self.value(h)

    class Scaled(nn.Module):
        def __init__(self):
            super().__init__()
            self.net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1))
            self.register_buffer("mean", torch.tensor([1.0, 2.0, 3.0]))
            self.register_buffer("std", torch.tensor([2.0, 0.5, 4.0]))

        def forward(self, x):
            return self.net((x - self.mean) / self.std) * 10 + 5

    class Conv(nn.Module):
        def __init__(self, *layers, size=2):
            super().__init__()
            self.layers, self.head = nn.Sequential(*layers), nn.LazyLinear(size)

        def forward(self, x):
            return self.head(self.layers(x).flatten(1))

    class Tied(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.out = nn.Linear(3, 3), nn.Linear(3, 2)

        def forward(self, x):
            return self.out(torch.relu(self.a(torch.relu(self.a(x)))))

    class Gated(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = nn.Linear(3, 4), nn.Linear(3, 4)

        def forward(self, x):
            return self.a(x) * torch.sigmoid(self.b(x))

    class Pieces(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.out = nn.Linear(6, 8), nn.Linear(6, 2)

        def forward(self, x):
            h = self.a(x)
            one, two, three = h.chunk(3, 1)[0], h[:, 3:6], x[:, ::3]
            return self.out(torch.cat([torch.maximum(one, two), three, h.mean(1, True)], 1))

    class Signals(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv1d(2, 3, 3, stride=2, padding=1)
            self.out = nn.Linear(3, 2)

        def forward(self, x):
            return self.out(torch.relu(self.conv(x)).amax(2))

    def chain(*functions):
        sizes = [4, 5, 6, 3]
        layers = []
        for number, function in enumerate(functions):
            layers += [nn.Linear(sizes[number], sizes[number + 1]), function]
        return nn.Sequential(*layers, nn.Linear(sizes[len(functions)], 2))

    yield "mlp_relu", chain(nn.ReLU(), nn.ReLU()), (4,)
    yield "mlp_leaky_elu", chain(nn.LeakyReLU(0.2), nn.ELU(0.7)), (4,)
    yield "mlp_silu_gelu", chain(nn.SiLU(), nn.GELU()), (4,)
    yield "mlp_mish_softplus", chain(nn.Mish(), nn.Softplus()), (4,)
    yield "mlp_hard", chain(nn.Hardsigmoid(), nn.Hardswish(), nn.Hardtanh(-0.5, 0.7)), (4,)
    yield "mlp_selu_celu", chain(nn.SELU(), nn.CELU(0.6)), (4,)
    yield "mlp_softsign_tanh", chain(nn.Softsign(), nn.Tanh(), nn.Sigmoid()), (4,)
    yield "mlp_prelu_relu6", chain(nn.PReLU(5, 0.3), nn.ReLU6()), (4,)
    yield "mlp_dropout", chain(nn.Dropout(0.5), nn.ReLU()), (4,)
    yield "mlp_wide", nn.Sequential(nn.Linear(20, 30), nn.ReLU(), nn.Linear(30, 5)), (20,)
    yield "softmax", nn.Sequential(nn.Linear(4, 3), nn.Softmax(1)), (4,)
    yield "log_softmax", nn.Sequential(nn.Linear(4, 3), nn.LogSoftmax(1)), (4,)
    yield "no_bias", nn.Sequential(nn.Linear(4, 3, bias=False), nn.Tanh()), (4,)
    yield (
        "batch_norm",
        nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 2)),
        (4,),
    )
    yield (
        "batch_norm_behind",
        nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.BatchNorm1d(6), nn.Linear(6, 2)),
        (4,),
    )
    yield "batch_norm_first", nn.Sequential(nn.BatchNorm1d(4), nn.Linear(4, 2)), (4,)
    yield "branches", Branches(), (4,)
    yield "residual", Residual(), (4,)
    yield "two_outputs", Two(), (3,)
    yield "scaled", Scaled(), (3,)
    yield "tied", Tied(), (3,)
    yield "gated", Gated(), (3,)
    yield "pieces", Pieces(), (6,)
    yield "conv", Conv(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(2)), (1, 6, 6)
    yield (
        "conv_norm",
        Conv(nn.Conv2d(2, 3, 3, padding=1), nn.BatchNorm2d(3), nn.ReLU(), nn.AvgPool2d(2)),
        (2, 4, 4),
    )
    yield "conv_groups", Conv(nn.Conv2d(4, 4, 2, groups=2, dilation=2), nn.Tanh()), (4, 4, 4)
    yield "conv_global", Conv(nn.Conv2d(1, 2, 2, stride=2), nn.AdaptiveAvgPool2d(1)), (1, 6, 6)
    yield (
        "conv_pad",
        Conv(nn.ZeroPad2d(1), nn.Conv2d(1, 2, 3), nn.MaxPool2d(3, 2, 1, ceil_mode=True)),
        (1, 5, 5),
    )
    yield "conv_count_pad", Conv(nn.Conv2d(1, 1, 2), nn.AvgPool2d(2, 2, 1)), (1, 5, 5)
    yield "conv_one_axis", Signals(), (2, 8)


def warmed(module, shape):
    """A module with statistics in its batch norms, ready to be used."""
    import torch

    module(torch.randn(8, *shape))
    module.train()
    for _ in range(4):
        module(torch.randn(16, *shape) * 2 + 0.5)
    return module.eval()


def torch_onnx(record):
    import torch

    for number, (name, module, shape) in enumerate(torch_modules()):
        torch.manual_seed(number)
        module = warmed(module, shape)
        X = rows(int(np.prod(shape)), number).astype(np.float32)
        with torch.no_grad():
            made = module(torch.tensor(X.reshape(-1, *shape)))
        Y = torch.cat(made, 1) if isinstance(made, tuple) else made
        one = torch.zeros(1, *shape)
        try:
            path = record.folder / f"torch_{name}.onnx"
            torch.onnx.export(module, one, path, dynamo=False, opset_version=9 + number % 10,
                              dynamic_axes={"x": {0: "rows"}} if number % 2 else None,
                              input_names=["x"])  # fmt: skip
            record.add(path.name, X, Y, SINGLE)
        except Exception as error:  # an old opset lacks an operator
            print("not exported", name, str(error)[:80])
        if number % 3 == 0:
            path = record.folder / f"torch2_{name}.onnx"
            torch.onnx.export(module, (one,), path, dynamo=True, verbose=False)
            record.add(path.name, X, Y, SINGLE)
        if number % 7 == 0:
            double = module.double()
            with torch.no_grad():
                made = double(torch.tensor(X.astype(float).reshape(-1, *shape)))
            path = record.folder / f"torch64_{name}.onnx"
            torch.onnx.export(double, one.double(), path, dynamo=False, input_names=["x"])
            record.add(
                path.name, X, torch.cat(made, 1) if isinstance(made, tuple) else made, DOUBLE
            )


PARTS = {"torch_onnx": torch_onnx}


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for part in sys.argv[2:] or PARTS:
        record = Record(folder, part)
        PARTS[part](record)
        record.write()
        print(part, len(record.files))


if __name__ == "__main__":
    main()
