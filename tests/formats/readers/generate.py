"""Makes the model files of `models/` with the tools that people use, and records what they compute.

Run in an environment that has torch (with onnxscript), onnx, onnxruntime, scikit-learn, skl2onnx,
keras (with KERAS_BACKEND=torch), h5py, joblib and neat-python:

    python tests/formats/readers/generate.py FOLDER [PART …]
    python tests/formats/readers/generate.py --pack FOLDER made.zip

The part `javascript` needs node with the packages brain.js, synaptic and neataptic, `fann` a C
compiler with libfann.

Each part writes its files, and `PART.json` with what the original computed: for each file rows of
inputs, rows of outputs, how near an import has to be, and the options of the import.
"""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path

import numpy as np

ROWS = 4
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
        text = json.dumps(self.files)
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

    for number, (name, given, shape) in enumerate(torch_modules()):
        torch.manual_seed(number)
        module = warmed(given, shape)
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


# --- scikit-learn ---------------------------------------------------------------------------------


def flowers(seed, classes):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((80, 3)) * [10, 0.1, 3] + [50, 1, -2]
    score = X[:, 0] / 10 + X[:, 1] * 10 - X[:, 2]
    return X, np.digitize(score, np.quantile(score, np.linspace(0, 1, classes + 1)[1:-1]))


def fitted():
    import pandas as pd
    from sklearn import linear_model as linear
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import Pipeline, make_pipeline
    from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler

    def classifier(sizes, function="relu"):
        return MLPClassifier(
            hidden_layer_sizes=sizes, activation=function, max_iter=40, random_state=1
        )

    def regressor(sizes, function="relu"):
        return MLPRegressor(
            hidden_layer_sizes=sizes, activation=function, max_iter=40, random_state=1
        )

    X, y = flowers(1, 2)
    Xm, ym = flowers(2, 3)
    named = pd.DataFrame(Xm, columns=["length", "width", "petal length"])
    target = X @ [0.1, 2, -1] + 3
    yield "classifier_two.pkl", classifier((4,)).fit(X, y), X
    yield "classifier_three.joblib", classifier((5, 4), "tanh").fit(Xm, ym), Xm
    yield (
        "classifier_words.pkl",
        classifier((4,), "logistic").fit(
            named, np.array(["setosa", "versicolor", "virginica"])[ym]
        ),
        named,
    )
    yield (
        "classifier_labels.pkl",
        classifier((4,)).fit(Xm, np.stack([ym > 0, ym > 1], 1).astype(int)),
        Xm,
    )
    yield "regressor.joblib", regressor((6,)).fit(X, target), X
    yield "regressor_two.pkl", regressor((4,), "identity").fit(X, np.stack([target, -target], 1)), X
    yield "regressor_single.pkl", regressor((6,)).fit(X.astype(np.float32), target), X
    yield "pipeline_standard.pkl", make_pipeline(StandardScaler(), classifier((4,))).fit(X, y), X
    yield "pipeline_minmax.joblib", make_pipeline(MinMaxScaler(), classifier((4,))).fit(Xm, ym), Xm
    yield (
        "pipeline_clip.pkl",
        make_pipeline(MinMaxScaler((-1, 1), clip=True), regressor((4,))).fit(X, target),
        X * 1.5,
    )
    yield "pipeline_robust.pkl", make_pipeline(RobustScaler(), regressor((4,))).fit(X, target), X
    yield (
        "pipeline_two.pkl",
        Pipeline(
            [
                ("a", MaxAbsScaler()),
                ("b", StandardScaler(with_mean=False)),
                ("skip", "passthrough"),
                ("net", regressor((4,))),
            ]
        ).fit(X, target),
        X,
    )
    yield (
        "pipeline_packed.joblib",
        make_pipeline(StandardScaler(), classifier((30, 10))).fit(named, ym),
        named,
    )
    yield "logistic_two.pkl", linear.LogisticRegression().fit(X, y), X
    yield (
        "logistic_three.pkl",
        make_pipeline(StandardScaler(), linear.LogisticRegression()).fit(Xm, ym),
        Xm,
    )
    yield "line.joblib", linear.LinearRegression().fit(X, target), X


def probabilities(model, X):
    if not hasattr(model, "predict_proba"):
        return model.predict(X)
    found = model.predict_proba(X)
    last = model[-1] if hasattr(model, "steps") else model
    single = len(last.classes_) == 2 and getattr(last, "n_outputs_", 1) == 1
    return found[:, 1] if single else found


def sklearn(record):
    import pickle

    import joblib
    from sklearn.preprocessing import MinMaxScaler, StandardScaler

    for name, model, X in fitted():
        rows = X[:ROWS]
        path = record.folder / f"sklearn_{name}"
        if path.suffix == ".pkl":
            path.write_bytes(pickle.dumps(model, protocol=2 if "two" in name else 4))
        else:
            joblib.dump(model, path, compress=3 if "packed" in name else 0)
        bar = SINGLE if "single" in name else DOUBLE
        record.add(path.name, rows, probabilities(model, rows), bar)
    X, y = flowers(1, 2)
    for scaler in (StandardScaler(), MinMaxScaler()):
        from sklearn.neural_network import MLPClassifier

        model = MLPClassifier((4,), max_iter=40, random_state=1).fit(scaler.fit_transform(X), y)
        name = f"sklearn_beside_{type(scaler).__name__.lower()}"
        joblib.dump(model, record.folder / f"{name}.joblib")
        (record.folder / f"{name}.scaler.pkl").write_bytes(pickle.dumps(scaler))
        Y = model.predict_proba(scaler.transform(X[:ROWS]))[:, 1]
        record.add(f"{name}.joblib", X[:ROWS], Y, DOUBLE, scaler=f"{name}.scaler.pkl")


def sklearn_onnx(record):
    from skl2onnx import to_onnx

    for name, model, table in fitted():
        if "words" in name or "packed" in name or "labels" in name:
            continue
        X = np.asarray(table, np.float32)[:ROWS]
        path = record.folder / f"skl2onnx_{name.partition('.')[0]}.onnx"
        try:
            made = to_onnx(
                model, X[:1], options={"zipmap": False} if hasattr(model, "predict_proba") else None
            )
        except Exception as error:
            print("not exported", name, str(error)[:80])
            continue
        path.write_bytes(made.SerializeToString())
        import onnxruntime

        found = onnxruntime.InferenceSession(path).run(None, {"X": X})
        record.add(path.name, X, np.asarray(found[-1]).reshape(len(X), -1), SINGLE)


# --- Keras ----------------------------------------------------------------------------------------


def keras_models():
    import keras
    from keras import layers as L  # noqa: N812

    def chain(shape, *layers):
        return keras.Sequential([keras.Input(shape), *layers])

    x = keras.Input((4,), name="flower")
    left, right = L.Dense(3, activation="relu", name="left")(x), L.Dense(3, activation="tanh")(x)
    inner = chain((6,), L.Dense(2, activation="elu"), L.BatchNormalization(), L.Dense(2))
    joined = inner(L.BatchNormalization()(L.Concatenate()([left, right])))
    yield (
        "branches",
        keras.Model(x, [L.Dense(1, activation="sigmoid", name="out")(joined), L.Softmax()(joined)]),
    )
    x = keras.Input((3,))
    h = L.Dense(3, activation="relu")(x)
    shared = L.Dense(3, activation="gelu")
    yield "residual", keras.Model(x, L.Dense(2)(L.Add()([shared(h), shared(x), h])))
    a, b = keras.Input((2,), name="a"), keras.Input((3,), name="b")
    one, two = L.Dense(2)(a), L.Dense(2)(b)
    yield (
        "two_inputs",
        keras.Model(
            [a, b],
            L.Concatenate()(
                [
                    L.Multiply()([one, two]),
                    L.Maximum()([one, two]),
                    L.Average()([one, two]),
                    L.Subtract()([one, two]),
                    L.Minimum()([one, two]),
                ]
            ),
        ),
    )
    yield "dense", chain((4,), L.Dense(5, activation="relu"), L.Dense(3, activation="softmax"))
    yield (
        "dense_wide",
        chain((10,), L.Dense(20, activation="silu"), L.Dropout(0.5), L.Dense(3, use_bias=False)),
    )
    yield (
        "layers",
        chain(
            (4,),
            L.Dense(5),
            L.LeakyReLU(),
            L.Dense(4),
            L.ELU(0.5),
            L.Dense(4),
            L.PReLU(alpha_initializer="normal"),
            L.Dense(4),
            L.ReLU(6.0),
            L.Dense(3),
            L.Activation("hard_sigmoid"),
        ),
    )
    yield (
        "functions",
        chain(
            (4,),
            L.Dense(4, activation="selu"),
            L.Dense(4, activation="softplus"),
            L.Dense(4, activation="softsign"),
            L.Dense(4, activation="mish"),
            L.Dense(3, activation="log_softmax"),
        ),
    )
    yield (
        "more_functions",
        chain(
            (4,),
            L.Dense(4, activation="leaky_relu"),
            L.Dense(4, activation="hard_silu"),
            L.Dense(4, activation="relu6"),
            L.Dense(4, activation="celu"),
            L.Dense(3, activation="exponential"),
        ),
    )
    yield (
        "norm",
        chain(
            (4,),
            L.BatchNormalization(),
            L.Dense(4, activation="relu"),
            L.BatchNormalization(scale=False),
            L.Dense(2),
            L.BatchNormalization(center=False),
        ),
    )
    yield (
        "conv",
        chain(
            (6, 6, 2), L.Conv2D(3, 3, activation="relu"), L.MaxPooling2D(), L.Flatten(), L.Dense(2)
        ),
    )
    yield (
        "conv_same",
        chain(
            (5, 5, 1),
            L.Conv2D(2, 3, 2, padding="same"),
            L.BatchNormalization(),
            L.ReLU(),
            L.GlobalAveragePooling2D(),
            L.Dense(2),
        ),
    )
    yield (
        "conv_deep",
        chain(
            (4, 4, 2),
            L.ZeroPadding2D(1),
            L.DepthwiseConv2D(3, depth_multiplier=2),
            L.AveragePooling2D(2, 1, "same"),
            L.SeparableConv2D(3, 2),
            L.Flatten(),
        ),
    )
    yield (
        "conv_line",
        chain(
            (8, 2),
            L.Conv1D(3, 3, dilation_rate=2, activation="tanh"),
            L.GlobalMaxPooling1D(),
            L.Dense(1),
        ),
    )
    yield "rescaled", chain((3,), L.Rescaling(0.1, -1.0), L.Dense(3, activation="relu"), L.Dense(1))
    norm = L.Normalization()
    norm.adapt(np.random.default_rng(0).normal(5, 3, (50, 3)))
    yield "normalised", chain((3,), norm, L.Dense(3, activation="relu"), L.Dense(1))
    yield (
        "shapes",
        chain((6,), L.Reshape((2, 3)), L.Permute((2, 1)), L.Dense(2), L.Flatten(), L.Dense(2)),
    )


def keras(record):
    import keras

    for number, (name, model) in enumerate(keras_models()):
        keras.utils.set_random_seed(number)
        model.set_weights(
            [
                np.abs(w + np.random.default_rng(number).normal(0, 0.3, w.shape))
                if "variance" in v.path
                else w + np.random.default_rng(number).normal(0, 0.3, w.shape)
                for v, w in zip(model.weights, model.get_weights(), strict=True)
            ]
        )
        shapes = [tuple(tensor.shape[1:]) for tensor in model.inputs]
        X = [rows(int(np.prod(shape)), number).reshape(-1, *shape) for shape in shapes]
        made = model.predict(X if len(X) > 1 else X[0], verbose=0)
        Y = np.concatenate(made, 1) if isinstance(made, list) else made
        flat = np.concatenate([part.reshape(ROWS, -1) for part in X], 1)
        model.compile("adam", "mse")
        for suffix in ("keras", "h5"):
            path = record.folder / f"keras_{name}.{suffix}"
            model.save(path)
            record.add(path.name, flat, Y, SINGLE)


# --- neat-python ----------------------------------------------------------------------------------


def neat(record):
    import pickle

    from neat.activations import ActivationFunctionSet
    from neat.aggregations import AggregationFunctionSet
    from neat.genes import DefaultConnectionGene, DefaultNodeGene
    from neat.genome import DefaultGenome
    from neat.nn import FeedForwardNetwork

    functions = list(ActivationFunctionSet().functions)
    joins = ["sum", "product", "max", "min", "mean"]

    class Told:
        input_keys, output_keys = [-1, -2], [0, 1]
        activation_defs, aggregation_function_defs = (
            ActivationFunctionSet(),
            AggregationFunctionSet(),
        )

    class Config:
        genome_config = Told

    for number, function in enumerate(functions):
        rng = np.random.default_rng(number)
        genome = DefaultGenome(number)
        keys = [0, 1, 5, 6, 7]
        for key in keys:
            gene = DefaultNodeGene(key)
            gene.bias, gene.response = float(rng.normal()), float(rng.choice([1.0, 0.7]))
            gene.activation = function if key > 4 else "identity"
            gene.aggregation = str(rng.choice(joins))
            genome.nodes[key] = gene
        ends = [(-1, 5), (-2, 5), (5, 6), (-1, 6), (6, 0), (5, 0), (-2, 7), (7, 1), (5, 1), (-1, 1)]
        for key in ends:
            link = DefaultConnectionGene(key, 1)
            link.weight, link.enabled = float(rng.normal()), key != (-1, 1)
            genome.connections[key] = link
        X = np.random.default_rng(number).normal(size=(ROWS, 2)) * 2
        network = FeedForwardNetwork.create(genome, Config)
        name = f"neat_{function}.pkl"
        (record.folder / name).write_bytes(pickle.dumps(genome))
        Y = [network.activate(row) for row in X.tolist()]
        record.add(name, X, Y, DOUBLE, inputs=2, outputs=["left", "right"])


# --- state dicts ----------------------------------------------------------------------------------


def torch_state(record):
    import torch
    from safetensors.torch import save_file
    from torch import nn

    def saved(name, module, functions, write, *, double=True):
        torch.manual_seed(len(name))
        module = warmed(module.float(), (4,))
        module = module.double() if double else module
        X = rows(4, len(name))
        with torch.no_grad():
            Y = module(torch.tensor(X, dtype=torch.float64 if double else torch.float32))
        path = record.folder / f"state_{name}"
        write(module, path)
        record.add(path.name, X, Y, DOUBLE if double else SINGLE, activations=functions)

    class Named(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1, self.bn1 = nn.Linear(4, 6), nn.BatchNorm1d(6)
            self.fc2, self.out = nn.Linear(6, 5, bias=False), nn.Linear(5, 2)

        def forward(self, x):
            h = torch.tanh(self.fc2(torch.relu(self.bn1(self.fc1(x)))))
            return self.out(h)

    def state(module, path):
        torch.save(module.state_dict(), path)

    def old(module, path):
        torch.save(module.state_dict(), path, _use_new_zipfile_serialization=False)

    def checkpoint(module, path):
        inner = {f"module.{key}": value for key, value in module.state_dict().items()}
        optimiser = torch.optim.Adam(module.parameters()).state_dict()
        torch.save({"epoch": 3, "model_state_dict": inner, "optimizer": optimiser}, path)

    def safe(module, path):
        save_file(module.state_dict(), path, metadata={"format": "pt"})

    def parameters(module, path):
        torch.save(dict(module.named_parameters()), path)

    def half(module, path):
        torch.save({key: value.bfloat16() for key, value in module.state_dict().items()}, path)

    plain = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 3), nn.Sigmoid())
    named = ["relu", "tanh", "identity"]
    saved("plain.pth", plain, ["relu", "sigmoid"], state)
    saved("named.pt", Named(), named, state)
    saved("old.pth", Named(), named, old)
    saved("checkpoint.pth", Named(), named, checkpoint)
    saved("named.safetensors", Named(), named, safe)
    saved("single.safetensors", Named(), named, safe, double=False)
    saved("parameters.pth", plain, ["relu", "sigmoid"], parameters)
    rounded = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 1))
    with torch.no_grad():
        for tensor in rounded.parameters():
            tensor.copy_(tensor.bfloat16().float())
    saved("bfloat16.pth", rounded, ["relu", "identity"], half)


# --- JavaScript and C -----------------------------------------------------------------------------


def javascript(record):
    import subprocess

    script = Path(__file__).with_name("generate.cjs")
    done = subprocess.run(
        ["node", script, record.folder], check=True, capture_output=True, text=True
    )
    for name, X, Y, single in json.loads(done.stdout):
        record.add(name, X, Y, SINGLE if single else DOUBLE)


FANN = r"""
#include <stdio.h>
#include <stdlib.h>
#include <doublefann.h>
int main(int count, char **given) {
    int shortcut = atoi(given[2]), hidden = atoi(given[3]), last = atoi(given[4]);
    struct fann *net = shortcut ? fann_create_shortcut(4, 3, 4, 3, 2)
                                : fann_create_standard(4, 3, 4, 3, 2);
    srand(hidden * 7 + last);
    fann_set_activation_function_hidden(net, hidden);
    fann_set_activation_function_output(net, last);
    fann_set_activation_steepness_hidden(net, 0.7);
    fann_set_activation_steepness_output(net, 0.5);
    fann_randomize_weights(net, -1.5, 1.5);
    fann_save(net, given[1]);
    fann_destroy(net);
    net = fann_create_from_file(given[1]);
    for (int row = 0; row < 4; row++) {
        double x[3];
        for (int i = 0; i < 3; i++) x[i] = (rand() % 4001 - 2000) / 1000.0;
        fann_type *y = fann_run(net, x);
        printf("%.17g %.17g %.17g %.17g %.17g\n", x[0], x[1], x[2], y[0], y[1]);
    }
}
"""


def fann(record):
    import subprocess
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        source, program = Path(place, "f.c"), Path(place, "f")
        source.write_text(FANN)
        subprocess.run(["cc", source, "-o", program, "-ldoublefann", "-lm"], check=True)
        pairs = [(3, 0), (5, 3), (7, 8), (10, 11), (12, 13), (14, 15), (16, 17), (5, 1), (11, 2)]
        for number, (hidden, last) in enumerate(pairs):
            path = record.folder / f"fann_{hidden}_{last}.net"
            call = [program, path, str(number % 2), str(hidden), str(last)]
            done = subprocess.run(call, check=True, capture_output=True, text=True)
            table = np.array([line.split() for line in done.stdout.splitlines()], float)
            record.add(path.name, table[:, :3], table[:, 3:], DOUBLE)


PARTS = {
    "torch_onnx": torch_onnx,
    "torch_state": torch_state,
    "sklearn": sklearn,
    "sklearn_onnx": sklearn_onnx,
    "keras": keras,
    "neat": neat,
    "javascript": javascript,
    "fann": fann,
}


def without_places(path):
    """The content of a file; that of PyTorch's ONNX without the places of the code that made it."""
    if path.suffix != ".onnx":
        return path.read_bytes()
    import onnx

    model = onnx.load_model_from_string(path.read_bytes())
    for part in (model.graph, *model.functions):
        for node in part.node:
            del node.metadata_props[:]
            node.doc_string = ""
        del part.metadata_props[:]
    return model.SerializeToString()


def pack(folder, archive):
    """Put the files that are recorded, and the records, into an archive with the same bytes."""
    records = [folder / f"{part}.json" for part in PARTS]
    told = [json.loads(path.read_text()) for path in records]
    names = {name for part in told for name in part}
    names |= {part[name]["options"].get("scaler") for part in told for name in part} - {None}
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as stream:
        names |= {path.name for path in folder.glob("*.data")}
        for path in (*records, *(folder / name for name in sorted(names))):
            stream.writestr(
                zipfile.ZipInfo(path.name), without_places(path), zipfile.ZIP_DEFLATED, 9
            )


def main():
    if sys.argv[1] == "--pack":
        pack(Path(sys.argv[2]), sys.argv[3])
        return
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for part in sys.argv[2:] or PARTS:
        record = Record(folder, part)
        PARTS[part](record)
        record.write()
        print(part, len(record.files))


if __name__ == "__main__":
    main()
