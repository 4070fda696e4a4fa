from __future__ import annotations

import json

import numpy as np
import pytest

import deepgraph
from deepgraph import SpecError
from deepgraph.graph.matrix_texts import read
from deepgraph.graph.parameters import ParameterBlock

LAYERS = [{"id": "x", "size": 3}, {"id": "y", "size": 2, "weights": "W", "bias": "c"}]


def test_entries_are_read_row_by_row():
    block = ParameterBlock("W", 0, (2, 2), "$.layers[1].weights")
    for text in (b'[[0.1, "1/3"], [null, -0]]', b'[[1e-1,"2/6"],[null,-0]]'):
        entries, problems = read(block, text, "$.parameters.W")
        np.testing.assert_array_equal(entries, [0.1, 1 / 3, np.nan, -0.0])
        assert np.signbit(entries[3])
        assert problems == []
    assert read(block, b"null", "$.parameters.W") == (None, [])


MATRIX = "$.parameters.W: "
WRONG_SHAPE = ": a row for each node of the layer, a column for each node that feeds it"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"W": [[1, 2], [3, 4]]},
            MATRIX + "W has 2 rows of 2, and the layers need 2 × 3" + WRONG_SHAPE,
        ),
        ({"W": [[1, 2, 3]]}, MATRIX + "W has 1 row of 3, and the layers need 2 × 3" + WRONG_SHAPE),
        (
            {"W": [[1, 2], [3, 4], [5, 6]]},
            MATRIX
            + "W has 3 rows of 2, and the layers need 2 × 3: rows and columns are exchanged; "
            "transpose it",
        ),
        (
            {"W": [[1, 2, 3], [4]]},
            MATRIX
            + "W has 2 rows of 1 to 3 (row 2 has 1), and the layers need 2 × 3"
            + WRONG_SHAPE,
        ),
        ({"W": []}, MATRIX + "W has no rows, and the layers need 2 × 3"),
        ({"W": [[], []]}, MATRIX + "W has 2 rows of 0, and the layers need 2 × 3" + WRONG_SHAPE),
        ({"c": [1]}, "$.parameters.c: c has 1 entry, and its layer has 2 nodes"),
        ({"c": []}, "$.parameters.c: c has 0 entries, and its layer has 2 nodes"),
        ({"c": 3}, "$.parameters.c: c is a list of 2 numbers, one for each node; got 3"),
        ({"W": 3}, MATRIX + "W is 2 rows of 3 numbers, a list of lists; got 3"),
        ({"W": [1, 2]}, MATRIX + "W is 2 rows of 3 numbers, a list of lists; got [1, 2]"),
        ({"W": "x.npz"}, MATRIX + 'W is 2 rows of 3 numbers, a list of lists; got "x.npz"'),
        (
            {"W": [[1, 2, 3], [4, "x", 6]]},
            (
                '$.parameters.W[1][1]: "x" is no fraction "p/q" of two integers; '
                "a plain number stands without quotes"
            ),
        ),
        (
            {"W": [[1, 2, 3], [4, 5, True]]},
            '$.parameters.W[1][2]: expected a number or a fraction "p/q", got true',
        ),
        (
            {"W": [[1, 2, 3], [4, 5, 2**53 + 1]]},
            (
                "$.parameters.W[1][2]: the integer 9007199254740993 is beyond 2**53, where doubles "
                "cannot tell neighbours apart; write it with a decimal point if the nearest double "
                "will do"
            ),
        ),
        ({"c": [1, "1/0"]}, '$.parameters.c[1]: "1/0" divides by zero'),
        (
            {"V": 1},
            '$.parameters.V: nothing is named "V"; the parameters are W, c',
        ),
        (
            {"C": [1, 2]},
            '$.parameters.C: nothing is named "C"; did you mean "c"?',
        ),
        ({"W[1,1]": 1}, '$.parameters.W[1,1]: "W[1,1]" is an entry of "W"; give its value there'),
    ],
)
def test_matrices_and_vectors_that_do_not_fit(parameters, message):
    content = {"deepgraph": 1, "layers": LAYERS, "parameters": parameters}
    with pytest.raises(SpecError) as caught:
        deepgraph.loads(json.dumps(content))
    assert [f"{problem.path}: {problem.message}" for problem in caught.value.problems] == [message]
