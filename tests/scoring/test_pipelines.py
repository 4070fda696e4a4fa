"""The recipes of docs/pipelines.md, as they stand there, against the trace."""

from __future__ import annotations

import csv
import shutil

import numpy as np
import pytest

import deepgraph
from tests.support.needs import need
from tests.support.recipes import recipe
from tests.support.strategies import SPECS


@pytest.fixture
def folder(tmp_path, monkeypatch):
    shutil.copy(SPECS / "xor.json", tmp_path / "net.json")
    points = np.random.default_rng(2).normal(size=(500, 2))
    lines = [f"k{row},{x2!r},{x1!r}" for row, (x1, x2) in enumerate(points.tolist())]
    (tmp_path / "points.csv").write_text("id,x2,x1\n" + "\n".join(lines) + "\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["pandas", "polars", "expression", "duckdb"])
def test_a_recipe_gives_the_values_of_the_trace(folder, name):
    package = "polars" if name == "expression" else name
    pytest.importorskip(package)
    exec(compile(recipe("pipelines", name), name, "exec"), {"__name__": name})
    with (folder / "scored.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["id"] for row in rows] == [f"k{row}" for row in range(500)]
    network = deepgraph.load(folder / "net.json")
    X = {name: [float(row[name]) for row in rows] for name in ("x1", "x2")}
    assert [float(row["y"]) for row in rows] == network.trace(X)["y"].tolist()


@pytest.mark.filterwarnings("ignore")  # those of the client's own packages
def test_a_web_service(folder):
    try:
        import httpx
        from fastapi.testclient import TestClient
    except ImportError:
        httpx = None
    need(httpx, "fastapi and httpx", "pip install fastapi httpx")
    names = {}
    exec(compile(recipe("pipelines", "fastapi"), "service", "exec"), names)
    client = TestClient(names["app"])
    network = deepgraph.load(folder / "net.json")
    for x1, x2 in ((0.0, 1.0), (1.0, 1.0), (-0.3, 0.7)):
        answer = client.post("/score", json={"x1": x1, "x2": x2})
        assert answer.json() == {"y": float(network.trace({"x1": x1, "x2": x2})["y"][0])}
    refused = client.post("/score", json={"x1": 0.0})
    assert refused.status_code == 422
    assert "x2" in refused.json()["detail"]
    assert client.post("/score", json={"x1": 0.0, "x2": "one"}).status_code == 422
