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
from deepgraph.formats.readers.names import as_id
from deepgraph.formats.readers.pickle_machine import Instance
from deepgraph.formats.readers.record import Report, Scale
from deepgraph.words.messages import counted
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from deepgraph.formats.readers.banks import Tensor
    from deepgraph.formats.readers.record import Imported, Options
    from deepgraph.functions.written import Function

NAMES = ("sklearn.",)
"""The classes in a pickled estimator; all are inert, and only those below mean something."""

FUNCTIONS = {"identity": "identity", "logistic": "sigmoid", "tanh": "tanh", "relu": "relu"}

OUTPUT_FUNCTIONS = {**FUNCTIONS, "softmax": "softmax", "exp": "exp"}
"""Those of the last layer; `exp` is that of a regressor with the Poisson loss."""


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
            raise FormatError(f"{self.path}: {name} is not an array of numbers")
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
    plain = Scale(-summand / factor, 1 / factor)
    if not scaler.attributes.get("clip", False):
        return plain
    # It is the scaled value that is clipped, so that a column without a range has one of its own.
    low, high = scaler.numbers("data_min_"), scaler.numbers("data_max_")
    end = float(scaler.get("feature_range")[1])
    return replace(plain, low=low, high=np.where(high > low, high, (end - summand) / factor))


def _max_abs(scaler: Estimator) -> Scale:
    scale = scaler.numbers("scale_")
    plain = Scale(np.zeros(len(scale)), scale)
    clipped = scaler.attributes.get("clip", False)
    return replace(plain, low=-scale, high=scale) if clipped else plain


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
    name = f"{scaler.path}, a {scaler.kind}"
    return replace(SCALERS[scaler.kind](scaler), name=name, columns=_column_names(scaler))


def _column_names(estimator: Estimator) -> tuple[str, ...] | None:
    """The names of the columns that an estimator was fitted on, as ids; `None` without names."""
    found = estimator.attributes.get(FEATURES)
    return None if found is None else tuple(as_id(str(column)) for column in found)


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
    target = None
    if last.kind == TARGET:
        target = last
        *before, last = before
    if last.kind not in MODELS and last.kind not in NETWORKS:
        if last.kind in SCALERS:
            raise FormatError(
                f"{last.path}: a {last.kind} is not a network; it goes beside its model, as "
                f"{option('scaler', 'FILE')}"
            )
        known = ", ".join([*NETWORKS, *MODELS])
        raise FormatError(
            f"{last.path}: a {last.kind} is not a network; those that are read: {known}"
        )
    assembly = Assembly(options.max_edges)
    chain = [*before, last]
    names = next(filter(None, map(_column_names, chain)), None)
    ids = None if names is None else list(names)
    tensor: Tensor = assembly.input((_columns(chain[0]),), ids=ids)
    for step in before:
        tensor = scaled(assembly, tensor, step, report)
    make = NETWORKS.get(last.kind) or MODELS[last.kind]
    make(assembly, tensor, last)
    if target is not None:
        _into_units(assembly, target, report)
    return emit.imported(assembly, report, options, name)


AROUND = (
    *("GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV"),
    *("Pipeline", "TransformedTargetRegressor"),
)
"""Estimators that hold others."""

FEATURES = "feature_names_in_"

TARGET = "transformer of targets"
"""The kind of the last step where targets were scaled: a scaler that is to be undone."""


def _into_units(assembly: Assembly, target: Estimator, report: Report) -> None:
    """Bring the outputs back to the units of the targets."""
    scale = scale_of(Estimator.of(target.get("transformer"), target.path))
    scale.require(len(assembly.outputs))
    bank = assembly.banks[-1]
    if scale.low is not None or bank.nodes.tolist() != assembly.outputs:
        raise FormatError(f"{target.path}: a scaler of targets that no spec can express")
    bank.rescale = {"mean": scale.mean, "scale": scale.scale}
    report.merged.append(f"{target.path} into the outputs, which are in the units of the targets")


def steps(whole: Estimator, report: Report | None = None) -> Iterator[Estimator]:
    """The estimators that a row goes through."""
    if whole.kind in AROUND[:3]:
        if report is not None:
            report.merged.append(f"{whole.path} into its best estimator")
        yield from steps(Estimator.of(whole.get("best_estimator_")), report)
    elif whole.kind == "TransformedTargetRegressor":
        yield from steps(Estimator.of(whole.get("regressor_")), report)
        transformer = whole.get("transformer_")
        yield Estimator(TARGET, {"transformer": transformer}, f"{whole.path}, transformer_")
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
    if hidden is None or last not in OUTPUT_FUNCTIONS or len(matrices) != len(vectors):
        raise FormatError(f"{model.path}: its layers and activations are not those of scikit-learn")
    for number, (matrix, vector) in enumerate(zip(matrices, vectors, strict=True)):
        at = f"{model.path}, coefs_[{number}]"
        made = assembly.linear(tensor, np.asarray(matrix).T, None, at)
        tensor = assembly.affine(made, shift=_fitting(vector, made.shape[-1], at))
        if number < len(matrices) - 1:
            tensor = assembly.commit(tensor, hidden)
    _output(assembly, tensor, OUTPUT_FUNCTIONS[last], model)


def _fitting(vector: Any, size: int, at: str) -> NDArray[Any]:
    found = np.asarray(vector).reshape(-1)
    if len(found) != size:
        raise FormatError(f"{at}: {counted(len(found), 'bias', 'biases')} for {size} nodes")
    return found


def _output(assembly: Assembly, tensor: Tensor, function: Function, model: Estimator) -> None:
    """The outputs, named by their classes."""
    classes = model.attributes.get("classes_")
    labels = None if classes is None else [as_id(_label(label)) for label in np.asarray(classes)]
    ids = labels if labels is not None and len(labels) == tensor.shape[-1] else None
    assembly.output(assembly.commit(tensor, function), ids=ids)
    if labels is not None and len(labels) == 2 and tensor.shape[-1] == 1:
        assembly.classes = labels


def _label(label: Any) -> str:
    """A class as a table writes it: 1.0 is the class 1, and so is a truth value."""
    plain = label.item() if hasattr(label, "item") else label
    plain = int(plain) if isinstance(plain, bool) else plain
    whole = isinstance(plain, float) and plain.is_integer()
    return str(int(plain) if whole else plain)


def _linear(assembly: Assembly, tensor: Tensor, model: Estimator, function: Function) -> None:
    matrix = np.atleast_2d(model.numbers("coef_"))
    made = assembly.linear(tensor, matrix, None, f"{model.path}, coef_")
    shift = np.broadcast_to(model.numbers("intercept_"), (len(matrix),))
    _output(assembly, assembly.affine(made, shift=shift.copy()), function, model)


def _logistic(assembly: Assembly, tensor: Tensor, model: Estimator) -> None:
    """`LogisticRegression`; before version 1.8 `multi_class` chose between two rules."""
    several = len(np.atleast_2d(model.numbers("coef_"))) > 1
    rule = model.attributes.get("multi_class")
    if rule not in (None, "deprecated", "auto", "multinomial", "ovr", "warn"):
        raise FormatError(f"{model.path}: multi_class is {rule}, which is not known")
    one_by_one = rule in ("ovr", "warn")  # to warn was the default of 0.20 and 0.21, and meant ovr
    one_by_one |= rule != "multinomial" and model.attributes.get("solver") == "liblinear"
    if several and one_by_one:
        raise FormatError(
            f"{model.path}: one class against the rest: the shares are divided by their sum, "
            "which no spec can express"
        )
    # The softmax of the scores −d and d of two classes is the sigmoid of 2d.
    twice: Function = {"name": "sigmoid", "gain": 2.0}
    one = twice if rule == "multinomial" else "sigmoid"
    _linear(assembly, tensor, model, "softmax" if several else one)


def _threshold(assembly: Assembly, tensor: Tensor, model: Estimator) -> None:
    """A linear classifier of two classes that gives the class alone."""
    several = len(np.atleast_2d(model.numbers("coef_"))) > 1
    if several:
        raise FormatError(
            f"{model.path}: it gives the class with the largest of several scores, which no spec "
            "can express"
        )
    loss = str(model.attributes.get("loss"))
    if model.kind == "SGDClassifier" and loss in ("log_loss", "log"):
        _linear(assembly, tensor, model, "sigmoid")
    else:
        _linear(assembly, tensor, model, {"name": "step", "at_zero": 0.0})


def _line(assembly: Assembly, tensor: Tensor, model: Estimator) -> None:
    _linear(assembly, tensor, model, "identity")


NETWORKS: dict[str, Callable[[Assembly, Tensor, Estimator], None]] = {
    "MLPClassifier": _perceptron,
    "MLPRegressor": _perceptron,
}

MODELS: dict[str, Callable[[Assembly, Tensor, Estimator], None]] = {
    "LogisticRegression": _logistic,
    **dict.fromkeys(("Perceptron", "SGDClassifier"), _threshold),
    **dict.fromkeys(
        ("LinearRegression", "Ridge", "RidgeCV", "Lasso", "LassoCV", "ElasticNet", "ElasticNetCV",
         "SGDRegressor"),
        _line,
    ),
}  # fmt: skip
"""Linear models, which are networks without a hidden layer."""
