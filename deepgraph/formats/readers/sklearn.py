"""Reads networks and linear models of scikit-learn, and the scalers in front of them.

An estimator is the name of its class and its attributes, out of a pickle or of a live object.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import FormatError
from deepgraph.formats.readers import emit
from deepgraph.formats.readers.assembly import Assembly
from deepgraph.formats.readers.inert_pickle import Instance
from deepgraph.formats.readers.names import as_id
from deepgraph.formats.readers.record import Report, Scale
from deepgraph.words.messages import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from deepgraph.formats.readers.assembly import Tensor
    from deepgraph.formats.readers.record import Imported, Options

NAMES = ("sklearn.",)
"""The classes in a pickled estimator; all are inert, and only those below mean something."""

FUNCTIONS = {"identity": "identity", "logistic": "sigmoid", "tanh": "tanh", "relu": "relu"}


@dataclass(frozen=True)
class Estimator:
    """An estimator as data.

    Attributes:
        kind: the name of its class.
        attributes: by name.
        path: where it stands in a pipeline, for messages.
    """

    kind: str
    attributes: dict[str, Any]
    path: str = ""

    @classmethod
    def of(cls, given: Any, path: str = "") -> Estimator:
        """The estimator of an inert or a live object."""
        if isinstance(given, Estimator):
            return given
        if isinstance(given, Instance):
            return cls(given.name, given.attributes, path or given.name)
        kind = type(given).__name__
        return cls(kind, dict(getattr(given, "__dict__", {})), path or kind)

    def get(self, name: str) -> Any:
        """An attribute that a fitted estimator has.

        Raises:
            FormatError: it lacks it.
        """
        if name not in self.attributes:
            raise FormatError(f"{self.path}: it lacks {name}; it was saved before it was fitted")
        return self.attributes[name]

    def numbers(self, name: str) -> NDArray[np.float64]:
        """An attribute that is an array of numbers."""
        found = np.asarray(self.get(name))
        if found.dtype.kind not in "fiub":
            raise FormatError(f"{self.path}: {name} is no array of numbers")
        return found if found.dtype.kind == "f" else found.astype(np.float64)


# --- scalers --------------------------------------------------------------------------------------


def _standard(scaler: Estimator) -> Scale:
    size = int(scaler.get("n_features_in_")) if "n_features_in_" in scaler.attributes else 0
    mean = scaler.attributes.get("mean_") if scaler.attributes.get("with_mean", True) else None
    scale = scaler.attributes.get("scale_") if scaler.attributes.get("with_std", True) else None
    size = size or len(mean if mean is not None else scaler.get("scale_"))
    return Scale(
        np.zeros(size) if mean is None else np.asarray(mean, float),
        np.ones(size) if scale is None else np.asarray(scale, float),
    )


def _min_max(scaler: Estimator) -> Scale:
    factor, summand = scaler.numbers("scale_"), scaler.numbers("min_")
    clip = scaler.attributes.get("clip", False)
    low = scaler.numbers("data_min_") if clip else None
    high = scaler.numbers("data_max_") if clip else None
    return Scale(-summand / factor, 1 / factor, low, high)


def _max_abs(scaler: Estimator) -> Scale:
    scale = scaler.numbers("scale_")
    return Scale(np.zeros(len(scale)), scale)


def _robust(scaler: Estimator) -> Scale:
    center = scaler.attributes.get("center_") if scaler.attributes.get("with_centering") else None
    scale = scaler.attributes.get("scale_") if scaler.attributes.get("with_scaling") else None
    size = len(scale if scale is not None else scaler.get("center_"))
    return Scale(
        np.zeros(size) if center is None else np.asarray(center, float),
        np.ones(size) if scale is None else np.asarray(scale, float),
    )


SCALERS: dict[str, Callable[[Estimator], Scale]] = {
    "StandardScaler": _standard,
    "MinMaxScaler": _min_max,
    "MaxAbsScaler": _max_abs,
    "RobustScaler": _robust,
}


def scaled(assembly: Assembly, tensor: Tensor, scaler: Estimator, report: Report) -> Tensor:
    """A tensor behind a scaler."""
    scale = scale_of(scaler)
    scale.require(tensor.shape[-1])
    report.merged.append(scale.told)
    return assembly.normalised(tensor, scale.mean, scale.scale, scale.low, scale.high)


def scale_of(scaler: Estimator) -> Scale:
    """What a scaler does.

    Raises:
        FormatError: it is none that a spec can express.
    """
    if scaler.kind not in SCALERS:
        raise FormatError(
            f"{scaler.path}: a {scaler.kind}, which no spec can express; scalers that are read: "
            f"{', '.join(SCALERS)}"
        )
    return replace(SCALERS[scaler.kind](scaler), name=f"{scaler.path}, a {scaler.kind}")


# --- estimators -----------------------------------------------------------------------------------


def read(tree: Any, name: str, options: Options) -> Imported:
    """The network of an estimator, inert or live.

    Raises:
        FormatError: it is no network, and no linear model, or something before it is no scaler.
    """
    whole = Estimator.of(tree)
    version = whole.attributes.get("_sklearn_version", "")
    report = Report("scikit-learn", f"scikit-learn {version}" if version else "")
    *before, last = steps(whole, report)
    if last.kind not in MODELS and last.kind not in NETWORKS:
        known = ", ".join([*NETWORKS, *MODELS])
        raise FormatError(f"{last.path}: a {last.kind} is no network; those that are read: {known}")
    assembly = Assembly(options.max_edges)
    chain = [*before, last]
    names = next((e.attributes[FEATURES] for e in chain if FEATURES in e.attributes), None)
    ids = None if names is None else [as_id(str(column)) for column in names]
    tensor: Tensor = assembly.input((_columns(chain[0]),), ids=ids)
    for step in before:
        tensor = scaled(assembly, tensor, step, report)
    make = NETWORKS.get(last.kind) or MODELS[last.kind]
    make(assembly, tensor, last)
    return emit.imported(assembly, report, options, name)


FEATURES = "feature_names_in_"


def steps(whole: Estimator, report: Report | None = None) -> Iterator[Estimator]:
    """The estimators that a row goes through."""
    if whole.kind in ("GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV"):
        if report is not None:
            report.notes.append(f"{whole.path}: its best estimator is read")
        yield from steps(Estimator.of(whole.get("best_estimator_")), report)
    elif whole.kind == "Pipeline":
        for name, step in whole.get("steps"):
            if step is not None and step != "passthrough":
                yield from steps(Estimator.of(step, str(name)), report)
    else:
        yield whole


def _columns(estimator: Estimator) -> int:
    """How many inputs an estimator takes."""
    for key in ("n_features_in_", "n_features_"):
        if key in estimator.attributes:
            return int(estimator.attributes[key])
    for key in ("coefs_", "coef_", "scale_", "mean_"):
        if estimator.attributes.get(key) is not None:
            found = estimator.attributes[key]
            first = np.asarray(found[0] if key == "coefs_" else found)
            return int(first.shape[0 if key == "coefs_" else -1])
    raise FormatError(f"{estimator.path}: it does not say how many inputs it takes")


def _perceptron(assembly: Assembly, tensor: Tensor, model: Estimator) -> None:
    """`MLPClassifier` or `MLPRegressor`; matrices are (inputs, outputs)."""
    matrices, vectors = model.get("coefs_"), model.get("intercepts_")
    hidden = FUNCTIONS.get(str(model.get("activation")))
    last = str(model.get("out_activation_"))
    if hidden is None or last not in (*FUNCTIONS, "softmax") or len(matrices) != len(vectors):
        raise FormatError(f"{model.path}: its layers and activations are not those of scikit-learn")
    for number, (matrix, vector) in enumerate(zip(matrices, vectors, strict=True)):
        at = f"{model.path}, coefs_[{number}]"
        made = assembly.linear(tensor, np.asarray(matrix).T, None, at)
        tensor = assembly.affine(made, shift=_fitting(vector, made.shape[-1], at))
        if number < len(matrices) - 1:
            tensor = assembly.commit(tensor, hidden)
    _output(assembly, tensor, "softmax" if last == "softmax" else FUNCTIONS[last], model)


def _fitting(vector: Any, size: int, at: str) -> NDArray[Any]:
    found = np.asarray(vector).reshape(-1)
    if len(found) != size:
        raise FormatError(f"{at}: {counted(len(found), 'bias', 'biases')} for {size} nodes")
    return found


def _output(assembly: Assembly, tensor: Tensor, function: str, model: Estimator) -> None:
    """The outputs, named by their classes."""
    classes = model.attributes.get("classes_")
    labels = None if classes is None else [as_id(_label(label)) for label in np.asarray(classes)]
    ids = labels if labels is not None and len(labels) == tensor.shape[-1] else None
    assembly.output(assembly.commit(tensor, function), ids=ids)
    if labels is not None and len(labels) == 2 and tensor.shape[-1] == 1:
        assembly.classes = labels


def _label(label: Any) -> str:
    """A class as a table writes it: 1.0 is the class 1."""
    plain = label.item() if hasattr(label, "item") else label
    whole = isinstance(plain, float) and plain.is_integer()
    return str(int(plain) if whole else plain)


def _linear(assembly: Assembly, tensor: Tensor, model: Estimator, function: str) -> None:
    matrix = np.atleast_2d(model.numbers("coef_"))
    made = assembly.linear(tensor, matrix, None, f"{model.path}, coef_")
    shift = np.broadcast_to(model.numbers("intercept_"), (len(matrix),))
    _output(assembly, assembly.affine(made, shift=shift.copy()), function, model)


def _logistic(assembly: Assembly, tensor: Tensor, model: Estimator) -> None:
    several = len(np.atleast_2d(model.numbers("coef_"))) > 1
    one_by_one = model.attributes.get("multi_class") == "ovr"
    one_by_one |= model.attributes.get("solver") == "liblinear"
    if several and one_by_one:
        raise FormatError(
            f"{model.path}: one class against the rest, whose shares are divided by their sum, "
            "which no spec can express"
        )
    _linear(assembly, tensor, model, "softmax" if several else "sigmoid")


def _line(assembly: Assembly, tensor: Tensor, model: Estimator) -> None:
    _linear(assembly, tensor, model, "identity")


Maker = "Callable[[Assembly, Tensor, Estimator], None]"

NETWORKS: dict[str, Callable[[Assembly, Tensor, Estimator], None]] = {
    "MLPClassifier": _perceptron,
    "MLPRegressor": _perceptron,
}

MODELS: dict[str, Callable[[Assembly, Tensor, Estimator], None]] = {
    "LogisticRegression": _logistic,
    **dict.fromkeys(("LinearRegression", "Ridge", "Lasso", "ElasticNet"), _line),
}
"""Linear models, which are networks without a hidden layer."""
