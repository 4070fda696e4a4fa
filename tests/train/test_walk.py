"""The blocks of training against the reference gradient, node by node."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given

import deepgraph
from deepgraph.train import packing
from tests.support.gradients import cases
from tests.support.strategies import GALLERY, examples
from tests.support.training import check_gradient, gradient_by_blocks

LIMITS = {
    "as they are": {},
    "no gaps": {"ROOMY": 1, "SPARE": 0},
    "term by term": {"DENSE": 0, "SMALL_MATRIX": 0},
}


@pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS)
def test_random_networks_agree_with_the_reference(limits):
    @examples(80)
    @given(cases())
    def run(case):
        net, X, targets, loss, _ = case
        assume(loss != "output")
        check_gradient(net, X, targets, loss, parts=min(2, len(X)))

    with pytest.MonkeyPatch.context() as patch:
        for name, value in limits.items():
            patch.setattr(packing, name, value)
        run()


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_the_gallery_agrees_with_the_reference(path):
    net = deepgraph.load(path)
    rng = np.random.default_rng(1)
    X = rng.uniform(0.05, 0.95, (400, len(net.inputs)))
    targets = {name: rng.uniform(0, 1, len(X)) for name in net.output_names}
    check_gradient(net, X, targets, "half_squared_error")


def test_what_the_targets_do_not_depend_on_is_left_out():
    builder = deepgraph.Builder()
    builder.input("x")
    builder.node("h", activation="log")
    builder.output("y")
    builder.output("other")
    builder.edge("x", "h", "w1", -1)
    builder.edge("h", "other", "w2", 1)
    builder.edge("x", "y", "w3", 2)
    net = builder.build()
    _, found, cut = gradient_by_blocks(net, np.array([[1.0]]), {"y": [1.0]}, "half_squared_error")
    assert found.tolist() == [0, 0, 1]
    assert cut.needed.tolist() == [True, False, True, False]
