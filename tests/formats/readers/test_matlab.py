from __future__ import annotations

import numpy as np
import pytest

from deepgraph.errors import FormatError
from tests.support.matlab import FUNCTION, as_before, forward
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


def test_settings_of_steps_were_variables_once(tmp_path):
    before = as_before(FUNCTION)
    assert "mapminmax_apply(temp,x1_step2_gain,x1_step2_xoffset,x1_step2_ymin)" in before
    X = np.random.default_rng(2).standard_normal((9, 3)) * 3
    assert distance(read(before, tmp_path)[1], X, forward(X)) <= 1e-12
    mixed = before.replace("(temp,x1_step2_gain,", "(temp,x1_step1_keep,x1_step2_gain,")
    with pytest.raises(FormatError, match="a line that genFunction does not write"):
        read(mixed, tmp_path)


def test_cells_on_one_line_as_they_were_once(tmp_path):
    lines = {
        "if ~isCellX\n  X = {X};\nend": "if ~isCellX, X = {X}; end;",
        "if ~isCellX\n  Y = cell2mat(Y);\nend": "if ~isCellX, Y = cell2mat(Y); end",
    }
    text = CELLS
    for old, new in lines.items():
        assert old in text
        text = text.replace(old, new)
    assert read(text, tmp_path)[1]([[0.5, 1.0]])[0, 0] == pytest.approx(-1.5, abs=1e-12)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("tansig", "compet", 'layer 1: the function "compet"'),
        ("mapminmax_reverse", "processpca_reverse", '"processpca"'),
        ("LW2_1*a1", "LW2_1*a1 + LW2_2*a2", "only a chain"),
        ("b2 = 0.375", "b2 = exp(1)", "b2: expected a number"),
        ("LW2_1 = [0.5 -1.5 0.75]", "LW2_1 = [0.5 -1.5]", "1×2 meets 3 inputs"),
        ("IW1_1 = ", "XX = ", '"XX = [1.5 '),
        ("IW1_1 = ", "IW1_2 = ", "lacks IW1_1"),
        (
            "a2 = repmat",
            "a1 = a1 .* 3;\na2 = repmat",
            r'a1 = a1 .* 3;": a line that genFunction does not write',
        ),
        ("IW1_1*xp1", "IW1_1*x1", "it takes x1, and what is computed so far is xp1"),
        ("repmat(b1,1,Q) + IW", "repmat(b1,1,Q) - IW", "a line that genFunction does not write"),
        (
            "y1 = mapminmax_reverse",
            "z = mapminmax_reverse",
            'it returns "y1", and the last value is z',
        ),
        ("Q = size(x1,2);", "x1 = abs(x1);", '"x1 = abs(x1);"'),
        ("% Layer 2\na2", "b1 = 3;\na2", "b1 is defined twice"),
        ("[1 3]", "[1 2.5e9]", "has 2,500,000,000 entries"),
    ],
)
def test_what_is_no_such_function(old, new, words, tmp_path):
    assert old in FUNCTION
    with pytest.raises(FormatError) as caught:
        read(FUNCTION.replace(old, new), tmp_path)
    assert words in str(caught.value)


CELLS = """function [Y,Xf,Af] = myNeuralNetworkFunction(X,~,~)
x1_step1.xoffset = [0;1]; % smallest
x1_step1.gain = [2;4];
x1_step1.ymin = -1;
b1 = 0.5;
IW1_1 = [1 2];
isCellX = iscell(X);
if ~isCellX
  X = {X};
end
TS = size(X,2); % timesteps
if ~isempty(X)
  Q = size(X{1},2); % samples/series
else
  Q = 0;
end
Y = cell(1,TS);
for ts=1:TS
    Xp1 = mapminmax_apply(X{1,ts},x1_step1);
    a1 = repmat(b1,1,Q) + IW1_1*Xp1;
    Y{1,ts} = a1;
end
Xf = cell(1,0);
Af = cell(1,0);
if ~isCellX
  Y = cell2mat(Y);
end
end
function y = mapminmax_apply(x,settings)
  y = bsxfun(@minus,x,settings.xoffset);
end
"""


def test_a_function_of_cells(tmp_path):
    _, network = read(CELLS, tmp_path)
    assert network([[0.3, 0.7]])[0, 0] == pytest.approx(
        0.5 + (2 * 0.3 - 1) + 2 * (4 * (0.7 - 1) - 1), abs=1e-12
    )


def test_biases_that_are_not_added(tmp_path):
    _, network = read(CELLS.replace("repmat(b1,1,Q) + ", ""), tmp_path)
    assert network([[0.5, 1.0]])[0, 0] == pytest.approx(-2.0, abs=1e-12)


def test_a_transposed_table(tmp_path):
    turned = CELLS.replace("Y{1,ts} = a1;", "Y{1,ts} = a1';")
    assert read(turned, tmp_path)[1]([[0.5, 1.0]])[0, 0] == pytest.approx(-1.5, abs=1e-12)
