from __future__ import annotations

import numpy as np
import pytest

from deepgraph.errors import FormatError
from tests.support.matlab import FUNCTION, forward
from tests.support.models import distance, imported


def read(text, folder):
    path = folder / "myNeuralNetworkFunction.m"
    path.write_text(text)
    return imported(path)


def test_a_function_computes_what_matlab_does(tmp_path):
    _, network = read(FUNCTION, tmp_path)
    X = np.random.default_rng(1).standard_normal((9, 3)) * 3
    assert distance(network, X, forward(X)) <= 1e-12
    assert network.spec.nodes[-1].rescale is not None or network.spec.layers[-1].rescale is not None


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("tansig", "compet", 'layer 1: the function "compet"'),
        ("mapminmax_reverse", "processpca_reverse", '"processpca"'),
        ("LW2_1*a1", "LW2_1*a1 + LW2_2*a2", "only a chain"),
        ("b2 = 0.375", "b2 = exp(1)", "b2: expected a number"),
        ("LW2_1 = [0.5 -1.5 0.75]", "LW2_1 = [0.5 -1.5]", "1×2 meets 3 inputs"),
        ("IW1_1 = ", "XX = ", "lacks IW1_1"),
        ("[1 3]", "[1 2.5e9]", "entries|meets"),
    ],
)
def test_what_is_no_such_function(old, new, words, tmp_path):
    assert old in FUNCTION
    with pytest.raises(FormatError, match=words.replace("(", r"\(")):
        read(FUNCTION.replace(old, new), tmp_path)
