from __future__ import annotations

import numpy as np
import pytest

from deepgraph.graph.parameters import ParameterBlock, Parameters, entry_number

BLOCKS = [
    ParameterBlock("W", 0, (2, 3), "$.layers[1].weights"),
    ParameterBlock("W[1,1]", 6, (2,), "$.layers[1].bias"),
]
PARAMETERS = Parameters(np.arange(10.0), np.ones(10, bool), BLOCKS, ["w", ("x", "y")])


def test_entries_are_named_row_by_row_from_1():
    assert [BLOCKS[0].entry_name(number) for number in (0, 2, 3)] == ["W[1,1]", "W[1,3]", "W[2,1]"]
    assert BLOCKS[1].entry_name(1) == "W[1,1][2]"


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("W[1,1]", 0),
        ("W[2,3]", 5),
        ("W[1,1][2]", 7),
        ("W[3,1]", None),
        ("W[1,4]", None),
        ("W[1]", None),
        ("W[0,1]", None),
        ("W[01,1]", None),
        ("W[-1,1]", None),
        ("V[1,1]", None),
        ("W", None),
        ("", None),
    ],
)
def test_a_name_of_an_entry_and_its_number(name, number):
    assert entry_number(BLOCKS, name) == number


def test_keys_and_names():
    keys = [PARAMETERS.key(number) for number in (5, 6, 8, 9)]
    assert keys == ["W[2,3]", "W[1,1][1]", "w", ("x", "y")]
    assert PARAMETERS.name(9) == "x→y"
    assert [PARAMETERS.find(name) for name in ("w", "W[2,3]", "x→y")] == [8, 5, None]


def test_missing_values():
    values = PARAMETERS.values.copy()
    values[[2, 9]] = np.nan
    assert Parameters(values, PARAMETERS.trainable).missing.tolist() == [2, 9]
