"""The page compares itself with Python's values, and finds what is wrong."""

from __future__ import annotations

import json

import numpy as np
import pytest

import deepgraph
from deepgraph.live.program import CHECK_ROWS, program
from tests.support.live import run_networks
from tests.support.strategies import GALLERY

CHECK = "const main = () => programs.map(selfCheck);"
SPOILT = """
const main = () => {
  const data = JSON.parse(JSON.stringify(programs[0].data));
  data.check.a[3] += 1e-6;
  const { verdict, node, row } = selfCheck(readProgram(data, programs[0].run));
  return { verdict, node: node === data.check.nodes[3], row };
};
"""


def test_every_gallery_network_checks_itself():
    networks = [deepgraph.load(path) for path in GALLERY]
    plain = 0
    for net, found in zip(networks, run_networks(CHECK, networks), strict=True):
        assert found["verdict"] in ("equal", "close"), (net.name, found)
        assert found["rows"] == CHECK_ROWS
        assert found["worst"] < 1000
        plain += found["verdict"] == "equal"
    assert plain >= 4


def test_a_wrong_value_is_found():
    net = deepgraph.load(GALLERY[-1])
    assert run_networks(SPOILT, [net]) == {"verdict": "differs", "node": True, "row": 3}


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_check_rows_are_those_of_the_table_first(path):
    net = deepgraph.load(path)
    X = np.round(np.random.default_rng(0).uniform(0, 1, (40, len(net.inputs))), 3)
    check = program(net, X=X)["check"]
    assert check["inputs"] is None  # they are rows of the table
    rows = np.cumsum(check["rows"])
    assert rows.tolist() == list(range(CHECK_ROWS))
    assert set(check["nodes"]) == set(net.outputs.tolist())  # all of them in turn
    trace = net.trace(X[:CHECK_ROWS])
    assert np.array_equal(check["a"], trace.a[check["nodes"], rows])
    json.dumps(check, allow_nan=False)
