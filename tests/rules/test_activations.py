"""Rules about activations and aggregations, one by one."""

from __future__ import annotations

import pytest

from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.rules.activations import function_problems


@pytest.mark.parametrize(
    "written",
    [
        *ACTIVATIONS,
        "softmax",
        "swish",
        {"name": "elu"},
        {"name": "elu", "alpha": 2},
        {"name": "elu", "alpha": 2, "gain": -0.5},
        {"name": "identity", "gain": 5},
        {"name": "softmax", "group": "g"},
    ],
)
def test_legal_activations(written):
    assert list(function_problems(written)) == []


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"alpha": 1}, 'an activation object needs the name of its function; write "name": "relu"'),
        ({"name": 3}, 'an activation object needs the name of its function; write "name": "relu"'),
        ("rleu", 'unknown activation "rleu"; did you mean "relu"?'),
        ({"name": "softmax", "group": 3}, 'the "group" of a softmax is a text'),
        ({"name": "softmax", "alpha": 3}, 'softmax has no parameter "alpha"; it knows "group"'),
        ({"name": "elu", "alpha": "1"}, 'alpha of elu is a number without quotes, got "1"'),
        (
            {"name": "elu", "alpha": 2**53 + 1},
            "alpha of elu is an integer beyond 2**53; write it with a decimal point",
        ),
        ({"name": "elu", "beta": 1}, 'elu has no parameter "beta"; it takes alpha, gain'),
        ({"name": "celu", "alpha": 0}, "alpha must not be 0"),
        ({"name": "tanh", "gain": 0}, "gain is the factor of z and must not be 0"),
        (
            {"name": "tanh", "gain": 10**400},
            "gain of tanh is an integer beyond 2**53; write it with a decimal point",
        ),
        ({"name": "tanh", "gain": "1/2"}, 'gain of tanh is a number without quotes, got "1/2"'),
        (
            {"name": "softmax", "gain": 2},
            'softmax has no "gain": multiply the weights into its nodes instead',
        ),
    ],
)
def test_problems(written, message):
    assert list(function_problems(written)) == [message]


def test_an_unknown_name_far_from_all_lists_the_known_ones():
    (message,) = function_problems("qqqqqqqq")
    assert message.startswith('unknown activation "qqqqqqqq"; known: identity, relu, ')
    assert message.endswith(", softmax")
