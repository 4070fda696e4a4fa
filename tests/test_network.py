from __future__ import annotations

import json

import numpy as np
import pytest

import deepgraph
from deepgraph import InputError, Network
from deepgraph.errors import DeepgraphError, DrawingError
from tests.support.strategies import SPECS


@pytest.fixture
def net():
    return deepgraph.load(SPECS / "xor.json")


def test_what_a_network_says_of_itself(net):
    assert net.input_names == ["x1", "x2"]
    assert net.output_names == ["y"]
    assert [net.kind_name(node) for node in range(len(net.ids))] == [
        "input", "input", "bias", "bias", "hidden", "hidden", "output",
    ]  # fmt: skip
    assert net.label(net.index["y"]) == "XOR"
    assert net.label(net.index["h1"]) == "h1"
    assert repr(net).startswith("<Network xor: 5 nodes, ")
    assert [net.functions[f].name for f in net.function[4:]] == ["relu", "relu", "identity"]
    assert net.activation(4).title == "ReLU"


def test_save_and_load(net, tmp_path):
    net.save(tmp_path / "a.json")
    back = deepgraph.load(tmp_path / "a.json")
    assert back.spec == net.spec
    assert deepgraph.loads((tmp_path / "a.json").read_text()).spec == net.spec
    assert deepgraph.loads((tmp_path / "a.json").read_bytes()).spec == net.spec


def test_other_values_leave_the_network_as_it_was(net):
    before = net([[1, 0]])
    assert net.graph is net.graph
    other = net.with_values(np.zeros(len(net.parameters)))
    assert other([[1, 0]]).tolist() == [[0]]
    assert other.graph.edges["x1", "h1"]["weight"] == 0
    assert (net([[1, 0]]) == before).all()
    assert net.graph.edges["x1", "h1"]["weight"] == 1


def test_a_network_of_a_million_edges_is_quick():
    """No object per edge: 0.2 s here; minutes if each weight were one."""
    rows = json.dumps([[0.001] * 1000] * 1000)
    text = (
        '{"deepgraph": 1, "layers": [{"id": "x", "size": 1000}, {"id": "y", "size": 1000, '
        f'"weights": "W", "bias": null}}], "parameters": {{"W": {rows}}}}}'
    )
    net = deepgraph.loads(text)
    assert isinstance(net, Network)
    assert len(net.weights) == 1_000_000
    assert net.parameters.name(999_999) == "W[1000,1000]"


def test_saving_keeps_what_stood_there_and_writes_what_changed(tmp_path):
    text = """{
  "deepgraph": 1,
  "nodes": [
    {"id": "x", "kind": "input"},
    {"id": "y", "kind": "output"}
  ],
  "edges": [
    {"source": "x", "target": "y", "label": "v", "weight": 1.50},
    {"source": "y", "target": "z", "label": "w"}
  ]
}
"""
    text = text.replace(
        '{"id": "y", "kind": "output"}', '{"id": "y"},\n    {"id": "z", "kind": "output"}'
    )
    net = deepgraph.loads(text)
    net.save(tmp_path / "a.json")
    assert (tmp_path / "a.json").read_text() == text
    drawn = net.with_values(np.array([1.5, 0.25]))
    drawn.save(tmp_path / "b.json")
    filled = text.replace('"label": "w"', '"label": "w", "weight": 0.25')
    assert (tmp_path / "b.json").read_text() == filled
    trained = net.rewritten(np.array([1.5, 2.0]))
    assert trained.spec == deepgraph.loads(filled.replace("0.25", "2.0")).spec
    net.with_values(np.array([-1.0, 0.25])).save(tmp_path / "c.json")
    assert (tmp_path / "c.json").read_text() == filled.replace("1.50", "-1.0")


@pytest.mark.parametrize("values", [np.zeros(3), np.zeros((8, 2)), 0.5])
def test_a_spec_is_rewritten_with_all_values(net, values):
    with pytest.raises(InputError, match="expected 8 values, one for each parameter, got"):
        net.rewritten(values)


@pytest.mark.parametrize(("value", "said"), [(np.nan, "nan"), (np.inf, "inf")])
def test_a_spec_holds_finite_numbers_only(net, tmp_path, value, said):
    values = net.parameters.values.copy()
    values[0] = value
    for call in (
        lambda: net.rewritten(values),
        lambda: net.with_computed(values).save(tmp_path / "a.json"),
    ):
        with pytest.raises(InputError) as caught:
            call()
        assert str(caught.value) == f"b1 is {said}; the numbers of a spec are finite"
    assert not (tmp_path / "a.json").exists()


def test_an_engine_is_prepared_once_for_each_type(net, monkeypatch):
    prepared = []
    engine = Network.engine

    def counted(self, *arguments, **options):
        prepared.append((np.dtype(options["dtype"]).name, options["exact"]))
        return engine(self, *arguments, **options)

    monkeypatch.setattr(Network, "engine", counted)
    for _ in range(2):
        net([[1, 0]])
        net([[1, 0]], dtype=np.float32)
        net([[1, 0]], exact=True)
    assert prepared == [("float64", False), ("float32", False), ("float64", True)]
    net.with_values(net.parameters.values)([[1, 0]])
    assert len(prepared) == 4


@pytest.mark.parametrize("wrong", [2.5, True, "2", 0, -1, float("nan"), [2]])
def test_numbers_that_count_are_whole(wrong):
    net = deepgraph.load(SPECS / "xor.json")
    inputs = {"x1": 1, "x2": 0}
    for call in (
        lambda: net.engine(threads=wrong),
        lambda: net.explain(inputs, precision=wrong),
        lambda: net.kinks({"x1": (0, 1)}, at={"x2": 0}, limit=wrong),
    ):
        with pytest.raises(InputError, match=r"is a .*number|significant digits"):
            call()


def test_whole_numbers_of_numpy_count():
    net = deepgraph.load(SPECS / "xor.json")
    assert net.engine(threads=np.int64(2)).threads == 2
    assert net.explain({"x1": 1, "x2": 0}, precision=np.int32(3)).text()
    assert net.kinks({"x1": (0, 1)}, at={"x2": 0}, limit=np.uint8(9)).nodes


@pytest.mark.parametrize("wrong", [-1, 0, float("nan"), float("inf"), "a", True])
def test_a_scale_that_is_none(wrong):
    net = deepgraph.load(SPECS / "deep_state.json")
    trace = net.trace({"x": 1})
    for call in (
        lambda: deepgraph.draw.render(net, trace, format="png", scale=wrong),
        lambda: deepgraph.draw.steps(net, trace, format="png", scale=wrong),
        lambda: deepgraph.plot.render(net, {"x": (0, 1)}, format="png", scale=wrong),
    ):
        with pytest.raises(DeepgraphError, match="scale"):
            call()


@pytest.mark.parametrize("wrong", [{"theme": "blue"}, {"colour": "blue"}, {"weights": 3}])
def test_steps_refuse_what_a_drawing_does_not_know(wrong):
    net = deepgraph.load(SPECS / "deep_state.json")
    with pytest.raises(DrawingError, match=r"theme is one of|has no option|weights is one of"):
        deepgraph.draw.steps(net, net.trace({"x": 1}), **wrong)
