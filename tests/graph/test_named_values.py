"""Values by name: reading, replacing and freezing them, one by one, by group and by matrix."""

from __future__ import annotations

import json
import math
import pickle
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import deepgraph
from deepgraph.errors import InputError
from deepgraph.spec import gallery
from tests.support.strategies import SPECS, network, specs

STATE = deepgraph.load(gallery.path("deep_state"))
LAYERS = {
    "deepgraph": 1,
    "layers": [
        {"id": "x", "size": 2},
        {"id": "y", "size": 2, "weights": "W", "bias": "c"},
    ],
    "edges": [],
    "parameters": {"W": [[1, 2], [3, 4]], "c": [5, 6]},
    "groups": {"w9,11": ["W[2,1]", "c[1]"]},
}
DENSE = deepgraph.loads(json.dumps(LAYERS))
NAN = float("nan")
FINITE = "a value is a finite number"


def test_a_group_is_a_vector_in_its_order():
    assert STATE.groups == {"w35": ("w3", "w5"), "w46": ("w4", "w6"), "w78": ("w7", "w8")}
    assert STATE.parameters["w35"].tolist() == [0.64, 1.26]
    assert STATE.parameters["w3"] == 0.64
    assert STATE.parameters["b1"] == -0.64
    assert type(STATE.parameters["w3"]) is float


def test_matrices_vectors_and_entries():
    assert DENSE.parameters["W"].tolist() == [[1, 2], [3, 4]]
    assert DENSE.parameters["c"].tolist() == [5, 6]
    assert DENSE.parameters["W[1,2]"] == 2
    assert DENSE.parameters["w9,11"].tolist() == [3, 5]


def test_every_name_is_known_and_no_other():
    assert list(STATE.parameters)[:3] == ["b1", "b2", "b3"]
    assert all(name in STATE.parameters for name in [*STATE.parameters, "w35"])
    assert not any(name in STATE.parameters for name in ("w36", "x", "h1", "out1", 3, None))
    for name in ("w36", "x", ("x", "h1")):
        with pytest.raises(KeyError):
            STATE.parameters[name]


def test_an_edge_without_a_label_is_named_by_its_ends():
    content = {
        "deepgraph": 1,
        "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
        "edges": [{"source": "x", "target": "y", "weight": 7}],
    }
    net = deepgraph.loads(json.dumps(content))
    assert list(net.parameters) == [("x", "y")]
    assert net.parameters["x", "y"] == 7


@given(specs())
def test_the_names_of_any_network_give_its_values_one_by_one(content):
    net = network(content)
    values = net.parameters.values
    assert np.array_equal([net.parameters[key] for key in net.parameters], values, equal_nan=True)


def test_new_values_by_name():
    other = STATE.with_values(w35=[1, 2], b1=3)
    assert other.parameters["w35"].tolist() == [1, 2]
    assert other.parameters["b1"] == 3
    assert other.parameters["w4"] == STATE.parameters["w4"]
    assert STATE.parameters["w35"].tolist() == [0.64, 1.26]
    assert other({"x": 1.0}) != STATE({"x": 1.0})
    mapped = DENSE.with_values({"W[2,1]": 9, "c": [0, 1]}, W=[[1, 2], [9, 4]])
    assert mapped.parameters.values.tolist() == [1, 2, 9, 4, 0, 1]
    assert np.isnan(STATE.with_values(w3=None).parameters["w3"])
    whole = STATE.parameters.values * 2
    assert STATE.with_values(whole).parameters["w35"].tolist() == [1.28, 2.52]
    assert STATE.with_values(whole, w3=1).parameters["w35"].tolist() == [1, 2.52]


def test_a_change_by_a_group_is_saved_where_the_numbers_stand(tmp_path):
    STATE.with_values(w35=[1, 2]).save(tmp_path / "s.json")
    saved = deepgraph.load(tmp_path / "s.json")
    assert saved.parameters["w35"].tolist() == [1, 2]
    assert (saved.groups, saved.stages) == (STATE.groups, STATE.stages)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"w36": [1, 2]}, 'no parameter or group is named "w36"; did you mean "w6"[?]'),
        ({"w35": [1, 2, 3]}, r'"w35" takes 2 numbers, for w3, w5, got shape \(3,\)'),
        ({"w35": 1}, '"w35" takes 2 numbers, for w3, w5, got one number'),
        ({"w3": [1]}, r'"w3" takes one number, got shape \(1,\)'),
        ({"w3": [[1, 2], [3]]}, r'"w3" takes one number, got what is no array of numbers: .*'),
        ({"w3": "x"}, "\"w3\": 'x' is not a number"),
        ({"w35": [1, "1,5"]}, "\"w5\": '1,5' is not a number; write a decimal point: 1.5"),
        ({"w35": "1/3"}, "\"w35\" takes 2 numbers, for w3, w5, got '1/3'"),
        ({"w3": "1/0"}, '"w3": "1/0" divides by zero'),
        ({"w3": "1e400"}, '"w3": 1e400 is too large for a double'),
        ({"w3": 10**400}, '"w3": an integer of more than 400 digits is beyond 2[*][*]53'),
        ({"w35": [0, 2**53 + 1]}, '"w5": the integer 9007199254740993 is beyond 2[*][*]53, .*'),
        ({"w3": "9007199254740993"}, '"w3": the integer 9007199254740993 is beyond .*'),
        ({"w3": True}, '"w3": True is no number'),
        ({"w3": 1j}, '"w3": 1j is no number'),
        ({"w35": [1, NAN]}, f'"w5" would be nan; {FINITE}, and None takes it away'),
        ({"w35": np.array([NAN, 1], "f4")}, f'"w3" would be nan; {FINITE}, and None .*'),
        ({"w3": "nan"}, f'"w3" would be nan; {FINITE}, and None takes it away'),
        ({"w35": [np.inf, 1]}, f'"w3" would be inf; {FINITE}'),
        ({"w3": "-inf"}, f'"w3" would be -inf; {FINITE}'),
        ({"w35": np.ma.masked_array([1, 2], [0, 1])}, '"w5" would be nan; .*'),
        ({("x", "zz"): 1.0}, 'no edge without a label is "x→zz"; name an edge by its label'),
        ({3: 1.0}, "a parameter is named by a text, or by source and target of its edge, got 3"),
        (
            {"w35": [1, 2], "w3": 2},
            '"w3" is 1 by "w35" and 2 by "w3"; give one parameter one value',
        ),
    ],
)
def test_values_that_do_not_fit(values, message):
    with pytest.raises(InputError, match=f"^{message}$"):
        STATE.with_values(values)


WHOLE = "expected 13 values, one for each parameter, got"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.zeros(3), rf"{WHOLE} shape \(3,\)"),
        (np.arange(20.0), rf"{WHOLE} shape \(20,\)"),
        (np.zeros((13, 2)), rf"{WHOLE} shape \(13, 2\)"),
        (np.zeros((1, 13)), rf"{WHOLE} shape \(1, 13\)"),
        ([], rf"{WHOLE} shape \(0,\)"),
        (0.5, f"{WHOLE} one number"),
        ("w3", f"{WHOLE} 'w3'"),
        (iter([1]), f"{WHOLE} a list_iterator"),
        ([1, [2, 3]], rf"{WHOLE} what is no array of numbers: \[1, \[2, 3\]\]"),
        ([*range(12), NAN], f'"w8" would be nan; {FINITE}, and None takes it away'),
        (np.full(13, np.inf), f'"b1" would be inf; {FINITE}'),
        ([*range(12), "x"], "\"w8\": 'x' is not a number"),
    ],
)
@pytest.mark.parametrize("named", [{}, {"w3": 1}])
def test_whole_sets_that_do_not_fit(values, message, named):
    with pytest.raises(InputError, match=f"^{message}$"):
        STATE.with_values(values, **named)


def test_texts_are_numbers_as_in_a_spec():
    assert STATE.with_values(w3="1/3").parameters["w3"] == 1 / 3
    assert STATE.with_values(w3=" 0.25 ").parameters["w3"] == 0.25
    assert STATE.with_values(w3=Fraction(2, 7)).parameters["w3"] == 2 / 7
    assert STATE.with_values(w3=Decimal("1.30")).parameters["w3"] == 1.3
    found = STATE.with_values(w35=["-1/3", "1e-3"]).parameters["w35"].tolist()
    assert found == [-1 / 3, 0.001]
    assert STATE.with_values(w35=["1/3", 0.1]).parameters["w35"].tolist() == [1 / 3, 0.1]
    assert STATE.with_values(["1/3"] * 13).parameters.values.tolist() == [1 / 3] * 13
    assert DENSE.with_values(W=[["1/3", 0], [1, "0.5"]]).parameters["W"][0, 0] == 1 / 3
    assert math.copysign(1, STATE.with_values(w3="-0").parameters["w3"]) == -1


def test_what_a_network_has_may_be_given_back():
    blank = STATE.with_values(w35=[None, 2])
    assert np.isnan(blank.parameters["w3"])
    same = blank.with_values(blank.parameters.values, w35=blank.parameters["w35"])
    assert np.array_equal(same.parameters.values, blank.parameters.values, equal_nan=True)
    wide = STATE.with_computed(np.full(13, np.inf))  # as a step of training may
    again = wide.with_values(wide.parameters.values)
    assert np.array_equal(again.parameters.values, wide.parameters.values)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("w53", 'no parameter or group is named "w53"; did you mean "w5"[?]'),
        ("W35", 'no parameter or group is named "W35"; did you mean "w35"[?]'),
        (("x", "zz"), 'no edge without a label is "x→zz"; name an edge by its label'),
        (["w3"], r"a parameter is named by a text, or .*, got \['w3'\]"),
        (None, "a parameter is named by a text, or .*, got None"),
    ],
)
def test_an_unknown_name_is_a_key_error_in_words(name, message):
    gradient = STATE.gradient({"x": 0.5}, {"y": 1})
    for ask in (STATE.parameters.__getitem__, gradient.__getitem__, lambda n: STATE.frozen([n])):
        with pytest.raises(KeyError, match=f"^{message}$") as caught:
            ask(name)
        assert isinstance(caught.value, InputError)
        assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_an_edge_is_suggested_by_its_ends():
    content = {
        "deepgraph": 1,
        "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
        "edges": [{"source": "x", "target": "y", "weight": 7}],
    }
    net = deepgraph.loads(json.dumps(content))
    for known, message in ((("x", "Y"), 'did you mean "x→y"'), (("a", "b"), "those are x→y")):
        with pytest.raises(
            InputError, match=f'no edge without a label is "{"→".join(known)}"; {message}'
        ):
            net.with_values({known: 1.0})
    assert net.with_values({("x", "y"): "1/3"}).parameters["x", "y"] == 1 / 3
    assert not net.frozen([("x", "y")]).parameters.trainable.any()


def test_the_same_value_by_two_names():
    assert STATE.with_values(w35=[1, 2], w3=1).parameters["w3"] == 1
    assert np.isnan(STATE.with_values(w35=[None, 2], w3=None).parameters["w3"])


def test_a_whole_set_of_the_wrong_length():
    with pytest.raises(InputError, match=r"expected 13 values, one for each parameter"):
        STATE.with_values([1.0], w3=1)


def test_the_gradient_by_a_group():
    found = STATE.gradient({"x": 0.5}, {"y": 1})
    assert found["w35"].tolist() == [found["w3"], found["w5"]]
    dense = DENSE.gradient({"x1": 1, "x2": 2}, {"y1": 1, "y2": 0})
    assert dense["W"].shape == (2, 2)
    assert dense["W"][1, 0] == dense["W[2,1]"]
    assert dense["c"].tolist() == [dense["c[1]"], dense["c[2]"]]
    assert dense["w9,11"].tolist() == [dense["W[2,1]"], dense["c[1]"]]
    with pytest.raises(KeyError):
        found["w36"]


def test_a_group_is_frozen_in_the_spec():
    groups = {"w9,11": {"labels": ["W[2,1]", "c[1]"], "trainable": False, "note": "n"}}
    net = deepgraph.loads(json.dumps(LAYERS | {"groups": groups}))
    assert net.parameters.trainable.tolist() == [True, True, False, True, False, True]
    assert net.groups == DENSE.groups
    stepped = net.gradient({"x1": 1, "x2": 2}, {"y1": 1, "y2": 0}).update(0.1)
    assert stepped.parameters["w9,11"].tolist() == [3, 5]
    assert stepped.parameters["W[1,1]"] != 1


def test_names_are_frozen_beside_those_of_the_spec():
    net = STATE.frozen(["w35", "b1"])
    frozen = [
        name for name in net.parameters if not net.parameters.trainable[net.parameters.find(name)]
    ]
    assert frozen == ["b1", "w3", "w5"]
    assert STATE.parameters.trainable.all()
    assert DENSE.frozen(["W"]).parameters.trainable.tolist() == [False] * 4 + [True] * 2
    with pytest.raises(InputError, match='no parameter or group is named "w36"'):
        STATE.frozen(["w36"])
    with pytest.raises(InputError, match="names of parameters are a list"):
        STATE.frozen("w35")


@given(specs(), st.integers(0, 5))
def test_replacing_values_by_name_is_replacing_them_by_number(content, seed):
    net = network(content)
    names = list(net.parameters)
    if not names:
        return
    generator = np.random.default_rng(seed)
    chosen = generator.choice(len(names), generator.integers(1, len(names) + 1), replace=False)
    new = generator.normal(size=len(chosen))
    expected = net.parameters.values.copy()
    expected[chosen] = new
    found = net.with_values({names[n]: value for n, value in zip(chosen, new, strict=True)})
    assert np.array_equal(found.parameters.values, expected, equal_nan=True)


@pytest.mark.parametrize(
    ("spec", "name", "cure"),
    [
        ("mazur", "w5", '; it is a weight into "o1"'),
        ("irregular", "w2", '; it is a weight into "h" and "g"'),
        ("iris", "W1[2,3]", '; it is a weight into "h2"'),
        ("mazur", "h", '; did you mean "h2"?'),
    ],
)
def test_a_weight_where_a_node_is_meant(spec: str, name: str, cure: str) -> None:
    network = deepgraph.load(SPECS / f"{spec}.json")
    with pytest.raises(InputError) as told:
        network.trace(dict.fromkeys(network.input_names, 1.0))[name]
    assert str(told.value).endswith(f'named "{name}"{cure}')
