"""The plane of a map: which input lies along which side, and values that cannot be drawn."""

from __future__ import annotations

import numpy as np
import pytest

from deepgraph.errors import InputError
from deepgraph.plot.plane import Plane
from tests.support.plots import IRIS, XOR
from tests.support.strategies import network

LOG = network(
    {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input"},
            {"id": "u", "kind": "input"},
            {"id": "y", "kind": "output", "activation": "log"},
        ],
        "edges": [{"source": "x", "target": "y", "weight": 1}],
    }
)


def test_the_first_input_lies_along_x_and_the_second_upwards():
    plane = Plane.over(XOR, {"x2": ("-1/2", 2), "x1": (0, 1)}, None)
    assert (plane.x, plane.y, plane.extent) == ("x2", "x1", (-0.5, 2.0, 0.0, 1.0))
    x, y = plane.axis(4)
    a = plane.values(XOR, ["y", "h1"], 4, pre_activations=False)
    z = plane.values(XOR, ["y", "h1"], 4, pre_activations=True)
    for row in range(4):
        for column in range(4):
            trace = XOR.trace({"x2": x[column], "x1": y[row]})
            nodes = [XOR.index["y"], XOR.index["h1"]]
            assert a[:, row, column].tolist() == trace.a[nodes, 0].tolist()
            assert z[:, row, column].tolist() == trace.z[nodes, 0].tolist()


def test_the_other_inputs_are_held():
    over = {"petal_length": (1, 6), "petal_width": (0.2, 2)}
    plane = Plane.over(IRIS, over, {"sepal_length": "58/10", "sepal_width": 3})
    assert plane.at == {"sepal_length": 5.8, "sepal_width": 3.0}
    with pytest.raises(InputError, match="no value for the input sepal_width"):
        Plane.over(IRIS, over, {"sepal_length": 5})


def test_values_that_cannot_be_drawn_are_missing():
    plane = Plane.over(LOG, {"x": (-1, 1), "u": (0, 1)}, None)
    [values] = plane.values(LOG, ["y"], 3, pre_activations=False)
    assert np.isnan(values).tolist() == [[True, True, False]] * 3  # ln −1 and ln 0
    left = Plane.over(LOG, {"x": (-2, -1), "u": (0, 1)}, None)
    with pytest.raises(InputError, match=r"^y has no value in this plane that can be drawn$"):
        left.values(LOG, ["y"], 3, pre_activations=False)
    assert left.values(LOG, ["y"], 3, pre_activations=True).max() == -1
