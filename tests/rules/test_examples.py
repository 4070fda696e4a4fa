# ruff: noqa: E501 (a message has a line)
"""Each rule about examples, by the mistakes that it finds and the exact words of its message."""

from __future__ import annotations

import pytest

from tests.support.small_specs import XY, X, Y, edge, example, problems, spec

MISTAKES = [
    # examples_name_nodes
    (
        example(expect={"Y": 1}),
        '$.examples[0].expect.Y: there is no node "Y"; did you mean "y"?',
    ),
    (
        spec(examples=[{"inputs": {"x": 1, "y": 1}}]),
        '$.examples[0].inputs.y: "y" is no input, it is an output node; figures for it belong under "expect"',
    ),
    (
        example(expect={"z(x)": 1}),
        '$.examples[0].expect.z(x): "x" is an input node and has no z; write "x"',
    ),
    (
        example(expect={"Z(y)": 1}),
        '$.examples[0].expect.Z(y): there is no node "Z(y)"; did you mean "z(y)"?',
    ),
    (
        example(expect={"z(Y)": 1}),
        '$.examples[0].expect.z(Y): there is no node "z(Y)"; did you mean "z(y)"?',
    ),
    (
        example(pre_activations={"z(y)": 1}),
        '$.examples[0].pre_activations.z(y): there is no node "z(y)"; figures for z belong under "expect", or by the id under "pre_activations"',
    ),
    (
        example(expect={"z(y)": [1, 2]}),
        "$.examples[0].expect.z(y): 2 values for 1 row; write a number for each row, or one number for all",
    ),
    (
        example(expect={"z(y)": "1"}),
        '$.examples[0].expect.z(y): "1" is no fraction "p/q" of two integers; a plain number stands without quotes',
    ),
    (spec(examples=[{}]), '$.examples[0].inputs: no value for the input "x"; give every input one'),
    # examples_name_parameters
    (
        example(loss={"name": "output"}, gradients={"w": 1}),
        '$.examples[0].gradients.w: there is no parameter "w"',
    ),
    (
        example(loss={"name": "output"}, gradients={"w11": 1}) | {"edges": [XY | {"label": "w1"}]},
        '$.examples[0].gradients.w11: there is no parameter "w11"; did you mean "w1"?',
    ),
    # figures_agree_in_rows
    (
        spec(
            [X | {"id": "x2"}],
            [edge("x2", "y")],
            examples=[{"inputs": {"x": [1, 2], "x2": [1, 2, 3]}}],
        ),
        "$.examples[0].inputs.x2: 3 values for 2 rows; write a number for each row, or one number for all",
    ),
    (
        example(expect={"y": [1, 2]}),
        "$.examples[0].expect.y: 2 values for 1 row; write a number for each row, or one number for all",
    ),
    (
        example(expect={"y": [1, 2], "x": [1, 2]}),
        "$.examples[0].expect.y: 2 values for 1 row (here and at 1 more place); write a number for each row, or one number for all",
    ),
    (
        spec(examples=[{"inputs": {"x": [1, 2, 3]}, "expect": {"x": [1, 2], "y": [1, 2]}}]),
        "$.examples[0].inputs.x: 3 values for 2 rows; write a number for each row, or one number for all",
    ),
    # tables_stand_alone
    (
        example(accuracy=1),
        '$.examples[0].accuracy: "accuracy" belongs to a table; write "table" and the name of its file',
    ),
    (
        spec(examples=[{"table": "a.csv", "class": "c", "accuracy": 1}]),
        '$.examples[0].table: the class is the output that is largest, and this network has one output; name two classes on it, "classes": ["no", "yes"]',
    ),
    (
        spec([Y | {"id": "z"}], [edge("x", "z")])
        | {"examples": [{"inputs": {"x": 1}, "table": "a.csv", "class": "c", "accuracy": 1}]},
        '$.examples[0].inputs: an example with a table has no "inputs"; put them into another example',
    ),
    (
        spec(examples=[{"table": "a.csv"}]),
        '$.examples[0]: a table example needs "class", a column, and "accuracy", a share',
    ),
    # figures_are_numbers
    (
        example(tolerance=-1),
        "$.examples[0].tolerance: tolerance must not be negative, got -1",
    ),
    (
        spec(
            [Y | {"id": "z"}],
            [edge("x", "z")],
            examples=[{"table": "a.csv", "class": "c", "accuracy": 98}],
        ),
        "$.examples[0].accuracy: accuracy is a share from 0 to 1, as 0.98, got 98",
    ),
    (
        example(expect={"y": None}),
        '$.examples[0].expect.y: expected a number or a fraction "p/q", got null',
    ),
    (
        example(expect={"y": {"a": 1}}),
        '$.examples[0].expect.y: expected a number or a fraction "p/q", got {"a": 1}',
    ),
    (
        example(targets={"y": "two"}),
        (
            '$.examples[0].targets.y: "two" is no fraction "p/q" of two integers; a plain number '
            "stands without quotes"
        ),
    ),
    (
        example(pre_activations={"y": "1/0"}),
        '$.examples[0].pre_activations.y: "1/0" divides by zero',
    ),
    (
        spec(examples=[{"inputs": {"x": [1, [2]]}}]),
        '$.examples[0].inputs.x[1]: expected a number or a fraction "p/q", got [2]',
    ),
    (
        spec(examples=[{"inputs": {"x": []}}]),
        "$.examples[0].inputs.x: the list is empty; write a number for each row",
    ),
    (
        example(loss={"name": "output", "expect": 2**53 + 1}),
        (
            "$.examples[0].loss.expect: the integer 9007199254740993 is beyond 2**53, where "
            "doubles cannot tell neighbours apart; write it with a decimal point if the nearest "
            "double will do"
        ),
    ),
]


@pytest.mark.parametrize(("content", "message"), MISTAKES, ids=[m[1][:60] for m in MISTAKES])
def test_a_mistake_and_its_message(content, message):
    assert problems(content) == [message]
