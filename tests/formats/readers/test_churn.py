"""A model and the scaler beside it, from the raw table to its accuracy, by the command line."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import MinMaxScaler, StandardScaler

CUSTOMERS = 2_000


def customers():
    """Columns as a bank has them, of very different size, and who left."""
    rng = np.random.default_rng(7)
    table = pd.DataFrame(
        {
            "CreditScore": rng.integers(350, 851, CUSTOMERS),
            "Age": rng.integers(18, 93, CUSTOMERS),
            "Balance": np.where(
                rng.random(CUSTOMERS) < 0.36, 0, rng.normal(120_000, 30_000, CUSTOMERS)
            ).round(2),
            "NumOfProducts": rng.integers(1, 5, CUSTOMERS),
            "IsActiveMember": rng.integers(0, 2, CUSTOMERS),
            "EstimatedSalary": rng.uniform(12, 199_992, CUSTOMERS).round(2),
        }
    )
    pull = 0.09 * (table.Age - 45) - 1.2 * table.IsActiveMember + 0.8 * (table.NumOfProducts > 2)
    left = (rng.random(CUSTOMERS) < 1 / (1 + np.exp(-pull))).astype(int)
    return table, left


def deepgraph(*words, cwd):
    """Standard output of the command; `OSError` with what it says if it ends with an error."""
    command = [sys.executable, "-m", "deepgraph", *map(str, words)]
    ended = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise OSError(ended.stderr)
    return ended


@pytest.mark.parametrize(
    "scaler", [StandardScaler(), MinMaxScaler()], ids=lambda s: type(s).__name__
)
def test_a_scaled_classifier_end_to_end(scaler, tmp_path):
    table, left = customers()
    scaled = scaler.fit_transform(table)
    model = MLPClassifier((8,), max_iter=60, random_state=1, learning_rate_init=0.01)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(scaled, left)
    accuracy = model.score(scaled, left)
    assert accuracy > 0.05 + max(left.mean(), 1 - left.mean())  # it has learned
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(model))
    (tmp_path / "scaler.pkl").write_bytes(pickle.dumps(scaler))
    table.assign(Exited=left).to_csv(tmp_path / "churn.csv", index=False)

    deepgraph(*("import", "model.pkl", "--scaler", "scaler.pkl", "-o", "churn.json"), cwd=tmp_path)
    inputs = json.loads((tmp_path / "churn.json").read_text())["layers"][0]
    assert inputs["names"] == list(table)
    told = deepgraph(
        *("eval", "churn.json", "--input", "churn.csv", "--target", "Exited", "-o", "out.csv"),
        cwd=tmp_path,
    )
    right = round(accuracy * CUSTOMERS)
    assert f"accuracy {right / CUSTOMERS:.4g}" in told.stderr, told.stderr
    out = pd.read_csv(tmp_path / "out.csv")
    assert (out.pop("prediction") == model.predict(scaled)).all()
    assert np.abs(out.iloc[:, -1] - model.predict_proba(scaled)[:, 1]).max() <= 1e-12

    first = ("--input", "churn.csv", "--row", 1)
    deepgraph("render", "churn.json", *first, "-o", "churn.svg", cwd=tmp_path)
    words = deepgraph("explain", "churn.json", *first, cwd=tmp_path).stdout
    assert "Balance" in words
    row = [f"{name}={value}" for name, value in table.iloc[0].items() if name != "Age"]
    settings = [word for pair in row for word in ("--set", pair)]
    options = ("--over", "Age=18:92", *settings, "--pre-activations")
    kinks = deepgraph("kinks", "churn.json", *options, cwd=tmp_path).stdout
    assert "Age" in kinks
