from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_iris
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

import deepgraph
from deepgraph.estimators import DeepgraphClassifier, DeepgraphRegressor


@pytest.mark.filterwarnings("ignore")  # those of data that the checks make on purpose
@pytest.mark.parametrize("estimator", [
    DeepgraphClassifier(hidden=(8,), epochs=60), DeepgraphRegressor(hidden=(8,), epochs=60),
])  # fmt: skip
def test_the_rules_of_scikit_learn_hold(estimator):
    found = check_estimator(estimator, on_fail=None)
    failed = {check["check_name"]: repr(check["exception"]) for check in found
              if check["status"] == "failed"}  # fmt: skip
    assert failed == {}
    assert sum(check["status"] == "passed" for check in found) > 30


def test_a_classifier_learns_and_its_network_is_a_spec(tmp_path):
    X, y = load_iris(return_X_y=True)
    names = np.array(["setosa", "versicolor", "virginica"])[y]
    assert cross_val_score(DeepgraphClassifier(epochs=50), X, names, cv=5).mean() > 0.93
    fitted = DeepgraphClassifier(epochs=50).fit(X, names)
    probabilities = fitted.predict_proba(X)
    assert np.allclose(probabilities.sum(axis=1), 1)
    assert (fitted.predict(X) == fitted.classes_[probabilities.argmax(axis=1)]).all()
    fitted.network_.save(tmp_path / "iris.json")
    again = deepgraph.load(tmp_path / "iris.json")
    assert (again(X) == probabilities).all()  # on raw inputs
    assert (pickle.loads(pickle.dumps(fitted)).predict_proba(X) == probabilities).all()


def test_a_regressor_answers_in_the_units_of_its_targets():
    X, y = load_diabetes(return_X_y=True)
    scores = cross_val_score(DeepgraphRegressor(hidden=(4,), epochs=40, weight_decay=0.1), X, y)
    assert scores.mean() > cross_val_score(LinearRegression(), X, y).mean() - 0.05
    two = np.stack([y, -1000 * y], axis=1)
    fitted = DeepgraphRegressor(hidden=(4,), epochs=40).fit(X, two)
    assert fitted.predict(X).shape == two.shape
    assert (fitted.network_(X) == fitted.predict(X)).all()
    assert np.corrcoef(fitted.predict(X)[:, 1], two[:, 1])[0, 1] > 0.7


def test_in_a_pipeline_and_a_search():
    X, y = load_iris(return_X_y=True)
    model = make_pipeline(StandardScaler(), DeepgraphClassifier(epochs=60))
    grid = {"deepgraphclassifier__hidden": [(), (4,)]}
    search = GridSearchCV(model, grid, cv=3).fit(X, y)
    assert search.best_score_ > 0.9


def test_one_class_is_refused():
    with pytest.raises(ValueError, match="a classifier needs two classes, and y holds one class"):
        DeepgraphClassifier().fit([[1.0], [2.0]], ["a", "a"])


def test_nothing_else_imports_scikit_learn():
    program = "import deepgraph, sys; deepgraph.load; print('sklearn' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


def test_the_network_has_the_names_of_the_columns(tmp_path):
    """So its spec takes the table that it was made of, and tells the classes by their names."""
    X, y = load_iris(return_X_y=True, as_frame=True)
    X.columns = ["sepal length", "sepal_width", "p(length)", "p_width"]
    names = np.array(["setosa", "versicolor", "virginica"])[y]
    fitted = DeepgraphClassifier(epochs=3).fit(X, names)
    assert list(fitted.feature_names_in_) == fitted.network_.input_names == list(X.columns)
    assert list(fitted.get_feature_names_out()) == fitted.network_.output_names
    assert fitted.network_.output_names == ["setosa", "versicolor", "virginica"]
    assert fitted.network_.classes.names == fitted.network_.output_names
    table = {name: X[name].to_numpy() for name in reversed(X.columns)}
    assert (fitted.network_(table) == fitted.predict_proba(X)).all()
    with pytest.raises(ValueError, match="feature names"):
        fitted.predict(X[reversed(X.columns)])


def test_a_regressor_names_its_outputs_by_those_of_its_targets():
    X, _ = load_diabetes(return_X_y=True, as_frame=True)
    fitted = DeepgraphRegressor(epochs=1).fit(X[["age", "bmi"]], X["bp"])
    assert fitted.network_.output_names == ["bp"]
    fitted = DeepgraphRegressor(epochs=1).fit(X[["age", "bmi"]], X[["bp", "s1"]])
    assert list(fitted.get_feature_names_out()) == ["bp", "s1"]


def test_names_that_cannot_be_names_of_nodes_are_left_aside():
    X, y = load_iris(return_X_y=True, as_frame=True)
    X.columns = ["h1", "h_1", "x y", "y"]  # h1 is a hidden node, and h_1 is shown alike
    fitted = DeepgraphClassifier(epochs=1, hidden=(3,)).fit(X, y)
    assert fitted.network_.input_names == ["x1", "x2", "x3", "x4"]
    assert list(fitted.feature_names_in_) == list(X.columns)
    assert fitted.predict(X).shape == (150,)
