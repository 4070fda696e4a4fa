"""The members of stages, and every door that knows the names of stages."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import deepgraph
from deepgraph.check import recompute
from deepgraph.errors import InputError
from deepgraph.graph.stages import Member, member
from deepgraph.plot import render
from deepgraph.request.parsing import node_names
from deepgraph.request.request import ask
from deepgraph.scoring.results import value_columns
from deepgraph.spec import gallery, write
from deepgraph.words.numbers import z_of
from tests.support.strategies import inputs, network, same, specs

PATH = gallery.path("deep_state")
STATE = deepgraph.load(PATH)
AT_HALF = {"out1": [0.225, -1.275], "out2": [0.225, 0], "out3": [1.444], "out4": [0.39975],
           "out5": [1.444, 0.39975]}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("h", Member(0, False)),
        ("z(h)", Member(0, True)),
        ("z(z(h))", Member(1, True)),
        ("z(y)", Member(2, False)),  # an id that looks so
        ("z(q)", None),
        ("h ", None),
        ("Z(h)", None),
        ("", None),
    ],
)
def test_what_a_text_means(text, found):
    index = {"h": 0, "z(h)": 1, "z(y)": 2} if "z(z" in text else {"h": 0, "z(y)": 2}
    assert member(text, index) == found


def test_the_trace_has_the_values_of_the_worked_example():
    trace = STATE.trace({"x": [0.5, 1.0, -1.0]})
    assert {name: values.shape for name, values in trace.stages.items()} == {
        "out1": (2, 3), "out2": (2, 3), "out3": (1, 3), "out4": (1, 3), "out5": (2, 3),
    }  # fmt: skip
    for name, expected in AT_HALF.items():
        assert trace.stages[name][:, 0] == pytest.approx(expected, abs=1e-12)
    assert np.array_equal(
        trace.stages["out5"], np.concatenate([trace.stages["out3"], trace.stages["out4"]])
    )
    assert np.array_equal(np.maximum(trace.stages["out1"], 0), trace.stages["out2"])
    assert trace["y"][0] == pytest.approx(0.4872175, abs=1e-12)
    assert STATE.trace({"x": [0.5]}, dtype="float32").stages["out5"].dtype == np.float32


def test_a_trace_is_asked_by_any_name():
    trace = STATE.trace({"x": [0.5, 0.0]})
    for name in STATE.stages:
        assert np.array_equal(trace[name], trace.stages[name])
    assert trace["out5"].shape == (2, 2)
    assert np.array_equal(trace["z(g1)"], trace.pre_activation("g1"))
    assert trace["g1"].shape == trace["z(g1)"].shape == (2,)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("h9", 'no node or stage is named "h9"; known: "out1", .*'),
        ("H1", 'no node or stage is named "H1"; did you mean "h1"[?]'),
        ("out-5", 'no node or stage is named "out-5"; did you mean "out5"[?]'),
        ("Z(h1)", r'no node or stage is named "Z\(h1\)"; did you mean "z\(h1\)"[?]'),
        ("z(H1)", r'no node or stage is named "z\(H1\)"; did you mean "z\(h1\)"[?]'),
        ("z(x)", '"x" is an input node and has no z; write "x"'),
        ("z(b1)", '"b1" is a bias node and has no z; write "b1"'),
        (3, "a node or stage is named by a text, got 3"),
        (("h1", "h2"), r"a node or stage is named by a text, got \('h1', 'h2'\)"),
    ],
)
def test_an_unknown_name_is_a_key_error_in_words(name, message):
    trace = STATE.trace({"x": 0.5})
    for look_up in (trace.__getitem__, lambda name: STATE.engine([name])):
        with pytest.raises(KeyError, match=f"^{message}$") as caught:
            look_up(name)
        assert isinstance(caught.value, InputError)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("H1", 'no node is named "H1"; did you mean "h1"[?]'),
        ("out5", 'no node is named "out5"; known: "x", "b1", .*'),
        ("z(h1)", r'no node is named "z\(h1\)"; write "h1"'),
        (0, "a node is named by a text, got 0"),
    ],
)
def test_z_is_asked_by_the_id_alone(name, message):
    with pytest.raises(KeyError, match=f"^{message}$"):
        STATE.trace({"x": 0.5}).pre_activation(name)


ODD = {
    "deepgraph": 1,
    "nodes": [
        {"id": "x", "kind": "input"},
        {"id": "z(a,b)", "activation": "relu"},
        {"id": "a,b", "activation": "relu"},
        {"id": "y", "kind": "output"},
    ],
    "edges": [
        {"source": "x", "target": "a,b", "label": "w", "weight": -2},
        {"source": "a,b", "target": "z(a,b)", "label": "v", "weight": 3},
        {"source": "z(a,b)", "target": "y"},
    ],
}


def test_an_id_that_looks_like_z_wins_at_every_door():
    net = deepgraph.loads(json.dumps(ODD))
    trace = net.trace({"x": [-1.0, 1.0]})
    assert trace["z(a,b)"].tolist() == [6, 0]
    assert trace["z(z(a,b))"].tolist() == [6, 0]
    assert trace.pre_activation("a,b").tolist() == [2, -2]
    assert node_names(net, ["z(a,b)", "y,x"]) == ["z(a,b)", "y", "x"]
    net = deepgraph.loads(json.dumps(ODD).replace("z(a,b)", "c"))
    assert net.trace({"x": [-1.0, 1.0]})["z(a,b)"].tolist() == [2, -2]
    assert node_names(net, ["z(a,b)", "y,x"]) == ["z(a,b)", "y", "x"]


@given(st.data())
def test_z_by_name_is_z_to_the_last_bit(data):
    net = network(data.draw(specs()))
    names = [z_of(name) for node, name in enumerate(net.ids) if net.has_z(node)]
    X = data.draw(inputs(net))
    trace, engine = net.trace(X), net.engine(names, exact=True)
    expected = np.array([trace.pre_activation(name[2:-1]) for name in names])
    assert same(np.array([trace[name] for name in names]), expected)
    assert same(engine.run(net.input_array(X)), expected)


@given(st.data())
def test_engines_give_the_values_of_the_trace_to_the_last_bit(data):
    content = data.draw(specs())
    net = network(content)
    values = [*net.ids, *(f"z({net.ids[n]})" for n in np.flatnonzero(net.kind > 1))]
    chosen = data.draw(st.lists(st.sampled_from(values), min_size=1, max_size=5, unique=True))
    name = next(f"s{n}" for n in range(99) if f"s{n}" not in {*net.ids, *net.parameters.names})
    net = network(content | {"stages": {name: chosen}})
    X = np.linspace(-2, 2, 6 * len(net.inputs)).reshape(6, -1)
    for dtype in ("float64", "float32"):
        trace = net.trace(X, dtype=dtype)
        for rows in (X, X[:1]):
            engine = net.engine([name, net.ids[0]], dtype=dtype, exact=True)
            found = engine.run(rows.T)
            assert np.array_equal(found[:-1], trace.stages[name][:, : len(rows)], equal_nan=True)
            assert np.array_equal(found[-1], trace.a[0, : len(rows)], equal_nan=True)


def test_columns_are_called_like_the_members_and_stand_once():
    def headers(*names, pre_activations=False):
        found = value_columns(STATE, names, pre_activations=pre_activations)
        return [column.header for column in found]

    assert headers("out5") == ["z(g1)", "z(g2)"]
    assert headers("out3", "out4", "out5") == ["z(g1)", "z(g2)"]
    assert headers("h2", "out2", "h1") == ["h2", "h1"]
    assert headers("out2", pre_activations=True) == ["z(h1)", "h1", "z(h2)", "h2"]
    assert headers("out5", "g1", pre_activations=True) == ["z(g1)", "z(g2)", "g1"]
    assert headers("h1", "h1") == ["h1", "h1"]  # named twice; eval refuses it


def test_an_example_expects_z_of_a_node():
    expect = {"z(g1)": 1.444, "z(g2)": [0.39975], "g1": 1.444, "out3": [1.444], "z(h2)": 0}
    example = {"inputs": {"x": 0.5}, "expect": expect}
    content = json.loads(write(STATE.spec)) | {"examples": [example]}
    results = recompute(deepgraph.loads(json.dumps(content))).results
    assert [(found.quantity, found.verdict) for found in results] == [
        ("z(g1)", "ok"), ("z(g2)", "ok"), ("g1", "ok"), ("out3: z(g1)", "ok"), ("z(h2)", "FAIL"),
    ]  # fmt: skip
    example = {"inputs": {"x": [0.5, 0]}, "expect": {"z(g1)": [1.444, 1.3]}}
    results = recompute(deepgraph.loads(json.dumps(content | {"examples": [example]}))).results
    assert [found.quantity for found in results] == ["z(g1), row 1", "z(g1), row 2"]
    assert {found.verdict for found in results} == {"ok"}


def test_check_names_the_members():
    found = {result.quantity: result for result in recompute(STATE).results}
    assert found["out5: z(g2)"].expected == "0.39975"
    assert found["out5: z(g2)"].verdict == "ok"
    content = json.loads(write(STATE.spec))
    figures = {"out5": [[1.444, 1.3], [0.39975, 0.5]], "out2": [[0.225, 0], 0]}
    content["examples"] = [{"inputs": {"x": [0.5, 0]}, "expect": figures}]
    results = recompute(deepgraph.loads(json.dumps(content))).results
    assert [(result.quantity, result.verdict) for result in results] == [
        ("out5: z(g1), row 1", "ok"),
        ("out5: z(g1), row 2", "ok"),
        ("out5: z(g2), row 1", "ok"),
        ("out5: z(g2), row 2", "FAIL"),
        ("out2: h1, row 1", "ok"),
        ("out2: h1, row 2", "ok"),
        ("out2: h2, row 1", "ok"),
        ("out2: h2, row 2", "ok"),
    ]


def test_kinks_are_those_of_the_members():
    found = STATE.kinks({"x": (-1, 1)}, nodes=["out5", "out2", "g1"])
    assert [node.title for node in found.nodes] == ["z(g1)", "z(g2)", "h1", "h2", "g1"]
    direct = STATE.kinks({"x": (-1, 1)}, nodes=["g1"], pre_activations=True)
    assert found["z(g1)"] == direct["g1"]
    assert found["h1"] == STATE.kinks({"x": (-1, 1)}, nodes=["h1"]).nodes[0]


def test_plots_are_those_of_the_members():
    pytest.importorskip("matplotlib", reason="the extra `plot` is not installed")
    over = {"x": (-1, 1)}
    for grid in (False, True):
        expected = render(STATE, over, nodes=["g1", "g2"], pre_activations=True, grid=grid)
        assert render(STATE, over, nodes=["out5"], grid=grid) == expected
    with pytest.raises(InputError, match=r"not z\(h1\) beside g1: choose one kind"):
        render(STATE, over, nodes=["out1", "g1"])


def test_embeds():
    def number(what, *options):
        return ask("value", f"{PATH} {what}", options).number()

    assert number("out5 x=0.5") == "[1.444 0.3998]"
    assert number("out3 x=0.5") == "[1.444]"
    assert number("w35") == "[0.64 1.26]"
    assert number("z(g1) x=0.5") == "1.444"
    with pytest.raises(InputError, match='"out6"; did you mean "out5"'):
        number("out6 x=0.5")
    table = ask("eval", str(PATH), [("set", "x=0.5"), ("nodes", "out5")]).table()
    assert (table.header, table.rows) == (("x", "z(g1)", "z(g2)"), (("0.5", "1.444", "0.3998"),))
    shown = ask("explain", str(PATH), [("set", "x=0.5"), ("node", "out5")]).explanation()
    assert "out5 = [out3 out4] = [1.444 0.39975]" in str(shown)
