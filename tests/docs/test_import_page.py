"""Every command of "Bring your network" runs on a file of the kind that it names."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

import deepgraph
from deepgraph.formats.readers import table
from tests.support.matlab import FUNCTION
from tests.support.models import REAL, made

PAGE = (Path(__file__).parents[2] / "docs" / "import.md").read_text(encoding="utf-8")
COMMANDS = [
    line
    for block in re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("deepgraph import")
]
FILES = {
    "model.pth": "state_named.pt",
    "model.keras": "keras_branches.keras",
    "model.h5": "keras_conv.h5",
    "pipeline.joblib": "sklearn_pipeline_packed.joblib",
    "winner.pkl": "neat_sigmoid.pkl",
    "brain.json": "brain2_relu.json",
}
"""Made files by their names on the page."""
REAL_FILES = {
    "model.onnx": "marabou_fc_2-2-3.onnx",
    "winner.json": "neatpython_xor_winner.json",
    "acas.nnet": "sisl_TestNetwork.nnet",
    "iris.pmml": "pmml_nn-iris.pmml",
    "xor_float.net": "fann_xor_float.net",
    "champion.net": "sharpneat_mux.net",
    "genome.yml": "gonEAT_xorstartgenes.yml",
    "swing.out": "wann_swing.out",
}


@pytest.fixture
def folder(tmp_path):
    """A folder with a file for each name on the page."""
    for name, source in FILES.items():
        made(source, tmp_path).rename(tmp_path / name)
    for name, source in REAL_FILES.items():
        (tmp_path / name).write_bytes((REAL / source).read_bytes())
    config = "[NEAT]\n[DefaultGenome]\nnum_inputs = 2\nnum_outputs = 2\n"
    (tmp_path / "config-feedforward").write_text(config)
    (tmp_path / "myNeuralNetworkFunction.m").write_text(FUNCTION)
    network = deepgraph.Builder("one")
    network.input("x")
    network.output("y", "tanh")
    network.edge("x", "y", "w", 2)
    nx.write_graphml(network.build().graph, tmp_path / "graph.graphml")
    X = np.random.default_rng(1).normal(50, 20, (40, 2))
    scaler = StandardScaler().fit(X)
    model = MLPClassifier((3,), solver="lbfgs", max_iter=2000, random_state=1)
    model.fit(scaler.transform(X), X[:, 0] > 50)
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(model))
    (tmp_path / "scaler.pkl").write_bytes(pickle.dumps(scaler))
    (tmp_path / "churn.csv").write_text("age,balance\n40,50\n")
    return tmp_path


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_of_the_page(line, folder):
    _, *words = line.split()
    done = subprocess.run(
        [sys.executable, "-m", "deepgraph", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert len(deepgraph.load(folder / words[-1]).outputs)


def test_every_suffix_is_on_the_page():
    missing = {suffix for row in table.FORMATS for suffix in row.suffixes if suffix not in PAGE}
    assert "compressed or not: `.pkl.gz`" in PAGE
    packed = tuple(f".{name}" for name in ("gz", "bz2", "xz", "lzma", "z"))
    missing = {suffix for suffix in missing if not suffix.endswith(packed)}
    others = ".ckpt .bin .hdf5 .pickle .sav .yaml .xml .csv .json .gexf .graphml .m"
    assert missing <= set(others.split())
