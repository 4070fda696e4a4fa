from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

import deepgraph
from deepgraph import spec
from deepgraph.edit.templates import dense
from deepgraph.spec import gallery
from tests.support.strategies import SPECS

if TYPE_CHECKING:
    from tests.cli.conftest import Run


def test_text(run: Run) -> None:
    done = run("info", gallery.path("irregular"))
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "irregular: Skip edges, a product, a mean and a maximum"
    assert lines[2:] == [
        "shape         irregular, 5 neurons deep",
        "longest path  p → q → m → g → y",
        "nodes         3 inputs, 5 hidden, 1 output, 2 biases",
        "inputs        x1, x2, x3",
        "outputs       y",
        "edges         18, of them 3 wires",
        "parameters    15",
        "activations   2 identity, 1 tanh, 1 softplus, 1 leaky_relu, 1 sigmoid",
        "aggregations  1 product, 1 mean, 1 max",
        "shared        w2 (2 edges)",
    ]


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("deep_state", "layered 1-2-2-1, 3 neurons deep"),
        ("iris", "layered 4-8-3, 2 neurons deep"),
        ("karpathy_neuron", "layered 2-1, 1 neuron deep"),
    ],
)
def test_shape(run: Run, name: str, shape: str) -> None:
    assert f"\nshape        {shape}\n" in run("info", gallery.path(name)).stdout


def test_json(run: Run) -> None:
    found = json.loads(run("info", gallery.path("mazur"), "--json").stdout)
    found.pop("source")
    assert found == {
        "name": "mazur",
        "title": "A step by step backpropagation example",
        "inputs": ["i1", "i2"],
        "hidden": 2,
        "outputs": ["o1", "o2"],
        "normalised": [],
        "rescaled": [],
        "classes": ["o1", "o2"],
        "threshold": None,
        "biases": 2,
        "edges": 12,
        "wires": 4,
        "parameters": 10,
        "trainable": 10,
        "frozen": 0,
        "uninitialised": 0,
        "depth": 2,
        "longest_path": ["h1", "o1"],
        "layered": True,
        "layers": [2, 2, 2],
        "activations": {"sigmoid": 4},
        "aggregations": {},
        "softmax": {},
        "shared": {"b1": 2, "b2": 2},
        "groups": {
            "w12": ["w1", "w2"],
            "w34": ["w3", "w4"],
            "w56": ["w5", "w6"],
            "w78": ["w7", "w8"],
        },
        "stages": {},
        "unused": [],
    }


def test_one_node(run: Run) -> None:
    assert run("info", gallery.path("deep_state"), "--node", "h1").stdout.splitlines() == [
        "h1: hidden, relu of the sum",
        "fed by       x, b1",
        "feeds        g1, g2",
        "ancestors    2: x, b1",
        "descendants  3: g1, g2, y",
    ]
    assert run("info", gallery.path("deep_state"), "--node", "x").stdout.splitlines() == [
        "x: input",
        "feeds        h1, h2",
        "descendants  5: h1, h2, g1, g2, y",
    ]
    found = json.loads(run("info", gallery.path("deep_state"), "--node", "g2", "--json").stdout)
    assert found == {
        "node": "g2",
        "kind": "hidden",
        "activation": "relu",
        "settings": {},
        "aggregation": "sum",
        "normalise": {},
        "rescale": {},
        "sources": ["h1", "h2", "b4"],
        "targets": ["y"],
        "ancestors": ["x", "b1", "b2", "b4", "h1", "h2"],
        "descendants": ["y"],
    }
    done = run("info", gallery.path("deep_state"), "--node", "h9")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith('Error: no node or stage is named "h9"; known: "out1", ')


def test_the_members_of_a_stage(run: Run) -> None:
    path = gallery.path("deep_state")
    single = [run("info", path, "--node", node).stdout for node in ("g1", "g2")]
    found = run("info", path, "--node", "out5").stdout
    assert found == "out5: a stage, z(g1), z(g2)\n\n" + "\n".join(single)
    assert run("info", path, "--node", "z(g1)").stdout == single[0]
    content = json.loads(run("info", path, "--node", "out2", "--json").stdout)
    assert (content["stage"], content["members"]) == ("out2", ["h1", "h2"])
    alone = [json.loads(run("info", path, "--node", n, "--json").stdout) for n in ("h1", "h2")]
    assert content["nodes"] == alone
    done = run("info", path, "--node", "out6")
    assert done.stderr == 'Error: no node or stage is named "out6"; did you mean "out5"?\n'


def test_uninitialised_and_frozen(run: Run) -> None:
    content = json.loads(spec.write(dense([1, 2, 2, 1])))
    content["edges"][0] |= {"weight": 1, "trainable": False}
    found = run("info", "-", stdin=json.dumps(content)).stdout
    assert "\nparameters     13: 12 trainable, 1 frozen\n" in found
    assert "\nuninitialised  12: b1, b2, b3, b4, b5, w2, w3, w4, w5, w6 and 2 more\n" in found


def test_hostile_texts(run: Run) -> None:
    content = {
        "deepgraph": 1,
        "title": "a\u001b[31m\nb",
        "nodes": [{"id": "重み", "kind": "input"}, {"id": "</svg>\u2028", "kind": "output"}],
        "edges": [{"source": "重み", "target": "</svg>\u2028"}],
    }
    done = run("info", "-", stdin=json.dumps(content))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("standard input: a\\x1b[31m\\nb\n")
    assert "\noutputs      </svg>\\u2028\n" in done.stdout


def test_errors(run: Run) -> None:
    done = run("info", "missing.json")
    assert (done.returncode, done.stderr) == (1, "Error: missing.json: no such file\n")
    assert run("info").returncode == 2


def test_the_numbers_of_an_activation(run: Run, tmp_path) -> None:
    activation = {"name": "leaky_relu", "alpha": 0.2, "gain": -2.5}
    spec = {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input"},
            {"id": "y", "kind": "output", "activation": activation},
        ],
        "edges": [{"source": "x", "target": "y"}],
    }
    path = tmp_path / "net.json"
    path.write_text(json.dumps(spec))
    first, *_ = run("info", path, "--node", "y").stdout.splitlines()
    assert first == "y: output, leaky_relu (alpha 0.2, gain −2.5) of the sum"
    found = json.loads(run("info", path, "--node", "y", "--json").stdout)
    assert found["settings"] == {"alpha": 0.2, "gain": -2.5}


def test_scaled_inputs_and_outputs(run: Run, tmp_path) -> None:
    spec = {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input", "normalise": {"min": -0.5, "mean": 19791.09}},
            {"id": "y", "kind": "output", "rescale": {"scale": "1/4"}},
        ],
        "edges": [{"source": "x", "target": "y"}],
    }
    path = tmp_path / "net.json"
    path.write_text(json.dumps(spec))
    lines = run("info", path).stdout.splitlines()
    assert "normalised   x" in lines
    assert "rescaled     y" in lines
    assert "normalise    min −0.5, mean 19791.09" in run("info", path, "--node", "x").stdout
    assert "rescale    scale 0.25" in run("info", path, "--node", "y").stdout
    result = run("eval", path, "--set", "x=19792.09", "--nodes", "x,y", "--pre-activations")
    assert result.stdout.splitlines() == ["z(x),x,z(y),y", "19792.09,1,1,0.25"]


def test_groups_of_softmax(run: Run) -> None:
    assert "\nsoftmax      layer y = [setosa versicolor virginica]\n" in (
        run("info", gallery.path("iris")).stdout
    )


# --- health on a table ------------------------------------------------------------------------


def test_the_health_of_a_network_on_a_table(run, tmp_path):
    """Iris: shares of rows in which a ReLU is off, against the trace."""
    done = run("info", SPECS / "iris.json", "--input", SPECS / "iris.csv", "--target", "species")
    assert done.returncode == 0, done.stderr
    net = deepgraph.load(SPECS / "iris.json")
    lines = (SPECS / "iris.csv").read_text().splitlines()[1:]
    X = np.array([line.split(",")[:4] for line in lines], float)
    z = net.trace(X).z[net.index["h3"]]
    (h3,) = [line for line in done.stdout.splitlines() if line.startswith("h3")]
    assert h3.split()[-2:] == [f"{(z <= 0).mean():.0%}", "off"]
    assert "cross_entropy 0.04762; the best constant has 1.099" in done.stdout
    assert "saturated" not in done.stdout


def test_what_will_keep_a_network_from_learning_is_told_of_before_it_is_trained(run, tmp_path):
    assert run("new", "1-3-1", "--output-activation", "sigmoid", "-o", "n.json").returncode == 0
    (tmp_path / "t.csv").write_text("x,t\n" + "".join(f"{k},{3 * k}\n" for k in range(100, 140)))
    done = run("info", "n.json", "--seed", 1, "--input", "t.csv", "--target", "y=t", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    causes = [cause["cause"] for cause in found["findings"]]
    assert causes[:2] == ["range", "unscaled"]
    assert found["rows"] == found["looked_at"] == 40
    done = run("info", "n.json", "--seed", 1, "--input", "t.csv", "--json")
    found = json.loads(done.stdout)
    assert found["value"] is None
    assert "range" not in [cause["cause"] for cause in found["findings"]]
    assert run("info", "n.json", "--target", "y=t").returncode == 2
    assert run("info", "n.json", "--seed", "1").returncode == 2
