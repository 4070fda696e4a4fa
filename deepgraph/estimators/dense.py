"""A classifier and a regressor of scikit-learn, which is imported with this module.

An estimator makes a dense network for its data, standardises the inputs, and keeps all of it in one
spec: `network_` takes raw values, and can be drawn, explained and saved as any other.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec.structs import replace
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from deepgraph.edit.templates import dense
from deepgraph.errors import SpecError
from deepgraph.loading import loads
from deepgraph.spec import writing
from deepgraph.train import fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from deepgraph.network import Network
    from deepgraph.spec.records import Spec


class _Dense(BaseEstimator):
    """What both estimators have in common: the arguments, and a training."""

    def __init__(
        self,
        hidden: Sequence[int] = (16,),
        *,
        activation: str = "tanh",
        epochs: int = 200,
        learning_rate: float = 0.01,
        batch: int | None = 32,
        weight_decay: float = 0.0,
        validation: float | None = None,
        seed: int = 0,
    ) -> None:
        self.hidden = hidden
        self.activation = activation
        self.epochs = epochs
        self.learning_rate = learning_rate
        self.batch = batch
        self.weight_decay = weight_decay
        self.validation = validation
        self.seed = seed

    def _train(
        self,
        X: NDArray[np.float64],
        targets: NDArray[np.float64],
        last: str,
        loss: str,
        outputs: Sequence[str] | None,
    ) -> Network:
        """A network for `X`, (rows, inputs), trained for `targets`, (rows, outputs).

        Its inputs have the names of the columns that `fit` was given, and its outputs these names.
        """
        sizes = [X.shape[1], *self.hidden, targets.shape[1]]
        spec = dense(sizes, self.activation, last, layers=True)
        given = getattr(self, "feature_names_in_", None)
        spec = _named(spec, None if given is None else list(map(str, given)), outputs)
        network = loads(writing.write(spec), "estimator").initialised(self.seed, "xavier")
        wanted = dict(zip(network.output_names, targets.T, strict=True))
        training = fit(
            network, X, wanted, loss=loss, epochs=self.epochs, learning_rate=self.learning_rate,
            optimiser="adam", batch=None if self.batch is None else min(self.batch, len(X)),
            seed=self.seed, weight_decay=self.weight_decay, standardise=True,
            validation=self.validation,
        )  # fmt: skip
        self.history_ = training.history
        self.n_iter_ = len(training.history)
        return training.network

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """(outputs,) the names of the network's outputs.

        Args:
            input_features: ignored, as they do not name the outputs.
        """
        check_is_fitted(self)
        return np.array(self.network_.output_names, dtype=object)

    def _values(self, X: Any) -> NDArray[np.float64]:
        """(rows, outputs) the values of the outputs."""
        check_is_fitted(self)
        found: NDArray[np.float64] = self.network_(validate_data(self, X, reset=False))
        return found


class DeepgraphClassifier(ClassifierMixin, _Dense):
    """Classes by a dense network with softmax.

    Args:
        hidden: the sizes of the hidden layers.
        activation: of the hidden nodes, a name of docs/format.md.
        epochs: how often every row is learned from.
        learning_rate: of Adam.
        batch: rows for each step; `None` for all.
        weight_decay: λ of the penalty λ/2·Σw².
        validation: the share of the rows that is kept apart to choose the best epoch by.
        seed: of the first values and of the shuffling; the same seed gives the same bits.

    Attributes:
        network_: the trained `deepgraph.Network`, on raw inputs.
        classes_: the classes, sorted; the columns of `predict_proba`.
        history_: the epochs of the training.
        n_features_in_: the number of inputs.
        feature_names_in_: the names of the columns, if `X` had some; the inputs of `network_` have
            them, too.
    """

    network_: Network

    def fit(self, X: Any, y: Any) -> DeepgraphClassifier:
        """Train a network.

        Args:
            X: (rows, inputs) finite numbers.
            y: (rows,) classes.

        Raises:
            ValueError: there are fewer than two classes, or the data does not fit.
        """
        X, y = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(y)
        self.classes_, numbers = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"a classifier needs two classes, and y holds one class: {y[0]!r}")
        targets = np.eye(len(self.classes_))[numbers]
        classes = [str(name) for name in self.classes_.tolist()]
        self.network_ = self._train(X, targets, "softmax", "cross_entropy", classes)
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """(rows, classes) the probability of each class."""
        return self._values(X)

    def predict(self, X: Any) -> NDArray[Any]:
        """(rows,) the class of the largest probability."""
        largest = self._values(X).argmax(axis=1)
        found: NDArray[Any] = self.classes_[largest]
        return found


class DeepgraphRegressor(RegressorMixin, _Dense):
    """Numbers by a dense network with identity outputs, in the units of `y`.

    Args and further attributes are those of `DeepgraphClassifier`.

    Attributes:
        network_: the trained `deepgraph.Network`, from raw inputs to the units of `y`.
    """

    network_: Network

    def fit(self, X: Any, y: Any) -> DeepgraphRegressor:
        """Train a network.

        Args:
            X: (rows, inputs) finite numbers.
            y: (rows,) or (rows, outputs) finite numbers.

        Raises:
            ValueError: the data does not fit.
        """
        columns = getattr(y, "columns", None)  # of a table of several targets
        named = [getattr(y, "name", None)] if columns is None else list(columns)
        X, y = validate_data(self, X, y, dtype=np.float64, multi_output=True, y_numeric=True)
        self._is_flat = y.ndim == 1
        targets = y.reshape(len(y), -1).astype(np.float64)
        mean, scale = targets.mean(axis=0), targets.std(axis=0)
        scale[scale == 0] = 1.0
        texts = [name for name in named if isinstance(name, str)]
        outputs = texts if len(texts) == len(named) else None
        trained = self._train(
            X, (targets - mean) / scale, "identity", "half_squared_error", outputs
        )
        self.network_ = _rescaled(trained, mean, scale)
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:
        """(rows,) or (rows, outputs) numbers in the units of `y`."""
        found = self._values(X)
        return found[:, 0] if self._is_flat else found

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


def _named(spec: Spec, inputs: list[str] | None, outputs: Sequence[str] | None) -> Spec:
    """The spec with names of its inputs and outputs, where all of them may be names of nodes."""
    first, *between, last = spec.layers
    for names, whole in ((inputs, 0), (outputs, -1)):
        if names is None:
            continue
        layers = [first, *between, last]
        layers[whole] = replace(layers[whole], names=list(names), size=len(names))
        try:
            loads(writing.write(replace(spec, layers=layers)), "estimator")
        except SpecError:  # such as two of one name; then the network keeps its own
            continue
        first, *between, last = layers
    return replace(spec, layers=[first, *between, last])


def _rescaled(network: Network, mean: NDArray[np.float64], scale: NDArray[np.float64]) -> Network:
    """The network with outputs that are brought back to their own units, as its spec says."""
    whole = json.loads(writing.write(network.spec))
    whole["layers"][-1]["rescale"] = {"mean": mean.tolist(), "scale": scale.tolist()}
    return loads(json.dumps(whole), "estimator")
