"""What other tools call things: the names, and that the functions are those of the other tool."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from deepgraph.functions.activations import ACTIVATIONS, find, names
from deepgraph.functions.aggregations import AGGREGATIONS
from deepgraph.functions.losses import ELSEWHERE, LOSSES
from deepgraph.options.training import OPTIMISERS
from deepgraph.rules.activations import function_problems
from deepgraph.rules.losses import OfNode, loss_problems
from deepgraph.words import elsewhere
from deepgraph.words.elsewhere import bare

TABLES = {
    "activations": (elsewhere.ACTIVATIONS, names()),
    "aggregations": (elsewhere.AGGREGATIONS, tuple(AGGREGATIONS)),
    "losses": (ELSEWHERE, tuple(LOSSES)),
    "optimisers": (elsewhere.OPTIMISERS, OPTIMISERS),
}


def message(name):
    (found,) = function_problems(name)
    return found


@pytest.mark.parametrize("table", TABLES)
def test_every_counterpart_exists(table):
    words, known = TABLES[table]
    for other, name in words.items():
        assert other == bare(other)
        if name.startswith("{"):
            assert list(function_problems(json.loads(name))) == []
        else:
            assert name in ("", *known)


@pytest.mark.parametrize("table", TABLES)
def test_no_known_name_is_said_to_be_another(table):
    words, known = TABLES[table]
    for name in known:
        assert words.get(bare(name), name) in (name, "")
    for alias in (a for row in ACTIVATIONS.values() for a in row.aliases):
        assert find(elsewhere.ACTIVATIONS.get(bare(alias), alias)) is find(alias)


@pytest.mark.parametrize(
    ("name", "cure"),
    [
        ("logsig", 'write "sigmoid"'),  # was log
        ("hardlim", 'write "step"'),  # was hard_sigmoid
        ("sigm", 'write "sigmoid"'),  # was sign
        ("Linear", 'write "identity"'),  # was inverse
        ("nn.LeakyReLU()", 'write "leaky_relu"'),
        ("tf.nn.Tanh", 'did you mean "tanh"?'),
        ("satlin", 'write {"name": "hard_tanh", "min": 0, "max": 1}'),
        ("ReLU", 'write "relu"'),
        ("Hard-Tanh", 'write "hard_tanh"'),
        ("rleu", 'did you mean "relu"?'),
    ],
)
def test_an_activation_of_another_tool(name, cure):
    assert message(name) == f'unknown activation "{name}"; {cure}'


@pytest.mark.parametrize("name", ["LogSigmoid", "hardshrink", "tribas", "logit", "hardlims"])
def test_an_activation_without_a_counterpart(name):
    """Similar letters mean nothing: log-sigmoid is no sigmoid."""
    assert message(name).startswith(f'unknown activation "{name}"; known: identity, relu, ')


MATLAB = {
    "logsig": lambda n: 1 / (1 + math.exp(-n)),
    "tansig": lambda n: 2 / (1 + math.exp(-2 * n)) - 1,
    "hardlim": lambda n: 1.0 if n >= 0 else 0.0,
    "purelin": lambda n: n,
    "poslin": lambda n: max(n, 0.0),
    "satlin": lambda n: min(max(n, 0.0), 1.0),
    "satlins": lambda n: min(max(n, -1.0), 1.0),
    "radbas": lambda n: math.exp(-n * n),
    "elliotsig": lambda n: n / (1 + abs(n)),
    "netinv": lambda n: 1 / n,
}
"""The transfer functions of its Deep Learning Toolbox, as its documentation writes them."""
OTHERS = {
    "swish": lambda n: n / (1 + math.exp(-n)),
    "HardSigmoid": lambda n: min(max(n / 6 + 0.5, 0.0), 1.0),  # PyTorch
    "Hardswish": lambda n: n * min(max(n / 6 + 0.5, 0.0), 1.0),
    "exponential": math.exp,  # Keras
    "clamped": lambda n: min(max(n, -1.0), 1.0),  # neat-python
    "expit": lambda n: 1 / (1 + math.exp(-n)),  # SciPy
    "logistic": lambda n: 1 / (1 + math.exp(-n)),  # scikit-learn
}


@pytest.mark.parametrize("name", [*MATLAB, *OTHERS])
def test_the_counterpart_is_the_same_function(name):
    meant = elsewhere.ACTIVATIONS[bare(name)]
    given = json.loads(meant) if meant.startswith("{") else {"name": meant}
    row = find(given.pop("name"))
    z = np.array([-7.5, -2.0, -0.25, 0.125, 0.5, 1.5, 6.5])
    expected = [(MATLAB | OTHERS)[name](n) for n in z.tolist()]
    np.testing.assert_allclose(row.f(z, **(row.defaults | given)), expected, rtol=1e-12)


ONE = OfNode(None, ["y"], str)
"""A loss that names no node."""


@pytest.mark.parametrize(
    ("name", "cure"),
    [
        ("mse", 'write "mean_squared_error"'),
        ("MSELoss", 'write "mean_squared_error"'),
        ("mae", 'write "mean_absolute_error"'),
        ("L1Loss", 'write "mean_absolute_error"'),
        ("SmoothL1Loss", 'write "huber"'),
        ("bce", 'write "cross_entropy"'),
        ("binary_crossentropy", 'write "cross_entropy"'),
        ("nn.CrossEntropyLoss", 'write "cross_entropy"'),
        ("half_mse", 'write "half_squared_error"'),
        ("squared_eror", 'did you mean "squared_error"?'),
    ],
)
def test_a_loss_of_another_tool(name, cure):
    ((_, found),) = loss_problems(name, ["y"], ["y"], lambda _: None, ONE)
    assert found == f'unknown loss "{name}"; {cure}'


@pytest.mark.parametrize("name", ["kl_divergence", "rmse", "poisson"])
def test_a_loss_without_a_counterpart(name):
    ((_, found),) = loss_problems(name, ["y"], ["y"], lambda _: None, ONE)
    assert found.startswith(f'unknown loss "{name}"; known: ')
