"""Examples as values: their rows, and which of them a name or a number means."""

from __future__ import annotations

import json

import numpy as np
import pytest

import deepgraph
from deepgraph.errors import InputError
from deepgraph.spec import gallery

MAZUR = deepgraph.load(gallery.path("mazur"))
XOR = deepgraph.load(gallery.path("xor"))
NEURON = {
    "deepgraph": 1,
    "nodes": [
        {"id": "x", "kind": "input"},
        {"id": "b", "kind": "bias", "value": 0.5},
        {"id": "y", "kind": "output"},
    ],
    "edges": [
        {"source": "x", "target": "y", "label": "w", "weight": 2},
        {"source": "b", "target": "y"},
    ],
}


def neuron(*examples):
    return deepgraph.loads(json.dumps({**NEURON, "examples": list(examples)}))


def test_an_example_by_its_name_or_number():
    by_name, by_number = MAZUR.example("the backward pass"), MAZUR.example(5)
    assert by_name == by_number == MAZUR.example("5")
    assert by_name.inputs == {"i1": [0.05], "i2": [0.1]}
    assert by_name.targets == {"o1": [0.01], "o2": [0.99]}
    assert (by_name.loss, by_name.reduction) == ("half_squared_error", "mean")
    assert by_name.learning_rate == "0.5"
    rows = XOR.example("the truth table")
    assert (rows.rows, rows.inputs["x1"]) == (4, [0, 0, 1, 1])


def test_numbers_keep_their_text_and_one_number_is_that_of_all_rows():
    data = neuron({"inputs": {"x": ["1/3", 1e3]}, "targets": {"y": 0.10}}).example(1)
    assert data.title == "example 1"
    assert data.input_texts == {"x": ["1/3", "1000.0"]}
    assert data.target_texts == {"y": ["0.1", "0.1"]}
    assert data.inputs == {"x": [1 / 3, 1000.0]}


def test_names_come_before_numbers():
    net = neuron({"name": "2", "inputs": {"x": 1}}, {"inputs": {"x": 2}})
    assert net.example("2").inputs == net.example(1).inputs == {"x": [1.0]}
    assert net.example("example 2").inputs == {"x": [2.0]}


@pytest.mark.parametrize(
    ("net", "name", "message"),
    [
        (XOR, "truth table", ('there is no example "truth table"; did you mean "the truth table"? '
         'The examples are "the truth table"')),
        (XOR, 2, 'there is no example "2"; the examples are "the truth table"'),
        (XOR, 0, 'there is no example "0"; the examples are "the truth table"'),
        (neuron(), "a", ('there is no example "a": the spec has none; a list of them stands under '
         '"examples"')),
        (neuron({"name": "a", "inputs": {"x": 1}}, {"name": "a", "inputs": {"x": 2}}), "a",
         '2 examples are named "a"; say which by its number in the spec, 1 or 2'),
        (neuron({"inputs": {"x": 1}}, {"inputs": {"x": 1}}), "3",
         'there is no example "3"; the examples are "example 1", "example 2"'),
    ],
)  # fmt: skip
def test_an_example_that_is_not_there_is_told_with_those_that_are(net, name, message):
    with pytest.raises(InputError) as caught:
        net.example(name)
    assert str(caught.value) == message


def test_the_library_takes_an_example_wherever_it_takes_inputs_and_targets(tmp_path):
    inputs, targets = {"i1": 0.05, "i2": 0.1}, {"o1": 0.01, "o2": 0.99}
    found = MAZUR.gradient(example="the backward pass")
    assert np.array_equal(found.parameters, MAZUR.gradient(inputs, targets).parameters)
    assert MAZUR.loss(example=2) == MAZUR.loss(inputs, targets)
    by_hand = MAZUR.explain({"i1": "0.05", "i2": "0.10"}, targets, learning_rate=0.5)
    assert MAZUR.explain(example=5).text() == by_hand.text()
    MAZUR.draw(example=5).save(tmp_path / "a.svg")
    MAZUR.draw(inputs).save(tmp_path / "b.svg")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert MAZUR.live(example=5).html == MAZUR.live(inputs, targets=targets).html


def test_what_is_given_comes_before_what_the_example_says():
    inputs = {"i1": 0.05, "i2": 0.1}
    other = {"o1": 1.0}
    assert MAZUR.loss(targets=other, example=5) == MAZUR.loss(inputs, other)
    assert MAZUR.loss(loss="squared_error", example=2) == 2 * MAZUR.loss(example=2)
    text = MAZUR.explain(example=5, learning_rate=1.0).text()
    assert "η = 1\n" in text
    of = MAZUR.gradient(example=5, of="o1")
    assert np.array_equal(of.parameters, MAZUR.gradient(inputs, of="o1").parameters)


def test_neither_or_both_are_refused():
    with pytest.raises(InputError, match="give inputs, or the name of an example"):
        XOR.gradient()
    with pytest.raises(InputError, match="inputs and an example exclude each other"):
        XOR.gradient([[0, 1]], example=1)
    iris = deepgraph.load(gallery.path("iris"))
    with pytest.raises(InputError, match="has no inputs of its own; its rows are those of the"):
        iris.explain(example="all 150 flowers")
