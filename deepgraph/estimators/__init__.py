"""Networks as estimators of scikit-learn: `fit` trains, `predict` and `predict_proba` evaluate.

dense: a classifier and a regressor, each with a dense network that it makes for its data
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph import lazy

if TYPE_CHECKING:
    from deepgraph.estimators.dense import DeepgraphClassifier, DeepgraphRegressor

__all__ = ["DeepgraphClassifier", "DeepgraphRegressor"]

__getattr__, __dir__ = lazy.exports(__name__, dict.fromkeys(__all__, "estimators.dense"))
