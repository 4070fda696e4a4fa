from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import deepgraph
from deepgraph import spec
from deepgraph.edit.templates import dense
from deepgraph.graph.initialise import METHODS
from deepgraph.graph.write_back import initialised, restated
from deepgraph.spec import gallery

HOSTILE = ["null", '"', "\\", "a\u2028b", "→", "<b>", "b1[1]x", "重み", "[null, null]", "1/2"]


def network(text: str | dict[str, Any]) -> deepgraph.Network:
    return deepgraph.loads(text if isinstance(text, str) else json.dumps(text))


def refilled(net: deepgraph.Network, seed: int = 3, init: Any = "uniform") -> deepgraph.Network:
    """The network of the filled spec, which has the values that are drawn, and reads back."""
    filled = initialised(net, seed, init)
    again = deepgraph.loads(spec.write(filled))
    drawn = net.initialised(seed, init)
    np.testing.assert_array_equal(again.parameters.values, drawn.parameters.values)
    assert again.parameters.keys == net.parameters.keys
    return again


def edges(*labels: str | None, **parameters: Any) -> dict[str, Any]:
    """Nodes x1, x2, … and y, an edge into y for each label; `None` is an unlabelled weight."""
    names = [f"x{i + 1}" for i in range(len(labels))]
    return {
        "deepgraph": 1,
        "nodes": [*({"id": n, "kind": "input"} for n in names), {"id": "y", "kind": "output"}],
        "edges": [
            {"source": n, "target": "y"} | ({"weight": None} if lb is None else {"label": lb})
            for n, lb in zip(names, labels, strict=True)
        ],
        **parameters,
    }


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("layers", [False, True])
def test_new_networks(method: str, layers: bool) -> None:
    refilled(deepgraph.Network(dense([3, 4, 1, 2], layers=layers)), 7, method)


def test_a_shared_label_is_written_once_on_its_first_edge() -> None:
    again = refilled(network(edges("w", "v", "w")))
    texts = [bytes(edge.weight) for edge in again.spec.edges]
    assert [bool(text) for text in texts] == [True, True, False]


def test_unlabelled_weights_and_biases() -> None:
    content = edges(None, "w", "v")
    content["nodes"].append({"id": "b", "kind": "bias"})
    content["edges"].append({"source": "b", "target": "y"})
    content["edges"][1]["weight"] = 1.50
    again = refilled(network(content))
    assert all(bytes(edge.weight) for edge in again.spec.edges[:3])
    assert bytes(again.spec.nodes[-1].value)
    assert not bytes(again.spec.edges[3].weight)


def test_a_unit_bias_spelled_like_a_label_keeps_its_value() -> None:
    content = edges("one", "w")
    content["nodes"].append({"id": "one", "kind": "bias"})
    content["edges"].append({"source": "one", "target": "y", "label": "v"})
    again = refilled(network(content))
    assert not bytes(again.spec.nodes[-1].value)


def test_a_null_under_parameters_is_where_the_number_goes() -> None:
    text = json.dumps(
        edges("w1", "w2", "w3", "w4", groups={"g": ["w1", "w2", "w3"]}, parameters="@")
    )
    text = text.replace('"@"', '{"w4": null, "g": [ null, 1.50,null ]}')
    filled = initialised(network(text), 3)
    assert isinstance(filled.parameters, dict)
    assert list(filled.parameters) == ["w4", "g"]
    written = bytes(filled.parameters["g"]).decode()
    assert written.startswith("[ ")
    assert ", 1.50," in written
    assert "null" not in written
    assert not any(bytes(edge.weight) for edge in filled.edges)
    refilled(network(text))


def test_a_null_in_a_group_whose_number_stands_elsewhere_remains() -> None:
    content = edges("w1", "w2", groups={"g": ["w1", "w2"]}, parameters={"g": [None, None]})
    content["edges"][0]["weight"] = 2
    again = refilled(network(content))
    assert isinstance(again.spec.parameters, dict)
    assert bytes(again.spec.parameters["g"]).startswith(b"[null, ")


LAYERS = """{"deepgraph": 1, "layers": [
  {"id": "x", "size": 2},
  {"id": "h", "size": 2, "weights": "W1", "bias": "b1"},
  {"id": "y", "size": 2, "weights": "W2", "bias": "b2"}],
  "parameters": %s}"""


def test_matrices() -> None:
    given = '{"W1": [[1.50, null],\n [ null, "1/3"]], "b1": [null, -0.0], "W2": null}'
    again = refilled(network(LAYERS % given))
    parameters = again.spec.parameters
    assert isinstance(parameters, dict)
    _, first, second, _ = bytes(parameters["W1"]).decode().split("\n")
    assert first.startswith("      [1.50, ")
    assert second.endswith(', "1/3"]')
    assert bytes(parameters["b1"]).endswith(b", -0.0]")
    assert list(parameters) == ["W1", "b1", "W2", "b2"]
    assert bytes(parameters["W2"]).count(b"\n") >= 2


@pytest.mark.parametrize("matrix", ["", ', "W1": null', ', "W1": [[null, null], [null, 4.50]]'])
def test_a_group_of_entries(matrix: str) -> None:
    groups = '"groups": {"g": ["W1[1,1]", "W1[2,1]"]}'
    text = (LAYERS % f'{{"g": [null, 2.50]{matrix}}}').replace('"layers"', f'{groups}, "layers"')
    again = refilled(network(text))
    assert isinstance(again.spec.parameters, dict)
    assert bytes(again.spec.parameters["g"]) == b"[null, 2.50]"
    assert bytes(again.spec.parameters["W1"]).count(b"null") == 1


def test_hostile_names() -> None:
    content = edges(*HOSTILE, None, groups={"null ": HOSTILE[:3]})
    content["nodes"] += [{"id": f"b{name}", "kind": "bias"} for name in HOSTILE]
    content["edges"] += [{"source": f"b{name}", "target": "y"} for name in HOSTILE]
    content["parameters"] = {"null ": [None, 2, None], HOSTILE[4]: None}
    refilled(network(content))


def test_everything_else_survives() -> None:
    for name in gallery.names(more=False):
        net = deepgraph.load(gallery.path(name))
        text = spec.write(initialised(net, 1))
        assert json.loads(text) == json.loads(gallery.path(name).read_text())
        assert spec.read(text.encode()) == net.spec  # numbers by their text
    assert spec.read(b'{"deepgraph": 1, "parameters": {"w": 1.30}}') != spec.read(
        b'{"deepgraph": 1, "parameters": {"w": 1.3}}'
    )


# --- other numbers in the places of the old ones ------------------------------------------------

PLACES = """{
  "deepgraph": 1,
  "layers": [
    {"id": "x", "size": 2},
    {"id": "h", "size": 2, "activation": "relu", "weights": "W", "bias": "c"},
    {"id": "o", "size": 1, "weights": "V", "bias": null}
  ],
  "nodes": [
    {"id": "b", "kind": "bias", "value": 1.50},
    {"id": "free", "kind": "bias"},
    {"id": "unit", "kind": "bias", "value": 2}
  ],
  "edges": [
    {"source": "x1", "target": "o", "label": "s", "weight": "1/3"},
    {"source": "x2", "target": "o", "label": "s", "weight": "2/6"},
    {"source": "b", "target": "o"},
    {"source": "free", "target": "h1"},
    {"source": "unit", "target": "h1", "label": "u"},
    {"source": "unit", "target": "h2", "weight": 0.25}
  ],
  "parameters": {
    "W": [
      [1.0, null],
      [3, 4e0]
    ],
    "c": [5.0, 6.0],
    "V": [
      [7, 8]
    ],
    "free": 9,
    "g": ["10", 11]
  },
  "groups": {"g": ["W[1,2]", "u"]}
}
""".replace('"10"', '"10/1"')


def restate(net: deepgraph.Network, changes: dict[str, float]) -> tuple[str, deepgraph.Network]:
    """The text with other values for some parameters, which reads back as those values."""
    values = net.parameters.values.copy()
    for name, value in changes.items():
        number = net.parameters.find(name)
        assert number is not None
        values[number] = value
    text = spec.write(restated(net, values))
    again = deepgraph.loads(text)
    np.testing.assert_array_equal(again.parameters.values, values)
    return text, again


@pytest.mark.parametrize(
    ("changes", "old", "new"),
    [
        ({}, "", ""),
        ({"s": 0.5}, '"1/3"', "0.5"),
        ({"b": -1}, "1.50", "-1.0"),
        ({"free": 0.1}, '"free": 9', '"free": 0.1'),
        ({"W[1,1]": 0.1}, "[1.0, null]", "[0.1, null]"),
        ({"W[1,2]": 0.1}, '["10/1", 11]', "[0.1, 11]"),
        ({"W[2,2]": 4}, "", ""),
        ({"u": 1e-300}, "11]", "1e-300]"),
        ({"c[2]": 6.5}, "6.0", "6.5"),
        ({"V[1,1]": 1 / 3}, "[7, 8]", "[0.3333333333333333, 8]"),
    ],
)
def test_a_number_changes_where_it_stands_and_nothing_else(
    changes: dict[str, float], old: str, new: str
) -> None:
    text, _ = restate(network(PLACES), changes)
    expected = PLACES.replace(old, new) if old else PLACES
    assert text == (expected.replace('"2/6"', "0.5") if "s" in changes else expected)


def test_an_unlabelled_weight_changes_on_its_edge() -> None:
    net = network(PLACES)
    values = net.parameters.values.copy()
    values[-1] = 0.75
    assert spec.write(restated(net, values)) == PLACES.replace("0.25", "0.75")


def test_drawn_and_changed_numbers_together(tmp_path: Any) -> None:
    net = network(edges("v", "w", parameters={"w": 1.0}))
    values = np.array([0.5, 2.0])
    again = net.rewritten(values)
    np.testing.assert_array_equal(again.parameters.values, values)
    assert bytes(again.spec.edges[0].weight) == b"0.5"
    net.with_values(values).save(tmp_path / "a.json")
    assert deepgraph.load(tmp_path / "a.json").spec == again.spec
    with pytest.raises(deepgraph.InputError, match="w is nan; the numbers of a spec are finite"):
        net.rewritten(np.array([0.5, np.nan]))


def test_parameters_in_a_file_come_into_the_spec(tmp_path: Any) -> None:
    (tmp_path / "in").mkdir()
    content = {**json.loads(PLACES), "parameters": "w.npz"}
    (tmp_path / "in" / "a.json").write_text(json.dumps(content))
    arrays = {"W": [[1, 10], [3, 4]], "c": [5, 6], "V": [[7, 8]], "free": 9, "u": 11}
    np.savez(tmp_path / "in" / "w.npz", **{name: np.array(a, float) for name, a in arrays.items()})
    net = deepgraph.load(tmp_path / "in" / "a.json")
    values = net.parameters.values * 2
    net.with_values(values).save(tmp_path / "b.json")
    again = deepgraph.load(tmp_path / "b.json")
    np.testing.assert_array_equal(again.parameters.values, values)
    assert set(again.spec.parameters) == {"W", "c", "V"}
