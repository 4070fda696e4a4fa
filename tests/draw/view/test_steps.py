"""The order in which values appear."""

from __future__ import annotations

from deepgraph.draw.view.steps import evaluation_steps
from tests.support.picture import gallery


def test_inputs_and_biases_come_first_and_a_softmax_at_once() -> None:
    network, _ = gallery("iris")
    steps = dict(zip(network.ids, evaluation_steps(network).tolist(), strict=True))
    assert {steps[network.ids[node]] for node in network.inputs} == {0}
    assert len({steps[network.ids[node]] for node in network.outputs}) == 1
    hidden = [step for name, step in steps.items() if name.startswith("h") and step]
    assert sorted(hidden) == list(range(1, len(hidden) + 1))


def test_each_node_comes_after_those_that_feed_it() -> None:
    for name in ("full_adder", "irregular", "deep_state"):
        network, _ = gallery(name)
        steps = evaluation_steps(network)
        assert (steps[network.source] < steps[network.target]).all()
