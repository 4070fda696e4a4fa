"""What a picture says about weights and biases: their numbers, their names, the width of lines."""

from __future__ import annotations

import warnings

import pytest

from deepgraph import draw
from deepgraph.draw.view.figures import even
from tests.support.picture import spec


def pills(view: draw.View) -> list[str]:
    return [f"{bias.name} = {bias.value}" for node in view.nodes for bias in node.biases]


def test_the_weights_of_a_constant_are_as_exact_as_the_biases_that_they_are() -> None:
    ids = [f"h{number}" for number in range(8)]
    nodes = [("x", "input"), ("one", "bias", {"value": 1}), *((id, "hidden") for id in ids)]
    weights = [("x", id, {"weight": 0.31 + n}) for n, id in enumerate(ids)]
    biases = [
        ("one", id, {"label": f"c{n}", "weight": -1.3 + 0.417 * n}) for n, id in enumerate(ids)
    ]
    joined = [(id, "y", {"weight": 1.5}) for id in ids]
    network = spec([*nodes, ("y", "output")], [*weights, *biases, *joined])
    shown = pills(draw.prepare(network).view)
    assert shown[0] == "c0 = −1.30"
    for number, text in enumerate(shown):
        value = float(text.partition(" = ")[2].replace("−", "-"))
        assert abs(value - (-1.3 + 0.417 * number)) <= 0.005


def test_a_fraction_that_is_only_a_factor_is_not_shown_for_the_product() -> None:
    nodes = [("x", "input"), ("y", "output"), ("b", "bias", {"value": 3})]
    edges = [("x", "y", {"weight": "1/3"}), ("b", "y", {"label": "c", "weight": "2/2"})]
    view = draw.prepare(spec(nodes, edges), fractions=True).view
    assert pills(view) == ["c·3 = 3"]
    assert [edge.value for edge in view.edges] == ["1/3"]


@pytest.mark.parametrize(("digits", "text"), [(1, "0.5"), (2, "0.51"), (3, "0.51"), (4, "0.512")])
def test_few_digits_of_a_dense_layer(digits: int, text: str) -> None:
    ids = [f"h{number}" for number in range(9)]
    nodes = [("x", "input"), *((id, "hidden") for id in ids), ("y", "output")]
    edges = [(start, end, {"weight": 0.512}) for id in ids for start, end in (("x", id), (id, "y"))]
    view = draw.prepare(spec(nodes, edges), precision=digits).view
    assert {edge.value for edge in view.edges} == {text}


def test_no_number_is_written_like_any_other() -> None:
    assert [even(value, 2) for value in (float("nan"), float("inf"))] == ["NaN", "∞"]


def shared() -> tuple[list[tuple[str, str]], list[tuple[str, str, dict[str, object]]]]:
    nodes = [("x", "input"), ("h", "hidden"), ("g", "hidden"), ("y", "output"), ("z", "output")]
    edges = [
        ("x", "h", {"label": "w", "weight": 0.5}),
        ("x", "g", {"label": "w", "weight": 0.5}),
        ("h", "y", {"label": "v", "weight": 2}),
        ("g", "z", {"label": "v", "weight": 2}),
    ]
    return nodes, edges  # type: ignore[return-value]


def test_only_what_stands_in_a_picture_counts_as_shared() -> None:
    network = spec(*shared())
    assert all(edge.shared for edge in draw.prepare(network).view.edges)
    assert not any(edge.shared for edge in draw.prepare(network, focus="y").view.edges)
    assert all(edge.shared for edge in draw.prepare(network, focus="x").view.edges)


def test_infinite_contributions_have_the_widest_lines() -> None:
    nodes = [("x", "input"), ("h", "hidden"), ("y", "output"), ("z", "output")]
    edges = [
        ("x", "h", {"label": "w1", "weight": 1e300}),
        ("h", "y", {"label": "w2", "weight": -1e300}),
        ("h", "z", {"label": "w3", "weight": 0}),
    ]
    network = spec(nodes, edges)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        view = draw.prepare(network, network.trace({"x": 1e300}), weights="contribution").view
        draw.prepare(network, scale_width="max=1e-99")
        draw.prepare(network, top=1)
    found = {edge.name: (edge.value, edge.size, edge.sign) for edge in view.edges}
    assert found["w1·x"] == ("∞", 1.0, 1)
    assert found["w2·h"] == ("−∞", 1.0, -1)
    assert found["w3·h"][0] == "NaN"  # `?` would say that a value is missing
