"""The originals' own runtimes, to compare an import with: only for `--verify`, if installed.

No file is loaded by them but an ONNX file by onnxruntime, which runs no code of it. Everything else
is put together from the numbers that our own reader has found.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import DeepgraphError, FormatError, OptionError
from deepgraph.formats.readers import pickles, runtime_neat
from deepgraph.words.messages import either
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from deepgraph.formats.readers.record import Imported, Options, Source
    from deepgraph.functions.written import Function

DOUBLE, SINGLE = 1e-12, 1e-4
"""How far an import may be, in units of max(1, max|y|), by the numbers of the original."""


PACKAGES = {"sklearn": "scikit-learn", "neat": "neat-python"}
"""What brings a module whose package has another name."""

BACKENDS = ("tensorflow", "torch", "jax")
"""What Keras computes with; without KERAS_BACKEND it takes the first, installed or not."""


@dataclass(frozen=True)
class Runtime:
    """A runtime with one network.

    Attributes:
        name: with its version.
        run: the outputs, (rows, outputs), of rows of inputs.
        bar: how far an import may be from it.
    """

    name: str
    run: Callable[[NDArray[np.float64]], NDArray[Any]]
    bar: float


def runtime(form: str, source: Source, options: Options, imported: Imported) -> Runtime:
    """The runtime of a format with the network of a file.

    Raises:
        OptionError: there is none, or it is not installed.
    """
    if form not in RUNTIMES:
        known = either("and", list(RUNTIMES))
        raise OptionError(
            f"{option('verify')}: {form} has no runtime to compare with, only {known} have"
        )
    try:
        made = _guarded(RUNTIMES[form](source, options, imported))
    except ImportError as error:
        raise OptionError(
            f"{option('verify')} needs the original's runtime: {_missing(error)}"
        ) from None
    except DeepgraphError:
        raise
    except Exception as error:  # the library raises what it likes
        raise FormatError(
            f"the original's runtime cannot make this network: {_said(error)}"
        ) from None

    scale = pickles.with_scale(options).scale
    if scale is None or form == "pickle":  # a pipeline transforms by itself
        return made
    given = scale.given()
    return replace(made, run=lambda X: made.run(_scaled(X, given)))


def _scaled(X: NDArray[np.float64], given: Mapping[str, NDArray[np.float64]]) -> NDArray[Any]:
    """Rows of inputs, (rows, inputs), through constants by their names in a spec."""
    clipped = X
    if "min" in given:
        clipped = np.maximum(clipped, given["min"])
    if "max" in given:
        clipped = np.minimum(clipped, given["max"])
    result: NDArray[Any] = (clipped - given.get("mean", 0.0)) / given.get("scale", 1.0)
    return result


def _missing(error: ImportError) -> str:
    """What to install, if the error names a package."""
    package = (error.name or "").partition(".")[0]
    if not isinstance(error, ModuleNotFoundError) or not package:
        return _said(error)
    if package == "keras":
        return f"pip install keras, which computes with one of {', '.join(BACKENDS)}"
    return f"pip install {PACKAGES.get(package, package)}"


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _guarded(made: Runtime) -> Runtime:
    """A runtime that says in words why it does not take rows, such as a number of them at once."""

    def run(X: NDArray[np.float64]) -> NDArray[Any]:
        try:
            return made.run(X)
        except DeepgraphError:
            raise
        except Exception as error:  # the library raises what it likes
            raise FormatError(
                f"the original's runtime does not compute these rows: {_said(error)}"
            ) from None

    return replace(made, run=run)


def _named(package: str) -> str:
    return f"{package} {getattr(import_module(package), '__version__', '')}".strip()


def _onnx(source: Source, options: Options, imported: Imported) -> Runtime:
    onnxruntime = import_module("onnxruntime")
    session = onnxruntime.InferenceSession(str(source.path), providers=["CPUExecutionProvider"])
    left = [line.split('"')[1] for line in imported.report.left_out]
    wanted = [o.name for o in session.get_outputs() if o.name not in left]
    wanted = [options.output] if options.output is not None else wanted
    inputs = session.get_inputs()
    shapes = [[n if isinstance(n, int) and n > 0 else 1 for n in i.shape] for i in inputs]
    double = any("double" in told.type for told in inputs)

    def one(row: NDArray[np.float64]) -> NDArray[Any]:
        feed, start = {}, 0
        for told, shape in zip(inputs, shapes, strict=True):
            size = math.prod(shape)
            kind = np.float64 if "double" in told.type else np.float32
            feed[told.name] = row[start : start + size].reshape(shape).astype(kind)
            start += size
        made = session.run(wanted, feed)
        return np.concatenate([_numbers(value).reshape(-1) for value in made])

    def run(X: NDArray[np.float64]) -> NDArray[Any]:
        return np.stack([one(row) for row in X])

    return Runtime(_named("onnxruntime"), run, DOUBLE if double else SINGLE)


def _numbers(value: Any) -> NDArray[Any]:
    """An output as an array; that of a ZipMap is a dictionary for each row."""
    if isinstance(value, list):
        return np.array([list(row.values()) for row in value])
    return np.asarray(value)


def _choose_backend() -> None:
    """Let Keras compute with what is installed, unless a person has said with what."""
    installed = [name for name in BACKENDS if find_spec(name) is not None]
    if installed:
        os.environ.setdefault("KERAS_BACKEND", installed[0])


def _of_today(config: Any) -> Any:
    """The configuration of a model of Keras 2 as Keras 3 reads it: its first layer says the shape.

    Raises:
        OptionError: it is of Keras 1, whose layers have other settings.
    """
    if isinstance(config, list):
        raise OptionError(
            f"{option('verify')}: Keras of today does not read a model of Keras 1, so there is no "
            "runtime to compare with"
        )
    layers = config.get("layers", [])
    first = layers[0]["config"] if layers else {}
    shape = first.get("batch_input_shape")
    if shape is None or layers[0]["class_name"] == "InputLayer" or "input_layers" in config:
        return config
    rest = {key: value for key, value in first.items() if key != "batch_input_shape"}
    begin = {"class_name": "InputLayer", "config": {"batch_shape": shape}}
    return {**config, "layers": [begin, {**layers[0], "config": rest}, *layers[1:]]}


def _keras(source: Source, options: Options, imported: Imported) -> Runtime:
    from deepgraph.formats.readers import keras_files as reader

    _choose_backend()
    library = import_module("keras")
    config, weights = reader.parts(source)
    kind = library.Sequential if config["class_name"] == "Sequential" else library.Model
    model = kind.from_config(_of_today(config["config"]))
    reader.fill(model, weights)
    names = [str(name) for name in getattr(model, "output_names", [])]

    def run(X: NDArray[np.float64]) -> NDArray[Any]:
        shapes = [tuple(tensor.shape[1:]) for tensor in model.inputs]
        if len(shapes) == 1 and None in shapes[0]:  # an old configuration may not say it
            shapes = [(X.shape[1],)]
        ends = np.cumsum([math.prod(shape) for shape in shapes])[:-1]
        parts = [
            part.reshape(len(X), *shape)
            for part, shape in zip(np.split(X, ends, 1), shapes, strict=True)
        ]
        made = model.predict(parts if len(parts) > 1 else parts[0], verbose=0)
        several = made if isinstance(made, list) else [made]
        if options.output is not None and len(several) > 1:
            several = [several[names.index(options.output)]]
        return np.concatenate([np.asarray(part).reshape(len(X), -1) for part in several], 1)

    return Runtime(_named("keras"), run, SINGLE)


def _torch(source: Source, options: Options, imported: Imported) -> Runtime:
    """The chain once more, layer by layer, by PyTorch's own modules."""
    from deepgraph.formats.readers import pytorch, state_dict

    torch = import_module("torch")
    state = pytorch.state_of(source)
    modules = state.layers()
    functions = list(state.with_activations(options).activations or ())
    kind = torch.float64  # of any numbers, as the import computes

    def run(X: NDArray[np.float64]) -> NDArray[Any]:
        X = _scaled(X, state.noted.constants("normalise", X.shape[1]))
        value, left = torch.tensor(X, dtype=kind), iter(functions)
        waiting: Function = "identity"
        for module in modules:
            told = {key: torch.tensor(array, dtype=kind) for key, array in module.arrays.items()}
            if module.kind == "linear":
                value = _torch_function(torch, waiting)(value)
                value = torch.nn.functional.linear(value, told["weight"], told.get("bias"))
                waiting = next(left)
            else:
                value = torch.nn.functional.batch_norm(
                    value, told["running_mean"], told["running_var"], told.get("weight"),
                    told.get("bias"), eps=state_dict.EPSILON,
                )  # fmt: skip
        Y = np.asarray(_torch_function(torch, waiting)(value))
        rescale = state.noted.constants("rescale", Y.shape[1])
        return Y * rescale.get("scale", 1.0) + rescale.get("mean", 0.0)

    return Runtime(_named("torch"), run, DOUBLE)


def _torch_function(torch: Any, name: Function) -> Callable[[Any], Any]:
    functional = torch.nn.functional
    known: dict[str, Callable[[Any], Any]] = {
        "identity": lambda z: z,
        "linear": lambda z: z,
        "softmax": lambda z: torch.softmax(z, -1),
        "hard_sigmoid": functional.hardsigmoid,
        "hard_swish": functional.hardswish,
        "hard_tanh": functional.hardtanh,
    }
    if not isinstance(name, str):
        raise OptionError(f"{option('verify')}: an activation with settings is not compared")
    if name in known:
        return known[name]
    found = getattr(torch, name, None) or getattr(functional, name, None)
    if not callable(found):
        raise OptionError(f"{option('verify')}: PyTorch has no function {name}")
    return found  # type: ignore[no-any-return]


def _sklearn(source: Source, options: Options, imported: Imported) -> Runtime:
    from deepgraph.formats.readers import sklearn

    found = pickles.content_of(source)
    if found.model.kind.module.startswith("neat."):
        return Runtime("neat-python", runtime_neat.of_genome(found.model, options), DOUBLE)
    behind, _ = pickles.behind_scaler(found, options)
    steps = list(sklearn.steps(behind))
    if steps[-1].kind == sklearn.TARGET:
        raise OptionError(f"{option('verify')}: targets that were scaled are not compared")
    scaler = [] if options.scaler is None else [pickles.scaler(options.scaler)]
    live = [_live(step) for step in [*scaler, *steps]]

    def run(X: NDArray[np.float64]) -> NDArray[Any]:
        for step in live[:-1]:
            X = step.transform(X)
        model = live[-1]
        if not hasattr(model, "predict_proba"):
            return np.asarray(model.predict(X)).reshape(len(X), -1)
        made = np.asarray(model.predict_proba(X))
        lone = len(model.classes_) == 2 and getattr(model, "n_outputs_", 1) == 1
        return made[:, 1:] if lone and made.shape[1] == 2 else made

    return Runtime(_named("sklearn"), run, DOUBLE)


def _live(estimator: Any) -> Any:
    """An estimator of scikit-learn with the attributes that our reader has found."""
    for module in ("neural_network", "preprocessing", "linear_model"):
        kind = getattr(import_module(f"sklearn.{module}"), estimator.kind, None)
        if kind is not None:
            made = kind()
            made.__dict__.update(
                {key: value for key, value in estimator.attributes.items() if _is_plain(value)}
            )
            made.__dict__.pop("feature_names_in_", None)  # rows come without names
            return made
    raise FormatError(f"scikit-learn has no {estimator.kind}")


def _is_plain(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(_is_plain(item) for item in value)
    return value is None or isinstance(value, bool | int | float | str | np.ndarray | np.generic)


def _neat_json(source: Source, options: Options, imported: Imported) -> Runtime:
    return Runtime("neat-python", runtime_neat.of_json(source), DOUBLE)


RUNTIMES: dict[str, Callable[[Source, Options, Imported], Runtime]] = {
    "onnx": _onnx,
    "keras": _keras,
    "pytorch": _torch,
    "safetensors": _torch,
    "pickle": _sklearn,
    "neat-python": _neat_json,
}
"""What puts the network of each format together."""
