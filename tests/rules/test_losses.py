# ruff: noqa: E501 (a message has a line)
"""Each rule about the losses of examples, by the mistakes that it finds and its exact words."""

from __future__ import annotations

import pytest

from tests.support.small_specs import XY, X, Y, edge, example, problems, spec

MISTAKES = [
    # losses_fit
    (
        example(targets={"y": 1}, loss={"name": "mse"}),
        '$.examples[0].loss.name: unknown loss "mse"; write "mean_squared_error"',
    ),
    (
        example(targets={"y": 1}, loss={"name": "triplet"}),
        '$.examples[0].loss.name: unknown loss "triplet"; known: squared_error, half_squared_error, mean_squared_error, absolute_error, mean_absolute_error, huber, hinge, cross_entropy, output',
    ),
    (
        example(targets={"y": 0}, loss={"name": "hinge"}),
        '$.examples[0].targets.y: the target of "y" for hinge is −1 or 1, got 0 in row 1',
    ),
    (
        example(targets={"y": 1}, loss={"name": "crossentropy"}),
        '$.examples[0].loss.name: unknown loss "crossentropy"; write "cross_entropy"',
    ),
    (
        example(targets={"y": 1}, loss={"name": "output"}),
        '$.examples[0].targets: the loss "output" is the output itself and takes no targets; drop them',
    ),
    (
        spec(
            [Y | {"id": "z"}],
            [edge("x", "z")],
            examples=[{"inputs": {"x": 1}, "loss": {"name": "output"}}],
        ),
        '$.examples[0].loss.name: the loss "output" is one output, and there are 2, y, z; say which: "node": "y"',
    ),
    (
        example(loss={"name": "squared_error"}),
        '$.examples[0].loss: the loss "squared_error" needs targets by node id; the outputs are y',
    ),
    (
        example(loss={"name": "cross_entropy"}, targets={"y": 1, "x": 0}),
        '$.examples[0].targets.y: cross_entropy is defined on softmax and sigmoid nodes, and "y" is a node with identity, as 1 more of them; change the activation, or take half_squared_error',
    ),
    (
        spec(base=False, nodes=[X, Y | {"activation": "sigmoid"}], edges=[XY])
        | {
            "examples": [
                {
                    "inputs": {"x": [1, 2]},
                    "loss": {"name": "cross_entropy"},
                    "targets": {"y": [1, "3/2"]},
                }
            ]
        },
        '$.examples[0].targets.y: cross_entropy on the sigmoid node "y" needs targets from 0 to 1, got "3/2" in row 2',
    ),
    # derivatives_have_a_loss
    (
        example(node_gradients={"x": 1}),
        '$.examples[0].node_gradients: "node_gradients" needs a loss; write "loss": {"name": "output"}',
    ),
    (
        example(gradients={"w": 1}, targets={"y": 1})
        | {"edges": [XY | {"label": "w", "weight": 1}]},
        '$.examples[0].gradients: "gradients" needs a loss; write "loss": {"name": "half_squared_error"}',
    ),
    (
        example(loss={"name": "output"}, updated={"w": 1})
        | {"edges": [XY | {"label": "w", "weight": 1}]},
        '$.examples[0].updated: "updated" needs a learning rate; write "learning_rate": and a number',
    ),
]


@pytest.mark.parametrize(("content", "message"), MISTAKES)
def test_mistakes(content, message):
    assert problems(content) == [message]
