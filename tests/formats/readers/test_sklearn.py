"""Estimators beside scikit-learn itself: fitted in many ways, pickled in many ways, and live."""

from __future__ import annotations

import pickle
import warnings

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn import linear_model as linear
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    PolynomialFeatures,
    StandardScaler,
)

import deepgraph
from deepgraph.errors import FormatError
from deepgraph.formats.readers import table
from deepgraph.formats.readers.record import Options
from tests.support.models import distance

RNG = np.random.default_rng(2)
X = RNG.normal(size=(60, 3)) * [10, 0.1, 3] + [50, 1, -2]
TWO, THREE = (X[:, 0] > 50).astype(int), np.digitize(X[:, 0], [45, 55])
WORDS = np.array(["stays", "leaves"])[TWO]
TARGET = X @ [0.1, 2, -1]
FRAME = pd.DataFrame(X, columns=["score", "age", "balance"])


def classifier(**options):
    return MLPClassifier(hidden_layer_sizes=(4,), max_iter=20, **options)


def regressor(**options):
    return MLPRegressor(hidden_layer_sizes=(4,), max_iter=20, **options)


CASES = {
    "a generator of its own": lambda: classifier().fit(X, TWO),
    "a generator that was given": lambda: classifier(random_state=np.random.RandomState(3)).fit(
        X, TWO
    ),
    "stopped early": lambda: classifier(early_stopping=True).fit(X, THREE),
    "words": lambda: classifier().fit(FRAME, WORDS),
    "truth values": lambda: classifier().fit(X, TWO.astype(bool)),
    "searched": lambda: GridSearchCV(
        make_pipeline(StandardScaler(), classifier()), {"mlpclassifier__alpha": [0.1, 0.2]}, cv=2
    ).fit(FRAME, THREE),
    "logistic": lambda: make_pipeline(StandardScaler(), linear.LogisticRegression()).fit(X, THREE),
    "ridge": lambda: linear.RidgeCV().fit(X, np.c_[TARGET, -TARGET]),
    "lasso": lambda: linear.LassoCV().fit(X, TARGET),
    "perceptron": lambda: linear.Perceptron().fit(X, TWO),
    "clipped": lambda: make_pipeline(MaxAbsScaler(clip=True), regressor()).fit(X, TARGET),
    "counts": lambda: MLPRegressor(hidden_layer_sizes=(4,), max_iter=20, loss="poisson").fit(
        X, TWO
    ),
    "targets": lambda: TransformedTargetRegressor(
        make_pipeline(MinMaxScaler(), regressor()), transformer=StandardScaler()
    ).fit(X, TARGET),
}


def fitted(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return CASES[name]()


def wanted(model, columns):
    table = FRAME if hasattr(model, "feature_names_in_") else X
    made = model.predict_proba(table) if hasattr(model, "predict_proba") else model.predict(table)
    return np.asarray(made).reshape(len(X), -1)[:, -columns:]


def written(model, how, folder):
    path = folder / ("m.joblib" if how == "joblib" or isinstance(how, tuple) else "m.pkl")
    if path.suffix == ".pkl":
        path.write_bytes(pickle.dumps(model, how))
    else:
        joblib.dump(model, path, compress=how if isinstance(how, tuple) else 0)
    return path


@pytest.mark.parametrize(
    "how", [2, 3, 4, 5, "joblib", ("zlib", 3), ("gzip", 3), ("bz2", 3), ("xz", 3)]
)
def test_every_way_to_write_a_pickle(how, tmp_path):
    model = fitted("searched")
    network = deepgraph.from_file(written(model, how, tmp_path))
    assert distance(network, X, wanted(model, 3)) <= 1e-12
    assert network.input_names == ["score", "age", "balance"]


@pytest.mark.parametrize("name", CASES)
def test_an_estimator_from_a_file_and_from_memory(name, tmp_path):
    model = fitted(name)
    live = deepgraph.from_sklearn(model)
    Y = wanted(model, len(live.outputs))
    assert distance(live, X, Y) <= 1e-12
    assert distance(deepgraph.from_file(written(model, 4, tmp_path)), X, Y) <= 1e-12


def test_two_classes_are_those_of_the_model():
    network = deepgraph.from_sklearn(fitted("words"))
    assert network.spec.layers[-1].classes == ["leaves", "stays"]
    assert deepgraph.from_sklearn(fitted("stopped early")).output_names == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: RandomForestClassifier(3).fit(X, TWO), "RandomForestClassifier is not a network"),
        (lambda: make_pipeline(Normalizer(), classifier()).fit(X, TWO), "normalizer: a Normalizer"),
        (
            lambda: make_pipeline(PolynomialFeatures(), classifier()).fit(X, TWO),
            "a PolynomialFeatures",
        ),
        (lambda: linear.Perceptron().fit(X, THREE), "the largest of several scores"),
        (classifier, "before it was fitted|how many inputs"),
    ],
)
def test_what_no_spec_can_express(make, words, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = make()
    with pytest.raises(FormatError, match=words):
        deepgraph.from_sklearn(model)
    with pytest.raises(FormatError, match=words):
        deepgraph.from_file(written(model, 4, tmp_path))


def test_a_scaler_that_does_not_fit(tmp_path):
    model = written(fitted("a generator of its own"), 4, tmp_path)
    scaler = tmp_path / "scaler.pkl"
    scaler.write_bytes(pickle.dumps(StandardScaler().fit(X[:, :2])))
    with pytest.raises(
        FormatError, match=r'"scaler.pkl", a StandardScaler: 2 columns for 3 inputs'
    ):
        deepgraph.from_file(model, scaler=str(scaler))
    scaler.write_bytes(pickle.dumps(StandardScaler()))
    with pytest.raises(FormatError, match=r"scaler\.pkl"):
        deepgraph.from_file(model, scaler=str(scaler))
    scaler.write_bytes(pickle.dumps(StandardScaler().fit(X)))
    with pytest.raises(FormatError, match="leave scaler out"):
        deepgraph.from_file(written(fitted("searched"), 4, tmp_path), scaler=str(scaler))


def test_inputs_are_called_as_the_columns_of_their_scaler(tmp_path):
    scaler = tmp_path / "scaler.pkl"
    scaler.write_bytes(pickle.dumps(StandardScaler().fit(FRAME)))
    nameless = written(fitted("a generator of its own"), 4, tmp_path)
    assert deepgraph.from_file(nameless, scaler=str(scaler)).input_names == list(FRAME)
    named = tmp_path / "named.pkl"
    named.write_bytes(pickle.dumps(linear.Perceptron().fit(FRAME, TWO)))
    options = Options(scaler=str(scaler))
    assert not table.read(str(named), options, None).report.notes
    scaler.write_bytes(pickle.dumps(StandardScaler().fit(FRAME[["age", "score", "balance"]])))
    found = table.read(str(named), options, None)
    assert found.spec.layers[0].names == list(FRAME)
    asked = (
        "the scaler was fitted on the columns age, score, balance, the model on score, age, "
        "balance; is this its scaler?"
    )
    assert found.report.notes == [asked]


def test_a_column_without_a_range(tmp_path):
    """It is scaled as if it had the range 1, and what it scales to is clipped."""
    table = np.c_[X[:, :2], np.ones(len(X))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = make_pipeline(MinMaxScaler(clip=True), regressor()).fit(table, TARGET)
    network = deepgraph.from_sklearn(model)
    rows = np.vstack([table, table * 3])
    assert distance(network, rows, model.predict(rows)[:, None]) <= 1e-12


def test_a_largest_value_that_clips():
    model = fitted("clipped")
    rows = np.vstack([X, X * 3, -X * 3])
    found = deepgraph.from_sklearn(model)
    assert distance(found, rows, model.predict(rows)[:, None]) <= 1e-12


def logistic(rule, classes, solver="lbfgs"):
    """A model as an older version has pickled it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = linear.LogisticRegression().fit(X, classes)
    model.multi_class, model.solver = rule, solver
    return model


@pytest.mark.parametrize("rule", ["auto", "deprecated", "multinomial", "ovr", "warn", None])
def test_rules_of_older_logistic_regressions(rule):
    """The formulas are those of `predict_proba` in scikit-learn 1.0."""
    two = logistic(rule, TWO)
    d = two.decision_function(X) * (2 if rule == "multinomial" else 1)
    assert distance(deepgraph.from_sklearn(two), X, 1 / (1 + np.exp(-d))[:, None]) <= 1e-12
    three = logistic(rule, THREE)
    if rule in ("ovr", "warn"):
        with pytest.raises(FormatError, match="one class against the rest"):
            deepgraph.from_sklearn(three)
    else:
        assert distance(deepgraph.from_sklearn(three), X, three.predict_proba(X)) <= 1e-12


def test_rules_of_logistic_regressions_that_are_refused():
    with pytest.raises(FormatError, match="one class against the rest"):
        deepgraph.from_sklearn(logistic("auto", THREE, "liblinear"))
    with pytest.raises(FormatError, match="multi_class is other, which is not known"):
        deepgraph.from_sklearn(logistic("other", TWO))


def test_classes_that_are_called_like_columns():
    frame = pd.DataFrame(X, columns=["0", "1", "2"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = classifier().fit(frame, THREE)
    network = deepgraph.from_sklearn(model)
    assert network.input_names == ["0", "1", "2"]
    assert network.classes.names == ["0", "1", "2"]
    assert distance(network, X, model.predict_proba(frame)) <= 1e-12


def test_truth_values_are_0_and_1():
    network = deepgraph.from_sklearn(fitted("truth values"))
    assert network.classes.names == ["0", "1"]
    assert network.classes.meant("True") == "1"
